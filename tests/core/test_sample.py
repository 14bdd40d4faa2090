"""The sample's answers: the reference as it was made, two annotators made from it by rule."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import pytest

from annotator import agreement, annotate, export, sample
from annotator.model import Answer, Codebook, Role, Sentence, Status
from tests.core.test_export import ANNOTATOR, DOCUMENT, REFERENCE, annotation, sentence

SENTENCES = [sentence(entry) for entry in REFERENCE.values()]
QUEUED = [s for s in SENTENCES if s.kind == "body"]


def quote_open(at: Sentence) -> bool:
    before = [s.text for s in QUEUED if s.position < at.position]
    return annotate.quote_open(before[-10:])


def checked(answers: Mapping[str, Answer], codebook: Codebook) -> Iterable[tuple[Sentence, Answer, Answer]]:
    for one in SENTENCES:
        if one.id in answers:
            given = answers[one.id]
            yield one, given, annotate.check(given, one, codebook, quote_open=quote_open(one))[0]


def test_reads_the_whole_reference() -> None:
    answers = sample.reference()
    assert len(answers) == 39
    assert sum(len(answer.claims) for answer in answers.values()) == 54
    assert answers["s1"].status is Status.NO_CLAIM
    assert answers["s1"].hard
    assert answers["q1"].duplicate_of == "s8"
    assert answers["s2"].comment == "own voice, not about the dispute"


def test_reference_is_allowed_by_the_codebook(codebook: Codebook) -> None:
    for one, given, stored in checked(sample.reference(), codebook):
        assert stored == given, one.id


def test_names_who_is_simulated() -> None:
    roles = dict(sample.PEOPLE)
    assert roles.pop("Reference") is Role.ANNOTATOR
    assert roles == {"Simulated A": Role.SIMULATED, "Simulated B": Role.SIMULATED}


@pytest.mark.parametrize("name", sample.SIMULATED)
def test_answers_the_queued_sentences_only(name: str, codebook: Codebook) -> None:
    answers = sample.simulated(name, codebook, SENTENCES)
    assert list(answers) == [s.id for s in QUEUED]
    assert all(answer.finished for answer in answers.values())


# More annotators than the sample has: the rule must hold, not only its two outcomes.
@pytest.mark.parametrize("name", [*sample.SIMULATED, *(f"Reader {n}" for n in range(40))])
def test_makes_only_answers_the_codebook_allows(name: str, codebook: Codebook) -> None:
    for one, given, stored in checked(sample.simulated(name, codebook, SENTENCES), codebook):
        assert stored == given, one.id
        record = export.record(DOCUMENT, one, annotation(stored), ANNOTATOR, codebook)
        assert export.faults(record, codebook) == [], one.id


def test_makes_the_same_answers_every_time(codebook: Codebook) -> None:
    backwards = sample.simulated("Simulated A", codebook, reversed(SENTENCES))
    assert sample.simulated("Simulated A", codebook, SENTENCES) == backwards


def test_makes_the_mistakes_people_make(codebook: Codebook) -> None:
    reference = sample.reference()
    a, b = (sample.simulated(name, codebook, SENTENCES) for name in sample.SIMULATED)
    assert a != b
    for answers in (a, b):
        changed = [sid for sid in answers if labels(answers[sid]) != labels(reference[sid])]
        assert 5 <= len(changed) <= 20
        assert any(reference[sid].claims and not answers[sid].claims for sid in answers)


def labels(answer: Answer) -> list[tuple[object, ...]]:
    return [(*claim.identity, claim.attribution) for claim in answer.claims]


def test_asks_for_nothing_the_codebook_leaves_out(codebook: Codebook) -> None:
    answers = sample.simulated("Simulated A", codebook, SENTENCES)
    claims = itertools.chain.from_iterable(answer.claims for answer in answers.values())
    assert all((claim.claim_type, claim.vouch, claim.hedged) == (None, None, None) for claim in claims)


# What trained annotators reach on such questions (Krippendorff's alpha; for the same claims, F1).
PLAUSIBLE = {
    "claim": (0.6, 0.8),
    "same": (0.7, 0.85),
    "speaker": (0.8, 0.95),
    "stance": (0.7, 0.85),
    "attribution": (0.6, 0.8),
}


def test_agree_about_as_much_as_trained_annotators(codebook: Codebook) -> None:
    answers = {name: sample.simulated(name, codebook, SENTENCES) for name in sample.SIMULATED}
    rated = [
        agreement.Rated(
            s.document, s.id, s.position, s.text, s.kind, {n: a[s.id] for n, a in answers.items()}
        )
        for s in QUEUED
    ]
    found = {layer.id: layer.value for layer in agreement.report(rated).layers}
    assert found.keys() == PLAUSIBLE.keys()
    for question, (low, high) in PLAUSIBLE.items():
        value = found[question]
        assert value is not None
        assert low <= value <= high, (question, value)

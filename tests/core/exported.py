"""Records and texts for the tests of the export's formats: the reference annotation, and one of traps."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

from annotator import export, sample
from annotator.model import (
    Annotation,
    Answer,
    Claim,
    Codebook,
    Document,
    Kind,
    Person,
    Role,
    Sentence,
    Status,
    Unit,
)
from annotator.outputs.format import Context, DocumentText, Format
from tests.core.test_export import DOCUMENT, REFERENCE, annotation, sentence

ANA = Person("Ana", Role.ANNOTATOR, has_password=True)
SIMULATED = Person("سام: 50%", Role.SIMULATED, has_password=False)

# An emoji of five code points, a letter with two marks, direction marks, and what ends lines or breaks XML.
TRAPS = "🧑🏽‍🚒 قال\u064f\u0651 \u2067بوتين\u2069 إن \u200fإدلب\u200f <&> 𝔘nfair\u2028\u0085 a\x0bb 😀 end."
FIREMAN = "🧑🏽‍🚒"


def records(codebook: Codebook) -> list[dict[str, Any]]:
    """The article as Ana and somebody simulated answered it: by sentence, then by person."""
    units = [sentence(entry) for entry in REFERENCE.values()]
    simulated = sample.simulated("Sam", codebook, units)
    found = []
    for unit in units:
        found.append(_record(DOCUMENT, unit, sample.reference()[unit.id], ANA, codebook))
        if unit.id in simulated:
            found.append(_record(DOCUMENT, unit, simulated[unit.id], SIMULATED, codebook))
    return found


def _record(
    document: Document, unit: Sentence, answer: Answer, person: Person, codebook: Codebook
) -> dict[str, Any]:
    given: Annotation = dataclasses.replace(annotation(answer), person=person.name)
    return export.record(document, unit, given, person, codebook)


HARD = dataclasses.replace(
    DOCUMENT,
    id="00000000000000ff",
    title="A <hard> & “bad” \x0b title 😀",
    date=None,
    url="https://example.org/?a=1&b",
)


def hard_units() -> list[Sentence]:
    texts = ["First 😀 sentence.", TRAPS, "Nothing."]
    return [
        Sentence(n, HARD.id, n, n, Unit(f"s{n + 1}", Kind.BODY, text, ((0, len(text)),)))
        for n, text in enumerate(texts)
    ]


def words(text: str, *marked: str) -> tuple[tuple[int, int], ...]:
    """Where these words stand."""
    return tuple((text.index(word), text.index(word) + len(word)) for word in marked)


def hard_records(codebook: Codebook) -> list[dict[str, Any]]:
    """Everything at once in one claim, nothing at all in the other; and a sentence without claims."""
    first, trapped, nothing = hard_units()
    full = Claim(
        speaker=("putin", "unnamed"),
        stance="ru",
        polarity="oppose",
        attribution="mixed",
        via=("tr_media", "turkey"),
        speaker_text="بوتين\u200f 😀",
        content_spans=words(TRAPS, "𝔘nfair\u2028\u0085 a\x0bb", "end"),
        cue_spans=words(TRAPS, "قال\u064f\u0651"),
        source_spans=words(TRAPS, FIREMAN, "\u2067بوتين\u2069"),
        propositions=("R1", "R2", "T1"),
        claim_type="demand",
        vouch="distanced",
        hedged=False,
        hard=True,
        note="a\ttab, a\nline, \u2028 another, \x0b and 'quotes\" | ; , = </x> 😀",
    )
    empty = Claim(speaker=("author",), stance="neither", attribution="own", hedged=True)
    answers = [
        (first, Answer(Status.CLAIMS, (Claim(speaker=("russia",), stance="ru", polarity="support"),))),
        (trapped, Answer(Status.CLAIMS, (full, empty), comment="x" * 10_000 + "\u200f😀\n", hard=True)),
        (nothing, Answer(Status.NO_CLAIM, comment="\x0b no \u202e claim")),
    ]
    return [_record(HARD, unit, answer, ANA, codebook) for unit, answer in answers]


def context(codebook: Codebook) -> Context:
    units = {DOCUMENT.id: [sentence(entry) for entry in REFERENCE.values()], HARD.id: hard_units()}
    documents = {DOCUMENT.id: DOCUMENT, HARD.id: HARD}

    def texts(id: str) -> DocumentText:
        starts, at = {}, 0
        for unit in units[id]:
            starts[unit.id] = at
            at += len(unit.text) + 1
        return DocumentText(documents[id], "\n".join(unit.text for unit in units[id]), starts)

    return Context(codebook, texts, "A “project” <1>")


def written(format: Format, records: Iterable[dict[str, Any]], codebook: Codebook) -> bytes:
    return b"".join(format.write(records, context(codebook)))


def claims(records: Iterable[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every claim with its record."""
    for record in records:
        for claim in record["claims"]:
            yield record, claim

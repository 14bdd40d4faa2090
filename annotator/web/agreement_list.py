"""The sentences behind a figure, fifty a page, with every reading side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, request

from annotator import agreement
from annotator.agreement import CLAIM_VALUES, Disagreement, Rated, Row, Voice
from annotator.agreement.found import Found
from annotator.model import Claim, Document, Invalid, Missing
from annotator.web import layout
from annotator.web.agreement_filter import Counted, Filter
from annotator.web.agreement_page import key

PER_PAGE = 50
ANY = "any"
WAYS = (ANY, *agreement.QUESTIONS)
FIRST_TOLD = ("claim", "stance", "speaker", "attribution")
"""Which of several differences the folded list shows."""


@dataclass(frozen=True)
class Read:
    """One sentence of the list. `rows` are empty where all readings are the same."""

    rated: Rated
    differs: tuple[str, ...]
    voices: tuple[Voice, ...]
    rows: tuple[Row, ...]

    def glance(self) -> tuple[str, list[tuple[Voice, Claim | None]]]:
        """One difference for the folded list: which, and the claim in which each voice shows it."""
        told = next((id for id in FIRST_TOLD if id in self.differs), "number" if self.differs else "claim")
        row = next((row for row in self.rows if told in row.differs), None)
        claims = row.claims if row else (None,) * len(self.voices)
        return told, list(zip(self.voices, claims, strict=True))

    @staticmethod
    def odd(row: Row, question: str) -> frozenset[int]:
        """The places in a row whose answer is not the most frequent one; all of them where none is."""
        values = [None if claim is None else CLAIM_VALUES[question](claim) for claim in row.claims]
        counts = Counter(value for value in values if value is not None)
        if len(counts) < 2:
            return frozenset()
        (common, most), (_, second) = counts.most_common(2)
        kept = common if most > second else None
        return frozenset(n for n, value in enumerate(values) if value is not None and value != kept)


@dataclass(frozen=True)
class Listed:
    """One page of the sentences behind a figure."""

    found: Found
    page: int
    read: tuple[Read, ...]
    documents: Mapping[str, Document]
    numbers: Mapping[tuple[str, str], int]
    simulated: frozenset[str]

    @property
    def pages(self) -> int:
        return max(-(-len(self.found) // PER_PAGE), 1)


def listed(
    found: Found, page: int, filter: Filter, left_out: tuple[str, ...], simulated: frozenset[str],
    per_page: int = PER_PAGE,
) -> Listed:  # fmt: skip
    """A page of these sentences, read from the project."""
    names = found[(page - 1) * per_page : page * per_page]
    people = filter.people
    if filter.round is not None:
        inside = g.project.round(filter.round).people
        people = tuple(name for name in inside if people is None or name in people)
    rated = g.project.rated(names, people=people)
    differing = agreement.disagreements(rated, left_out=left_out)
    by_name = {(each.document, each.sentence_id): each for each in differing}
    read = tuple(_read(each, by_name.get((each.document, each.sentence_id))) for each in rated)
    documents = {doc_id: g.project.document(doc_id) for doc_id in dict.fromkeys(name[0] for name in names)}
    return Listed(found, page, read, documents, _numbers(documents), simulated)


def sentences(counted: Counted) -> Found:
    """What the address asks for: a question, and which part of its figure."""
    ways = request.args.get("differs")
    question = ways if ways and ways != ANY else request.args.get("question", "claim")
    if (ways or ANY) not in WAYS or question not in counted.report.compared:
        raise Invalid(
            "“%(only)s” is not a question here. Choose from %(choices)s.",
            only=ways or question,
            choices=list(WAYS),
        )
    who = request.args.getlist("who")
    if len(who) > 2 or not set(who) <= set(counted.report.shared.people):
        raise Missing("These people are not compared here.")
    answers = request.args.getlist("answer")
    part: dict[str, Any] = {"people": who, "during": request.args.get("during"), "document": _within(counted)}
    if ways and not any((answers, *part.values())):
        return counted.differing() if ways == ANY else counted.differing_in(ways)
    labels = _labels(counted, question, answers)
    return agreement.behind(counted.report, question, differing=bool(ways), labels=labels, **part)


def _within(counted: Counted) -> str | None:
    """The one document whose part is asked for, in a wider comparison."""
    document = request.args.get("within")
    if document is not None and document not in counted.report.shared.documents:
        raise Missing("There is no document %(doc_id)s here.", doc_id=document)
    return document


def _labels(counted: Counted, question: str, answers: list[str]) -> tuple[Any, Any] | None:
    if not answers:
        return None
    known = {key(label): label for label in counted.report.compared[question].labels}
    if len(answers) > 2 or not set(answers) <= set(known):
        raise Invalid("Nobody gave these answers.")
    return known[answers[0]], known[answers[-1]]


def _read(rated: Rated, differing: Disagreement | None) -> Read:
    if differing is not None:
        return Read(rated, differing.differs, differing.voices, differing.rows)
    voices = tuple(Voice(name, rated.answers[name]) for name in sorted(rated.answers))
    return Read(rated, (), voices, ())


def _numbers(documents: Mapping[str, Document]) -> dict[tuple[str, str], int]:
    """The number of each sentence, as the annotate page counts: queued ones, from 1."""
    kinds = layout.codebook().queue_units
    found = {}
    for doc_id in documents:
        queued = [sentence.id for sentence in g.project.sentences(doc_id) if sentence.kind in kinds]
        found.update({(doc_id, sid): n for n, sid in enumerate(queued, start=1)})
    return found

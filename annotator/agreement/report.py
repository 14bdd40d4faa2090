"""The report: the five questions in the order an annotator decides them, and every sentence where
readings differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from annotator.agreement.alignment import align
from annotator.agreement.layers import (
    CLAIM_VALUES,
    Aligned,
    Layer,
    Rated,
    claim_present,
    of_claims,
    same_claim,
)
from annotator.model import Answer, Claim, Kind, Status

DIFFERENCES = ("claim", "number", "same", "speaker", "stance", "attribution")
"""How readings differ: claim or none, how many, which ones, and what is said of the same claim."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one annotator answered, after claims that are not counted were left out."""

    person: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Row:
    """One claim of a sentence: how each annotator reads it, in the order of the voices; None: not found."""

    claims: tuple[Claim | None, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A sentence whose readings differ, with every reading."""

    document: str
    sentence_id: str
    order: int
    text: str
    kind: Kind
    differs: tuple[str, ...]
    voices: tuple[Voice, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """How far people agree. `sentences`: those finished by two or more, of `documents`, by `people`."""

    layers: tuple[Layer, ...]
    disagreements: tuple[Disagreement, ...]
    sentences: int
    documents: tuple[str, ...]
    people: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    def layer(self, id: str) -> Layer:
        return next(layer for layer in self.layers if layer.id == id)


def report(
    sentences: Iterable[Rated],
    *,
    queued: Collection[Kind] | None = None,
    left_out: Collection[str] = (),
) -> Report:
    """Agreement over `sentences`.

    Only finished answers count; `queued`: only sentences of these kinds (default: all that are given).
    `left_out`: actors whose claims are not counted; a sentence with no other claim then holds none.
    """
    counted = [
        _counted(rated, frozenset(left_out)) for rated in sentences if queued is None or rated.kind in queued
    ]
    overlapping = (rated for rated in counted if len(rated.answers) > 1)
    shared = sorted(overlapping, key=lambda rated: (rated.document, rated.order))
    people = sorted({name for rated in shared for name in rated.answers})
    aligned = [_aligned(rated) for rated in shared]
    layers = (
        claim_present(shared, people),
        same_claim(aligned),
        *(of_claims(id, aligned, people) for id in CLAIM_VALUES),
    )
    return Report(
        layers=layers,
        disagreements=tuple(found for each in aligned if (found := _disagreement(each)) is not None),
        sentences=len(shared),
        documents=tuple(dict.fromkeys(rated.document for rated in shared)),
        people=tuple(people),
        left_out=tuple(sorted(left_out)),
    )


def _counted(rated: Rated, left_out: frozenset[str]) -> Rated:
    answers = {name: _without(answer, left_out) for name, answer in rated.answers.items() if answer.finished}
    return dataclasses.replace(rated, answers=answers)


def _without(answer: Answer, left_out: frozenset[str]) -> Answer:
    if not left_out:
        return answer
    claims = tuple(claim for claim in answer.claims if left_out.isdisjoint(claim.speaker))
    status = Status.CLAIMS if claims else Status.NO_CLAIM
    return dataclasses.replace(answer, status=status, claims=claims)


def _aligned(rated: Rated) -> Aligned:
    claims = {name: answer.claims for name, answer in rated.answers.items()}
    return Aligned(rated, align(claims, rated.text))


def _disagreement(aligned: Aligned) -> Disagreement | None:
    rated = aligned.rated
    voices = tuple(Voice(name, rated.answers[name]) for name in sorted(rated.answers))
    rows = tuple(_row(aligned, voices, place) for place in range(len(aligned.clusters)))
    found = _claims_differ(voices, rows) | {difference for row in rows for difference in row.differs}
    if not found:
        return None
    return Disagreement(
        document=rated.document,
        sentence_id=rated.sentence_id,
        order=rated.order,
        text=rated.text,
        kind=rated.kind,
        differs=tuple(difference for difference in DIFFERENCES if difference in found),
        voices=voices,
        rows=rows,
    )


def _claims_differ(voices: Sequence[Voice], rows: Sequence[Row]) -> set[str]:
    numbers = {len(voice.answer.claims) for voice in voices}
    found = set()
    if 0 in numbers and len(numbers) > 1:
        found.add("claim")
    if len(numbers - {0}) > 1:
        found.add("number")
    finders = [n for n, voice in enumerate(voices) if voice.answer.claims]
    if not found and any(row.claims[n] is None for row in rows for n in finders):
        found.add("same")
    return found


def _row(aligned: Aligned, voices: Sequence[Voice], place: int) -> Row:
    members = aligned.clusters[place].members
    claims = tuple(
        voice.answer.claims[members[voice.person]] if voice.person in members else None for voice in voices
    )
    differs = tuple(
        id
        for id, value in CLAIM_VALUES.items()
        if len({value(claim) for claim in claims if claim is not None} - {None}) > 1
    )
    return Row(claims, differs)

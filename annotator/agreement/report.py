"""The report: the five questions in the order an annotator decides them, and every sentence where
readings differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotator.agreement.beside import Beside
from annotator.agreement.compared import Compared, claim_present, of_claims, same_claims, stance_sets
from annotator.agreement.distances import by_sides
from annotator.agreement.layers import CLAIM_VALUES, Layer, layer, weighted
from annotator.agreement.ratings import Rated, Ratings, columns
from annotator.agreement.shared import NOTHING, Shared, shared
from annotator.agreement.stored import FIELDS
from annotator.agreement.words import in_or_out, overlap
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
    """How far people agree. `sentences`: those finished by two or more, of `documents`, by `people`.

    `layers`: the five questions in the order of deciding; `words`: "content", "cue", "source"; `stances`: the
    set of positions of a sentence, end to end (MASI); `weighted`: positions with half steps, a check on
    sensitivity, None where no sides are known. `shared` and `compared` (by layer) are what all figures were
    counted from: see `parts_of`, `mixups_of`, `behind`.
    """

    layers: tuple[Layer, ...]
    disagreements: tuple[Disagreement, ...]
    sentences: int
    documents: tuple[str, ...]
    people: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    words: tuple[Layer, ...] = ()
    stances: Layer | None = None
    weighted: Layer | None = None
    shared: Shared = field(default=NOTHING, repr=False, compare=False)
    compared: Mapping[str, Compared] = field(default_factory=dict, repr=False, compare=False)

    @property
    def figures(self) -> tuple[Layer, ...]:
        """Every coefficient: the questions, the marked words, then positions by sentence and weighted."""
        beside = (self.stances, self.weighted)
        return (*self.layers, *self.words, *(each for each in beside if each is not None))

    def layer(self, id: str) -> Layer:
        return next(layer for layer in self.figures if layer.id == id)


def report(
    sentences: Iterable[Rated],
    *,
    queued: Collection[Kind] | None = None,
    left_out: Collection[str] = (),
    sides: Mapping[str, Collection[str]] | None = None,
) -> Report:
    """Agreement over `sentences`, with every reading of those that differ.

    Only finished answers count; `queued`: only sentences of these kinds (default: all that are given).
    `left_out`: actors whose claims are not counted; a sentence with no other claim then holds none.
    `sides`: of each position, for the weighted figure. Many sentences go faster through `report_of`.
    """
    both = _compared(sentences, queued, left_out)
    found = report_of(columns(both), sides=sides)
    return dataclasses.replace(
        found, disagreements=_disagreements(both, found.shared), left_out=tuple(sorted(left_out))
    )


def disagreements(
    sentences: Iterable[Rated], *, queued: Collection[Kind] | None = None, left_out: Collection[str] = ()
) -> tuple[Disagreement, ...]:
    """Those of `report`, without the figures."""
    both = _compared(sentences, queued, left_out)
    return _disagreements(both, shared(columns(both)))


def report_of(
    ratings: Ratings,
    *,
    left_out: Collection[str] = (),
    sides: Mapping[str, Collection[str]] | None = None,
) -> Report:
    """The same from columns, without the readings: what costs time is only reading distinct answers.

    Everything after `shared` is sums over whole numbers, so a cache may keep `Report` by the last change.
    """
    all = shared(ratings, left_out)
    with Beside(len(all.ids)) as beside:
        words = beside(lambda: _words(all))
        compared = {
            each.id: each
            for each in (claim_present(all), same_claims(all), *(of_claims(all, id) for id in CLAIM_VALUES))
        }
        layers = tuple(layer(each, all) for each in compared.values())
        positions = stance_sets(all)
        stances = layer(positions, all)
        in_between = None
        if sides is not None:
            half_steps = weighted(compared["stance"], by_sides(all.readings.stances, sides))
            in_between = layer(half_steps, all)
        marked = words()
    compared |= {each.id: each for each, _ in marked}
    compared["stances"] = positions
    if in_between is not None:
        compared["weighted"] = half_steps
    used = np.flatnonzero(np.bincount(all.document)).tolist()
    who = np.flatnonzero(np.bincount(all.person[all.person >= 0])).tolist()
    return Report(
        layers=layers, disagreements=(), sentences=len(all.ids),
        documents=tuple(all.documents[document] for document in used),
        people=tuple(all.people[person] for person in who),
        left_out=tuple(sorted(left_out)), words=tuple(each for _, each in marked), stances=stances,
        weighted=in_between, shared=all, compared=compared,
    )  # fmt: skip


def _words(all: Shared) -> list[tuple[Compared, Layer]]:
    found = []
    for id in FIELDS if all.words else ():
        compared = in_or_out(all, id)
        found.append((compared, dataclasses.replace(layer(compared, all), overlap=overlap(all, id))))
    return found


def _compared(
    sentences: Iterable[Rated], queued: Collection[Kind] | None, left_out: Collection[str]
) -> list[Rated]:
    """Those with two answers or more, in reading order."""
    without = frozenset(left_out)
    counted = [_counted(rated, without) for rated in sentences if queued is None or rated.kind in queued]
    overlapping = (rated for rated in counted if len(rated.answers) > 1)
    return sorted(overlapping, key=lambda rated: (rated.document, rated.order))


def _disagreements(both: Sequence[Rated], all: Shared) -> tuple[Disagreement, ...]:
    numbers = all.readings.first[:-1][all.reading]
    places: list[list[dict[str, int]]] = [[] for _ in both]
    for row, claims in zip(all.row.tolist(), all.claims.tolist(), strict=True):
        members = {
            all.people[all.person[row, slot]]: int(claim - numbers[row, slot])
            for slot, claim in enumerate(claims)
            if claim >= 0
        }
        places[row].append(members)
    differing = (_disagreement(rated, members) for rated, members in zip(both, places, strict=True))
    return tuple(each for each in differing if each is not None)


def _counted(rated: Rated, left_out: frozenset[str]) -> Rated:
    answers = {name: _without(answer, left_out) for name, answer in rated.answers.items() if answer.finished}
    return dataclasses.replace(rated, answers=answers)


def _without(answer: Answer, left_out: frozenset[str]) -> Answer:
    if not left_out:
        return answer
    claims = tuple(claim for claim in answer.claims if left_out.isdisjoint(claim.speaker))
    status = Status.CLAIMS if claims else Status.NO_CLAIM
    return dataclasses.replace(answer, status=status, claims=claims)


def _disagreement(rated: Rated, clusters: Sequence[Mapping[str, int]]) -> Disagreement | None:
    voices = tuple(Voice(name, rated.answers[name]) for name in sorted(rated.answers))
    rows = tuple(_row(members, voices) for members in clusters)
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


def _row(members: Mapping[str, int], voices: Sequence[Voice]) -> Row:
    claims = tuple(
        voice.answer.claims[members[voice.person]] if voice.person in members else None for voice in voices
    )
    differs = tuple(
        id
        for id, value in CLAIM_VALUES.items()
        if len({value(claim) for claim in claims if claim is not None} - {None}) > 1
    )
    return Row(claims, differs)

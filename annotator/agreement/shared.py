"""Sentences that two or more finished, with their claims put side by side: integers from here on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.alignment import grouped
from annotator.agreement.letters import Texts, texts_of
from annotator.agreement.marks import Marks, as_number, marks
from annotator.agreement.ratings import Ratings, Readings, read
from annotator.agreement.sums import Ints, each_row

Clusters = list[dict[int, int]]


@dataclass(frozen=True, slots=True)
class Shared:
    """S sentences with their M slots: the answers to a sentence in order of the people's names, −1 for none.

    `documents` and `people` are names; `document` (S,) is a place in the first. By slot, each (S, M):
    `person`, a place in `people`; `reading`, a place in `readings`; `number` and `day`, the order of the
    answer and a place in `days`, −1 throughout where they are not known. Claims that are the same stand in
    one of the C rows of `claims` (C, M), a place in the readings' claims or −1; `row` (C,) is its sentence.
    `words`: whether marked words are compared.
    """

    documents: tuple[str, ...]
    people: tuple[str, ...]
    days: tuple[str, ...]
    ids: Sequence[str]
    words: bool
    document: Ints
    person: Ints
    reading: Ints
    number: Ints
    day: Ints
    readings: Readings
    claims: Ints
    row: Ints
    marks: Marks

    @property
    def found(self) -> Ints:
        """Number of claims in each slot (S, M), −1 for none."""
        return np.where(self.reading >= 0, np.diff(self.readings.first)[self.reading], -1)

    def name(self, row: int) -> tuple[str, str]:
        """(document, sentence) of a sentence."""
        return self.documents[self.document[row]], self.ids[row]


def shared(ratings: Ratings, left_out: Collection[str] = ()) -> Shared:
    """The sentences of `ratings` that two or more finished; claims of actors in `left_out` do not count.

    Raises ValueError when one person has two answers to a sentence.
    """
    reading, readings = read(ratings.claims, frozenset(left_out), ratings.given)
    names = sorted(ratings.people)
    person = np.array([names.index(name) for name in ratings.people], np.int64)
    person = person[np.asarray(ratings.person, np.int64)] if len(reading) else np.empty(0, np.int64)
    sentence = np.asarray(ratings.sentence, np.int64)
    size = len(ratings.ids)
    answers = np.bincount(sentence, minlength=size)
    kept = np.flatnonzero(answers > 1)
    key = sentence * max(len(names), 1) + person
    order = np.argsort(key, kind="stable") if (np.diff(key) < 0).any() else np.arange(len(key))
    order = order[answers[sentence[order]] > 1]
    ranks = _ranks(sentence[order], person[order])
    row = np.cumsum(answers > 1)[sentence[order]] - 1
    width = int(answers.max(initial=0)) if len(kept) else 0

    places = row * width + ranks

    def by_slot(values: Ints) -> Ints:
        table = np.full(len(kept) * width, -1, np.int64)
        table[places] = values[order]
        return table.reshape(len(kept), width)

    days, day = _days(ratings)
    unknown = np.full(len(reading), -1, np.int64)
    readings_by_slot = by_slot(reading)
    texts: Texts | None = None
    if ratings.texts is not None:
        every = ratings.texts() if callable(ratings.texts) else texts_of(ratings.texts)
        texts = every.of(kept)
    marked = marks(readings_by_slot, readings, texts)
    claims, of = _Same(readings_by_slot, readings, marked).side_by_side()
    return Shared(
        documents=tuple(ratings.documents), people=tuple(names), days=days,
        ids=_taken(ratings.ids, kept), words=texts is not None,
        document=np.asarray(ratings.document, np.int64)[kept], person=by_slot(person),
        reading=readings_by_slot,
        number=by_slot(unknown if ratings.number is None else np.asarray(ratings.number, np.int64)),
        day=by_slot(day if len(day) else unknown),
        readings=readings, claims=claims, row=of, marks=marked,
    )  # fmt: skip


def _days(ratings: Ratings) -> tuple[tuple[str, ...], Ints]:
    """(the different days, the place of each answer's there)."""
    if ratings.days is not None:
        return tuple(ratings.days), np.asarray(ratings.day, np.int64)
    given = [str(one) for one in ratings.day] if ratings.day is not None else []
    days: dict[str, int] = {}
    known = {one: days.setdefault(one[:10], len(days)) if one else -1 for one in dict.fromkeys(given)}
    return tuple(days), np.fromiter(map(known.__getitem__, given), np.int64)


def _taken(all: Sequence[str], kept: Ints) -> Sequence[str]:
    return all if len(kept) == len(all) else [all[n] for n in kept.tolist()]


def _ranks(sentence: Ints, person: Ints) -> Ints:
    """Place of each answer within its sentence, from answers sorted by sentence and person."""
    if not len(sentence):
        return sentence
    new = np.diff(sentence, prepend=-1) != 0
    if (~new & (np.diff(person, prepend=-1) == 0)).any():
        raise ValueError("one person has two answers to a sentence")
    starts = np.flatnonzero(new)
    return np.arange(len(sentence)) - np.repeat(starts, np.diff(starts, append=len(sentence)))


# ------------------------------------------------------------------ the same claims


class _Same:
    """Puts claims side by side.

    Where nobody has two claims, words that meet decide at once. The others go one by one through `grouped`;
    where words do not decide, equal patterns of speakers go once.
    """

    def __init__(self, reading: Ints, readings: Readings, marked: Marks) -> None:
        self.reading, self.readings, self.marks = reading, readings, marked
        self.speaker = readings.speaker.tolist()
        self.has = readings.marked["content"]
        self.patterns: dict[tuple[tuple[int, ...], ...], Clusters] = {}

    def side_by_side(self) -> tuple[Ints, Ints]:
        """(claims (C, M), sentence of each row (C,))."""
        reading, first = self.reading, self.readings.first
        number = np.where(reading >= 0, np.diff(first)[reading], 0) if len(first) > 1 else 0 * reading
        claim = first[:-1][reading] if len(first) > 1 else reading
        own = np.where(number == 1, claim, -1)
        marked = np.zeros(reading.shape, bool)
        marked[own >= 0] = self.has[own[own >= 0]]
        single, both = each_row(np.maximum, number) == 1, each_row(np.add, marked)
        two = np.flatnonzero(single & (both == 2) & (each_row(np.add, number > 0) == 2))
        meet = self._meet(two, marked[two])
        one = np.concatenate([np.flatnonzero(single & (both < 2)), two[meet]])
        apart = np.repeat(two[~meet], 2)
        left = own[apart].copy()
        slots = np.nonzero(marked[two[~meet]])[1]
        left[np.arange(len(apart)), slots.reshape(-1, 2)[:, ::-1].ravel()] = -1
        hard = (each_row(np.add, number) > 0) & ~(single & (both < 2))
        hard[two] = False
        slow, of = self._one_by_one(np.flatnonzero(hard), number)
        rows = np.concatenate([one, apart, of])
        order = np.argsort(rows, kind="stable")
        return np.concatenate([own[one], left, slow])[order], rows[order]

    def _meet(self, rows: Ints, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether the two marked claims of each of these sentences share a word."""
        slots = np.nonzero(marked)[1].reshape(-1, 2)
        a, b = (self.marks.of("content", self.marks.start[rows, slots[:, k]]) for k in (0, 1))
        return np.asarray((a & b).any(axis=1))

    def _one_by_one(self, rows: Ints, number: Ints) -> tuple[Ints, Ints]:
        claims: list[list[int]] = []
        of: list[int] = []
        width = self.reading.shape[1]
        firsts = self.readings.first[:-1][self.reading[rows]] if len(rows) else self.reading[rows]
        starts = self.marks.start[rows]
        for row, slots, first, start in zip(
            rows.tolist(), number[rows].tolist(), firsts.tolist(), starts.tolist(), strict=True
        ):
            for members in self._clusters(row, slots, first, start):
                line = [-1] * width
                for slot, place in members.items():
                    line[slot] = first[slot] + place
                claims.append(line)
                of.append(row)
        return np.array(claims, np.int64).reshape(len(claims), width), np.array(of, np.int64)

    def _clusters(self, row: int, number: list[int], first: list[int], start: list[int]) -> Clusters:
        """Slot → place of the claim in its answer, for each cluster."""
        speakers = [self.speaker[a : a + n] for a, n in zip(first, number, strict=True)]
        at = self.marks.at["content"]
        places = [at[a : a + n].tolist() for a, n in zip(start, number, strict=True)]
        marking = [any(place >= 0 for place in some) for some in places]
        if sum(marking) < 2:
            return self._by_speakers(speakers)
        bits = self.marks.bits["content"]
        tokens = {place: as_number(bits[place]) for some in places for place in some if place >= 0}
        sizes = self.marks.sizes
        whole = (1 << int(sizes[row])) - 1 if len(sizes) else max(tokens.values())
        whole = (1 << whole.bit_length()) - 1
        return grouped(
            [[None if who < 0 else who for who in some] for some in speakers],
            [
                [tokens.get(place, whole) for place in some] if any_ else None
                for some, any_ in zip(places, marking, strict=True)
            ],
        )

    def _by_speakers(self, speakers: Sequence[Sequence[int]]) -> Clusters:
        numbers: dict[int, int] = {-1: -1}
        pattern = tuple(tuple(numbers.setdefault(who, len(numbers)) for who in some) for some in speakers)
        if pattern not in self.patterns:
            named = [[None if who < 0 else who for who in some] for some in pattern]
            self.patterns[pattern] = grouped(named, [None] * len(named))
        return self.patterns[pattern]


NOTHING = shared(Ratings((), (), (), (), (), (), (), ()))

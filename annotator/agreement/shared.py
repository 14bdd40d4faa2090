"""Sentences that two or more finished, with their claims put side by side: integers from here on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotator.agreement.alignment import grouped
from annotator.agreement.ratings import Ratings, Readings, read
from annotator.agreement.sums import Ints

Clusters = list[dict[int, int]]


@dataclass(frozen=True, slots=True)
class Shared:
    """S sentences with their M slots: the answers to a sentence in order of the people's names, −1 for none.

    `documents` and `people` are names; `document` (S,) is a place in the first. By slot, each (S, M):
    `person`, a place in `people`; `reading`, a place in `readings`; `number` and `day`, the order of the
    answer and a place in `days`, −1 throughout where they are not known. Claims that are the same stand in
    one of the C rows of `claims` (C, M), a place in the readings' claims or −1; `row` (C,) is its sentence.
    """

    documents: tuple[str, ...]
    people: tuple[str, ...]
    days: tuple[str, ...]
    ids: Sequence[str]
    texts: Sequence[str] | None
    document: Ints
    person: Ints
    reading: Ints
    number: Ints
    day: Ints
    readings: Readings
    claims: Ints
    row: Ints
    _sizes: dict[int, int] = field(default_factory=dict, repr=False)
    _masks: dict[tuple[str, int, int], int] = field(default_factory=dict, repr=False)

    def sizes(self, rows: Ints) -> Ints:
        """Number of words of each of these sentences; counted once. There must be `texts`."""
        known, texts = self._sizes, self.texts or ()
        return np.array(
            [
                known[row] if row in known else known.setdefault(row, count(texts[row]))
                for row in rows.tolist()
            ],
            np.int64,
        )

    def tokens(self, name: str, row: int, claim: int) -> int:
        """`tokens` of a claim's "content", "cue" or "source"; counted once."""
        key = (name, row, claim)
        if key not in self._masks:
            text = None if self.texts is None else self.texts[row]
            self._masks[key] = tokens(self.readings.spans[name][claim], text)
        return self._masks[key]

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
    reading, readings = read(ratings.claims, frozenset(left_out))
    names = sorted(ratings.people)
    person = np.array([names.index(name) for name in ratings.people], np.int64)
    person = person[np.asarray(ratings.person, np.int64)] if len(reading) else np.empty(0, np.int64)
    sentence = np.asarray(ratings.sentence, np.int64)
    size = len(ratings.ids)
    answers = np.bincount(sentence, minlength=size)
    kept = np.flatnonzero(answers > 1)
    order = np.argsort(sentence * max(len(names), 1) + person, kind="stable")
    order = order[answers[sentence[order]] > 1]
    ranks = _ranks(sentence[order], person[order])
    row = np.cumsum(answers > 1)[sentence[order]] - 1
    width = int(answers.max(initial=0)) if len(kept) else 0

    def by_slot(values: Ints) -> Ints:
        table = np.full((len(kept), width), -1, np.int64)
        table[row, ranks] = values[order]
        return table

    days: dict[str, int] = {}
    known = {
        one: days.setdefault(one[:10], len(days)) if one else -1 for one in dict.fromkeys(ratings.day or ())
    }
    day = np.fromiter(map(known.__getitem__, ratings.day or ()), np.int64)
    unknown = np.full(len(reading), -1, np.int64)
    readings_by_slot = by_slot(reading)
    texts = None if ratings.texts is None else _taken(ratings.texts, kept)
    claims, of = _side_by_side(readings_by_slot, readings, texts)
    return Shared(
        documents=tuple(ratings.documents), people=tuple(names), days=tuple(days),
        ids=_taken(ratings.ids, kept), texts=texts,
        document=np.asarray(ratings.document, np.int64)[kept], person=by_slot(person),
        reading=readings_by_slot,
        number=by_slot(unknown if ratings.number is None else np.asarray(ratings.number, np.int64)),
        day=by_slot(day if len(day) else unknown),
        readings=readings, claims=claims, row=of,
    )  # fmt: skip


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


def _side_by_side(reading: Ints, readings: Readings, texts: Sequence[str] | None) -> tuple[Ints, Ints]:
    """(claims (C, M), sentence of each row (C,)).

    Where nobody has two claims and at most one marked content, all overlaps are whole: one row. The others
    go one by one through `grouped`.
    """
    present = reading >= 0
    number = np.where(present, np.diff(readings.first)[reading], 0)
    first = readings.first[:-1][reading] if len(readings.first) > 1 else reading
    marked = np.zeros(reading.shape, bool)
    once = number == 1
    marked[once] = readings.marked["content"][first[once]]
    plain = (number.max(axis=1, initial=0) == 1) & (marked.sum(axis=1) < 2)
    rows = np.flatnonzero(plain)
    easy = np.where(number[rows] > 0, first[rows], -1)
    hard_rows = np.flatnonzero(~plain & (number.sum(axis=1) > 0))
    same = _Same(readings)
    claims: list[list[int]] = []
    of: list[int] = []
    width = reading.shape[1]
    for row, slots in zip(hard_rows.tolist(), reading[hard_rows].tolist(), strict=True):
        text = texts[row] if texts is not None else None
        for members in same.clusters([slot for slot in slots if slot >= 0], text):
            line = [-1] * width
            for slot, claim in members.items():
                line[slot] = claim
            claims.append(line)
            of.append(row)
    hard = np.array(claims, np.int64).reshape(len(claims), width)
    both = np.concatenate([rows, np.array(of, np.int64)])
    order = np.argsort(both, kind="stable")
    return np.concatenate([easy, hard])[order], both[order]


class _Same:
    """Aligns one sentence after the other; where words do not decide, equal patterns of speakers once."""

    def __init__(self, readings: Readings) -> None:
        self.first = readings.first.tolist()
        self.speaker = readings.speaker.tolist()
        self.marked = readings.marked["content"].tolist()
        self.spans = readings.spans["content"]
        self.patterns: dict[tuple[tuple[int, ...], ...], Clusters] = {}

    def clusters(self, slots: Sequence[int], text: str | None) -> list[dict[int, int]]:
        """Slot → claim, for each cluster."""
        own = [range(self.first[reading], self.first[reading + 1]) for reading in slots]
        marking = [any(self.marked[claim] for claim in claims) for claims in own]
        if sum(marking) < 2:
            found = self._by_speakers([[self.speaker[claim] for claim in claims] for claims in own])
        else:
            size = count(text) if text is not None else self._end(own)
            found = grouped(
                [[None if self.speaker[c] < 0 else self.speaker[c] for c in claims] for claims in own],
                [
                    [self._tokens(claim, text, size) for claim in claims] if some else None
                    for claims, some in zip(own, marking, strict=True)
                ],
            )
        return [{slot: own[slot][place] for slot, place in members.items()} for members in found]

    def _by_speakers(self, speakers: Sequence[Sequence[int]]) -> Clusters:
        numbers: dict[int, int] = {-1: -1}
        pattern = tuple(tuple(numbers.setdefault(who, len(numbers)) for who in claims) for claims in speakers)
        if pattern not in self.patterns:
            named = [[None if who < 0 else who for who in claims] for claims in pattern]
            self.patterns[pattern] = grouped(named, [None] * len(named))
        return self.patterns[pattern]

    def _tokens(self, claim: int, text: str | None, size: int) -> int:
        return tokens(self.spans[claim], text) if self.marked[claim] else (1 << size) - 1

    def _end(self, own: Sequence[range]) -> int:
        return max((to for claims in own for claim in claims for _, to in self.spans[claim]), default=0)


def count(text: str) -> int:
    """Number of white-space words."""
    return len(text.split())


def tokens(spans: Sequence[Sequence[int]], text: str | None) -> int:
    """The white-space words of which `spans` hold a character, bit i for the i-th; without a text, the code
    points. Words are counted before each end rather than all listed: `alignment.covered`, faster.

    >>> bin(tokens([[1, 4]], "He left."))
    '0b11'
    """
    found = 0
    for since, to in spans:
        if text is None:
            first, last = since, to
        else:
            first, last = len(text[:since].split()), len(text[:to].split())
            if 0 < since < len(text) and not text[since - 1].isspace() and not text[since].isspace():
                first -= 1  # it begins within a word
        if first < last:
            found |= (1 << last) - (1 << first)
    return found


NOTHING = shared(Ratings((), (), (), (), (), (), (), ()))

"""Marked words as sets of tokens, many at once: bit i of a row of 64-bit numbers is the i-th token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.letters import ONES, Texts, texts_of
from annotator.agreement.ratings import Readings
from annotator.agreement.stored import FIELDS
from annotator.agreement.sums import Ints, each_row

Bits = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Marks:
    """The marked words of every claim of every slot.

    The claims of sentence s in slot m are numbered from `start[s, m]` on. By field ("content", "cue",
    "source"), `at` (T,) is the place of such a claim in `bits` (K, W), −1 where it has no such words.
    `sizes` (S,): number of words of each sentence, where there are texts.
    """

    start: Ints
    at: dict[str, Ints]
    bits: dict[str, Bits]
    sizes: Ints

    def of(self, field: str, numbers: Ints) -> Bits:
        """Tokens of claims that have such words, (len(numbers), W)."""
        return self.bits[field][self.at[field][numbers]]


def marks(reading: Ints, readings: Readings, texts: Sequence[str] | Texts | None) -> Marks:
    """`reading` (S, M); `texts` of the S sentences, None to count code points instead of words."""
    flat = reading.ravel()
    number = np.diff(readings.first)
    n = np.where(flat >= 0, number[flat], 0) if len(number) else np.zeros(len(flat), np.int64)
    start = np.cumsum(n) - n
    slot = np.repeat(np.arange(len(flat)), n)
    claim = readings.first[flat[slot]] + np.arange(len(slot)) - start[slot]
    row = slot // max(reading.shape[1], 1)
    chosen = {field: _marked(readings, field, claim) for field in FIELDS}
    begins, where = {}, []
    for field, some in chosen.items():
        begins[field], row_of, since, to = _spans(readings, field, claim[some], row[some])
        where.append((row_of, since, to))
    sizes: Ints = np.empty(0, np.int64)
    found = [(since, to) for _, since, to in where]
    if texts is not None:
        given = texts if isinstance(texts, Texts) else texts_of(texts)
        sizes, found = given.sizes(), [given.words(*spans) for spans in where]
    at: dict[str, Ints] = {}
    bits: dict[str, Bits] = {}
    for (field, some), (first, last) in zip(chosen.items(), found, strict=True):
        at[field] = np.full(len(claim), -1, np.int64)
        at[field][some] = np.arange(len(some))
        bits[field] = _bits(begins[field], first, last)
    return Marks(start.reshape(reading.shape), at, bits, sizes)


def _marked(readings: Readings, field: str, claim: Ints) -> Ints:
    marked = readings.marked[field]
    return np.flatnonzero(marked[claim]) if len(marked) else np.empty(0, np.int64)


def _spans(readings: Readings, field: str, claim: Ints, row: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """(where those of each claim begin, and of each span its sentence, start and end)."""
    index, ends = readings.spans[field]
    n = index[claim + 1] - index[claim]
    begin = np.cumsum(n) - n
    span = np.repeat(index[claim] - begin, n) + np.arange(int(n.sum()))
    return begin, np.repeat(row, n), ends[span, 0], ends[span, 1]


def _bits(begin: Ints, first: Ints, last: Ints) -> Bits:
    if not len(begin):
        return np.zeros((0, 1), np.uint64)
    width = max((int(last.max()) + 63) // 64, 1)
    word = 64 * np.arange(width)
    upper = ONES[np.clip(last[:, None] - word, 0, 64)]
    lower = ONES[np.clip(np.minimum(first, last)[:, None] - word, 0, 64)]
    return np.bitwise_or.reduceat(upper & ~lower, begin, axis=0)


def size(bits: Bits) -> Ints:
    """How many tokens each row (K, W) holds."""
    return each_row(np.add, np.bitwise_count(bits).astype(np.int64))


def first_tokens(sizes: Ints, width: int) -> Bits:
    """The first `sizes` tokens, (len(sizes), width)."""
    return np.asarray(ONES[np.clip(sizes[:, None] - 64 * np.arange(width), 0, 64)])


def as_number(bits: Bits) -> int:
    """One row as a whole number.

    >>> as_number(np.array([1, 2], np.uint64)) == 1 + (2 << 64)
    True
    """
    return sum(int(part) << 64 * k for k, part in enumerate(bits.tolist()))

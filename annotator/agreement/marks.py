"""Marked words as sets of tokens, many at once: bit i of a row of 64-bit numbers is the i-th token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.ratings import FIELDS, Readings
from annotator.agreement.sums import Ints, distinct

Bits = NDArray[np.uint64]

ONES = np.array([(1 << k) - 1 for k in range(65)], np.uint64)
COUNTS = np.array([n.bit_count() for n in range(256)], np.uint8)
SPACE = np.array([chr(n).isspace() for n in range(0x3001)] + [False])
"""By code point; the last stands for all that follow, none of which is white space."""

CHUNK = 1 << 14  # sentences looked at together: their letters take some megabytes


@dataclass(frozen=True, slots=True)
class Marks:
    """The marked words of every claim of every slot.

    The claims of sentence s in slot m are numbered from `start[s, m]` on. By field ("content", "cue",
    "source"), `at` (T,) is the place of such a claim in `bits` (K, W), −1 where it has no such words.
    """

    start: Ints
    at: dict[str, Ints]
    bits: dict[str, Bits]

    def of(self, field: str, numbers: Ints) -> Bits:
        """Tokens of claims that have such words, (len(numbers), W)."""
        return self.bits[field][self.at[field][numbers]]


def marks(reading: Ints, readings: Readings, texts: Sequence[str] | None) -> Marks:
    """`reading` (S, M); `texts` of the S sentences, None to count code points instead of words."""
    flat = reading.ravel()
    number = np.diff(readings.first)
    n = np.where(flat >= 0, number[flat], 0) if len(number) else np.zeros(len(flat), np.int64)
    start = np.cumsum(n) - n
    slot = np.repeat(np.arange(len(flat)), n)
    claim = readings.first[flat[slot]] + np.arange(len(slot)) - start[slot]
    row = slot // max(reading.shape[1], 1)
    at: dict[str, Ints] = {}
    bits: dict[str, Bits] = {}
    for field in FIELDS:
        marked = readings.marked[field]
        chosen = np.flatnonzero(marked[claim]) if len(marked) else claim
        at[field] = np.full(len(claim), -1, np.int64)
        at[field][chosen] = np.arange(len(chosen))
        bits[field] = _bits(readings, field, claim[chosen], row[chosen], texts)
    return Marks(start.reshape(reading.shape), at, bits)


def _bits(readings: Readings, field: str, claim: Ints, row: Ints, texts: Sequence[str] | None) -> Bits:
    if not len(claim):
        return np.zeros((0, 1), np.uint64)
    index, ends = readings.spans[field]
    n = index[claim + 1] - index[claim]
    begin = np.cumsum(n) - n
    span = np.repeat(index[claim] - begin, n) + np.arange(int(n.sum()))
    since, to = ends[span, 0], ends[span, 1]
    first, last = (since, to) if texts is None else _words(texts, np.repeat(row, n), since, to)
    width = max((int(last.max()) + 63) // 64, 1)
    word = 64 * np.arange(width)
    upper = ONES[np.clip(last[:, None] - word, 0, 64)]
    lower = ONES[np.clip(np.minimum(first, last)[:, None] - word, 0, 64)]
    return np.bitwise_or.reduceat(upper & ~lower, begin, axis=0)


def _words(texts: Sequence[str], row: Ints, since: Ints, to: Ints) -> tuple[Ints, Ints]:
    """(first word, word after the last) that each span holds a character of; `row` ascends."""
    first, last = np.zeros_like(since), np.zeros_like(to)
    done = 0
    while done < len(row):
        rows = distinct(row[done:][row[done:] < row[done] + CHUNK])
        end = int(np.searchsorted(row, rows[-1], side="right"))
        part = slice(done, end)
        some = [texts[one] for one in rows.tolist()]
        sizes = np.fromiter(map(len, some), np.int64)
        offset = np.cumsum(sizes + 1) - sizes - 1
        place = np.searchsorted(rows, row[part])
        letters = np.frombuffer(("\n".join(some) + "\n").encode("utf-32-le", "surrogatepass"), np.uint32)
        word = ~SPACE[np.minimum(letters, len(SPACE) - 1)]
        within = np.concatenate([[False], word[1:] & word[:-1]])  # goes on with the word before
        before = np.concatenate([[0], np.cumsum(word & ~within)])
        a = offset[place] + np.minimum(since[part], sizes[place])
        b = offset[place] + np.minimum(to[part], sizes[place])
        start = before[offset[place]]
        first[part] = before[a] - start - within[a]
        last[part] = before[b] - start
        done = end
    return first, last


def size(bits: Bits) -> Ints:
    """How many tokens each row (…, W) holds."""
    parts = COUNTS[np.ascontiguousarray(bits).view(np.uint8)]
    return np.asarray(parts.sum(axis=-1, dtype=np.int64))


def first_tokens(sizes: Ints, width: int) -> Bits:
    """The first `sizes` tokens, (len(sizes), width)."""
    return np.asarray(ONES[np.clip(sizes[:, None] - 64 * np.arange(width), 0, 64)])


def as_number(bits: Bits) -> int:
    """One row as a whole number.

    >>> as_number(np.array([1, 2], np.uint64)) == 1 + (2 << 64)
    True
    """
    return sum(int(part) << 64 * k for k, part in enumerate(bits.tolist()))

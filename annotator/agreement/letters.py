"""Words counted in UTF-8 as it is stored: marks in rows of bits, looked up by how many come before.

Texts are never made into strings, so a hundred thousand of them take some hundredths of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.sums import Ints

Bytes = NDArray[np.uint8]

ONES = np.array([(1 << k) - 1 for k in range(65)], np.uint64)

PAIRS, FOURS, BYTES, EACH, TOPS = (np.uint64(int(8 * byte, 16)) for byte in ("55", "33", "0f", "01", "80"))
NTH = np.argsort([[~byte >> k & 1 for k in range(8)] for byte in range(256)], kind="stable").astype(np.uint64)
"""Where the bits of each byte stand that are set: the first of them, the second and so on."""

BLOCK = 1 << 18  # bytes looked at together: they stay in the processor's cache
REST = np.uint8(0xC0), np.uint8(0x80)  # the mask and the mark of a byte that goes on with a character
WIDE = {
    size: np.array([int.from_bytes(chr(n).encode()) for n in some if chr(n).isspace()])
    for size, some in ((2, range(0x80, 0x800)), (3, range(0x800, 0x3001)))
}
"""White space outside ASCII, by number of bytes. It begins with C2 or E1 to E3; none is after U+3000."""


class Ranked:
    """A row of bits, the first one lowest, 64 in a word, with how many are set before each."""

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self.words = words

    @cached_property
    def _before(self) -> Ints:
        return np.append(0, np.cumsum(np.bitwise_count(self.words), dtype=np.int64))

    def holds(self, at: Ints) -> NDArray[np.bool_]:
        """Which of these bits are set."""
        return np.asarray(self.words[at >> 6] >> (at & 63).astype(np.uint64) & ONES[1] > 0)

    def before(self, at: Ints) -> Ints:
        """How many are set before these places, 0 to n."""
        word = at >> 6
        return np.asarray(self._before[word] + np.bitwise_count(self.words[word] & ONES[at & 63]))

    def place(self, number: Ints) -> Ints:
        """Where the bits with these numbers stand, counted from 0: so many are set before them."""
        word = np.searchsorted(self._before, number, side="right") - 1
        bits, left = self.words[word], (number - self._before[word]).astype(np.uint64)
        # How many are set up to the end of each byte, all in one number: Vigna (2008), Broadword
        # implementation of rank/select queries, algorithm 2.
        until = bits - (bits >> 1 & PAIRS)
        until = (until & FOURS) + (until >> 2 & FOURS)
        until = (until + (until >> 4) & BYTES) * EACH
        full = ((left * EACH | TOPS) - until & TOPS) >> 7  # a one for each byte that is passed over
        first = (full * EACH >> 56) << 3
        left -= until << 8 >> first & 255
        return np.asarray(64 * word + (first + NTH[bits >> first & 255, left]).astype(np.int64))


@dataclass(frozen=True, slots=True)
class Letters:
    """UTF-8 as three rows of bits: where characters begin, where words do, and what is white space.

    Each has some bits more, so that the end of a text has a number too.
    """

    characters: Ranked
    words: Ranked
    white: Ranked

    @classmethod
    def of(cls, stored: bytes) -> Self:
        letters = np.frombuffer(stored, np.uint8)
        n = len(letters)
        white = np.ones(n + 2, bool)  # of the byte before each: there is white space around all
        rows = characters, words, blanks = [np.zeros(8 * (n // 64 + 2), np.uint8) for _ in range(3)]
        found = []
        for at in range(0, n, BLOCK):
            some = letters[at : at + BLOCK]
            own = white[at + 1 : at + 1 + len(some)]
            np.less(some - np.uint8(9), 5, out=own)  # tab to carriage return
            own |= (some - np.uint8(28)) < 5  # four separators, blank
            found.append(at + np.flatnonzero(((some - np.uint8(0xE1)) < 3) | (some == 0xC2)))
            _pack(characters, at, (some & REST[0]) != REST[1])
        _wide(white, letters, np.concatenate([np.empty(0, np.int64), *found]))
        for at in range(0, n, BLOCK):
            own = white[at : at + BLOCK + 1]
            _pack(words, at, (own[:-1] > own[1:])[: n - at])
        _pack(blanks, 0, white[1:])
        characters[n >> 3] |= 1 << (n & 7)  # so that the end has a number too
        return cls(*(Ranked(row.view("<u8")) for row in rows))

    @classmethod
    def joined(cls, some: Sequence[Letters]) -> Self:
        """One after the other."""
        rows = ([getattr(one, name).words for one in some] for name in cls.__slots__)
        return cls(*(Ranked(np.concatenate(row)) for row in rows))

    def __len__(self) -> int:
        return 64 * len(self.words.words)


def _wide(white: NDArray[np.bool_], letters: Bytes, at: Ints) -> None:
    """Marks white space of several bytes, which begins at some of these places."""
    for size, known in WIDE.items():
        begin = at[at + size <= len(letters)]
        code = np.zeros(len(begin), np.int64)
        for k in range(size):
            code = code << 8 | letters[begin + k]
        begin = begin[np.isin(code, known)]
        for k in range(size):
            white[begin + k + 1] = True


def _pack(row: Bytes, at: int, some: NDArray[np.bool_]) -> None:
    packed = np.packbits(some, bitorder="little")
    row[at >> 3 : (at >> 3) + len(packed)] = packed


@dataclass(frozen=True, slots=True)
class Texts:
    """S texts in `letters`: where each begins and ends, with white space or nothing on both sides."""

    letters: Letters
    begin: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.begin)

    def of(self, rows: Ints) -> Texts:
        """Some of them."""
        return Texts(self.letters, self.begin[rows], self.end[rows])

    def sizes(self) -> Ints:
        """Number of words of each."""
        words = self.letters.words
        return words.before(self.end) - words.before(self.begin)

    def words(self, rows: Ints, since: Ints, to: Ints) -> tuple[Ints, Ints]:
        """Of spans, each in a text and given in characters: the first word, and the word after the last, of
        which they hold a character."""
        words = self.letters.words
        start = words.before(self.begin[rows])
        a, b = self._bytes(rows, since), self._bytes(rows, to)
        within = ~(self.letters.white.holds(a) | words.holds(a))
        return words.before(a) - start - within, words.before(b) - start

    def _bytes(self, rows: Ints, at: Ints) -> Ints:
        """Where these characters begin; the end for those after it."""
        characters = self.letters.characters
        number = characters.before(self.begin[rows]) + at
        return characters.place(np.minimum(number, characters.before(self.end[rows])))


def texts_of(strings: Sequence[str]) -> Texts:
    stored = [one.encode("utf-8", "surrogatepass") for one in strings]
    size = np.fromiter(map(len, stored), np.int64, len(stored))
    end = np.cumsum(size + 1) - 1
    return Texts(Letters.of(b"\n".join(stored)), end - size, end)


def texts_joined(some: Sequence[Texts]) -> Texts:
    """The texts of all of them; there is one at least."""
    before = np.cumsum([0, *(len(one.letters) for one in some[:-1])]).tolist()
    return Texts(
        Letters.joined([one.letters for one in some]),
        np.concatenate([one.begin + at for one, at in zip(some, before, strict=True)]),
        np.concatenate([one.end + at for one, at in zip(some, before, strict=True)]),
    )

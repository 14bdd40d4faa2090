"""The printed lines of a file and what each looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Generic, TypeVar

from annotator.model import Span
from annotator.text.characters import CLOSING, END_MARKS, OPENING, TATWEEL, UNSEEN_CLASS, VISIBLE, plain

_BREAK = re.compile("\r\n|[\n\r\u2028\u2029]")
_TOKEN = re.compile(r"\S+")
_URL = re.compile(r"(?:https?://|ftp://|www\.)\S+\Z", re.IGNORECASE)
_ENDED = re.compile(rf"[{END_MARKS}][{CLOSING}{UNSEEN_CLASS}\s]*(?:\[\d+\]\s*)*\Z")
_LETTER = re.compile(r"[^\W\d_]")
_BULLET = re.compile(r"[•▪●◦‣■·*]\s*\S|[-–—]\s+\S|\(?\d{1,2}[.)]\s+\S")


Value = TypeVar("Value")


class once(Generic[Value]):  # noqa: N801 - it reads as the decorator it is
    """A property worked out at its first use; without the lock that makes functools' slow on 3.11."""

    def __init__(self, work_out: Callable[[Any], Value]):
        self.work_out = work_out
        self.name = work_out.__name__

    def __get__(self, line: Any, of: type) -> Value:
        value = line.__dict__[self.name] = self.work_out(line)
        return value


@dataclass(frozen=True)
class Line:
    """One printed line, and the order in which its pieces are to be read."""

    raw: str = field(repr=False)
    number: int  # from 1, as an editor counts
    start: int
    end: int  # both without white space at the edges
    gap: bool  # a blank line, or the start of the file, stands before it
    pieces: tuple[Span, ...]  # in reading order
    joins: tuple[str, ...] = ()
    turned: bool = False
    unsure: bool = False

    @once
    def text(self) -> str:
        return self.raw[self.start : self.end]

    @once
    def tokens(self) -> tuple[Span, ...]:
        return tuple(
            (found.start(), found.end()) for found in _TOKEN.finditer(self.raw, self.start, self.end)
        )

    @once
    def words(self) -> tuple[str, ...]:
        """Its words in reading order, bare of marks and signs."""
        parts: list[str] = []
        for place, (start, end) in enumerate(self.pieces):
            parts.append(self.joins[place - 1] if place else "")
            parts.append(self.raw[start:end])
        return tuple(word for word in map(plain, "".join(parts).split()) if word)

    @once
    def width(self) -> int:
        return len(self.text) - self.text.count(TATWEEL)

    @once
    def ended(self) -> bool:
        """Whether the last words read close a sentence."""
        start, end = self.pieces[-1]
        return _ENDED.search(self.raw, max(start, end - 12), end) is not None

    @once
    def last(self) -> str:
        """The last visible character read."""
        start, end = self.pieces[-1]
        return next((c for c in reversed(self.raw[start:end]) if VISIBLE.match(c)), "")

    @once
    def first(self) -> str:
        """The first character read that is not an opening mark."""
        start, end = self.pieces[0]
        return next((c for c in self.raw[start:end] if VISIBLE.match(c) and c not in OPENING), "")

    @once
    def lettered(self) -> bool:
        return _LETTER.search(self.text) is not None

    @once
    def is_url(self) -> bool:
        return all(_URL.match(self.raw, start, end) for start, end in self.tokens)

    @once
    def bullet(self) -> bool:
        return _BULLET.match(self.text) is not None


def split(raw: str) -> list[Line]:
    """Every line that shows something.

    >>> [(line.number, line.text, line.gap) for line in split("one\\r\\n\\r\\n two ")]
    [(1, 'one', True), (3, 'two', True)]
    """
    lines: list[Line] = []
    start, gap = 1 if raw.startswith("\ufeff") else 0, True
    for number, found in enumerate((*_BREAK.finditer(raw, start), None), 1):
        end = found.start() if found else len(raw)
        if VISIBLE.search(raw, start, end):
            stripped = raw[start:end].rstrip()
            first = end - len(raw[start:end].lstrip())
            last = start + len(stripped)
            lines.append(Line(raw, number, first, last, gap, ((first, last),)))
            gap = False
        else:
            gap = True
        start = found.end() if found else end
    return lines


LONGEST_PRINTED = 220  # characters; no page is wider


@dataclass(frozen=True, slots=True)
class Layout:
    """How a document was set: in printed lines, or one paragraph to a line."""

    wrapped: bool
    width: float  # of a usual line


def layout(lines: Sequence[Line]) -> Layout:
    """A line that is followed at once by another, unended, was cut by its printer."""
    prose = [line for line in lines if not line.is_url and line.lettered]
    if not prose:
        return Layout(False, 0)
    width = median(line.width for line in prose)
    touching = [
        before
        for before, after in zip(lines, lines[1:], strict=False)
        if not after.gap and not before.is_url and not after.is_url
    ]
    if len(touching) >= 2:
        full = sorted(line.width for line in prose)[len(prose) * 9 // 10]
        cut = sum(not line.ended and line.width >= 0.6 * full for line in touching)
        return Layout(cut > len(touching) * 0.35 and full <= LONGEST_PRINTED, width)
    long = [line for line in prose if len(line.words) >= 6]
    widest = max((line.width for line in long), default=0)
    even = widest <= 160 and sum(line.width >= 0.75 * widest for line in long) >= len(long) / 2
    unended = sum(not line.ended for line in long)
    return Layout(len(long) >= 3 and even and unended >= len(long) * 0.5, width)

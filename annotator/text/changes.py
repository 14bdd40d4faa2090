"""Small changes to the characters of a file, and the text of a unit that is made with them.

What becomes of a character follows from the kind of its repair, so a text can be made anew, and
checked, from the file, the spans and the list of repairs alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from annotator.model import Repair, Run, Span
from annotator.text.characters import typed

HYPHEN = "hyphen"


class Change(NamedTuple):
    """The characters from start to end, as the text has them. An empty stretch is an insertion."""

    start: int
    end: int
    glyph: str
    kind: str


def _nothing(found: str) -> str:
    return ""


def _blank(found: str) -> str:
    return " "


def _other_quotation_mark(found: str) -> str:
    return {"″": "”", "”": "“"}.get(found, found)


_MADE: dict[str, Callable[[str], str]] = {
    "tatweel": _nothing,
    "direction-mark": _nothing,
    "broken-word": _nothing,
    HYPHEN: _nothing,
    "blank": _blank,
    "missing-blank": _blank,
    "quotation-mark": _other_quotation_mark,
    "presentation-form": typed,
}


def change(raw: str, kind: str, span: Span) -> Change:
    return Change(*span, _MADE[kind](raw[slice(*span)]), kind)


def changes(raw: str, repairs: Iterable[Repair]) -> list[Change]:
    """What the shown repairs change, in the order of the file."""
    return sorted(
        change(raw, repair.kind, span)
        for repair in repairs
        if repair.shown and repair.kind in _MADE
        for span in repair.spans
    )


def within(changes: Sequence[Change], start: int, end: int) -> Iterator[Change]:
    """The changes of `raw[start:end]`, cut at its edges; insertions only inside."""
    place = bisect_left(changes, (start,))
    if place and changes[place - 1].end > start:
        place -= 1
    while place < len(changes) and changes[place].start < end:
        found = changes[place]
        place += 1
        low, high = max(found.start, start), min(found.end, end)
        if low < high or start < low < end:
            yield found._replace(start=low, end=high)


def derive(
    raw: str, spans: Sequence[Span], joins: Sequence[str], changes: Sequence[Change] = ()
) -> tuple[str, tuple[Run, ...]]:
    """The text of a unit, and for every stretch of it the place in the file.

    Spans are joined by joins and changed as said. Where a change takes characters away between
    blanks, or at the edge, no second blank stays. Nothing else.

    >>> derive("مد ينـــة", [(0, 2), (3, 9)], [""], [Change(5, 8, "", "tatweel")])
    ('مدينة', ((0, 0, 2), (2, 3, 2), (4, 8, 1)))
    """
    made = _Text(raw)
    for number, (start, end) in enumerate(spans):
        if number and joins[number - 1]:
            made.insert(joins[number - 1])
        at = start
        for found in within(changes, start, end):
            if found.kind == HYPHEN and not (found.end == end and joins[number : number + 1] == ("",)):
                continue
            made.keep(at, found.start)
            made.put(found)
            at = found.end
        made.keep(at, end)
    return made.done()


class _Text:
    """A text as it grows, with its runs."""

    def __init__(self, raw: str):
        self.raw = raw
        self.parts: list[str] = []
        self.runs: list[Run] = []
        self.size = 0
        self.removed = False  # the last thing done was to leave characters out

    def keep(self, start: int, end: int) -> None:
        if self.removed and self._blank_last():
            while start < end and self.raw[start].isspace():
                start += 1
        if start < end:
            self._run(start, end - start)
            self._add(self.raw[start:end])

    def put(self, change: Change) -> None:
        if not change.glyph:
            self.removed = True
        elif change.start == change.end:
            self.insert(change.glyph)
        elif change.glyph.isspace() and self.removed and self._blank_last():
            return
        elif len(change.glyph) == change.end - change.start:
            self._run(change.start, len(change.glyph))
            self._add(change.glyph)
        else:
            for character in change.glyph:
                self._run(change.start, 1)
                self._add(character)

    def insert(self, blank: str) -> None:
        if not (self.removed and self._blank_last()):
            self._add(blank)

    def done(self) -> tuple[str, tuple[Run, ...]]:
        text = "".join(self.parts)
        if not self.removed:
            return text, tuple(self.runs)
        text = text.rstrip()
        kept = ((at, source, min(length, len(text) - at)) for at, source, length in self.runs)
        return text, tuple(run for run in kept if run[2] > 0)

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text)
        self.removed = False

    def _run(self, source: int, length: int) -> None:
        if self.runs:
            at, first, before = self.runs[-1]
            if at + before == self.size and first + before == source:
                self.runs[-1] = (at, first, before + length)
                return
        self.runs.append((self.size, source, length))

    def _blank_last(self) -> bool:
        return not self.parts or self.parts[-1][-1].isspace()

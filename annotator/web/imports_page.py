"""What the check of a text shows: every line in the file and after repair, side by side."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from annotator.model import Kind, Repair, RepairState, Sentence, Span

SIGNS = {
    "\u061c": "ALM",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
}
"""Invisible signs that change the direction of a text; shown as boxes, they cannot reorder the page."""

TATWEEL = "\u0640"
LONGEST_ROW = 2_000  # characters; a paragraph on one line is shown in parts
DECIDED = (RepairState.ACCEPTED, RepairState.REJECTED, RepairState.MOVED)
_BREAK = re.compile("\r\n|[\n\r\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that looks alike; or a sign, or the place of a lost number."""

    text: str = ""
    marks: str = ""
    sign: str | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    number: int  # from 1
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Character:
    """One character of the repaired text, and where it stands in the file."""

    text: str
    source: int | None = None
    lost: bool = False  # a number is missing before it


@dataclass(frozen=True, slots=True)
class Row:
    """One line to look at."""

    line: Line
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    kinds: tuple[Kind, ...]
    rejoined: int  # words
    repairs: tuple[Repair, ...] = ()  # those that ask
    units: tuple[str, ...] = ()
    note: int | None = None  # of a link: the how manyth it is

    @property
    def checked(self) -> bool:
        return all(repair.state in DECIDED for repair in self.repairs)

    @property
    def accepted(self) -> bool:
        return self.checked and all(repair.shown for repair in self.repairs)

    @property
    def rejected(self) -> bool:
        return bool(self.repairs) and self.checked and not any(repair.shown for repair in self.repairs)

    @property
    def turned(self) -> Repair | None:
        """The repair whose order can be another."""
        return next((repair for repair in self.repairs if repair.choices > 1), None)

    def count(self, kind: str) -> int:
        return sum(repair.kind == kind for repair in self.repairs)


@dataclass(slots=True)
class _Reading:
    """What the units make of one line."""

    characters: list[Character] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)


def lines(raw: str) -> list[Line]:
    """The lines that show something, very long ones in parts.

    >>> lines("one\\n\\n two")
    [Line(number=1, start=0, end=3), Line(number=3, start=5, end=9)]
    """
    found: list[Line] = []
    start = 0
    for number, match in enumerate((*_BREAK.finditer(raw), None), start=1):
        end = match.start() if match else len(raw)
        if raw[start:end].strip():
            found += [Line(number, low, high) for low, high in _parts(raw, start, end)]
        start = match.end() if match else end
    return found


def _parts(raw: str, start: int, end: int) -> Iterator[Span]:
    while end - start > LONGEST_ROW:
        cut = raw.rfind(" ", start + 1, start + LONGEST_ROW) + 1 or start + LONGEST_ROW
        yield start, cut
        start = cut
    yield start, end


def asking(found: Sequence[Line], repairs: Iterable[Repair]) -> dict[Line, list[Repair]]:
    """The repairs that ask for a decision, by the line they begin on, in the order of the file."""
    starts = [line.start for line in found]
    by_line: dict[Line, list[Repair]] = {}
    for repair in repairs:
        if not repair.safe:
            place = max(0, bisect_right(starts, repair.spans[0][0]) - 1)
            by_line.setdefault(found[place], []).append(repair)
    return dict(sorted(by_line.items(), key=lambda item: item[0].start))


def rows(
    raw: str, shown: Sequence[Line], sentences: Sequence[Sentence], asked: dict[Line, list[Repair]]
) -> list[Row]:
    """The lines shown, each with what the sentences make of it."""
    readings = _readings(shown, sentences)
    links = {s.id: n for n, s in enumerate((s for s in sentences if s.kind is Kind.URL), start=1)}
    made = []
    for line in shown:
        reading = readings.get(line.start, _Reading())
        aside = bool(reading.kinds) and all(kind in (Kind.URL, Kind.OTHER) for kind in reading.kinds)
        row = Row(
            line,
            before=tuple(_before(raw, line, reading, aside)),
            after=() if aside else tuple(_after(raw, reading)),
            kinds=tuple(dict.fromkeys(reading.kinds)),
            rejoined=sum(_is_rejoined(raw, word) for word in _words(reading.characters)),
            repairs=tuple(asked.get(line, ())),
            units=tuple(reading.units),
        )
        made.append(replace(row, note=links.get(reading.units[0])) if reading.units else row)
    return made


# ------------------------------------------------------------------ what the units make of a line


def _readings(shown: Sequence[Line], sentences: Iterable[Sentence]) -> dict[int, _Reading]:
    """By the start of the line."""
    starts = [line.start for line in shown]
    found: dict[int, _Reading] = {}
    for sentence in sentences:
        if not _touches(sentence, shown, starts):
            continue
        for start, characters in _by_line(sentence, shown, starts).items():
            reading = found.setdefault(start, _Reading())
            if reading.characters:
                reading.characters.append(Character(" "))
            reading.characters += characters
            reading.units.append(sentence.id)
            reading.kinds.append(sentence.kind)
    return found


def _touches(sentence: Sentence, shown: Sequence[Line], starts: Sequence[int]) -> bool:
    for low, high in sentence.unit.spans:
        place = bisect_right(starts, high - 1) - 1
        if place >= 0 and shown[place].end > low:
            return True
    return False


def _by_line(sentence: Sentence, shown: Sequence[Line], starts: Sequence[int]) -> dict[int, list[Character]]:
    """The characters of a sentence by the line they come from; put-in ones with those before them."""
    unit = sentence.unit
    lost = set(unit.lost_at)
    sources: list[int | None] = [None] * len(unit.text)
    for at, first, length in unit.runs:
        sources[at : at + length] = range(first, first + length)
    found: dict[int, list[Character]] = {}
    own: int | None = None
    for at, (text, source) in enumerate(zip(unit.text, sources, strict=True)):
        if source is not None:
            line = bisect_right(starts, source) - 1
            own = starts[line] if line >= 0 and source < shown[line].end else None
        if own is not None:
            found.setdefault(own, []).append(Character(text, source, at in lost))
    if own is not None and len(unit.text) in lost:
        found[own].append(Character("", None, lost=True))
    return found


# ------------------------------------------------------------------ marks


def _after(raw: str, reading: _Reading) -> list[Piece]:
    marks: list[str] = []
    text, lost = "", []
    for word in _words(reading.characters):
        rejoined = _is_rejoined(raw, word)
        for character in word:
            if character.lost:
                lost.append(len(text))
            text += character.text
            if character.text:
                marks.append(_mark(raw, character, rejoined))
    return _stripped(pieces(text, lost, marks))


def _mark(raw: str, character: Character, rejoined: bool) -> str:
    source = character.source
    changed = source is not None and raw[source] != character.text and not character.text.isspace()
    return "mended" if rejoined or changed else ""


def _before(raw: str, line: Line, reading: _Reading, aside: bool) -> list[Piece]:
    text = raw[line.start : line.end]
    kept = {character.source for character in reading.characters}
    moved = _moved(reading.characters)
    marks = []
    for source, character in enumerate(text, start=line.start):
        if character.isspace():
            inside = source - 1 in moved and source + 1 in moved
            marks.append("moved" if inside else "gone" if aside else "")
        elif aside:
            marks.append("gone")
        elif character == TATWEEL and source not in kept:
            marks.append("moved" if marks and marks[-1] == "moved" else "stretch")
        elif source not in kept:
            marks.append("gone")
        else:
            marks.append("moved" if source in moved else "")
    return _stripped(pieces(text, (), marks))


def _moved(characters: Sequence[Character]) -> set[int]:
    """Places in the file of what is read after something that stands behind it."""
    reached = -1
    found: set[int] = set()
    for character in characters:
        if character.source is None:
            continue
        if character.source < reached:
            found.add(character.source)
        reached = max(reached, character.source)
    return found


def _words(characters: Sequence[Character]) -> Iterator[list[Character]]:
    """Words and single blanks, one after the other."""
    word: list[Character] = []
    for character in characters:
        if character.text.isspace():
            if word:
                yield word
            yield [character]
            word = []
        else:
            word.append(character)
    if word:
        yield word


def _is_rejoined(raw: str, word: Sequence[Character]) -> bool:
    """Whether its characters do not stand together in the file."""
    sources = [character.source for character in word if character.source is not None]
    return any(
        after < before or any(c.isspace() for c in raw[before + 1 : after])
        for before, after in zip(sources, sources[1:], strict=False)
    )


# ------------------------------------------------------------------ pieces


def pieces(text: str, lost: Iterable[int] = (), marks: Sequence[str] | None = None) -> list[Piece]:
    """`text` as stretches that look alike, with lost numbers and direction signs between them.

    >>> pieces("a\\u202eb", [2])
    [Piece(text='a', marks='', sign=None, lost=False), Piece(text='', marks='', sign='RLO', lost=False), \
Piece(text='', marks='', sign=None, lost=True), Piece(text='b', marks='', sign=None, lost=False)]
    """
    missing = set(lost)
    found: list[Piece] = []
    for at, character in enumerate(text):
        if at in missing:
            found.append(Piece(lost=True))
        mark = marks[at] if marks else ""
        if character in SIGNS:
            found.append(Piece(marks=mark, sign=SIGNS[character]))
        elif found and found[-1].text and found[-1].marks == mark:
            found[-1] = replace(found[-1], text=found[-1].text + character)
        else:
            found.append(Piece(character, mark))
    if len(text) in missing:
        found.append(Piece(lost=True))
    return found


def _stripped(found: list[Piece]) -> list[Piece]:
    if found and found[-1].text:
        found[-1] = replace(found[-1], text=found[-1].text.rstrip())
    return found

"""Where numbers are missing: the signs they leave. The places are marked, never filled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from annotator.text.characters import ARABIC_LETTERS, CLOSING, END_MARKS, MARKS, TATWEEL
from annotator.text.lines import Line

# Strong signs hardly occur where no number is lost.
_STRONG = re.compile(
    rf"""
      (?<=\w)[ ]++(?=[”″»](?:[\s.,،؛;:!?؟)]|\Z))           # “سوخوي ”
    | (?<=\w[-–])(?=[”″»])                               # “ماكس-”
    | (?<![{ARABIC_LETTERS}{MARKS}])[وف]?(?:ال|بال|لل|كال){TATWEEL}++[ ]*+(?=[،,.؛;:”»)])
    | (?<=\w)[ ]++(?=\.[ ]++[^\W\d_])                      # more than . million
    | (?<=\w)[ ]++(?=[%٪](?:\s|[،,.;]|\Z))
    | \((?=[ ]*+[-–]?[ ]*+\))
    """,
    re.VERBOSE,
)
_WIDE = re.compile(rf"(?<=[^\s{END_MARKS}:؛;]) {{2,}}+(?=\S)")
_LOOSE_COMMA = re.compile(r"(?<=[^\s\d]) ++(?=[،,](?:\s|\Z))")
_WIDE_AFTER_CLOSING = re.compile(rf"[{END_MARKS}][{CLOSING}]+\Z")
_NUMBER = re.compile(r"(?<![\w.-])\d[\d.,٫٬/:]*(?![\w-])")
_WIDE_HABIT = 0.02  # of all blanks
_COMMA_HABIT = 0.25  # of all commas: oftener, and it is how the writer types
_ENOUGH_WEAK = 3


def places(lines: Sequence[Line], *, date_line: int | None = None) -> list[int]:
    """Code points of the file before which a number is missing, in file order.

    `date_line` is the place in `lines` of a byline, whose stray commas are what is left of a date.
    """
    prose = [line for line in lines if not line.is_url and line.lettered]
    strong = [place for line in prose for place in _strong(line)]
    if date_line is not None:
        strong.extend(_dateless(lines[date_line]))
    weak = _weak(prose)
    numbered = any(_NUMBER.search(line.text) for line in prose)
    damaged = bool(strong) or sum(line.turned for line in prose) >= 3
    if numbered and not damaged and len(weak) < _ENOUGH_WEAK:
        weak = []
    return sorted({*strong, *weak})


def _strong(line: Line) -> Iterator[int]:
    for found in _STRONG.finditer(line.raw, line.start, line.end):
        yield found.end()
    if line.turned and line.raw[line.pieces[-1][0]] in "”″" and line.pieces[-1][1] - line.pieces[-1][0] == 1:
        before = line.raw[line.pieces[0][1] - 1]
        if not before.isdigit():
            yield line.pieces[-1][0]  # the sign went to the front because a number stood before it


def _dateless(line: Line) -> Iterator[int]:
    if not any(character.isdigit() for character in line.text):
        for found in re.finditer(r"(?:^|(?<=\s))[,،]", line.text):
            yield line.start + found.start()


def _weak(prose: Sequence[Line]) -> list[int]:
    wide = {line.number: list(_wide(line)) for line in prose}
    loose = {
        line.number: [found.end() for found in _LOOSE_COMMA.finditer(line.raw, line.start, line.end)]
        for line in prose
    }
    many = max(6, sum(len(line.tokens) for line in prose) * _WIDE_HABIT)
    commas = sum(len(re.findall("[،,](?=\\s)", line.text)) for line in prose)
    found: list[int] = []
    if sum(map(len, wide.values())) < many:
        found += [place for places in wide.values() for place in places]
    loose_count = sum(map(len, loose.values()))
    if loose_count < max(3, commas * _COMMA_HABIT):
        found += [place for places in loose.values() for place in places]
    return found


def _wide(line: Line) -> Iterator[int]:
    cuts = {start for start, _ in line.pieces}
    for found in _WIDE.finditer(line.raw, line.start, line.end):
        before = line.raw[max(line.start, found.start() - 6) : found.start()]
        if found.end() not in cuts and not _WIDE_AFTER_CLOSING.search(before):
            yield found.end()

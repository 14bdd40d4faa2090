"""Which characters are what, and the text of a unit made from its spans.

Visible is every character that is neither white space (`str.isspace`) nor a control or format
character (categories Cc and Cf): those ride along where they stand inside a line, but nobody
misses them.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence

from annotator.model import Run, Span

TATWEEL = "\u0640"
# Format characters live only in these two stretches; scanning all of Unicode would cost 0.2 s at import.
UNSEEN = "".join(
    chr(code)
    for stretch in (range(0x20000), range(0xE0000, min(0xE0100, sys.maxunicode)))
    for code in stretch
    if unicodedata.category(chr(code)) in ("Cc", "Cf") and not chr(code).isspace()
)
UNSEEN_CLASS = re.escape(UNSEEN)
VISIBLE = re.compile(rf"[^\s{UNSEEN_CLASS}]")
MARKS = "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
ARABIC_LETTERS = "\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f"
ARABIC_LETTER = re.compile(f"[{ARABIC_LETTERS}]")
OPENING = "«“„‘‹(\\[{\"'"
CLOSING = "»”’›)\\]}\"'“″"
END_MARKS = ".!?؟…۔"

# One-letter words that lean on the next word, alone or after "and".
PROCLITIC = rf"(?<![{ARABIC_LETTERS}{MARKS}])[وف]?(?:بال|كال|لل|ال|ب|ل|ك)"
_KEPT_AT_WORD_END = re.compile(rf"(?:{PROCLITIC}|(?<![{ARABIC_LETTERS}{MARKS}])ه)\Z")
_PROCLITIC_BEFORE = re.compile(rf"{PROCLITIC}{TATWEEL}*\Z")
_ARABIC_BEFORE = re.compile(rf"[{ARABIC_LETTERS}{MARKS}{TATWEEL}]\s*\Z")
_UNTIDY = re.compile(rf"\s\s|[^\S ]|[{TATWEEL}″”]")
_EDITED = re.compile(rf"\s\s+|[^\S ]|{TATWEEL}+|[″”]")

GLYPHS = {("″", "”"), ("”", "“")}
"""What a quotation mark in the file may become in the text."""


def visible(character: str) -> bool:
    return VISIBLE.match(character) is not None


def plain(word: str) -> str:
    """A word as a word list has it: without tatweel, vowel marks and punctuation, in lower case.

    >>> plain("“المُنتظــر،")
    'المنتظر'
    """
    return _NOT_LETTERS.sub("", word).casefold()


_NOT_LETTERS = re.compile(rf"[{MARKS}{TATWEEL}]|[^\w]|_")


def joined(raw: str, spans: Sequence[Span], joins: Sequence[str]) -> str:
    """The characters of the spans in reading order, nothing changed yet."""
    parts = [raw[start:end] for start, end in spans]
    for place, join in enumerate(joins):
        parts[place + 1] = join + parts[place + 1]
    return "".join(parts)


def derive(raw: str, spans: Sequence[Span], joins: Sequence[str]) -> tuple[str, tuple[Run, ...]]:
    """The text of a unit, and for every stretch of it the place in the file.

    Spans are joined by joins; then white space is collapsed, tatweel removed where it is not
    spelling, and misused quotation marks are mended. Nothing else.

    >>> derive("مد ينـــة", [(0, 2), (3, 9)], [""])
    ('مدينة', ((0, 0, 2), (2, 3, 2), (4, 8, 1)))
    """
    whole = joined(raw, spans, joins)
    if not _UNTIDY.search(whole):
        return whole, tuple(_runs(spans, joins, [(0, len(whole))]))
    parts: list[str] = []
    kept: list[Span] = []
    reached = 0
    for start, end, glyph in _edits(whole):
        if start > reached:
            kept.append((reached, start))
            parts.append(whole[reached:start])
        if glyph:
            kept.append((start, start + 1))
            parts.append(glyph)
        reached = end
    if reached < len(whole):
        kept.append((reached, len(whole)))
        parts.append(whole[reached:])
    return "".join(parts), tuple(_runs(spans, joins, kept))


def _edits(whole: str) -> Iterator[tuple[int, int, str]]:
    for found in _EDITED.finditer(whole):
        start, end = found.span()
        first = whole[start]
        if first == TATWEEL:
            glyph = TATWEEL if _is_spelling(whole, start, end) else ""
        elif first == "″":
            glyph = "”" if _ARABIC_BEFORE.search(whole, max(0, start - 20), start) else first
        elif first == "”":
            glyph = "“" if _opens(whole, start) else first
        else:
            glyph = " "
        if whole[start:end] != glyph:
            yield start, end, glyph


def _is_spelling(whole: str, start: int, end: int) -> bool:
    """Tatweel is spelling before a quotation mark or digit, after a proclitic or in هـ, and alone."""
    after = whole[end] if end < len(whole) else " "
    before = whole[start - 1] if start else " "
    if after.isdigit() or after in "«“”\"„″'‘":
        return True
    if not (before.isalpha() or unicodedata.category(before) == "Mn"):
        return not after.isalpha()
    if after.isalpha() or unicodedata.category(after) == "Mn":
        return False
    return _KEPT_AT_WORD_END.search(whole, max(0, start - 6), start) is not None


def _opens(whole: str, place: int) -> bool:
    """Whether the ” at `place` stands between a proclitic and a word, and another ” closes it."""
    if not (place + 1 < len(whole) and whole[place + 1].isalpha()):
        return False
    if not _PROCLITIC_BEFORE.search(whole, max(0, place - 60), place):
        return False
    following = re.compile("[“”″]").search(whole, place + 1)
    return following is None or following[0] != "“"


def _runs(spans: Sequence[Span], joins: Sequence[str], kept: Sequence[Span]) -> Iterator[Run]:
    """The kept stretches of the joined text, laid end to end, cut at the borders of the spans."""
    pieces: list[tuple[int, int, int]] = []  # start and end in the joined text, start in the file
    at = 0
    for place, (start, end) in enumerate(spans):
        at += len(joins[place - 1]) if place else 0
        pieces.append((at, at + end - start, start))
        at += end - start
    run: Run | None = None
    piece = written = 0
    for start, end in kept:
        while piece < len(pieces) and pieces[piece][1] <= start:
            piece += 1
        look = piece
        while look < len(pieces) and pieces[look][0] < end:
            first, last, source = pieces[look]
            low, high = max(first, start), min(last, end)
            new = (written + low - start, source + low - first, high - low)
            if run and run[0] + run[2] == new[0] and run[1] + run[2] == new[1]:
                run = (run[0], run[1], run[2] + new[2])
            else:
                if run:
                    yield run
                run = new
            look += 1
        written += end - start
    if run:
        yield run

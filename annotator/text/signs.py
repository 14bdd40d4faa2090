"""Signs that a printer leaves and nobody typed: tatweel, letter forms, direction marks, turned quotes.

What is found depends on the file alone, never on what was decided before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from annotator.model import Repair, RepairState, Span
from annotator.text.changes import Change, change
from annotator.text.characters import ARABIC_LETTERS, DIRECTION, FORMS, MARKS, TATWEEL, joined
from annotator.text.lines import Line

NEAR = 200  # characters: further apart, the same sign is another repair
AHEAD = 300  # characters in which the mark that closes a quotation is looked for
RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ur"))

# One-letter words that lean on the next word, alone or after "and".
PROCLITIC = rf"(?<![{ARABIC_LETTERS}{MARKS}])[وف]?(?:بال|كال|لل|ال|ب|ل|ك)"
_KEPT_AT_WORD_END = re.compile(rf"(?:{PROCLITIC}|(?<![{ARABIC_LETTERS}{MARKS}])[اأ]?ه)\Z")
_PROCLITIC_BEFORE = re.compile(rf"{PROCLITIC}{TATWEEL}*\Z")
_ARABIC_BEFORE = re.compile(rf"[{ARABIC_LETTERS}{MARKS}{TATWEEL}{''.join(FORMS)}]\s*\Z")
_QUOTATION_MARK = re.compile("[“”″]")
_SINGLE = "".join(form for form, letters in FORMS.items() if len(letters) == 1)
_LIGATURES = "".join(form for form, letters in FORMS.items() if len(letters) > 1)
_IN_PLACE = rf"(?P<blank>\s\s+|[^\S ])|(?P<mark>[{DIRECTION}])|(?P<form>[{_SINGLE}]+|[{_LIGATURES}])"
_IN_CONTEXT = rf"(?P<tatweel>{TATWEEL}+)|(?P<quote>[″”])"
_ANYWHERE = re.compile(f"{_IN_PLACE}|{_IN_CONTEXT}")
_PLACED = re.compile(_IN_PLACE)
_READ = re.compile(_IN_CONTEXT)
_KINDS = {
    "blank": "blank",
    "mark": "direction-mark",
    "form": "presentation-form",
    "tatweel": "tatweel",
    "quote": "quotation-mark",
}
_LATIN_SIGN_BEFORE = re.compile(r"[A-Za-z0-9][^\w\s]+\Z")
_SIGN_AND_LATIN_AFTER = re.compile(r"[^\w\s]+[A-Za-z0-9]")
_ARABIC_SIGN_BEFORE = re.compile(r"[\u0590-\u08ff][^\w\s]+\Z")


def repairs(raw: str, lang: str, lines: Sequence[Line]) -> Iterator[Repair]:
    """All that is safe to mend inside `lines`, which are in their likeliest order."""
    for line in lines:
        found = sorted(_changes(raw, lang, line)) if line.joins else list(_straight(raw, lang, line))
        if found:
            yield from _records(raw, line, found)


def _straight(raw: str, lang: str, line: Line) -> Iterator[Change]:
    for match in _ANYWHERE.finditer(raw, line.start, line.end):
        if (span := _wrong(raw, lang, match)) is not None:
            yield change(raw, _KINDS[match.lastgroup or ""], span)


def _changes(raw: str, lang: str, line: Line) -> Iterator[Change]:
    """In a turned line the neighbours of a sign are those it has when read, not those in the file."""
    for match in _PLACED.finditer(raw, line.start, line.end):
        if (span := _wrong(raw, lang, match)) is not None:
            yield change(raw, _KINDS[match.lastgroup or ""], span)
    read = joined(raw, line.pieces, line.joins)
    for match in _READ.finditer(f"{read} {raw[line.end : line.end + AHEAD]}", 0, len(read)):
        if (span := _wrong(match.string, lang, match)) is not None:
            for part in _in_file(line, span):
                yield change(raw, _KINDS[match.lastgroup or ""], part)


def _in_file(line: Line, found: Span) -> Iterator[Span]:
    at = 0
    for number, (start, end) in enumerate(line.pieces):
        at += len(line.joins[number - 1]) if number else 0
        low, high = max(found[0], at), min(found[1], at + end - start)
        if low < high:
            yield start + low - at, start + high - at
        at += end - start


def _wrong(text: str, lang: str, match: re.Match[str]) -> Span | None:
    """What of the sign nobody typed: a tatweel that is spelling stays, but one is enough."""
    start, end = match.span()
    sign = match.lastgroup
    if sign == "tatweel" and _is_spelling(text, start, end):
        return (start + 1, end) if end > start + 1 else None
    if sign == "quote":
        arabic = _ARABIC_BEFORE.search(text, max(0, start - 20), start) is not None
        return match.span() if (arabic if match[0] == "″" else _opens(text, start)) else None
    if sign == "mark" and _orders(text, lang, start):
        return None
    return match.span()


def _is_spelling(text: str, start: int, end: int) -> bool:
    """Tatweel is spelling before a quotation mark, a digit or HTML, after a proclitic, in هـ, and alone."""
    after = text[end] if end < len(text) else " "
    before = text[start - 1] if start else " "
    if after.isdigit() or after in "«“”\"„″'‘":
        return True
    if not (before.isalpha() or unicodedata.category(before) == "Mn"):
        return not after.isalpha()
    if after.isascii() and after.isalpha():
        return True  # بـHTML
    if after.isalpha() or unicodedata.category(after) == "Mn":
        return False
    return _KEPT_AT_WORD_END.search(text, max(0, start - 6), start) is not None


def _opens(text: str, place: int) -> bool:
    """Whether the ” at `place` stands between a proclitic and a word, and another ” closes it."""
    if not (place + 1 < len(text) and text[place + 1].isalpha()):
        return False
    if not _PROCLITIC_BEFORE.search(text, max(0, place - 60), place):
        return False
    following = _QUOTATION_MARK.search(text, place + 1, place + AHEAD)
    return following is None or following[0] != "“"


def _orders(text: str, lang: str, place: int) -> bool:
    """Whether a mark keeps signs with their word: those of C++ or --help in an Arabic line.

    Embeddings and overrides are never needed: the letters of a text know their own direction.
    """
    if text[place] == "\u200e":
        return lang in RIGHT_TO_LEFT and bool(
            _LATIN_SIGN_BEFORE.search(text, max(0, place - 12), place)
            or _SIGN_AND_LATIN_AFTER.match(text, place + 1, place + 12)
        )
    if text[place] == "\u200f":
        return lang not in RIGHT_TO_LEFT and bool(_ARABIC_SIGN_BEFORE.search(text, max(0, place - 12), place))
    return False


# ------------------------------------------------------------------ records


def _records(raw: str, line: Line, found: Sequence[Change]) -> Iterator[Repair]:
    """One a line and kind, so that 800 signs do not make 800 records; every quotation mark its own."""
    groups: dict[str, list[Change]] = {}
    for made in found:
        group = groups.setdefault(made.kind, [])
        if group and (made.kind == "quotation-mark" or made.start - group[0].start > NEAR):
            yield _record(raw, line, group)
            group.clear()
        group.append(made)
    for group in groups.values():
        yield _record(raw, line, group)


def _record(raw: str, line: Line, group: Sequence[Change]) -> Repair:
    low, high = around(raw, line, group[0].start, group[-1].end)
    parts: list[str] = []
    at = low
    for made in group:
        parts += [raw[at : made.start], made.glyph]
        at = made.end
    kind = group[0].kind
    return Repair(
        id=f"{kind}:{group[0].start}",
        kind=kind,
        spans=tuple((made.start, made.end) for made in group),
        line=line.number,
        before=raw[low:high],
        after="".join([*parts, raw[at:high]]),
        safe=True,
        state=RepairState.APPLIED,
    )


def around(raw: str, line: Line, start: int, end: int) -> Span:
    """The stretch of a line from the word that holds `start` to the word that holds `end`."""
    low = raw.rfind(" ", max(line.start, start - NEAR), start) + 1 or max(line.start, start - NEAR)
    high = raw.find(" ", end, min(line.end, end + NEAR))
    return low, high if high >= 0 else min(line.end, end + NEAR)

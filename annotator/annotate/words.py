"""The words of a sentence, as they are marked: where each begins and ends, and where it may be cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from annotator.model import Span

PAIRS = {"“": "”", "«": "»", "„": "“", "‹": "›", '"': '"', "(": ")", "[": "]", "{": "}", "﴿": "﴾"}

_MARKS = re.compile("[" + re.escape("".join({*PAIRS, *PAIRS.values()})) + "]")

Half = tuple[int, int | None]
"""A quotation mark or bracket, and where its other half stands."""


@dataclass(frozen=True, slots=True)
class Word:
    """What stands between two blanks, clitics and all.

    A mark covers its letters and digits. Quotation marks and brackets belong to a mark that holds both
    halves, or the half of one that is not closed in this sentence.
    """

    start: int  # of its first letter
    end: int  # after its last letter
    outer: Span  # with all that stands against it
    opens: tuple[Half, ...] = ()  # before its letters
    closes: tuple[Half, ...] = ()  # after them


def words(text: str) -> tuple[Word, ...]:
    """
    >>> [text[w.start : w.end] for text in ["وقال: “لا نريد”."] for w in words(text)]
    ['وقال', 'لا', 'نريد']
    """
    halves = _halves(text)
    found = []
    for token in re.finditer(r"\S+", text):
        at, end = token.span()
        if token[0].isalnum():  # as nearly every word
            found.append(Word(at, end, (at, end)))
            continue
        letters = [i for i in range(at, end) if in_word(text[i]) or _is_symbol(text[i])]
        if letters:
            first, last = letters[0], letters[-1] + 1
            opens = tuple((i, halves.get(i)) for i in range(at, first) if text[i] in PAIRS)
            closes = tuple((i, halves[i]) for i in range(last, end) if i in halves)
            found.append(Word(first, last, (at, end), opens, closes))
    return tuple(found)


def in_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")


def inside_word(text: str, at: int) -> bool:
    """Whether letters stand on both sides of this place."""
    return 0 < at < len(text) and in_word(text[at - 1]) and in_word(text[at])


def inside_letter(text: str, at: int) -> bool:
    """Whether what is read as one letter would be cut here: a letter and its vowel mark, one emoji.

    >>> inside_letter("أَن", 1), inside_letter("أَن", 2)
    (True, False)
    """
    if not 0 < at < len(text):
        return False
    before, here = text[at - 1], text[at]
    if unicodedata.category(here).startswith("M") or _joins(here) or before == "\u200d":
        return True
    return _is_flag(here) and _is_flag(before) and len(_flags_before(text, at)) % 2 == 1


def _joins(char: str) -> bool:
    return char in "\u200c\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> list[str]:
    found: list[str] = []
    while at > 0 and _is_flag(text[at - 1]):
        at -= 1
        found.append(text[at])
    return found


def _is_symbol(char: str) -> bool:
    return unicodedata.category(char).startswith("S") or char in "%‰٪#&@"


def _halves(text: str) -> dict[int, int]:
    """Quotation marks and brackets with their other halves, both ways."""
    found: dict[int, int] = {}
    for opening, closing in _paired(text):
        found[opening] = closing
        found[closing] = opening
    return found


def _paired(text: str) -> Iterator[Span]:
    waiting: list[int] = []
    for mark in _MARKS.finditer(text):
        at, char = mark.start(), mark[0]
        depth = next((n for n in reversed(range(len(waiting))) if PAIRS[text[waiting[n]]] == char), None)
        if depth is not None:
            yield waiting[depth], at
            del waiting[depth:]
        elif char in PAIRS:
            waiting.append(at)

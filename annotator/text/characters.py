"""Which characters are what.

Visible is every character that is neither white space (`str.isspace`) nor a control or format
character (categories Cc and Cf): those ride along where they stand inside a line, but nobody
misses them.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence

from annotator.model import Span

TATWEEL = "\u0640"
DIRECTION = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
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

GLYPHS = {("″", "”"), ("”", "“")}
"""What a quotation mark in the file may become in the text."""


def _letters_of(form: str) -> str:
    """The letters that a presentation form draws, without the blank or tatweel that carries a mark."""
    return unicodedata.normalize("NFKC", form).replace(TATWEEL, "").strip()


# Not the forms that stand for whole phrases, such as ﷺ: those are typed so.
FORMS = {
    form: letters
    for form in map(chr, (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFF00)))
    if unicodedata.category(form) == "Lo"
    and (letters := _letters_of(form))
    and letters != form
    and " " not in letters
}
"""Letters as a printer draws them, and as they are typed."""
FORM = re.compile(f"[{''.join(FORMS)}]")
_TYPED = str.maketrans(FORMS)


def visible(character: str) -> bool:
    return VISIBLE.match(character) is not None


def plain(word: str) -> str:
    """A word as a word list has it: without tatweel, vowel marks and punctuation, in lower case.

    >>> plain("“المُنتظــر،")
    'المنتظر'
    """
    return _NOT_LETTERS.sub("", typed(word)).casefold()


def typed(text: str) -> str:
    """With presentation forms as the letters they stand for.

    >>> typed("ﻣﺪﻳﻨﺔ")
    'مدينة'
    """
    return text.translate(_TYPED) if FORM.search(text) else text


_NOT_LETTERS = re.compile(rf"[{MARKS}{TATWEEL}]|[^\w]|_")


def joined(raw: str, spans: Sequence[Span], joins: Sequence[str]) -> str:
    """The characters of the spans in reading order, nothing changed yet."""
    parts = [raw[start:end] for start, end in spans]
    for place, join in enumerate(joins):
        parts[place + 1] = join + parts[place + 1]
    return "".join(parts)

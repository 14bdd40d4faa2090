"""Names that look alike on a screen although their letters differ, so that nobody passes for somebody else.

The letters are the ones that the four scripts of the interface share, from Unicode's list of confusables
(https://www.unicode.org/reports/tr39/), which has thousands more that nobody's name is written with.
"""

from __future__ import annotations

import unicodedata

_LOOKS = {
    "a": "аɑα", "b": "Ьв", "c": "сϲ", "d": "ԁ", "e": "еєҽε", "g": "ɡ", "h": "һнհ", "i": "іιı",
    "j": "јϳ", "k": "кκ",
    "m": "мμ", "n": "пηո", "o": "оοσ0օه", "p": "рρ", "q": "ԛ", "r": "гᴦ", "s": "ѕ", "t": "тτ", "u": "υսц",
    "v": "ѵν", "w": "ԝω", "x": "хχ", "y": "уγүʏ", "z": "ᴢ", "'": "’‘ʼ`´", "-": "‐‑–—−",
    "ي": "ىی", "ك": "کڪ", "ا": "أإآٱ",
}  # fmt: skip
_STROKES = dict.fromkeys(map(ord, "Il1|ІӀӏΙⅼ"), "|")  # while capitals are told from small letters
_LETTER = {other: letter for letter, others in _LOOKS.items() for other in others}


def skeleton(name: str) -> str:
    """The same for names that look alike.

    >>> skeleton("Аna") == skeleton("Ana"), skeleton("Cleo") == skeleton("C1eo")
    (True, True)
    >>> skeleton("Ｂｅｎ") == skeleton("Ben"), skeleton("علي") == skeleton("على")
    (True, True)
    >>> skeleton("Ian") == skeleton("lan"), skeleton("Ian") == skeleton("Lan")
    (True, False)
    >>> skeleton("Zoé") == skeleton("Zoe"), skeleton("Ben") == skeleton("Bon")
    (False, False)
    """
    folded = unicodedata.normalize("NFKC", name).translate(_STROKES).casefold()
    return "".join(_digit(_LETTER.get(letter, letter)) for letter in folded if not letter.isspace())


def _digit(letter: str) -> str:
    """Arabic digits as Latin ones."""
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else _LETTER.get(str(digit), str(digit))

"""Names without the differences that spelling does not keep apart.

The page folds what is typed by the same two tables, which it is sent: no rule stands in two languages.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container

LETTERS = {
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    "ء": "",
    "ـ": "",
    "ı": "i",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
}
"""What decomposing a letter and dropping its marks does not do."""

BEFORE = (
    *("ال", "و", "ف", "ب", "ل", "ك", "لل", "وال", "فال", "بال", "كال"),
    *("وب", "ول", "وك", "ولل", "وبال", "وكال"),
)
"""Arabic writes "and", "so", "with", "to", "as" and the article onto the word."""


class _Unmarked(dict[int, str]):
    """Every letter as it is and every mark as nothing, each looked at once."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = "" if unicodedata.category(letter).startswith(("M", "Cf")) else letter
        return self[code]


_UNMARKED = _Unmarked()
_SHORTEST = 2  # letters that are left of a word without them
_TABLE = str.maketrans(LETTERS)
_LONGEST_ID = 40

_LATIN = {
    **dict(zip("абвгдезиклмнопрстуфхцыэ", "abvgdeziklmnoprstufhcye", strict=True)),
    **{"ж": "zh", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ь": "", "ъ": ""},
    **dict(zip("ابتجحدرزسصضطظفقكلمنهوي", "abtjhdrzssdtzfqklmnhwy", strict=True)),
    **{"ث": "th", "خ": "kh", "ذ": "dh", "ش": "sh", "ع": "a", "غ": "gh"},
}


def folded(text: str) -> str:
    """`text` without what spellings of one name differ in.

    >>> folded("القاهرةُ") == folded("القاهره"), folded("  İZMİR ")
    (True, 'izmir')
    """
    plain = unicodedata.normalize("NFKD", text).translate(_UNMARKED)
    return " ".join(plain.lower().translate(_TABLE).split())


def spellings(text: str) -> list[str]:
    """The folded text, and what is left of it without what Arabic writes onto a word.

    >>> spellings("وطهران")
    ['وطهران', 'طهران']
    """
    plain = folded(text)
    shorter = [plain.removeprefix(before) for before in BEFORE if plain.startswith(before)]
    return [plain, *dict.fromkeys(rest for rest in shorter if len(rest) >= _SHORTEST)]


def slug(name: str, taken: Container[str]) -> str:
    """An id in Latin letters for a name in any script, not among those `taken`.

    >>> slug("Хулуси Акар", ()), slug("هولوسي أكار", ()), slug("Akar", ["akar"])
    ('hulusi_akar', 'hwlwsy_akar', 'akar_2')
    """
    latin = "".join(_LATIN.get(c, c if c.isascii() and c.isalnum() else "_") for c in folded(name))
    base = "_".join(part for part in latin.split("_") if part)[: _LONGEST_ID - 4] or "speaker"
    base = base.rstrip("_")
    if base not in taken:
        return base
    return next(f"{base}_{n}" for n in range(2, 10**6) if f"{base}_{n}" not in taken)

"""How much of a text is words that a word list knows: whether it was read rightly at all."""

from __future__ import annotations

import re
from functools import lru_cache

from annotator.text.characters import plain

SAMPLE = 200_000  # characters looked at
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


@lru_cache(maxsize=8)
def _words(lang: str) -> dict[str, float] | None:
    from wordfreq import available_languages, get_frequency_dict

    lists = available_languages("best")
    return get_frequency_dict(lang) if lang in lists else None


def known_share(text: str, lang: str) -> float | None:
    """The share of the words of `text` that are in the list of `lang`; None without words or a list.

    >>> known_share("the library opened ghrtz", "en")
    0.75
    """
    known = _words(lang)
    if known is None or lang in {"zh", "ja", "ko"}:  # they do not part words by blanks
        return None
    words = [word for found in _WORD.finditer(text[:SAMPLE]) if _LETTERS.fullmatch(word := plain(found[0]))]
    return sum(word in known for word in words) / len(words) if words else None

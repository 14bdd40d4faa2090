"""How common a word is, and how much likelier one word is than its two halves."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from math import log10

from annotator.text.characters import MARKS

LEAST_ODDS = 2.5  # of one word against two, in powers of ten
LOOSE_LETTERS = "ادذرزوأإآؤءةى"  # they do not join on to the next letter

Zipf = Callable[[str], float]
_LISTED = {"ar": "large", "en": "small", "ru": "small", "tr": "small"}


@lru_cache(maxsize=4)
def word_list(lang: str) -> Zipf:
    """How common a word is: Zipf, 0 where unknown. Loaded late: it takes half a second."""
    from wordfreq import get_frequency_dict

    frequencies = get_frequency_dict(lang, _LISTED[lang])

    def zipf(word: str) -> float:
        frequency = frequencies.get(word)
        return round(log10(frequency) + 9, 2) if frequency else 0.0

    return zipf


def listed(lang: str) -> bool:
    return lang in _LISTED


@lru_cache(maxsize=20_000)
def bare(word: str) -> str:
    """Without vowel marks, and without the sign that a joining letter was seen."""
    return re.sub(f"[{MARKS}+]", "", word)


def odds(whole: str, first: str, second: str, zipf: Zipf) -> float:
    """How much likelier one word is than two, in powers of ten; -9 where the word is unknown."""
    one = zipf(whole)
    if one < 1:
        return -9.0
    return one + 9 - max(zipf(first), 1) - max(zipf(second), 1)

"""Which language a text is in, by its letters and its smallest words."""

from __future__ import annotations

import re
from collections import Counter

SAMPLE = 20_000  # characters looked at; enough for any text, quick for a long one

_SCRIPTS = {
    "ar": re.compile("[\u0620-\u064a\u0671-\u06d3\ufb50-\ufdff\ufe70-\ufefc]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"),
    "he": re.compile("[\u05d0-\u05ea]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "hy": re.compile("[\u0530-\u058f]"),
    "ka": re.compile("[\u10a0-\u10ff]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "ja": re.compile("[\u3040-\u30ff]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
}
_SMALL_WORDS = {
    lang: frozenset(words.split())
    for lang, words in {
        "en": "the of and to in is that for was with on as by at from are has have it he said",
        "tr": "ve bir bu için ile da de olarak olan daha çok gibi ise ama değil sonra kadar",
        "de": "der die das und ist nicht ein eine mit von zu den für auf dem sich des im",
        "fr": "le la les et des est une dans que pour qui sur pas du au avec il",
        "es": "el la los las y de que en un una por con para es del se no al",
    }.items()
}
_WORD = re.compile(r"[^\W\d_]+")


def guess(raw: str) -> str:
    """The likeliest language of `raw`; English where nothing speaks for another.

    >>> guess("İki ülke bir anlaşma için görüştü ve imzaladı")
    'tr'
    """
    sample = re.sub(r"https?://\S+", " ", raw[:SAMPLE])
    counts = {lang: len(script.findall(sample)) for lang, script in _SCRIPTS.items()}
    best = max(counts, key=lambda lang: counts[lang])
    if not counts[best]:
        return "en"
    if best == "zh" and counts["ja"]:
        return "ja"
    if best == "ar":
        return "fa" if len(re.findall("[پچژگیک]", sample)) > counts["ar"] / 50 else "ar"
    if best == "ru":
        return "uk" if len(re.findall("[іїєґ]", sample.lower())) > counts["ru"] / 50 else "ru"
    return _latin(sample) if best == "latin" else best


def _latin(sample: str) -> str:
    words = Counter(word.lower() for word in _WORD.findall(sample.replace("İ", "i")))
    scores = {lang: float(sum(words[word] for word in small)) for lang, small in _SMALL_WORDS.items()}
    scores["tr"] += len(re.findall("[ğşıİĞŞ]", sample)) / 4
    best = max(scores, key=lambda lang: scores[lang])
    return best if scores[best] > scores["en"] else "en"

"""Which speakers a sentence names."""

from __future__ import annotations

import pytest

from annotator.model import Codebook
from annotator.speakers import folded, named


@pytest.mark.parametrize(
    ("lang", "text", "wanted"),
    [
        ("ar", "وترى أنقرة ضرورة", {"turkey"}),
        ("ar", "وأنقرةُ", {"turkey"}),  # "and" written onto the word, a vowel mark
        ("ar", "انقره", {"turkey"}),  # spelt without hamza
        ("ar", "بين بوتين وأردوغان", {"putin", "erdogan"}),
        ("ar", "الروسي", set()),  # an adjective names no state
        ("ar", "الكاتب", set()),  # the author is never marked
        ("en", "Putin’s men left Turkey", {"putin", "turkey"}),
        ("ru", "слова Путина", {"putin"}),
        ("tr", "ERDOĞAN'IN SÖZLERİ", {"erdogan"}),
        ("en", "", set()),
    ],
)
def test_finds_who_is_named(codebook: Codebook, lang: str, text: str, wanted: set[str]) -> None:
    assert named(codebook, lang, text) == wanted


@pytest.mark.parametrize(
    ("one", "other"), [("İstanbul", "istanbul"), ("أُمّة", "امه"), ("بـــلد", "بلد"), ("Ёлка", "елка")]
)
def test_folds_spellings_together(one: str, other: str) -> None:
    assert folded(one) == folded(other)

"""Arabic PDFs as browsers and word processors make them."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest
from playwright.sync_api import Page

from annotator.text import formats
from tests import score_pdf
from tests.formats import printing
from tests.formats.written import TEXTS

ORDER = 0.94
NUMBERS = 0.99


def is_good(scores: list[score_pdf.Score]) -> bool:
    order, numbers = (mean(parts) for parts in zip(*scores, strict=True))
    return order >= ORDER and numbers >= NUMBERS


@pytest.mark.parametrize("font", printing.FONT_NAMES)
def test_reads_arabic_printed_by_a_browser(page: Page, font: str) -> None:
    assert is_good(score_pdf.of_chromium(lambda html: printing.chromium(page, html), font))


@pytest.mark.parametrize("lang", ["ru", "tr", "en"])
def test_reads_other_languages_printed_by_a_browser(page: Page, lang: str) -> None:
    (source,) = formats.open_file("a.pdf", printing.chromium(page, printing.web_page(TEXTS[lang], lang)))
    assert source.text.split() == TEXTS[lang].split()
    assert source.fields["title"] == TEXTS[lang].splitlines()[0]


def test_keeps_blank_lines_between_paragraphs(page: Page) -> None:
    text = TEXTS["ar"]
    (source,) = formats.open_file("a.pdf", printing.chromium(page, printing.web_page(text, "ar", "amiri")))
    assert source.text.strip().count("\n\n") == text.strip().count("\n\n")


@pytest.mark.skipif(score_pdf.why_no_libreoffice() is not None, reason=str(score_pdf.why_no_libreoffice()))
def test_reads_arabic_printed_by_libreoffice(tmp_path: Path) -> None:
    assert is_good(score_pdf.of_libreoffice(tmp_path))


def test_reads_arabic_words_inside_english_lines(page: Page) -> None:
    text = "A sign\n\nThe sign over the old door says مكتبة المدينة in white letters, and nobody reads it."
    html = printing.web_page(text, "en", "amiri")
    (source,) = formats.open_file("a.pdf", printing.chromium(page, html))
    assert source.text.split() == text.split()

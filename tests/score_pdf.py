"""Score the reading of Arabic PDFs, font by font: python -m tests.score_pdf.

Three texts of our own are printed by Chromium in four fonts and two settings, and by LibreOffice in
Amiri where both are installed. Vowel marks and punctuation are left out of the comparison.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

from annotator.text import formats
from annotator.text.characters import plain
from tests.formats import printing
from tests.formats.written import ARABIC

NUMBER = re.compile(r"\d+(?:[.,:-]\d+)*")
Score = tuple[float, float]


def words(text: str) -> list[str]:
    return [word for part in text.split() if (word := plain(part))]


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Levenshtein's, over words.

    >>> distance(["a", "b", "c"], ["b", "a", "c"])
    2
    """
    row = list(range(len(other) + 1))
    for number, word in enumerate(one, 1):
        before, row[0] = row[0], number
        for place, second in enumerate(other, 1):
            cost = before + (word != second)
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, cost)
    return row[-1]


def score(found: str, printed: str) -> Score:
    """Words in the right order (1 - edit distance), and the share of the numbers kept."""
    got, want = words(found), words(printed)
    numbers = Counter(NUMBER.findall(printed))
    kept = numbers & Counter(NUMBER.findall(found))
    return 1 - distance(got, want) / max(len(got), len(want), 1), kept.total() / max(numbers.total(), 1)


def read(pdf: bytes) -> str:
    (source,) = formats.open_file("printed.pdf", pdf)
    return source.text


def of_chromium(printed: Callable[[str], bytes], font: str) -> list[Score]:
    return [
        score(read(printed(printing.web_page(text, "ar", font, style))), text)
        for text in ARABIC
        for style in printing.STYLES
    ]


def why_no_libreoffice() -> str | None:
    """What is missing to print with LibreOffice, or nothing."""
    if shutil.which("soffice") is None:
        return "LibreOffice (soffice) is not installed"
    fonts = shutil.which("fc-list")
    listed = (
        fonts and subprocess.run([fonts, ":", "family"], capture_output=True, text=True, check=False).stdout
    )
    return None if listed and "Amiri" in listed else "the font Amiri is not installed for LibreOffice"


def of_libreoffice(folder: Path) -> list[Score]:
    found = []
    for number, text in enumerate(ARABIC):
        document = folder / f"{number}.docx"
        printing.amiri_document(document, text)
        found.append(score(read(printing.libreoffice(folder, document)), text))
    return found


def shown(name: str, scores: Sequence[Score]) -> str:
    order, numbers = (mean(parts) for parts in zip(*scores, strict=True))
    return f"{name:<24} words in order {order:.3f}   numbers kept {numbers:.3f}   ({len(scores)} files)"


def main() -> None:
    from playwright.sync_api import sync_playwright

    from annotator.setup import browser as browsers

    path = browsers.find()
    if path is None:
        sys.exit(browsers.REMEDY)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browsers.launch_options(path))  # type: ignore[arg-type]
        page = browser.new_page()
        for font in printing.FONT_NAMES:
            print(shown(f"Chromium, {font}", of_chromium(lambda html: printing.chromium(page, html), font)))
        browser.close()
    if missing := why_no_libreoffice():
        print(f"LibreOffice was not scored: {missing}.")
        return
    with tempfile.TemporaryDirectory() as folder:
        print(shown("LibreOffice, Amiri", of_libreoffice(Path(folder))))


if __name__ == "__main__":
    main()

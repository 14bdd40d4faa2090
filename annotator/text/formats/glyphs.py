"""The printed lines of a PDF page, from the glyphs and where each one stands.

A glyph's text comes from the /ActualText around it where the file has one (browsers write it for
every Arabic letter whose dots are drawn apart), else from the font's character map. Glyphs are
gathered into lines by their baseline, because numbers often come in another font than the words
around them, and their boxes have other heights.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTPage
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.utils import decode_text

if TYPE_CHECKING:
    from pdfminer.pdfpage import PDFPage

SAME_LINE = 0.35  # of the size: superscripts and shifted digits still belong to the line
BLANK = 0.25  # of the size: a gap this wide parts two words although no blank was printed
OVERPRINT = 0.1  # of the size: the same glyph this near was printed twice to look bold
BLANK_LINE = 1.35  # of the usual distance of two lines
NARROWEST = 0.04  # of the size, per letter: no ligature is narrower
DRAWN = 300  # curves on a page without letters: its letters were drawn


@dataclass(slots=True)
class Glyph:
    """What stands in one place: a letter with its marks, a ligature, a blank."""

    text: str
    left: float
    right: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class PrintedLine:
    glyphs: tuple[Glyph, ...]  # from left to right
    gap: bool  # a blank line stands before it


@dataclass(frozen=True, slots=True)
class PrintedPage:
    lines: tuple[PrintedLine, ...]
    picture: bool  # nothing to read although something is printed
    unmapped: int  # glyphs that the file gives no character for


class _Glyphs(PDFLayoutAnalyzer):
    """Collects the glyphs of one page."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources, pageno=1, laparams=None)
        self.glyphs: list[Glyph] = []
        self.unmapped = 0
        self.pictures = 0
        self.curves = 0
        self._tags: list[tuple[str | None, list[Glyph]]] = []

    def begin_tag(self, tag: Any, props: Any = None) -> None:
        actual = props.get("ActualText") if isinstance(props, dict) else None
        self._tags.append((decode_text(actual) if isinstance(actual, bytes) else None, []))

    def end_tag(self) -> None:
        if not self._tags:
            return
        actual, covered = self._tags.pop()
        if actual is None or not covered:
            self._take(covered)
        else:
            self._take(_replaced(actual, covered))

    def _take(self, glyphs: Iterable[Glyph]) -> None:
        (self._tags[-1][1] if self._tags else self.glyphs).extend(glyphs)

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        advance = super().render_char(*args, **kwargs)
        # The layout keeps every glyph; nothing here needs them a second time.
        char = self.cur_item._objs.pop()
        if isinstance(char, LTChar) and char.upright:
            size = abs(char.matrix[3] * args[2]) or char.size
            self._take([Glyph(char.get_text(), char.x0, char.x1, char.matrix[5], size)])
        return advance

    def handle_undefined_char(self, font: Any, cid: int) -> str:
        self.unmapped += 1
        return "\ufffd"

    def render_image(self, name: str, stream: Any) -> None:
        self.pictures += 1

    def paint_path(self, *args: Any, **kwargs: Any) -> None:
        self.curves += 1

    def receive_layout(self, ltpage: LTPage) -> None:
        while self._tags:
            self.end_tag()


def _replaced(actual: str, covered: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs as the text they stand for, unless that cannot be theirs.

    In justified lines Chromium now and then gives the last glyph the text of the whole line.
    """
    widest = max(covered, key=lambda glyph: glyph.right - glyph.left)
    left = min(glyph.left for glyph in covered)
    right = max(glyph.right for glyph in covered)
    apart = max(abs(glyph.baseline - widest.baseline) for glyph in covered) > 1.5 * widest.size
    crowded = len(actual) > 4 and right - left < NARROWEST * widest.size * len(actual)
    if apart or crowded:
        return list(covered)
    return [Glyph(actual, left, right, widest.baseline, widest.size)]


def read_page(page: PDFPage, resources: PDFResourceManager) -> PrintedPage:
    device = _Glyphs(resources)
    PDFPageInterpreter(resources, device).process_page(page)
    glyphs = [glyph for glyph in device.glyphs if glyph.text.strip("\0")]
    lines = _lines(glyphs)
    picture = not lines and (device.pictures > 0 or device.curves > DRAWN)
    return PrintedPage(lines, picture, device.unmapped)


def _lines(glyphs: Sequence[Glyph]) -> tuple[PrintedLine, ...]:
    rows: list[list[Glyph]] = []
    marks = [glyph for glyph in glyphs if _is_mark(glyph)]
    for glyph in sorted((g for g in glyphs if not _is_mark(g)), key=lambda glyph: -glyph.baseline):
        row = rows[-1] if rows else None
        if row and abs(row[0].baseline - glyph.baseline) <= SAME_LINE * max(row[0].size, glyph.size):
            row.append(glyph)
        else:
            rows.append([glyph])
    rows = [sorted(row, key=lambda glyph: (glyph.left, glyph.right)) for row in rows]
    rows = [once for row in rows if (once := _printed_once(row))]
    for mark in marks:
        _set_on_its_letter(mark, rows)
    rows = [row for row in rows if any(glyph.text.strip() for glyph in row)]
    steps = [above[0].baseline - below[0].baseline for above, below in zip(rows, rows[1:], strict=False)]
    usual = sorted(steps)[len(steps) // 3] if steps else 0.0  # short paragraphs have many wide steps
    gaps = [False] * bool(rows) + [step > BLANK_LINE * usual for step in steps]
    return tuple(PrintedLine(tuple(row), gap) for row, gap in zip(rows, gaps, strict=True))


def _is_mark(glyph: Glyph) -> bool:
    return all(unicodedata.combining(character) for character in glyph.text)


def _printed_once(row: Sequence[Glyph]) -> list[Glyph]:
    """The row without the glyphs that were printed twice in one place."""
    kept: list[Glyph] = []
    for glyph in row:
        twin = any(
            other.text == glyph.text and abs(other.left - glyph.left) < OVERPRINT * glyph.size
            for other in kept[-3:]
            if glyph.text.strip()
        )
        if not twin:
            kept.append(glyph)
    return kept


def _set_on_its_letter(mark: Glyph, rows: Sequence[Sequence[Glyph]]) -> None:
    """Put a vowel mark after the letter it is printed over."""
    middle = (mark.left + mark.right) / 2
    near = [row for row in rows if abs(row[0].baseline - mark.baseline) < 0.8 * mark.size]
    letters = [glyph for row in near for glyph in row if glyph.text.strip()]
    if letters:
        letter = min(letters, key=lambda glyph: max(glyph.left - middle, middle - glyph.right))
        letter.text += mark.text


def visual(line: PrintedLine) -> list[str]:
    """The texts of a line from left to right, with a blank wherever words are apart."""
    parts: list[str] = []
    before: Glyph | None = None
    for glyph in line.glyphs:
        if before and glyph.text.strip() and before.text.strip():
            gap = glyph.left - before.right
            if gap > BLANK * max(glyph.size, before.size):
                parts.append(" ")
        parts.append(glyph.text if glyph.text.strip() else " ")
        before = glyph
    return parts

"""PDF: the lines of every page, turned from the order they are printed in to the order they are read in.

pdfplumber stands on pdfminer.six but does not keep /ActualText, without which Arabic letters printed by
a browser lose their dots; so the pages are read with pdfminer.six directly.
"""

from __future__ import annotations

import io
import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from annotator.model import Counted, Invalid, Said
from annotator.text.formats.deadline import within
from annotator.text.formats.known import known_share
from annotator.text.formats.source import Source, first, printable, tidy
from annotator.text.language import guess

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument

    from annotator.text.formats.glyphs import PrintedLine, PrintedPage

PAGES = 2_000
SECONDS = 120.0
"""A deadline looked at after every page."""

PAGE_SECONDS = 15.0
_ENDLESS = Said(
    "The list of pages in the PDF has no end: it refers to itself. Print it to a new PDF and add that."
)

LETTERS = 5_000_000
DOUBTFUL = 0.8
"""Under this share of known words the person is warned."""

UNREADABLE = 0.5
"""Under this share the file is refused."""

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SOFTWARE = re.compile(
    r"microsoft|word\b|python-docx|libreoffice|openoffice|writer|acrobat|untitled|about:blank|^https?:|\.(docx?|pdf|indd|html?|qxd)$"
    r"|^(document|slide|user|admin|owner|unknown|pdf)\d*$",
    re.IGNORECASE,
)


def read(data: bytes) -> Source:
    """The text of a PDF, with a form feed between pages."""
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.psparser import PSException

    try:
        with within(PAGE_SECONDS, _ENDLESS):
            document = _opened(data)
        pages = list(_pages(document))
    except PDFPasswordIncorrect:
        raise Invalid("The PDF is locked with a password. Save it without one and add it again.") from None
    except (
        PSException,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        AssertionError,
    ) as error:
        # pdfminer meets a broken file with whatever its next line happens to raise.
        raise Invalid("The PDF is damaged and cannot be read. Print it to a new PDF and add that.") from error
    pictures = [number for number, page in enumerate(pages, 1) if page.picture]
    if not any(page.lines for page in pages):
        raise Invalid(_nothing(pictures))
    text, warnings = _text(pages)
    if pictures:
        warnings.append(_pictures(pictures))
    fields = _fields(document)
    if "date" in fields:
        warnings.append(
            Said("The date %(date)s is when the PDF was made; the text may be older.", date=fields["date"])
        )
    return Source(text, "pdf", fields=fields, warnings=tuple(warnings))


def _opened(data: bytes) -> PDFDocument:
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser

    return PDFDocument(PDFParser(io.BytesIO(data)))


def _pages(document: PDFDocument) -> Iterator[PrintedPage]:
    from pdfminer.pdfinterp import PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    from annotator.text.formats.glyphs import read_page

    deadline = time.monotonic() + SECONDS
    with within(PAGE_SECONDS, _ENDLESS):
        found = list(islice(PDFPage.create_pages(document), PAGES + 1))
    if len(found) > PAGES:
        raise Invalid(
            "The PDF has more than %(limit)s pages, which is the limit. Cut it into several files.",
            limit=PAGES,
        )
    if not found:
        raise Invalid("The PDF has no pages.")
    resources = PDFResourceManager()
    for number, page in enumerate(found, 1):
        if time.monotonic() > deadline:
            raise Invalid(
                "Only %(done)s of %(count)s pages could be read in %(seconds)s seconds. Cut the PDF "
                "into several files.",
                done=number - 1,
                count=len(found),
                seconds=round(SECONDS),
            )
        with within(
            PAGE_SECONDS,
            Said("Page %(number)s holds more than a page can. Print it to a new PDF.", number=str(number)),
        ):
            yield read_page(page, resources)


# ------------------------------------------------------------------ order


def _text(pages: Sequence[PrintedPage]) -> tuple[str, list[str]]:
    """The text in reading order, and what is doubtful about it."""
    plain = _written(pages, None)
    lang = guess(plain)
    if not _RTL.search(plain):
        text, share = plain, known_share(plain, lang)
    else:
        turned = _written(pages, _direction(plain))
        as_printed, as_turned = known_share(plain, lang) or 0.0, known_share(turned, lang)
        # Some programs store Arabic in reading order already; turning it would undo that.
        left = as_turned is not None and as_printed > as_turned
        text, share = (plain, as_printed) if left else (turned, as_turned)
    unmapped = sum(page.unmapped for page in pages) + text.count("\ufffd")
    if (share is not None and share < UNREADABLE) or unmapped > len(text) / 5:
        if share is None:
            raise Invalid(
                "The PDF is unreadable: the file does not say which letters it shows. "
                "Get the text from another source, or type it."
            )
        raise Invalid(
            "The PDF is unreadable (only %(share)s of its words are known): the file does not say which "
            "letters it shows. Get the text from another source, or type it.",
            share=f"{share:.0%}",
        )
    if share is not None and share < DOUBTFUL:
        return text, [
            Said(
                "Only %(share)s of the words are known. Compare the text with the PDF.", share=f"{share:.0%}"
            )
        ]
    return text, []


def _direction(text: str) -> str:
    """Which way the lines of a page run, by most of its letters: "R" or "L"."""
    return "R" if len(_RTL.findall(text)) * 2 > sum(map(str.isalpha, text)) else "L"


def _written(pages: Sequence[PrintedPage], direction: str | None) -> str:
    """The pages with their lines turned for that direction, or left as they stand on paper."""
    letters = 0
    written: list[str] = []
    for page in pages:
        lines: list[str] = []
        for line in page.lines:
            lines += ["", _line(line, direction)] if line.gap else [_line(line, direction)]
        written.append("\n".join(lines))
        letters += len(written[-1])
        if letters > LETTERS:
            raise Invalid(
                "The PDF has more than %(limit)s letters. Cut it into several files.", limit=LETTERS
            )
    return printable("\n\f\n".join(written)) + "\n"


def _line(line: PrintedLine, direction: str | None) -> str:
    from bidi import get_display

    from annotator.text.formats.glyphs import visual

    parts = visual(line)
    if direction and any(map(_RTL.search, parts)):
        # A ligature's letters stand in reading order: turned first, they are turned back with the line.
        printed = "".join(_turned_part(part) for part in parts)
        parts = [str(get_display(printed, base_dir=direction))]
    return " ".join(unicodedata.normalize("NFKC", "".join(parts)).split())


def _turned_part(part: str) -> str:
    from bidi import get_display

    return str(get_display(part, base_dir="R")) if len(part) > 1 and _RTL.search(part) else part


# ------------------------------------------------------------------ about the file


def _nothing(pictures: Sequence[int]) -> Said:
    if pictures:
        return Said(
            "The pages of the PDF are pictures without text. "
            "Read it with a text recognition program first and add the result."
        )
    return Said("The PDF has no text in it.")


def _pictures(pages: Sequence[int]) -> str:
    return Counted(
        "Page %(pages)s is a picture; its text is missing.",
        "Pages %(pages)s are pictures; their text is missing.",
        len(pages),
        pages=first(pages),
    )


def _fields(document: PDFDocument) -> dict[str, str]:
    """Title, author and date as the file has them, without the names of programs and files."""
    fields: dict[str, str] = {}
    for about in document.info[:1]:
        for key, name in (("Title", "title"), ("Author", "author")):
            value = _decoded(about.get(key))
            if value and not _SOFTWARE.search(value):
                fields[name] = value
        made = re.match(r"D:(\d{4})(\d\d)(\d\d)", _decoded(about.get("CreationDate")))
        if made and made[1] >= "1990" and made[2] <= "12" and made[3] <= "31":
            fields["date"] = "-".join(made.groups())
    return fields


def _decoded(value: Any) -> str:
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    value = resolve1(value)
    return tidy(decode_text(value)) if isinstance(value, bytes) else ""

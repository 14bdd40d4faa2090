"""Word documents: paragraphs, headings and tables in reading order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from annotator.model import Invalid, Said
from annotator.text.formats import archive
from annotator.text.formats.source import Source, printable, tidy

_PROGRAMS = re.compile(
    r"^(python-docx|microsoft|word document|document\d*|user|admin|owner|unknown)", re.IGNORECASE
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}


def read(data: bytes) -> Source:
    """The text of a .docx, one paragraph a block, the cells of a table's row on one line."""
    archive.check(data)
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        document = Document(io.BytesIO(data))
        text = printable("\n\n".join(_blocks(document.element.body)))
        fields = _fields(document.core_properties)
    except (OpcError, LxmlError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise Invalid("The Word file is damaged. Open it in Word, save it again and add that.") from error
    if not text.strip():
        raise Invalid(
            "The Word file has no text in it. If it holds pictures of pages, use text recognition first."
        )
    warnings: tuple[str, ...] = ()
    if "date" in fields:
        warnings = (
            Said("The date %(date)s is when the file was made; the text may be older.", date=fields["date"]),
        )
    return Source(text + "\n", "docx", fields=fields, warnings=warnings)


def _blocks(body: Any) -> Iterator[str]:
    """Paragraphs and rows, wherever they are wrapped: python-docx passes over text in content controls."""
    rows = {id(row): row for row in body.iter(f"{_W}tr")}
    for element in body.iter(f"{_W}p", f"{_W}tr"):
        above = [
            parent for parent in element.iterancestors() if parent.tag in (f"{_W}tr", f"{_W}p", _FALLBACK)
        ]
        if any(parent.tag == _FALLBACK or id(parent) in rows for parent in above):
            continue
        text = _row(element) if id(element) in rows else _paragraph(element)
        if text.strip():
            yield text


def _row(row: Any) -> str:
    cells = [
        " ".join(_paragraph(part) for part in cell.iter(f"{_W}p")) for cell in row.iterchildren(f"{_W}tc")
    ]
    return "\t".join(cell for cell in cells if cell.strip())


def _paragraph(paragraph: Any) -> str:
    """Its words, inserted ones too, deleted ones not (those are w:delText)."""
    parts: list[str] = []
    for element in paragraph.iter(f"{_W}t", *_SIGNS):
        nearest = next(element.iterancestors(f"{_W}p"))
        if nearest is paragraph:  # a text box inside has paragraphs of its own
            parts.append(_SIGNS.get(element.tag) or element.text or "")
    return "".join(parts).strip()


def _fields(properties: Any) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in (
        ("title", properties.title),
        ("author", properties.author),
        ("lang", properties.language),
    ):
        if (words := tidy(value)) and not _PROGRAMS.search(words):
            fields[name] = words
    if properties.created and properties.created.year >= 1990 and "author" in fields:
        fields["date"] = properties.created.date().isoformat()
    return fields

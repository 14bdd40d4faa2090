"""What the formats give: one text found in a file, and how it was to be read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotator.model import Span

LARGEST_FILE = 20_000_000
"""Bytes. A book of a thousand pages has about three million."""

LONGEST_TEXT = 5_000_000
"""Characters in one text."""

SURROGATE = re.compile("[\ud800-\udfff]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Source:
    """One text found in a file; all offsets of its document count in `text`."""

    text: str
    method: str  # "txt", "pdf", "html", "docx", "csv", "xlsx", "jsonl", "paste"
    encoding: str | None = None  # of text formats
    part: str | None = None  # None: the whole file; else the row's id
    fields: Mapping[str, str] = field(default_factory=dict)  # title, author, publisher, date, url, lang
    warnings: tuple[str, ...] = ()
    given: tuple[Span, ...] = ()  # the sentences, where the file gives them one a row


@dataclass(frozen=True, slots=True)
class Options:
    """What the person importing chose; None is Qawl's own choice."""

    encoding: str | None = None
    text_column: str | None = None
    id_column: str | None = None
    rows: str = "texts"  # or "sentences"


def printable(text: str) -> str:
    """An extracted text without what no text has: halves of character pairs, control characters.

    >>> printable("one\\x00\\ud800 two")
    'one\\ufffd two'
    """
    return SURROGATE.sub("\ufffd", _UNPRINTABLE.sub("", text))


def first(numbers: Sequence[int]) -> list[str]:
    """Numbers of rows or pages as a warning lists them.

    >>> first(range(1, 20))
    ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '…']
    """
    return [*map(str, numbers[:10]), *(["…"] if len(numbers) > 10 else [])]


def tidy(value: object) -> str:
    """A field on one line, of a length a title or a name can have.

    >>> tidy("  A town \\n wakes ")
    'A town wakes'
    """
    return " ".join(printable(str(value or "")).split())[:500]

"""From the bytes of a file to the texts in it, each with how it was read.

Heavy libraries are imported only when a file needs them.
"""

from __future__ import annotations

from collections.abc import Iterator

from annotator.model import Invalid
from annotator.text.formats import apart, plain, tables
from annotator.text.formats.kinds import recognised
from annotator.text.formats.plain import CHOICES, encodings, pasted
from annotator.text.formats.source import LARGEST_FILE, LONGEST_TEXT, Options, Source

__all__ = [
    "CHOICES",
    "LARGEST_FILE",
    "LONGEST_TEXT",
    "Options",
    "Source",
    "columns",
    "encodings",
    "open_file",
    "pasted",
]


def open_file(filename: str, data: bytes, options: Options = Options()) -> Iterator[Source]:  # noqa: B008 - frozen
    """The texts in a file, one after the other.

    >>> [source.text for source in open_file("a.txt", b"One.")]
    ['One.']
    """
    _refuse_size(data)
    method, warnings = recognised(filename, data)
    if method in tables.METHODS:
        yield from tables.read(method, filename, data, options)
        return
    if method == "txt":
        source = plain.read(data, options.encoding)
    else:
        source = apart.read(method, data, options.encoding)
        plain.checked(source.text)
    yield _warned(source, warnings)


def columns(filename: str, data: bytes) -> tuple[str, ...] | None:
    """The names of a table's columns; None where the file is no table."""
    _refuse_size(data)
    method, _ = recognised(filename, data)
    return tables.columns(method, filename, data) if method in tables.METHODS else None


def _refuse_size(data: bytes) -> None:
    if not data:
        raise Invalid("The file is empty. Choose a file with text in it.")
    if len(data) > LARGEST_FILE:
        raise Invalid(
            "The file has %(size)s MB, the limit is %(limit)s MB. Cut it into several files.",
            size=round(len(data) / 1e6),
            limit=round(LARGEST_FILE / 1e6),
        )


def _warned(source: Source, warnings: tuple[str, ...]) -> Source:
    from dataclasses import replace

    return replace(source, warnings=(*warnings, *source.warnings)) if warnings else source

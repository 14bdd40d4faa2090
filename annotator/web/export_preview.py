"""What the export page shows of a file before it is made: its first records, rows or lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g

from annotator.outputs import Format, flat, sheets

Record = dict[str, Any]

# Words of the document: they carry its language. The rest is ids, numbers and what people typed.
OF_DOCUMENT = ("text", "title", "content", "cue", "source", "speaker_text", "doc_title")
LONG = 60
READ_AS_TEXT = (".jsonl", ".json", ".jsonld", ".csv")
MOST_TEXT = 2_000
MOST_CELL = 80


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    lang: str | None = None  # of a document's words


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table(records: Sequence[Record], rows: int) -> Table:
    """The first rows of a sheet."""
    found = list(flat.rows(records))[:rows]
    return Table(flat.NAMES, tuple(tuple(_cells(row)) for row in found))


def beginning(format: Format, records: Sequence[Record]) -> str | None:
    """The first lines of a file of only these records; None where nobody would read them."""
    if not format.extension.endswith(READ_AS_TEXT):
        return None
    text = b"".join(format.write(iter(records), g.project.outputs_context())).decode("utf-8-sig")
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + " …"


def _cells(row: flat.Row) -> Iterator[Cell]:
    for column in flat.COLUMNS:
        value = sheets.cell(row[column.name], column.kind)
        text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        lang = row["doc_lang"] if column.name in OF_DOCUMENT else None
        yield Cell(text if len(text) <= MOST_CELL else text[: MOST_CELL - 1] + "…", lang)


# ------------------------------------------------------------------ a record


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of pretty JSON. All pieces of a record, joined, are its JSON."""

    text: str
    kind: str = "mark"  # or "key", "value", "words", "passage"
    lang: str | None = None


def pieces(record: Mapping[str, Any]) -> Iterator[Piece]:
    """The record as indented JSON, cut so that a page can set every string in its own direction."""
    return _value(record, "", "", "", record["doc"]["lang"])


def _value(value: Any, key: str, indent: str, tail: str, lang: str) -> Iterator[Piece]:
    """`tail` is what follows the value on its line. A passage takes it along: it is a block of its own."""
    if isinstance(value, Mapping):
        yield from _block("{}", [(name, value[name]) for name in value], indent, tail, lang)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        yield from _block("[]", [("", item) for item in value], indent, tail, lang)
    elif isinstance(value, str) and not value.isascii():
        language = lang if key in OF_DOCUMENT else None
        if len(value) > LONG:
            yield Piece(_json(value) + tail, "passage", language)
        else:
            yield Piece(_json(value), "words", language)
            yield Piece(tail)
    else:
        yield Piece(_json(value), "value")
        yield Piece(tail)


def _block(
    brackets: str, entries: Sequence[tuple[str, Any]], indent: str, tail: str, lang: str
) -> Iterator[Piece]:
    inner = indent + "  "
    yield Piece(brackets[0] + "\n")
    for n, (name, value) in enumerate(entries, start=1):
        yield Piece(inner)
        if name:
            yield Piece(_json(name), "key")
            yield Piece(": ")
        yield from _value(value, name, inner, ",\n" if n < len(entries) else "\n", lang)
    yield Piece(indent + brackets[1] + tail)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

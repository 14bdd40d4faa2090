"""claims-jsonl/1: whole records, the format all others are made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from annotator import export
from annotator.model import N_
from annotator.outputs.format import Context, Format, Record


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    return (export.line(record) for record in records)


FORMAT = Format(
    id="claims-jsonl",
    name="JSON Lines",
    extension="claims.jsonl",
    media_type="application/jsonl",
    unit="sentence",
    holds=N_("One line for each sentence and annotator, with its claims inside. “No claim” is a line too."),
    loses="",
    fields=tuple(export.schema()["properties"]),
    write=write,
)

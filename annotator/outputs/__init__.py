"""Formats of the export: what each is called, what it cannot hold, and what writes it."""

from __future__ import annotations

import importlib.util

from annotator.model import Invalid, Missing
from annotator.outputs import (
    brat,
    cas,
    dna,
    dna_database,
    doccano,
    jsonl,
    label_studio,
    network,
    parquet,
    refi,
    sheets,
    web_annotation,
)
from annotator.outputs.format import Context, DocumentText, Format, Record, Write
from annotator.outputs.jsonl import Lines

__all__ = [
    "FORMATS",
    "LINES",
    "Context",
    "DocumentText",
    "Format",
    "Lines",
    "Record",
    "Write",
    "get",
    "installed",
    "known",
]

LINES = jsonl.FORMAT.id
"""The master, of which each record is a line."""

FORMATS: dict[str, Format] = {
    one.id: one
    for one in (
        jsonl.FORMAT,
        sheets.CSV,
        sheets.XLSX,
        parquet.FORMAT,
        web_annotation.FORMAT,
        brat.FORMAT,
        label_studio.FORMAT,
        doccano.FORMAT,
        cas.FORMAT,
        dna.FORMAT,
        dna_database.FORMAT,
        network.GRAPHML,
        network.GEXF,
        refi.PROJECT_FORMAT,
        refi.CODEBOOK_FORMAT,
    )
}
"""In the order people see them."""


def get(id: str) -> Format:
    """The format with that id, ready to write."""
    found = known(id)
    if not installed(found):
        raise Invalid(
            "%(name)s needs an extra that is not installed. Install it with: pip install 'qawl[%(extra)s]'",
            name=found.name,
            extra=found.extra,
        )
    return found


def known(id: str) -> Format:
    """The format with that id, whether it can be written here or not."""
    found = FORMATS.get(id)
    if found is None:
        raise Missing("There is no format %(id)s. Choose from %(choices)s.", id=id, choices=list(FORMATS))
    return found


def installed(format: Format) -> bool:
    """Whether everything the format needs is there."""
    return format.needs is None or importlib.util.find_spec(format.needs) is not None

"""Formats of the export: what each is called, what it cannot hold, and what writes it."""

from __future__ import annotations

import importlib.util

from annotator.model import Invalid, Missing
from annotator.outputs import jsonl
from annotator.outputs.format import Context, DocumentText, Format, Record, Write

__all__ = ["FORMATS", "Context", "DocumentText", "Format", "Record", "Write", "get", "installed"]

FORMATS: dict[str, Format] = {one.id: one for one in (jsonl.FORMAT,)}
"""In the order people see them."""


def get(id: str) -> Format:
    """The format with that id, ready to write."""
    found = FORMATS.get(id)
    if found is None:
        raise Missing("There is no format %(id)s. Choose from %(choices)s.", id=id, choices=list(FORMATS))
    if not installed(found):
        raise Invalid(
            "%(name)s needs an extra that is not installed. Install it with: pip install 'qawl[%(extra)s]'",
            name=found.name,
            extra=found.extra,
        )
    return found


def installed(format: Format) -> bool:
    """Whether everything the format needs is there."""
    return format.needs is None or importlib.util.find_spec(format.needs) is not None

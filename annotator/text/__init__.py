"""From the text of a file to its units: the automatic reading, checked readings, and edits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotator.model import Reading
from annotator.text.checked import checked, verify
from annotator.text.edits import anchor, edited, named
from annotator.text.reading import read
from annotator.text.repairs import NONE, Decisions, Level

__all__ = [
    "NONE",
    "Decisions",
    "Level",
    "anchor",
    "checked",
    "edited",
    "jsonl",
    "named",
    "read",
    "verify",
]


def jsonl(reading: Reading) -> Iterator[dict[str, Any]]:
    """One record a unit, in reading order."""
    for unit in reading.units:
        yield {
            "id": unit.id,
            "kind": str(unit.kind),
            "text": unit.text,
            "spans": [list(span) for span in unit.spans],
            "flags": list(unit.flags),
            "unsure_lines": list(unit.unsure_lines),
            "repeats": list(unit.repeats),
        }

"""What a file is that somebody brings: by what is in it, never by its name."""

from __future__ import annotations

import zipfile
from pathlib import Path

import orjson

from annotator.homecoming import bundle, records
from annotator.model import Invalid

BUNDLE, PROJECT, RECORDS = "bundle", "project", "claims-jsonl"
BRAT, LABEL_STUDIO, DOCCANO = "brat", "label-studio", "doccano"

_SQLITE = b"SQLite format 3\0"
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_LONGEST = 16_000_000
"""Of the first line: so much is read to see what kind of line it is."""


def recognised(path: Path) -> str:
    with path.open("rb") as opened:
        begins = opened.read(1000)
        opened.seek(0)
        first = opened.readline(_LONGEST)
    if begins.startswith(_SQLITE):
        return PROJECT
    if bundle.is_bundle(path):
        return BUNDLE
    if _is_brat(path):
        return BRAT
    if records.is_ours(first):
        return RECORDS
    if begins.lstrip(_BLANKS)[:1] == b"[":
        return LABEL_STUDIO
    if _is_example(first):
        return DOCCANO
    raise Invalid(
        "This file holds no answers that can be read here. Texts are added under “Import documents”.",
        field="file",
    )


def _is_brat(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as zipped:
            return any(name.endswith(".ann") for name in zipped.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _is_example(line: bytes) -> bool:
    """Whether it is a line of doccano's, which has a text and what is marked in it."""
    try:
        found = orjson.loads(line)
    except ValueError:
        return False
    return isinstance(found, dict) and "text" in found and "entities" in found

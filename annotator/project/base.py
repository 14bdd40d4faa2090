"""What every part of a project stands on: its file and its codebook."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Self

from annotator import codebook
from annotator.model import Codebook
from annotator.store import codebooks
from annotator.store.file import Database


@functools.lru_cache(maxsize=32)
def _codebook(source: str) -> Codebook:
    return codebook.load(source)


class Base:
    """One open project file. Belongs to one thread."""

    def __init__(self, db: Database, path: Path):
        self.db = db
        self.path = path

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def codebook(self) -> Codebook:
        return _codebook(self.codebook_source())

    def codebook_source(self) -> str:
        return codebooks.current(self.db)[1]

    def _codebook_in_force(self) -> tuple[int, Codebook]:
        row, source = codebooks.current(self.db)
        return row, _codebook(source)

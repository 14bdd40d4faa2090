"""What every part of a project stands on: its file and its codebook."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

from annotator import codebook
from annotator.model import Codebook
from annotator.store import codebooks
from annotator.store.file import Database, unchanging

T = TypeVar("T")


@functools.lru_cache(maxsize=32)
def _codebook(source: str) -> Codebook:
    return codebook.load(source)


class Base:
    """One open project file. Belongs to one thread."""

    def __init__(self, db: Database, path: Path):
        self.db = db
        self.path = path
        self._moment: dict[object, Any] | None = None  # at the one moment that is being looked at

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """What is read inside is of one moment; so what was read once need not be read again.

        For pages, which ask for the same many times. Nothing can be written inside.
        """
        if self._moment is not None:
            yield
            return
        with unchanging(self.db):
            self._moment = {}
            try:
                yield
            finally:
                self._moment = None

    def _once(self, what: object, read: Callable[[], T]) -> T:
        if self._moment is None:
            return read()
        if what not in self._moment:
            self._moment[what] = read()
        found: T = self._moment[what]
        return found

    def codebook(self) -> Codebook:
        return _codebook(self.codebook_source())

    def codebook_source(self) -> str:
        return codebooks.current(self.db)[1]

    def _codebook_in_force(self) -> tuple[int, Codebook]:
        row, source = codebooks.current(self.db)
        return row, _codebook(source)

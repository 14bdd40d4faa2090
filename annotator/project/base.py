"""What every part of a project stands on: its file and its codebook."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from annotator import codebook
from annotator.model import Codebook
from annotator.store import codebooks
from annotator.store.file import Database, unchanging
from annotator.store.standing import Standing, standing_of, state

T = TypeVar("T")

_UNKNOWN = object()


@functools.lru_cache(maxsize=32)
def _codebook(source: str) -> Codebook:
    return codebook.load(source)


class Base:
    """One open project file. Belongs to one thread at a time."""

    def __init__(self, db: Database, path: Path):
        self.db = db
        self.path = path
        self._standing: Standing = standing_of(db)
        self._moment: dict[object, Any] | None = None  # at the one moment that is being looked at
        self._facts: Mapping[object, Any] | None = None  # what was found of the project as it stands

    def close(self) -> None:
        self._standing = Standing()  # another file may come to lie where this one was
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
        being_written = self.db.conn.in_transaction
        with unchanging(self.db):
            self._moment = {}
            # What is being written may be taken back.
            self._facts = None if being_written else self._standing.of(state(self.db))
            try:
                yield
            finally:
                self._moment = self._facts = None

    @contextlib.contextmanager
    def _as_it_stands(self) -> Iterator[None]:
        """What pages found need not be found again. For writing that begins, and changes but answers."""
        self._facts = self._standing.known(state(self.db))
        try:
            yield
        finally:
            self._facts = None

    def _once(self, what: object, read: Callable[[], T]) -> T:
        if self._moment is None:
            return read()
        if what not in self._moment:
            self._moment[what] = read()
        found: T = self._moment[what]
        return found

    def _lasting(self, what: object, read: Callable[[], T]) -> T:
        """What follows from no answer: found once, by a page, until anything else in the project changes."""
        if self._facts is None:
            return read()
        found: T = self._facts.get(what, _UNKNOWN)
        if found is _UNKNOWN:
            found = read()
            if self._moment is not None and isinstance(self._facts, dict):
                self._facts[what] = found
        return found

    def _for_good(self, what: object, read: Callable[[], bool]) -> bool:
        """What stays true once it is, since answers are only added: looked for until then."""
        return bool(self._facts and self._facts.get(what)) or (read() and self._lasting(what, lambda: True))

    def codebook(self) -> Codebook:
        return _codebook(self.codebook_source())

    def codebook_source(self) -> str:
        return codebooks.current(self.db)[1]

    def _codebook_in_force(self) -> tuple[int, Codebook]:
        row, source = codebooks.current(self.db)
        return row, _codebook(source)

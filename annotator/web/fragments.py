"""Parts of pages that come again and again: written out once for each codebook and language."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flask import Flask
from markupsafe import Markup

from annotator.model import Codebook
from annotator.web import languages

T = TypeVar("T")

_BOOKS = 16  # codebooks, with their speakers, that parts are kept of: every thread of the server has its own
_PARTS = 2_000  # of each
_LONGEST = 500  # characters of what a part follows from


class Fragments:
    """What was written out, by the codebook it was written from and by everything else it says."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._kept: dict[int, tuple[Codebook, dict[Hashable, Any]]] = {}

    def kept(self, codebook: Codebook, rest: tuple[Hashable, ...], make: Callable[[], T]) -> T:
        """What `make` makes, from the codebook, the language of the reader and the rest alone."""
        parts, key = self._of(codebook), (languages.reader(), *rest)
        found: T | None = parts.get(key)
        if found is None and len(str(rest)) > _LONGEST:
            return make()  # somebody typed a long story: nobody else will
        if found is None:
            if len(parts) >= _PARTS:
                parts.clear()
            found = parts[key] = make()
        return found

    def _of(self, codebook: Codebook) -> dict[Hashable, Any]:
        """Those of this very codebook: it never changes, and while it is held here, its number is its own."""
        known = self._kept.get(id(codebook))
        if known is None:
            with self._turn:
                if len(self._kept) >= _BOOKS:
                    self._kept.clear()
                known = self._kept[id(codebook)] = (codebook, {})
        return known[1]


def furnish(app: Flask) -> None:
    """`{% call kept(codebook, …) %}`: what is inside follows from the codebook, the language and the rest."""
    fragments = app.extensions["fragments"] = Fragments()

    def kept(codebook: Codebook, *rest: Hashable, caller: Callable[[], Markup]) -> Markup:
        return fragments.kept(codebook, rest, caller)

    app.jinja_env.globals["kept"] = kept


def of(app: Flask) -> Fragments:
    found: Fragments = app.extensions["fragments"]
    return found

"""Parts of pages that come again and again: written out once for each codebook and language."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from flask import Flask
from markupsafe import Markup

from annotator.model import Codebook
from annotator.web import languages

_BOOKS = 16  # codebooks, with their speakers, that parts are kept of: every thread of the server has its own
_PARTS = 2_000  # of each
_LONGEST = 500  # characters of what a part follows from


class Fragments:
    """What was written out, by the codebook it was written from and by everything else it says."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._kept: dict[int, tuple[Codebook, dict[Hashable, Markup]]] = {}

    def of(self, codebook: Codebook) -> dict[Hashable, Markup]:
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
    fragments = Fragments()

    def kept(codebook: Codebook, *rest: Hashable, caller: Callable[[], Markup]) -> Markup:
        parts, key = fragments.of(codebook), (languages.reader(), *rest)
        found = parts.get(key)
        if found is None and len(str(rest)) > _LONGEST:
            return caller()  # somebody typed a long story: nobody else will
        if found is None:
            if len(parts) >= _PARTS:
                parts.clear()
            found = parts[key] = caller()
        return found

    app.jinja_env.globals["kept"] = kept

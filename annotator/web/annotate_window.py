"""Long documents: the part of the text that a page shows around its sentence, and the rest in chunks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from annotator.model import Codebook
from annotator.project import OPENABLE, Whereabouts

WHOLE = 300
"""Documents of no more units are shown wholly: finding in the page then finds everything."""

SIZE = 50
"""Units in a chunk."""

_MOST = 12  # chunks that a page keeps before it starts afresh around its sentence


@dataclass(frozen=True, slots=True)
class Chunk:
    """So many units one after another, loaded together."""

    n: int  # from 0
    open: str | None  # the first that can be annotated
    first: int | None  # the number of its first queued sentence
    last: int | None
    shown: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What the browser has of the text."""

    version: int
    chunks: tuple[int, ...]

    @classmethod
    def told(cls, header: str | None) -> Held | None:
        """
        >>> Held.told("7 3 4"), Held.told("7"), Held.told("x")
        (Held(version=7, chunks=(3, 4)), Held(version=7, chunks=()), None)
        """
        if not re.fullmatch(r"\d{1,9}( \d{1,6}){0,200}", header or ""):
            return None
        version, *chunks = map(int, (header or "").split())
        return cls(version, tuple(chunks))


def shown(where: Whereabouts, held: Held | None) -> range:
    """The units to send: none where the browser has the sentence in what it shows."""
    long = where.units > WHOLE
    if held and held.version == where.version:
        known = where.at // SIZE in held.chunks and len(held.chunks) <= _MOST
        if known if long else not held.chunks:
            return range(0)
    if not long:
        return range(where.units)
    chunk = where.at // SIZE
    return range(max(0, (chunk - 1) * SIZE), min(where.units, (chunk + 2) * SIZE))


def chunks(outline: Sequence[tuple[str, str]], codebook: Codebook, shown: range) -> list[Chunk]:
    """All the chunks of a long document; none where the document is shown wholly."""
    if len(outline) <= WHOLE:
        return []
    found = []
    number = 0
    for start in range(0, len(outline), SIZE):
        units = outline[start : start + SIZE]
        queued = [sid for sid, kind in units if kind in codebook.queue_units]
        openable = (sid for sid, kind in units if kind in OPENABLE)
        first, last = (number + 1, number + len(queued)) if queued else (None, None)
        opened = queued[0] if queued else next(openable, None)
        found.append(Chunk(start // SIZE, opened, first, last, start in shown))
        number += len(queued)
    return found

"""Sentences behind a number: counted at once, named when somebody looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from annotator.agreement.shared import Shared
from annotator.agreement.sums import Ints

Name = tuple[str, str]
"""(document, sentence)."""


class Found(Sequence[Name]):
    """(document, sentence) of each, in the order they were given: equal to the tuple of them."""

    def __init__(self, all: Shared, rows: Ints) -> None:
        self._all, self._rows = all, rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Name: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Name, ...]: ...

    def __getitem__(self, at: int | slice) -> Name | tuple[Name, ...]:
        if isinstance(at, slice):
            return tuple(self._all.name(row) for row in self._rows[at].tolist())
        return self._all.name(int(self._rows[at]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self[:] == tuple(other)

    def __hash__(self) -> int:
        return hash(self[:])

    def __repr__(self) -> str:
        return f"Found{self[:]}"

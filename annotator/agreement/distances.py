"""How far apart two values are: 0 when equal, at most 1."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Distance = Callable[[Any, Any], float]


def jaccard(a: frozenset[Any], b: frozenset[Any]) -> float:
    """1 − |a∩b| / |a∪b|; two empty sets are equal.

    >>> jaccard(frozenset("ab"), frozenset("b"))
    0.5
    """
    if a == b:
        return 0.0
    return 1 - len(a & b) / len(a | b)


def masi(a: frozenset[Any], b: frozenset[Any]) -> float:
    """1 − J·M (Passonneau 2006): M is 1 for equal sets, ⅔ for a subset, ⅓ for an overlap, 0 else.

    >>> round(masi(frozenset("a"), frozenset("ab")), 4)
    0.6667
    """
    if a == b:
        return 0.0
    monotonicity = 2 / 3 if a <= b or b <= a else 1 / 3
    return 1 - (1 - jaccard(a, b)) * monotonicity


NAMED: dict[str, Distance] = {"jaccard": jaccard, "masi": masi}


def matrix(distance: str | Distance, labels: Sequence[Hashable]) -> NDArray[np.float64] | None:
    """Distances between all `labels`, shape (V, V), symmetric; None for "nominal", which needs no table.

    Both orders of a pair are averaged: they are counted equally often, so α is the same.
    Raises ValueError for an unknown name.
    """
    if distance == "nominal":
        return None
    if isinstance(distance, str):
        if distance not in NAMED:
            raise ValueError(f"unknown distance “{distance}”: nominal, {', '.join(NAMED)} or a function")
        distance = NAMED[distance]
    table = np.zeros((len(labels), len(labels)))
    for i, a in enumerate(labels):
        for j, b in enumerate(labels):
            if i != j:
                table[i, j] = distance(a, b)
    return np.asarray((table + table.T) / 2)

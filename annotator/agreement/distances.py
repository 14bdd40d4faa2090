"""How far apart two values are: 0 when equal, at most 1."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
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


def masi_matrix(labels: Sequence[frozenset[Any]]) -> NDArray[np.float64]:
    """`masi` between all `labels`, shape (V, V), at once."""
    members = list(dict.fromkeys(member for label in labels for member in label))
    holds = np.array([[member in label for member in members] for label in labels], float)
    holds = holds.reshape(len(labels), len(members))
    shared = holds @ holds.T
    size = holds.sum(axis=1)
    union = size[:, None] + size - shared
    monotone = np.where(shared == np.minimum(size[:, None], size), 2 / 3, 1 / 3)
    equal = union == shared
    return np.asarray(np.where(equal, 0.0, 1 - shared / np.maximum(union, 1) * monotone))


def by_sides(
    labels: Sequence[tuple[str, str | None]], sides: Mapping[str, Collection[str]]
) -> NDArray[np.float64]:
    """Distances of positions (label, polarity), shape (V, V), from the `sides` of each label.

    0 for the same, ½ for different labels that share a side and take it the same way, else 1. For two sides
    this is ½ between "both" and either of them.
    """
    table = np.ones((len(labels), len(labels)))
    for i, (a, polarity) in enumerate(labels):
        for j, (b, other) in enumerate(labels):
            if i == j:
                table[i, j] = 0.0
            elif a != b and polarity == other and set(sides.get(a) or ()) & set(sides.get(b) or ()):
                table[i, j] = 0.5
    return table


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

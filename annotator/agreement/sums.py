"""Per-document sums over ratings as integers: all that α and its interval need.

Ratings are an integer array of shape (units, annotators), −1 where there is none. It is read
once, in blocks, so memory beside the array stays small however long it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]

BLOCK = 1 << 16  # units read at a time: the working set stays in the processor's cache
TABLE = 1 << 20  # cells up to which documents × labels is counted in a full table


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the units with two ratings or more, of documents that have one.

    Shapes: G documents, V labels. `observed` Σ d(c,v)/(m_u − 1) over ordered pairs of a unit, (G,);
    `n` pairable values, (G,); `units`, (G,); `labels` n_v, (V,); `expected` Σ n_c n_v d(c,v);
    `expected_without` the same without each document, (G,).
    """

    observed: Floats
    n: Floats
    units: Floats
    labels: NDArray[np.int64]
    expected: float
    expected_without: Floats


def sums(codes: Ints, n_labels: int, documents: Ints | None, distances: Floats | None) -> Sums:
    """The sums of `codes`, shape (N, m); `documents` (N,) from 0; `distances` (V, V), None for nominal.

    Raises ValueError when a shape, a code or a document does not fit.
    """
    documents, n_documents = _numbered(codes, documents)
    observed, units = np.zeros(n_documents), np.zeros(n_documents)
    counted = _Counts(n_documents, n_labels, codes.size)
    for start, block, ratings in _blocks(codes, n_labels):
        where = None if documents is None else documents[start : start + block.shape[1]]
        apart = _disagreement(block, ratings) if distances is None else _distance(block, ratings, distances)
        observed += _by_document(where, apart, n_documents)
        units += _by_document(where, (ratings > 0).astype(float), n_documents)
        counted.add(block, where)
    document, label, count = counted.cells()
    keep = np.flatnonzero(units)
    n = weighed(document, count, n_documents)
    labels = weighed(label, count, n_labels).astype(np.int64)
    chance, without = expected(document, label, count, labels, distances, n_documents)
    return Sums(observed[keep], n[keep], units[keep], labels, chance, without[keep])


def blocks(codes: Ints, n_labels: int) -> Iterator[NDArray[np.integer]]:
    """The pairable ratings, block by block, shape (m, k): a unit with one rating shows none."""
    return (block for _, block, _ in _blocks(codes, n_labels))


def distinct(values: Ints) -> Ints:
    """Each value once, ascending: `np.unique`, which is slower on numbers that repeat little.

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    if _dense(values):
        return np.flatnonzero(np.bincount(values))
    found = np.sort(values)
    return found[np.flatnonzero(np.diff(found, prepend=found[:1] - 1))]


def coded(values: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(each value once, ascending; the place of every value there): `np.unique` with its inverse, faster for
    values that ascend or lie close together.

    >>> [some.tolist() for some in coded(np.array([3, 1, 3]))]
    [[1, 3], [1, 0, 1]]
    """
    step = np.diff(values, prepend=values[:1] - 1)
    if (step >= 0).all():
        new = step > 0
        return values[new].astype(np.int64), np.cumsum(new) - 1
    if _dense(values):
        used = np.bincount(values) > 0
        return np.flatnonzero(used), (np.cumsum(used) - 1)[values]
    found, place = np.unique(values, return_inverse=True)
    return found.astype(np.int64), place


def _dense(values: Ints) -> bool:
    """Whether counting them takes less than sorting them."""
    return bool(len(values) and values.min() >= 0 and values.max() < 8 * len(values))


def each_row(reduced: np.ufunc, table: NDArray[Any]) -> NDArray[Any]:
    """`reduced.reduce(table, axis=1)`, column by column: many rows of a few numbers go faster so.

    >>> each_row(np.add, np.array([[True, True], [False, True]])).tolist()
    [2, 1]
    """
    if table.dtype == np.bool_ and reduced is np.add:
        table = table.view(np.int8)
    if table.shape[1] == 0:
        return np.zeros(len(table), table.dtype)
    found = table[:, 0].astype(np.int64 if table.dtype == np.int8 else table.dtype)
    for k in range(1, table.shape[1]):
        found = reduced(found, table[:, k])
    return found


def _numbered(codes: Ints, documents: Ints | None) -> tuple[Ints | None, int]:
    if codes.ndim != 2:
        raise ValueError(f"codes have the shape (units, annotators), not {codes.shape}")
    if documents is None or not len(codes):
        return None, 1
    if documents.shape != codes.shape[:1]:
        raise ValueError(f"{len(codes)} units need as many documents, not {documents.shape}")
    low, high = int(documents.min()), int(documents.max())
    if low < 0 or high > 4 * len(codes):
        _, documents = np.unique(documents, return_inverse=True)
        high = int(documents.max())
    return documents, high + 1


def _blocks(codes: Ints, n_labels: int) -> Iterator[tuple[int, Ints, Ints]]:
    """(first unit, ratings of pairable units transposed to (m, k), number of ratings or 0, (k,))."""
    annotators = codes.shape[1]
    small = np.dtype(np.int8 if max(n_labels, annotators) < 127 else np.int32)
    for start in range(0, len(codes), BLOCK):
        part = codes[start : start + BLOCK]
        if part.size and (part.max() >= n_labels or part.min() < -1):
            raise ValueError(f"codes run from 0 to {n_labels - 1}, −1 for none")
        block: Ints = np.ascontiguousarray(part.T, dtype=small)
        ratings: Ints = (block >= 0).sum(axis=0, dtype=small)
        alone = ratings < 2
        block |= -alone.astype(small)  # all bits set is −1: a single rating is compared with nothing
        ratings[alone] = 0
        yield start, block, ratings


def _disagreement(block: Ints, ratings: Ints) -> Floats:
    """Σ over ordered pairs of a unit of [c ≠ v] / (m_u − 1), shape (k,)."""
    annotators = len(block)
    if annotators > 24:
        agreeing = _agreeing_by_label(block)
    else:
        column = np.arange(annotators, dtype=block.dtype)[:, None]
        own = block - (block < 0) * column  # a different none for each: none agrees with none
        pairs: Ints = np.zeros(block.shape[1], dtype=np.int8 if annotators < 16 else np.int16)
        for i in range(annotators):
            for j in range(i + 1, annotators):
                np.add(pairs, (own[i] == own[j]).view(np.int8), out=pairs)
        agreeing = 2 * pairs.astype(np.float64)
    share = 1 / np.maximum(np.arange(-1, annotators), 1)  # by number of ratings: looking up beats dividing
    return np.asarray(ratings - agreeing * share[ratings])


def _agreeing_by_label(block: Ints) -> Floats:
    """Ordered agreeing pairs of each unit from its runs of equal labels, for many annotators."""
    order = np.sort(block, axis=0)
    agreeing = np.zeros(block.shape[1])
    run = np.zeros(block.shape[1])
    for i in range(1, len(order)):
        same = (order[i] == order[i - 1]) & (order[i] >= 0)
        run = np.where(same, run + 1, 0)
        agreeing += 2 * run
    return agreeing


def _distance(block: Ints, ratings: Ints, distances: Floats) -> Floats:
    """Σ over ordered pairs of a unit of d(c, v) / (m_u − 1), shape (k,)."""
    total = np.zeros(block.shape[1])
    for i in range(len(block)):
        for j in range(i + 1, len(block)):
            both = (block[i] >= 0) & (block[j] >= 0)
            total += np.where(both, distances[block[i], block[j]], 0.0)
    return 2 * total / np.maximum(ratings - 1, 1)


def _by_document(where: Ints | None, weights: Floats, n_documents: int) -> Floats:
    if where is None:
        return np.array([weights.sum()])
    return weighed(where, weights, n_documents)


def weighed(places: Ints, weights: Floats | Ints | None, size: int) -> Floats:
    """Sums of `weights` (None: of ones) at each place, (size,)."""
    return np.bincount(places, weights=weights, minlength=size).astype(np.float64, copy=False)


class _Counts:
    """Values per document and label: a full table, or only the cells in use when that would be large."""

    def __init__(self, n_documents: int, n_labels: int, most: int):
        self.width = n_labels + 1  # cell 0 of each row takes the missing ones
        size = n_documents * self.width
        self.table = np.zeros(size, dtype=np.int64) if size <= TABLE else None
        self.keys = np.empty(most if self.table is None else 0, dtype=np.int64)
        self.used = 0

    def add(self, block: Ints, where: Ints | None) -> None:
        row: NDArray[np.int64] | int = 1 if where is None else where.astype(np.int64) * self.width + 1
        keys = block + row
        if self.table is not None:
            lowest = int(keys.min(initial=len(self.table)))
            counted = np.bincount((keys - lowest).ravel())
            self.table[lowest : lowest + len(counted)] += counted
            return
        rated = keys[block >= 0]
        self.keys[self.used : self.used + len(rated)] = rated
        self.used += len(rated)

    def cells(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """(document, label, count) of every cell in use."""
        if self.table is not None:
            cell = np.flatnonzero(self.table)
            count = self.table[cell]
        else:
            keys = self.keys[: self.used]
            keys.sort()
            first = np.flatnonzero(np.diff(keys, prepend=-1))
            cell, count = keys[first], np.diff(first, append=len(keys))
        rated = cell % self.width > 0
        cell, count = cell[rated], count[rated]
        return cell // self.width, cell % self.width - 1, count.astype(float)


def expected(
    document: NDArray[np.int64],
    label: NDArray[np.int64],
    count: Floats,
    labels: NDArray[np.int64],
    distances: Floats | None,
    n_documents: int,
) -> tuple[float, Floats]:
    """Σ n_c n_v d(c,v), whole and without each document, from the cells in use."""
    n = labels.astype(float)
    if distances is None or not len(distances):  # no label, no distance
        total = n.sum()
        own = weighed(document, count, n_documents)
        cross = weighed(document, count * n[label], n_documents)
        square = weighed(document, count * count, n_documents)
        rest = (total - own) ** 2 - (n @ n - 2 * cross + square)
        return float(total * total - n @ n), rest
    reach = distances @ n
    table = np.zeros((n_documents, len(n)))
    table[document, label] = count
    whole = float(n @ reach)
    rest = whole - 2 * table @ reach + ((table @ distances) * table).sum(axis=1)
    return whole, rest

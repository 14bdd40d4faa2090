"""The best one-to-one matching of two short lists, and of equally good ones the one least crossed."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

Weights = Sequence[Sequence[int]]
Pairs = tuple[tuple[int, int], ...]

PATIENCE = 500  # states looked at before near-least crossing is good enough: lists of 20 and more


def match(weights: Weights) -> Pairs:
    """(row, column) pairs of greatest total weight; only weights above 0 make a pair.

    Among matchings of the same total the one with fewest inversions (two pairs that cross), among those
    the one that uses the earliest rows and columns. Weights are whole numbers, so ties are exact.

    >>> match([[3, 2], [2, 0]])
    ((0, 1), (1, 0))
    """
    rows, columns = len(weights), len(weights[0]) if weights else 0
    if rows == 1 or columns == 1:
        return _single(weights)
    if rows == columns == 2 and (found := _double(weights)):
        return found
    size = max(rows, columns)
    square = [[weights[i][j] if i < rows and j < columns else 0 for j in range(size)] for i in range(size)]
    assigned, row_price, column_price = assign(square)
    tight = [[j for j in range(size) if row_price[i] + column_price[j] == square[i][j]] for i in range(size)]
    return _least_crossed(square, tight, rows, assigned)


def inversions(pairs: Pairs) -> int:
    """How many two pairs cross: one earlier in the rows, the other earlier in the columns."""
    return sum(a < c and b > d for a, b in pairs for c, d in pairs)


def assign(square: Weights) -> tuple[list[int], list[int], list[int]]:
    """Perfect matching of greatest total: (column of each row, price of each row, price of each column).

    The Hungarian method with shortest augmenting paths (Kuhn 1955; Jonker & Volgenant 1987), O(n³), in
    whole numbers. Prices certify it: row + column price ≥ weight everywhere, and equal on chosen pairs.
    """
    n = len(square)
    u, v = [0] * (n + 1), [0] * (n + 1)
    row_of = [0] * (n + 1)  # column → row, from 1; 0 is free
    for i in range(1, n + 1):
        row_of[0], j0 = i, 0
        least: list[int | None] = [None] * (n + 1)
        came, seen = [0] * (n + 1), [False] * (n + 1)
        while row_of[j0]:
            seen[j0] = True
            i0, j1 = row_of[j0], 0
            step: int | None = None
            for j in range(1, n + 1):
                if seen[j]:
                    continue
                slack = -square[i0 - 1][j - 1] - u[i0] - v[j]
                best = least[j]
                if best is None or slack < best:
                    least[j], came[j], best = slack, j0, slack
                if step is None or best < step:
                    step, j1 = best, j
            delta = step or 0
            for j in range(n + 1):
                if seen[j]:
                    u[row_of[j]] += delta
                    v[j] -= delta
                elif (waiting := least[j]) is not None:
                    least[j] = waiting - delta
            j0 = j1
        while j0:
            row_of[j0], j0 = row_of[came[j0]], came[j0]
    columns = [0] * n
    for j in range(1, n + 1):
        columns[row_of[j] - 1] = j - 1
    return columns, [-price for price in u[1:]], [-price for price in v[1:]]


def _single(weights: Weights) -> Pairs:
    best = max(((w, -i, -j) for i, row in enumerate(weights) for j, w in enumerate(row)), default=(0, 0, 0))
    return ((-best[1], -best[2]),) if best[0] > 0 else ()


def _double(weights: Weights) -> Pairs:
    """Two by two, the usual case, where one way is plainly better; else nothing, and the search decides."""
    (a, b), (c, d) = weights
    straight, across = max(a, 0) + max(d, 0), max(b, 0) + max(c, 0)
    if straight > across or (straight == across and min(a, b, c, d) > 0):
        return tuple((n, n) for n, weight in enumerate((a, d)) if weight > 0)
    if across > straight:
        return tuple((n, 1 - n) for n, weight in enumerate((b, c)) if weight > 0)
    return ()


def _least_crossed(square: Weights, tight: list[list[int]], rows: int, assigned: list[int]) -> Pairs:
    """Best-first search over the tight pairs, row by row.

    What a row adds depends only on the set of columns paired before, so a state is that set. A column that
    is paired in every best matching will be crossed by each later column already paired: that much is
    counted ahead, which leads straight to the answer when nothing needs to cross. Rows, or columns, that are
    alike in all weights never cross among themselves, since exchanging their partners would uncross them.
    """
    size = len(square)
    like_row = [[k for k in range(i) if square[k] == square[i]] for i in range(size)]
    columns = list(zip(*square, strict=True))
    like_column = [sum(1 << k for k in range(j + 1, size) if columns[k] == columns[j]) for j in range(size)]
    always = [all(square[i][j] > 0 for i in range(size) if j in tight[i]) for j in range(size)]
    start: tuple[int, int, tuple[int, ...], int, int] = (0, 0, (), 0, 0)
    queue, reached, looked = [start], set(), 0
    while queue:
        _, depth, chosen, used, crossed = heapq.heappop(queue)
        if -depth == rows:
            return _positive(square, chosen)
        paired = sum(1 << j for i, j in enumerate(chosen) if square[i][j] > 0)
        if (depth, used, paired) in reached:
            continue
        reached.add((depth, used, paired))
        looked += 1
        if looked > PATIENCE:
            return _nearly_least_crossed(square, tight, rows)
        i = -depth
        for j in tight[i]:
            pairing = square[i][j] > 0
            if used >> j & 1 or (pairing and paired & like_column[j]):
                continue
            if pairing and any(chosen[k] > j and square[k][chosen[k]] > 0 for k in like_row[i]):
                continue
            if not _completes(tight, i + 1, used | 1 << j):
                continue
            added = crossed + ((paired >> j).bit_count() if pairing else 0)
            after = paired | 1 << j if pairing else paired
            ahead = sum(
                (after >> k).bit_count() for k in range(size) if always[k] and not (used | 1 << j) >> k & 1
            )
            heapq.heappush(queue, (added + ahead, depth - 1, (*chosen, j), used | 1 << j, added))
    return _positive(square, assigned[:rows])  # not reached: a best matching always completes


def _completes(tight: list[list[int]], first: int, used: int) -> bool:
    """Whether rows from `first` on can still all be given a tight column (augmenting paths)."""
    row_of: dict[int, int] = {}

    def place(i: int, tried: set[int]) -> bool:
        for j in tight[i]:
            if used >> j & 1 or j in tried:
                continue
            tried.add(j)
            if j not in row_of or place(row_of[j], tried):
                row_of[j] = i
                return True
        return False

    return all(place(i, set()) for i in range(first, len(tight)))


def _nearly_least_crossed(square: Weights, tight: list[list[int]], rows: int) -> Pairs:
    """Of the best matchings, the one whose pairs stay closest to their own place in the list."""
    size = len(square)
    far = size * size * size
    close = [[-far * size] * size for _ in range(size)]
    for i in range(size):
        for j in tight[i]:
            close[i][j] = -((i - j) ** 2)
    return _positive(square, assign(close)[0][:rows])


def _positive(square: Weights, columns: Sequence[int]) -> Pairs:
    return tuple((i, j) for i, j in enumerate(columns) if square[i][j] > 0)

"""Parts of a coefficient that add up to it, detection of claims, and labels that could be one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from annotator.agreement.alignment import Cluster
from annotator.agreement.coefficients import Alpha, Units, alpha, encode
from annotator.agreement.distances import Distance, matrix
from annotator.agreement.interval import Interval, jackknife


@dataclass(frozen=True, slots=True)
class Part:
    """One annotator's, document's or pair's share: `value` = 1 − (1 − observed)/(1 − A_e of the whole).

    `n` is its weight: pairable values. For annotators and for documents Σ n·value / Σ n is α exactly.
    """

    key: Any
    value: float | None
    observed: float
    n: int


@dataclass(frozen=True, slots=True)
class Decomposition:
    whole: Alpha
    annotators: tuple[Part, ...]
    documents: tuple[Part, ...]
    pairs: tuple[Part, ...]


def decompose(
    units: Units,
    distance: str | Distance = "nominal",
    documents: Sequence[Hashable] | None = None,
    annotators: Sequence[str] | None = None,
) -> Decomposition:
    """α by annotator, by document and by pair of annotators, all against the expectation of the whole.

    Annotator i: 1 − D_o,i/D_e with D_o,i the mean, over i's pairable units, of the mean distance to the
    others. `annotators` names the columns (default: their numbers). `value` is None where α is.
    """
    whole = alpha(units, distance, documents)
    codes, labels = encode(units)
    table = matrix(distance, labels)
    names = list(annotators) if annotators is not None else list(range(codes.shape[1]))
    where = list(documents) if documents is not None else [None] * len(units)
    own: dict[Any, list[float]] = defaultdict(list)
    placed: dict[Any, list[float]] = defaultdict(list)
    paired: dict[Any, list[float]] = defaultdict(list)
    for ratings, place in zip(codes, where, strict=True):
        present = np.flatnonzero(ratings >= 0)
        if len(present) < 2:
            continue
        values = ratings[present]
        apart = (values[:, None] != values).astype(float) if table is None else table[np.ix_(values, values)]
        mean = apart.sum(axis=1) / (len(present) - 1)
        for column, distance_to_others in zip(present.tolist(), mean.tolist(), strict=True):
            own[names[column]].append(distance_to_others)
            placed[place].append(distance_to_others)
        for (i, a), (j, b) in combinations(enumerate(present.tolist()), 2):
            paired[names[a], names[b]].append(float(apart[i, j]))
    return Decomposition(whole, _parts(own, whole), _parts(placed, whole), _parts(paired, whole))


def _parts(distances: Mapping[Any, list[float]], whole: Alpha) -> tuple[Part, ...]:
    found = []
    for key, each in distances.items():
        apart = sum(each) / len(each)
        value = None if whole.value is None or whole.expected is None else 1 - apart / (1 - whole.expected)
        found.append(Part(key, value, 1 - apart, len(each)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Detection:
    """How far annotators find the same claims: mean pairwise F1. Not corrected for chance.

    `value` is None with the `reason` `no_overlap`: nobody else finished, or nobody found a claim.
    `clusters` counts distinct claims in sentences that two finished, `found_by_all` those found by everybody.
    """

    value: float | None
    reason: str | None
    clusters: int
    found_by_all: int
    documents: int
    interval: Interval


def detection(clusters: Sequence[Cluster], documents: Sequence[Hashable] | None = None) -> Detection:
    """Σ k(k−1) / Σ k(m−1) over clusters, k found it of m who finished; jackknife over `documents`.

    Positive specific agreement (Hripcsak & Rothschild 2005): the limit of κ when negatives are uncountable.
    `documents`: one per cluster. Raises ValueError when their number differs.
    """
    places = list(documents) if documents is not None else [None] * len(clusters)
    shared: dict[Hashable, list[int]] = {}
    counted = found_by_all = 0
    for cluster, place in zip(clusters, places, strict=True):
        k, m = len(cluster.members), len(cluster.finished)
        if m < 2:
            continue
        counted += 1
        found_by_all += k == m
        sums = shared.setdefault(place, [0, 0])
        sums[0] += k * (k - 1)
        sums[1] += k * (m - 1)
    if not shared:
        return Detection(None, "no_overlap", 0, 0, 0, Interval(reason="no_overlap"))
    table = np.array(list(shared.values()), dtype=float)
    both, all_ = table.sum(axis=0)
    rest = table.sum(axis=0) - table
    left_out = np.divide(rest[:, 0], rest[:, 1], out=np.full(len(rest), np.nan), where=rest[:, 1] > 0)
    value = float(both / all_)
    return Detection(value, None, counted, found_by_all, len(table), jackknife(value, left_out, floor=0.0))


@dataclass(frozen=True, slots=True)
class Merge:
    """Two labels that are mixed up: how often, and what α would be if they were one."""

    labels: tuple[Any, Any]
    count: float  # o_cv of one order: pairs of ratings, weighted 1/(m − 1)
    share: float  # of all disagreement
    ratio: float  # to what chance would give
    alpha: float | None  # None: nothing but this one label would be left


def merges(whole: Alpha) -> tuple[Merge, ...]:
    """Every pair of labels that meet, the largest share first; for nominal α.

    From the coincidences alone: merging c and v adds 2·o_cv/n to A_o and 2·n_c·n_v/(n(n−1)) to A_e.
    """
    met = [(pair, o) for pair, o in whole.coincidences.items() if pair[0] != pair[1]]
    apart = sum(o for _, o in met)
    found, done = [], set()
    for (c, v), o in met:
        if (v, c) in done or whole.observed is None or whole.expected is None:
            continue
        done.add((c, v))
        chance = whole.counts[c] * whole.counts[v] / (whole.n - 1)
        expected = whole.expected + 2 * chance / whole.n
        observed = whole.observed + 2 * o / whole.n
        one = len(whole.counts) > 2
        value = 1 - (1 - observed) / (1 - expected) if one else None
        found.append(Merge((c, v), o, 2 * o / apart, o / chance, value))
    return tuple(sorted(found, key=lambda merge: -merge.share))

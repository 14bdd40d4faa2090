"""How far annotators find the same claims."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.agreement.alignment import Cluster
from annotator.agreement.interval import Interval, jackknife


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
        return undetected()
    table = np.array(list(shared.values()), dtype=float)
    both, all_ = table.sum(axis=0)
    rest = table.sum(axis=0) - table
    left_out = np.divide(rest[:, 0], rest[:, 1], out=np.full(len(rest), np.nan), where=rest[:, 1] > 0)
    value = float(both / all_)
    return Detection(value, None, counted, found_by_all, len(table), jackknife(value, left_out, floor=0.0))


def undetected() -> Detection:
    """Nothing was found where two finished."""
    return Detection(None, "no_overlap", 0, 0, 0, Interval(reason="no_overlap"))

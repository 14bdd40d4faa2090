"""Krippendorff's α, and Gwet's AC1 as the one check on prevalence."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.distances import Distance, matrix
from annotator.agreement.interval import Interval, jackknife
from annotator.agreement.sums import Ints, Sums, blocks, each_row, sums

Units = Sequence[Sequence[Hashable | None]]
"""One row per unit, one value or None per annotator; NaN, which pandas writes for none, is none too."""

FEW_DOCUMENTS = 10
FEW_MINORITY = 25
"""Below these the interval covers too seldom, so the figure is provisional."""


@dataclass(frozen=True, slots=True)
class Alpha:
    """A coefficient with everything it was computed from.

    `value` is None with a `reason`: `no_overlap` (no unit has two ratings) or `no_variation` (one
    label only, nothing to expect by chance). `observed` A_o and `expected` A_e give α by hand:
    α = 1 − (1 − A_o)/(1 − A_e). `counts`: label → n_v, of the `n` pairable values of `units` units
    in `documents` documents. `coincidences`: (label, label) → o_cv, both orders. `provisional`:
    `few_documents` (under 10), `few_minority` (under 25 units with a label other than the commonest).
    """

    value: float | None
    reason: str | None
    observed: float | None
    expected: float | None
    counts: Mapping[Any, int]
    n: int
    units: int
    documents: int
    coincidences: Mapping[tuple[Any, Any], float]
    interval: Interval
    provisional: tuple[str, ...]


def alpha(
    units: Units, distance: str | Distance = "nominal", documents: Sequence[Hashable] | None = None
) -> Alpha:
    """Krippendorff's α of `units`, with a jackknife over `documents` (one name per unit).

    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, C and D: o_cv = Σ_u pairs/(m_u − 1),
    α = 1 − D_o/D_e. `distance`: "nominal", "masi", "jaccard" (values are frozensets) or a function of two
    values. Raises ValueError for an unknown distance or a wrong number of documents.

    >>> alpha([["a", "a"], ["b", "b"], ["a", "b"]]).value
    0.4444
    """
    codes, labels = encode(units)
    places = _places(documents, len(units))
    distances = matrix(distance, labels)
    found = of_codes(codes, len(labels), places, distances)
    pairs = coincidences(codes, len(labels))
    return dataclasses.replace(
        found,
        counts={labels[code]: count for code, count in found.counts.items()},
        coincidences={(labels[c], labels[v]): o for (c, v), o in pairs.items()},
    )


def alpha_of_codes(codes: Ints, n_labels: int, documents: Ints | None = None) -> Alpha:
    """Nominal α with its interval, from integers: `codes` (N, m) from 0, −1 for none; `documents` (N,).

    The fast entry: no list is made, `coincidences` stays empty (see `coincidences`). Labels are the codes.
    Raises ValueError when a shape or a code does not fit.
    """
    return of_codes(codes, n_labels, documents, None)


def encode(units: Units) -> tuple[NDArray[np.int32], list[Any]]:
    """(codes (N, m), labels in order of first use). Short rows are filled with missing ratings."""
    known: dict[Hashable, int] = {}
    width = max((len(unit) for unit in units), default=0)
    codes = np.full((len(units), width), -1, dtype=np.int32)
    for row, unit in enumerate(units):
        for column, value in enumerate(unit):
            if value is not None and value == value:  # NaN is not equal to itself
                codes[row, column] = known.setdefault(value, len(known))
    return codes, list(known)


def coincidences(codes: Ints, n_labels: int) -> dict[tuple[int, int], float]:
    """o_cv of every pair of labels that meet in a unit, both orders; Σ = n, and a row sums to n_v."""
    found: dict[int, float] = {}
    for block in blocks(codes, n_labels):
        weight = 1 / np.maximum((block >= 0).sum(axis=0) - 1, 1)
        for i in range(len(block)):
            for j in range(i + 1, len(block)):
                both = (block[i] >= 0) & (block[j] >= 0)
                key = block[i, both].astype(np.int64) * n_labels + block[j, both]
                cells, place = np.unique(key, return_inverse=True)
                for cell, o in zip(cells.tolist(), np.bincount(place, weight[both]).tolist(), strict=True):
                    found[cell] = found.get(cell, 0.0) + o
    both_orders: dict[tuple[int, int], float] = {}
    for cell, o in found.items():
        c, v = divmod(cell, n_labels)
        for pair in ((c, v), (v, c)):
            both_orders[pair] = both_orders.get(pair, 0.0) + o
    return both_orders


def ac1(
    units: Units, documents: Sequence[Hashable] | None = None, labels: Sequence[Hashable] | None = None
) -> Alpha:
    """Gwet's AC1, for the record beside α where one label dominates; never the headline.

    Gwet (2008), Br. J. Math. Stat. Psychol. 61, eq. 7 and 8: p_a is the mean over units with two ratings of
    the share of agreeing pairs; p_e = Σ π_k(1 − π_k)/(q − 1) with π_k the mean share of label k over all
    rated units. `labels` are all q possible values (default: those that occur); with one there is no AC1
    (`no_variation`). `n` counts all ratings, `units` those with two. No coincidences.
    """
    codes, seen = encode(units)
    known = list(dict.fromkeys([*seen, *(labels or ())]))
    places = _places(documents, len(units))
    where = np.zeros(len(units), dtype=np.int64) if places is None else places
    table = np.stack([(codes == k).sum(axis=1) for k in range(len(known))] or [np.zeros(len(units))], axis=1)
    found = gwet(table, where)
    return dataclasses.replace(found, counts={known[code]: n for code, n in found.counts.items()})


def gwet(table: Ints, where: Ints) -> Alpha:
    """`ac1` from how often each unit got each label (N, q), and the document of each, (N,)."""
    rated = each_row(np.add, table)
    paired = rated >= 2
    counts = {k: int(n) for k, n in enumerate(table.sum(axis=0)) if n}
    n, groups = int(rated.sum()), int(np.count_nonzero(np.bincount(where[paired])))

    def undefined(reason: str, observed: float | None = None) -> Alpha:
        interval = Interval(groups=groups, reason=reason)
        return Alpha(None, reason, observed, observed, counts, n, int(paired.sum()), groups, {}, interval, ())

    if not paired.any():
        return undefined("no_overlap")
    if table.shape[1] < 2:
        return undefined("no_variation", 1.0)
    agreeing = np.where(
        paired, each_row(np.add, table * (table - 1)) / np.maximum(rated * (rated - 1), 1), 0.0
    )
    shares = table / np.maximum(rated, 1)[:, None]
    size = int(where.max()) + 1
    per_document = np.stack(
        [np.bincount(where, w, size) for w in (agreeing, paired, rated > 0, *shares.T)], axis=1
    )
    whole = per_document.sum(axis=0)
    observed, expected = _gwet(whole)
    used = per_document[:, 1] > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        left_out = _chance_corrected(*_gwet(whole - per_document[used]))
    value = float(_chance_corrected(observed, expected))
    interval = jackknife(value, left_out)
    return Alpha(
        value, None, float(observed), float(expected), counts, n, int(paired.sum()), groups, {}, interval, ()
    )


def _gwet(total: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(p_a, p_e) from sums (…, agreement, units with two ratings, rated units, shares of each label…)."""
    shares = total[..., 3:] / total[..., 2:3]
    expected = (shares * (1 - shares)).sum(axis=-1) / (shares.shape[-1] - 1)
    return total[..., 0] / total[..., 1], expected


def _chance_corrected(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((observed - expected) / (1 - expected))


def _places(documents: Sequence[Hashable] | None, n: int) -> NDArray[np.int64] | None:
    if documents is None:
        return None
    if len(documents) != n:
        raise ValueError(f"{n} units need as many documents, not {len(documents)}")
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in documents], dtype=np.int64)


def of_codes(
    codes: Ints, n_labels: int, documents: Ints | None, distances: NDArray[np.float64] | None
) -> Alpha:
    """`alpha_of_codes` for any distances, (V, V)."""
    s = sums(codes, n_labels, documents, distances)
    return alpha_of_sums(s, s.n.sum() > 0 and few_minority(codes, n_labels, s))


def alpha_of_sums(s: Sums, few_of_a_minority: bool) -> Alpha:
    """α with its interval from sums by document; labels are their codes, no coincidences."""
    n, groups = float(s.n.sum()), len(s.n)
    counts = {int(v): int(s.labels[v]) for v in np.flatnonzero(s.labels)}
    value = observed = expected = reason = None
    if n == 0:
        reason = "no_overlap"
    else:
        observed = 1 - float(s.observed.sum()) / n
        expected = 1 - s.expected / (n * (n - 1))
        if s.expected <= 0:
            reason = "no_variation"
        else:
            value = 1 - (1 - observed) / (1 - expected)
    interval = Interval(groups=groups, reason=reason) if value is None else jackknife(value, _left_out(s))
    few = [("few_documents", groups < FEW_DOCUMENTS), ("few_minority", few_of_a_minority)]
    return Alpha(
        value, reason, observed, expected, counts, int(n), int(s.units.sum()), groups, {}, interval,
        tuple(name for name, so in few if so) if value is not None else (),
    )  # fmt: skip


def _left_out(s: Sums) -> NDArray[np.float64]:
    """α without each document, shape (G,); NaN where the rest has no variation or no pairs."""
    if len(s.n) < 2:
        return np.full(len(s.n), np.nan)
    observed, n = s.observed.sum() - s.observed, s.n.sum() - s.n
    defined = s.expected_without > 1e-9
    share = np.divide(observed * (n - 1), s.expected_without, out=np.full(len(n), np.nan), where=defined)
    return np.asarray(1 - share)


def few_minority(codes: Ints, n_labels: int, s: Sums, weights: Ints | None = None) -> bool:
    """Whether fewer than 25 units hold a label other than the commonest (the worst case of a tie)."""
    most = int(s.labels.max(initial=0))
    if (int(s.labels.sum()) - most) / max(codes.shape[1], 1) >= FEW_MINORITY:
        return False  # even if every unit held as many of them as it can
    return any(
        _units_without_only(codes, n_labels, int(label), weights) < FEW_MINORITY
        for label in np.flatnonzero(s.labels == most)
    )


def _units_without_only(codes: Ints, n_labels: int, label: int, weights: Ints | None) -> int:
    if weights is not None:
        rated = codes >= 0
        other = each_row(np.logical_or, rated & (codes != label)) & (each_row(np.add, rated) > 1)
        return int(weights[other].sum())
    return sum(int(((block >= 0) & (block != label)).any(axis=0).sum()) for block in blocks(codes, n_labels))

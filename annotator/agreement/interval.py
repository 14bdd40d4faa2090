"""The interval: delete one document at a time, with Student's t."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.student import t_cdf, t_quantile

TENTATIVE = 0.667
RELIABLE = 0.8
"""Krippendorff's decision marks (Content Analysis, 2004, 11.4)."""

NOTHING = 1e-12  # a smaller standard error is only rounding


@dataclass(frozen=True, slots=True)
class Interval:
    """95 % interval of a coefficient over documents (or sentences), for these annotators.

    `p_667`, `p_800`: chance that the coefficient is really below that mark. `groups`: how many
    documents (or sentences) it was computed from. All figures are None when there is a `reason`:
    `too_few_documents` (fewer than two), `hangs_on_one` (without one of them the coefficient is
    undefined) or the reason for which the coefficient itself is undefined.
    """

    low: float | None = None
    high: float | None = None
    se: float | None = None
    p_667: float | None = None
    p_800: float | None = None
    groups: int = 0
    reason: str | None = None


def jackknife(value: float, left_out: NDArray[np.float64], *, floor: float = -math.inf) -> Interval:
    """Interval of `value` from `left_out`, shape (G,): the value without each document, NaN if undefined.

    SE = √((G−1)/G · Σ(αᵍ − mean)²), α ± t(.975, G−1)·SE (Quenouille 1956, Tukey 1958; for α: Hughes,
    arXiv 2210.13265), kept between `floor` and 1.
    """
    groups = len(left_out)
    if groups < 2:
        return Interval(groups=groups, reason="too_few_documents")
    if not np.isfinite(left_out).all():
        return Interval(groups=groups, reason="hangs_on_one")
    spread = float(((left_out - left_out.mean()) ** 2).sum())
    se = math.sqrt((groups - 1) / groups * spread)
    if se < NOTHING:
        se = 0.0
    half = t_quantile(0.975, groups - 1) * se
    return Interval(
        low=max(value - half, floor),
        high=min(value + half, 1.0),
        se=se,
        p_667=_chance_below(TENTATIVE, value, se, groups),
        p_800=_chance_below(RELIABLE, value, se, groups),
        groups=groups,
    )


def _chance_below(mark: float, value: float, se: float, groups: int) -> float:
    if se == 0:
        return float(value < mark)
    return t_cdf((mark - value) / se, groups - 1)

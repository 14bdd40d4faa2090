"""Student's t with whole degrees of freedom: the cumulative distribution and its quantiles."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray


def t_cdf(t: float, df: int) -> float:
    """P(T ≤ t) for T with `df` ≥ 1 degrees of freedom.

    Abramowitz & Stegun (1964), 26.7.3 (odd) and 26.7.4 (even): a finite sum of positive terms,
    so nothing cancels. Raises ValueError when `df` is not a whole number from 1.

    >>> t_cdf(0.0, 3)
    0.5
    """
    if df < 1 or df != int(df):
        raise ValueError(f"degrees of freedom are whole numbers from 1, not {df!r}")
    if math.isinf(t):
        return 1.0 if t > 0 else 0.0
    return 0.5 + math.copysign(_within(abs(t), int(df)) / 2, t)


def t_cdfs(t: NDArray[np.float64], df: NDArray[np.integer]) -> NDArray[np.float64]:
    """`t_cdf` elementwise, (n,) and (n,), by the same series; NaN stays NaN.

    >>> t_cdfs(np.array([0.0, 1.0]), np.array([3, 1])).tolist()
    [0.5, 0.75]
    """
    found = np.full(len(t), np.nan)
    for one in np.unique(df).tolist():
        here = np.flatnonzero(df == one)
        theta = np.arctan2(np.abs(t[here]), math.sqrt(one))
        steps = np.arange(2 if one % 2 else 1, one - 2, 2, dtype=float)
        cos2 = (np.cos(theta) ** 2)[:, None]
        series = 1 + np.cumprod(cos2 * (steps / (steps + 1)), axis=1).sum(axis=1)
        if one % 2:
            wave = np.sin(theta) * np.cos(theta) * series if one > 1 else 0.0
            within = 2 / math.pi * (theta + wave)
        else:
            within = np.sin(theta) * series
        found[here] = 0.5 + np.copysign(within / 2, t[here])
    return found


def _within(t: float, df: int) -> float:
    """P(−t ≤ T ≤ t)."""
    theta = math.atan2(t, math.sqrt(df))
    cos2 = df / (df + t * t)
    if df % 2:
        steps = np.arange(2, df - 2, 2, dtype=float)
        series = math.cos(theta) * _sum_of_products(cos2 * steps / (steps + 1)) if df > 1 else 0.0
        return 2 / math.pi * (theta + math.sin(theta) * series)
    steps = np.arange(1, df - 2, 2, dtype=float)
    return math.sin(theta) * _sum_of_products(cos2 * steps / (steps + 1))


def _sum_of_products(ratios: NDArray[np.float64]) -> float:
    """1 + r₁ + r₁r₂ + …"""
    return 1.0 + float(np.cumprod(ratios).sum())


@lru_cache(maxsize=512)
def t_quantile(p: float, df: int) -> float:
    """The t with P(T ≤ t) = p, 0 < p < 1. Raises ValueError outside.

    Newton from the normal quantile: on the positive side the distribution function is concave
    and the normal quantile lies left of the root, so no step can overshoot.

    >>> round(t_quantile(0.975, 1), 3)
    12.706
    """
    if not 0 < p < 1:
        raise ValueError(f"a probability lies between 0 and 1, not {p!r}")
    if p < 0.5:
        return -t_quantile(1 - p, df)
    t = NormalDist().inv_cdf(p)
    for _ in range(200):
        step = (p - t_cdf(t, df)) / _density(t, df)
        t += step
        if abs(step) <= 1e-12 * max(1.0, t):
            break
    return t


def _density(t: float, df: int) -> float:
    log = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    return math.exp(log - (df + 1) / 2 * math.log1p(t * t / df))

"""Student's t and the jackknife."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from annotator.agreement import jackknife, t_cdf, t_quantile
from annotator.agreement.student import t_cdfs

DEGREES = [1, 2, 3, 4, 5, 9, 10, 23, 99, 100, 1001, 40_000]


@pytest.mark.parametrize("df", DEGREES)
def test_t_equals_scipy(df: int) -> None:
    for t in (-40, -2.5, -0.3, 0, 0.01, 1, 1.96, 7, 300):
        assert t_cdf(t, df) == pytest.approx(stats.t.cdf(t, df), abs=1e-9)
    for p in (0.001, 0.025, 0.4, 0.5, 0.9, 0.975, 0.9995):
        assert t_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("df", DEGREES)
def test_many_at_once_are_the_same(df: int) -> None:
    t = np.array([-40, -2.5, 0, 0.01, 1.96, 7, 300, np.inf, -np.inf])
    found = t_cdfs(t, np.full(len(t), df))
    assert found == pytest.approx([t_cdf(float(one), df) for one in t], abs=1e-12)


def test_refuses_what_is_no_probability() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        t_quantile(1.0, 3)
    with pytest.raises(ValueError, match="degrees of freedom"):
        t_cdf(0.3, 0)


def test_jackknife_of_a_mean_is_the_textbook_interval() -> None:
    """Leaving one out of a mean gives the standard error of the mean and the t interval."""
    sample = np.array([0.52, 0.61, 0.48, 0.70, 0.66])
    left_out = (sample.sum() - sample) / (len(sample) - 1)
    found = jackknife(float(sample.mean()), left_out)
    low, high = stats.t.interval(0.95, 4, sample.mean(), stats.sem(sample))
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert found.p_667 == pytest.approx(stats.t.cdf((0.667 - sample.mean()) / stats.sem(sample), 4), abs=1e-9)
    assert found.p_667 < found.p_800


def test_ends_at_one_and_at_the_floor() -> None:
    found = jackknife(0.5, np.array([0.1, 0.9]), floor=0.0)
    assert (found.low, found.high) == (0.0, 1.0)


def test_a_spread_of_nothing_decides_at_once() -> None:
    found = jackknife(0.7, np.array([0.7, 0.7, 0.7]))
    assert (found.low, found.high, found.p_667, found.p_800) == (0.7, 0.7, 0.0, 1.0)

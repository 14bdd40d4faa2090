"""Tables printed in papers and handbooks, to the printed digit, beside those of `test_agreement_alpha`."""

from __future__ import annotations

from typing import Any

import pytest
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance
from sklearn.metrics import cohen_kappa_score

from annotator.agreement import ac1, alpha, cohen, fleiss, masi, scott

Units = list[list[Any]]


def crossed(*rows: tuple[int, ...]) -> Units:
    """Units of two annotators from a table: one chose the row, the other the column."""
    return [[i, j] for i, row in enumerate(rows) for j, n in enumerate(row) for _ in range(n)]


def counted(*rows: str) -> Units:
    """Units from how often each label was given."""
    return [[k for k, n in enumerate(map(int, row.split())) for _ in range(n)] for row in rows]


COHEN = crossed((88, 14, 18), (10, 40, 10), (2, 6, 12))
"""Cohen (1960), table 2: 200 subjects, three kinds of disorder."""

FLEISS = counted(
    "0 0 0 6 0", "0 3 0 0 3", "0 1 4 0 1", "0 0 0 0 6", "0 3 0 3 0", "2 0 4 0 0", "0 0 4 0 2", "2 0 3 1 0",
    "2 0 0 4 0", "0 0 0 0 6", "1 0 0 5 0", "1 1 0 4 0", "0 3 3 0 0", "1 0 0 5 0", "0 2 0 3 1", "0 0 5 0 1",
    "3 0 0 1 2", "5 1 0 0 0", "0 2 0 4 0", "1 0 2 0 3", "0 0 0 0 6", "0 1 0 5 0", "0 2 0 1 3", "2 0 0 4 0",
    "1 0 0 4 1", "0 5 0 1 0", "4 0 0 0 2", "0 2 0 4 0", "1 0 5 0 0", "0 0 0 0 6",
)  # fmt: skip
"""Fleiss (1971), table 1: 30 patients, 6 psychiatrists each, 5 diagnoses."""

ABSTRACTORS = crossed((13, 0, 0), (0, 20, 7), (0, 4, 56))
"""Gwet (2014), two abstractors and 100 pregnancies, as in his package irrCAC (cont3x3abstractors)."""

FIVE_RATERS = [
    [None if value == "." else value for value in row.split()]
    for row in (
        "1 1 2 . 2", "1 1 0 1 .", "2 3 3 3 .", ". 0 0 . 0", "0 0 0 . 0", "0 0 0 . 0", "1 0 2 . 1",
        "1 . 2 0 .", "2 2 2 . 2", "2 1 1 1 .", ". 1 0 0 .", "0 0 0 0 .", "1 2 2 2 .", "3 3 2 2 3",
        "1 1 1 . 1", "1 1 1 . 1", "2 1 2 . 2", "1 2 3 3 .", "1 1 0 1 .", "0 0 0 . 0",
    )
]  # fmt: skip
"""Gwet, Handbook of Inter-Rater Reliability (5th ed. 2021, p. 165): five raters, some missing."""


FOUR_RATERS = [
    [None if value == "." else value for value in row.split()]
    for row in ("1 1 . 1", "2 2 3 2", "3 3 3 3", "3 3 3 3", "2 2 2 2", "1 2 3 4", "4 4 4 4", "1 1 2 1",
                "2 2 2 2", ". 5 5 5", ". . 1 1", ". . 3 .")
]  # fmt: skip
"""Krippendorff (2011), data C, as Gwet prints it in his package irrCAC (cac.raw4raters)."""


def test_gwets_four_raters() -> None:
    """README of irrCAC 1.0: AC1 0.77544 of 0.8181818 and 0.1903212, α 0.74342 of 0.805 and 0.24."""
    found = ac1(FOUR_RATERS)
    assert f"{found.observed:.7f}" == "0.8181818"
    assert f"{found.expected:.7f}" == "0.1903212"
    assert f"{found.value:.5f}" == "0.77544"
    assert f"{alpha(FOUR_RATERS).value:.5f}" == "0.74342"


def test_gwets_fifteen_patients() -> None:
    """README of irrCAC 1.0 (distrib.6raters): the first half of Fleiss's table 1, three coefficients."""
    found = ac1(FLEISS[:15])
    assert f"{found.observed:.7f}" == "0.5511111"
    assert f"{found.expected:.7f}" == "0.1914815"
    assert f"{found.value:.7f}" == "0.4448007"
    assert f"{fleiss(FLEISS[:15]):.7f}" == "0.4139265"
    assert f"{alpha(FLEISS[:15]).value:.7f}" == "0.4204384"


def test_cohens_own_table() -> None:
    found = alpha(COHEN)
    assert f"{found.observed:.2f}" == "0.70"
    assert f"{cohen(COHEN):.3f}" == "0.492"
    assert cohen(COHEN) == pytest.approx((0.70 - 0.41) / (1 - 0.41), abs=1e-12)
    assert cohen(COHEN) == pytest.approx(cohen_kappa_score(*zip(*COHEN, strict=True)), abs=1e-12)


def test_fleiss_own_table() -> None:
    found = alpha(FLEISS)
    assert f"{fleiss(FLEISS):.3f}" == "0.430"
    # With equally many ratings α differs from κ by the size of the sample alone: (1 − κ)/n.
    kappa = fleiss(FLEISS)
    assert found.value == pytest.approx(kappa + (1 - kappa) / found.n, abs=1e-12)
    assert found.n == 180


def test_gwets_two_abstractors() -> None:
    assert f"{ac1(ABSTRACTORS).value:.7f}" == "0.8493305"
    assert f"{ac1(ABSTRACTORS).observed:.2f}" == "0.89"
    assert f"{alpha(ABSTRACTORS).value:.7f}" == "0.7972585"
    assert f"{cohen(ABSTRACTORS):.7f}" == "0.7964094"
    assert f"{scott(ABSTRACTORS):.7f}" == "0.7962397"


def test_gwets_five_raters() -> None:
    assert f"{ac1(FIVE_RATERS).value:.4f}" == "0.5021"


def test_passonneaus_weights() -> None:
    """1 − J·M with M of 1, ⅔, ⅓ and 0, as nltk has it too."""
    a, ab, abc, bc, c = (frozenset(letters) for letters in ("a", "ab", "abc", "bc", "c"))
    for one, other, expected in (
        (ab, ab, 0.0), (a, ab, 1 - 1 / 2 * 2 / 3), (a, abc, 1 - 1 / 3 * 2 / 3), (ab, bc, 1 - 1 / 3 * 1 / 3),
        (a, c, 1.0),
    ):  # fmt: skip
        assert masi(one, other) == masi(other, one) == pytest.approx(expected, abs=1e-12)
        assert masi(one, other) == pytest.approx(masi_distance(one, other), abs=1e-9)


def test_equals_the_coefficients_of_nltk() -> None:
    triples = [(person, n, value) for n, unit in enumerate(COHEN) for person, value in enumerate(unit)]
    task = AnnotationTask(triples)
    assert cohen(COHEN) == pytest.approx(task.kappa(), abs=1e-12)
    assert scott(COHEN) == pytest.approx(task.pi(), abs=1e-12)
    assert alpha(COHEN).value == pytest.approx(task.alpha(), abs=1e-12)


def test_other_coefficients_say_what_they_need() -> None:
    with pytest.raises(ValueError, match="two annotators"):
        cohen(FLEISS)
    with pytest.raises(ValueError, match="two annotators"):
        scott(FLEISS)
    with pytest.raises(ValueError, match="same number"):
        fleiss(FIVE_RATERS)
    assert cohen([["a", "a"]]) is None
    assert cohen([["a", None]]) is None
    assert fleiss([]) is None

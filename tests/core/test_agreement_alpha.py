"""α and AC1 against published tables, exact fractions, other implementations and laws they must obey."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance
from sklearn.metrics import cohen_kappa_score

from annotator.agreement import (
    Alpha,
    ac1,
    alpha,
    alpha_of_codes,
    coincidences,
    decompose,
    jaccard,
    masi,
    merges,
)

Units = list[list[Any]]


def units(*annotators: str) -> Units:
    """One string per annotator, "." where there is no rating."""
    return [
        [None if value == "." else value for value in unit]
        for unit in zip(*map(str.split, annotators), strict=True)
    ]


def exact(table: Units, distance: Any = lambda a, b: int(a != b)) -> Fraction:
    """Krippendorff's α by its definition, in fractions: every pair, nothing clever."""
    pairable = [[value for value in unit if value is not None] for unit in table]
    pairable = [unit for unit in pairable if len(unit) > 1]
    values = [value for unit in pairable for value in unit]
    observed = sum(
        (
            Fraction(sum(distance(a, b) for a, b in permutations(unit, 2))) / (len(unit) - 1)
            for unit in pairable
        ),
        Fraction(0),
    ) / len(values)
    expected = Fraction(sum(distance(a, b) for a, b in permutations(values, 2))) / (
        len(values) * (len(values) - 1)
    )
    return 1 - observed / expected


# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: A, B, C, and E for other distances.
BINARY = units("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
NOMINAL = units("a a b b d c c c e d d a", "b a b b b c c c e d d d")
MISSING = units(
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
# Krippendorff, Content Analysis: three coders, fifteen units.
THREE_CODERS = units(
    ". . . . . 3 4 1 2 1 1 3 3 . 3", "1 . 2 1 3 3 4 3 . . . . . . .", ". . 2 1 3 4 4 . 2 1 1 3 3 . 4"
)
# Hayes & Krippendorff (2007), table 1: five observers, forty newspaper articles.
NEWS = units(
    "1 1 2 . 0 0 1 1 2 2 . 0 1 3 1 1 2 1 1 0 0 0 2 0 1 0 0 1 1 1 1 2 2 3 2 2 2 2 2 1",
    "1 1 3 0 0 0 0 . 2 1 1 0 2 3 1 1 1 2 1 0 0 0 3 0 2 1 0 2 1 1 1 1 2 2 2 2 2 2 2 1",
    "2 0 3 0 0 0 2 2 2 1 0 0 2 2 1 1 2 3 0 0 1 . 3 0 . 1 0 1 2 2 0 2 . 2 2 3 2 . 2 1",
    ". 1 3 . . . . 0 . 1 0 0 2 2 . . . 3 1 . 1 0 3 0 2 1 1 2 2 . . 1 2 2 . . . 1 2 .",
    "2 . . 0 0 0 1 . 2 . . . . 3 1 1 2 . . 0 . 0 . . 2 . 0 . . 2 0 . 2 . 2 2 2 2 . 1",
)


@pytest.mark.parametrize(
    ("table", "fraction", "printed"),
    [
        (BINARY, Fraction(2, 21), "0.095"),
        (NOMINAL, Fraction(155, 224), "0.692"),
        (MISSING, Fraction(113, 152), "0.743"),
        (THREE_CODERS, None, "0.691"),
        (NEWS, None, "0.4765"),
    ],
    ids=["binary", "nominal", "missing", "three coders", "news"],
)
def test_reproduces_published_tables(table: Units, fraction: Fraction | None, printed: str) -> None:
    value = alpha(table).value
    assert value == pytest.approx(float(exact(table)), abs=1e-12)
    assert f"{value:.{len(printed) - 2}f}" == printed
    if fraction is not None:
        assert value == pytest.approx(float(fraction), abs=1e-12)


@pytest.mark.parametrize(
    ("table", "distance", "printed"),
    [
        (MISSING, lambda a, b: (int(a) - int(b)) ** 2, "0.849"),
        (MISSING, lambda a, b: ((int(a) - int(b)) / (int(a) + int(b))) ** 2, "0.797"),
        (THREE_CODERS, lambda a, b: (int(a) - int(b)) ** 2, "0.811"),
        (NEWS, lambda a, b: (int(a) - int(b)) ** 2, "0.7574"),
    ],
    ids=["interval", "ratio", "three coders", "news"],
)
def test_takes_any_distance(table: Units, distance: Any, printed: str) -> None:
    assert f"{alpha(table, distance).value:.{len(printed) - 2}f}" == printed


def test_weighs_the_speech_acts_of_artstein_and_poesio() -> None:
    """Artstein & Poesio (2008), table 7: statement, information request, check; a check is half of each."""
    counted = {("s", "s"): 46, ("s", "i"): 6, ("i", "i"): 32, ("c", "i"): 6, ("c", "c"): 10}
    table = [list(pair) for pair, n in counted.items() for _ in range(n)]
    found = alpha(table, lambda a, b: 0.5 if "c" in (a, b) else 1.0)
    assert found.observed == pytest.approx(1 - 0.09, abs=1e-12)
    assert f"{1 - found.expected:.4f}" == "0.4879"
    assert f"{found.value:.4f}" == "0.8156"


def test_shows_coincidences_and_counts_of_the_worked_example() -> None:
    found = alpha(NOMINAL)
    assert dict(found.counts) == {"a": 4, "b": 6, "c": 6, "d": 6, "e": 2}
    assert found.n == 24
    assert {pair: o for pair, o in found.coincidences.items() if pair[0] <= pair[1]} == {
        ("a", "a"): 2, ("a", "b"): 1, ("a", "d"): 1, ("b", "b"): 4, ("b", "d"): 1,
        ("c", "c"): 6, ("d", "d"): 4, ("e", "e"): 2,
    }  # fmt: skip


# ------------------------------------------------------------------ undefined, provisional


@pytest.mark.parametrize("table", [[], [[]], [["a"]], [["a", None], [None, "b"]], [[None, None]]])
def test_says_when_nothing_overlaps(table: Units) -> None:
    found = alpha(table)
    assert (found.value, found.reason, found.observed, found.n) == (None, "no_overlap", None, 0)
    assert found.interval.reason == "no_overlap"


def test_says_when_there_is_only_one_label() -> None:
    found = alpha([["a", "a"], ["a", "a"], ["b", None]])
    assert (found.value, found.reason) == (None, "no_variation")
    assert (found.observed, found.expected, dict(found.counts)) == (1.0, 1.0, {"a": 4})
    assert found.interval.low is None


def test_says_when_there_is_only_one_document() -> None:
    assert alpha(NOMINAL).interval.reason == "too_few_documents"
    assert alpha(NOMINAL, documents=["d"] * 12).interval.reason == "too_few_documents"


def test_says_when_the_interval_hangs_on_one_document() -> None:
    found = alpha([["a", "a"], ["a", "a"], ["a", "b"]], documents=[1, 2, 3])
    assert found.value is not None
    assert found.interval.reason == "hangs_on_one"
    assert found.interval.low is None


def test_is_provisional_under_ten_documents_or_25_units_of_a_minority() -> None:
    def of(documents: int, minority: int) -> tuple[str, ...]:
        table = [["b", "b"]] * minority + [["a", "a"]] * 100
        return alpha(table, documents=[i % documents for i in range(len(table))]).provisional

    assert of(9, 24) == ("few_documents", "few_minority")
    assert of(10, 24) == ("few_minority",)
    assert of(9, 25) == ("few_documents",)
    assert of(10, 25) == ()


def test_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="unknown distance"):
        alpha(NOMINAL, "cosine")
    with pytest.raises(ValueError, match="12 units need as many documents"):
        alpha(NOMINAL, documents=["d"])
    with pytest.raises(ValueError, match="from 0 to 1"):
        alpha_of_codes(np.array([[0, 2]]), 2)
    with pytest.raises(ValueError, match="shape"):
        alpha_of_codes(np.array([0, 1]), 2)


# ------------------------------------------------------------------ oracles


def ratings(seed: int, n: int, m: int, labels: int, missing: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    true = rng.integers(0, labels, n)
    codes = np.where(rng.random((n, m)) < 0.7, true[:, None], rng.integers(0, labels, (n, m)))
    codes[rng.random((n, m)) < missing] = -1
    return codes


CASES = [(60, 2, 2, 0.0), (200, 3, 5, 0.3), (80, 7, 3, 0.6), (50, 30, 4, 0.5), (300, 2, 150, 0.1)]


@pytest.mark.parametrize("case", CASES)
def test_equals_the_krippendorff_package(case: tuple[int, int, int, float]) -> None:
    codes = ratings(1, *case)
    other = krippendorff.alpha(np.where(codes < 0, np.nan, codes).T, level_of_measurement="nominal")
    assert alpha_of_codes(codes, case[2]).value == pytest.approx(other, abs=1e-9)
    assert alpha([[None if c < 0 else int(c) for c in row] for row in codes]).value == pytest.approx(
        other, abs=1e-9
    )


def test_equals_nltk_with_masi() -> None:
    rng = random.Random(2)
    table = [[frozenset(rng.sample("abcd", rng.randint(1, 3))) for _ in range(3)] for _ in range(60)]
    triples = [(person, n, value) for n, unit in enumerate(table) for person, value in enumerate(unit)]
    task = AnnotationTask(triples, distance=masi_distance)
    assert alpha(table, "masi").value == pytest.approx(task.alpha(), abs=1e-9)


def test_distances_of_sets_follow_passonneau() -> None:
    a, ab, bc, c = map(frozenset, ("a", "ab", "bc", "c"))
    assert masi(a, ab) == pytest.approx(2 / 3)
    assert masi(ab, bc) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert masi(a, c) == 1.0
    assert masi(frozenset(), frozenset()) == jaccard(frozenset(), frozenset()) == 0.0
    assert masi(frozenset(), a) == jaccard(frozenset(), a) == 1.0


def test_approaches_cohens_kappa_with_equal_margins_and_many_units() -> None:
    table = [["a", "a"], ["b", "b"], ["a", "b"], ["b", "a"]] * 5 + [["a", "a"], ["b", "b"]] * 2000
    kappa = cohen_kappa_score(*zip(*table, strict=True))
    assert alpha(table).value == pytest.approx(kappa, abs=1e-4)


def test_equals_gwets_own_figures() -> None:
    """Gwet (2002): 118 of 125 both positive, where κ falls to −0.02; Krippendorff's data C by unit means."""
    table = [["+", "+"]] * 118 + [["+", "-"]] * 5 + [["-", "+"]] * 2
    found = ac1(table)
    assert f"{found.value:.4f}" == "0.9408"
    assert f"{cohen_kappa_score(*zip(*table, strict=True)):.4f}" == "-0.0234"
    assert f"{ac1(MISSING).value:.3f}" == "0.775"
    assert f"{ac1(MISSING).observed:.3f}" == "0.818"


def test_gives_ac1_an_interval_and_reasons() -> None:
    table = [["a", "a"], ["a", "b"], ["b", "b"], ["a", "a"]] * 3
    found = ac1(table, documents=[n // 2 for n in range(12)])
    assert found.interval.low < found.value < found.interval.high
    assert ac1([["a", None]]).reason == "no_overlap"
    assert ac1([["a", "a"]]).reason == "no_variation"
    assert ac1([["a", "a"]], labels="ab").value == 1.0


# ------------------------------------------------------------------ the interval, the fast entry


def test_interval_leaves_out_one_document_at_a_time() -> None:
    rng = random.Random(5)
    documents = [rng.choice("pqrstuvw") for _ in MISSING]
    found = alpha(MISSING, documents=documents)
    names = sorted(
        {d for d, unit in zip(documents, MISSING, strict=True) if sum(v is not None for v in unit) > 1}
    )
    left = [float(exact([u for u, d in zip(MISSING, documents, strict=True) if d != name])) for name in names]
    mean = sum(left) / len(left)
    se = ((len(left) - 1) / len(left) * sum((one - mean) ** 2 for one in left)) ** 0.5
    assert (found.documents, found.interval.groups) == (len(names), len(names))
    assert found.interval.se == pytest.approx(se, abs=1e-12)
    assert found.interval.low < found.value < found.interval.high <= 1


@pytest.mark.parametrize(("labels", "documents"), [(3, 40), (400, 4000)], ids=["full table", "cells in use"])
def test_codes_and_lists_give_the_same(labels: int, documents: int) -> None:
    codes = ratings(7, 5000, 3, labels, 0.3)
    places = np.random.default_rng(8).integers(0, documents, len(codes))
    fast = alpha_of_codes(codes, labels, places)
    slow = alpha([[None if c < 0 else int(c) for c in row] for row in codes], documents=places.tolist())
    assert fast.value == pytest.approx(slow.value, abs=1e-12)
    assert fast.interval.se == pytest.approx(slow.interval.se, abs=1e-12)
    assert (fast.n, fast.units, fast.documents) == (slow.n, slow.units, slow.documents)
    assert dict(fast.counts) == dict(slow.counts)
    assert coincidences(codes, labels) == pytest.approx(dict(slow.coincidences))


def test_a_function_equal_to_nominal_gives_the_same_interval() -> None:
    documents = [n % 5 for n in range(len(NEWS))]
    nominal, general = alpha(NEWS, documents=documents), alpha(NEWS, lambda a, b: a != b, documents)
    assert general.value == pytest.approx(nominal.value, abs=1e-12)
    assert general.interval.se == pytest.approx(nominal.interval.se, abs=1e-12)


# ------------------------------------------------------------------ laws

value = st.sampled_from(["a", "b", "c", None])
tables = st.integers(2, 4).flatmap(
    lambda m: st.lists(st.lists(value, min_size=m, max_size=m), min_size=1, max_size=12)
)


def figures(found: Alpha) -> tuple[Any, ...]:
    interval = found.interval
    rounded = [
        None if x is None else round(x, 9) for x in (found.value, found.observed, found.expected, interval.se)
    ]
    return (*rounded, found.reason, found.n, found.units, found.documents, interval.reason, found.provisional)


@settings(max_examples=150, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_ignores_order_of_annotators_and_units_and_names_of_labels(table: Units, rng: random.Random) -> None:
    documents = [n % 3 for n in range(len(table))]
    columns = rng.sample(range(len(table[0])), len(table[0]))
    rows = rng.sample(range(len(table)), len(table))
    names = dict(zip("abc", rng.sample("xyz", 3), strict=True))
    changed = [[names.get(table[row][column]) for column in columns] for row in rows]
    assert figures(alpha(table, documents=documents)) == figures(
        alpha(changed, documents=[documents[row] for row in rows])
    )


@settings(max_examples=100, deadline=None)
@given(tables)
def test_a_missing_rating_equals_an_absent_one(table: Units) -> None:
    absent = [[v for v in unit if v is not None] for unit in table]
    assert figures(alpha(table)) == figures(alpha(absent))


def test_takes_what_pandas_writes_for_no_rating() -> None:
    table = [[1.0, float("nan"), 1.0], [2.0, 2.0, np.nan], [1.0, 2.0, 2.0]]
    without = [[1.0, None, 1.0], [2.0, 2.0, None], [1.0, 2.0, 2.0]]
    assert alpha(table) == alpha(without)
    assert ac1(table) == ac1(without)


@settings(max_examples=150, deadline=None)
@given(tables)
def test_follows_from_what_is_shown(table: Units) -> None:
    found = alpha(table)
    if found.value is not None:
        assert found.value == pytest.approx(1 - (1 - found.observed) / (1 - found.expected), abs=1e-12)
        assert found.value == pytest.approx(float(exact(table)), abs=1e-9)
        assert sum(found.counts.values()) == pytest.approx(sum(found.coincidences.values())) == found.n


@settings(max_examples=150, deadline=None)
@given(tables)
def test_parts_average_to_the_whole(table: Units) -> None:
    documents = [n % 4 for n in range(len(table))]
    parts = decompose(table, documents=documents)
    if parts.whole.value is None:
        return
    for some in (parts.annotators, parts.documents):
        assert sum(part.n for part in some) == parts.whole.n
        mean = sum(part.n * part.value for part in some) / parts.whole.n
        assert mean == pytest.approx(parts.whole.value, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(tables)
def test_merging_two_labels_equals_counting_them_as_one(table: Units) -> None:
    for merge in merges(alpha(table)):
        first, second = merge.labels
        one = alpha([[first if v == second else v for v in unit] for unit in table])
        assert merge.alpha is one.value is None or merge.alpha == pytest.approx(one.value, abs=1e-9)


def test_decomposes_pairs_and_names_annotators() -> None:
    parts = decompose([["a", "a", "b"], ["a", "b", "b"]], annotators=["Ana", "Ben", "Cleo"])
    assert {part.key: (part.observed, part.n) for part in parts.pairs} == {
        ("Ana", "Ben"): (0.5, 2), ("Ana", "Cleo"): (0.0, 2), ("Ben", "Cleo"): (0.5, 2)
    }  # fmt: skip
    assert [part.key for part in parts.annotators] == ["Ana", "Ben", "Cleo"]


def test_ranks_mixed_up_labels_by_their_share() -> None:
    table: Sequence[Sequence[str]] = (
        [["a", "b"]] * 3 + [["a", "c"]] + [["a", "a"], ["b", "b"], ["c", "c"]] * 4
    )
    first, second = merges(alpha(table))
    assert (first.labels, first.count, first.share) == (("a", "b"), 3, 0.75)
    assert (second.labels, second.share) == (("a", "c"), 0.25)

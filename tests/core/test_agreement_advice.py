"""Drift, sample size, agreement with oneself, the paragraph for the paper and the table of every figure."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from annotator.agreement import (
    COLUMNS,
    OPEN_LIST_WORDS,
    Interval,
    Layer,
    Rated,
    advice_words,
    as_table,
    drift,
    drift_of,
    figure,
    mcnemar,
    methods,
    oneself,
    parts_of,
    report,
    rows,
    sample,
)
from annotator.model import Answer, Claim, Kind, Status


def answer(stance: str | None) -> Answer:
    claims = (Claim(("p",), stance, "support", "own"),) if stance else ()
    return Answer(Status.CLAIMS if claims else Status.NO_CLAIM, claims)


def rated(n: int, ana: str | None, ben: str | None, documents: int = 12) -> Rated:
    return Rated(
        f"d{n % documents}", f"s{n}", n, "Four words stand here.", Kind.BODY,
        {"Ana": answer(ana), "Ben": answer(ben)},
        {"Ana": n, "Ben": 1000 - n}, {"Ana": "2026-01-05", "Ben": "2026-01-12T08:00:00Z"},
    )  # fmt: skip


SENTENCES = [
    rated(n, ("ru", "tr", None)[n % 3], ("ru", "tr", None)[(n + (n % 7 == 0)) % 3]) for n in range(240)
]
FOUND = report(SENTENCES)


# ------------------------------------------------------------------ drift


def test_no_alarm_while_readers_stay_as_they_are() -> None:
    apart = np.tile([0.0, 0.0, 0.0, 0.0, 1.0], 200)
    found = drift("Ana", apart)
    assert (found.shared, found.tests, found.alarms) == (1000, 47, ())
    assert abs(found.z) < 1


def test_tells_when_somebody_began_to_differ() -> None:
    apart = np.concatenate([np.tile([0.0, 0.0, 0.0, 0.0, 1.0], 60), np.tile([0.0, 1.0], 60)])
    days = [f"2026-01-{1 + n // 20:02}" for n in range(420)]
    found = drift("Ana", apart, days, [("d", f"s{n}") for n in range(420)])
    first = found.alarms[0]
    assert first.after == 340
    assert (first.before, first.recent) == (pytest.approx(0.2), pytest.approx(0.4))
    assert (first.day, first.since) == ("2026-01-17", ("d", "s280"))
    share = (60 * 0.4 + 280 * 0.2) / 340
    z = 0.2 / math.sqrt(share * (1 - share) * (1 / 60 + 1 / 280))
    assert first.z == pytest.approx(z)


def test_too_few_shared_units_are_not_tested() -> None:
    assert drift("Ana", np.ones(79)).z is None
    assert drift("Ana", np.ones(80)).tests == 1


def test_drift_follows_each_persons_own_order() -> None:
    late = [rated(n, "ru", "ru" if n < 180 or n % 2 else "tr") for n in range(240)]
    found = {each.annotator: each for each in drift_of(report(late), "stance")}
    assert found["Ana"].alarms
    assert not found["Ben"].alarms  # Ben answered the last sentences first
    assert found["Ana"].alarms[-1].day == "2026-01-05"
    assert drift_of(report([replace(each, numbers={}) for each in late]), "stance") == ()


# ------------------------------------------------------------------ habits


@pytest.mark.parametrize(("one", "other"), [(8, 1), (5, 5), (0, 0), (30, 12), (400, 350)])
def test_mcnemar_equals_scipy(one: int, other: int) -> None:
    exact = stats.binomtest(one, one + other).pvalue if one + other else 1.0
    assert mcnemar(one, other) == pytest.approx(exact, abs=1e-9)


def test_mcnemar_of_many_units_is_close_to_exact() -> None:
    assert mcnemar(1100, 1000) == pytest.approx(stats.binomtest(1100, 2100).pvalue, rel=0.02)


# ------------------------------------------------------------------ sample size


def layer(half: float, documents: int) -> Layer:
    interval = Interval(0.75 - half, 0.75 + half, half / 2, groups=documents)
    return replace(
        FOUND.layer("stance"), value=0.75, interval=interval, interval_over="documents", documents=documents
    )


def test_needs_four_times_the_documents_for_half_the_width() -> None:
    found = sample(layer(0.10, 25), sentences=625, documents=25)
    assert (found.half, found.documents_needed) == (pytest.approx(0.10), 100)
    assert (found.sentences_needed, found.documents_more) == (2500, 75)
    assert found.advice == "documents"


def test_enough_is_enough() -> None:
    assert sample(layer(0.04, 50), sentences=1200, documents=50).advice is None
    assert sample(layer(0.04, 50), sentences=600, documents=50).advice == "sentences"
    assert sample(layer(0.04, 12), sentences=1200, documents=12).documents_more == 8  # never under 20


def test_without_an_interval_over_documents_only_the_advice_is_left() -> None:
    found = sample(report(SENTENCES[:1]).layer("stance"), 1, 1)
    assert (found.half, found.documents_needed, found.sentences_needed) == (None, None, None)
    assert (found.documents_more, found.advice) == (19, "documents")
    assert "at least 1,000 sentences over at least 40 documents, never fewer than 20" in advice_words(found)


def test_says_so_where_chance_plays_no_part() -> None:
    def naming(n: int) -> Answer:
        return Answer(Status.CLAIMS, (Claim((f"speaker-{n}",), "ru", None, "own"),))

    many = [
        Rated("d", f"s{n}", n, "Words.", Kind.BODY, {"Ana": naming(n), "Ben": naming(n + (n % 9 == 0))})
        for n in range(60)
    ]
    found = report(many)
    assert found.layer("speaker").open_list
    assert OPEN_LIST_WORDS in as_table(found)
    assert not FOUND.layer("stance").open_list


# ------------------------------------------------------------------ oneself


def test_two_passes_are_compared_like_two_people() -> None:
    first = [replace(each, answers={"Ana": each.answers["Ana"]}) for each in SENTENCES]
    second = [
        replace(each, answers={"Ana": each.answers["Ben"], "Ben": each.answers["Ben"]}) for each in SENTENCES
    ]
    found = oneself(first, second)
    assert list(found) == ["Ana"]
    for id in ("claim", "same", "stance"):
        assert found["Ana"].layer(id).value == pytest.approx(FOUND.layer(id).value)
    assert found["Ana"].people == ("first", "second")


def test_a_pass_that_was_skipped_does_not_count() -> None:
    first = [replace(SENTENCES[0], answers={"Ana": Answer(Status.SKIPPED)})]
    assert oneself(first, SENTENCES) == {}


# ------------------------------------------------------------------ paragraph, table


def test_the_paragraph_has_the_figures_of_the_report() -> None:
    text = " ".join(methods(FOUND, "idlib-2019@0.1.0"))
    stance = FOUND.layer("stance")
    assert "2 annotators worked independently; 240 sentences of 12 documents" in text
    assert (
        f"α = {figure(stance.value)} [{figure(stance.interval.low)}, {figure(stance.interval.high)}]" in text
    )
    assert "idlib-2019@0.1.0" in text
    assert "Speaker of the claims that both found: all gave the same answer, so α is undefined." in text
    assert methods(report([])) == ()


def test_shown_alpha_follows_from_shown_agreement() -> None:
    """What a reader computes from the printed A_o and A_e lies within what their last digits leave open."""
    for layer in FOUND.figures:
        if layer.measure != "alpha" or layer.value is None:
            continue
        observed, expected = figure(layer.observed), figure(layer.expected)
        half = [0.5 / 10 ** len(shown.split(".")[1]) for shown in (observed, expected)]
        bounds = [
            1 - (1 - float(observed) - a) / (1 - float(expected) - b)
            for a in (-half[0], half[0])
            for b in (-half[1], half[1])
        ]
        shown = float(figure(layer.value).replace("−", "-"))
        assert min(bounds) - 0.005 <= shown <= max(bounds) + 0.005


def test_the_table_has_every_figure_once() -> None:
    table = list(rows(FOUND))
    assert all(tuple(row) == COLUMNS for row in table)
    keys = [(row["question"], row["figure"], row["filter"]) for row in table]
    assert len(set(keys)) == len(keys)
    by_key = dict(zip(keys, table, strict=True))
    for layer in FOUND.figures:
        row = by_key[layer.id, layer.measure, ""]
        assert (row["value"], row["low"], row["n"]) == (layer.value, layer.interval.low, layer.n)
    for part in parts_of(FOUND, "stance").annotators:
        assert by_key["stance", "alpha", f"annotator={part.key}"]["value"] == part.value
    assert by_key["stance", "alpha", "week=2026-W02"]["n"] > 0
    assert by_key["stance", "alpha if one answer", "answers=ru support | tr support"]["value"] is None
    assert by_key["speaker", "alpha", ""]["reason"].startswith("no_variation")


def test_the_table_goes_through_csv() -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows(FOUND))
    out.seek(0)
    read = list(csv.DictReader(out))
    assert float(read[0]["value"]) == FOUND.layer("claim").value

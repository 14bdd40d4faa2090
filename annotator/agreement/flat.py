"""Every figure of a report as a flat table, for CSV: one row each, and what it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotator.agreement.behind import habits_of, mixups_of, parts_of
from annotator.agreement.interval import Interval
from annotator.agreement.layers import Layer
from annotator.agreement.parts import Part
from annotator.agreement.report import Report

COLUMNS = (
    "question", "figure", "filter", "value", "low", "high", "p_below_667", "p_below_800", "observed",
    "expected", "n", "units", "unit", "documents", "annotators", "reason",
)  # fmt: skip
"""`figure`: "alpha", "f1", "ac1", "mean overlap", "exact", "answered by all", … of `question`; `filter`:
which part of it; `reason`: why there is no value, or no interval, or what makes it provisional."""


def rows(report: Report) -> Iterator[dict[str, Any]]:
    """All figures at full precision, None where there is none; keys are `COLUMNS`, in that order."""
    for layer in report.figures:
        yield _row(layer, layer.measure, "", layer.value, layer.interval, _reason(layer))
        if layer.ac1 is not None:
            yield _row(layer, "ac1", "", layer.ac1, Interval(), "")
        yield from _filled(layer)
        yield from _overlap(layer)
        yield from _parts(report, layer)
        if layer.merges:
            yield from _mixups(report, layer)


def _filled(layer: Layer) -> Iterator[dict[str, Any]]:
    names = ("answered by all", "answered by some", "answered by nobody")
    for name, n in zip(names, layer.filled or (), strict=False):
        yield {**_row(layer, name, "", n, Interval(), ""), "observed": None, "expected": None}


def _overlap(layer: Layer) -> Iterator[dict[str, Any]]:
    found = layer.overlap
    if found is None:
        return
    for name, value, interval in (
        ("mean overlap", found.overlap, found.interval), ("exact", found.exact, found.exact_interval)
    ):  # fmt: skip
        row = _row(layer, name, "", value, interval, found.reason or interval.reason or "")
        beside = {"observed": None, "expected": None, "n": found.pairs, "units": found.pairs, "unit": "pairs"}
        yield {**row, **beside, "documents": interval.groups}


def _parts(report: Report, layer: Layer) -> Iterator[dict[str, Any]]:
    found = parts_of(report, layer.id)
    for name, some in (
        ("annotator", found.annotators), ("document", found.documents), ("week", found.weeks),
        ("pair", found.pairs), ("annotator and week", found.annotator_weeks),
    ):  # fmt: skip
        for part in some:
            yield _part(layer, f"{name}={_named(part.key)}", part)


def _part(layer: Layer, filter: str, part: Part) -> dict[str, Any]:
    reason = part.interval.reason or ""
    row = _row(layer, layer.measure, filter, part.value, part.interval, reason)
    return {**row, "observed": part.observed, "n": part.n, "units": part.units, "documents": None}


def _mixups(report: Report, layer: Layer) -> Iterator[dict[str, Any]]:
    found = mixups_of(report, layer.id)
    blank = {"observed": None, "expected": None, "documents": None}
    for cell in found.cells:
        pair = f"answers={' | '.join(_named(label) for label in cell.labels)}"
        row = {
            **_row(layer, "given together", pair, cell.count, Interval(), ""),
            **blank,
            "units": cell.units,
        }
        yield {**row, "n": None}
        if cell.share is not None:
            yield {**row, "figure": "share of disagreement", "value": cell.share, "n": None}
            yield {**row, "figure": "ratio to chance", "value": cell.ratio, "n": None}
    for merge in found.merges:
        pair = f"answers={' | '.join(_named(label) for label in merge.labels)}"
        yield {**_row(layer, "alpha if one answer", pair, merge.alpha, Interval(), ""), **blank}
    for use in found.uses:
        row = _row(layer, "agreement on answer", f"answer={_named(use.label)}", use.agreement, Interval(), "")
        yield {**row, **blank, "n": use.n, "units": None}
    for habit in habits_of(report, layer.id):
        filter = f"annotator={habit.annotator}, answer={_named(habit.label)}"
        for name, value in (("share", habit.share), ("share of the others", habit.others), ("p", habit.p)):
            yield {**_row(layer, name, filter, value, Interval(), ""), **blank, "n": habit.n, "units": None}


def _row(
    layer: Layer, figure: str, filter: str, value: float | None, interval: Interval, reason: str
) -> dict[str, Any]:
    cells = (
        layer.id, figure, filter, value, interval.low, interval.high, interval.p_667, interval.p_800,
        layer.observed, layer.expected, layer.n, layer.compared, layer.unit, layer.documents,
        len(layer.annotators), reason,
    )  # fmt: skip
    return dict(zip(COLUMNS, cells, strict=True))


def _reason(layer: Layer) -> str:
    return " ".join(one for one in (layer.reason or layer.interval.reason, *layer.provisional) if one)


def _named(value: Any) -> str:
    """
    >>> _named(("a", "support")), _named(frozenset("ba")), _named(True), _named("x")
    ('a support', 'a+b', 'yes', 'x')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return "+".join(sorted(_named(one) for one in value))
    if isinstance(value, tuple):
        return " ".join(_named(one) for one in value if one is not None)
    return str(value)

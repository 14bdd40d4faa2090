"""Each view as a drawing."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.analysis import charts, drawn_network
from annotator.analysis.canvas import Legend, Positions
from annotator.analysis.cells import Count
from annotator.analysis.views import Analysis

SHOWN = 12  # speakers in a drawing: more are in the table


def draw(
    analysis: Analysis, view: str, legend: Legend, numbers: Mapping[str, int | str], length: int,
    most: int | None = SHOWN,
) -> str:  # fmt: skip
    """A view as SVG. `numbers` and `length` are of the one document's sentences, where there is one."""
    id = f"drawn-{view}"
    book = analysis.codebook
    stance = book.field("stance")
    labels = (*stance.labels, *stance.readable) if stance else ()
    positions = Positions(tuple(side.id for side in book.sides), labels)
    network = analysis.network.cut(most) if most else analysis.network
    if view == "affiliation":
        return drawn_network.affiliation(network, _counter(analysis), legend, id)
    if view == "ties":
        return drawn_network.ties(network, _counter(analysis), legend, id)
    table = analysis.tables[view]
    shown = table.cut(most) if most and table.by[0] == "speaker" else table
    if view == "text" and len(analysis.documents) == 1:
        return charts.strip(analysis.claims, shown.rows, numbers, length, legend, positions, id)
    if view == "text":
        return charts.bars(shown.rows, shown.columns, shown.cell, shown.by, legend, positions, id)
    if view == "time":

        def turned(stance: str, period: str) -> Count:
            return table.cell(period, stance)

        return charts.bars(table.columns, table.rows, turned, ("stance", "period"), legend, positions, id)
    return charts.bubbles(shown, legend, positions, id)


def _counter(analysis: Analysis) -> drawn_network.Counted:
    tables = {"speaker": analysis.tables["positions"], "issue": analysis.tables["issues"]}
    return lambda kind, value: tables[kind].of_row[value].n

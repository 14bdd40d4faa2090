"""Every view as rows of a table, for CSV: one number a row, with what it counts and how much is disputed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from annotator.analysis.cells import Count
from annotator.analysis.claims import AFFIRMS, NONE
from annotator.analysis.network import TIES
from annotator.analysis.views import TABLES, Analysis
from annotator.outputs.sheets import defused

Named = Callable[[str, str], str]
"""The name of a value, by its kind."""

COUNTS = ("claims", "rejecting", "disputed")
AFFILIATION = ("actor", "actor_name", "issue", "issue_name", "stand", "claims", "disputed")
TIE = ("actor", "actor_name", "other", "other_name", *TIES, "disputed_congruence", "disputed_conflict")


def columns(view: str) -> tuple[str, ...]:
    """The heads of a view's rows."""
    if view in TABLES:
        down, across = TABLES[view]
        return (down, f"{down}_name", across, f"{across}_name", *COUNTS)
    return AFFILIATION if view == "affiliation" else TIE


def sheet(analysis: Analysis, view: str, named: Named) -> Iterator[tuple[Any, ...]]:
    """The rows of a view, as `columns` says. Counts that are 0 are there too."""
    if view == "affiliation":
        return _affiliation(analysis, named)
    return _ties(analysis, named) if view == "ties" else _table(analysis, view, named)


def _table(analysis: Analysis, view: str, named: Named) -> Iterator[tuple[Any, ...]]:
    table = analysis.tables[view]
    down, across = table.by
    for row in table.rows:
        for column in table.columns:
            count = table.cell(row, column)
            yield (*_value(down, row, named), *_value(across, column, named), *_counts(count))


def _value(kind: str, id: str, named: Named) -> tuple[str, str]:
    """Both empty where claims have no value."""
    return ("", "") if id == NONE else (id, named(kind, id))


def _counts(count: Count) -> tuple[int, int, int]:
    return count.n, count.rejecting, count.disputed


def _affiliation(analysis: Analysis, named: Named) -> Iterator[tuple[Any, ...]]:
    for (actor, issue, sign), count in analysis.network.affiliation.items():
        stand = "affirms" if sign == AFFIRMS else "denies"
        yield actor, named("speaker", actor), issue, named("issue", issue), stand, count.n, count.disputed


def _ties(analysis: Analysis, named: Named) -> Iterator[tuple[Any, ...]]:
    for tie in analysis.network.ties:
        a, b = tie.actors
        numbers = (len(tie.congruence), len(tie.conflict), *(tie.disputed[kind] for kind in TIES))
        yield a, named("speaker", a), b, named("speaker", b), *numbers


BOM = "\ufeff"  # without it, Excel does not see that the file is UTF-8


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV for any spreadsheet, which takes no text of it for a formula.

    >>> as_csv(["name"], [["=1+1"]]).decode("utf-8-sig")
    "name\\r\\n'=1+1\\r\\n"
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(heads)
    writer.writerows([defused(value) if isinstance(value, str) else value for value in row] for row in rows)
    return (BOM + file.getvalue()).encode()

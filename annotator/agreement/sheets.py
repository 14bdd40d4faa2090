"""Every figure, part by part: as JSON, and as a CSV file that spreadsheets open and run nothing in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from annotator.agreement.flat import COLUMNS, rows
from annotator.agreement.methods import methods
from annotator.agreement.report import Report
from annotator.agreement.shown import as_json

NOT_FINISHED = "given to the reader, who has not finished it"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def everything(report: Report, codebook: str = "") -> dict[str, Any]:
    """The report with all its parts, as in the CSV, and the paragraph for a methods section."""
    figures, paragraph = list(rows(report)), " ".join(methods(report, codebook))
    return {**as_json(report), "figures": figures, "methods": paragraph}


def as_csv(report: Report, without: Sequence[str] = ()) -> bytes:
    """UTF-8 with the mark that spreadsheets know it by; full precision, empty where there is no figure.

    Documents that the reader may not look into yet are in no figure; each is named in a row of its own.
    """
    out = io.StringIO()
    written = csv.writer(out)
    written.writerow(COLUMNS)
    for row in rows(report):
        written.writerow([_safe(cell) for cell in row.values()])
    for document in without:
        said = {"figure": "left out", "filter": f"document={document}", "reason": NOT_FINISHED}
        written.writerow((dict.fromkeys(COLUMNS, "") | said).values())
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: object) -> object:
    """
    >>> _safe("=1+1"), _safe(-0.5), _safe(None)
    ("'=1+1", -0.5, '')
    """
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell

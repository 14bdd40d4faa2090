"""What the benches measure: figures beside what was wanted of them, as a table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    what: str
    wanted: str
    measured: str
    met: bool


def at_most(what: str, measured: float, most: float, unit: str, note: str = "") -> Figure:
    """
    >>> at_most("memory", 81.24, 90, "MB")
    Figure(what='memory', wanted='≤ 90 MB', measured='81.2 MB', met=True)
    """
    return Figure(what, f"≤ {_plain(most)} {unit}", f"{_plain(measured)} {unit}{note}", measured <= most)


def at_least(what: str, measured: float, least: float, unit: str, note: str = "") -> Figure:
    return Figure(what, f"≥ {_plain(least)} {unit}", f"{_plain(measured)} {unit}{note}", measured >= least)


def percentile(values: Sequence[float], part: float) -> float:
    """
    >>> percentile([3, 1, 2], 0.5)
    2
    """
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def median(values: Sequence[float]) -> float:
    return percentile(values, 0.5)


def table(figures: Iterable[Figure]) -> str:
    rows = [("figure", "wanted", "measured", "met")]
    rows += [(one.what, one.wanted, one.measured, "yes" if one.met else "NO") for one in figures]
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def machine() -> str:
    """What the figures hold for."""
    load = ", ".join(f"{each:.2f}" for each in os.getloadavg())
    return f"{os.cpu_count()} cores, load {load}"


def _plain(number: float) -> str:
    """
    >>> _plain(1.5), _plain(20.0), _plain(1234.5)
    ('1.5', '20', '1,234')
    """
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.2f}".rstrip("0").rstrip(".")

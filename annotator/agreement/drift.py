"""Whether somebody has begun to read differently from the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.sums import Floats

WINDOW = 60
EVERY = 20
ALARM = 3.0


@dataclass(frozen=True, slots=True)
class Alarm:
    """One test that fired: after `after` shared units, on `day`, the last 60 differed `recent` on average,
    all earlier ones `before`; `since` is the first of the 60."""

    after: int
    z: float
    recent: float
    before: float
    day: str
    since: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Drift:
    """One annotator's disagreement with the others in the order of answering: `shared` units, `tests` made,
    `z` of the last one (None: under 80 shared units, too few), and every one that fired."""

    annotator: str
    shared: int
    tests: int
    z: float | None
    alarms: tuple[Alarm, ...]


def drift(
    annotator: str,
    apart: Floats,
    days: Sequence[str] | NDArray[np.object_] = (),
    names: Sequence[tuple[str, str]] = (),
) -> Drift:
    """`apart` (n,): mean distance to the others, 0 to 1, of each shared unit in the order of answering.

    agreement.md, Drift: the last 60 units against all earlier, at least 20, tested every 20, alarm at z > 3;
    one-sided, z of two means with the variance of all units together. On simulated readers 7 % have a false
    alarm within 1,000 units (there 12 %, by another z). Look at the sentences before you judge.
    """
    total = np.concatenate([[0.0], np.cumsum(apart)])
    squares = np.concatenate([[0.0], np.cumsum(apart**2)])
    ends = np.arange(WINDOW + EVERY, len(apart) + 1, EVERY)
    start = ends - WINDOW
    before, recent = total[start] / start, (total[ends] - total[start]) / WINDOW
    variance = np.maximum(squares[ends] / ends - (total[ends] / ends) ** 2, 0.0)
    spread = np.sqrt(variance * (1 / WINDOW + 1 / start))
    z = np.divide(recent - before, spread, out=np.zeros(len(ends)), where=spread > 0)
    alarms = tuple(
        Alarm(
            int(ends[k]), float(z[k]), float(recent[k]), float(before[k]),
            days[ends[k] - 1] if len(days) else "", names[int(start[k])] if len(names) else ("", ""),
        )
        for k in np.flatnonzero(z > ALARM).tolist()
    )  # fmt: skip
    last = float(z[-1]) if len(z) else None
    return Drift(annotator, len(apart), len(ends), last, alarms)

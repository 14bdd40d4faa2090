"""Parts of a coefficient that add up to it: by annotator, pair, document and week."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, overload

import numpy as np

from annotator.agreement.coefficients import Alpha, Units, alpha, encode
from annotator.agreement.compared import Compared, Values, compared_of_lists
from annotator.agreement.distances import Distance, matrix
from annotator.agreement.interval import NOTHING, RELIABLE, TENTATIVE, Interval
from annotator.agreement.student import t_cdfs, t_quantile
from annotator.agreement.sums import Floats, Ints, coded, distinct, expected, weighed


@dataclass(frozen=True, slots=True)
class Part:
    """One annotator's, document's, week's or pair's share: `value` = 1 − (1 − observed)/(1 − A_e of all).

    `n` is its weight, pairable values; `units` how many it holds. For annotators, documents and weeks
    Σ n·value / Σ n is α exactly. For F1 nothing is expected, so `value` is `observed`, and `n` counts claims
    against the others who finished. `interval`: over documents, or the sentences of a document.
    """

    key: Any
    value: float | None
    observed: float
    n: int
    units: int = 0
    interval: Interval = Interval(reason="too_few_documents")


@dataclass(frozen=True, slots=True)
class Decomposition:
    whole: Alpha
    annotators: Sequence[Part]
    documents: Sequence[Part]
    pairs: Sequence[Part]
    weeks: Sequence[Part] = ()


class Shares(Sequence[Part]):
    """Parts that become records when somebody looks at them: of a thousand documents a page shows a few.

    Equal to the tuple of them.
    """

    def __init__(
        self, names: Sequence[Any], n: Floats, observed: Floats, units: Ints, se: Floats, groups: Ints,
        by_chance: Chance,
    ) -> None:  # fmt: skip
        self._names, self._n, self._observed, self._units = names, n, observed, units
        self._se, self._groups, self._floor = se, groups, by_chance.floor
        self._value = None if by_chance.whole is None else 1 - (1 - observed) / by_chance.whole
        self._every: tuple[Part, ...] | None = None

    def lowest(self, most: int) -> list[Part]:
        """Those that agree least, of equal ones the first."""
        value = self._observed if self._value is None else self._value
        return self._made(np.argsort(value, kind="stable")[:most])

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Part]:
        if self._every is None:
            self._every = tuple(self._made(np.arange(len(self))))
        return iter(self._every)

    @overload
    def __getitem__(self, at: int) -> Part: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Part, ...]: ...

    def __getitem__(self, at: int | slice) -> Part | tuple[Part, ...]:
        return tuple(self)[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Shares{tuple(self)}"

    def _made(self, at: Ints) -> list[Part]:
        values: list[float | None] = [None] * len(at)
        intervals = [Interval(reason="no_variation")] * len(at)
        if self._value is not None:
            values = self._value[at].tolist()
            intervals = _intervals(self._value[at], self._se[at], self._groups[at], self._floor)
        return [
            Part(self._names[k], value, one, round(n), units, interval)
            for k, value, one, n, units, interval in zip(
                at.tolist(), values, self._observed[at].tolist(), self._n[at].tolist(),
                self._units[at].tolist(), intervals, strict=True,
            )
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chance:
    """D_e of the whole, and without each of the groups the interval goes over, (G,); None: undefined."""

    whole: float | None
    without: Floats
    floor: float = -math.inf  # of an interval


def chance(compared: Compared, groups: Ints) -> Chance:
    """`groups` (U,): the document of each unit, or its sentence."""
    size = int(groups.max(initial=-1)) + 1
    if compared.measure == "f1":
        return Chance(1.0, np.ones(size), 0.0)
    width = max(len(compared.labels), 1)
    unit, slot = np.nonzero((compared.codes >= 0) & (compared.ratings > 0)[:, None])
    weight = None if compared.weights is None else compared.weights[unit]
    cell, place = coded(groups[unit] * width + compared.codes[unit, slot])
    count = np.bincount(place, weight, len(cell)).astype(float)
    labels = np.bincount(cell % width, count, width).round().astype(np.int64)
    whole, without = expected(cell // width, cell % width, count, labels, compared.distances, size)
    n = float(count.sum())
    rest = n - np.bincount(cell // width, count, size)
    left = np.full(size, np.nan)
    np.divide(without, rest * (rest - 1), out=left, where=(rest > 1) & (without > 1e-9))
    return Chance(whole / (n * (n - 1)) if n > 1 and whole > 0 else None, left)


def parts(
    each: Values, key: Ints, names: Sequence[Any], within: Ints, by_chance: Chance, *, held: bool = False
) -> Shares:
    """Shares by `key` (K,), a place in `names` or −1; interval by deleting one of `within` (K,) at a time.

    `held`: D_e stays that of the whole when one is left out, as for the sentences of one document.
    """
    known = key >= 0
    key, within, unit = key[known], within[known], each.unit[known]
    weight, apart = each.weight[known], each.apart[known]
    n, total = weighed(key, weight, len(names)), weighed(key, weight * apart, len(names))
    groups, se = _spreads(key, within, weight, weight * apart, len(names), by_chance, held)
    used = np.flatnonzero(n)
    return Shares(
        [names[k] for k in used.tolist()], n[used], 1 - total[used] / n[used],
        _units(key, unit, len(names))[used], se[used], groups[used], by_chance,
    )  # fmt: skip


def _units(key: Ints, unit: Ints, size: int) -> Ints:
    """How many different units there are of each key, (size,)."""
    if (np.diff(unit) >= 0).all():  # those of one unit stand together
        again = np.zeros(len(key), bool)
        for step in range(1, int(np.bincount(unit).max(initial=0))):
            again[step:] |= (unit[step:] == unit[:-step]) & (key[step:] == key[:-step])
        return np.bincount(key[~again], minlength=size)
    tall = int(unit.max(initial=0)) + 1
    return np.bincount(distinct(key * tall + unit) // tall, minlength=size)


def _spreads(
    key: Ints, within: Ints, n: Floats, apart: Floats, size: int, by_chance: Chance, held: bool
) -> tuple[Ints, Floats]:
    """(groups, SE of the value) of each key, (size,), deleting one group at a time."""
    wide = int(within.max(initial=0)) + 1
    pair, place = coded(key * wide + within)
    own, total = weighed(place, n, len(pair)), weighed(place, apart, len(pair))
    key, group = pair // wide, pair % wide
    rest = weighed(key, own, size)[key] - own
    others = weighed(key, total, size)[key] - total
    left = np.divide(others, rest, out=np.full(len(key), np.nan), where=rest > 0)
    if by_chance.whole is not None:
        left = left / (by_chance.whole if held else by_chance.without[group])
    groups = np.bincount(key, minlength=size)
    mean = weighed(key, left, size) / np.maximum(groups, 1)
    square = weighed(key, (left - mean[key]) ** 2, size)
    return groups, np.sqrt(
        (groups - 1) / np.maximum(groups, 1) * square, where=groups > 0, out=np.zeros(size)
    )


def _intervals(value: Floats, se: Floats, groups: Ints, floor: float) -> list[Interval]:
    """`interval.jackknife` of many values at once."""
    se = np.where(se < NOTHING, 0.0, se)
    df = np.maximum(groups - 1, 1)
    below = []
    for mark in (TENTATIVE, RELIABLE):
        with np.errstate(invalid="ignore", divide="ignore"):
            chances = t_cdfs((mark - value) / se, df)
        below.append(np.where(se == 0, value < mark, chances).tolist())
    found = []
    for one, spread, g, p_667, p_800 in zip(
        value.tolist(), se.tolist(), groups.tolist(), below[0], below[1], strict=True
    ):
        if g < 2 or not math.isfinite(spread):
            found.append(Interval(groups=g, reason="too_few_documents" if g < 2 else "hangs_on_one"))
            continue
        half = t_quantile(0.975, g - 1) * spread
        found.append(Interval(max(one - half, floor), min(one + half, 1.0), spread, p_667, p_800, g))
    return found


def pairs(
    compared: Compared, person: Ints, people: Sequence[Any], within: Ints, by_chance: Chance
) -> Sequence[Part]:
    """Two annotators at a time: D_o of the pair, D_e of the whole, n units that both rated.

    For F1: n claims of either, in sentences both finished. `within` (U,): what the interval goes over.
    """
    size = len(people)
    keys, units, weights, apart = [], [], [], []
    for a, b, both in compared.pairs:
        one, other = compared.codes[both, a], compared.codes[both, b]
        weight = np.ones(len(both)) if compared.weights is None else compared.weights[both].astype(float)
        distance = compared.apart(one, other)
        if compared.measure == "f1":
            weight = (one + other).astype(float)
            distance = np.divide(distance, weight, out=np.zeros(len(both)), where=weight > 0)
        keys.append(np.where(weight > 0, person[both, a] * size + person[both, b], -1))
        units.append(both)
        weights.append(weight)
        apart.append(distance)
    if not keys:
        return ()
    unit = np.concatenate(units)
    each = Values(unit, unit * 0, np.concatenate(weights), np.concatenate(apart))
    names = [(one, other) for one in people for other in people]
    return parts(each, np.concatenate(keys), names, within[unit], by_chance)


_NONE = np.empty(0, np.int64)
NO_SHARES = parts(Values(_NONE, _NONE, np.empty(0), np.empty(0)), _NONE, (), _NONE, Chance(None, np.empty(0)))


def week(day: str) -> str:
    """
    >>> week("2026-01-01"), week("2024-12-30T09:14:03Z")
    ('2026-W01', '2025-W01')
    """
    year, number, _ = date.fromisoformat(day[:10]).isocalendar()
    return f"{year}-W{number:02}"


# ------------------------------------------------------------------ from lists


def decompose(
    units: Units,
    distance: str | Distance = "nominal",
    documents: Sequence[Hashable] | None = None,
    annotators: Sequence[str] | None = None,
    weeks: Sequence[Sequence[Hashable | None]] | None = None,
) -> Decomposition:
    """α by annotator, document, week and pair of annotators, all against the expectation of the whole.

    agreement.md 4.8: annotator i has 1 − D_o,i/D_e with D_o,i the mean, over i's pairable units, of the mean
    distance to the others; documents and weeks likewise, weighted by pairable values. `annotators` names the
    columns (default: their numbers); `weeks`, like `units`, holds the week of each rating. `value` is None
    where α is.
    """
    whole = alpha(units, distance, documents)
    codes, labels = encode(units)
    names = list(annotators) if annotators is not None else list(range(codes.shape[1]))
    compared = compared_of_lists(codes.astype(np.int64), labels, matrix(distance, labels))
    where, places = _numbered(documents if documents is not None else [None] * len(units))
    each = compared.values
    by_chance = chance(compared, where)
    if whole.value is None:
        by_chance = Chance(None, by_chance.without)
    person = np.broadcast_to(np.arange(codes.shape[1]), codes.shape)
    place = where[each.unit]
    by_week: Sequence[Part] = ()
    if weeks is not None:
        table, known = encode(weeks)
        when = np.full(codes.shape, -1, np.int64)
        when[:, : table.shape[1]] = table
        by_week = parts(each, when[each.unit, each.slot], known, place, by_chance)
    return Decomposition(
        whole,
        parts(each, each.slot, names, place, by_chance),
        parts(each, place, places, each.unit, by_chance, held=True),
        pairs(compared, person, names, where, by_chance),
        by_week,
    )


def _numbered(names: Sequence[Hashable]) -> tuple[Ints, list[Any]]:
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], np.int64), list(known)

"""What is compared in one question, as integers: units, and the coefficient that follows from them."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.coefficients import Alpha, alpha_of_sums, few_minority, of_codes
from annotator.agreement.detection import Detection, undetected
from annotator.agreement.distances import masi_matrix
from annotator.agreement.interval import jackknife
from annotator.agreement.shared import Shared
from annotator.agreement.sums import Floats, Ints, Sums, each_row, expected, weighed


@dataclass(frozen=True, slots=True)
class Values:
    """The K pairable values one by one, each (K,): whose, of which unit and in which slot.

    `apart`: mean distance to the others (1 − A_o of this value); `weight`: how much it counts.
    """

    unit: Ints
    slot: Ints
    weight: Floats
    apart: Floats


@dataclass(frozen=True)
class Compared:
    """U units of one question, each in the slots of its sentence.

    `codes` (U, M): places in `labels`, −1 for none; `row` (U,): the sentence, a place in `Shared`;
    `weights` (U,): how many equal units a row stands for (None: one); `distances` (V, V): None for nominal.
    `unit`: "sentences", "claims" or "words". `measure`: "alpha", or "f1", where codes are 1 (found), 0 (not
    found) and nothing is expected by chance.
    """

    id: str
    unit: str
    codes: Ints
    row: Ints
    labels: Sequence[Hashable]
    weights: Ints | None = None
    distances: Floats | None = field(default=None, repr=False)
    measure: str = "alpha"

    @cached_property
    def ratings(self) -> Ints:
        """Number of ratings of each unit (U,), 0 where there is one only: it is compared with nothing."""
        m = each_row(np.add, self.codes >= 0)
        return np.where(m < 2, 0, m)

    @cached_property
    def differs(self) -> NDArray[np.bool_]:
        """Which units have two different codes (U,)."""
        return differing(self.codes)

    @cached_property
    def pairs(self) -> list[tuple[int, int, Ints]]:
        """(slot, later slot, units that both rated)."""
        rated, slots = self.codes >= 0, range(self.codes.shape[1])
        every = [
            (a, b, np.flatnonzero(rated[:, a] & rated[:, b])) for a, b in itertools.combinations(slots, 2)
        ]
        return [pair for pair in every if len(pair[2])]

    @cached_property
    def values(self) -> Values:
        """The values whose weighted mean is the disagreement of the whole; for F1, the claims found."""
        m = self.ratings
        if self.measure == "f1":
            unit, slot = np.nonzero((self.codes == 1) & (m > 0)[:, None])
            k = (self.codes == 1).sum(axis=1)
            others = (m[unit] - 1).astype(float)
            return Values(unit, slot, others, 1 - (k[unit] - 1) / others)
        total = np.zeros(self.codes.shape)
        for a, b, both in self.pairs:
            apart = self.apart(self.codes[both, a], self.codes[both, b])
            total[both, a] += apart
            total[both, b] += apart
        unit, slot = np.nonzero((self.codes >= 0) & (m > 0)[:, None])
        weight = np.ones(len(unit)) if self.weights is None else self.weights[unit].astype(float)
        return Values(unit, slot, weight, total[unit, slot] / (m[unit] - 1))

    def apart(self, a: Ints, b: Ints) -> Floats:
        """Distance of codes, elementwise."""
        return (a != b).astype(float) if self.distances is None else self.distances[a, b]


def differing(codes: Ints) -> NDArray[np.bool_]:
    """Which rows hold two different codes, (U,)."""
    if not codes.shape[1]:
        return np.zeros(len(codes), bool)
    most = each_row(np.maximum, codes)
    least = each_row(np.minimum, codes.astype(np.int64, copy=False).view(np.uint64))  # where none is the most
    return np.asarray((most >= 0) & (least.view(np.int64) != most))


# ------------------------------------------------------------------ the questions


def claim_present(all: Shared) -> Compared:
    """Is there a claim? Sentences, 1 or 0; agreement.md 4.2."""
    found = all.found
    return Compared(
        "claim", "sentences", np.where(found >= 0, found > 0, -1), np.arange(len(found)), (False, True)
    )


def same_claims(all: Shared) -> Compared:
    """The same claims? Each distinct claim, found or not by those who finished the sentence; 4.4."""
    finished = all.reading[all.row] >= 0
    codes = np.where(finished, all.claims >= 0, -1)
    return Compared("same", "claims", codes, all.row, (False, True), measure="f1")


def of_claims(all: Shared, id: str) -> Compared:
    """ "speaker", "stance" or "attribution" over claims put side by side; 4.5 and 4.6."""
    readings = all.readings
    answers: dict[str, tuple[Ints, Sequence[Hashable]]] = {
        "speaker": (readings.speaker, readings.speakers),
        "stance": (readings.stance, readings.stances),
        "attribution": (readings.attribution, readings.attributions),
    }
    values, labels = answers[id]
    codes = np.where(all.claims >= 0, values[all.claims], -1) if len(values) else all.claims
    return Compared(id, "claims", codes, all.row, labels)


def stance_sets(all: Shared) -> Compared:
    """The set of positions taken in a sentence, none for no claim, with the MASI distance; 4.5 (b)."""
    sets = all.readings.sets
    codes = np.where(all.reading >= 0, sets[all.reading], -1) if len(sets) else all.reading
    labels = all.readings.stance_sets
    return Compared(
        "stances", "sentences", codes, np.arange(len(codes)), labels, distances=masi_matrix(labels)
    )


# ------------------------------------------------------------------ coefficients


def figure(compared: Compared, places: Ints) -> Alpha:
    """α of the units, jackknifed over `places` (U,): the document of each, or its sentence."""
    labels = len(compared.labels)
    if compared.weights is None:
        return of_codes(compared.codes, labels, places, compared.distances)
    s = _weighed(compared, places)
    few = few_minority(compared.codes, labels, s, compared.weights)
    return alpha_of_sums(s, few)


def _weighed(compared: Compared, places: Ints) -> Sums:
    """`sums.sums` for units with weights; their rows are few, so no blocks."""
    m = compared.ratings
    weights = np.asarray(compared.weights, float) * (m > 0)
    size = int(places.max(initial=-1)) + 1
    observed = np.zeros(size)
    for a, b, both in compared.pairs:
        d = compared.apart(compared.codes[both, a], compared.codes[both, b])
        observed += weighed(places[both], 2 * d * weights[both] / (m[both] - 1), size)
    width = max(len(compared.labels), 1)
    table = np.zeros(size * width)
    for codes in compared.codes.T:
        unit = np.flatnonzero((codes >= 0) & (weights > 0))
        table += weighed(places[unit] * width + codes[unit], weights[unit], size * width)
    cells = table.reshape(size, width)
    labels = cells.sum(axis=0).round().astype(np.int64)
    place, label = np.nonzero(cells)
    whole, without = expected(place, label, cells[place, label], labels, compared.distances, size)
    units = weighed(places, weights, size)
    keep = np.flatnonzero(units)
    return Sums(observed[keep], cells.sum(axis=1)[keep], units[keep], labels, whole, without[keep])


def found_by(compared: Compared, places: Ints) -> Detection:
    """Mean pairwise F1: Σ k(k−1) / Σ k(m−1) over claims, k found it of m who finished; 4.4."""
    k = each_row(np.add, compared.codes == 1)
    m = each_row(np.add, compared.codes >= 0)
    counted = m > 1
    if not counted.any():
        return undetected()
    size = int(places.max()) + 1
    table = np.stack(
        [np.bincount(places, k * (k - 1), size), np.bincount(places, k * (m - 1), size)], axis=1
    )[np.bincount(places, counted, size) > 0]
    total = table.sum(axis=0)
    rest = total - table
    left_out = np.divide(rest[:, 0], rest[:, 1], out=np.full(len(rest), np.nan), where=rest[:, 1] > 0)
    value = float(total[0] / total[1])
    return Detection(
        value, None, int(counted.sum()), int((k == m)[counted].sum()), len(table),
        jackknife(value, left_out, floor=0.0),
    )  # fmt: skip


def compared_of_lists(
    codes: Ints, labels: Sequence[Any], distances: Floats | None, unit: str = "units"
) -> Compared:
    """Units that come as a table, each its own sentence."""
    return Compared("", unit, codes.astype(np.int64), np.arange(len(codes)), labels, distances=distances)

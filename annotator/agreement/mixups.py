"""Which labels are mixed up, and what each annotator makes of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotator.agreement.coefficients import Alpha
from annotator.agreement.compared import Compared
from annotator.agreement.sums import Floats, Ints, coded, weighed

MOST = 100  # pairs of labels told of one question, the commonest first


@dataclass(frozen=True, slots=True)
class Merge:
    """Two labels that are mixed up: how often, and what α would be if they were one."""

    labels: tuple[Any, Any]
    count: float  # o_cv of one order: pairs of ratings, weighted 1/(m − 1)
    share: float  # of all disagreement
    ratio: float  # to what chance would give
    alpha: float | None  # None: nothing but this one label would be left


def merges(whole: Alpha) -> tuple[Merge, ...]:
    """Every pair of labels that meet, the largest share first; for nominal α.

    From the coincidences alone: merging c and v adds 2·o_cv/n to A_o and 2·n_c·n_v/(n(n−1)) to A_e.
    """
    met = [(pair, o) for pair, o in whole.coincidences.items() if pair[0] != pair[1]]
    apart = sum(o for _, o in met)
    found, done = [], set()
    for (c, v), o in met:
        if (v, c) in done or whole.observed is None or whole.expected is None:
            continue
        done.add((c, v))
        chance = whole.counts[c] * whole.counts[v] / (whole.n - 1)
        expected = whole.expected + 2 * chance / whole.n
        observed = whole.observed + 2 * o / whole.n
        one = len(whole.counts) > 2
        value = 1 - (1 - observed) / (1 - expected) if one else None
        found.append(Merge((c, v), o, 2 * o / apart, o / chance, value))
    return tuple(sorted(found, key=lambda merge: -merge.share))


@dataclass(frozen=True, slots=True)
class Cell:
    """How often two labels were given to the same thing.

    `count`: pairs of ratings, each weighted 1/(m − 1): o_cv for two labels, o_cc/2 for one, so that with two
    annotators it is the number of units; `units` holding the pair; `share` of all disagreement and `ratio` to
    what chance would give (o/e), both None for one label.
    """

    labels: tuple[Any, Any]
    count: float
    units: int
    share: float | None
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Use:
    """One label: `n` ratings, and `agreement` o_kk/n_k, the share of the others who give it as well."""

    label: Any
    n: int
    agreement: float


@dataclass(frozen=True, slots=True)
class Mixups:
    """All cells (the commonest first), labels, and merges of one nominal question."""

    cells: tuple[Cell, ...]
    uses: tuple[Use, ...]
    merges: tuple[Merge, ...]


def coincidences(compared: Compared) -> tuple[Ints, Ints, Floats, Ints]:
    """(label, other label, count, units) of every pair that meets, label ≤ other; counts as in `Cell`."""
    size = max(len(compared.labels), 1)
    m = compared.ratings
    keys, counts, units = [], [], []
    for a, b, both in compared.pairs:
        c, v = compared.codes[both, a], compared.codes[both, b]
        weight = np.ones(len(both)) if compared.weights is None else compared.weights[both].astype(float)
        keys.append(np.minimum(c, v) * size + np.maximum(c, v))
        counts.append(weight / (m[both] - 1))
        units.append(both)
    if not keys:
        nothing = np.empty(0, np.int64)
        return nothing, nothing, np.empty(0), nothing
    key, weight = np.concatenate(keys), np.concatenate(counts)
    cell, place = coded(key)
    count = weighed(place, weight, len(cell))
    if len(keys) > 1:  # a unit of three ratings may hold a pair twice
        tall = len(compared.codes)
        place = coded(place * tall + np.concatenate(units))[0] // tall
    held = np.bincount(place, minlength=len(cell))
    return cell // size, cell % size, count, held


def mixups(compared: Compared, whole: Alpha) -> Mixups:
    """The coincidence matrix of a nominal question, with every label's agreement and the likeliest merges.

    `whole` is `figure` of it, so its labels are codes.
    """
    c, v, count, units = coincidences(compared)
    labels = compared.labels
    apart = float(count[c != v].sum())
    rank = _ranks(labels)
    c, v = np.where(rank[c] <= rank[v], c, v), np.where(rank[c] <= rank[v], v, c)
    order = np.lexsort((rank[v], rank[c], -count.round(9)))
    cells = []
    same = dict.fromkeys(whole.counts, 0.0)
    for i, j, o, held in zip(
        c[order].tolist(), v[order].tolist(), count[order].tolist(), units[order].tolist(), strict=True
    ):
        if i == j:
            same[i] = 2 * o
            cells.append(Cell((labels[i], labels[j]), o, held, None, None))
        else:
            by_chance = whole.counts[i] * whole.counts[j] / (whole.n - 1)
            cells.append(Cell((labels[i], labels[j]), o, held, o / apart, o / by_chance))
    uses = [Use(labels[k], nk, same[k] / nk) for k, nk in whole.counts.items()]
    uses.sort(key=lambda use: (-use.n, _name(use.label)))
    return Mixups(tuple(cells), tuple(uses), likeliest(compared, whole))


def likeliest(compared: Compared, whole: Alpha) -> tuple[Merge, ...]:
    """As `merges`, of the commonest pairs only; in each the commoner label first."""
    c, v, count, _ = coincidences(compared)
    met = c != v
    c, v, count = c[met], v[met], count[met]
    apart = float(count.sum())
    labels = compared.labels
    rank = _ranks(labels)
    low, high = np.minimum(rank[c], rank[v]), np.maximum(rank[c], rank[v])
    order = np.lexsort((high, low, -count.round(9)))[:MOST].tolist()
    found = []
    for i, j, o in zip(c[order].tolist(), v[order].tolist(), count[order].tolist(), strict=True):
        first, second = sorted((i, j), key=lambda k: (-whole.counts[k], _name(labels[k])))
        by_chance = whole.counts[i] * whole.counts[j] / (whole.n - 1)
        pair = (labels[first], labels[second])
        found.append(_merge(pair, o, o / apart, o / by_chance, by_chance, whole))
    found.sort(key=lambda merge: (-round(merge.count, 9), *map(_name, merge.labels)))
    return tuple(found)


def _name(label: Any) -> str:
    """What equally frequent labels are ordered by, so that the order of the answers does not show."""
    return "+".join(sorted(label)) if isinstance(label, frozenset) else str(label)


def _ranks(labels: Sequence[Any]) -> Ints:
    """The place of each label among all by their names."""
    ranks = np.empty(len(labels), np.int64)
    ranks[sorted(range(len(labels)), key=lambda k: _name(labels[k]))] = np.arange(len(labels))
    return ranks


def _merge(
    labels: tuple[Any, Any], count: float, share: float, ratio: float, chance: float, whole: Alpha
) -> Merge:
    """As in `merges`."""
    if whole.observed is None or whole.expected is None or len(whole.counts) < 3:
        return Merge(labels, count, share, ratio, None)
    left = 1 - whole.expected - 2 * chance / whole.n
    return Merge(labels, count, share, ratio, 1 - (1 - whole.observed - 2 * count / whole.n) / left)


# ------------------------------------------------------------------ habits

TWICE = 1.75
CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class Habit:
    """How often one annotator gives a label, beside the others on the same units.

    `share` and `others`: of the annotator's `n` shared units. `differing`: units in which only the annotator
    gives it, and in which only the others do (by their share). `p`: McNemar's exact test of those two
    numbers (1947). `told`: the label is about twice (1.75 times) as frequent or as rare, and p is below .05
    divided by the number of annotators and labels (Bonferroni).
    """

    annotator: str
    label: Any
    n: int
    share: float
    others: float
    differing: tuple[float, float]
    p: float
    told: bool


def habits(compared: Compared, person: Ints, people: Sequence[str], most: int = 20) -> tuple[Habit, ...]:
    """Every annotator's use of the `most` commonest labels; `person` (U, M) is who rated in each slot."""
    if not compared.labels:
        return ()
    size, width = len(people), len(compared.labels)
    m = compared.ratings
    own = np.zeros(size * width)
    theirs, both_same = np.zeros_like(own), np.zeros_like(own)
    shared = np.zeros(size)
    for slot in range(compared.codes.shape[1]):
        unit = np.flatnonzero((compared.codes[:, slot] >= 0) & (m > 0))
        weight = np.ones(len(unit)) if compared.weights is None else compared.weights[unit].astype(float)
        own += np.bincount(person[unit, slot] * width + compared.codes[unit, slot], weight, len(own))
        shared += np.bincount(person[unit, slot], weight, size)
    for a, b, both in compared.pairs:
        weight = 1 / (m[both] - 1)
        if compared.weights is not None:
            weight = weight * compared.weights[both]
        for mine, other in ((a, b), (b, a)):
            who, said = person[both, mine] * width, compared.codes[both, other]
            theirs += np.bincount(who + said, weight, len(own))
            alike = compared.codes[both, mine] == said
            both_same += np.bincount((who + said)[alike], weight[alike], len(own))
    given = own.reshape(size, width).sum(axis=0).round(9)
    commonest = np.lexsort((_ranks(compared.labels), -given))[:most]
    found = []
    for i in np.flatnonzero(shared).tolist():
        for k in commonest.tolist():
            cell = i * width + k
            if not own[cell] + theirs[cell]:
                continue
            only = (float(own[cell] - both_same[cell]), float(theirs[cell] - both_same[cell]))
            share, others = float(own[cell] / shared[i]), float(theirs[cell] / shared[i])
            p = mcnemar(*only)
            much = max(share, others) >= TWICE * min(share, others)
            told = much and p < CHANCE / (np.count_nonzero(shared) * len(commonest))
            found.append(
                Habit(people[i], compared.labels[k], round(shared[i]), share, others, only, p, bool(told))
            )
    return tuple(found)


def mcnemar(only_one: float, only_other: float) -> float:
    """Two-sided exact binomial p of McNemar (1947) for two kinds of differing units; parts of units are cut.

    >>> mcnemar(8, 1)
    0.0391
    """
    less, more = sorted((math.floor(only_one + 1e-9), math.floor(only_other + 1e-9)))
    n = less + more
    if n > 1000:  # with continuity correction; the exact sum differs in the third digit of p
        return math.erfc(max(more - less - 1, 0) / math.sqrt(2 * n))
    ways = tail = 1
    for k in range(less):
        ways = ways * (n - k) // (k + 1)  # from one binomial coefficient to the next
        tail += ways
    return min(1.0, float(2 * tail / 2**n))

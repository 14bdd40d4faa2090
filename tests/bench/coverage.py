"""How often the 95 % interval covers the truth, in simulated studies whose α is known exactly.

Run: python -m tests.bench.coverage [STUDIES]

A study is documents of 15 to 35 sentences (25 on average), each read by two annotators. Documents differ, by
the clustering, in what is common there and in how often it is misread. Two questions are simulated: whether
there is a claim (two answers, every sentence) and whose position it is (four answers, a third of them).
The truth is no estimate: it is the α of the expected coincidences over all documents there could be, from
the moments of the two distributions. Studies are drawn as counts by document and all jackknifed at once;
the first of each kind is checked against `alpha`, which reads the ratings themselves.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from statistics import NormalDist

import numpy as np

from annotator.agreement import alpha_of_codes, t_quantile

CLUSTERING = {"none": 0.0, "moderate": 0.15, "strong": 0.3}
DOCUMENTS = (10, 20, 40, 100)
SEED = 20_260
BATCH = 500  # studies drawn at a time
WRONG, WRONG_SPREAD, MOST_WRONG = 0.08, 0.3, 0.4
WIDE = 0.45  # how far positions of a document stray from those of all, at a spread of 1
POSITIONS = np.array([0.4, 0.3, 0.2, 0.1])


def clipped_moments(mean: float, sd: float, low: float, high: float) -> tuple[float, float]:
    """E[X] and E[X²] of a normal variable cut to low … high, its ends heaped up there."""
    if sd == 0:
        return mean, mean**2
    a, b = (low - mean) / sd, (high - mean) / sd
    normal = NormalDist()
    inside = normal.cdf(b) - normal.cdf(a)
    first = mean * inside - sd * (normal.pdf(b) - normal.pdf(a))
    second = (
        (mean**2 + sd**2) * inside
        - 2 * mean * sd * (normal.pdf(b) - normal.pdf(a))
        - sd**2 * (b * normal.pdf(b) - a * normal.pdf(a))
    )
    below, above = normal.cdf(a), 1 - normal.cdf(b)
    return first + low * below + high * above, second + low**2 * below + high**2 * above


class Claim:
    """Is there a claim? Document: share of claims, and chance of error of each reading, both cut normal."""

    name = "claim"

    def __init__(self, spread: float):
        self.spread = spread

    def truth(self) -> float:
        """D_o = E[2w(1 − w)]; D_e from the expected share of "claim" among all readings."""
        common, _ = clipped_moments(0.5, self.spread, 0.05, 0.95)
        wrong, wrong2 = clipped_moments(WRONG, WRONG_SPREAD * self.spread, 0.0, MOST_WRONG)
        said = common * (1 - wrong) + (1 - common) * wrong
        return 1 - 2 * (wrong - wrong2) / (2 * said * (1 - said))

    def cells(self, rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
        """Counts of (first, second answer), shape (*size, 4)."""
        common = np.clip(0.5 + self.spread * rng.standard_normal(size), 0.05, 0.95)
        wrong = errors(rng, size, self.spread)
        yes = common * (1 - wrong) ** 2 + (1 - common) * wrong**2
        apart = wrong * (1 - wrong)
        chances = np.stack([1 - yes - 2 * apart, apart, apart, yes], axis=-1)
        return rng.multinomial(rng.integers(15, 36, size), chances)


class Position:
    """Whose position? Document: shares of four positions (Dirichlet), chance that a reading is a guess."""

    name = "position"

    def __init__(self, spread: float):
        self.spread = spread

    def truth(self) -> float:
        """Two readings agree if neither is a guess, and else in a quarter of all cases."""
        wrong, wrong2 = clipped_moments(2 * WRONG, WRONG_SPREAD * self.spread, 0.0, MOST_WRONG)
        true = 1 - 2 * wrong + wrong2
        agreeing = true + (1 - true) / len(POSITIONS)
        said = (1 - wrong) * POSITIONS + wrong / len(POSITIONS)
        return 1 - (1 - agreeing) / (1 - float(said @ said))

    def cells(self, rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
        if self.spread:
            strength = 1 / (WIDE * self.spread) ** 2 - 1
            gamma = rng.standard_gamma(np.broadcast_to(POSITIONS * strength, (*size, len(POSITIONS))))
            shares = gamma / gamma.sum(axis=-1, keepdims=True)
        else:
            shares = np.broadcast_to(POSITIONS, (*size, len(POSITIONS)))
        wrong = errors(rng, size, self.spread, 2 * WRONG)[..., None, None]
        guess = np.full((len(POSITIONS), len(POSITIONS)), 1 / len(POSITIONS))
        read = (1 - wrong) * np.eye(len(POSITIONS)) + wrong * guess  # true → read
        both = np.einsum("sdt,sdti,sdtj->sdij", shares, read, read, optimize=True)
        flat = both.reshape(*size, -1)
        claims = rng.binomial(rng.integers(15, 36, size), 1 / 3)
        return rng.multinomial(claims, flat / flat.sum(axis=-1, keepdims=True))


def errors(rng: np.random.Generator, size: tuple[int, int], spread: float, mean: float = WRONG) -> np.ndarray:
    return np.clip(mean + WRONG_SPREAD * spread * rng.standard_normal(size), 0.0, MOST_WRONG)


def alphas(apart: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """α from disagreeing units (…) and label counts (…, V): two annotators, nominal."""
    n = counts.sum(axis=-1)
    expected = n**2 - (counts**2).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - 2 * apart * (n - 1) / expected, np.nan)


def intervals(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(low, α, high) of every study, each (S,), from counts (S, G, V²): delete one document at a time."""
    studies, _, square = cells.shape
    labels = math.isqrt(square)
    table = cells.reshape(studies, -1, labels, labels).astype(float)
    counts = table.sum(axis=2) + table.sum(axis=3)
    apart = table.sum(axis=(2, 3)) - np.trace(table, axis1=2, axis2=3)
    value = alphas(apart.sum(axis=1), counts.sum(axis=1))
    without = alphas(apart.sum(axis=1, keepdims=True) - apart, counts.sum(axis=1, keepdims=True) - counts)
    used = counts.sum(axis=2) > 0
    groups = used.sum(axis=1)
    mean = np.where(used, without, 0).sum(axis=1) / groups
    spread = np.where(used, (without - mean[:, None]) ** 2, 0).sum(axis=1)
    half = np.array([t_quantile(0.975, int(g) - 1) for g in groups])
    half *= np.sqrt((groups - 1) / groups * spread)
    return value - half, value, np.minimum(value + half, 1.0)


def check(cells: np.ndarray, low: float, high: float) -> None:
    """The interval of one study equals that of the package, from the ratings one by one."""
    documents, square = cells.shape
    labels = math.isqrt(square)
    pair = np.repeat(np.tile(np.arange(square), documents), cells.ravel())
    place = np.repeat(np.repeat(np.arange(documents), square), cells.ravel())
    found = alpha_of_codes(np.stack(np.divmod(pair, labels), axis=1), labels, place).interval
    assert found.low is not None
    assert found.high is not None
    assert math.isclose(found.low, low, abs_tol=1e-9)
    assert math.isclose(found.high, high, abs_tol=1e-9)


def covered(
    question: Claim | Position, documents: int, studies: int, seed: int
) -> tuple[float, float, float]:
    """(share of intervals with the truth inside, mean α, mean half-width)."""
    rng = np.random.default_rng(seed)
    truth, inside, values, halves = question.truth(), 0, 0.0, 0.0
    for start in range(0, studies, BATCH):
        cells = question.cells(rng, (min(BATCH, studies - start), documents))
        low, value, high = intervals(cells)
        if start == 0:
            check(cells[0], float(low[0]), float(high[0]))
        inside += int(((low <= truth) & (truth <= high)).sum())
        values += float(value.sum())
        halves += float((value - low).sum())
    return inside / studies, values / studies, halves / studies


def table(studies: int) -> Iterator[str]:
    yield "question  clustering  documents  covered  true α  mean α      ±"
    for kind in (Claim, Position):
        for name, spread in CLUSTERING.items():
            question = kind(spread)
            for documents in DOCUMENTS:
                share, mean, half = covered(question, documents, studies, SEED + documents)
                mark = "" if 0.925 <= share <= 0.975 else "  outside 92.5 to 97.5 %"
                yield (
                    f"{question.name:<10}{name:<12}{documents:>9}{share:>9.2%}{question.truth():>8.3f}"
                    f"{mean:>8.3f}{half:>7.3f}{mark}"
                )


if __name__ == "__main__":
    started = time.perf_counter()
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"Coverage of the 95 % interval, {studies:,} studies each")
    for line in table(studies):
        print(line, flush=True)
    print(f"{time.perf_counter() - started:.0f} s")

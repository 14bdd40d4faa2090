"""How fast α with its interval is, and how often the interval covers the truth.

Run: python tests/bench/agreement.py [STUDIES]
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator

import krippendorff
import numpy as np

from annotator.agreement import alpha_of_codes

SENTENCES = 25  # in a document
CLUSTERING = {"none": 0.0, "moderate": 0.15, "strong": 0.3}


def timed(run: Callable[[], object], times: int) -> float:
    """The best of some runs, in milliseconds."""

    def once() -> float:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start

    return 1000 * min(once() for _ in range(times))


def ratings(rng: np.random.Generator, n: int, m: int, labels: int, missing: float) -> np.ndarray:
    true = rng.integers(0, labels, n)
    codes = np.where(rng.random((n, m)) < 0.7, true[:, None], rng.integers(0, labels, (n, m)))
    codes[rng.random((n, m)) < missing] = -1
    return codes


def speed() -> None:
    rng = np.random.default_rng(1)
    print("units × annotators  labels  α with interval  beyond the array  krippendorff, α alone")
    cases = [(10_000, 5, 6), (100_000, 5, 6), (1_000_000, 5, 6), (100_000, 2, 500)]
    for n, m, labels in cases:
        codes = ratings(rng, n, m, labels, 0.6 if m > 2 else 0.0)
        documents = np.sort(rng.integers(0, n // 25, n))
        ours = timed(lambda: alpha_of_codes(codes, labels, documents), 5)  # noqa: B023
        tracemalloc.start()
        alpha_of_codes(codes, labels, documents)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        theirs = "–"  # its memory grows with units × labels²
        if labels < 100:
            table = np.where(codes < 0, np.nan, codes).T
            took = timed(lambda: krippendorff.alpha(table, level_of_measurement="nominal"), 2)  # noqa: B023
            theirs = f"{took:.0f} ms"
        print(f"{n:>10,} × {m:<7}{labels:>6}{ours:>14.1f} ms{peak:>14.0f} MB   {theirs}")


def study(rng: np.random.Generator, documents: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Two annotators; documents differ in how common a claim is and how often it is read wrongly."""
    place = np.repeat(np.arange(documents), SENTENCES)
    common = np.clip(0.5 + spread * rng.standard_normal(documents), 0.05, 0.95)[place]
    wrong = np.clip(0.08 + 0.3 * spread * rng.standard_normal(documents), 0.0, 0.4)[place]
    true = rng.random(len(place)) < common
    missed = rng.random((len(place), 2)) < wrong[:, None]
    return (true[:, None] ^ missed).astype(np.int64), place


def coverage(studies: int) -> Iterator[tuple[str, int, float]]:
    for name, spread in CLUSTERING.items():
        truth = alpha_of_codes(*_huge(spread)).value
        for documents in (10, 20, 40, 100):
            rng = np.random.default_rng(documents)
            inside = 0
            for _ in range(studies):
                codes, place = study(rng, documents, spread)
                found = alpha_of_codes(codes, 2, place).interval
                inside += found.low is not None and found.low <= truth <= found.high
            yield name, documents, inside / studies


def _huge(spread: float) -> tuple[np.ndarray, int]:
    return study(np.random.default_rng(0), 200_000, spread)[0], 2


if __name__ == "__main__":
    speed()
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"\nCoverage of the 95 % interval, {studies:,} studies each")
    for name, documents, share in coverage(studies):
        print(f"{name:<10}{documents:>5} documents{share:>8.3f}", flush=True)

"""How fast agreement is: α with its interval from an array, and the whole report from stored answers.

Run: python -m tests.bench.agreement
"""

from __future__ import annotations

import random
import sys
import time
import tracemalloc
from collections.abc import Callable

import krippendorff
import numpy as np
import orjson

from annotator.agreement import Ratings, alpha_of_codes, report_of
from annotator.model import Claim

TEXT = "the minister said on Monday that his country would not accept a truce before the talks begin"


def timed(run: Callable[[], object], times: int) -> float:
    """The best of some runs, in milliseconds of the processor: what else the machine does hardly counts."""

    def once() -> float:
        start = time.process_time()
        run()
        return time.process_time() - start

    return 1000 * min(once() for _ in range(times))


def beyond(run: Callable[[], object]) -> float:
    """The most memory in use at a time while it runs, in MB."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return peak


def codes(rng: np.random.Generator, n: int, m: int, labels: int, missing: float) -> np.ndarray:
    true = rng.integers(0, labels, n)
    found = np.where(rng.random((n, m)) < 0.7, true[:, None], rng.integers(0, labels, (n, m)))
    found[rng.random((n, m)) < missing] = -1
    return found


def speed() -> bool:
    """A line for each size; whether all is within what is wanted."""
    rng = np.random.default_rng(1)
    print("units × annotators  labels  α with interval  beyond the array  krippendorff, α alone")
    fine = True
    for n, m, labels, most in [
        (10_000, 5, 6, 100), (100_000, 5, 6, 100), (1_000_000, 5, 6, 100), (100_000, 2, 500, 50)
    ]:  # fmt: skip
        found = codes(rng, n, m, labels, 0.6 if m > 2 else 0.0)
        documents = np.sort(rng.integers(0, n // 25, n))

        def run(found=found, labels=labels, documents=documents) -> object:  # type: ignore[no-untyped-def]
            return alpha_of_codes(found, labels, documents)

        ours, peak = timed(run, 5), beyond(run)
        fine &= peak < most
        theirs = "–"  # its memory grows with units × labels²
        if labels < 100:
            table = np.where(found < 0, np.nan, found).T
            took = timed(lambda: krippendorff.alpha(table, level_of_measurement="nominal"), 3)  # noqa: B023
            theirs = f"{took:.0f} ms, {ours / took:.0%}"
            fine &= ours <= took / 2
        print(f"{n:>10,} × {m:<7}{labels:>6}{ours:>14.1f} ms{peak:>14.0f} MB   {theirs}")
    return fine


def answers(sentences: int, marked: float, seed: int = 1) -> Ratings:
    """Two people; claims in two of five sentences, more than one in a tenth of those; `marked` with words."""
    draw = random.Random(seed)
    speakers, stances = [f"speaker-{n}" for n in range(30)], ["ru", "tr", "both", "neither", "unclear"]

    def claim(true: tuple[str, str]) -> Claim:
        who, stance = true
        spans = {}
        if draw.random() < marked:
            spans = {
                "content_spans": ((draw.randint(0, 20), draw.randint(40, 90)),),
                "cue_spans": ((13, 17),),
            }
        return Claim(
            (who if draw.random() < 0.9 else draw.choice(speakers),),
            stance if draw.random() < 0.8 else draw.choice(stances),
            "support", draw.choice(["direct", "indirect"]), **spans,
        )  # fmt: skip

    claims = []
    for _ in range(sentences):
        number = 0 if draw.random() < 0.6 else 1 + (draw.random() < 0.1)
        true = [(draw.choice(speakers), draw.choice(stances)) for _ in range(number)]
        for _ in range(2):
            found = [claim(one) for one in true if draw.random() < 0.9]
            claims.append(orjson.dumps(found).decode())
    return Ratings(
        documents=[f"d{n}" for n in range(sentences // 25 + 1)], people=["Ana", "Ben"],
        document=np.arange(sentences) // 25, ids=[f"s{n}" for n in range(sentences)],
        texts=[TEXT[: 60 + n % 34] for n in range(sentences)],
        sentence=np.repeat(np.arange(sentences), 2), person=np.tile([0, 1], sentences), claims=claims,
        number=np.arange(2 * sentences), day=[f"2026-{1 + n // 20_000:02}-10" for n in range(2 * sentences)],
    )  # fmt: skip


def whole() -> None:
    print("\nThe report of 100,000 sentences, two answers each, from columns")
    for marked in (0.0, 0.3, 1.0):
        ratings = answers(100_000, marked)
        took = timed(lambda: report_of(ratings, sides={"both": ("a", "b")}), 3)  # noqa: B023
        print(f"words marked in {marked:>4.0%} of the claims{took:>10.0f} ms", flush=True)


if __name__ == "__main__":
    fine = speed()
    whole()
    sys.exit(not fine)

"""Which words: marked content, cue and source, as overlap of the same claims and as α over tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotator.agreement.compared import Compared
from annotator.agreement.interval import Interval, jackknife
from annotator.agreement.shared import Shared
from annotator.agreement.sums import Floats, Ints


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far marked words of the same claim agree, over pairs of people who both marked some.

    `overlap`: mean of shared / all tokens; `exact`: share of pairs with the same tokens. `reason` says why
    there is none: `no_overlap`. Intervals over documents; `rows` (K,) are the sentences of the pairs, `each`
    (K,) their overlaps.
    """

    pairs: int
    overlap: float | None
    exact: float | None
    reason: str | None
    interval: Interval
    exact_interval: Interval
    rows: Ints
    each: Floats


def overlap(all: Shared, field: str) -> Overlap:
    """Of "content", "cue" or "source"; agreement.md 4.7 (i)."""
    marked = all.readings.marked[field]
    has = (all.claims >= 0) & (marked[all.claims] if len(marked) else False)
    rows: list[int] = []
    each: list[float] = []
    for cluster in np.flatnonzero(has.sum(axis=1) > 1).tolist():
        row = int(all.row[cluster])
        masks = [all.tokens(field, row, claim) for claim in all.claims[cluster, has[cluster]].tolist()]
        for i, a in enumerate(masks):
            for b in masks[i + 1 :]:
                either = (a | b).bit_count()
                rows.append(row)
                each.append((a & b).bit_count() / either if either else 1.0)
    shares = np.array(each)
    found = np.array(rows, np.int64)
    if not len(found):
        none = Interval(reason="no_overlap")
        return Overlap(0, None, None, "no_overlap", none, none, found, shares)
    place = all.document[found]
    same = (shares == 1.0).astype(float)
    return Overlap(
        len(found), float(shares.mean()), float(same.mean()), None,
        _of_mean(shares, place), _of_mean(same, place), found, shares,
    )  # fmt: skip


def _of_mean(values: Floats, place: Ints) -> Interval:
    n = np.bincount(place)
    total = np.bincount(place, values)[n > 0]
    n = n[n > 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        left_out = (total.sum() - total) / (n.sum() - n)
    return jackknife(float(values.mean()), left_out, floor=0.0)


def in_or_out(all: Shared, field: str) -> Compared:
    """Tokens of sentences that two finished, in or out of a person's spans; agreement.md 4.7 (ii).

    No claim: all out. A claim with this span blank: that person's tokens of the sentence are missing. Equal
    tokens of a sentence are one unit with a weight, so the size is that of the sentences.
    """
    readings = all.readings
    number = np.diff(readings.first)
    claim_of = np.repeat(np.arange(len(number)), number)
    marked = np.bincount(claim_of, readings.marked[field], len(number))
    state = np.where(number == 0, 0, np.where(marked == number, 1, -1))
    by_slot = np.where(all.reading >= 0, state[all.reading] if len(state) else -1, -1)
    known = (by_slot >= 0).sum(axis=1) > 1
    out = np.flatnonzero(known & (by_slot.max(axis=1, initial=-1) == 0))
    codes, rows, weights = [], [], []
    some = np.flatnonzero(known & (by_slot.max(axis=1, initial=-1) == 1))
    sizes = all.sizes(np.concatenate([out, some]))
    for row, size, states, slots in zip(
        some.tolist(),
        sizes[len(out) :].tolist(),
        by_slot[some].tolist(),
        all.reading[some].tolist(),
        strict=True,
    ):
        masks = [
            _mask(all, field, reading, row) if s == 1 else 0 for s, reading in zip(states, slots, strict=True)
        ]
        for pattern, weight in _patterns(masks, states, size):
            codes.append(pattern)
            rows.append(row)
            weights.append(weight)
    table = np.array(codes, np.int64).reshape(len(codes), all.reading.shape[1])
    return Compared(
        id=field, unit="words",
        codes=np.concatenate([by_slot[out], table]),
        row=np.concatenate([out, np.array(rows, np.int64)]),
        labels=(False, True),
        weights=np.concatenate([sizes[: len(out)], np.array(weights, np.int64)]),
    )  # fmt: skip


def _mask(all: Shared, field: str, reading: int, row: int) -> int:
    found = 0
    for claim in all.readings.claims(reading):
        found |= all.tokens(field, row, claim)
    return found


def _patterns(masks: Sequence[int], states: Sequence[int], size: int) -> list[tuple[list[int], int]]:
    """(in or out by slot, number of tokens) of the tokens that are alike."""
    alike: list[tuple[list[int], int]] = [([], (1 << size) - 1)]
    for mask, state in zip(masks, states, strict=True):
        if state < 0:
            alike = [([*pattern, -1], some) for pattern, some in alike]
            continue
        alike = [
            ([*pattern, code], part)
            for pattern, some in alike
            for code, part in ((1, some & mask), (0, some & ~mask))
            if part
        ]
    return [(pattern, some.bit_count()) for pattern, some in alike]

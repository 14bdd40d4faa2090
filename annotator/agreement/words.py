"""Which words: marked content, cue and source, as overlap of the same claims and as α over tokens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotator.agreement.compared import Compared
from annotator.agreement.interval import Interval, jackknife
from annotator.agreement.marks import first_tokens, size
from annotator.agreement.shared import Shared
from annotator.agreement.sums import Floats, Ints, each_row


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
    marked, marks = all.readings.marked[field], all.marks
    has = (all.claims >= 0) & (marked[all.claims] if len(marked) else False)
    places = np.where(has, all.claims - all.readings.first[:-1][all.reading[all.row]], 0) if has.any() else 0
    rows: list[Ints] = [np.empty(0, np.int64)]
    each: list[Floats] = [np.empty(0)]
    for a in range(has.shape[1]):
        for b in range(a + 1, has.shape[1]):
            both = np.flatnonzero(has[:, a] & has[:, b])
            row = all.row[both]
            if not len(both):
                continue
            one, other = (
                marks.of(field, marks.start[row, slot] + np.asarray(places)[both, slot]) for slot in (a, b)
            )
            either = size(one | other)
            rows.append(row)
            each.append(np.divide(size(one & other), either, out=np.ones(len(both)), where=either > 0))
    found, shares = np.concatenate(rows), np.concatenate(each)
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
    known = each_row(np.add, by_slot >= 0) > 1
    most = each_row(np.maximum, by_slot)
    out = np.flatnonzero(known & (most == 0))
    some = np.flatnonzero(known & (most == 1))
    sizes = all.marks.sizes[np.concatenate([out, some])]
    codes, at, weights = _patterns(all, field, some, by_slot[some], sizes[len(out) :])
    return Compared(
        id=field, unit="words",
        codes=np.concatenate([by_slot[out], codes]),
        row=np.concatenate([out, some[at]]),
        labels=(False, True),
        weights=np.concatenate([sizes[: len(out)], weights]),
    )  # fmt: skip


def _patterns(all: Shared, field: str, rows: Ints, states: Ints, sizes: Ints) -> tuple[Ints, Ints, Ints]:
    """(in or out by slot (Q, M), place of the sentence in `rows` (Q,), number of tokens (Q,)).

    The tokens of a sentence that are alike are counted together.
    """
    bits = all.marks.bits[field]
    width = max(bits.shape[1], (int(sizes.max(initial=1)) + 63) // 64)
    bits = np.pad(bits, ((0, 0), (0, width - bits.shape[1])))
    at = np.arange(len(rows))
    alike = first_tokens(sizes, width)
    codes = np.full((len(rows), 0), -1, np.int64)
    number = np.diff(all.readings.first)
    for slot in range(states.shape[1]):
        inside = np.zeros((len(rows), width), np.uint64)
        marked = np.flatnonzero(states[:, slot] == 1)
        n = number[all.reading[rows[marked], slot]]
        begin = np.cumsum(n) - n
        claim = np.repeat(all.marks.start[rows[marked], slot] - begin, n) + np.arange(int(n.sum()))
        if len(marked):
            inside[marked] = np.bitwise_or.reduceat(bits[all.marks.at[field][claim]], begin, axis=0)
        state = states[at, slot]
        parts = [(-1, alike * (state < 0)[:, None].astype(np.uint64)),
                 (0, (alike & ~inside[at]) * (state >= 0)[:, None].astype(np.uint64)),
                 (1, (alike & inside[at]) * (state >= 0)[:, None].astype(np.uint64))]  # fmt: skip
        kept = [(code, part, np.flatnonzero(part.any(axis=1))) for code, part in parts]
        codes = np.concatenate(
            [np.column_stack([codes[on], np.full(len(on), code, np.int64)]) for code, _, on in kept]
        )
        alike = np.concatenate([part[on] for _, part, on in kept])
        at = np.concatenate([at[on] for _, _, on in kept])
    return codes, at, size(alike)

"""Stored claims taken apart without reading each: what is said, and which words are marked.

Many answers differ only in their marked words. Those are numbers in brackets, so all of them are read at
once; the rest of a claim is read once for all claims that share it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import orjson

from annotator.agreement.sums import Ints

Spans = dict[str, tuple[Ints, Ints]]
"""By field: where the spans of each claim begin (C + 1,), and start and end of each span (·, 2)."""

FIELDS = ("content", "cue", "source")
KEYS = tuple(f"{name}_spans" for name in FIELDS)
MARK = f'"{KEYS[0]}":'
"""Begins the marked words of a claim. No value in JSON holds it: a quotation mark in one has a backslash."""
NEXT = ',"propositions":'
"""Follows them, as claims are stored. No brackets and numbers hold it."""
NO_WORDS = MARK + "".join(f'[],"{key}":' for key in KEYS[1:]) + "[]" + NEXT

OPEN, CLOSE, COMMA, LINE = (ord(letter) for letter in "[],\n")
DEEPER = np.zeros(256, np.int8)
DEEPER[OPEN], DEEPER[CLOSE] = 1, -1
DIGITS = bytes(letter if chr(letter).isdecimal() else ord(" ") for letter in range(256))
EXPECTED = np.isin(np.arange(256), [*b"0123456789[],\n"])


def parted(answers: Sequence[str]) -> tuple[Ints, list[str], Spans]:
    """(number of claims of each answer, every claim without its words as a JSON list of one, the words).

    Raises ValueError for what is no JSON list of claims.
    """
    number, claims, words = [], [], []
    for one in answers:
        before, mark, rest = one.partition(MARK)
        spans, next, after = rest.partition(NEXT)
        if next and MARK not in after:
            number.append(1)
            claims.append(before + NO_WORDS + after)
            words.append(spans)
        elif mark or one != "[]":
            read = orjson.loads(one)
            number.append(len(read))
            words += [orjson.dumps([claim.pop(key) for key in KEYS]).decode()[1:-1] for claim in read]
            claims += [orjson.dumps([claim]).decode() for claim in read]
        else:
            number.append(0)
    return np.array(number, np.int64), claims, _spans(words)


def _spans(words: list[str]) -> Spans:
    """From the words of each claim: `[[3,9]],"cue_spans":[],"source_spans":[]`, with the keys or without."""
    lines = "".join(f"{one}\n" for one in words)
    for key in KEYS[1:]:
        lines = lines.replace(f'"{key}":', "")
    text = lines.encode()
    letters = np.frombuffer(text, np.uint8)
    depth = np.cumsum(DEEPER[letters], dtype=np.int32)
    opens = letters == OPEN
    lists, spans = np.cumsum(opens & (depth == 1)), np.flatnonzero(opens & (depth == 2))
    ends = np.empty(0, np.int64)
    if len(spans):  # of white space alone it makes a number
        ends = np.fromstring(text.translate(DIGITS), np.int64, sep=" ")
    inside = np.flatnonzero((letters == COMMA) & (depth == 2))
    if not (
        EXPECTED[letters].all()
        and depth.max(initial=0) <= 2
        and (lists[letters == LINE] == len(FIELDS) * np.arange(1, len(words) + 1)).all()
        and len(ends) == 2 * len(spans)
        and np.array_equal(np.searchsorted(spans, inside), np.arange(1, len(spans) + 1))
    ):
        raise ValueError("no list of claims")
    of = lists[spans] - 1
    found: Spans = {}
    for n, name in enumerate(FIELDS):
        own = np.flatnonzero(of % len(FIELDS) == n)
        count = np.bincount(of[own] // len(FIELDS), minlength=len(words))
        found[name] = np.append(0, np.cumsum(count)), ends.reshape(-1, 2)[own]
    return found

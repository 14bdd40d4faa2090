"""Stored claims taken apart without reading each: what is said, and which words are marked.

Many answers differ only in their marked words. Those are numbers in brackets, so all of them are read at
once; the rest of a claim is read once for all claims that share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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

CUT = "\x1e"  # JSON holds it as little as the end of an answer
ANOTHER = '},{"speaker":'
"""Between two claims of an answer, as they are stored. In a value, the quotation mark has a backslash."""

READ = {"speaker", "stance", "polarity", "attribution"}
"""Of what comes before the marked words."""

OPEN, CLOSE, COMMA, LINE = (ord(letter) for letter in "[],\n")
DEEPER = np.zeros(256, np.int8)
DEEPER[OPEN], DEEPER[CLOSE] = 1, -1
DIGITS = bytes(letter if chr(letter).isdecimal() else ord(" ") for letter in range(256))
EXPECTED = np.isin(np.arange(256), [*b"0123456789[],\n"])


@dataclass(frozen=True, slots=True)
class Joined:
    """Answers with claims, many in each text: `end` stands between two, and in no JSON."""

    texts: Sequence[str]
    end: str

    def split(self) -> list[str]:
        return [one for text in self.texts for one in text.split(self.end)]


def cut(joined: Joined) -> tuple[Ints, list[dict[str, Any]], Ints, Spans]:
    """(number of claims of each answer, claims up to their words, the place of each claim there, the words).

    For answers that differ in their words and in little else: the text between the words of one claim and
    those of the next is read once for all that share it. Raises ValueError for what is not stored so.
    """
    pieces: list[str] = []
    for text in joined.texts:
        if CUT in text:
            raise ValueError("no list of claims")
        first, *more = text.replace(MARK, CUT).replace(NEXT, CUT).split(CUT)
        pieces[-1:] = [pieces[-1] + joined.end + first] if pieces else [first]
        pieces += more
    between, words = pieces[::2], pieces[1::2]
    if len(between) != len(words) + 1 or not words:
        raise ValueError("no list of claims")
    _tail(between.pop(), "]")
    between[0] = "[]}]" + joined.end + between[0]  # as if after another claim
    known = {one: place for place, one in enumerate(dict.fromkeys(between))}
    heads, new = [], []
    for one in known:
        before, end, after = one.partition(joined.end)
        if end:
            _tail(before, "]")
            if not after.startswith("[{"):
                raise ValueError("no list of claims")
        else:
            before, another, rest = one.partition(ANOTHER)
            if not another:
                raise ValueError("no list of claims")
            _tail(before + another[0], "")
            after = "[" + another[2:] + rest
        heads.append(orjson.loads(after[1:] + MARK + "[]}"))
        if not heads[-1].keys() >= READ:
            raise ValueError("no list of claims")
        new.append(bool(end))
    of = np.fromiter(map(known.__getitem__, between), np.int64, len(between))
    answer = np.cumsum(np.array(new)[of]) - 1
    return np.bincount(answer), heads, of, _spans(words)


def _tail(text: str, end: str) -> None:
    """Checks the rest of a claim, from its propositions on, and what follows."""
    if not text.endswith("}" + end):
        raise ValueError("no list of claims")
    orjson.loads('{"propositions":' + text[: len(text) - len(end)])


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
    lines = "\n".join([*words, ""])
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

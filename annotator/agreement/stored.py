"""Stored claims taken apart without reading each: what is said, and which words are marked.

Many answers differ only in their marked words. Those are numbers in brackets, so all of them are read at
once; the rest of a claim is read once for all claims that share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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

MARKED = '_spans":[['
"""Holds a claim with marked words, and no value of another."""

ANOTHER = '},{"speaker":'
"""Between two claims of an answer, as they are stored. In a value, the quotation mark has a backslash."""

READ = {"speaker", "stance", "polarity", "attribution"}
"""Of what comes before the marked words."""

OPEN, CLOSE, COMMA, LINE = (ord(letter) for letter in "[],\n")
DEEPER = np.zeros(256, np.int8)
DEEPER[OPEN], DEEPER[CLOSE] = 1, -1
DIGITS = bytes(letter if chr(letter).isdecimal() else ord(" ") for letter in range(256))
EXPECTED = np.isin(np.arange(256), [*b"0123456789[],\n"])


class Joined:
    """Answers with claims, many in each text: `end` stands between two, and in no JSON.

    The texts are kept, or read `again` when they cannot be taken apart.

    Each text is taken apart as soon as it comes, so that meanwhile somebody else can read the next.
    """

    def __init__(
        self, texts: Iterable[str], end: str, again: Callable[[], Iterable[str]] | None = None
    ) -> None:
        self.end, self._again = end, again
        self._texts: list[str] = []
        self._heads: dict[str, int] = {}
        self._said: list[dict[str, Any]] = []
        self._first: list[bool] = []  # of each head, whether an answer begins with it
        self._words: dict[str, int] = {}
        self._found: list[tuple[Ints, Ints, Ints]] | None = []
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        if self._again is None:
            self._texts.append(text)
        if self._found is not None:
            try:
                self._found.append(self._apart(text) if MARKED in text else self._repeated(text))
            except ValueError:
                self._found = None

    def split(self) -> list[str]:
        texts = self._texts if self._again is None else self._again()
        return [one for text in texts for one in text.split(self.end)]

    def cut(self) -> tuple[Ints, list[dict[str, Any]], Ints, Spans]:
        """(number of claims of each answer, claims up to their words, the place of each claim there, the
        words). Raises ValueError for what is not stored as `Claim` is.
        """
        if not self._found:
            raise ValueError("no list of claims")
        number, kind, words = (np.concatenate(some) for some in zip(*self._found, strict=True))
        spans = _spans(list(self._words))
        return number, self._said, kind, {name: spans_of(*some, words) for name, some in spans.items()}

    def _repeated(self, text: str) -> tuple[Ints, Ints, Ints]:
        """For answers without marked words: few differ."""
        answers = text.split(self.end)
        known = _numbered(answers)
        number, kind, words = self._apart(self.end.join(known))
        place = _places(answers, known)
        claim = ranges((np.cumsum(number) - number)[place], number[place])
        return number[place], kind[claim], words[claim]

    def _apart(self, text: str) -> tuple[Ints, Ints, Ints]:
        """(number of claims of each answer, and of each claim its place among the heads and the words).

        For answers that differ in their words and in little else: the text between the words of one claim
        and those of the next is read once for all that share it. Spans begin anew in each sentence, so many
        claims share even those.
        """
        before, *pieces = text.split(MARK)
        if not pieces:
            raise ValueError("no list of claims")
        between, words = [before], []
        for piece in pieces:
            own, next, after = piece.partition(NEXT)
            if not next:
                raise ValueError("no list of claims")
            words.append(own)
            between.append(after)
        _tail(between.pop(), "]")
        between[0] = "[]}]" + self.end + between[0]  # as if after another claim
        for one in dict.fromkeys(between):
            if one not in self._heads:
                self._head(one)
        for one in dict.fromkeys(words):
            self._words.setdefault(one, len(self._words))
        kind = _places(between, self._heads)
        answer = np.cumsum(np.array(self._first)[kind]) - 1
        return np.bincount(answer), kind, _places(words, self._words)

    def _head(self, text: str) -> None:
        """Reads what stands between the words of two claims."""
        before, end, after = text.partition(self.end)
        if end:
            _tail(before, "]")
            if not after.startswith("[{"):
                raise ValueError("no list of claims")
        else:
            before, another, rest = text.partition(ANOTHER)
            if not another:
                raise ValueError("no list of claims")
            _tail(before + another[0], "")
            after = "[" + another[2:] + rest
        said = orjson.loads(after[1:] + MARK + "[]}")
        if not said.keys() >= READ:
            raise ValueError("no list of claims")
        self._heads[text] = len(self._said)
        self._said.append(said)
        self._first.append(bool(end))


def _numbered(texts: Iterable[str]) -> dict[str, int]:
    return {one: place for place, one in enumerate(dict.fromkeys(texts))}


def _places(texts: list[str], known: dict[str, int]) -> Ints:
    return np.fromiter(map(known.__getitem__, texts), np.int64, len(texts))


def ranges(begin: Ints, n: Ints) -> Ints:
    """From each of these on, so many numbers.

    >>> ranges(np.array([7, 3]), np.array([2, 1])).tolist()
    [7, 8, 3]
    """
    before = np.cumsum(n) - n
    return np.asarray(np.repeat(begin - before, n) + np.arange(int(n.sum())))


def spans_of(index: Ints, ends: Ints, claims: Ints) -> tuple[Ints, Ints]:
    """Spans of some of the claims, or of the same ones several times."""
    n = np.diff(index)[claims]
    return np.append(0, np.cumsum(n)), ends[ranges(index[claims], n)]


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

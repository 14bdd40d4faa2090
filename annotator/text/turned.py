"""Lines whose pieces the file holds in reverse order, and their repair.

A printed line c1 c2 … cn was cut inside words, where one letter is drawn under another, and the
file has cn … c2 c1. So its last token is the start of the first broken word and its first token
the end of the last one. What tells such a line is how much likelier one word is than its two halves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from math import log10

from annotator.model import Span
from annotator.text.characters import CLOSING, END_MARKS, MARKS, OPENING, TATWEEL
from annotator.text.lines import Line
from annotator.text.order import Habits, likeliest

ENOUGH_LINES = 3  # a document shows the damage or does not; one odd line is chance
ENOUGH_SHARE = 0.002  # of its lines: in clean text one line in ten thousand looks turned
LONGEST = 40  # tokens; no printed line has more
LEAST_ODDS = 2.5  # of one word against two, in powers of ten
PRICE_OF_JOIN = 2.0

_LOOSE_LETTERS = "ادذرزوأإآؤءةى"  # they do not join on to the next letter
_WHOLE = re.compile(rf"[\u0621-\u064a{MARKS}]+\Z")
_HEAD = re.compile(rf"[{OPENING}]*(.*)\Z")
_TAIL = re.compile(rf"(.*?)[{CLOSING}{END_MARKS},،؛:;]*\Z")

Zipf = Callable[[str], float]
Break = tuple[int, ...]
"""Where the pieces of a line start, as token numbers in file order; the first is 0."""


def repaired(lines: Sequence[Line]) -> list[Line]:
    """The lines, those that are turned with their pieces put back in reading order."""
    candidates = [place for place, line in enumerate(lines) if _shows_signs(line)]
    if len(candidates) < ENOUGH_LINES:
        return list(lines)
    zipf = _word_list()
    breaks = {place: found for place in candidates if (found := pieces(lines[place], zipf))}
    mended = list(lines)
    for place, line in enumerate(lines):
        if not line.is_url and _lone_closing(line):
            mended[place] = _closing_moved(line)
    if len(breaks) < max(ENOUGH_LINES, ENOUGH_SHARE * len(lines)):
        return mended
    habits = Habits(lines)
    for place, found in breaks.items():
        mended[place] = _put_back(mended, place, found, habits)
    return mended


def closings_moved(lines: Sequence[Line]) -> list[Line]:
    """The lines, a ” that stands alone before an unclosed “ read at the end of its line."""
    return [_closing_moved(line) if _lone_closing(line) else line for line in lines]


def _shows_signs(line: Line) -> bool:
    if line.is_url or not 2 <= len(line.tokens) <= LONGEST:
        return False
    head, tail = _head(line, len(line.tokens) - 1), _tail(line, 0)
    return bool(head and tail)


def _head(line: Line, token: int) -> str:
    """The token as the start of a broken word, or nothing."""
    start, end = line.tokens[token]
    found = _HEAD.match(line.raw[start:end])
    word = found[1] if found else ""
    bare = word.replace(TATWEEL, "")
    if not _WHOLE.match(bare):
        return ""
    last = re.sub(f"[{MARKS}]+$", "", bare)[-1:]
    return bare if last in _LOOSE_LETTERS or word.endswith(TATWEEL) else "+" + bare


def _tail(line: Line, token: int) -> str:
    start, end = line.tokens[token]
    found = _TAIL.match(line.raw[start:end])
    word = found[1] if found else ""
    bare = word.replace(TATWEEL, "")
    if not _WHOLE.match(bare):
        return ""
    return bare if not word.startswith(TATWEEL) else "+" + bare


def _odds(head: str, tail: str, zipf: Zipf) -> float:
    """How much likelier one word is than two, in powers of ten; 0 where they cannot be one.

    "+" marks a head that would join on to its next letter, or a tail that shows it was joined.
    """
    if not head or not tail or (head[0] == "+" and tail[0] != "+"):
        return 0.0
    head, tail = _bare(head), _bare(tail)
    one = zipf(head + tail)
    if one < 1:
        return 0.0
    odds = (one - 9) - (max(zipf(head), 1) - 9) - (max(zipf(tail), 1) - 9)
    return odds if odds >= LEAST_ODDS else 0.0


@lru_cache(maxsize=20_000)
def _bare(word: str) -> str:
    return re.sub(f"[{MARKS}+]", "", word)


def _word_list() -> Zipf:
    """How common a word is: Zipf, 0 where unknown. Loaded late: it takes most of a second."""
    from wordfreq import get_frequency_dict

    frequencies = get_frequency_dict("ar", "large")

    def zipf(word: str) -> float:
        frequency = frequencies.get(word)
        return round(log10(frequency) + 9, 2) if frequency else 0.0

    return zipf


def pieces(line: Line, zipf: Zipf) -> list[Break]:
    """The likeliest ways to cut a turned line; none for a line that is straight.

    All have the same odds: where a line has two pieces, every blank can be the place.
    """
    last = len(line.tokens) - 1
    heads = [_head(line, token) for token in range(last + 1)]
    tails = [_tail(line, token) for token in range(last + 1)]
    first_joins = {token: odds for token in range(last) if (odds := _odds(heads[last], tails[token], zipf))}
    last_joins = {
        token: odds for token in range(1, last + 1) if (odds := _odds(heads[token], tails[0], zipf))
    }
    if not first_joins or not last_joins:
        return []
    scored: dict[Break, float] = {}
    if 0 in first_joins:
        for cut in range(1, last + 1):
            scored[(0, cut)] = first_joins[0] - PRICE_OF_JOIN
    for inner, joins in _inner(heads, tails, first_joins, last_joins, zipf):
        scored[inner] = joins - PRICE_OF_JOIN * (len(inner) - 1)
    best = max(scored.values(), default=0.0)
    return [cuts for cuts, odds in scored.items() if odds == best]


def _inner(
    heads: Sequence[str],
    tails: Sequence[str],
    first_joins: dict[int, float],
    last_joins: dict[int, float],
    zipf: Zipf,
) -> Iterator[tuple[Break, float]]:
    """Lines of three and four pieces: the words fix all the cuts."""
    last = len(heads) - 1
    for second, odds in first_joins.items():
        if second == 0:
            continue
        for end, closing in last_joins.items():
            if second <= end < last:  # c3 c2 c1
                yield (0, second, end + 1), odds + closing
            if end != second - 1:
                continue
            for third in range(1, second):  # c4 c3 c2 c1
                for cut in range(second + 1, last + 1):
                    middle = _odds(heads[cut - 1], tails[third], zipf)
                    if middle:
                        yield (0, third, second, cut), odds + middle + closing


def _put_back(lines: Sequence[Line], place: int, breaks: Sequence[Break], habits: Habits) -> Line:
    line = lines[place]
    cuts, sure = likeliest(lines, place, breaks, habits)
    tokens = line.tokens
    ends = [*cuts[1:], len(tokens)]
    parts = [(tokens[cut][0], tokens[end - 1][1]) for cut, end in zip(cuts, ends, strict=True)]
    return replace(
        line,
        pieces=tuple(reversed(parts)),
        joins=("",) * (len(parts) - 1),
        turned=True,
        unsure=not sure,
    )


def _lone_closing(line: Line) -> bool:
    tokens = line.tokens
    return (
        len(tokens) > 1
        and line.text[0] in "”″"
        and tokens[0][1] - tokens[0][0] == 1
        and line.text.count("“") > line.text.count("”") - (line.text[0] == "”")
    )


def _closing_moved(line: Line) -> Line:
    sign: Span = line.tokens[0]
    return replace(line, pieces=((line.tokens[1][0], line.end), sign), joins=("",), turned=True)

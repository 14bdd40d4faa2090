"""Lines whose pieces the file holds in reverse order, and their repair.

A printed line c1 c2 … cn was cut inside words, where one letter is drawn under another, and the
file has cn … c2 c1. So its last token is the start of the first broken word and its first token
the end of the last one. What tells such a line is how much likelier one word is than its two halves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from annotator.model import Span
from annotator.text.characters import CLOSING, END_MARKS, MARKS, OPENING, TATWEEL, typed
from annotator.text.lines import Line
from annotator.text.order import Habits, likeliest
from annotator.text.words import LEAST_ODDS, LOOSE_LETTERS, Zipf, bare, odds, word_list

ENOUGH_LINES = 3  # a document shows the damage or does not; one odd line is chance
ENOUGH_SHARE = 0.002  # of its lines: in clean text one line in ten thousand looks turned
LONGEST = 40  # tokens; no printed line has more
PRICE_OF_JOIN = 2.0
MOST_CUTS = 60  # nobody looks at more

_WHOLE = re.compile(rf"[\u0621-\u064a{MARKS}]+\Z")
_HEAD = re.compile(rf"[{OPENING}]*(.*)\Z")
_TAIL = re.compile(rf"(.*?)[{CLOSING}{END_MARKS},،؛:;]*\Z")

Break = tuple[int, ...]
"""Where the pieces of a line start, as token numbers in file order; the first is 0."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A turned line: every way to cut it, likeliest first, and whether the first is certain."""

    cuts: tuple[Break, ...]
    sure: bool


def turns(lines: Sequence[Line]) -> dict[int, Turn]:
    """The turned lines of a document, by their place in `lines`."""
    candidates = [place for place, line in enumerate(lines) if _shows_signs(line)]
    if len(candidates) < ENOUGH_LINES:
        return {}
    zipf = word_list("ar")
    breaks = {place: found for place in candidates if (found := pieces(lines[place], zipf))}
    if len(breaks) < max(ENOUGH_LINES, ENOUGH_SHARE * len(lines)):
        return {}
    habits = Habits(lines)
    mended = list(lines)
    turned: dict[int, Turn] = {}
    for place, (best, others) in breaks.items():
        ranked, sure = likeliest(mended, place, best, habits)
        turned[place] = Turn((*ranked, *others), sure)
        mended[place] = put_back(lines[place], ranked[0])
    return turned


def put_back(line: Line, cuts: Break, *, unsure: bool = False) -> Line:
    """The line with its pieces in reading order."""
    tokens = line.tokens
    ends = [*cuts[1:], len(tokens)]
    parts = [(tokens[cut][0], tokens[end - 1][1]) for cut, end in zip(cuts, ends, strict=True)]
    return replace(
        line, pieces=tuple(reversed(parts)), joins=("",) * (len(parts) - 1), turned=True, unsure=unsure
    )


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
    letters = typed(word.replace(TATWEEL, ""))
    if not _WHOLE.match(letters):
        return ""
    last = re.sub(f"[{MARKS}]+$", "", letters)[-1:]
    return letters if last in LOOSE_LETTERS or word.endswith(TATWEEL) else "+" + letters


def _tail(line: Line, token: int) -> str:
    start, end = line.tokens[token]
    found = _TAIL.match(line.raw[start:end])
    word = found[1] if found else ""
    letters = typed(word.replace(TATWEEL, ""))
    if not _WHOLE.match(letters):
        return ""
    return letters if not word.startswith(TATWEEL) else "+" + letters


def _odds(head: str, tail: str, zipf: Zipf) -> float:
    """How much likelier one word is than two, in powers of ten; 0 where they cannot be one.

    "+" marks a head that would join on to its next letter, or a tail that shows it was joined.
    """
    if not head or not tail or (head[0] == "+" and tail[0] != "+"):
        return 0.0
    head, tail = bare(head), bare(tail)
    found = odds(head + tail, head, tail, zipf)
    return found if found >= LEAST_ODDS else 0.0


def pieces(line: Line, zipf: Zipf) -> tuple[list[Break], list[Break]] | None:
    """The likeliest ways to cut a turned line, and the others; None for a line that is straight.

    The likeliest have the same odds: where a line has two pieces, every blank can be the place.
    """
    last = len(line.tokens) - 1
    heads = [_head(line, token) for token in range(last + 1)]
    tails = [_tail(line, token) for token in range(last + 1)]
    first_joins = {token: found for token in range(last) if (found := _odds(heads[last], tails[token], zipf))}
    last_joins = {
        token: found for token in range(1, last + 1) if (found := _odds(heads[token], tails[0], zipf))
    }
    if not first_joins or not last_joins:
        return None
    scored: dict[Break, float] = {}
    if 0 in first_joins:
        for cut in range(1, last + 1):
            scored[(0, cut)] = first_joins[0] - PRICE_OF_JOIN
    for inner, joins in _inner(heads, tails, first_joins, last_joins, zipf):
        scored[inner] = joins - PRICE_OF_JOIN * (len(inner) - 1)
    if not scored:
        return None
    ranked = sorted(scored, key=lambda cuts: -scored[cuts])
    best = [cuts for cuts in ranked if scored[cuts] == scored[ranked[0]]]
    return best, ranked[len(best) : MOST_CUTS]


def _inner(
    heads: Sequence[str],
    tails: Sequence[str],
    first_joins: dict[int, float],
    last_joins: dict[int, float],
    zipf: Zipf,
) -> Iterator[tuple[Break, float]]:
    """Lines of three and four pieces: the words fix all the cuts."""
    last = len(heads) - 1
    for second, opening in first_joins.items():
        if second == 0:
            continue
        for end, closing in last_joins.items():
            if second <= end < last:  # c3 c2 c1
                yield (0, second, end + 1), opening + closing
            if end != second - 1:
                continue
            for third in range(1, second):  # c4 c3 c2 c1
                for cut in range(second + 1, last + 1):
                    middle = _odds(heads[cut - 1], tails[third], zipf)
                    if middle:
                        yield (0, third, second, cut), opening + middle + closing


def starts_with_closing(line: Line) -> bool:
    """Whether a ” stands alone before an unclosed “: a number at the end was lost and took it along."""
    tokens = line.tokens
    return (
        line.text[0] in "”″"
        and len(tokens) > 1
        and not line.is_url
        and tokens[0][1] - tokens[0][0] == 1
        and line.text.count("“") > line.text.count("”") - (line.text[0] == "”")
    )


def closing_moved(line: Line) -> Line:
    """The line with that mark read at its end."""
    sign: Span = line.tokens[0]
    return replace(line, pieces=((line.tokens[1][0], line.end), sign), joins=("",), turned=True)

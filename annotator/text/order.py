"""Where a turned line of two pieces was cut: a guess from the words around every blank."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import log

from annotator.text.characters import END_MARKS, plain
from annotator.text.lines import Line


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PREPOSITIONS = _words(
    "في من إلى الى على عن مع بين منذ خلال حول تجاه نحو ضد بعد قبل عند لدى دون عبر أمام تحت فوق بشأن بسبب "
    "وفق باتجاه كل بعض غير أي شمال جنوب شرق غرب رغم ضمن حسب بحسب لدفع"
)
_RELATIVES = _words("التي الذي الذين اللذان اللتان اللذين اللتين")
_BEFORE_VERB = _words("لم لن قد سوف")
_LINKS = _words("أن إن لأن أنه أنها إنه إنها لكن ثم أو بل حيث كما فيما بينما")
_SENTENCE_END = re.compile(rf"\w[»”\"’)\]]*[{END_MARKS}]+[»”\"’)\]″]*\Z")
_PAUSE = re.compile(r"[،,؛;:»”)″–-]+\Z")
_VERB = re.compile(r"[وف]?(?:س?[يت]\w{2,}|ن\w{3,})\Z")

SURE = 100.0


class Habits:
    """Which words follow each other in a document."""

    def __init__(self, lines: Sequence[Line]):
        self.pairs = Counter(pair for line in lines if not line.is_url for pair in _pairs(line.words))
        self.words = Counter(word for line in lines if not line.is_url for word in line.words)

    def follows(self, line: Line, before: str, after: str) -> float:
        """How often `after` follows `before` in other lines, on a scale of logarithms."""
        pair = (plain(before), plain(after))
        elsewhere = self.pairs[pair] - sum(own == pair for own in _pairs(line.words))
        return 2.0 + log(elsewhere) if elsewhere > 0 else 0.0


def _pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(words, words[1:], strict=False))


def likeliest(
    lines: Sequence[Line], place: int, breaks: Sequence[tuple[int, ...]], habits: Habits
) -> tuple[list[tuple[int, ...]], bool]:
    """The ways to cut the line at `place`, best first, and whether the first is certain."""
    if len(breaks) == 1:
        return list(breaks), True
    line = lines[place]
    before = _neighbour(lines, place, -1)
    after = _neighbour(lines, place, +1)
    words = [line.raw[start:end] for start, end in line.tokens]
    ranked = sorted(breaks, key=lambda cuts: -_evidence(line, words, cuts[1], before, after, habits))
    return ranked, _wide_blank_after_end(line, ranked[0][1])


def _neighbour(lines: Sequence[Line], place: int, step: int) -> str:
    """The word read just before or after the line, or nothing at the edge of a paragraph."""
    look = place + step
    while 0 <= look < len(lines) and lines[look].is_url:
        look += step
    if not 0 <= look < len(lines):
        return ""
    other = lines[look]
    start, end = other.pieces[-1 if step < 0 else 0]
    words = other.raw[start:end].split()
    if not words:
        return ""
    if step < 0:
        return "" if other.ended and lines[place].gap else words[-1]
    return "" if other.gap and _closes_paragraph(lines[place]) else words[0]


def _closes_paragraph(line: Line) -> bool:
    return any(_SENTENCE_END.search(line.raw[start:end]) for start, end in line.tokens)


def _wide_blank_after_end(line: Line, cut: int) -> bool:
    tokens = line.tokens
    end, start = tokens[cut - 1][1], tokens[cut][0]
    return start - end >= 2 and _SENTENCE_END.search(line.raw[tokens[cut - 1][0] : end]) is not None


def _evidence(line: Line, words: list[str], cut: int, before: str, after: str, habits: Habits) -> float:
    """`words` stand as second piece, first piece; the cut is the blank before number `cut`."""
    score = SURE if _wide_blank_after_end(line, cut) else 0.0
    last = words[cut - 1]
    if _SENTENCE_END.search(last):
        score += 8.0 if not after else 1.0
    elif not after:
        score -= 4.0
    if _crosses_quotation(words, cut):
        score -= 4.0
    if before:
        score += _bond(line, before, words[cut], habits)
    if after:
        score += _bond(line, last, after, habits)
    return score - _bond(line, last, words[cut], habits)


def _bond(line: Line, first: str, second: str, habits: Habits) -> float:
    return habits.follows(line, first, second) + natural(first, second)


def _crosses_quotation(words: list[str], cut: int) -> bool:
    """Whether a quotation that is whole in the file would be torn."""
    return _unclosed(words[:cut]) > 0 and _unclosed(words[cut:]) < 0


def _unclosed(words: list[str]) -> int:
    text = "".join(words)
    return text.count("“") - text.count("”")


def natural(first: str, second: str) -> float:
    """How well two neighbours go together by their classes alone: about -1 to 1."""
    if _SENTENCE_END.search(first) or _PAUSE.search(first) or second[:1] in "–-":
        return -0.2
    a, b = plain(first), plain(second)
    stem = a[1:] if a[:1] in "وف" and a[1:] in _PREPOSITIONS | _RELATIVES | _BEFORE_VERB | _LINKS else a
    definite_a, definite_b = _definite(a), _definite(b)
    if stem in _PREPOSITIONS:
        return -1.0 if b in _PREPOSITIONS | _RELATIVES | _LINKS or _VERB.match(b) else 1.0
    if stem in _RELATIVES:
        return -0.8 if definite_b else 0.6
    if stem in _BEFORE_VERB:
        return 1.0 if _VERB.match(b) else -0.6
    if stem in _LINKS:
        return 0.4
    if b in _RELATIVES:
        return 0.6 if definite_a else -0.2
    if definite_a and definite_b:
        return 0.6
    if definite_b:
        return 0.5
    if b in _PREPOSITIONS:
        return 0.2
    return -0.2 if definite_a else 0.1


def _definite(word: str) -> bool:
    return re.match("[وف]?(?:ال|بال|لل|كال)", word) is not None

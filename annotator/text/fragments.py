"""Words broken by a blank that nobody typed, and words run together where one is missing.

Both are proposed, never certain: precision comes first, and a document must show the damage often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from annotator.model import Repair, RepairState, Span
from annotator.text.characters import MARKS, TATWEEL, VISIBLE, typed
from annotator.text.lines import Line
from annotator.text.signs import around
from annotator.text.words import LOOSE_LETTERS, Zipf, bare, odds, word_list

ENOUGH_BREAKS = 3  # a document shows the damage or does not
ENOUGH_SHARE = 0.002  # of its lines
BREAK_ODDS = 3.0  # of one word against two, in powers of ten
COMMON = 3.5  # Zipf of the word that was broken
RARE = 4.5  # Zipf of the rarer half: سور, and not two words everybody uses
HALF = 4.0  # Zipf of each half of two words run together
SHORTEST, LONGEST = 7, 40  # letters of two words run together
SHORT_HALVES = frozenset(("في", "من", "على", "إلى", "عن", "مع", "أن", "إن", "لا", "لم", "ما", "هو", "هي"))
BEGINNINGS = ("أ", "إ", "آ", "ال")  # after a letter that does not join on: where a word likely starts

_WORD = re.compile(rf"[\u0621-\u063a\u0641-\u064a{MARKS}{TATWEEL}]+")
_AFFIXES = re.compile(r"^[وف]?(?:بال|كال|لل|ال|[بلكس])?")
_ENDINGS = re.compile(r"(?:هما|هم|هن|كم|كن|نا|ها|ه|ي|ك|ون|ين|ان|ات|ا|وا|ة)$")


def broken_words(raw: str, lines: Sequence[Line]) -> list[Repair]:
    """Words broken after a letter that does not join on, in lines that are not turned."""
    zipf = word_list("ar")
    found = [
        (line, blank)
        for line in lines
        if not line.is_url and not line.turned
        for blank in _breaks(line, zipf)
    ]
    if len(found) < max(ENOUGH_BREAKS, ENOUGH_SHARE * len(lines)):
        return []
    return [_repair(raw, line, "broken-word", blank, "") for line, blank in found]


def _breaks(line: Line, zipf: Zipf) -> Iterator[Span]:
    tokens = line.tokens
    taken = -1
    for number, (before, after) in enumerate(zip(tokens, tokens[1:], strict=False)):
        if number == taken or after[0] - before[1] != 1:
            continue
        first, second = _letters(line.raw, *before), _letters(line.raw, *after, tail=True)
        if not bare(first) or not bare(second) or bare(first)[-1] not in LOOSE_LETTERS:
            continue
        if _is_one_word(bare(first), bare(second), zipf):
            taken = number + 1
            yield before[1], after[0]


def _is_one_word(first: str, second: str, zipf: Zipf) -> bool:
    rarer = min(zipf(first), zipf(second))
    if rarer > RARE and len(first) > 1 and len(second) > 1:
        return False
    if len(first + second) < 4 or zipf(first + second) < max(COMMON, rarer + 0.5):
        return False
    return odds(first + second, first, second, zipf) >= BREAK_ODDS


def _letters(raw: str, start: int, end: int, *, tail: bool = False) -> str:
    """A token as letters only: a last one may end in signs, a first one may begin with them."""
    token = typed(raw[start:end])
    found = _WORD.match(token) if tail else _WORD.search(token)
    if not found or (not tail and found.end() != len(token)):
        return ""
    if tail and any(character.isalnum() for character in token[found.end() :]):
        return ""
    if not tail and any(character.isalnum() for character in token[: found.start()]):
        return ""
    return found[0].replace(TATWEEL, "")


def missing_blanks(raw: str, lines: Sequence[Line]) -> Iterator[Repair]:
    """Places inside an unknown word where two common words meet."""
    zipf = word_list("ar")
    known: dict[str, int] = {}
    for line in lines:
        if line.is_url:
            continue
        for match in _WORD.finditer(raw, line.start, line.end):
            word = match[0]
            if len(word) < SHORTEST:
                continue
            if word not in known:
                known[word] = _seam(word, zipf)
            if known[word]:
                place = match.start() + known[word]
                yield _repair(raw, line, "missing-blank", (place, place), " ")


def _seam(word: str, zipf: Zipf) -> int:
    """Where in `word` the second of two words begins; 0 where it is one, or nothing is near certain."""
    letters = [(place, c) for place, c in enumerate(word) if c != TATWEEL and not _MARK.match(c)]
    plain = "".join(c for _, c in letters)
    if not SHORTEST <= len(plain) <= LONGEST or _is_known(plain, zipf):
        return 0
    seams = [
        cut
        for cut in range(2, len(plain) - 1)
        if plain[cut - 1] in LOOSE_LETTERS and _are_two_words(plain[:cut], plain[cut:], zipf)
    ]
    return letters[seams[0]][0] if len(seams) == 1 else 0


_MARK = re.compile(f"[{MARKS}]")


def _is_known(word: str, zipf: Zipf) -> bool:
    """Whether the list has the word, or what is left of it without the small words that lean on it."""
    stems = {word, _AFFIXES.sub("", word)}
    stems |= {_ENDINGS.sub("", stem) for stem in stems}
    return any(len(stem) > 2 and zipf(stem) > 0 for stem in stems)


def _are_two_words(first: str, second: str, zipf: Zipf) -> bool:
    if len(first) < 4 or min(zipf(first), zipf(second)) < HALF:
        return False
    return second in SHORT_HALVES or (len(second) >= 4 and second.startswith(BEGINNINGS))


def _repair(raw: str, line: Line, kind: str, span: Span, glyph: str) -> Repair:
    low, high = around(raw, line, *_words_of(raw, line, span))
    return Repair(
        id=f"{kind}:{span[0]}",
        kind=kind,
        spans=(span,),
        line=line.number,
        before=raw[low:high],
        after=raw[low : span[0]] + glyph + raw[span[1] : high],
        safe=False,
        state=RepairState.PROPOSED,
    )


def _words_of(raw: str, line: Line, span: Span) -> Span:
    start = span[0] if VISIBLE.match(raw, span[0]) else span[0] - 1
    return max(start, line.start), min(max(span[1], start + 1), line.end)

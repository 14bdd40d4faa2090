"""Words that a printer cut at the end of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from annotator.model import Repair, RepairState
from annotator.text.blocks import Block
from annotator.text.lines import Line
from annotator.text.words import listed, odds, word_list

KIND = "hyphen"
SOFT = "\u00ad"

_CUT = re.compile(r"\w[-\u00ad]\Z")
_FIRST = re.compile(r"[^\W_]+(?=[-\u00ad]\Z)")
_REST = re.compile(r"[^\W_]+")


def repairs(raw: str, lang: str, lines: Sequence[Line], blocks: Sequence[Block]) -> Iterator[Repair]:
    """Line ends where a word goes on; the hyphen stays where it is spelling, as in “well-known”."""
    for block in blocks:
        for before, after in zip(block.places, block.places[1:], strict=False):
            end, start = lines[before].pieces[-1][1], lines[after].pieces[0][0]
            if cut(raw, lines[before].pieces[-1][0], end) and raw[start].islower():
                yield _repair(raw, lang, lines[before], end, start)


def cut(raw: str, start: int, end: int) -> bool:
    return _CUT.search(raw, max(start, end - 2), end) is not None


def _repair(raw: str, lang: str, line: Line, end: int, start: int) -> Repair:
    first = _FIRST.search(raw, max(line.start, end - 40), end)
    rest = _REST.match(raw, start)
    head, tail = first[0] if first else "", rest[0][:40] if rest else ""
    drop = raw[end - 1] == SOFT or _is_one_word(head, tail, lang)
    return Repair(
        id=f"{KIND}:{end - 1}",
        kind=KIND,
        spans=((end - 1, end) if drop else (end, end),),
        line=line.number,
        before=f"{head}{raw[end - 1]}\n{tail}",
        after=f"{head}{'' if drop else raw[end - 1]}{tail}",
        safe=True,
        state=RepairState.APPLIED,
    )


def _is_one_word(head: str, tail: str, lang: str) -> bool:
    if not head or not tail or not listed(lang):
        return False
    first, second = head.casefold(), tail.casefold()
    return odds(first + second, first, second, word_list(lang)) > 0

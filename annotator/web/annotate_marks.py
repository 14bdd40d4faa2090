"""The sentence in focus as words to mark, and the propositions beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from annotator.annotate.words import Word, words
from annotator.model import Codebook, Label, Names, Proposition, Sentence
from annotator.web.codebook import position_lists


@dataclass(frozen=True, slots=True)
class Part:
    """A word with what stands against it, or what stands between two words; cut where a number is lost."""

    pieces: tuple[str, ...]
    word: Word | None = None

    @property
    def halves(self) -> str:
        """Its quotation marks and brackets, as the script reads them: [[place, other half], …]."""
        assert self.word
        return json.dumps([*self.word.opens, *self.word.closes], separators=(",", ":"))


def worded(sentence: Sentence) -> Iterator[Part]:
    """The whole text of a sentence, in parts."""
    at = 0
    for word in words(sentence.text):
        start, end = word.outer
        if start > at:
            yield Part(_pieces(sentence, at, start))
        yield Part(_pieces(sentence, start, end), word)
        at = end
    if at < len(sentence.text):
        yield Part(_pieces(sentence, at, len(sentence.text)))


def _pieces(sentence: Sentence, start: int, end: int) -> tuple[str, ...]:
    """A gap stands between every two pieces; one at a border belongs to the part before it."""
    lost = sorted(at for at in sentence.unit.lost_at if start < at <= end or at == start == 0)
    cuts = [start, *lost, end]
    return tuple(sentence.text[a:b] for a, b in zip(cuts, cuts[1:], strict=False))


@dataclass(frozen=True, slots=True)
class PositionList:
    """The propositions of one side, or of several together."""

    name: Names
    sides: tuple[str, ...]
    label: Label | None  # the position itself
    propositions: tuple[Proposition, ...]


def lists(codebook: Codebook, chosen: tuple[str, ...] = ()) -> list[PositionList]:
    """What each position holds, with the sides that a claim of it names; retired ones where still chosen."""
    by_sides = {label.sides: label for label in codebook.labels("stance") if label.sides}
    shared = {label.id: label.sides for label in codebook.labels("stance")}
    found = []
    for one in position_lists(codebook):
        sides = shared.get(one.id) or (one.id,)
        offered = tuple(p for p in one.propositions if not p.retired or p.id in chosen)
        if offered:
            found.append(PositionList(one.name, sides, by_sides.get(sides), offered))
    return found

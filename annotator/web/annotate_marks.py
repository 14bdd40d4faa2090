"""The sentence in focus as words to mark, and the propositions beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from markupsafe import Markup, escape

from annotator.annotate.words import Word, words
from annotator.model import Codebook, Label, Names, Proposition, Sentence
from annotator.web.codebook import position_lists


def worded(sentence: Sentence, gap: Markup) -> Markup:
    """The whole text of a sentence, each word to be marked; `gap` where a number is lost.

    Not by a template, which takes longer over seventy parts than over the rest of the card.
    """
    text = sentence.text
    plain = not sentence.unit.lost_at and escape(text) == text
    parts: list[str] = []
    at = 0
    for word in words(text):
        start, end = word.outer
        if start > at:
            parts.append(text[at:start] if plain else _written(sentence, at, start, gap))
        inside = text[start:end] if plain else _written(sentence, start, end, gap)
        parts += (_opening(word), inside, "</span>")
        at = end
    if at < len(text):
        parts.append(text[at:] if plain else _written(sentence, at, len(text), gap))
    return Markup("".join(parts))  # each is escaped already, or need not be


def _opening(word: Word) -> str:
    opened = f'<span class="word" data-start="{word.start}" data-end="{word.end}"'
    if word.outer != (word.start, word.end):
        opened += f' data-outer="{word.outer[0]} {word.outer[1]}"'
    if word.opens or word.closes:
        # Its quotation marks and brackets, as the script reads them: [[place, other half], …].
        halves = json.dumps([*word.opens, *word.closes], separators=(",", ":"))
        opened += f' data-halves="{halves}"'
    return opened + ">"


def _written(sentence: Sentence, start: int, end: int, gap: Markup) -> str:
    """A gap stands between every two pieces; one at a border belongs to the part before it."""
    if not sentence.unit.lost_at:
        return escape(sentence.text[start:end])
    lost = sorted(at for at in sentence.unit.lost_at if start < at <= end or at == start == 0)
    cuts = [start, *lost, end]
    return gap.join(sentence.text[a:b] for a, b in zip(cuts, cuts[1:], strict=False))


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

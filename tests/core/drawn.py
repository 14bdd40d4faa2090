"""Sentences drawn at random for the tests of agreement, and their units as plain lists."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from annotator.agreement import (
    Layer,
    Rated,
    Report,
    align,
    report,
)
from annotator.agreement.alignment import covered, words
from annotator.model import Answer, Claim, Kind, Status

TEXT = "one two three four five six seven eight"
PEOPLE = ("Ana", "Ben", "Cleo", "Eve")
STANCES = (("ru", "support"), ("ru", "oppose"), ("both", "support"), ("unclear", None))


def drawn(seed: int, sentences: int = 120, people: int = 3) -> list[Rated]:
    """Sentences of six documents, answered by some of the people, with some words marked."""
    draw = random.Random(seed)

    def spans(chance: float) -> tuple[tuple[int, int], ...]:
        if draw.random() > chance:
            return ()
        start = draw.randint(0, len(TEXT) - 6)
        return ((start, draw.randint(start + 1, len(TEXT))),)

    def claim() -> Claim:
        stance, polarity = draw.choice([*STANCES, STANCES[0], STANCES[0]])
        return Claim(
            draw.choice([("p",), ("e", "p"), ("q",), ()]), draw.choice([stance, stance, None]), polarity,
            draw.choice(["direct", "own", None]),
            content_spans=spans(0.6), cue_spans=spans(0.3),
        )  # fmt: skip

    def answer() -> Answer:
        claims = tuple(claim() for _ in range(draw.choice([0, 0, 1, 1, 1, 2, 3])))
        return Answer(Status.CLAIMS if claims else Status.NO_CLAIM, claims)

    found = []
    for n in range(sentences):
        who = [name for name in PEOPLE[:people] if draw.random() < 0.8]
        found.append(
            Rated(
                f"d{n % 6}", f"s{n}", n, TEXT, Kind.BODY, {name: answer() for name in who},
                {name: 10 * n + place for place, name in enumerate(who)},
                {name: f"2026-0{1 + n // 40}-1{place}" for place, name in enumerate(who)},
            )
        )  # fmt: skip
    return found


DRAWN = drawn(1)
FOUND = report(DRAWN, sides={"ru": ("ru",), "both": ("ru", "tr")})


def finished(sentences: list[Rated]) -> list[Rated]:
    return [rated for rated in sentences if len(rated.answers) > 1]


def tokens(spans: Sequence[tuple[int, int]], text: str) -> int:
    """The words of `text` with a character in `spans`, one by one."""
    pieces = words(text)
    return covered(spans, [a for a, _ in pieces], [b for _, b in pieces])


def token_units(sentences: list[Rated], field: str) -> tuple[list[list[Any]], list[str]]:
    """One unit per token, as 4.7 says it."""
    units, documents = [], []
    for rated in finished(sentences):
        for start, end in words(rated.text):
            unit: list[Any] = []
            for answer in rated.answers.values():
                spans = [getattr(claim, f"{field}_spans") for claim in answer.claims]
                if any(not some for some in spans):
                    unit.append(None)
                else:
                    unit.append(any(start < to and since < end for some in spans for since, to in some))
            units.append(unit)
            documents.append(rated.document)
    return units, documents


def claim_units(id: str) -> tuple[list[list[Any]], list[str]]:
    """Aligned claims as lists, one column per person."""
    units, documents = [], []
    for rated in finished(DRAWN):
        claims = {name: answer.claims for name, answer in rated.answers.items()}
        for cluster in align(claims, rated.text):
            unit: list[Any] = []
            for name in FOUND.people:
                claim = claims[name][cluster.members[name]] if name in cluster.members else None
                value = {
                    "speaker": lambda c: frozenset(c.speaker) or None,
                    "stance": lambda c: (c.stance, c.polarity) if c.stance else None,
                    "attribution": lambda c: c.attribution,
                }[id](claim or Claim())
                unit.append(value)
            units.append(unit)
            documents.append(rated.document)
    return units, documents


def figures(found: Report) -> list[Any]:
    """Every figure, rounded, since sums may be added in another order."""

    def rounded(layer: Layer) -> list[Any]:
        interval = layer.interval
        values = (layer.value, layer.observed, layer.expected, layer.ac1, interval.low, interval.high)
        return [None if value is None else round(value, 9) for value in (*values, interval.p_667)]

    def merged(layer: Layer) -> list[Any]:
        return [(merge.labels, round(merge.count, 9)) for merge in layer.merges]

    return [
        (layer.id, layer.reason, layer.provisional, layer.n, layer.compared, layer.counts, layer.filled,
         layer.annotators, merged(layer), rounded(layer))
        for layer in found.figures
    ]  # fmt: skip

"""A claim as it counts: that of an answer, with what the codebook and other readers say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from annotator.model import Codebook, Proposition, Span

NONE = "-"
"""Stands for no value: of a field that was not asked for, or of a document without a date."""

AFFIRMS, DENIES = "+", "-"
PARTS = 10

Name = tuple[str, str, str, int]
"""Document, sentence, annotator, number of the claim: no two rows of an export share it."""


@dataclass(frozen=True, slots=True)
class Sure:
    """How far the readers of a sentence agree on one claim: `found` of the `of` who finished it have it."""

    found: int
    of: int
    differs: tuple[str, ...] = ()  # of speaker, stance, attribution: what some of those gave otherwise

    @property
    def disputed(self) -> bool:
        return self.found < self.of or bool(self.differs)


@dataclass(frozen=True, slots=True)
class Source:
    """The document a claim stands in, as it is cited."""

    id: str
    title: str
    publisher: str | None
    author: str | None
    date: str | None
    lang: str


@dataclass(frozen=True, slots=True)
class Stated:
    """One claim of one reader."""

    source: Source
    sentence: str
    order: int
    annotator: str
    n: int
    text: str
    speakers: tuple[str, ...]
    speaker_text: str | None
    via: tuple[str, ...]
    stance: str | None
    polarity: str | None
    attribution: str | None
    propositions: tuple[str, ...]
    content_spans: tuple[Span, ...]
    part: int  # which tenth of the document, from 1
    stands: frozenset[tuple[str, str]]  # (issue, AFFIRMS or DENIES)
    sure: Sure | None = None  # None: nobody was asked, or may be told

    @property
    def name(self) -> Name:
        return (self.source.id, self.sentence, self.annotator, self.n)

    @property
    def rejects(self) -> bool:
        return self.polarity == "oppose"

    @property
    def disputed(self) -> bool:
        return self.sure is not None and self.sure.disputed


class Sentence(Protocol):
    """What is told of the sentence a claim stands in."""

    @property
    def id(self) -> str: ...
    @property
    def order(self) -> int | None: ...
    @property
    def text(self) -> str: ...


def stating(codebook: Codebook, lengths: Mapping[str, int]) -> Callable[..., Stated]:
    """What makes claims as they are stored into claims as they count; `lengths` are the numbers of
    sentences of each document."""
    lists = {one.id: one for one in (*codebook.propositions, *codebook.former_propositions)}
    known: dict[tuple[tuple[str, ...], str | None], frozenset[tuple[str, str]]] = {}

    def tell(
        source: Source,
        sentence: Sentence,
        annotator: str,
        n: int,
        claim: Mapping[str, Any],
        sure: Sure | None,
    ) -> Stated:
        order = sentence.order or 0
        propositions, polarity = tuple(claim.get("propositions", ())), claim.get("polarity")
        stands = known.get((propositions, polarity))
        if stands is None:
            stands = known[propositions, polarity] = frozenset(_stands(propositions, polarity, lists))
        return Stated(
            source=source,
            sentence=sentence.id,
            order=order,
            annotator=annotator,
            n=n,
            text=sentence.text,
            speakers=tuple(claim["speaker"]),
            speaker_text=claim.get("speaker_text"),
            via=tuple(claim.get("via", ())),
            stance=claim.get("stance"),
            polarity=polarity,
            attribution=claim.get("attribution"),
            propositions=propositions,
            content_spans=tuple((start, end) for start, end in claim.get("content_spans", ())),
            part=order * PARTS // max(lengths.get(source.id, 0), order + 1) + 1,
            stands=stands,
            sure=sure,
        )

    return tell


def _stands(
    propositions: Iterable[str], polarity: str | None, lists: Mapping[str, Proposition]
) -> Iterable[tuple[str, str]]:
    """Where a claim stands on issues: the pole of each proposition, turned round when the claim rejects it.

    A claim without polarity takes no side, so it takes no stand either.
    """
    for id in propositions:
        one = lists.get(id)
        if one and one.issue and one.pole and polarity:
            turned = polarity == "oppose"
            yield one.issue, AFFIRMS if (one.pole == "+") is not turned else DENIES

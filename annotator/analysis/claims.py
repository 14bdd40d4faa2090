"""A claim as it counts: a row of the flat export, with what the codebook and other readers say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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


def stated(
    rows: Iterable[Mapping[str, Any]],
    codebook: Codebook,
    lengths: Mapping[str, int],
    sure: Mapping[Name, Sure],
) -> tuple[Stated, ...]:
    """The claims among the rows of an export; `lengths` are the numbers of sentences of each document."""
    lists = {one.id: one for one in (*codebook.propositions, *codebook.former_propositions)}
    sources: dict[str, Source] = {}
    return tuple(_stated(row, lists, sources, lengths, sure) for row in rows if row["claim_n"])


def _stated(
    row: Mapping[str, Any],
    lists: Mapping[str, Proposition],
    sources: dict[str, Source],
    lengths: Mapping[str, int],
    sure: Mapping[Name, Sure],
) -> Stated:
    doc_id = row["doc_id"]
    if doc_id not in sources:
        described = (row[f"doc_{key}"] for key in ("title", "publisher", "author", "date", "lang"))
        sources[doc_id] = Source(doc_id, *described)
    name = (doc_id, row["sent_id"], row["annotator"], row["claim_n"])
    length = max(lengths.get(doc_id, 0), row["order"] + 1)
    return Stated(
        source=sources[doc_id],
        sentence=row["sent_id"],
        order=row["order"],
        annotator=row["annotator"],
        n=row["claim_n"],
        text=row["text"],
        speakers=tuple(row["speaker"]),
        speaker_text=row["speaker_text"],
        via=tuple(row["via"]),
        stance=row["stance"],
        polarity=row["polarity"],
        attribution=row["attribution"],
        propositions=tuple(row["propositions"]),
        content_spans=tuple((start, end) for start, end in row["content_spans"]),
        part=row["order"] * PARTS // length + 1,
        stands=frozenset(_stands(row["propositions"], row["polarity"], lists)),
        sure=sure.get(name),
    )


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

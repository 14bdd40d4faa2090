"""What the analysis pages show: tables with their bubbles, claims with their words marked."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import g
from markupsafe import Markup

from annotator import analysis
from annotator.analysis import Analysis, Choice, Count, Network, Stated, Table
from annotator.analysis.charts import radius
from annotator.analysis.drawing import SHOWN
from annotator.filter import Filter
from annotator.model import Document
from annotator.web import layout
from annotator.web.analysis_filter import as_choices
from annotator.web.analysis_words import legend, named

PER_PAGE = 50


@dataclass(frozen=True)
class Page:
    """One analysis as it is shown."""

    analysis: Analysis
    filter: Filter
    of: tuple[Choice, ...]
    all_speakers: bool

    @property
    def people(self) -> int:
        return len({claim.annotator for claim in self.analysis.claims})

    @cached_property
    def chosen(self) -> tuple[Stated, ...]:
        """The claims of the number that was chosen."""
        return self.analysis.behind(self.of) if self.of else ()

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        return {id: g.project.document(id) for id in self.analysis.documents}

    @cached_property
    def numbers(self) -> Mapping[tuple[str, str], int]:
        """The number of each sentence, as the annotate page counts: queued ones, from 1."""
        kinds = layout.codebook().queue_units
        found = {}
        for doc_id in self.documents:
            queued = [sentence.id for sentence in g.project.sentences(doc_id) if sentence.kind in kinds]
            found.update({(doc_id, sid): n for n, sid in enumerate(queued, start=1)})
        return found

    def number(self, claim: Stated) -> int | str:
        return self.numbers.get((claim.source.id, claim.sentence), claim.sentence)

    @property
    def has_stances(self) -> bool:
        field = layout.codebook().field("stance")
        return bool(field and field.enabled)

    def table(self, view: str) -> Table:
        """With the most outspoken speakers only, unless all are asked for."""
        table = self.analysis.tables[view]
        return table.cut(self.most) if self.most and table.by[0] == "speaker" else table

    @property
    def most(self) -> int | None:
        """How many speakers are shown at first; None is all of them."""
        every = self.all_speakers or len(self.analysis.tables["positions"].rows) <= SHOWN + 1
        return None if every else SHOWN

    @property
    def network(self) -> Network:
        network = self.analysis.network
        return network.cut(self.most) if self.most else network

    @property
    def speakers_left(self) -> int:
        """How many speakers are not shown."""
        table = self.analysis.tables["positions"]
        return len(table.rows) - len(self.table("positions").rows)

    def along(self) -> list[tuple[str, list[tuple[str, int | str, Count]]]]:
        """Of one document, for each speaker: the sentences with claims, what they are called, how many."""
        table = self.analysis.along()
        called = {f"{one.source.id}/{one.sentence}": self.number(one) for one in self.analysis.claims}
        return [
            (
                speaker,
                [
                    (sentence, called[sentence], count)
                    for sentence in table.columns
                    if (count := table.cell(speaker, sentence)).n
                ],
            )
            for speaker in self.table("positions").rows
        ]

    def draw(self, view: str, *, linked: bool) -> Markup:
        """A view as SVG, for a page or as a file."""
        only = self.analysis.documents[0] if len(self.analysis.documents) == 1 else None
        numbers: dict[str, int | str] = {}
        length = 0
        if only:
            numbers = {sid: n for (doc_id, sid), n in self.numbers.items() if doc_id == only}
            length = sum(one.order is not None for one in g.project.sentences(only))
        nodes = linked and view in analysis.NETWORKS
        words = legend(view, self._shape(view), self.filter, linked=nodes, explained=not linked)
        # Every name in it was escaped where it was drawn.
        return Markup(analysis.draw(self.analysis, view, words, numbers, length, self.most))

    def _shape(self, view: str) -> str:
        if view in analysis.NETWORKS:
            return view
        if view == "text":
            return "strip" if len(self.analysis.documents) == 1 else "bars"
        return "bars" if view == "time" else "bubbles"

    def hue(self, stance: str) -> str:
        book = layout.codebook()
        field = book.field("stance")
        sides = tuple(side.id for side in book.sides)
        return analysis.Positions(sides, field.labels if field else ()).hue(stance)

    def labels(self) -> list[Markup]:
        """The labels that chose the claims, by name."""
        kinds = {"propositions": "proposition", "via": "speaker"}
        return [named(kinds.get(field, field), id) for field, ids in self.filter.labels.items() for id in ids]

    @staticmethod
    def radius(n: int, most: int) -> float:
        return round(radius(n, most), 1)

    def open(self, of: tuple[Choice, ...]) -> bool:
        """Whether this is the number whose claims are shown."""
        return self.of == of

    @staticmethod
    def asked(*of: Choice) -> list[str]:
        return as_choices(of)


def marked(claim: Stated) -> list[tuple[str, bool]]:
    """The sentence in pieces, and which of them are the claim's content."""
    pieces, at = [], 0
    for start, end in claim.content_spans:
        pieces += [(claim.text[at:start], False), (claim.text[start:end], True)]
        at = end
    return [(text, inside) for text, inside in (*pieces, (claim.text[at:], False)) if text]


def alike(claims: Iterable[Stated]) -> list[list[Stated]]:
    """Claims that look the same together: what several readers found in a sentence is read once."""
    found: dict[Hashable, list[Stated]] = {}
    for claim in claims:
        place = (claim.source.id, claim.sentence, claim.content_spans)
        said = (claim.speakers, claim.speaker_text, claim.stance, claim.polarity, claim.attribution)
        found.setdefault((place, said, claim.sure), []).append(claim)
    return list(found.values())

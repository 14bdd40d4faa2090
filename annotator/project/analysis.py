"""Analysing: the claims of a filter, how sure each is, and everything that is counted of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from annotator import export
from annotator.agreement import align
from annotator.analysis import Analysis, Source, Stated, Sure, stating, sureness
from annotator.filter import Filter, as_stored, authors, taking
from annotator.model import Claim, Document, Status
from annotator.project.counting import Counting
from annotator.project.results import chosen
from annotator.store import records as record_rows
from annotator.store import sentences, settlements
from annotator.store.records import Unit

FINAL = "\0final"
"""Takes part in an alignment beside the readers; nobody can have this name."""

FINISHED = (Status.CLAIMS, Status.NO_CLAIM)

Given = Sequence[Mapping[str, Any]]
"""The claims of one answer as they are stored."""

Place = tuple[str, int]
"""Whose claim, and the how many-th, from 0."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of an answer is counted, and how a claim of it is told."""

    people: frozenset[str] | None
    takes: Callable[[Mapping[str, Any]], bool]
    tell: Callable[..., Stated]
    read: Callable[[bytes], Given]


class Analysing(Counting):
    def analysis(self, filter: Filter, *, others: bool = True, blind: Sequence[str] = ()) -> Analysis:
        """The claims of an export with this filter. `others`: whether other people's readings may show,
        in all documents but the `blind` ones."""
        self.check_filter(filter)
        book = self.codebook()
        votes: list[Stated] = []
        final: list[Stated] = []
        if not filter.statuses or Status.CLAIMS in filter.statuses:
            documents, people = self._documents_and_people(filter)
            asked = Asked(
                None if people is None else frozenset(people),
                taking(filter, authors(book), as_stored),
                stating(book, sentences.lengths(self.db)),
                self._reading(),
            )
            for document in self._documents(documents):
                compared = others and document.id not in blind
                if filter.layer != "final":
                    votes += self._votes_told(document, asked, compared)
                if filter.layer != "votes":
                    final += self._finals_told(document, asked, compared)
        return Analysis((*votes, *final), book)

    def last_analysis(self) -> tuple[int, ...]:
        """As long as this stays the same, so does every analysis."""
        return (*self.last_change(), settlements.last_change(self.db))

    def _votes_told(self, document: Document, asked: Asked, compared: bool) -> Iterator[Stated]:
        source = _source(document)
        kinds = self.codebook().queue_units if compared else ()
        for unit, votes in self._readings(document, asked, None if compared else asked.people):
            mine = [name for name in votes if asked.people is None or name in asked.people]
            taken = [
                (name, n, claim) for name in mine for n, claim in enumerate(votes[name]) if asked.takes(claim)
            ]
            sure = _of_votes(votes, unit.text) if taken and unit.kind in kinds else {}
            for name, n, claim in taken:
                yield asked.tell(source, unit, name, n + 1, claim, sure.get((name, n)))

    def _finals_told(self, document: Document, asked: Asked, compared: bool) -> Iterator[Stated]:
        source = _source(document)
        kinds = self.codebook().queue_units if compared else ()
        votes = {unit.key: votes for unit, votes in self._readings(document, asked, None)} if kinds else {}
        for unit, final in record_rows.finals(self.db, document.id, (Status.CLAIMS,)):
            settled = asked.read(final.claims)
            taken = [(n, claim) for n, claim in enumerate(settled) if asked.takes(claim)]
            readings = votes.get(unit.key) if taken and unit.kind in kinds else None
            sure = _of_final(settled, readings, unit.text) if readings else {}
            for n, claim in taken:
                yield asked.tell(source, unit, export.FINAL, n + 1, claim, sure.get(n))

    def _readings(
        self, document: Document, asked: Asked, people: frozenset[str] | None
    ) -> Iterator[tuple[Unit, dict[str, Given]]]:
        """Each sentence that somebody finished, with the claims of each of them."""
        wanted = chosen(None, people, FINISHED)
        found = record_rows.answers(self.db, document.id, wanted)
        for unit, together in groupby(found, itemgetter(0)):
            rows = (row for _, row, _, _ in together)
            yield unit, {row[1]: asked.read(row[3]) if row[2] == Status.CLAIMS else () for row in rows}

    def _reading(self) -> Callable[[bytes], Given]:
        merged = self._merging()
        return orjson.loads if merged is None else lambda stored: orjson.loads(merged(stored))


def _source(document: Document) -> Source:
    return Source(
        document.id, document.title, document.publisher, document.author, document.date, document.lang
    )


def _of_votes(votes: Mapping[str, Given], text: str) -> dict[Place, Sure]:
    """How far those who finished a sentence agree on each claim in it.

    Claims are put side by side as agreement does: by their words, then by speaker, then by order.
    """
    first, *others = votes.values()
    if all(_alike(first, other) for other in others):  # then there is nothing to align
        same = Sure(len(votes), len(votes))
        return {(person, place): same for person in votes for place in range(len(first))}
    claims = {person: _claims(given) for person, given in votes.items()}
    found: dict[Place, Sure] = {}
    for cluster in align(claims, text):
        members = list(cluster.members.items())
        own = [claims[person][place] for person, place in members]
        for member, one in zip(members, own, strict=True):
            found[member] = sureness(own, len(votes), one)
    return found


def _of_final(settled: Given, votes: Mapping[str, Given], text: str) -> dict[int, Sure]:
    """Of settled claims: who of the readers has them, and has them so."""
    claims = {person: _claims(given) for person, given in votes.items()}
    own = _claims(settled)
    found: dict[int, Sure] = {}
    for cluster in align({**claims, FINAL: own}, text):
        members = dict(cluster.members)
        place = members.pop(FINAL, None)
        if place is not None:
            others = [claims[person][n] for person, n in members.items()]
            found[place] = sureness(others, len(votes), own[place])
    return found


def _alike(given: Given, other: Given) -> bool:
    """Whether two answers hold the same claims, as far as an alignment looks at them."""
    return len(given) == len(other) and all(
        one.get(key) == two.get(key)
        for one, two in zip(given, other, strict=True)
        for key in ("content_spans", "speaker", "stance", "polarity", "attribution")
    )


def _claims(given: Given) -> tuple[Claim, ...]:
    """As much of its claims as an alignment looks at."""
    return tuple(
        Claim(
            speaker=tuple(claim["speaker"]),
            stance=claim.get("stance"),
            polarity=claim.get("polarity"),
            attribution=claim.get("attribution"),
            content_spans=tuple((start, end) for start, end in claim.get("content_spans", ())),
        )
        for claim in given
    )

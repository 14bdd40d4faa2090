"""Exporting: everybody's current answers, the final layer, or both."""

from __future__ import annotations

import functools
import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import orjson

from annotator import export, outputs
from annotator.annotate import read
from annotator.export import Maker
from annotator.filter import (
    LAYERS,
    Filter,
    authors,
    check_labels,
    with_any_claim_chosen,
    with_claims_chosen,
)
from annotator.model import Answer, Document, Invalid, Missing, Person, Status
from annotator.project.results import chosen
from annotator.project.settling import Settling
from annotator.store import annotations as answer_rows
from annotator.store import documents as document_rows
from annotator.store import records as record_rows
from annotator.store import settlements
from annotator.store.annotations import Filter as Answers

OFTEN = 64  # records put together at once (in the processor's cache), and between two looks at the clock
PIECE = 65_536  # bytes

T = TypeVar("T")
_Made = Callable[..., T]


@dataclass(slots=True)
class Tally:
    """How far an export is, and what went into it. `told` hears of it every few dozen records."""

    read: int = 0  # records looked at, of those `count_read`
    records: int = 0
    claims: int = 0  # where the format is made of claims
    told: Callable[[int], None] | None = None


class Exporting(Settling):
    def export(self, format_id: str, filter: Filter, tally: Tally | None = None) -> Iterator[bytes]:
        """A whole file in that format, a piece at a time."""
        format = outputs.get(format_id)
        self.check_filter(filter)
        tally = tally or Tally()
        if format.id == outputs.LINES and not filter.chooses_claims:
            pieces = _lines_told(self._lines(OFTEN, **self._asked(filter)), tally)
        else:
            found = self.records_of(filter, unit=format.unit, tally=tally, beside=format.beside)
            records = _chosen_told(found, tally)
            pieces = format.write(records, self.outputs_context())
        return _together(pieces)

    def records_of(
        self, filter: Filter, *, unit: str = "claim", tally: Tally | None = None, beside: bool = False
    ) -> Iterator[dict[str, Any]]:
        """What a filter asks for: records with only those claims, or whole where `unit` is sentence.

        Final answers come after all others, or `beside` those to their sentence.
        """
        self.check_filter(filter)
        asked = self._asked(filter)
        records = self._side_by_side(**asked) if beside else self.records(**asked)
        own = authors(self.codebook())
        choose = with_any_claim_chosen if unit == "sentence" else with_claims_chosen
        return choose(records if tally is None else _read_told(records, tally), filter, own)

    def _asked(self, filter: Filter) -> dict[str, Any]:
        """The filter as `records` takes it, all but the claims."""
        documents, people = self._documents_and_people(filter)
        return {
            "documents": documents,
            "people": people,
            "statuses": filter.statuses or None,
            "layer": filter.layer,
        }

    def _documents_and_people(self, filter: Filter) -> tuple[Sequence[str] | None, Sequence[str] | None]:
        """Those a filter asks for; None is all."""
        documents, people = self._within(filter.documents or None, filter.people or None, filter.round)
        if filter.but:
            every = [one.id for one in document_rows.all(self.db)] if documents is None else documents
            documents = [one for one in every if one not in filter.but]
        return documents, people

    def what_is_seen(self, filter: Filter, person: Person) -> Filter:
        """The filter without the documents in which this person does not see yet what others answered."""
        if filter.people == (person.name,) and filter.layer == LAYERS[0]:
            return filter
        return replace(filter, but=self.blind_in(person))

    def check_filter(self, filter: Filter) -> None:
        """Refuse names that do not exist: they would look like an empty result."""
        for document in filter.documents:
            self.document(document)
        known = {person.name for person in self.people()}  # removed people's answers stay
        for name in filter.people:
            if name not in known:
                raise Missing("There is nobody named %(name)s in this project.", name=name)
        if filter.round is not None:
            self.round(filter.round)
        check_labels(filter, self.codebook())

    def outputs_context(self) -> outputs.Context:
        """What formats may need beside the records."""
        texts = functools.lru_cache(maxsize=4)(self._document_text)
        return outputs.Context(self.codebook(), texts, self.path.stem)

    def _document_text(self, id: str) -> outputs.DocumentText:
        starts: dict[str, int] = {}
        at = 0
        units = self.sentences(id)
        for unit in units:
            starts[unit.id] = at
            at += len(unit.text) + 1
        return outputs.DocumentText(self.document(id), "\n".join(unit.text for unit in units), starts)

    def records(
        self,
        *,
        documents: Sequence[str] | None = None,
        people: Sequence[str] | None = None,
        statuses: Sequence[str] | None = None,
        with_seconds: bool = False,
        layer: str = "votes",
    ) -> Iterator[dict[str, Any]]:
        """Export records: every current answer by document, reading order and person, then the final ones."""
        filter = chosen(documents, people, statuses)
        return self._layers(layer, self._votes(filter, with_seconds, _as_records), self._final(filter))

    def _side_by_side(self, *, layer: str, **asked: Any) -> Iterator[dict[str, Any]]:
        """The records of both layers in one reading order, final answers behind the others of a sentence."""
        if layer != "both":
            return self.records(layer=layer, **asked)
        places = {one.id: n for n, one in enumerate(document_rows.all(self.db))}
        layers = (self.records(layer=one, **asked) for one in ("votes", "final"))
        return heapq.merge(*layers, key=lambda record: (places[record["doc_id"]], record["order"] or 0))

    def export_jsonl(
        self,
        *,
        documents: Sequence[str] | None = None,
        people: Sequence[str] | None = None,
        statuses: Sequence[str] | None = None,
        with_seconds: bool = False,
        layer: str = "votes",
    ) -> Iterator[bytes]:
        """The lines of these records, without making each record first."""
        lines = self._lines(
            1, documents=documents, people=people, statuses=statuses, with_seconds=with_seconds, layer=layer
        )
        return (line for _, line in lines)

    def _lines(
        self,
        most: int,
        *,
        documents: Sequence[str] | None,
        people: Sequence[str] | None,
        statuses: Sequence[str] | None,
        with_seconds: bool = False,
        layer: str,
    ) -> Iterator[tuple[int, bytes]]:
        """So many lines at a time, or fewer, as one piece, each time with how many they are."""
        filter = chosen(documents, people, statuses)
        final = ((1, export.line(record)) for record in self._final(filter))
        return self._layers(layer, self._vote_lines(filter, with_seconds, most), final)

    def _vote_lines(self, filter: Answers, with_seconds: bool, most: int) -> Iterator[tuple[int, bytes]]:
        pieces: list[bytes] = []
        number = 0

        def adding(maker: Maker) -> _Made[None]:
            return functools.partial(outputs.Lines(maker).add, pieces)

        for _ in self._votes(filter, with_seconds, adding):
            number += 1
            if number >= most:
                yield number, b"".join(pieces)
                pieces.clear()
                number = 0
        if number:
            yield number, b"".join(pieces)

    def _layers(self, layer: str, votes: Iterator[T], final: Iterator[T]) -> Iterator[T]:
        if layer not in LAYERS:
            raise Invalid(
                "“%(layer)s” is not a layer. Choose from %(choices)s.", layer=layer, choices=list(LAYERS)
            )
        if layer != "final":
            yield from votes
        if layer != "votes":
            yield from final

    def count_records(
        self,
        *,
        documents: Sequence[str] | None = None,
        people: Sequence[str] | None = None,
        statuses: Sequence[str] | None = None,
        with_seconds: bool = False,
        layer: str = "votes",
    ) -> int:
        votes = answer_rows.count(self.db, chosen(documents, people, statuses)) if layer != "final" else 0
        final = settlements.count(self.db, documents, statuses) if layer != "votes" else 0
        return votes + final

    def missing_finals(self, filter: Filter | None = None) -> int:
        """How many final answers the final layer lacks because the text of their sentence changed."""
        return len(self.unsettled(self._documents_and_people(filter or Filter())[0]))

    def _votes(
        self, filter: Answers, with_seconds: bool, written: Callable[[Maker], _Made[T]]
    ) -> Iterator[T]:
        """Everybody's current answers, as `written` makes them: records, or their lines at once."""
        roles = {person.name: export.role(person) for person in self.people()}
        codebooks = record_rows.codebook_names(self.db)
        make = written(self._maker())
        for document in self._documents(filter.documents):
            doc = export.described(document)
            last: record_rows.Unit | None = None
            for unit, row, created_at, seconds in record_rows.answers(self.db, document.id, filter):
                if unit is not last:
                    of = export.shown(document, doc, unit.id, unit.order, unit.kind, unit.text)
                    last = unit
                _, person, status, claims, comment, hard, duplicate_of, codebook, _, updated_at = row
                yield make(
                    of,
                    person,
                    roles[person],
                    codebooks[codebook],
                    status,
                    claims,
                    created_at,
                    updated_at,
                    duplicate_of,
                    hard == 1,
                    comment,
                    seconds if with_seconds else None,
                )

    def _final(self, filter: Answers) -> Iterator[dict[str, Any]]:
        codebooks = record_rows.codebook_names(self.db)
        make = self._maker()
        for document in self._documents(filter.documents):
            doc = export.described(document)
            for unit, final in record_rows.finals(self.db, document.id, filter.statuses):
                yield make.record(
                    export.shown(document, doc, unit.id, unit.order, unit.kind, unit.text),
                    annotator=export.FINAL,
                    role=export.FINAL,
                    codebook=codebooks[final.codebook],
                    status=final.status,
                    claims=final.claims,
                    comment=final.comment,
                    origin=_origin(final),
                    created_at=final.created_at,
                    updated_at=final.created_at,
                )

    def _maker(self) -> Maker:
        return Maker(self.codebook(), self._merging())

    def _documents(self, wanted: Sequence[str] | None) -> list[Document]:
        chosen = None if wanted is None else frozenset(wanted)
        return [one for one in document_rows.all(self.db) if chosen is None or one.id in chosen]

    def _merging(self) -> Callable[[bytes], bytes] | None:
        """Puts merged speakers in stored claims under the id they count as; None where nobody is merged."""
        registry = self.registry()
        if not registry.merged:
            return None
        named = [f'"{id}"'.encode() for id in registry.merged]

        def merged(stored: bytes) -> bytes:
            if not any(name in stored for name in named):
                return stored
            given = Answer(Status.CLAIMS, answer_rows.claims_of(stored))
            return orjson.dumps(read(given, registry.merged, registry.codebook).claims)

        return merged


def _lines_told(lines: Iterator[tuple[int, bytes]], tally: Tally) -> Iterator[bytes]:
    for number, piece in lines:
        tally.records += number
        if tally.records - tally.read >= OFTEN:
            _tell(tally, tally.records)
        yield piece
    _tell(tally, tally.records)


def _read_told(records: Iterator[dict[str, Any]], tally: Tally) -> Iterator[dict[str, Any]]:
    for number, record in enumerate(records, start=1):
        if not number % OFTEN:
            _tell(tally, number)
        tally.read = number
        yield record
    _tell(tally, tally.read)


def _chosen_told(records: Iterator[dict[str, Any]], tally: Tally) -> Iterator[dict[str, Any]]:
    for record in records:
        tally.records += 1
        tally.claims += len(record["claims"])
        yield record


def _tell(tally: Tally, read: int) -> None:
    tally.read = read
    if tally.told is not None:
        tally.told(read)


def _together(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces worth sending, none of them empty."""
    some: list[bytes] = []
    size = 0
    for piece in pieces:
        some.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(some)
            some, size = [], 0
    if size:
        yield b"".join(some)


def _as_records(maker: Maker) -> _Made[dict[str, Any]]:
    return maker.record


def _origin(final: record_rows.Final) -> export.Origin:
    return export.Origin(
        final.kind, final.person, final.reason, final.note, final.created_at, tuple(orjson.loads(final.votes))
    )

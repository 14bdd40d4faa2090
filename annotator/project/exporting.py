"""Exporting: everybody's current answers, the final layer, or both."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotator import export, outputs
from annotator.annotate import read
from annotator.filter import (
    LAYERS,
    Filter,
    authors,
    check_labels,
    with_any_claim_chosen,
    with_claims_chosen,
)
from annotator.model import Document, Invalid, Missing
from annotator.project.results import chosen
from annotator.project.settling import Settling
from annotator.store import annotations as answer_rows
from annotator.store import documents as document_rows
from annotator.store import settlements
from annotator.store.settlements import Settlement


class Exporting(Settling):
    def export(self, format_id: str, filter: Filter) -> Iterator[bytes]:
        """A whole file in that format, a piece at a time."""
        format = outputs.get(format_id)
        return format.write(self.records_of(filter, unit=format.unit), self.outputs_context())

    def records_of(self, filter: Filter, *, unit: str = "claim") -> Iterator[dict[str, Any]]:
        """What a filter asks for: records with only those claims, or whole where `unit` is sentence."""
        self.check_filter(filter)
        documents, people = self._within(filter.documents or None, filter.people or None, filter.round)
        records = self.records(
            documents=documents, people=people, statuses=filter.statuses or None, layer=filter.layer
        )
        own = authors(self.codebook())
        choose = with_any_claim_chosen if unit == "sentence" else with_claims_chosen
        return choose(records, filter, own)

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
        if layer not in LAYERS:
            raise Invalid(
                "“%(layer)s” is not a layer. Choose from %(choices)s.", layer=layer, choices=list(LAYERS)
            )
        if layer != "final":
            yield from self._votes(documents, people, statuses, with_seconds)
        if layer != "votes":
            yield from self._final(documents, statuses)

    def export_jsonl(self, **filter: Any) -> Iterator[bytes]:
        return (export.line(record) for record in self.records(**filter))

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

    def _votes(
        self,
        documents: Sequence[str] | None,
        people: Sequence[str] | None,
        statuses: Sequence[str] | None,
        with_seconds: bool,
    ) -> Iterator[dict[str, Any]]:
        everybody = {person.name: person for person in self.people()}
        by_id: dict[str, Document] = {}
        book = self.codebook()
        read = self._reader()
        for sentence, annotation in answer_rows.stream(self.db, chosen(documents, people, statuses)):
            document = by_id.setdefault(sentence.document, self.document(sentence.document))
            person = everybody[annotation.person]
            yield export.record(document, sentence, read(annotation), person, book, with_seconds=with_seconds)

    def _final(
        self, documents: Sequence[str] | None, statuses: Sequence[str] | None
    ) -> Iterator[dict[str, Any]]:
        book, merged = self.codebook(), self.registry().merged
        standing = settlements.all(self.db, documents)
        by_document: dict[str, list[Settlement]] = {}
        keys: Mapping[int, str] = settlements.documents(self.db)
        for settlement in standing.values():
            by_document.setdefault(keys[settlement.sentence], []).append(settlement)
        for document in document_rows.all(self.db):
            if document.id not in by_document:
                continue
            settled = {one.sentence: one for one in by_document[document.id]}
            for sentence in self.sentences(document.id):
                one = settled.get(sentence.key)
                if one is None or (statuses is not None and one.answer.status not in statuses):
                    continue
                answer = read(one.answer, merged, book)
                yield export.final(document, sentence, answer, _origin(one), book)


def _origin(settlement: Settlement) -> export.Origin:
    return export.Origin(
        kind=settlement.kind,
        by=settlement.person,
        reason=settlement.reason,
        note=settlement.note,
        time=settlement.created_at,
        votes=settlement.votes,
        codebook=settlement.codebook,
    )

"""Exporting: everybody's current answers, the final layer, or both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotator import export
from annotator.annotate import read
from annotator.model import Document, Invalid
from annotator.project.results import chosen
from annotator.project.settling import Settling
from annotator.store import annotations as answer_rows
from annotator.store import documents as document_rows
from annotator.store import settlements
from annotator.store.settlements import Settlement

LAYERS = ("votes", "final", "both")


class Exporting(Settling):
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

    def missing_finals(self, documents: Sequence[str] | None = None) -> int:
        """How many final answers the final layer lacks because the text of their sentence changed."""
        return len(self.unsettled(documents))

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

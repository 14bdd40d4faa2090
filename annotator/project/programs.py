"""What programs read: the same as people, a stretch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import dropwhile, islice
from typing import Any

from annotator.export import FINAL
from annotator.filter import Filter
from annotator.model import Forbidden, Missing, Person, Stale
from annotator.project.analysis import Analysing
from annotator.project.documents import Progress
from annotator.project.tokens import Tokens
from annotator.store import documents as document_rows


class Programs(Analysing, Tokens):
    def progress(self, doc_id: str, person: Person) -> Progress:
        """A document as this person sees it in the list."""
        found = next((one for one in self.documents(person) if one.document.id == doc_id), None)
        if found is None:
            raise Missing("There is no document %(doc_id)s in this project.", doc_id=doc_id)
        return found

    def records_after(self, filter: Filter, after: str | None) -> Iterator[dict[str, Any]]:
        """The records of a filter, whole ones, that come after the one with that id."""
        self.check_filter(filter)
        if after is None:
            yield from self.records_of(filter, unit="sentence")
            return
        doc_id, annotator = after.partition("/")[0], after.rpartition("/")[2]
        rest = replace(filter, documents=self._documents_from(filter, doc_id))
        if annotator == FINAL:
            rest = replace(rest, layer=FINAL)
        elif filter.layer == "both":
            rest = replace(rest, layer="votes")
        records = dropwhile(lambda one: one["record_id"] != after, self.records_of(rest, unit="sentence"))
        if next(records, None) is None:
            raise Stale("The record %(after)s is not there any more. Begin again without it.", after=after)
        yield from records
        if rest.layer != filter.layer and annotator != FINAL:
            yield from self.records_of(replace(filter, layer=FINAL), unit="sentence")

    def agreement_asked(self, filter: Filter, person: Person) -> dict[str, Any]:
        """The documents, people, round and voice that agreement takes, if this person may see them."""
        self.check_filter(filter)
        for document in filter.documents:
            self.must_see(document, person)
        documents = self.seen_by(person, filter.documents or None)
        if not documents and not person.leads and documents is not None:
            raise Forbidden("You see how people agree in a document once you have finished it yourself.")
        return {
            "documents": documents,
            "people": filter.people or None,
            "own_voice": filter.own_voice,
            "round": filter.round,
        }

    def _documents_from(self, filter: Filter, doc_id: str) -> tuple[str, ...]:
        """Those of the filter from this one on, in the order they came."""
        every = [one.id for one in document_rows.all(self.db)]
        wanted = [id for id in every if not filter.documents or id in filter.documents]
        if doc_id not in wanted:
            raise Missing("There is no document %(doc_id)s in this project.", doc_id=doc_id)
        return tuple(islice(wanted, wanted.index(doc_id), None))

"""Documents: taking files in, and giving them back."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.model import Document, Missing, Person, Role, Sentence
from annotator.project.speakers import Speakers
from annotator.store import annotations as answer_rows
from annotator.store import documents, sentences


@dataclass(frozen=True, slots=True)
class Progress:
    """A document as one person sees it in the list."""

    document: Document
    queued: int
    mine: int
    skipped: int
    others: tuple[tuple[str, bool, int], ...]  # (name, simulated, done); only for a lead


class Documents(Speakers):
    def documents(self, person: Person) -> list[Progress]:
        """The list of documents with this person's progress, and for a lead everybody's."""
        kinds = self.codebook().queue_units
        queued = answer_rows.queued(self.db, kinds)
        done: dict[str, dict[str, tuple[int, int]]] = {}
        for row in answer_rows.done(self.db, kinds):
            done.setdefault(row["document"], {})[row["person"]] = (row["done"], row["skipped"])
        simulated = {p.name: p.role is Role.SIMULATED for p in self.people()}
        found = []
        for document in documents.all(self.db):
            if document.stage != "ready" and not (person.leads and document.stage == "checking"):
                continue
            counts = done.get(document.id, {})
            mine, skipped = counts.get(person.name, (0, 0))
            others = tuple(
                (name, simulated[name], n) for name, (n, _) in sorted(counts.items()) if name != person.name
            )
            shown = others if person.leads else ()
            found.append(Progress(document, queued.get(document.id, 0), mine, skipped, shown))
        return found

    def document(self, doc_id: str) -> Document:
        document = documents.get(self.db, doc_id)
        if document is None:
            raise Missing("There is no document %(doc_id)s in this project.", doc_id=doc_id)
        return document

    def open_to(self, doc_id: str, person: Person) -> Document:
        """The document, if this person may see it: unchecked ones are for leads."""
        document = self.document(doc_id)
        if document.stage == "ready" or (person.leads and document.stage == "checking"):
            return document
        raise Missing("There is no document %(doc_id)s in this project.", doc_id=doc_id)

    def raw(self, doc_id: str) -> tuple[str, bytes]:
        """(file name, bytes) as imported."""
        return documents.raw(self.db, self.document(doc_id).id)

    def sentences(self, doc_id: str) -> list[Sentence]:
        return sentences.of_document(self.db, self.document(doc_id).id)

    def sentence(self, doc_id: str, sid: str) -> Sentence:
        found = sentences.get(self.db, doc_id, sid)
        if found is None:
            raise Missing("There is no sentence %(sid)s in this document.", sid=sid)
        return found

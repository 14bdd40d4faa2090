"""Documents: taking files in, and giving them back."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.model import Document, Missing, Person, Role, Sentence
from annotator.project.rounds import Rounds
from annotator.store import annotations as answer_rows
from annotator.store import documents, sentences
from annotator.store import rounds as round_rows


@dataclass(frozen=True, slots=True)
class Progress:
    """A document as one person sees it in the list."""

    document: Document
    queued: int
    mine: int
    skipped: int
    others: tuple[tuple[str, bool, int], ...]  # (name, simulated, done); only for a lead
    given: bool = True  # to this person; without rounds everything is
    due: str | None = None  # a day: 2026-01-31
    finished: str | None = None  # when this person finished it
    reopened: str | None = None  # why it was opened again, until it is finished anew

    @property
    def to_do(self) -> int:
        """The sentences neither answered nor skipped."""
        return self.queued - self.mine - self.skipped

    @property
    def to_finish(self) -> bool:
        """Whether all is answered or skipped and only the finishing is left."""
        ready = self.document.stage == "ready" and not self.finished
        return ready and self.queued > 0 and self.to_do <= 0


class Documents(Rounds):
    def documents(self, person: Person) -> list[Progress]:
        """The list of documents with this person's progress, and for a lead everybody's."""
        kinds = self.codebook().queue_units
        queued = answer_rows.queued(self.db, kinds)
        done: dict[str, dict[str, tuple[int, int]]] = {}
        for row in answer_rows.done(self.db, kinds):
            done.setdefault(row["document"], {})[row["person"]] = (row["done"], row["skipped"])
        simulated = {p.name: p.role is Role.SIMULATED for p in self.people()}
        given = self._given_to(person)
        finished = {one.document: one.at for one in round_rows.finishes(self.db, person.name)}
        reasons = round_rows.reasons(self.db, person.name)
        found = []
        for document in documents.all(self.db):
            if document.stage != "ready" and not (person.leads and document.stage == "checking"):
                continue
            mine_to_do = given is None or document.id in given
            if not mine_to_do and not person.leads:
                continue
            counts = done.get(document.id, {})
            mine, skipped = counts.get(person.name, (0, 0))
            others = tuple(
                (name, simulated[name], n) for name, (n, _) in sorted(counts.items()) if name != person.name
            )
            shown = others if person.leads else ()
            found.append(
                Progress(
                    document=document,
                    queued=queued.get(document.id, 0),
                    mine=mine,
                    skipped=skipped,
                    others=shown,
                    given=mine_to_do,
                    due=given.get(document.id) if given else None,
                    finished=finished.get(document.id),
                    reopened=reasons.get(document.id),
                )
            )
        return found

    def document(self, doc_id: str) -> Document:
        document = documents.get(self.db, doc_id)
        if document is None:
            raise Missing("There is no document %(doc_id)s in this project.", doc_id=doc_id)
        return document

    def open_to(self, doc_id: str, person: Person) -> Document:
        """The document, if this person may see it: unchecked ones and those of others are for leads."""
        document = self.document(doc_id)
        if person.leads and document.stage in ("ready", "checking"):
            return document
        if document.stage == "ready" and self._is_given(doc_id, person):
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

"""Finishing a document: a person's own act, after which others' work may be seen and nothing be changed."""

from __future__ import annotations

from annotator.model import Forbidden, Invalid, Missing, Person
from annotator.project.blindness import Blindness
from annotator.store import places
from annotator.store import rounds as round_rows
from annotator.store.file import write
from annotator.store.rounds import Finish


class Finishing(Blindness):
    def finish(self, doc_id: str, person: Person) -> None:
        """Close this person's answers in the document. Done twice, it is done once."""
        with write(self.db):
            document = self.open_to(doc_id, person)
            if round_rows.is_finished(self.db, doc_id, person.name):
                return
            kinds = self.codebook().queue_units
            if document.stage != "ready" or not places.queued(self.db, doc_id, kinds):
                raise Invalid("There is nothing to finish in this document yet.")
            if places.unfinished(self.db, doc_id, kinds, person.name, None)[0] is not None:
                raise Invalid(
                    "Some sentences of this document have no answer yet. Answer or skip them, then finish it."
                )
            round_rows.append_finish(self.db, doc_id, person.name)

    def reopen(self, doc_id: str, name: str, reason: str, by: str | None = None) -> None:
        """Let a person change their answers again. The reason is kept, and they are told."""
        with write(self.db):
            self._reopen(doc_id, name, reason, by)

    def finished(self, doc_id: str, person: Person) -> bool:
        """Whether this person has finished the document, and it was not opened again."""
        what = ("finished", doc_id, person.name)
        return self._lasting(what, lambda: round_rows.is_finished(self.db, doc_id, person.name))

    def finishes(self) -> list[Finish]:
        """What everybody finished, the last first."""
        return round_rows.finishes(self.db)

    def _reopen(self, doc_id: str, name: str, reason: str, by: str | None) -> None:
        reason = " ".join(reason.split())
        if not 1 <= len(reason) <= 500:
            raise Invalid("Say in a few words why the document is opened again.", field="reason")
        document = self.document(doc_id)
        if not round_rows.is_finished(self.db, doc_id, name):
            raise Missing(
                "%(name)s has not finished “%(title)s”, so it is open already.",
                name=name,
                title=document.title,
            )
        round_rows.append_finish(self.db, doc_id, name, reason=reason, by=by)

    def _still_open(self, doc_id: str, person: Person) -> None:
        """Refuse changes to what the person may not open, or has finished."""
        self.open_to(doc_id, person)
        self._check_not_finished(doc_id, person)

    def _check_not_finished(self, doc_id: str, person: Person) -> None:
        if self.finished(doc_id, person):
            raise Forbidden(
                "You finished this document, so its answers are closed and nothing was changed. "
                "To change one, ask the person who leads the project to open the document again."
            )

"""Blind: in which documents a person may not see yet what others answered. Decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.model import Forbidden, Person
from annotator.project.documents import Documents
from annotator.store import documents as document_rows
from annotator.store import rounds as round_rows


class Blindness(Documents):
    def blind_in(self, person: Person) -> tuple[str, ...]:
        """The documents whose agreement figures, and others' answers, this person may not see.

        A lead annotates what is given to them in a round: until they finish it, or it is taken back from
        them, they are kept from it like anybody else. What is given to nobody, or to others, leads see.
        """
        given = self._given_to(person)
        if person.leads and not given:
            return ()
        done = {finish.document for finish in round_rows.finishes(self.db, person.name)}
        every = document_rows.all(self.db)
        if person.leads:
            return tuple(one.id for one in every if one.id in (given or ()) and one.id not in done)
        open_to = {one.id for one in every if one.stage == "ready" and (given is None or one.id in given)}
        return tuple(one.id for one in every if one.id not in done or one.id not in open_to)

    def seen_by(self, person: Person, documents: Sequence[str] | None = None) -> Sequence[str] | None:
        """Of these documents, or of all, those in which a person may see others' answers; None: all."""
        blind = self.blind_in(person)
        if not blind:
            return documents
        every = [one.id for one in document_rows.all(self.db)] if documents is None else documents
        hidden = set(blind)
        return tuple(one for one in every if one not in hidden)

    def must_see(self, doc_id: str, person: Person) -> None:
        """Refuse what would show somebody the answers of others too early."""
        if doc_id not in self.blind_in(person):
            return
        if person.leads:
            raise Forbidden(
                "This document is given to you and you have not finished it, so you do not see yet what "
                "others answered in it. Finish it, or give it to somebody else in the round."
            )
        raise Forbidden("You see how people agree in a document once you have finished it yourself.")

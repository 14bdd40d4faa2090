"""Rounds: which documents are given to whom, by hand or spread evenly."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace

from annotator import rounds
from annotator.model import Document, Invalid, Missing, Person, Role, upright
from annotator.project.speakers import Speakers
from annotator.rounds import Cell
from annotator.store import annotations as answer_rows
from annotator.store import codebooks, documents
from annotator.store import rounds as round_rows
from annotator.store.file import write
from annotator.store.rounds import Round


class Rounds(Speakers):
    def rounds(self) -> list[Round]:
        """Every round that was not taken back, the oldest first."""
        return round_rows.all(self.db)

    def gives_out(self) -> bool:
        """Whether documents are given out in rounds at all."""
        return round_rows.any_open(self.db)

    def round(self, id: int) -> Round:
        found = round_rows.get(self.db, id)
        if found is None or found.withdrawn:
            raise Missing("There is no round %(id)s in this project.", id=id)
        return found

    def assigned(self, id: int) -> list[Cell]:
        """(document, person) for all that is given in a round."""
        return round_rows.assigned(self.db, self.round(id).id)

    def make_round(
        self,
        name: str,
        overlap: int = 2,
        *,
        documents: Sequence[str] | None = None,
        people: Sequence[str] | None = None,
        due: str | None = None,
        spread: bool = False,
        by: str | None = None,
    ) -> Round:
        """A round of these documents, or of all that are ready, for these people, or for those who usually
        annotate; at once spread evenly if asked."""
        with write(self.db):
            row, book = self._codebook_in_force()
            made = self._checked(
                Round(
                    id=0,
                    name=name,
                    overlap=overlap,
                    due=due,
                    codebook=book.name,
                    documents=tuple(self.giveable() if documents is None else documents),
                    people=tuple(self.usual_takers(overlap) if people is None else people),
                )
            )
            made = replace(made, id=round_rows.append(self.db, made, row, by))
            if spread:
                self._spread(made, by)
        return self.round(made.id)

    def change_round(
        self,
        id: int,
        *,
        name: str,
        overlap: int,
        due: str | None,
        documents: Sequence[str],
        people: Sequence[str],
        by: str | None = None,
    ) -> Round:
        """What leaves the round is released; its answers stay."""
        with write(self.db):
            before = self.round(id)
            changed = replace(
                before,
                name=name,
                overlap=overlap,
                due=due,
                documents=tuple(documents),
                people=tuple(people),
            )
            changed = self._checked(changed)
            if changed != before:
                round_rows.append(self.db, changed, codebooks.row(self.db, before.codebook), by)
            for cell in round_rows.assigned(self.db, id):
                if cell[0] not in changed.documents or cell[1] not in changed.people:
                    round_rows.append_assignment(self.db, id, cell, "release", by)
        return self.round(id)

    def opens_everything(self, id: int) -> bool:
        """Whether taking this round back opens every document to everybody: there is no other."""
        return [one.id for one in self.rounds()] == [self.round(id).id]

    def withdraw_round(self, id: int, by: str | None = None) -> None:
        """As if it had never been made: without any round, documents are open to all. Answers stay."""
        with write(self.db):
            before = self.round(id)
            row = codebooks.row(self.db, before.codebook)
            round_rows.append(self.db, replace(before, withdrawn=True), row, by)

    def assign(
        self, id: int, give: Iterable[Cell] = (), release: Iterable[Cell] = (), by: str | None = None
    ) -> None:
        """Give documents to people and take them back. Answers stay."""
        with write(self.db):
            round = self.round(id)
            held = set(round_rows.assigned(self.db, id))
            for document, person in dict.fromkeys(give):
                if document not in round.documents:
                    raise Missing("There is no document %(doc_id)s in this round.", doc_id=document)
                if person not in round.people:
                    raise Missing("There is nobody named %(name)s in this round.", name=person)
                if (document, person) not in held:
                    round_rows.append_assignment(self.db, id, (document, person), "assign", by)
            for cell in dict.fromkeys(release):
                if cell in held:
                    round_rows.append_assignment(self.db, id, cell, "release", by)

    def spread_round(self, id: int, by: str | None = None) -> int:
        """Give every document of the round to as many people as it asks for; how many were given now."""
        with write(self.db):
            return self._spread(self.round(id), by)

    # -------------------------------------------------------------- what is open to whom

    def _given_to(self, person: Person) -> dict[str, str | None] | None:
        """The documents given to a person, with the day they are due; None where nothing is given out."""
        if not round_rows.any_open(self.db):
            return None
        return round_rows.given_to(self.db, person.name)

    def _is_given(self, doc_id: str, person: Person) -> bool:
        """Whether an annotator may open the document: without a round, all are everybody's."""
        return not round_rows.any_open(self.db) or round_rows.is_given(self.db, doc_id, person.name)

    # -------------------------------------------------------------- making them

    def takers(self) -> list[str]:
        """Who can be given documents."""
        return [one.name for one in self.people() if not one.removed and one.role is not Role.SIMULATED]

    def usual_takers(self, overlap: int) -> list[str]:
        """Who annotates unless told otherwise. Leads only where there are too few others: a document given to
        them makes them blind to its answers."""
        takers = set(self.takers())
        usual = [one.name for one in self.people() if one.name in takers and not one.leads]
        return usual if len(usual) >= max(1, overlap) else self.takers()

    def giveable(self) -> list[str]:
        """The documents that can be given to people."""
        return [one.id for one in self.giveable_documents()]

    def giveable_documents(self) -> list[Document]:
        return [one for one in documents.all(self.db) if one.stage == "ready"]

    def _spread(self, round: Round, by: str | None) -> int:
        queued = answer_rows.queued(self.db, self.codebook().queue_units)
        ready, here = set(self.giveable()), set(self.takers())
        sentences = {document: queued.get(document, 0) for document in round.documents if document in ready}
        people = [person for person in round.people if person in here]
        cells = rounds.spread(sentences, people, round.overlap, round_rows.assigned(self.db, round.id))
        for cell in cells:
            round_rows.append_assignment(self.db, round.id, cell, "assign", by)
        return len(cells)

    def _checked(self, round: Round) -> Round:
        name = " ".join(round.name.split())
        if not 1 <= len(name) <= 60:
            raise Invalid("A round’s name has 1 to 60 characters.", field="name")
        if upright(name) != name:
            raise Invalid("A round’s name has no invisible characters.", field="name")
        if any(other.name == name and other.id != round.id for other in self.rounds()):
            raise Invalid(
                "There is already a round named %(name)s. Choose another name.", field="name", name=name
            )
        if not round.documents:
            raise Invalid("A round needs at least one document. Choose some.", field="documents")
        if not round.people:
            raise Invalid("A round needs at least one person. Choose some.", field="people")
        known = round_rows.get(self.db, round.id) if round.id else None
        # Who was removed, and what was withdrawn, may stay in a round that had them.
        for document in set(round.documents) - set(known.documents if known else ()) - set(self.giveable()):
            raise Missing(
                "There is no document %(doc_id)s in this project that is ready to annotate.", doc_id=document
            )
        for person in set(round.people) - set(known.people if known else ()) - set(self.takers()):
            raise Missing("There is nobody named %(name)s to give documents to.", name=person)
        if round.overlap < 1:
            raise Invalid("Each document needs at least one person.", field="overlap")
        if round.overlap > len(round.people):
            raise Invalid(
                "There are not as many people in this round as each document needs.", field="overlap"
            )
        return replace(round, name=name, due=_day(round.due))


def _day(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid("“%(text)s” is no day. Give it as 2026-01-31.", field="due", text=text) from None

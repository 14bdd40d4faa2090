"""How far the team is: by round, document and person; how fast; what waits for the lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.model import Document, Person
from annotator.project.finishing import Finishing
from annotator.store import annotations as answer_rows
from annotator.store import documents, pace, places
from annotator.store import rounds as round_rows
from annotator.store.pace import Waiting
from annotator.store.rounds import Round


@dataclass(frozen=True, slots=True)
class Share:
    """A document as one person works on it."""

    given: bool
    done: int
    skipped: int
    finished: bool

    @property
    def begun(self) -> bool:
        return self.done > 0 or self.skipped > 0


@dataclass(frozen=True, slots=True)
class Row:
    """A document of a round, with everybody's share of it."""

    document: Document
    queued: int
    shares: Mapping[str, Share]

    @property
    def people(self) -> int:
        """How many have it."""
        return sum(share.given for share in self.shares.values())


@dataclass(frozen=True, slots=True)
class Load:
    """All that one person has in a round."""

    documents: int
    finished: int
    sentences: int
    done: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Grid:
    round: Round
    rows: tuple[Row, ...]

    def load(self, person: str) -> Load:
        given = [(row, row.shares[person]) for row in self.rows if row.shares[person].given]
        return Load(
            documents=len(given),
            finished=sum(share.finished for _, share in given),
            sentences=sum(row.queued for row, _ in given),
            done=sum(share.done for _, share in given),
            skipped=sum(share.skipped for _, share in given),
        )

    @property
    def lacking(self) -> int:
        """The documents that fewer people have than the round asks for."""
        return sum(row.people < self.round.overlap for row in self.rows)


@dataclass(frozen=True, slots=True)
class Pace:
    hourly: int | None  # sentences an hour at the median time; None before anything is timed
    flags: int
    comments: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A document as somebody finished it."""

    document: str
    person: str
    at: str
    queued: int
    skipped: int
    unanswered: int  # sentences that came up after it was finished


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody left for the lead, and where."""

    waiting: Waiting
    document: Document
    number: int | None  # of the queued sentence


class Watching(Finishing):
    def grid(self, id: int) -> Grid:
        """A round as a table of documents and people."""
        round = self.round(id)
        kinds = self.codebook().queue_units
        queued = answer_rows.queued(self.db, kinds)
        done = {(row["document"], row["person"]): row for row in answer_rows.done(self.db, kinds)}
        given = set(round_rows.assigned(self.db, id))
        finished = {(one.document, one.person) for one in round_rows.finishes(self.db)}
        known = {document.id: document for document in documents.all(self.db)}

        def share(doc_id: str, person: str) -> Share:
            cell = (doc_id, person)
            row = done.get(cell, {"done": 0, "skipped": 0})
            return Share(cell in given, row["done"], row["skipped"], cell in finished)

        return Grid(
            round,
            tuple(
                Row(
                    known[doc_id],
                    queued.get(doc_id, 0),
                    {person: share(doc_id, person) for person in round.people},
                )
                for doc_id in round.documents
                if known[doc_id].stage == "ready"
            ),
        )

    def finished_work(self) -> list[Finished]:
        """What everybody finished, the last first, and what is left in it without an answer."""
        kinds = self.codebook().queue_units
        queued = answer_rows.queued(self.db, kinds)
        done = {(row["document"], row["person"]): row for row in answer_rows.done(self.db, kinds)}
        ready, found = set(self.giveable()), []
        for one in round_rows.finishes(self.db):
            if one.document in ready:
                row = done.get((one.document, one.person), {"done": 0, "skipped": 0})
                n = queued.get(one.document, 0)
                left = max(0, n - row["done"] - row["skipped"])
                found.append(Finished(one.document, one.person, one.at, n, row["skipped"], left))
        return found

    def behind(self) -> list[Finished]:
        """Finished documents with sentences that came up since and that the person never answered."""
        here = set(self.takers())
        return [one for one in self.finished_work() if one.unanswered and one.person in here]

    def behind_in(self, doc_id: str) -> dict[str, int]:
        """How many such sentences one document has, by person."""
        kinds, here = self.codebook().queue_units, set(self.takers())
        queued = places.queued(self.db, doc_id, kinds)
        found = {
            one.person: queued
            - places.done(self.db, doc_id, kinds, one.person)
            - len(places.skipped(self.db, doc_id, kinds, one.person))
            for one in round_rows.finishes(self.db)
            if one.document == doc_id and one.person in here
        }
        return {name: n for name, n in found.items() if n > 0}

    def paces(self) -> dict[str, Pace]:
        """How fast everybody works, and how much each left for the lead."""
        medians = pace.medians(self.db, self.codebook().queue_units)
        left = pace.count_waiting(self.db)
        return {
            person.name: Pace(
                round(3600 / medians[person.name]) if person.name in medians else None,
                *left.get(person.name, (0, 0)),
            )
            for person in self.people()
        }

    def waiting(self, most: int, reader: Person) -> list[Left]:
        """The newest flags and comments, with where they stand, of documents the reader may look into."""
        kinds = self.codebook().queue_units
        return [
            Left(
                waiting=one,
                document=self.document(one.document),
                number=places.number(self.db, one.document, kinds, one.sentence),
            )
            for one in pace.waiting(self.db, most, self.blind_in(reader))
        ]

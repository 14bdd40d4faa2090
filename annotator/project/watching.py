"""How far the team is: by round, document and person; how fast; what waits for the lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


_NONE = Share(given=False, done=0, skipped=0, finished=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A document of a round, with everybody's share of it."""

    document: Document
    queued: int
    everybody: tuple[str, ...]
    held: Mapping[str, Share]  # of those who have it or did something in it: most have nothing to do with it

    @property
    def shares(self) -> Mapping[str, Share]:
        return {person: self.held.get(person, _NONE) for person in self.everybody}

    @property
    def people(self) -> int:
        """How many have it."""
        return sum(share.given for share in self.held.values())


@dataclass(frozen=True, slots=True)
class Load:
    """All that one person has in a round."""

    documents: int
    finished: int
    sentences: int
    done: int
    skipped: int


def _loads(people: Iterable[str], rows: Iterable[Row]) -> dict[str, Load]:
    """What each of these people has in all of these documents."""
    found: dict[str, list[tuple[Row, Share]]] = {person: [] for person in people}
    for row in rows:
        for person, share in row.held.items():
            if share.given:
                found[person].append((row, share))
    return {person: _load(given) for person, given in found.items()}


def _load(given: Sequence[tuple[Row, Share]]) -> Load:
    return Load(
        documents=len(given),
        finished=sum(share.finished for _, share in given),
        sentences=sum(row.queued for row, _ in given),
        done=sum(share.done for _, share in given),
        skipped=sum(share.skipped for _, share in given),
    )


@dataclass(frozen=True, slots=True)
class Grid:
    round: Round
    rows: tuple[Row, ...]
    loads: Mapping[str, Load]

    def load(self, person: str) -> Load:
        return self.loads[person]

    @property
    def lacking(self) -> int:
        """The documents that fewer people have than the round asks for."""
        return sum(row.people < self.round.overlap for row in self.rows)


@dataclass(frozen=True, slots=True)
class Tally:
    """Sentences to answer by document; finished and skipped ones by document and person."""

    queued: Mapping[str, int]
    done: Mapping[tuple[str, str], tuple[int, int]]


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
    def grid(self, id: int, tally: Tally | None = None) -> Grid:
        """A round as a table of documents and people."""
        round = self.round(id)
        tally = tally or self.tally()
        given = set(round_rows.assigned(self.db, id))
        finished = {(one.document, one.person) for one in round_rows.finishes(self.db)}
        known = {document.id: document for document in documents.all(self.db)}
        here, people = set(round.documents), set(round.people)
        held: dict[str, dict[str, Share]] = {}
        for cell in given | finished | tally.done.keys():
            doc_id, person = cell
            if doc_id in here and person in people:
                share = Share(cell in given, *tally.done.get(cell, (0, 0)), cell in finished)
                held.setdefault(doc_id, {})[person] = share
        rows = tuple(
            Row(known[doc_id], tally.queued.get(doc_id, 0), round.people, held.get(doc_id, {}))
            for doc_id in round.documents
            if known[doc_id].stage == "ready"
        )
        return Grid(round, rows, _loads(round.people, rows))

    def tally(self) -> Tally:
        """How far everybody is in every document, counted once for all that asks on one page."""
        kinds = self.codebook().queue_units
        done = {
            (row["document"], row["person"]): (row["done"], row["skipped"])
            for row in answer_rows.done(self.db, kinds)
        }
        return Tally(answer_rows.queued(self.db, kinds), done)

    def finished_work(self, tally: Tally | None = None) -> list[Finished]:
        """What everybody finished, the last first, and what is left in it without an answer."""
        tally = tally or self.tally()
        ready, found = set(self.giveable()), []
        for one in round_rows.finishes(self.db):
            if one.document in ready:
                done, skipped = tally.done.get((one.document, one.person), (0, 0))
                n = tally.queued.get(one.document, 0)
                left = max(0, n - done - skipped)
                found.append(Finished(one.document, one.person, one.at, n, skipped, left))
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

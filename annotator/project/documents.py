"""Documents: taking files in, and giving them back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.model import Document, Missing, Person, Role, Sentence
from annotator.project.rounds import Rounds
from annotator.store import annotations as answer_rows
from annotator.store import documents, progress, sentences
from annotator.store import rounds as round_rows
from annotator.store.file import Database


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


@dataclass(frozen=True, slots=True)
class Listed:
    """A stretch of the list of documents."""

    documents: tuple[Progress, ...]
    total: int  # of the whole list
    after: int | None  # where the next stretch begins


class Documents(Rounds):
    def __init__(self, db: Database, path: Path):
        super().__init__(db, path)
        self._listed: dict[bool, tuple[int, int]] = {}

    def listed(self, person: Person, after: int = 0, most: int = 50) -> Listed:
        """A stretch of the documents open to a person, with their progress; for a lead, everybody's."""
        given_to = None if person.leads or not round_rows.any_open(self.db) else person.name
        stages = ("ready", "checking") if person.leads else ("ready",)
        found = progress.page(self.db, stages, after, most + 1, given_to)
        shown = found[:most]
        return Listed(
            documents=tuple(self._progress([id for _, id in shown], person)),
            total=self._count(stages, given_to),
            after=shown[-1][0] if len(found) > most else None,
        )

    def listed_after(self, person: Person, doc_id: str | None, most: int) -> Listed:
        """The stretch behind a document that is open to the person, or the first one."""
        number = progress.number(self.db, self.open_to(doc_id, person).id) if doc_id is not None else 0
        return self.listed(person, number, most)

    def given(self, person: Person) -> tuple[int, int]:
        """How many documents are given to a person in rounds, and how many of those they finished."""
        if not round_rows.any_open(self.db):
            return 0, 0
        return progress.count(self.db, ("ready",), person.name), progress.count_finished(self.db, person.name)

    def next_document(self, person: Person, but: str | None = None) -> Progress | None:
        """Where a person goes on: what is under way, else the first not begun, what is due first before
        others; else one to finish."""
        given = round_rows.any_open(self.db)
        to_finish: Progress | None = None
        waiting: list[tuple[str, int, Progress]] = []
        if not given and (last := self._last_touched(person)) and last.document.id != but:
            return last
        for due, number, doc_id in progress.open_to_do(self.db, person.name, given=given, begun=True):
            (one,) = self._progress([doc_id], person)
            if doc_id == but:
                continue
            if one.to_finish:
                to_finish = to_finish or one
            elif one.mine:
                return one
            elif one.queued and not waiting:
                waiting.append((due, number, one))
        for due, number, doc_id in progress.open_to_do(self.db, person.name, given=given, begun=False):
            if waiting and waiting[0][:2] < (due, number):
                break
            (one,) = self._progress([doc_id], person)
            if one.queued and doc_id != but:
                return one
        return waiting[0][2] if waiting else to_finish

    def progress_in(self, doc_id: str, person: Person) -> Progress | None:
        """One document as the list shows it."""
        return next(iter(self._progress([doc_id], person)), None)

    def _last_touched(self, person: Person) -> Progress | None:
        """The document of the newest answer, while there is something to do in it."""
        doc_id = progress.last_touched(self.db, person.name)
        found = self.progress_in(doc_id, person) if doc_id else None
        under_way = found and found.document.stage == "ready" and found.mine and not found.finished
        return found if found and under_way and not found.to_finish else None

    def _count(self, stages: tuple[str, ...], given_to: str | None) -> int:
        """The length of a list; that of all documents changes only with a document."""
        if given_to is not None:
            return progress.count(self.db, stages, given_to)
        state, among = progress.newest_state(self.db), "checking" in stages
        known = self._listed.get(among)
        if known is None or known[0] != state:
            known = self._listed[among] = (state, progress.count(self.db, stages, None))
        return known[1]

    def _progress(self, ids: Sequence[str], person: Person) -> Iterator[Progress]:
        """These documents with their progress, in the order of import: only they are looked at."""
        kinds = self.codebook().queue_units
        queued = progress.queued(self.db, ids, kinds)
        shares = progress.shares(self.db, ids, kinds, None if person.leads else person.name)
        simulated = {p.name: p.role is Role.SIMULATED for p in self.people()} if person.leads else {}
        in_rounds = round_rows.any_open(self.db)
        due = progress.due(self.db, person.name, ids) if in_rounds else {}
        finished = progress.finished(self.db, ids, person.name)
        reasons = progress.reasons(self.db, ids, person.name)
        for document in documents.some(self.db, ids):
            counts = dict(shares.get(document.id, {}))
            mine = counts.pop(person.name, progress.Share(0, 0))
            yield Progress(
                document=document,
                queued=queued.get(document.id, 0),
                mine=mine.done,
                skipped=mine.skipped,
                others=tuple((name, simulated[name], one.done) for name, one in sorted(counts.items())),
                given=document.id in due or not in_rounds,
                due=due.get(document.id),
                finished=finished.get(document.id),
                reopened=reasons.get(document.id),
            )

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
        return self._lasting((doc_id, person), lambda: self._open_to(doc_id, person))

    def _open_to(self, doc_id: str, person: Person) -> Document:
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

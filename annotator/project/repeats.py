"""Repeats: some sentences are answered by the same person once more, blind, for agreement with oneself."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from annotator import annotate
from annotator.agreement import Rated, Report
from annotator.agreement.oneself import oneself
from annotator.model import Answer, Invalid, Missing, Person, Sentence
from annotator.project.answers import Recorded, check_seen, own_token
from annotator.project.desks import Desk
from annotator.project.results import Results
from annotator.store import documents
from annotator.store import repeats as rows
from annotator.store.file import write
from annotator.store.repeats import Candidate, Draft, Plan

MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class Repeat:
    """A sentence that a person is to look at once more by now."""

    document: str
    sid: str
    done: bool


class Repeats(Results):
    def plan_repeats(self, round: int, share: int, days: int, by: str | None = None) -> None:
        """This share of what people finish in a round, in percent, comes again after so many days."""
        if not 0 <= share <= 100:
            raise Invalid("The share is a whole number from 0 to 100.", field="share")
        if not 1 <= days <= MOST_DAYS:
            raise Invalid("The days are a whole number from 1 to %(most)s.", field="days", most=MOST_DAYS)
        with write(self.db):
            plan = Plan(share, days)
            if self.repeats_planned().get(self.round(round).id) != plan:
                rows.append_plan(self.db, round, plan, by)

    def repeats_planned(self) -> dict[int, Plan]:
        """What was chosen for each round last; nothing for a round where it never was."""
        return rows.plans(self.db)

    def repeats(self, person: Person) -> list[Repeat]:
        """What this person is to look at once more by now, and already did, in reading order."""
        kinds = self.codebook().queue_units
        now = datetime.datetime.now(datetime.UTC)
        found: dict[int, Repeat] = {}
        for round, plan in self.repeats_planned().items():
            if not plan.share:
                continue
            before = (now - datetime.timedelta(days=plan.days)).isoformat(timespec="milliseconds")
            finished = rows.candidates(self.db, round, person.name, kinds)
            for one in drawn(finished, round, person.name, plan.share):
                # ISO 8601 in UTC sorts by time; "+00:00" sorts before "Z" and costs at most a millisecond.
                if one.first_at <= before:
                    found[one.key] = Repeat(one.document, one.sid, one.again)
        ids = {one.document for one in found.values()}
        ready = {one.id for one in documents.some(self.db, ids) if one.stage == "ready"}
        return [one for one in found.values() if one.document in ready]

    def again_desk(self, doc_id: str, sid: str, person: Person, shown: range | None = None) -> Desk:
        """The document as if this person had answered nothing in it, but for a second answer here."""
        sentence = self._to_repeat(doc_id, sid, person)
        second = rows.current(self.db, sentence.key, person.name)
        return replace(
            self.desk(doc_id, person, shown, also=[sid]),
            annotations={sid: self._read(second)} if second else {},
            undo=None,
            redo=None,
            undo_of=None,
            redo_of=None,
            joined=frozenset(),
            closed=False,
        )

    def answer_again(
        self,
        doc_id: str,
        sid: str,
        person: Person,
        form: annotate.Form,
        *,
        seen: int | None,
        token: str,
        shown: int | None = None,
        seconds: float | None = None,
    ) -> Recorded:
        """Take one submitted form of the second time. What was answered first stays as it is."""
        with write(self.db):
            sentence = self._to_repeat(doc_id, sid, person)
            own = own_token(sentence, person, token, shown)
            stored = rows.by_token(self.db, own) if own else None
            if stored is not None:
                return self._recorded_again(stored)
            current = rows.current(self.db, sentence.key, person.name)
            check_seen(current, seen)
            given = current.answer if current else Answer()
            answer, warnings, row = self._applied(form, given, sentence, person)
            kept = self._kept(answer, given)
            id = rows.append(self.db, Draft(sentence, person.name, kept, row, own, seconds))
        return self._recorded_again(id, warnings)

    def _recorded_again(self, id: int, warnings: tuple[str, ...] = ()) -> Recorded:
        return Recorded(id, warnings, lambda: self._read(rows.get(self.db, id)))

    def agreement_with_oneself(
        self,
        *,
        documents: Sequence[str] | None = None,
        people: Sequence[str] | None = None,
        own_voice: bool = True,
        round: int | None = None,
    ) -> Mapping[str, Report]:
        """Person → how far their two answers to the same sentences agree."""
        documents, people = self._within(documents, people, round)
        read, book = self._reader(), self.codebook()
        first, second = {}, {}
        for pair in rows.pairs(self.db, documents, people):
            name = (pair.sentence.key, pair.second.person)
            first[name] = _rated(pair.sentence, pair.second.person, read(pair.first).answer)
            second[name] = _rated(pair.sentence, pair.second.person, read(pair.second).answer)
        left_out = () if own_voice else [actor.id for actor in book.actors if actor.type == "author"]
        found: dict[str, Report] = {}
        for person in sorted({name for _, name in first}):
            once, again = ([r for (_, who), r in some.items() if who == person] for some in (first, second))
            found.update(oneself(once, again, left_out=left_out))
        return found

    def _to_repeat(self, doc_id: str, sid: str, person: Person) -> Sentence:
        self.open_to(doc_id, person)
        if not any((one.document, one.sid) == (doc_id, sid) for one in self.repeats(person)):
            raise Missing("This sentence is not one to look at once more.")
        return self.sentence(doc_id, sid)


def drawn(finished: Sequence[Candidate], round: int, person: str, share: int) -> list[Candidate]:
    """So many in a hundred, rounded up: those looked at already, then by a rank nobody can foresee.

    >>> some = [Candidate(key, "d", f"s{key}", "", False) for key in range(1, 22)]
    >>> [one.key for one in drawn(some, 1, "Ana", 5)], len(drawn(some, 1, "Ana", 100))
    ([6, 21], 21)
    """

    def rank(one: Candidate) -> tuple[bool, str]:
        return not one.again, hashlib.sha256(f"{round}/{person}/{one.key}".encode()).hexdigest()

    taken = {one.key for one in sorted(finished, key=rank)[: -(-len(finished) * share // 100)]}
    return [one for one in finished if one.key in taken]


def _rated(sentence: Sentence, person: str, answer: Answer) -> Rated:
    order = sentence.order or 0
    return Rated(sentence.document, sentence.id, order, sentence.text, sentence.kind, {person: answer})

"""Settling: what is left to settle, final answers, taking one back. What people answered never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotator import annotate, settle
from annotator.agreement import align
from annotator.model import (
    Annotation,
    Claim,
    Document,
    Invalid,
    Missing,
    Person,
    Said,
    Sentence,
    Stale,
)
from annotator.project.results import Results, chosen
from annotator.settle import Case, Group, Vote
from annotator.store import annotations as answer_rows
from annotator.store import sentences
from annotator.store import settlements as rows
from annotator.store.annotations import Overlap
from annotator.store.file import write
from annotator.store.settlements import Draft, Settlement


@dataclass(frozen=True, slots=True)
class Queue:
    """What the lead sees of all sentences that two or more people finished."""

    groups: tuple[Group, ...]  # still to settle
    unanimous: int  # sentences that one act would settle
    settled: int
    stale: tuple[Case, ...]  # settled, but an answer was changed since
    total: int

    @property
    def open(self) -> tuple[Case, ...]:
        return tuple(case for group in self.groups for case in group.cases)

    def after(self, document: str, sid: str) -> Case | None:
        """What comes after a sentence in the queue; from the start after the last."""
        waiting = self.open
        at = next((n for n, case in enumerate(waiting) if case.key == (document, sid)), -1)
        left = (*waiting[at + 1 :], *waiting[: max(at, 0)])
        return left[0] if left else None


@dataclass(frozen=True, slots=True)
class Item:
    """One sentence to settle, with everything a page needs to say about it."""

    document: Document
    sentence: Sentence
    case: Case
    settlement: Settlement | None  # that stands
    former: Settlement | None  # that stood last, also when it was taken back
    seen: int  # changes with every settling and reopening

    @property
    def stale(self) -> bool:
        return self.settlement is not None and self.settlement.votes != self.case.ids


class Settling(Results):
    _cases_of: object = None  # whose cases are remembered, under which merges of speakers
    _known_cases: dict[tuple[int, ...], Case]

    def queue(self, person: Person, documents: Sequence[str] | None = None) -> Queue:
        """What is left to settle, by the answers that are mixed up."""
        final = rows.votes(self.db, documents)
        waiting, differing, stale = [], [], []
        alike = settled = total = 0
        overlaps = answer_rows.overlaps(self.db, self.codebook().queue_units, documents)
        changed = {
            one.sentence for one in overlaps if one.sentence in final and final[one.sentence] != one.ids
        }
        wanted = [one for one in overlaps if not one.same or one.sentence in changed]
        cases = self._remembered(wanted, person)
        for one in overlaps:
            total += 1
            case = cases.get(one.sentence)
            differs = case is not None and bool(case.apart)
            if case is not None and differs:
                differing.append(case)
            if one.sentence in final:
                settled += 1
                if case is not None and one.sentence in changed:
                    stale.append(case)
            elif case is not None and differs:
                waiting.append(case)
            else:
                alike += 1
        groups = settle.grouped(waiting, among=differing)
        return Queue(groups, alike, settled, tuple(stale), total)

    def to_settle(self, doc_id: str, sid: str, person: Person) -> Item:
        """A sentence as people answered it, in an order that is the lead's own."""
        document, sentence = self.document(doc_id), self.sentence(doc_id, sid)
        case = self._case(sentence, person)
        return Item(
            document=document,
            sentence=sentence,
            case=case,
            settlement=rows.current(self.db, sentence.key),
            former=rows.last_of(self.db, sentence.key),
            seen=rows.newest(self.db, sentence.key),
        )

    def settle(
        self, doc_id: str, sid: str, person: Person, form: settle.Form, *, seen: int | None, votes: str
    ) -> Settlement:
        """Take one final answer. Stale where another lead was first, or an answer was changed meanwhile."""
        with write(self.db):
            sentence = self.sentence(doc_id, sid)
            case = self._case(sentence, person)
            row, book = self._codebook_in_force()
            reason, note = _reason(form), _note(form)
            answer = settle.final(case, form, book)
            answer, _ = annotate.check(answer, sentence, book, quote_open=self._quote_open(sentence))
            standing = rows.current(self.db, sentence.key)
            draft = Draft(sentence, answer, "settled", reason, note, case.ids, row, person.name)
            if standing is not None and _same(standing, draft):
                return standing  # sent twice: stored once
            if seen != rows.newest(self.db, sentence.key):
                raise Stale(_changed_by(standing))
            if votes != votes_seen(case):
                raise Stale("An answer to this sentence was changed meanwhile. Here it is as it is now.")
            rows.append(self.db, draft)
            found = rows.current(self.db, sentence.key)
        assert found
        return found

    def reopen_settled(self, doc_id: str, sid: str, person: Person, *, seen: int | None) -> None:
        """Take the final answer of a sentence back. Done twice, it is done once."""
        with write(self.db):
            sentence = self.sentence(doc_id, sid)
            standing = rows.current(self.db, sentence.key)
            if standing is None:
                return
            if seen != rows.newest(self.db, sentence.key):
                raise Stale(_changed_by(standing))
            rows.append_reopening(self.db, standing, doc_id, person.name)

    def settle_unanimous(self, person: Person, documents: Sequence[str] | None = None) -> int:
        """Make final what everybody answered alike; how many sentences. Nobody's own decision is touched."""
        count = 0
        with write(self.db):
            row, book = self._codebook_in_force()
            final = rows.votes(self.db, documents)
            for sentence, case in self._cases(documents, person):
                answer = settle.unanimous(case) if sentence.key not in final else None
                if answer is None:
                    continue
                try:
                    checked, _ = annotate.check(answer, sentence, book, quote_open=self._quote_open(sentence))
                except Invalid:
                    continue  # the codebook asks for more by now: somebody has to look
                draft = Draft(sentence, checked, "unanimous", None, None, case.ids, row, person.name)
                rows.append(self.db, draft)
                count += 1
        return count

    def last_settled(self, person: Person) -> tuple[str, str, int] | None:
        """(document, sentence, seen) of what this person settled last and may take back."""
        last = rows.last_by(self.db, person.name)
        if last is None:
            return None
        sentence = sentences.by_key(self.db, last.sentence)
        return sentence.document, sentence.id, rows.newest(self.db, last.sentence)

    # -------------------------------------------------------------- reading

    def _cases(self, documents: Sequence[str] | None, person: Person) -> Iterator[tuple[Sentence, Case]]:
        """Every queued sentence that two or more finished, in reading order."""
        kinds = self.codebook().queue_units
        read = self._reader()
        answered: list[Annotation] = []
        current: Sentence | None = None
        for sentence, annotation in answer_rows.stream(
            self.db, chosen(documents, None, ("claims", "no_claim"))
        ):
            if sentence.kind not in kinds:
                continue
            if current is not None and sentence.key != current.key:
                if len(answered) > 1:
                    yield current, _as_case(current, answered, person)
                answered = []
            current = sentence
            answered.append(read(annotation))
        if current is not None and len(answered) > 1:
            yield current, _as_case(current, answered, person)

    def _remembered(self, wanted: Sequence[Overlap], person: Person) -> Mapping[int, Case]:
        """Cases by sentence. An answer never changes under its id, so each is put together once."""
        merged = tuple(sorted(self.registry().merged.items()))
        if self._cases_of != (merged, person.name):
            self._cases_of, self._known_cases = (merged, person.name), {}
        missing = [one for one in wanted if one.ids not in self._known_cases]
        read = self._reader()
        answered: dict[int, list[Annotation]] = {}
        for annotation, _ in answer_rows.of_sentences(self.db, [one.sentence for one in missing]):
            if annotation.answer.finished:
                answered.setdefault(annotation.sentence, []).append(read(annotation))
        for one in missing:
            sentence = sentences.by_key(self.db, one.sentence)
            self._known_cases[one.ids] = _as_case(sentence, answered[one.sentence], person)
        return {one.sentence: self._known_cases[one.ids] for one in wanted}

    def _case(self, sentence: Sentence, person: Person) -> Case:
        read = self._reader()
        found = (read(annotation) for annotation, _ in answer_rows.of_sentences(self.db, [sentence.key]))
        answered = [annotation for annotation in found if annotation.answer.finished]
        if len(answered) < 2:
            raise Missing("Fewer than two people finished this sentence, so there is nothing to settle yet.")
        return _as_case(sentence, answered, person)


def votes_seen(case: Case) -> str:
    """What a page keeps of the votes it showed, to tell whether they changed."""
    return hashlib.sha256(repr(case.ids).encode()).hexdigest()[:16]


def _as_case(sentence: Sentence, answered: Sequence[Annotation], person: Person) -> Case:
    by_name = {annotation.person: annotation for annotation in answered}
    names = settle.shuffled(by_name, person.name, f"{sentence.document}/{sentence.id}")
    claims = {name: by_name[name].answer.claims for name in names}
    clusters = align(claims, sentence.text) if any(claims.values()) else ()
    return Case(
        document=sentence.document,
        sentence=sentence.id,
        order=sentence.order or 0,
        votes=tuple(Vote(by_name[name].id, name, by_name[name].answer) for name in names),
        rows=tuple(tuple(_member(cluster.members, claims, name) for name in names) for cluster in clusters),
    )


def _member(members: Mapping[str, int], claims: Mapping[str, Sequence[Claim]], name: str) -> Claim | None:
    return claims[name][members[name]] if name in members else None


def _same(standing: Settlement, draft: Draft) -> bool:
    given = Draft(
        draft.sentence, standing.answer, standing.kind, standing.reason, standing.note,
        standing.votes, draft.codebook, standing.person,
    )  # fmt: skip
    return given == draft


def _changed_by(standing: Settlement | None) -> Said:
    if standing is None:
        return Said("The final answer of this sentence was taken back meanwhile. Nothing of yours is lost.")
    return Said(
        "%(name)s settled this sentence meanwhile. Nothing of yours is lost: it is still filled in here.",
        name=standing.person,
    )


def _reason(form: settle.Form) -> str | None:
    reason = form.get("reason") or None
    if reason not in (None, *settle.REASONS):
        raise Invalid("This page is out of date. Reload it and try again.")
    return reason


def _note(form: settle.Form) -> str | None:
    note = (form.get("note") or "").strip() or None
    if note and len(note) > 10_000:
        raise Invalid(
            "This text has %(count)s characters. Shorten it to %(limit)s.",
            count=len(note), limit=10_000, field="note",
        )  # fmt: skip
    return note

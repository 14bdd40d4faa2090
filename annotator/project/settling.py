"""Settling: what is left to settle, final answers, taking one back. What people answered never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotator import annotate, settle, speakers
from annotator.model import (
    Annotation,
    Answer,
    Codebook,
    Document,
    Invalid,
    Missing,
    Person,
    Said,
    Sentence,
    Stale,
    Status,
)
from annotator.project.finals import Unsettled
from annotator.project.queueing import Queueing, as_case
from annotator.project.results import chosen
from annotator.settle import Case, Vote
from annotator.store import annotations as answer_rows
from annotator.store import sentences
from annotator.store import settlements as rows
from annotator.store.file import write
from annotator.store.settlements import Draft, Settlement

MOST_CLAIMS = 100  # of one sentence


@dataclass(frozen=True, slots=True)
class Item:
    """One sentence to settle, with everything a page needs to say about it."""

    document: Document
    sentence: Sentence
    case: Case
    settlement: Settlement | None  # that stands
    former: Settlement | None  # that stood last, also when it was taken back
    seen: int  # changes with every settling and reopening
    left: tuple[Settlement, ...] = ()  # given to this text before it was changed
    moved: Answer | None = None  # those, on the words they were on

    @property
    def stale(self) -> bool:
        return self.settlement is not None and self.settlement.votes != self.case.ids


class Settling(Queueing):
    def to_settle(self, doc_id: str, sid: str, person: Person) -> Item:
        """A sentence as people answered it, in an order that is the lead's own."""
        self.must_see(doc_id, person)
        document, sentence = self.document(doc_id), self.sentence(doc_id, sid)
        case = self._case(sentence, person)
        former = rows.last_of(self.db, sentence.key)
        left = [] if former else [one for one in self.unsettled([doc_id]) if sentence in one.waiting]
        return Item(
            document=document,
            sentence=sentence,
            case=case,
            settlement=rows.current(self.db, sentence.key),
            former=former,
            seen=rows.newest(self.db, sentence.key),
            left=tuple(one.settlement for one in left),
            moved=_moved(left, sentence),
        )

    def settle(
        self, doc_id: str, sid: str, person: Person, form: settle.Form, *, seen: int | None, votes: str
    ) -> Settlement:
        """Take one final answer. Stale where another lead was first, or an answer was changed meanwhile."""
        with write(self.db):
            self.must_see(doc_id, person)
            sentence = self.sentence(doc_id, sid)
            case = self._case(sentence, person)
            row, book = self._codebook_in_force()
            reason, note = _reason(form), _note(form)
            answer = settle.final(case, _Looked(form, _speakers(form, book)), book)
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
            self.must_see(doc_id, person)
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
            documents = self.seen_by(person, documents)
            final = rows.votes(self.db, documents)
            left = self.contested(person, documents).cases  # somebody has to look at these
            for sentence, case in self._cases(documents, person):
                open = sentence.key not in final and sentence.key not in left
                answer = settle.unanimous(case) if open else None
                if answer is None:
                    continue
                checked, _ = annotate.check(answer, sentence, book, quote_open=self._quote_open(sentence))
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
        if sentence.document in self.blind_in(person):
            return None
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
                    yield current, _case_of(current, answered, person)
                answered = []
            current = sentence
            answered.append(read(annotation))
        if current is not None and len(answered) > 1:
            yield current, _case_of(current, answered, person)

    def _case(self, sentence: Sentence, person: Person) -> Case:
        read = self._reader()
        found = (read(annotation) for annotation, _ in answer_rows.of_sentences(self.db, [sentence.key]))
        answered = [annotation for annotation in found if annotation.answer.finished]
        if len(answered) < 2:
            raise Missing("Fewer than two people finished this sentence, so there is nothing to settle yet.")
        return _case_of(sentence, answered, person)


def votes_seen(case: Case) -> str:
    """What a page keeps of the votes it showed, to tell whether they changed."""
    return hashlib.sha256(repr(case.ids).encode()).hexdigest()[:16]


def _case_of(sentence: Sentence, answered: Sequence[Annotation], person: Person) -> Case:
    votes = [Vote(one.id, one.person, one.answer) for one in answered]
    return as_case(sentence.document, sentence.id, sentence.text, votes, person)


def _moved(left: Sequence[Unsettled], sentence: Sentence) -> Answer | None:
    """What final answers given before a change of the text say about the sentence as it is now."""
    given = {one.was.id: one.settlement.answer for one in left}
    answer = annotate.carried([one.was.unit for one in left], given, [sentence.unit]).get(sentence.id)
    return answer if answer and (answer.claims or answer.status is Status.NO_CLAIM) else None


@dataclass(frozen=True, slots=True)
class _Looked:
    """A form with the speakers that were named in words."""

    form: settle.Form
    found: Mapping[str, str]

    def get(self, key: str, /) -> str | None:
        return self.form.get(key)

    def getlist(self, key: str, /) -> list[str]:
        return [*self.form.getlist(key), *([self.found[key]] if key in self.found else [])]


def _speakers(form: settle.Form, codebook: Codebook) -> dict[str, str]:
    """Whom the names typed for each claim mean, by the field of the form they belong to."""
    found = {}
    for n in range(1, MOST_CLAIMS):
        name = " ".join((form.get(f"{n}-named") or "").split())
        if not name:
            continue
        actor = speakers.exactly(codebook.actors, name)
        if actor is None:
            raise Invalid(
                "There is no speaker named “%(name)s”. Choose one from the list.",
                name=name[:60],
                field="speaker",
                claim=n,
            )
        found[f"{n}-speaker"] = actor.id
    return found


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

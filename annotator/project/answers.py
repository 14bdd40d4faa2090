"""Answers: giving them, taking them back, giving them again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from annotator import annotate
from annotator.model import (
    Annotation,
    Answer,
    Counted,
    Invalid,
    Kind,
    Person,
    Said,
    Sentence,
    Stale,
    Status,
)
from annotator.project.desks import SENTENCES_BEFORE, Desks
from annotator.store import annotations as answer_rows
from annotator.store import codebooks, sentences
from annotator.store.annotations import Draft
from annotator.store.file import write


@dataclass(frozen=True)
class Recorded:
    id: int
    warnings: tuple[str, ...]
    _read: Callable[[], Annotation] = field(compare=False)

    @cached_property
    def annotation(self) -> Annotation:
        """The answer as it is stored. A page goes on without looking at it again."""
        return self._read()


@dataclass(frozen=True, slots=True)
class Undone:
    sid: str
    text: Said  # what was undone


class Answers(Desks):
    def record(
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
        """Take one submitted form. The same form again, under the same token, changes nothing.

        `seen` is the answer and `shown` the row of the sentence that the page had before it.
        """
        adding = bool((form.get("new_speaker") or "").strip())
        with write(self.db), contextlib.nullcontext() if adding else self._as_it_stands():
            self.open_to(doc_id, person)
            sentence = self._sentence(doc_id, sid)
            if sentence.order is None:
                raise Invalid("Bylines and links are not annotated. Go on with the next sentence.")
            own = own_token(sentence, person, token, shown)
            stored = answer_rows.by_token(self.db, own) if own else None
            if stored is None:
                self._check_not_finished(doc_id, person)
                current = answer_rows.current(self.db, sentence.key, person.name)
            else:
                current = answer_rows.before(self.db, stored)
            if stored is None:
                check_seen(current, seen)
            given = current.answer if current else Answer()
            answer, warnings, row = self._applied(form, given, sentence, person)
            if stored is None:
                kept = self._kept(answer, given)
                if current and kept == given and self._made_under(current) == row:
                    return self._recorded(current.id, warnings)  # nothing new: nothing to undo
                draft = Draft(sentence, person.name, kept, row, token=own, seconds=seconds)
                stored = answer_rows.append(self.db, draft)
            elif self._read(answer_rows.get(self.db, stored)).answer != answer:
                raise Stale("An answer from this page was saved before. Here it is; change it if need be.")
        return self._recorded(stored, warnings)

    def _recorded(self, id: int, warnings: tuple[str, ...]) -> Recorded:
        return Recorded(id, warnings, lambda: self._read(answer_rows.get(self.db, id)))

    def _applied(
        self, form: annotate.Form, given: Answer, sentence: Sentence, person: Person
    ) -> tuple[Answer, tuple[str, ...], int]:
        """The answer after this form, its warnings, and the version of the codebook that it is made under."""
        typed = self._with_speakers(form, person, sentence.document)
        row, book = self._codebook_in_force()
        before, quote_open = self._read_answer(given), self._quote_open(sentence)
        answer, warnings = annotate.apply(before, typed, sentence, book, quote_open=quote_open)
        return answer, warnings, row

    def seen(self, id: int | None, person: Person) -> Annotation | None:
        """An answer of theirs that an old page had before it."""
        stored = answer_rows.known(self.db, id) if id is not None else None
        return self._read(stored) if stored and stored.person == person.name else None

    def shown(self, doc_id: str, key: int) -> Sentence | None:
        """A sentence as an old page had it, whatever became of its text."""
        sentence = sentences.known(self.db, key)
        return sentence if sentence and sentence.document == doc_id else None

    def take_answers(self, doc_id: str, person: Person, answers: Mapping[str, Answer], at: str) -> None:
        """Store ready answers of one person, each checked like a form; all or none."""
        row, book = self._codebook_in_force()
        with write(self.db):
            for sid, answer in answers.items():
                sentence = self.sentence(doc_id, sid)
                checked, _ = annotate.check(answer, sentence, book, quote_open=self._quote_open(sentence))
                answer_rows.append(self.db, Draft(sentence, person.name, checked, row, at=at))

    def undo(self, doc_id: str, person: Person, of: int | None = None) -> Undone | None:
        """Take back the newest answer in this document; None where there is nothing to undo.

        `of` is the answer the page offered to take back: asked twice, it is taken back once.
        """
        with write(self.db):
            self._still_open(doc_id, person)
            target = answer_rows.last_answer(self.db, doc_id, person.name)
            return self._turned(target, "undo", person, of)

    def redo(self, doc_id: str, person: Person, of: int | None = None) -> Undone | None:
        """Give back the answer undone last; None where there is none."""
        with write(self.db):
            self._still_open(doc_id, person)
            target = answer_rows.last_undone(self.db, doc_id, person.name)
            return self._turned(target, "redo", person, of)

    def _turned(self, target: int | None, action: str, person: Person, of: int | None) -> Undone | None:
        if of is not None and of != target:
            if answer_rows.last_turn(self.db, of, person.name) == action:
                return self._said(of)
            raise Stale("Something was changed in another window. Here it is as it is now.")
        return None if target is None else self._restore(target, action)

    def _with_speakers(self, form: annotate.Form, person: Person, doc_id: str) -> annotate.Form:
        """The form with merged speakers under their new id, and with the speaker typed as new."""
        name = (form.get("new_speaker") or "").strip()
        new = self._added(name, person, self.document(doc_id).lang).id if name else None
        return _Typed(form, self.registry().merged, new)

    def _restore(self, target: int, action: str) -> Undone:
        about = answer_rows.get(self.db, target)
        earlier = answer_rows.before(self.db, target)
        before = earlier.answer if earlier else Answer()
        sentence = sentences.by_key(self.db, about.sentence)
        answer = before if action == "undo" else about.answer
        row = self._made_under(earlier if action == "undo" else about)
        draft = Draft(sentence, about.person, answer, row, action=action, target=target)
        answer_rows.append(self.db, draft)
        return self._said(target)

    def _said(self, target: int) -> Undone:
        """What undo and redo say of an answer: where it was and what it changed."""
        about, earlier = answer_rows.get(self.db, target), answer_rows.before(self.db, target)
        before = earlier.answer if earlier else Answer()
        sid = sentences.by_key(self.db, about.sentence).id
        return Undone(sid, _summary(self._read_answer(before), self._read(about).answer))

    def _made_under(self, annotation: Annotation | None) -> int:
        """The version of the codebook that an answer keeps when it comes back."""
        return codebooks.row(self.db, annotation.codebook) if annotation else self._codebook_in_force()[0]

    def _quote_open(self, sentence: Sentence) -> bool:
        """Whether a quotation runs on into the sentence."""
        text = self._text(sentence.document)
        if text is None:
            before = sentences.texts_before(self.db, sentence, Kind.BODY, SENTENCES_BEFORE)
        else:
            nearest = text.before(sentence.position, (Kind.BODY,), SENTENCES_BEFORE)
            before = [one.text for one in reversed(nearest)]
        return annotate.quote_open(before)


def own_token(sentence: Sentence, person: Person, token: str, shown: int | None) -> str | None:
    """The token as it is stored: it says nothing about anybody else, or about another sentence.

    Stale where the page showed another text, in row `shown`, than the one this sentence has now.
    """
    if shown not in (None, sentence.key):
        raise Stale("The text of this sentence was changed. Here it is as it is now.")
    return f"{sentence.key}/{person.name}/{token}" if token else None


def check_seen(current: Annotation | None, seen: int | None) -> None:
    if (current.id if current else None) != seen:
        raise Stale("This sentence was changed in another window. Here it is as it is now.")


class _Typed:
    """A form whose speakers everybody knows."""

    def __init__(self, form: annotate.Form, merged: Mapping[str, str], new: str | None):
        self._form, self._merged, self._new = form, merged, new

    def get(self, key: str, /) -> str | None:
        return self._form.get(key)

    def getlist(self, key: str, /) -> list[str]:
        given = self._form.getlist(key)
        if key not in ("speaker", "via"):
            return given
        new = [self._new] if self._new and key == "speaker" else []
        return [self._merged.get(id, id) for id in given] + new


def _summary(before: Answer, after: Answer) -> Said:
    """What undo says it took back.

    >>> _summary(Answer(), Answer(Status.NO_CLAIM))
    'no claim'
    """
    if len(after.claims) < len(before.claims):
        return Said("a deleted claim")
    if after.status is Status.CLAIMS:
        return Counted("%(n)s claim", "%(n)s claims", len(after.claims))
    words = {
        Status.NO_CLAIM: Said("no claim"),
        Status.SKIPPED: Said("skip"),
        Status.DUPLICATE: Said("repeat"),
    }
    return words.get(after.status, Said("comment or flag"))

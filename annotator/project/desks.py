"""Desks: a document as one person annotates it, whole or as much of it as a page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotator.model import Annotation, Document, Kind, Missing, Person, Sentence
from annotator.project.importing import Importing
from annotator.project.texts import SHORT, Text
from annotator.store import annotations as answer_rows
from annotator.store import places, sentences
from annotator.store.file import Database

OPENABLE = (Kind.TITLE, Kind.HEADING, Kind.BODY, Kind.PULLQUOTE, Kind.CAPTION)
"""What can be annotated, whether it is queued or not."""

_REMEMBERED = 20  # documents

SENTENCES_BEFORE = 10
"""A quotation rarely runs over more sentences; looking further back costs and finds nothing."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a sentence stands in its document, and which ways lead on from it."""

    document: Document
    sentence: Sentence
    units: int  # of the whole document
    at: int  # units before it
    number: int | None  # among the queued, from 1
    before: str | None  # what can be opened beside it
    after: str | None
    unfinished: str | None  # the next one after it without an answer, from the start after the last
    version: int  # changes with every change of the text


@dataclass(frozen=True, slots=True)
class Desk:
    """A document as one person annotates it: some of its sentences, counts of all."""

    document: Document
    sentences: tuple[Sentence, ...]
    annotations: Mapping[str, Annotation]
    numbers: Mapping[str, int]  # of the queued among these sentences, from 1
    total: int  # queued in the whole document
    done: int
    undo: str | None  # the sentence that undo, or redo, would change
    redo: str | None
    undo_of: int | None = None  # the answer that would be taken back, or given again
    redo_of: int | None = None
    speakers: tuple[str, ...] = ()  # given in this document, by when they first were
    joined: frozenset[str] = field(default_factory=frozenset)  # where claims are read as one after a merge
    closed: bool = False  # finished by this person: to be read, not changed

    @property
    def queued(self) -> tuple[str, ...]:
        """The queued among these sentences."""
        here = {sentence.id for sentence in self.sentences}
        return tuple(sid for sid in self.numbers if sid in here)


class Desks(Importing):
    def __init__(self, db: Database, path: Path):
        super().__init__(db, path)
        self._orders: dict[str, tuple[tuple[int, Sequence[str]], places.Order]] = {}
        self._through: dict[tuple[str, str], tuple[tuple[int, Sequence[str]], int, set[int]]] = {}

    def desk(
        self, doc_id: str, person: Person, shown: range | None = None, *, also: Sequence[str] = ()
    ) -> Desk:
        """The whole document; or the units in `shown`, counted from 0, and `also` those with these ids.

        With the first in `also` come those before it in which a quotation may have begun.
        """
        document = self.open_to(doc_id, person)
        found = self.sentences(doc_id) if shown is None else self._units_at(doc_id, shown, also)
        about = found if shown is None or shown else _told_of(found, also)
        stored = answer_rows.of_person(self.db, person.name, about)
        reader = self._reader()
        read = {sid: reader(annotation) for sid, annotation in stored.items()}
        closed = self.finished(doc_id, person)
        last = None if closed else answer_rows.last_answer(self.db, doc_id, person.name)
        undone = None if closed else answer_rows.last_undone(self.db, doc_id, person.name)
        return Desk(
            document=document,
            sentences=tuple(found),
            annotations=read,
            numbers=self._numbers(doc_id, found, whole=shown is None),
            total=len(self._order(doc_id).queued),
            done=len(self._done(doc_id, person)),
            undo=self._sentence_of(last),
            redo=self._sentence_of(undone),
            undo_of=last,
            redo_of=undone,
            speakers=self.speakers_used(doc_id, person),
            joined=frozenset(
                sid for sid in stored if len(read[sid].answer.claims) < len(stored[sid].answer.claims)
            ),
            closed=closed,
        )

    def whereabouts(self, doc_id: str, sid: str, person: Person) -> Whereabouts:
        """Where a sentence stands; Missing where there is none by that name to annotate."""
        document = self.open_to(doc_id, person)
        text = self._text(doc_id)
        sentence = text.get(sid) if text else sentences.get(self.db, doc_id, sid)
        if sentence is None or sentence.kind not in OPENABLE:
            raise Missing("There is no sentence %(id)s to annotate in this document.", id=sid)
        kinds, position = self.codebook().queue_units, sentence.position
        order = self._order(doc_id)
        return Whereabouts(
            document=document,
            sentence=sentence,
            units=len(order.units),
            at=order.before(position),
            number=order.number(position) if sentence.kind in kinds else None,
            before=self._preceding(doc_id, position),
            after=self._following(doc_id, position),
            unfinished=self._unfinished(doc_id, person, sentence.id, position),
            version=self.text_version(doc_id),
        )

    def next_unfinished(self, doc_id: str, person: Person, after: str | None = None) -> str | None:
        """The next queued sentence neither answered nor skipped, from `after` on, then from the start."""
        position = self._position_of(doc_id, after) if after else None
        return self._unfinished(doc_id, person, after, position)

    def following(self, doc_id: str, sid: str) -> str:
        """The queued sentence after `sid`; the last one stays."""
        sentence = self.sentence(doc_id, sid)
        kinds = self.codebook().queue_units
        return places.following(self.db, doc_id, kinds, sentence.position) or sid

    def first(self, doc_id: str) -> str | None:
        """Where a document begins that has nothing unfinished."""
        for kinds in (self.codebook().queue_units, OPENABLE):
            found = places.following(self.db, doc_id, kinds, -1.0)
            if found:
                return found
        return None

    def skipped(self, doc_id: str, person: Person) -> dict[str, int]:
        """The queued sentences this person skipped, with their numbers."""
        return places.skipped(self.db, doc_id, self.codebook().queue_units, person.name)

    def flagged(self, doc_id: str, person: Person) -> dict[str, int]:
        """The queued sentences this person flagged for the lead, with their numbers."""
        return places.flagged(self.db, doc_id, self.codebook().queue_units, person.name)

    def outline(self, doc_id: str) -> list[tuple[str, str]]:
        """(id, kind) of every unit in reading order."""
        return places.outline(self.db, doc_id)

    def text_version(self, doc_id: str) -> int:
        """Changes with every change of the document's text."""
        return self._lasting(("text", doc_id), lambda: places.text_version(self.db, doc_id))

    # -------------------------------------------------------------- reading

    def _text(self, doc_id: str) -> Text | None:
        """The units of a document that is short enough to hold them all."""
        key = self._lasting(("units", doc_id), lambda: places.units_version(self.db, doc_id))
        text: Text | None = self._standing.text(key)
        if text is None and self._moment is not None and len(self._order(doc_id).units) <= SHORT:
            text = Text(sentences.of_document(self.db, doc_id))
            self._standing.keep_text(key, text, len(text))
        return text

    def _unfinished(
        self, doc_id: str, person: Person, after: str | None, position: float | None
    ) -> str | None:
        """The next queued sentence without an answer. Who goes there will ask for the one after it too."""

        def read() -> str | None:
            kinds = self.codebook().queue_units
            first, second = places.unfinished(self.db, doc_id, kinds, person.name, position)
            if first and second:
                self._once(("unfinished", doc_id, person.name, first), lambda: second)
            return first

        return self._once(("unfinished", doc_id, person.name, after), read)

    def _sentence(self, doc_id: str, sid: str) -> Sentence:
        text = self._text(doc_id)
        return (text.get(sid) if text else None) or self.sentence(doc_id, sid)

    def _position_of(self, doc_id: str, sid: str) -> float | None:
        text = self._text(doc_id)
        if text is None:
            return places.position_of(self.db, doc_id, sid)
        sentence = text.get(sid)
        return sentence.position if sentence else None

    def _preceding(self, doc_id: str, position: float) -> str | None:
        text = self._text(doc_id)
        if text is None:
            return places.preceding(self.db, doc_id, OPENABLE, position)
        return next((one.id for one in text.before(position, OPENABLE, 1)), None)

    def _following(self, doc_id: str, position: float) -> str | None:
        text = self._text(doc_id)
        if text is None:
            return places.following(self.db, doc_id, OPENABLE, position)
        found = text.after(position, OPENABLE)
        return found.id if found else None

    def _stretch(self, doc_id: str, first: float, last: float) -> Sequence[Sentence]:
        text = self._text(doc_id)
        return text.stretch(first, last) if text else sentences.stretch(self.db, doc_id, first, last)

    def _first_before(self, doc_id: str, position: float) -> float:
        """Where the first sentence stands of those before a position in which a quotation may begin."""
        text = self._text(doc_id)
        if text is None:
            return places.position_before(self.db, doc_id, Kind.BODY, position, SENTENCES_BEFORE)
        before = text.before(position, (Kind.BODY,), SENTENCES_BEFORE)
        return before[-1].position if before else position

    def _order(self, doc_id: str) -> places.Order:
        """Where the units stand; read anew only when the text, or what is queued of it, changed."""
        kinds = self.codebook().queue_units
        state = (self.text_version(doc_id), kinds)
        known = self._orders.get(doc_id)
        if known is None or known[0] != state:
            if len(self._orders) >= _REMEMBERED:
                self._orders.clear()
            known = self._orders[doc_id] = (state, places.order(self.db, doc_id, kinds))
        return known[1]

    def _done(self, doc_id: str, person: Person) -> set[int]:
        """The queued units this person finished. Answers are only appended: newer ones are all to read."""
        kinds = self.codebook().queue_units
        state = (self.text_version(doc_id), kinds)
        known = self._through.get((doc_id, person.name))
        _, before, found = known if known and known[0] == state else (state, 0, set[int]())
        newer = places.finished(self.db, doc_id, kinds, person.name, before)
        for _, unit, over in newer:
            (found.add if over else found.discard)(unit)
        if len(self._through) >= _REMEMBERED:
            self._through.clear()
        self._through[doc_id, person.name] = (state, newer[-1][0] if newer else before, found)
        return found

    def _units_at(self, doc_id: str, shown: range, also: Sequence[str]) -> list[Sentence]:
        found = {}
        here = self._order(doc_id).units[shown.start : shown.stop]
        if here:
            stretch = self._stretch(doc_id, here[0], here[-1])
            found.update({sentence.key: sentence for sentence in stretch})
        for n, sid in enumerate(also):
            position = first = self._position_of(doc_id, sid)
            if position is None or first is None:
                continue
            if n == 0:
                first = self._first_before(doc_id, position)
            stretch = self._stretch(doc_id, first, position)
            found.update({sentence.key: sentence for sentence in stretch})
        return sorted(found.values(), key=lambda sentence: sentence.position)

    def _numbers(self, doc_id: str, found: Sequence[Sentence], *, whole: bool) -> dict[str, int]:
        """The numbers of the queued among these sentences, and of those that they repeat."""
        kinds = self.codebook().queue_units
        queued = [sentence for sentence in found if sentence.kind in kinds]
        if whole:
            return {sentence.id: n for n, sentence in enumerate(queued, start=1)}
        order = self._order(doc_id)
        known = {sentence.id: order.number(sentence.position) for sentence in queued}
        for sentence in found:
            for sid in sentence.unit.repeats[:1]:
                number = known.get(sid) or places.number(self.db, doc_id, kinds, sid)
                if number:
                    known[sid] = number
        return known

    def _sentence_of(self, annotation: int | None) -> str | None:
        return answer_rows.sentence_of(self.db, annotation) if annotation is not None else None


def _told_of(found: Sequence[Sentence], also: Sequence[str]) -> list[Sentence]:
    """The sentences whose answers a page shows: those asked for by name, and the one before the first."""
    before: Sentence | None = None
    for sentence in found:
        if sentence.id in also[:1]:
            break
        before = sentence if sentence.kind is Kind.BODY else before
    return [one for one in found if one.id in also or one is before]

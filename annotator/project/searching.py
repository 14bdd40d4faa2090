"""Searching: sentences by their words, and by what people answered about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotator import search
from annotator.model import Annotation, Document, Missing, Person, Sentence, Span
from annotator.project.exporting import Exporting
from annotator.search import Search
from annotator.store import annotations as answer_rows
from annotator.store import searches
from annotator.store import sentences as sentence_rows
from annotator.store.file import write
from annotator.store.searches import Asked

COUNTED = 1000  # beyond, nobody reads them all

_AT_ONCE = 20_000  # sentences folded in one go, so that nobody waits long to save


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence that was found, where its words stand in it, and the answers that were looked for."""

    document: Document
    sentence: Sentence
    marks: tuple[Span, ...]
    answers: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Some of what was found, with how much there is in all where that is known."""

    hits: tuple[Hit, ...]
    count: int | None  # counted up to one more than COUNTED; None on later pages
    more: bool


class Searching(Exporting):
    def search(self, asked: Search, person: Person, *, after: int | None = None, most: int = 50) -> Found:
        """What this person may see of it, in reading order: an annotator their documents and answers."""
        if asked.empty:
            return Found((), 0, False)
        asked = self._for(asked, person)
        begins = after is None
        limit = max(COUNTED, most) if begins else most
        keys = searches.found(self.db, self._asked_of_store(asked, person), after, limit + 1)
        hits = self._hits(asked, person, keys[:most])
        return Found(tuple(hits), len(keys) if begins else None, len(keys) > most)

    def searchable(self, person: Person) -> list[str]:
        """The documents this person can search, in the order they came."""
        ready = self.giveable()
        given = None if person.leads else self._given_to(person)
        return ready if given is None else [one for one in ready if one in given]

    def _for(self, asked: Search, person: Person) -> Search:
        """Merged speakers count as the one they are merged into; of answers, annotators find their own."""
        merged = self.registry().merged
        labels = {
            field: tuple(merged.get(id, id) for id in ids) if field in ("speaker", "via") else ids
            for field, ids in asked.filter.labels.items()
        }
        people = asked.filter.people if person.leads else (person.name,) * asked.of_answers
        return replace(asked, filter=replace(asked.filter, labels=labels, people=people))

    def _asked_of_store(self, asked: Search, person: Person) -> Asked:
        self.check_filter(asked.filter)
        self._fold()
        documents = self.searchable(person)
        for id in asked.filter.documents:
            if id not in documents:
                raise Missing("There is no document %(doc_id)s in this project.", doc_id=id)
        within, people = self._within(
            asked.filter.documents or documents, asked.filter.people or None, asked.filter.round
        )
        remarks = asked.words if asked.where == "remarks" else ()
        answered = asked.of_answers or bool(remarks)
        if not person.leads:
            people = [person.name]
        wanted = set(within or ()) - (set(self.blind_in(person)) if answered and person.leads else set())
        return Asked(
            documents=[one for one in documents if one in wanted],
            words=() if remarks else asked.words,
            answered=answered,
            people=people if answered else None,
            statuses=asked.filter.statuses,
            labels=self._as_stored(asked),
            flagged=asked.flagged,
            commented=asked.commented,
            remarks=remarks,
        )

    def _as_stored(self, asked: Search) -> dict[str, Sequence[str]]:
        """The labels with all the speakers who count as one asked for: answers keep the ids given."""
        merged = self.registry().merged
        return {
            field: [*ids, *(old for old, new in merged.items() if new in ids)]
            if field in ("speaker", "via")
            else ids
            for field, ids in asked.filter.labels.items()
        }

    def _hits(self, asked: Search, person: Person, keys: Sequence[int]) -> list[Hit]:
        read = self._reader()
        blind = set(self.blind_in(person))
        every = {key: sentence_rows.by_key(self.db, key) for key in keys}
        answers: dict[int, list[Annotation]] = {}
        for annotation, _ in answer_rows.of_sentences(self.db, keys):
            own = annotation.person == person.name
            if not own and (not person.leads or every[annotation.sentence].document in blind):
                continue
            shown = read(annotation)
            if search.fits(asked, shown.person, shown.answer):
                answers.setdefault(shown.sentence, []).append(shown)
        documents: dict[str, Document] = {}
        hits = []
        for key, sentence in every.items():
            document = documents.setdefault(sentence.document, self.document(sentence.document))
            marks = search.spans(sentence.text, asked.words) if asked.where == "text" else []
            hits.append(Hit(document, sentence, tuple(marks), tuple(answers.get(key, ()))))
        return hits

    def _fold(self) -> None:
        """Whatever came since the last search."""
        for missing, keep in (
            (searches.unfolded, searches.keep),
            (searches.unfolded_remarks, searches.keep_remarks),
        ):
            while some := missing(self.db, _AT_ONCE):
                with write(self.db):
                    keep(self.db, [(key, search.folded(text)) for key, text in some])

"""Results: how far people agree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

import orjson

from annotator import annotate
from annotator.agreement import Rated, Ratings, Report, report, report_of
from annotator.agreement.letters import Letters, Texts, texts_joined
from annotator.agreement.stored import MARKED, Joined
from annotator.model import Answer, Document, Person, Sentence, Status
from annotator.project.checking import Checking
from annotator.store import annotations as answer_rows
from annotator.store import documents as document_rows
from annotator.store import ratings
from annotator.store import rounds as round_rows
from annotator.store.annotations import Filter


class Results(Checking):
    def agreement(
        self,
        *,
        documents: Sequence[str] | None = None,
        people: Sequence[str] | None = None,
        own_voice: bool = True,
        round: int | None = None,
    ) -> Report:
        """`figures`, with every reading of every sentence that differs."""
        with self.at_one_moment():
            documents, people = self._within(documents, people, round)
            found = self.figures(documents=documents, people=people, own_voice=own_voice)
            rated = self._rated(chosen(documents, people, ("claims", "no_claim")))
            return replace(found, disagreements=report(rated, left_out=found.left_out).disagreements)

    def figures(
        self,
        *,
        documents: Sequence[str] | None = None,
        people: Sequence[str] | None = None,
        own_voice: bool = True,
        round: int | None = None,
    ) -> Report:
        """How far people agree on queued sentences they finished, with the author's claims or without."""
        documents, people = self._within(documents, people, round)
        book = self.codebook()
        with ratings.reading(self.db, book.queue_units, documents, people) as reading:
            claims = Joined((), ratings.END, lambda: map(self._merged_claims, reading.again()))
            texts = None
            for text in reading.claims():
                if texts is None and MARKED in text:
                    texts = _joined(reading.texts(_texts))
                claims.add(self._merged_claims(text))
            read = reading.columns()
            found = report_of(
                Ratings(
                    read.documents, read.people, read.document, read.ids, texts, read.sentence, read.person,
                    claims, read.number, read.day, read.given, read.days,
                ),
                left_out=() if own_voice else [actor.id for actor in book.actors if actor.type == "author"],
                sides=self._sides(),
            )  # fmt: skip
        asked = {"claim", "same", *(field.id for field in book.fields if field.enabled)}
        return replace(found, layers=tuple(layer for layer in found.layers if layer.id in asked))

    def documents_compared(self, visible: Collection[str] | None = None) -> list[Document]:
        """The documents that may have figures, in the order they came, all or those somebody may see."""
        return [one for one in document_rows.all(self.db) if visible is None or one.id in visible]

    def documents_to_choose(
        self, most: int, chosen: Collection[str] = (), visible: Collection[str] | None = None
    ) -> tuple[list[Document], int]:
        """(the first of them, the chosen ones before the others; how many there are in all)."""
        n = document_rows.count(self.db) if visible is None else len(set(visible))
        return document_rows.first(self.db, most, chosen=chosen, within=visible), n

    def sees_agreement(self, person: Person) -> bool:
        """Whether there is a document whose figures this person may see."""
        return person.leads or round_rows.any_finished(self.db, person.name)

    def last_change(self) -> tuple[int, ...]:
        """As long as this stays the same, so do all figures."""
        return ratings.last_change(self.db)

    def rated(
        self,
        sentences: Collection[tuple[str, str]],
        *,
        people: Sequence[str] | None = None,
    ) -> list[Rated]:
        """These sentences, by document and id, with every finished answer to them, in the order given."""
        kinds = self.codebook().queue_units
        read = self._reader()
        by_key: dict[int, Sentence] = {}
        for doc_id in dict.fromkeys(document for document, _ in sentences):
            wanted = {sid for document, sid in sentences if document == doc_id}
            by_key.update((s.key, s) for s in self.sentences(doc_id) if s.id in wanted and s.kind in kinds)
        answers: dict[tuple[str, str], dict[str, Answer]] = {}
        for annotation, _ in answer_rows.of_sentences(self.db, list(by_key)):
            if annotation.answer.finished and (people is None or annotation.person in people):
                sentence = by_key[annotation.sentence]
                own = answers.setdefault((sentence.document, sentence.id), {})
                own[annotation.person] = read(annotation).answer
        by_name = {(s.document, s.id): s for s in by_key.values()}
        return [
            Rated(*name, by_name[name].order or 0, by_name[name].text, by_name[name].kind, answers[name])
            for name in sentences
            if name in answers
        ]

    def _within(
        self, documents: Sequence[str] | None, people: Sequence[str] | None, round: int | None
    ) -> tuple[Sequence[str] | None, Sequence[str] | None]:
        """Of these documents and people, those of a round."""
        if round is None:
            return documents, people
        found = self.round(round)
        return (
            [one for one in found.documents if documents is None or one in documents],
            [one for one in found.people if people is None or one in people],
        )

    def _sides(self) -> dict[str, tuple[str, ...]] | None:
        """The sides of each position, for the weighted figure; None where the codebook has none."""
        sides = {label.id: label.sides for label in self.codebook().labels("stance") if label.sides}
        return sides or None

    def _merged_claims(self, claims: str) -> str:
        """The same, with speakers that were merged under the id they count as."""
        registry = self.registry()
        named = [f'"{id}"' for id in registry.merged]
        if not any(name in claims for name in named):
            return claims
        answers = claims.split(ratings.END)
        known = {}
        for one in set(answers):
            if any(name in one for name in named):
                given = Answer(Status.CLAIMS, answer_rows.claims_of(one))
                counted = annotate.read(given, registry.merged, registry.codebook)
                known[one] = orjson.dumps(counted.claims).decode()
        return ratings.END.join([known.get(one, one) for one in answers])

    def _rated(self, filter: Filter) -> list[Rated]:
        kinds = self.codebook().queue_units
        read = self._reader()
        found: dict[int, tuple[Sentence, dict[str, Answer]]] = {}
        for sentence, annotation in answer_rows.stream(self.db, filter):
            if sentence.kind in kinds:
                answers = found.setdefault(sentence.key, (sentence, {}))[1]
                answers[annotation.person] = read(annotation).answer
        return [
            Rated(s.document, s.id, s.order or 0, s.text, s.kind, answers) for s, answers in found.values()
        ]


def _texts(written: ratings.Written) -> Texts:
    return Texts(Letters.of(written.letters), written.begin, written.end)


def _joined(read: Callable[[], tuple[list[Texts], ratings.Ints]]) -> Callable[[], Texts]:
    def joined() -> Texts:
        pieces, place = read()
        return texts_joined(pieces).of(place)

    return joined


def chosen(
    documents: Iterable[str] | None, people: Iterable[str] | None, statuses: Iterable[str] | None
) -> Filter:
    chosen = [None if values is None else tuple(values) for values in (documents, people, statuses)]
    return Filter(*chosen)

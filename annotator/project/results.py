"""Results: how far people agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from annotator.agreement import Rated, Report, report
from annotator.model import Answer, Sentence
from annotator.project.checking import Checking
from annotator.store import annotations as answer_rows
from annotator.store.annotations import Filter


class Results(Checking):
    def agreement(
        self,
        *,
        documents: Sequence[str] | None = None,
        people: Sequence[str] | None = None,
        own_voice: bool = True,
    ) -> Report:
        """How far people agree on queued sentences they finished, with the author's claims or without."""
        book = self.codebook()
        authors = [actor.id for actor in book.actors if actor.type == "author"]
        rated = self._rated(chosen(documents, people, ("claims", "no_claim")))
        found = report(rated, left_out=() if own_voice else authors)
        asked = {"claim", "same", *(field.id for field in book.fields if field.enabled)}
        return replace(found, layers=tuple(layer for layer in found.layers if layer.id in asked))

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


def chosen(
    documents: Iterable[str] | None, people: Iterable[str] | None, statuses: Iterable[str] | None
) -> Filter:
    chosen = [None if values is None else tuple(values) for values in (documents, people, statuses)]
    return Filter(*chosen)

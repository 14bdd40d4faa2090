"""Proof that every sentence and every marked word still follows from the imported bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotator import text
from annotator.model import Annotation, Document, Problem, Reading, Sentence, Unit
from annotator.project.changes import Changes
from annotator.project.importing import Opened
from annotator.store import annotations as answer_rows
from annotator.store import documents, sentences
from annotator.store.annotations import Filter
from annotator.store.documents import Text


@dataclass(frozen=True, slots=True)
class Verified:
    document: Document
    difference: str | None  # the first one found, in words


class Verifying(Changes):
    def verify(self) -> Iterator[Verified]:
        """Derive every document again from its bytes and compare, one at a time."""
        opened = Opened()
        for document in documents.all(self.db):
            yield Verified(document, next(self._differences(document, opened), None))

    def _differences(self, document: Document, opened: Opened) -> Iterator[str]:
        source = self.text_of(document.id)
        try:
            yield from self._in_text(document, source, opened)
            yield from self._in_units(document, source)
            yield from self._in_answers(document)
        except Problem as problem:
            yield str(problem)

    def _in_text(self, document: Document, source: Text, opened: Opened) -> Iterator[str]:
        found = self.source_of(document.id, source, opened)
        if found is None:
            yield "The file no longer holds this text."
        elif found.text != source.text:
            yield f"The text differs from the file at character {_first(found.text, source.text)}."

    def _in_units(self, document: Document, source: Text) -> Iterator[str]:
        imported = tuple(s.unit for s in sentences.as_imported(self.db, document.id))
        if source.reading == "automatic":
            again = self.read_again(document, source)
            text.verify(source.text, again)
            yield from _unequal(imported, again.units, "import")
        else:
            text.verify(source.text, Reading(document.lang, imported, "checked"))
        stored = [sentence.unit for sentence in self.sentences(document.id)]
        yield from _unequal(stored, self._units(document.id), "the changes made since")

    def _in_answers(self, document: Document) -> Iterator[str]:
        for sentence, annotation in answer_rows.stream(self.db, Filter(documents=(document.id,))):
            yield from _outside(sentence, annotation)


def _unequal(stored: Sequence[Unit], derived: Sequence[Unit], by: str) -> Iterator[str]:
    if len(stored) != len(derived):
        yield f"There are {len(stored)} units stored, {len(derived)} by {by}."
    for one, other in zip(stored, derived, strict=False):
        if one != other:
            at = _first(one.text, other.text)
            yield f"Unit {one.id} differs from what follows by {by}, at character {at}."


def _outside(sentence: Sentence, annotation: Annotation) -> Iterator[str]:
    for number, claim in enumerate(annotation.answer.claims, start=1):
        for start, end in (*claim.content_spans, *claim.cue_spans, *claim.source_spans):
            if not 0 <= start < end <= len(sentence.text) or not _from_file(sentence.unit, start, end):
                yield (
                    f"Claim {number} of {annotation.person} in {sentence.id} marks {start}–{end}, "
                    "which is not text of the file."
                )


def _from_file(unit: Unit, start: int, end: int) -> bool:
    """Whether every character marked that is not a blank stands in the file."""
    if any(at <= start and end <= at + length for at, _, length in unit.runs):
        return True
    there = {at + i for at, _, length in unit.runs for i in range(length)}
    return all(i in there for i in range(start, end) if not unit.text[i].isspace())


def _first(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))

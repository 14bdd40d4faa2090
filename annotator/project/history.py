"""The history of a sentence: every answer ever given, and what became of the sentence's own text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotator import annotate
from annotator.annotate import Difference
from annotator.model import Actor, Annotation, Document, Person, Role, Sentence
from annotator.project.casework import Casework
from annotator.store import annotations as answer_rows
from annotator.store import sentences
from annotator.store.annotations import Stored
from annotator.store.changes import Change


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was stored then, and what it changed."""

    annotation: Annotation
    action: str  # "answer", "undo", "redo", "carried"
    sentence: Sentence  # as it was when this was answered
    difference: Difference | None  # None for a first answer, and where several were carried into one
    text_before: str  # of the sentence that the answer before was about
    simulated: bool

    @property
    def at(self) -> str:
        return self.annotation.updated_at


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A change of the sentence's own text."""

    change: Change
    of: str  # what was done: "split", "merge", "kind", "decide"; an undo or redo is of one of them
    before: tuple[Sentence, ...]
    after: Sentence

    @property
    def at(self) -> str:
        return self.change.created_at

    @property
    def same_text(self) -> bool:
        return [one.text for one in self.before] == [self.after.text]


@dataclass(frozen=True, slots=True)
class Past:
    """What one person may see of a sentence's history, newest first."""

    document: Document
    sentence: Sentence
    steps: tuple[Given | Rewritten, ...]
    others: int  # answers of others that are not shown yet; a lead may open them
    open: bool  # whether everybody's answers are shown
    blind: bool  # whether those of others wait until the reader has finished the document
    speakers: Mapping[str, Actor]  # everybody ever known here, merged ones too


class History(Casework):
    def history(self, doc_id: str, sid: str, person: Person, *, everybody: bool = False) -> Past:
        """The history of a sentence: a person's own answers, and everybody's for a lead who asks.

        A lead who finished the document need not ask: there is no answer left to sway. One to whom it is
        given asks in vain until then.
        """
        document, sentence = self.open_to(doc_id, person), self.sentence(doc_id, sid)
        blind = doc_id in self.blind_in(person)
        shown = person.leads and not blind and (everybody or self._finished(doc_id, person))
        family, rewritten = self._lineage(sentence)
        stored = answer_rows.ever_of_sentences(self.db, list(family), None if person.leads else person.name)
        visible = [one for one in stored if shown or one.annotation.person == person.name]
        return Past(
            document=document,
            sentence=sentence,
            # A change stands before the answers it carried in the same moment.
            steps=tuple(reversed(_in_order(self._given(visible, family, rewritten), rewritten))),
            others=len(stored) - len(visible),
            open=shown,
            blind=blind,
            speakers=self.registry().everybody,
        )

    def _finished(self, doc_id: str, person: Person) -> bool:
        progress = self.progress_in(doc_id, person)
        return progress is not None and progress.mine >= progress.queued

    def _lineage(self, sentence: Sentence) -> tuple[dict[int, Sentence], list[Rewritten]]:
        """The sentence with all that it came from, by row, and the changes on the way."""
        changes = {change.id: change for change in self.changes(sentence.document)}
        family: dict[int, Sentence] = {}
        rewritten: list[Rewritten] = []
        waiting = [sentence]
        while waiting:
            one = waiting.pop()
            if one.key in family:
                continue
            family[one.key] = one
            made_by = sentences.made_by(self.db, one.key)
            if made_by is not None:
                gone = sentences.retired_by(self.db, made_by)
                before = tuple(was for was in gone if annotate.shares(was.unit, one.unit))
                rewritten.append(Rewritten(changes[made_by], _of(changes[made_by], changes), before, one))
                waiting += before
        return family, rewritten

    def _given(
        self, stored: Sequence[Stored], family: Mapping[int, Sentence], rewritten: Iterable[Rewritten]
    ) -> list[Given]:
        simulated = {person.name for person in self.people() if person.role is Role.SIMULATED}
        came_from = {step.after.key: step.before for step in rewritten}
        last: dict[tuple[int, str], Annotation] = {}
        found = []
        for one in stored:
            now = one.annotation
            sentence = family[now.sentence]
            keys = [sentence.key] if one.change is None else [was.key for was in came_from[sentence.key]]
            before = [last[key, now.person] for key in keys if (key, now.person) in last]
            changed, text_before = None, ""
            if len(before) == 1:
                text_before = family[before[0].sentence].text
                changed = annotate.difference(before[0].answer, now.answer, text_before, sentence.text)
            last[sentence.key, now.person] = now
            found.append(Given(now, one.action, sentence, changed, text_before, now.person in simulated))
        return found


def _of(change: Change, changes: Mapping[int, Change]) -> str:
    return changes[change.about["change"]].kind if change.kind in ("undo", "redo") else change.kind


def _in_order(given: Sequence[Given], rewritten: Iterable[Rewritten]) -> list[Given | Rewritten]:
    """Both together, oldest first: each in the order it was stored, whatever the clock said meanwhile."""
    moments: list[tuple[str, int, Given | Rewritten]] = []
    changed: list[Rewritten] = sorted(rewritten, key=lambda step: step.change.id)
    kinds: tuple[Sequence[Given | Rewritten], ...] = (changed, given)
    for after, steps in enumerate(kinds):
        latest = ""
        for step in steps:
            latest = max(latest, step.at)
            moments.append((latest, after, step))
    moments.sort(key=lambda moment: moment[:2])  # equal ones stay as they are
    return [step for *_, step in moments]

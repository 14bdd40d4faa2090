"""Final answers through changes of the text: what follows its sentence, and what is open again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from annotator import annotate
from annotator.model import Annotation, Sentence
from annotator.project.answers import Answers
from annotator.project.desks import OPENABLE
from annotator.store import annotations as answer_rows
from annotator.store import rounds as round_rows
from annotator.store import sentences, settlements
from annotator.store.file import write
from annotator.store.settlements import Draft, Settlement

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a change of a text would do besides changing it."""

    finals: int = 0  # final answers that would have to be given again
    lost: int = 0  # final answers to text that could no longer be annotated
    behind: tuple[tuple[str, int], ...] = ()  # who finished, and sentences without their answer

    def __bool__(self) -> bool:
        return bool(self.finals or self.lost or self.behind)


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A final answer to a sentence whose text changed, and where it has to be given again."""

    settlement: Settlement
    was: Sentence
    waiting: tuple[Sentence, ...]


class _Enough(Exception):  # noqa: N818 - it ends a trial, nothing is wrong
    """Takes back what was only tried."""


class Finals(Answers):
    _then: Callable[[int], None] | None = None  # called with a change before it is final

    def foreseen(self, doc_id: str, act: Callable[[], object]) -> Foreseen:
        """What a change of the text would cost, found out by making it and taking it back."""
        finished = any(one.document == doc_id for one in round_rows.finishes(self.db))
        if not finished and not settlements.any_of(self.db, doc_id):
            return Foreseen()
        before = self.behind_in(doc_id)
        found = Foreseen()

        def look(change: int) -> None:
            nonlocal found
            after = self.behind_in(doc_id)
            more = tuple((name, n) for name, n in after.items() if n > before.get(name, 0))
            keys = {one.key for one in sentences.retired_by(self.db, change)}
            waiting = sum(one.was.key in keys for one in self.unsettled([doc_id]))
            found = Foreseen(waiting, settlements.left_by(self.db, change) - waiting, more)
            raise _Enough

        self._then = look
        try:
            act()
        except _Enough:
            pass
        finally:
            self._then = None
            # The change that is made next bears the number of the one that was tried.
            self._orders.clear()
            self._through.clear()
        return found

    def change_and_reopen(
        self, doc_id: str, act: Callable[[], T], names: Collection[str], reason: str, by: str
    ) -> tuple[T, tuple[str, ...]]:
        """Change the text, and at once open the document again to those of these people who lack an answer.

        What the change gave, and for whom the document was opened: all of it, or none.
        """
        opened: list[str] = []

        def reopen(_change: int) -> None:
            for name in (name for name in self.behind_in(doc_id) if name in names):
                self._reopen(doc_id, name, reason, by)
                opened.append(name)

        self._then = reopen
        try:
            return act(), tuple(opened)
        finally:
            self._then = None

    def unsettled(self, documents: Sequence[str] | None = None) -> list[Unsettled]:
        """The final answers that a change of the text left behind, as long as they were not given again."""
        by_document: dict[str, list[tuple[Sentence, Settlement]]] = defaultdict(list)
        for key, settlement in settlements.left_behind(self.db, documents).items():
            was = sentences.by_key(self.db, key)
            by_document[was.document].append((was, settlement))
        found = []
        for doc_id, left in by_document.items():
            here = {one.id: one for one in self.sentences(doc_id) if one.kind in OPENABLE}
            heirs = annotate.heirs([was.unit for was, _ in left], [one.unit for one in here.values()])
            final = settlements.votes(self.db, [doc_id])
            for (was, settlement), units in zip(left, heirs, strict=True):
                waiting = tuple(here[unit.id] for unit in units if here[unit.id].key not in final)
                if waiting:
                    found.append(Unsettled(settlement, was, waiting))
        return found

    @contextmanager
    def _changing(self, doc_id: str) -> Iterator[Callable[[int], None]]:
        """Write a change of the text, with what belongs to it; or only try it."""

        def done(change: int) -> None:
            if self._then:
                self._then(change)

        with write(self.db):
            yield done

    def _carry_finals(self, old: Sequence[Sentence], new: Sequence[Sentence], change: int) -> None:
        """Let final answers follow sentences whose text stayed the same; the others are open again."""
        standing = settlements.standing_on(self.db, [one.key for one in old])
        if not standing:
            return
        left = [one for one in old if one.key in standing]
        free = {one.id: one for one in new if one.order is not None}
        for one in settlements.standing_on(self.db, [sentence.key for sentence in free.values()]):
            free = {id: sentence for id, sentence in free.items() if sentence.key != one}
        heirs = annotate.heirs([one.unit for one in left], [one.unit for one in free.values()])
        moves = [
            (was, free[units[0].id])
            for was, units in zip(left, heirs, strict=True)
            if len(units) == 1 and units[0].text == was.text
        ]
        given = self._votes_on([one.key for pair in moves for one in pair])
        for was, now in moves:
            votes = {vote.id: vote for vote in given.get(was.key, ())}
            renewed = {vote.person: vote for vote in given.get(now.key, ())}
            settlement = standing[was.key]
            draft = Draft(
                sentence=now,
                answer=settlement.answer,
                kind=settlement.kind,
                reason=settlement.reason,
                note=settlement.note,
                votes=tuple(sorted(_renewed(id, votes, renewed) for id in settlement.votes)),
                codebook=settlements.codebook_row(self.db, settlement.id),
                person=settlement.person,
                change=change,
                origin=settlement.id,
                at=settlement.created_at,
            )
            settlements.append(self.db, draft)

    def _votes_on(self, keys: Sequence[int]) -> dict[int, list[Annotation]]:
        found: dict[int, list[Annotation]] = defaultdict(list)
        for annotation, _ in answer_rows.of_sentences(self.db, keys):
            found[annotation.sentence].append(annotation)
        return found


def _renewed(id: int, votes: dict[int, Annotation], renewed: dict[str, Annotation]) -> int:
    """The same vote about the new sentence; the old one where it is no longer the same."""
    vote = votes.get(id)
    now = renewed.get(vote.person) if vote else None
    return now.id if vote and now and now.answer == vote.answer else id

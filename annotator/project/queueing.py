"""The queue for settling: what people left open between them, what is final, what is open again."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator import annotate, settle
from annotator.agreement import align
from annotator.model import Claim, Codebook, Invalid, Person
from annotator.project.finals import Unsettled
from annotator.project.results import Results
from annotator.settle import Case, Group, Vote
from annotator.store import annotations as answer_rows
from annotator.store import overlaps, sentences
from annotator.store import settlements as rows
from annotator.store.file import Database
from annotator.store.overlaps import Overlap


class FinalVotes:
    """The votes under every final answer, by sentence: read once, then only what was settled since."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._upto = 0
        self._found: dict[int, tuple[int, ...]] = {}

    def as_of(self, db: Database) -> Mapping[int, tuple[int, ...]]:
        with self._turn:
            for id, sentence, votes in rows.votes_since(db, self._upto):
                self._upto = id
                if votes is None:
                    self._found.pop(sentence, None)
                else:
                    self._found[sentence] = votes
            return self._found


@dataclass(frozen=True, slots=True)
class Contested:
    """What people answered, for the queue: as long as no answer changes, this may be kept."""

    overlaps: tuple[Overlap, ...]  # sentences that two or more finished, in reading order
    cases: Mapping[int, Case]  # where something differs, or keeps all from being one answer
    weighed: settle.Weighed
    compared: Mapping[int, Case]  # all that were put together to find those
    merged: tuple[tuple[str, str], ...]  # speakers that were read as others
    final: FinalVotes


@dataclass(frozen=True, slots=True)
class Queue:
    """What the lead sees of all sentences that two or more people finished."""

    groups: tuple[Group, ...]  # still to settle
    unanimous: int  # sentences that one act would settle
    settled: int
    stale: tuple[Case, ...]  # settled, but an answer was changed since
    total: int
    unsettled: tuple[Unsettled, ...] = ()  # settled, but the text was changed since

    @property
    def open(self) -> tuple[Case, ...]:
        return tuple(case for group in self.groups for case in group.cases)

    @property
    def held(self) -> int:
        """How many of those all answered alike, in a way that cannot be final."""
        return sum(len(group.cases) for group in self.groups if group.pair.kind in ("retired", "asks"))

    def after(self, document: str, sid: str) -> Case | None:
        """What comes after a sentence in the queue; from the start after the last."""
        waiting = self.open
        at = next((n for n, case in enumerate(waiting) if case.key == (document, sid)), -1)
        left = (*waiting[at + 1 :], *waiting[: max(at, 0)])
        return left[0] if left else None


class Queueing(Results):
    def contested(
        self, person: Person, documents: Sequence[str] | None = None, before: Contested | None = None
    ) -> Contested:
        """Everything about the queue that follows from the answers this person may see, alone.

        An answer never changes under its id: what was compared `before` is not compared again.
        """
        book, merged = self.codebook(), tuple(sorted(self.registry().merged.items()))
        documents = self.seen_by(person, documents)
        found = overlaps.shared(self.db, book.queue_units, documents)
        former = settle.former(book)
        odd = overlaps.answering(self.db, former) if former else frozenset()
        moved = overlaps.about_another_text(self.db) if _asks_for_words(book) else frozenset()
        wanted = [one for one in found if not one.same or one.old or one.sentence in odd | moved]
        known = before.compared if before and before.merged == merged else {}
        final = before.final if before else FinalVotes()
        compared = {one.sentence: known[one.sentence] for one in wanted if _is(one, known)}
        compared |= self._as_cases([one for one in wanted if one.sentence not in compared], person)
        kept = {
            key: case
            for key, case in compared.items()
            if case.apart or settle.retired(case, book) or not self._may_be_final(key, case, book)
        }
        return Contested(tuple(found), kept, settle.weighed(kept.values(), book), compared, merged, final)

    def queue(
        self,
        person: Person,
        documents: Sequence[str] | None = None,
        contested: Contested | None = None,
    ) -> Queue:
        """What is left to settle, by the answers that are mixed up."""
        documents = self.seen_by(person, documents)
        known = contested or self.contested(person, documents)
        final = known.final.as_of(self.db) if contested else rows.votes(self.db, documents)
        waiting: list[Case] = []
        stale: list[Overlap] = []
        settled = 0
        for one in known.overlaps:
            votes = final.get(one.sentence)
            if votes is not None:
                settled += 1
                if votes != one.ids:
                    stale.append(one)
            elif one.sentence in known.cases:
                waiting.append(known.cases[one.sentence])
        return Queue(
            groups=settle.grouped(waiting, known.weighed),
            unanimous=len(known.overlaps) - settled - len(waiting),
            settled=settled,
            stale=tuple(self._as_cases(stale, person).values()),
            total=len(known.overlaps),
            unsettled=tuple(self.unsettled(documents)),
        )

    def finished_by_two(self, keys: Sequence[int]) -> set[int]:
        """The sentences among these that can be settled."""
        counts = Counter(
            one.sentence for one, _ in answer_rows.of_sentences(self.db, keys) if one.answer.finished
        )
        return {key for key, n in counts.items() if n > 1}

    def _as_cases(self, wanted: Sequence[Overlap], person: Person) -> dict[int, Case]:
        """Cases by sentence, with the answers as they are read after merges."""
        answered: dict[int, list[Vote]] = {}
        book, merged = self.codebook(), self.registry().merged
        for one in overlaps.given_as(self.db, [id for each in wanted for id in each.ids]):
            vote = Vote(one.id, one.person, annotate.read(one.answer, merged, book))
            answered.setdefault(one.sentence, []).append(vote)
        named = sentences.named(self.db, list(answered))
        return {key: as_case(*named[key], votes, person) for key, votes in answered.items()}

    def _may_be_final(self, key: int, case: Case, book: Codebook) -> bool:
        """Whether what all answered holds under the codebook in force, which may ask for more by now."""
        answer = settle.unanimous(case)
        if answer is None:
            return False
        sentence = sentences.by_key(self.db, key)
        try:
            annotate.check(answer, sentence, book, quote_open=self._quote_open(sentence))
        except Invalid:
            return False
        return True


def _asks_for_words(book: Codebook) -> bool:
    """Whether a change of the text alone may make an answer one that cannot be given any more."""
    return any(rule.level == "error" and rule.require_text for rule in book.constraints)


def _is(one: Overlap, known: Mapping[int, Case]) -> bool:
    return one.sentence in known and known[one.sentence].ids == one.ids


def as_case(document: str, sentence: str, text: str, votes: Sequence[Vote], person: Person) -> Case:
    by_name = {vote.person: vote for vote in votes}
    names = settle.shuffled(by_name, person.name, f"{document}/{sentence}")
    claims = {name: by_name[name].answer.claims for name in names}
    clusters = align(claims, text) if any(claims.values()) else ()
    return Case(
        document=document,
        sentence=sentence,
        votes=tuple(by_name[name] for name in names),
        rows=tuple(tuple(_member(cluster.members, claims, name) for name in names) for cluster in clusters),
    )


def _member(members: Mapping[str, int], claims: Mapping[str, Sequence[Claim]], name: str) -> Claim | None:
    return claims[name][members[name]] if name in members else None

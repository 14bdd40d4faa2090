"""The queue for settling: what people left open between them, what is final, what is open again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator import annotate, settle
from annotator.agreement import align
from annotator.model import Annotation, Answer, Claim, Codebook, Invalid, Person, Sentence
from annotator.project.finals import Unsettled
from annotator.project.results import Results
from annotator.settle import Case, Group, Vote
from annotator.store import annotations as answer_rows
from annotator.store import sentences
from annotator.store import settlements as rows
from annotator.store.annotations import Overlap


@dataclass(frozen=True, slots=True)
class Contested:
    """What people answered, for the queue: as long as no answer changes, this may be kept."""

    overlaps: tuple[Overlap, ...]  # sentences that two or more finished, in reading order
    cases: Mapping[int, Case]  # where something differs, or keeps all from being one answer
    weighed: settle.Weighed


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
    def contested(self, person: Person, documents: Sequence[str] | None = None) -> Contested:
        """Everything about the queue that follows from people's answers alone."""
        book = self.codebook()
        found = answer_rows.overlaps(self.db, book.queue_units, documents)
        former = settle.former(book)
        odd = answer_rows.answering(self.db, former) if former else frozenset()
        wanted = [one for one in found if not one.same or one.old or one.sentence in odd]
        kept = {
            sentence.key: case
            for sentence, case in self._as_cases(wanted, person)
            if case.apart or settle.retired(case, book) or not self._may_be_final(case, sentence, book)
        }
        return Contested(tuple(found), kept, settle.weighed(kept.values(), book))

    def queue(
        self,
        person: Person,
        documents: Sequence[str] | None = None,
        contested: Contested | None = None,
    ) -> Queue:
        """What is left to settle, by the answers that are mixed up."""
        known = contested or self.contested(person, documents)
        final = rows.votes(self.db, documents)
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
            stale=tuple(case for _, case in self._as_cases(stale, person)),
            total=len(known.overlaps),
            unsettled=tuple(self.unsettled(documents)),
        )

    def finished_by_two(self, keys: Sequence[int]) -> set[int]:
        """The sentences among these that can be settled."""
        counts = Counter(
            one.sentence for one, _ in answer_rows.of_sentences(self.db, keys) if one.answer.finished
        )
        return {key for key, n in counts.items() if n > 1}

    def _as_cases(self, wanted: Sequence[Overlap], person: Person) -> list[tuple[Sentence, Case]]:
        """Sentences with the answers to them as they are read after merges."""
        read = self._reader()
        answered: dict[int, list[Annotation]] = {}
        for annotation, _ in answer_rows.of_sentences(self.db, [one.sentence for one in wanted]):
            if annotation.answer.finished:
                answered.setdefault(annotation.sentence, []).append(read(annotation))
        found = sentences.by_keys(self.db, [one.sentence for one in wanted])
        return [
            (found[one.sentence], as_case(found[one.sentence], answered[one.sentence], person))
            for one in wanted
        ]

    def _may_be_final(self, case: Case, sentence: Sentence, book: Codebook) -> bool:
        """Whether what all answered holds under the codebook in force, which may ask for more by now."""
        answer = settle.unanimous(case)
        if answer is None:
            return False
        try:
            annotate.check(answer, sentence, book, quote_open=self._quote_open(sentence))
        except Invalid:
            return False
        return True


def as_case(sentence: Sentence, answered: Sequence[Annotation], person: Person) -> Case:
    by_name: dict[str, tuple[int, Answer]] = {one.person: (one.id, one.answer) for one in answered}
    names = settle.shuffled(by_name, person.name, f"{sentence.document}/{sentence.id}")
    claims = {name: by_name[name][1].claims for name in names}
    clusters = align(claims, sentence.text) if any(claims.values()) else ()
    return Case(
        document=sentence.document,
        sentence=sentence.id,
        order=sentence.order or 0,
        votes=tuple(Vote(by_name[name][0], name, by_name[name][1]) for name in names),
        rows=tuple(tuple(_member(cluster.members, claims, name) for name in names) for cluster in clusters),
    )


def _member(members: Mapping[str, int], claims: Mapping[str, Sequence[Claim]], name: str) -> Claim | None:
    return claims[name][members[name]] if name in members else None

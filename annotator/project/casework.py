"""What came up about each label: why answers to it were settled, comments, notes and flags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from annotator.model import Annotation, Claim, Person
from annotator.project.exporting import Exporting
from annotator.store import annotations as answer_rows
from annotator.store import sentences, settlements
from annotator.store.settlements import Settlement

FIELDS = ("stance", "attribution")

Label = tuple[str, str]
"""(field, label)"""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing somebody said, or flagged, about a sentence. Whose it is stays untold."""

    document: str
    sentence: str
    kind: str  # "settled", "comment", "note", "flag"
    reason: str | None = None  # of "settled": rule, text, slip, difference
    text: str | None = None


class Casework(Exporting):
    def remarks(self, reader: Person) -> Mapping[Label, tuple[Remark, ...]]:
        """Remarks by the label they concern, the newest first, of documents the reader may look into."""
        blind = self.blind_in(reader)
        found: dict[Label, dict[Remark, None]] = {}
        for labels, remark in (*self._of_settling(), *self._of_answers()):
            for label in () if remark.document in blind else labels:
                found.setdefault(label, {})[remark] = None
        return {label: tuple(remarks) for label, remarks in found.items()}

    def _of_settling(self) -> Iterator[tuple[set[Label], Remark]]:
        for one in reversed(settlements.all(self.db).values()):
            if one.reason or one.note:
                sentence = sentences.by_key(self.db, one.sentence)
                told = Remark(sentence.document, sentence.id, "settled", one.reason, one.note)
                yield self._contested(one), told

    def _contested(self, one: Settlement) -> set[Label]:
        """The labels between which was decided; where none differ, the positions."""
        votes = (answer_rows.known(self.db, id) for id in one.votes)
        answers = [one.answer, *(vote.answer for vote in votes if vote)]
        found = set()
        for field in FIELDS:
            given = [frozenset(_labels(answer.claims, (field,))) for answer in answers]
            if len(set(given)) > 1:
                found |= set().union(*given)
        return found or {label for answer in answers for label in _labels(answer.claims, ("stance",))}

    def _of_answers(self) -> Iterator[tuple[set[Label], Remark]]:
        read = self._reader()
        for sentence, stored in answer_rows.remarked(self.db):
            annotation: Annotation = read(stored)
            answer = annotation.answer
            about = sentence.document, sentence.id
            every = set(_labels(answer.claims, ("stance",)))
            if answer.comment:
                yield every, Remark(*about, "comment", text=answer.comment)
            elif answer.hard:
                yield every, Remark(*about, "flag")
            for claim in answer.claims:
                if claim.note:
                    yield set(_labels((claim,), FIELDS)), Remark(*about, "note", text=claim.note)
                elif claim.hard:
                    yield set(_labels((claim,), FIELDS)), Remark(*about, "flag")


def _labels(claims: Iterable[Claim], fields: Iterable[str]) -> Iterator[Label]:
    for claim in claims:
        for field in fields:
            if label := getattr(claim, field):
                yield field, label

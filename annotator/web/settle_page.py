"""What the pages for settling show: the queue, one sentence with its answers, and the final answer so far."""

from __future__ import annotations

import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import current_app, g

from annotator import settle
from annotator.annotate.claims import quoted
from annotator.model import Actor, Answer, Claim, Codebook, Field, Problem, Sentence, Status
from annotator.project.queueing import Contested, Queue
from annotator.project.settling import Item, votes_seen
from annotator.settle import Case, Draft, Group, Row

MOST = 2  # leads whose queues are kept
BEFORE, AFTER = 8, 32
"""How much of the queue stands beside a sentence."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SPANS = ("content", "cue", "source")


class Kept:
    """What leads' queues follow from, with the project’s last change. May be thrown away."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._found: OrderedDict[Hashable, tuple[Hashable, Contested]] = OrderedDict()

    def get(
        self, person: Hashable, change: Hashable, count: Callable[[Contested | None], Contested]
    ) -> Contested:
        with self._turn:
            key, found = self._found.get(person, (None, None))
        if found is None or key != change:
            found = count(found)
            with self._turn:
                self._found[person] = change, found
                self._found.move_to_end(person)
                while len(self._found) > MOST:
                    self._found.popitem(last=False)
        return found


def queue() -> Queue:
    """What is left to settle: people's answers are compared again only when something changed."""
    kept: Kept = current_app.extensions.setdefault("settle", Kept())
    person = g.person
    contested = kept.get(
        (g.secret, person.name),  # going back to a copy makes the secret another
        g.project.last_change(),
        lambda before: g.project.contested(person, before=before),
    )
    found: Queue = g.project.queue(person, contested=contested)
    return found


@dataclass(frozen=True)
class Listed:
    """The part of the queue that is shown, with what is needed to show it."""

    queue: Queue
    at: tuple[str, str] | None = None

    @cached_property
    def groups(self) -> Sequence[tuple[Group, Sequence[Case]]]:
        """The groups with the cases around the one that is open."""
        place = next((n for n, case in enumerate(self.queue.open) if case.key == self.at), 0)
        found, first = [], 0
        for group in self.queue.groups:
            last = first + len(group.cases)
            since, to = max(place - BEFORE, first), min(place + AFTER, last)
            if since < to:
                found.append((group, group.cases[since - first : to - first]))
            first = last
        return found

    @cached_property
    def shown(self) -> Sequence[Case]:
        return (*(case for _, cases in self.groups for case in cases), *self.queue.stale[:AFTER])

    @cached_property
    def moved(self) -> Sequence[tuple[Sentence, bool]]:
        """Sentences whose text changed after they were settled, and whether enough people finished them."""
        waiting = {one.key: one for left in self.queue.unsettled for one in left.waiting}
        two = g.project.finished_by_two(list(waiting)[:AFTER])
        return [(one, one.key in two) for one in list(waiting.values())[:AFTER]]

    @property
    def hidden(self) -> int:
        """How many more wait than are shown."""
        return len(self.queue.open) - sum(len(cases) for _, cases in self.groups)

    @cached_property
    def sentences(self) -> Mapping[tuple[str, str], tuple[int | None, Sentence]]:
        """The shown sentences with their numbers, as the annotate page counts."""
        return numbered(self.documents)

    @cached_property
    def languages(self) -> Mapping[str, str]:
        return {doc_id: g.project.document(doc_id).lang for doc_id in self.documents}

    @cached_property
    def documents(self) -> set[str]:
        return {case.document for case in self.shown} | {sentence.document for sentence, _ in self.moved}

    @property
    def first(self) -> Case | None:
        return self.queue.open[0] if self.queue.open else None


def based(draft: Draft) -> str:
    """Where the details come from, as the form says it."""
    return "all" if draft.base == settle.TOGETHER else "none" if draft.base is None else str(draft.base)


def numbered(documents: set[str]) -> dict[tuple[str, str], tuple[int | None, Sentence]]:
    kinds = g.project.codebook().queue_units
    found: dict[tuple[str, str], tuple[int | None, Sentence]] = {}
    for doc_id in documents:
        number = 0
        for sentence in g.project.sentences(doc_id):
            number += sentence.kind in kinds
            found[doc_id, sentence.id] = (number if sentence.kind in kinds else None, sentence)
    return found


@dataclass(frozen=True)
class Page:
    """Everything the page of one sentence asks about."""

    item: Item
    codebook: Codebook
    listed: Listed
    number: int | None
    drafts: Sequence[Draft]
    reason: str | None
    note: str
    names: bool  # whether it says who answered what
    problem: Problem | None = None

    @property
    def case(self) -> Case:
        return self.item.case

    @property
    def votes_seen(self) -> str:
        return votes_seen(self.case)

    @property
    def later(self) -> Case | None:
        return self.listed.queue.after(*self.case.key)

    @cached_property
    def simulated(self) -> frozenset[str]:
        return frozenset(person.name for person in g.project.people() if person.role == "simulated")

    @cached_property
    def questions(self) -> tuple[Field, ...]:
        return tuple(f for f in self.codebook.fields if f.core and f.kind in ("actors", "choice"))

    @cached_property
    def details(self) -> tuple[str, ...]:
        """What else was said of any claim, in the order it is shown."""
        order = (
            "via",
            "content_spans",
            "cue_spans",
            "source_spans",
            "propositions",
            "claim_type",
            "vouch",
            "hedged",
        )
        claims = [claim for row in self.case.rows for claim in row if claim is not None]
        vouch = self.codebook.field("vouch")
        plain: dict[str, Any] = {"vouch": vouch.default if vouch else None, "hedged": False}
        empty = (None, ())
        return tuple(
            field
            for field in order
            if any(getattr(one, field) not in (*empty, plain.get(field)) for one in claims)
        )

    @property
    def rejectable(self) -> bool:
        return self.codebook.field("polarity") is not None

    def row(self, draft: Draft) -> Row:
        return self.case.rows[draft.n - 1] if draft.n <= len(self.case.rows) else ()

    def own(self, draft: Draft) -> bool:
        """Whether nobody found this claim."""
        return draft.n > len(self.case.rows)

    @property
    def blank(self) -> Draft:
        """The next claim that nobody found."""
        return Draft(max((draft.n for draft in self.drafts), default=0) + 1, found=True)

    @property
    def may_add(self) -> bool:
        return self.blank.n <= len(self.case.rows) + settle.MORE

    def letter(self, place: int) -> str:
        return LETTERS[place % len(LETTERS)]

    def count(self, row: Row, field: str) -> list[int]:
        """How many gave each answer, the commonest first; one number where all agree."""
        given = Counter(settle.value(claim, field) for claim in row if claim is not None)
        return sorted(given.values(), reverse=True)

    def odd(self, row: Row, field: str) -> frozenset[int]:
        return settle.odd(row, field)

    def filled(self, row: Row, draft: Draft, field: str) -> bool:
        """Whether the answer was filled in because all agree."""
        given = {settle.value(claim, field) for claim in row if claim is not None}
        rejected = "oppose" if draft.rejects else None
        own = (draft.stance, rejected) if field == "stance" else getattr(draft, field)
        if field == "stance" and len(given) == 1:
            stance, polarity = next(iter(given))
            return bool(own == (stance, polarity if polarity == "oppose" else None))
        return given == {own}

    def chosen(self, draft: Draft, field: str) -> tuple[str, ...]:
        value = getattr(draft, field)
        return value if isinstance(value, tuple) else (value,) if value else ()

    def offered(self, field: Field, draft: Draft) -> list[Any]:
        chosen = self.chosen(draft, field.id)
        return [*field.labels, *(one for one in field.readable if one.id in chosen)]

    def side(self, label: Any) -> int | None:
        """From 1: the side of a position that belongs to just one."""
        if not label.sides or len(label.sides) != 1:
            return None
        return [side.id for side in self.codebook.sides].index(label.sides[0]) + 1

    def speakers(self, draft: Draft) -> list[Actor]:
        """Those with a digit, those somebody chose here, and the chosen ones."""
        named = {id for row in self.case.rows for claim in row if claim for id in claim.speaker}
        wanted = named | set(draft.speaker)
        return [actor for actor in self.codebook.actors if actor.key or actor.id in wanted]

    def together(self, row: Row) -> bool:
        """Whether there is more than one claim to take details from."""
        return sum(claim is not None for claim in row) > 1

    def based(self, draft: Draft) -> str:
        return based(draft)

    def words(self, claim: Claim, field: str) -> str:
        return quoted(getattr(claim, field), self.item.sentence.text) or ""

    def whole(self, place: int) -> str:
        """One whole answer, for the script to fill in at once."""
        drafts = settle.taken(self.case, place)
        return json.dumps(
            [
                {
                    "n": draft.n,
                    "found": "yes" if draft.found else "no",
                    "speaker": draft.speaker,
                    "stance": draft.stance,
                    "polarity": draft.rejects,
                    "attribution": draft.attribution,
                    "speaker_text": draft.speaker_text,
                    "base": based(draft),
                }
                for draft in drafts
            ],
            ensure_ascii=False,
        )

    @cached_property
    def marked(self) -> list[tuple[str, str]]:
        """The sentence in stretches, each with what its words are marked as in the drafted answer."""
        text = self.item.sentence.text
        marks: list[tuple[int, int, str]] = []
        for draft in self.drafts:
            row = self.row(draft)
            base = settle.details(draft, row)
            if base is not None and draft.found is not False:
                marks += [(a, b, role) for role in SPANS for a, b in getattr(base, f"{role}_spans")]
        cuts = sorted({0, len(text), *(at for start, end, _ in marks for at in (start, end))})
        return [
            (
                text[a:b],
                " ".join(dict.fromkeys(f"settle-{role}" for s, e, role in marks if s <= a and b <= e)),
            )
            for a, b in zip(cuts, cuts[1:], strict=False)
        ]

    @property
    def final(self) -> Answer | None:
        return self.item.settlement.answer if self.item.settlement else None

    @property
    def says_no_claim(self) -> bool:
        return self.final is not None and self.final.status is Status.NO_CLAIM

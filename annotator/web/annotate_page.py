"""What the annotate page shows: one person's desk with one sentence in focus and one claim open."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import request, url_for

from annotator import speakers
from annotator.annotate import quote_open
from annotator.annotate.claims import quoted
from annotator.model import (
    Actor,
    Answer,
    Claim,
    Codebook,
    Field,
    Invalid,
    Kind,
    Label,
    Proposition,
    Sentence,
    Unit,
)
from annotator.project import OPENABLE, Desk, Whereabouts
from annotator.web.annotate_draft import ROLES, Draft, spans_of
from annotator.web.annotate_marks import PositionList, lists
from annotator.web.annotate_window import SIZE, Chunk

if TYPE_CHECKING:
    from annotator.web.annotate_compare import Compare

_SLOTS = 12  # rows of speakers; more are reached by typing

_QUOTED = 10  # a quotation rarely runs over more sentences


@dataclass(frozen=True)
class Text:
    """A part of the document with this person's answers."""

    desk: Desk
    codebook: Codebook

    @property
    def numbers(self) -> Mapping[str, int]:
        """Queued sentences, counted from 1."""
        return self.desk.numbers

    @property
    def focus(self) -> str | None:
        return None

    @property
    def address(self) -> str:
        """Where a sentence of it is opened and answered."""
        return "annotate.sentence"

    @property
    def again(self) -> bool:
        """Whether the answers shown are those of the second time."""
        return False

    @cached_property
    def _places(self) -> str:
        """What the addresses of all sentences begin with: made once, since a page says it often."""
        return _places(request.root_path, self.address, self.desk.document.id)

    def place(self, sid: str, claim: int | str | None = None) -> str:
        """The address of a sentence, or of one of its claims."""
        return self._places + quote(sid, safe="") + (f"?claim={claim}" if claim is not None else "")

    def answer(self, sid: str) -> Answer:
        annotation = self.desk.annotations.get(sid)
        return annotation.answer if annotation else Answer()

    def opens(self, sentence: Sentence) -> bool:
        return sentence.kind in OPENABLE


@dataclass(frozen=True)
class Page(Text):
    """Everything the templates ask about."""

    where: Whereabouts
    draft: Draft
    comment: str
    hard: bool
    shown: range = range(0)  # the units to send, counted from 0
    chunks: Sequence[Chunk] = ()  # of a long document, where it is sent
    skipped: Mapping[str, int] = field(default_factory=dict)  # with their numbers, when nothing else is left
    problem: Invalid | None = None
    compare: Compare | None = None  # instead of the card: what is saved now, and what an old page sent
    refilled: bool = False  # with the answer of an old page
    kept: str = ""  # the token under which the browser keeps that answer

    @property
    def sentence(self) -> Sentence:
        return self.where.sentence

    @property
    def focus(self) -> str:
        return self.sentence.id

    @property
    def number(self) -> int | None:
        return self.where.number

    @cached_property
    def units(self) -> Sequence[Sentence]:
        """The units to send."""
        if not self.shown:
            return ()
        sentences = self.desk.sentences
        # What the card asks about may lie before, and the sentence one left anywhere.
        at = next(n for n, one in enumerate(sentences) if one.id == self.focus)
        start = at - (self.where.at - self.shown.start)
        return sentences[start : start + len(self.shown)]

    def chunk_units(self, chunk: Chunk) -> Sequence[Sentence]:
        start = chunk.n * SIZE - self.shown.start
        return self.units[start : start + SIZE]

    @property
    def blank(self) -> Page:
        """The card of no sentence yet, for the script to go on with while the server is away."""
        nowhere = Sentence(0, self.desk.document.id, 0.0, 0, Unit("_", Kind.BODY, "", ()))
        where = replace(self.where, sentence=nowhere, number=None, before="_", after="_")
        return Page(self.desk, self.codebook, where, Draft(), "", hard=False)

    @property
    def claims(self) -> tuple[Claim, ...]:
        return self.answer(self.focus).claims

    @property
    def seen(self) -> int | None:
        annotation = self.desk.annotations.get(self.focus)
        return annotation.id if annotation else None

    @property
    def before(self) -> str | None:
        return self.where.before

    @property
    def after(self) -> str | None:
        return self.where.after

    @property
    def finished(self) -> bool:
        return self.desk.done == self.desk.total > 0

    # ------------------------------------------------------------ the card

    @property
    def repeats(self) -> str | None:
        """The sentence that the one in focus repeats, where it is a pull quote."""
        unit = self.sentence.unit
        return unit.repeats[0] if unit.kind is Kind.PULLQUOTE and unit.repeats else None

    @property
    def folded(self) -> list[tuple[int, Claim]]:
        """The finished claims beside the open one, with their numbers."""
        return [(n, claim) for n, claim in enumerate(self.claims, start=1) if n != self.draft.n]

    @property
    def opened(self) -> int:
        """The number the open claim has, or will have."""
        return self.draft.n or len(self.claims) + 1

    @cached_property
    def questions(self) -> tuple[Field, ...]:
        """What is asked for every claim, in the order of the keyboard rows."""
        return tuple(f for f in self.codebook.fields if f.core and f.kind in ("actors", "choice"))

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(f.id for f in self.questions if not self.draft.chosen(f.id))

    @property
    def look_at(self) -> str | None:
        """The question that focus goes to."""
        if self.problem and self.problem.field:
            return self.problem.field
        return self.missing[0] if self.missing else None

    @cached_property
    def slots(self) -> tuple[Actor, ...]:
        """Speakers with a digit, then in order of first use here; the open claim's others behind them.

        What was used once keeps its place: the order never changes inside a document.
        """
        keyed = sorted((a for a in self.codebook.actors if a.key), key=lambda actor: actor.key or "")
        free = iter(sorted(set("123456789") - {a.key for a in keyed}))
        used = [a for a in map(self.codebook.actor, self.desk.speakers) if a and not a.key]
        placed = [replace(a, key=next(free, None)) for a in used[: max(0, _SLOTS - len(keyed))]]
        shown = {a.id for a in (*keyed, *placed)}
        others = (a for a in self.codebook.actors if a.id in self.draft.speaker and a.id not in shown)
        return (*keyed, *placed, *others)

    @cached_property
    def named_slots(self) -> tuple[tuple[str, str | None, bool, bool], ...]:
        """(id, key, chosen, named in the sentence) of each of them: all that their row says."""
        chosen, named = self.draft.speaker, self.named
        return tuple((a.id, a.key, a.id in chosen, a.id in named) for a in self.slots)

    @cached_property
    def slotted(self) -> Codebook:
        """The codebook with the digits as they are in this document, for the picture of the keyboard."""
        return replace(self.codebook, actors=self.slots)

    @cached_property
    def named(self) -> frozenset[str]:
        """Speakers whose names stand in the sentence."""
        return speakers.named(self.codebook, self.desk.document.lang, self.sentence.text)

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """What words can be marked as in this project."""
        asked = {f.id for f in self.codebook.fields if f.kind == "span" and f.enabled}
        return tuple(role for role in ROLES if role in asked)

    def asks(self, field: str) -> bool:
        """Whether this project has the question at all."""
        found = self.codebook.field(field)
        return found is not None and found.enabled

    @cached_property
    def positions(self) -> list[PositionList]:
        return lists(self.codebook, self.draft.propositions) if self.asks("propositions") else []

    @cached_property
    def chosen_propositions(self) -> list[tuple[Proposition, PositionList]]:
        chosen = self.draft.propositions
        return [(one, held) for held in self.positions for one in held.propositions if one.id in chosen]

    @cached_property
    def marked_before(self) -> str:
        """The marks of the finished claims, with their numbers, for the script to draw."""
        finished = [
            {"n": n, **{role: getattr(claim, f"{role}_spans") for role in ROLES}} for n, claim in self.folded
        ]
        return json.dumps(finished, separators=(",", ":"))

    @cached_property
    def words_typed(self) -> bool:
        """Whether the words for the speaker say more than the marked ones."""
        typed = self.draft.speaker_text
        spans = spans_of(self.draft.spans.get("source"))
        return bool(typed) and typed != quoted(spans, self.sentence.text)

    @cached_property
    def open_since(self) -> Sentence | None:
        """The sentence in which a quotation began that still runs on here."""
        before = self._bodies_before
        texts = [sentence.text for sentence in before]
        if self.sentence.kind is not Kind.BODY or not quote_open(texts):
            return None
        return next(before[n] for n in reversed(range(len(texts))) if not quote_open(texts[:n]))

    @cached_property
    def speakers_before(self) -> tuple[Actor, ...]:
        """Who spoke last in the sentence before."""
        claims = self.answer(self._bodies_before[-1].id).claims if self._bodies_before else ()
        spoke = [tuple(filter(None, map(self.codebook.actor, claim.speaker))) for claim in claims]
        others = [actors for actors in spoke if not any(actor.type == "author" for actor in actors)]
        return others[-1] if others else ()

    @cached_property
    def _bodies_before(self) -> list[Sentence]:
        at = next((n for n, one in enumerate(self.desk.sentences) if one.id == self.focus), 0)
        return [s for s in self.desk.sentences[:at] if s.kind is Kind.BODY][-_QUOTED:]

    def requires(self, field: str) -> bool:
        """Whether the open claim's answers ask for this further one."""
        rules = (rule for rule in self.codebook.constraints if field in rule.require)
        return any(all(self.draft.holds(*asked) for asked in rule.when.items()) for rule in rules)

    def offered(self, field: Field) -> tuple[Label, ...]:
        """The answers to choose from, and a retired one where the open claim has it."""
        return (*field.labels, *(one for one in field.readable if one.id in self.draft.chosen(field.id)))

    @cached_property
    def rejectable(self) -> bool:
        return self.codebook.field("polarity") is not None

    @cached_property
    def rules(self) -> str:
        """The constraints that answer one question from another, for the script to apply at once."""
        return json.dumps(
            [
                {
                    "when": _lists(rule.when),
                    "set": _lists(rule.set),
                    "forbid": rule.forbid,
                    "require": rule.require,
                    **({"match": rule.match} if rule.match else {}),
                }
                for rule in self.codebook.constraints
                if rule.set or rule.forbid or rule.require or rule.match
            ],
            ensure_ascii=False,
            separators=(",", ":"),
        )

    def side(self, label: Label) -> int | None:
        """From 1: the side of a position that belongs to just one."""
        if not label.sides or len(label.sides) != 1:
            return None
        return [side.id for side in self.codebook.sides].index(label.sides[0]) + 1


@lru_cache(maxsize=256)
def _places(_root: str, address: str, doc_id: str) -> str:
    return url_for(address, doc_id=doc_id, sid="_").removesuffix("_")


def _lists(table: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {key: list(values) for key, values in table.items()}


def pieces(sentence: Sentence) -> list[str]:
    """The text cut where a number is lost: a gap stands between every two pieces.

    A gap takes no room in the text itself, so offsets stay right.
    """
    cuts = [0, *sorted(sentence.unit.lost_at), len(sentence.text)]
    return [sentence.text[start:end] for start, end in zip(cuts, cuts[1:], strict=False)]

"""The nouns: what every floor of the house talks about, with the problems it can report."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from annotator.problems import N_ as N_
from annotator.problems import Counted as Counted
from annotator.problems import Figure as Figure
from annotator.problems import Forbidden as Forbidden
from annotator.problems import Invalid as Invalid
from annotator.problems import Missing as Missing
from annotator.problems import Problem as Problem
from annotator.problems import Said as Said
from annotator.problems import Stale as Stale
from annotator.problems import Unavailable as Unavailable
from annotator.problems import as_json as as_json
from annotator.problems import from_json as from_json
from annotator.problems import one_line as one_line
from annotator.problems import several as several
from annotator.problems import upright as upright
from annotator.problems import worded as worded

Span = tuple[int, int]
"""Unicode code points, start inclusive, end exclusive."""

Run = tuple[int, int, int]
"""(text start, raw start, length): a stretch of a sentence's text and where in the file it stands."""

Names = Mapping[str, str]
"""One wording per language code; the first language is the fallback."""


def wording(names: Names, lang: str) -> str:
    """`names` in `lang`, or in the first language that has a wording.

    >>> wording({"en": "The author", "ar": "الكاتب"}, "tr")
    'The author'
    """
    return names.get(lang) or next(iter(names.values()), "")


# ------------------------------------------------------------------ text


class Kind(StrEnum):
    TITLE = "title"
    BYLINE = "byline"
    HEADING = "heading"
    BODY = "body"
    PULLQUOTE = "pullquote"
    CAPTION = "caption"
    URL = "url"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of a document as read: a sentence, or a block that is never split.

    `spans` are code points of the decoded file, in reading order. `joins[i]` stands between
    spans i and i+1: "" where they form one word, " " otherwise. `runs` map every character
    of `text` that comes from the file to its place there.
    """

    id: str
    kind: Kind
    text: str
    spans: tuple[Span, ...]
    joins: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()
    flags: tuple[str, ...] = ()
    unsure_lines: tuple[int, ...] = ()  # from 1
    repeats: tuple[str, ...] = ()  # ids of the units this one repeats
    paragraph: str | None = None
    lost_at: tuple[int, ...] = ()  # code points of `text` where a number is missing


@dataclass(frozen=True, slots=True)
class Edit:
    """A cut that a person mended, anchored at a visible character of the document's text."""

    what: str  # "split": at starts a unit; "merge": the unit that starts at, with the one before; "kind"
    at: int
    to: str | None = None  # the new kind


class RepairState(StrEnum):
    APPLIED = "applied"  # safe: made at once
    PROPOSED = "proposed"  # waits for a person
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    MOVED = "moved"  # accepted, but another of its choices


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a repair, or about all of a kind."""

    state: RepairState
    choice: int = 0


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was, or could be, mended in a file."""

    id: str  # kind:place in the file; the same whatever was decided
    kind: str
    spans: tuple[Span, ...]  # an empty one is a place between two characters
    line: int | None  # from 1
    before: str
    after: str
    safe: bool  # applied at once; else proposed
    state: RepairState
    choices: int = 1  # how many readings there are, likeliest first
    choice: int = 0
    shown: bool = True  # whether the text has it


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole file as units in reading order."""

    lang: str
    units: tuple[Unit, ...]
    method: str = "automatic"  # or "checked"
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)  # title, author, publisher, date, url
    repairs: tuple[Repair, ...] = ()  # in the order of the file


@dataclass(frozen=True, slots=True)
class Document:
    id: str  # first 16 hex digits of the SHA-256 of the file
    filename: str
    lang: str
    title: str
    publisher: str | None
    author: str | None
    date: str | None
    url: str | None
    imported_at: str
    stage: str = "ready"  # or "checking" before, "withdrawn" after


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stored unit of a document: what is shown, queued and annotated."""

    key: int  # the row; `unit.id` is the name within the document
    document: str
    position: float  # reading order of all units
    order: int | None  # as exported: from 0 without bylines and links, None for those
    unit: Unit

    @property
    def id(self) -> str:
        return self.unit.id

    @property
    def kind(self) -> Kind:
        return self.unit.kind

    @property
    def text(self) -> str:
        return self.unit.text


# ------------------------------------------------------------------ answers


class Status(StrEnum):
    CLAIMS = "claims"
    NO_CLAIM = "no_claim"
    SKIPPED = "skipped"
    DUPLICATE = "duplicate"
    TODO = "todo"  # undone to nothing, or only a comment so far; never exported


@dataclass(frozen=True, slots=True)
class Claim:
    """All that one speaker, by one relay, says in this sentence and that takes one stance."""

    speaker: tuple[str, ...] = ()  # actor ids, sorted
    stance: str | None = None
    polarity: str | None = None  # "support", "oppose"; None where the stance has no side
    attribution: str | None = None
    via: tuple[str, ...] = ()  # outermost first; the author is implicit
    speaker_text: str | None = None
    content_spans: tuple[Span, ...] = ()
    cue_spans: tuple[Span, ...] = ()
    source_spans: tuple[Span, ...] = ()
    propositions: tuple[str, ...] = ()
    claim_type: str | None = None
    vouch: str | None = None
    hedged: bool | None = None
    hard: bool = False
    note: str | None = None

    @property
    def identity(self) -> tuple[tuple[str, ...], tuple[str, ...], str | None, str | None]:
        """speaker × relay × stance × polarity: at most once in a sentence."""
        return (self.speaker, self.via, self.stance, self.polarity)


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything one person decided about one sentence."""

    status: Status = Status.TODO
    claims: tuple[Claim, ...] = ()
    comment: str | None = None
    hard: bool = False  # flagged for the lead
    duplicate_of: str | None = None

    @property
    def finished(self) -> bool:
        return self.status in (Status.CLAIMS, Status.NO_CLAIM)


@dataclass(frozen=True, slots=True)
class Annotation:
    """An answer as stored: one appended row; the newest of a person and sentence is current."""

    id: int
    sentence: int
    person: str
    answer: Answer
    codebook: str  # id@version
    seconds: float | None
    created_at: str  # of the first answer
    updated_at: str  # of this one


class Role(StrEnum):
    LEAD = "lead"
    ANNOTATOR = "annotator"
    SIMULATED = "simulated"  # sample data made by rule


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: Role
    has_password: bool
    removed: bool = False

    @property
    def leads(self) -> bool:
        return self.role is Role.LEAD


# ------------------------------------------------------------------ codebook


@dataclass(frozen=True, slots=True)
class Side:
    id: str
    name: Names
    color: str | None = None
    note: Names = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Actor:
    id: str
    type: str
    name: Names
    short: Names
    side: str | None = None
    key: str | None = None  # "1" … "9"
    aliases: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    wikidata: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    id: str
    text: Names


@dataclass(frozen=True, slots=True)
class Proposition:
    id: str
    side: str  # the id of a side, or of a stance label that has several
    text: Names
    issue: str | None = None
    pole: str | None = None  # "+" or "-"
    seen: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()  # words that carry it
    retired: bool = False  # no longer offered; stays readable in old answers


@dataclass(frozen=True, slots=True)
class Label:
    id: str
    name: Names
    short: Names
    key: str | None = None  # physical: "Q" is event.code "KeyQ"
    sides: tuple[str, ...] | None = None  # None outside the stance field
    color: str | None = None
    guide: Names = dataclasses.field(default_factory=dict)
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    glyph: str | None = None  # of a stance: "dots" per side, "dashed" for unclear, "barred" for off the topic
    modifier: str | None = None  # "shift": held down on the key of the field it modifies
    badge: str | None = None
    retired: bool = False  # no longer offered; stays readable in old answers
    merged_into: str | None = None  # the label that new answers give instead


@dataclass(frozen=True, slots=True)
class Field:
    id: str
    kind: str  # actors, choice, modifier, propositions, span, flag, text
    name: Names
    core: bool = False
    enabled: bool = True
    multiple: bool = False
    default: str | None = None
    of: str | None = None  # a modifier's field
    guide: Names = dataclasses.field(default_factory=dict)
    labels: tuple[Label, ...] = ()
    discontinuous: bool = False
    ordered: bool = False
    former: tuple[Label, ...] = ()  # retired or merged: in old answers only
    readable: tuple[Label, ...] = ()  # the former ones as old answers show them: “New (was Old)”

    def label(self, id: str) -> Label | None:
        """A label as an answer shows it, whether it is still offered or not."""
        return next((label for label in (*self.labels, *self.readable) if label.id == id), None)


@dataclass(frozen=True, slots=True)
class Constraint:
    level: str  # "error" blocks saving, "warn" only shows
    when: Mapping[str, tuple[str, ...]]  # field → values; ("*",) is any value
    set: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    forbid: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    require_text: str | None = None
    carry_open_quote: bool = False
    match: str | None = None
    message: Names = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a hard case was decided, for everybody from then on."""

    id: str
    text: Names
    field: str | None = None  # the question it belongs to


@dataclass(frozen=True, slots=True)
class Codebook:
    id: str
    version: str
    title: Names
    question: Names
    ui_languages: tuple[str, ...]
    text_languages: tuple[str, ...]
    sides: tuple[Side, ...]
    actors: tuple[Actor, ...]
    issues: tuple[Issue, ...]
    propositions: tuple[Proposition, ...]
    fields: tuple[Field, ...]
    constraints: tuple[Constraint, ...]
    queue_units: tuple[Kind, ...] = (Kind.BODY,)
    rules: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    license: str | None = None
    page: Names = dataclasses.field(default_factory=dict)  # the annotator's page, plain paragraphs
    rulings: tuple[Ruling, ...] = ()
    former_propositions: tuple[Proposition, ...] = ()  # retired: in old answers only

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"

    def field(self, id: str) -> Field | None:
        return next((f for f in self.fields if f.id == id), None)

    def actor(self, id: str) -> Actor | None:
        return next((a for a in self.actors if a.id == id), None)

    def labels(self, field: str) -> tuple[Label, ...]:
        found = self.field(field)
        return found.labels if found else ()

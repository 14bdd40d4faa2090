"""What one person has answered, as the walk believes it: sentences, undo, redo, every row ever stored."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

Spans = tuple[tuple[int, int], ...]


class Refused(Exception):
    """The form is not taken: what to look at, and the claim that says so."""

    def __init__(self, why: str, *, claim: int | None = None, field: str | None = None):
        super().__init__(why)
        self.claim, self.field = claim, field


class Outdated(Exception):
    """The page was made from another answer than the current one."""


@dataclass(frozen=True)
class Claim:
    speaker: tuple[str, ...] = ()  # sorted
    stance: str | None = None
    polarity: str | None = None
    attribution: str | None = None
    via: tuple[str, ...] = ()
    words: str | None = None
    propositions: tuple[str, ...] = ()  # sorted
    source: Spans = ()
    cue: Spans = ()
    content: Spans = ()

    @property
    def identity(self) -> tuple[object, ...]:
        return (self.speaker, self.via, self.stance, self.polarity)

    def problem(self, comment: str | None) -> str | None:
        """The question whose answer is missing or does not fit; in the order they are asked."""
        own, author = self.attribution == "own", "author" in self.speaker
        for name in ("speaker", "stance", "attribution"):
            if not getattr(self, name):
                return name
        if own != author or (own and self.speaker != ("author",)):
            return "speaker"
        if "unnamed" in self.speaker and not self.words:
            return "speaker_text"
        if self.stance == "unclear" and not comment:
            return "comment"
        return "via" if own and self.via else None


@dataclass(frozen=True)
class Answer:
    status: str = "todo"
    claims: tuple[Claim, ...] = ()
    comment: str | None = None
    hard: bool = False
    duplicate_of: str | None = None

    @property
    def finished(self) -> bool:
        return self.status in ("claims", "no_claim")

    @property
    def seen(self) -> bool:
        return self.finished or self.status == "skipped"

    def checked(self) -> Answer:
        """As it can be stored, or refused."""
        for n, claim in enumerate(self.claims, start=1):
            if wrong := claim.problem(self.comment):
                raise Refused(f"claim {n}: {wrong}", claim=n, field=wrong)
        seen: dict[object, int] = {}
        for n, claim in enumerate(self.claims, start=1):
            if claim.identity in seen:
                raise Refused("twice", claim=seen[claim.identity])
            seen[claim.identity] = n
        return self


@dataclass(frozen=True)
class Row:
    """One stored answer."""

    id: int
    action: str
    sentence: str
    before: Answer
    after: Answer
    target: int | None = None


@dataclass
class Notebook:
    """Everything one person stored in the document, oldest first."""

    order: list[str]  # ids of the sentences that can be opened, as they are read
    queued: list[str]
    rows: list[Row] = field(default_factory=list)
    current: dict[str, Row] = field(default_factory=dict)
    done: list[Row] = field(default_factory=list)  # what undo takes back, last one first
    undone: list[Row] = field(default_factory=list)
    speakers: list[str] = field(default_factory=list)  # added by name

    def answer(self, sid: str) -> Answer:
        return self.current[sid].after if sid in self.current else Answer()

    def version(self, sid: str) -> int | None:
        return self.current[sid].id if sid in self.current else None

    @property
    def undo_of(self) -> int | None:
        return self.done[-1].id if self.done else None

    @property
    def redo_of(self) -> int | None:
        return self.undone[-1].id if self.undone else None

    def _append(self, action: str, sid: str, after: Answer, target: int | None = None) -> Row:
        row = Row(len(self.rows) + 1, action, sid, self.answer(sid), after, target)
        self.rows.append(row)
        self.current[sid] = row
        return row

    def store(self, sid: str, answer: Answer) -> None:
        if sid in self.current and self.current[sid].after == answer:
            return  # nothing new: nothing to undo
        self.done.append(self._append("answer", sid, answer))
        self.undone.clear()

    def turn(self, action: str, of: int) -> str:
        """Take back or give again; the sentence it was about."""
        stack = self.done if action == "undo" else self.undone
        if not stack or stack[-1].id != of:
            turns = [row.action for row in self.rows if row.target == of]
            if turns and turns[-1] == action:  # asked twice, done once
                return self.rows[of - 1].sentence
            raise Outdated
        row = stack.pop()
        after = row.before if action == "undo" else row.after
        self._append(action, row.sentence, after, row.id)
        (self.undone if action == "undo" else self.done).append(row)
        return row.sentence

    def next_unfinished(self, after: str) -> str | None:
        at = self.order.index(after) + 1
        onward = self.order[at:] + self.order[:at]
        return next((sid for sid in onward if sid in self.queued and not self.answer(sid).seen), None)

    def onward(self, sid: str) -> str:
        """Where saving leads."""
        later = [one for one in self.order[self.order.index(sid) + 1 :] if one in self.queued]
        return self.next_unfinished(sid) or (later[0] if later else sid)

    def same_speaker(self, sid: str, kinds: dict[str, str]) -> tuple[str, ...]:
        """Who spoke last in the sentence before."""
        before = [one for one in self.order[: self.order.index(sid)] if kinds[one] == "body"]
        claims = self.answer(before[-1]).claims if before else ()
        others = [claim.speaker for claim in claims if "author" not in claim.speaker]
        return others[-1] if others else ()


def saved(
    answer: Answer, claim: Claim, n: int | None, *, comment: str, hard: bool, repeats: str | None
) -> Answer:
    """The answer once the open claim is saved."""
    answer = replace(answer, comment=comment.strip() or None, hard=hard)
    if repeats:
        return replace(answer, status="duplicate", claims=(), duplicate_of=repeats)
    if claim == Claim():
        if n is not None:
            raise Refused(f"claim {n} is empty", claim=n, field="speaker")
        if not answer.finished:
            raise Refused("nothing filled in", claim=len(answer.claims) + 1, field="speaker")
        return answer.checked()
    at = len(answer.claims) if n is None else n - 1
    if wrong := claim.problem(answer.comment):
        raise Refused(wrong, claim=at + 1, field=wrong)
    same = [k for k, one in enumerate(answer.claims) if k != at and one.identity == claim.identity]
    if same:
        raise Refused("twice", claim=same[0] + 1)
    claims = (*answer.claims[:at], claim, *answer.claims[at + 1 :])
    return replace(answer, status="claims", claims=claims, duplicate_of=None).checked()


def decided(answer: Answer, status: str, *, comment: str, hard: bool) -> Answer:
    if answer.claims:
        raise Refused("there are claims", claim=len(answer.claims))
    return replace(answer, status=status, comment=comment.strip() or None, hard=hard, duplicate_of=None)


def without(answer: Answer, n: int, *, comment: str, hard: bool) -> Answer:
    claims = answer.claims[: n - 1] + answer.claims[n:]
    status = "claims" if claims else "todo"
    return replace(answer, status=status, claims=claims, comment=comment.strip() or None, hard=hard).checked()

"""The compare screen: what is saved now beside what was given here, when a page turns out to be old."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g
from werkzeug.datastructures import MultiDict

from annotator.annotate.claims import quoted
from annotator.model import Annotation, Answer, Claim, Problem, Sentence, Status
from annotator.project import Desk
from annotator.web.annotate_draft import ROLES, Draft, number, spans_of

# What the page adds itself; each time it is shown anew.
_OF_THE_PAGE = ("seen", "shown", "token", "seconds")


@dataclass(frozen=True, slots=True)
class Version:
    """One answer in words: its claims with their numbers, and the text that its marks stand on."""

    answer: Answer
    claims: tuple[tuple[int | None, Claim], ...]
    text: str
    deletes: bool = False  # says that its claim is to go
    stored: Annotation | None = None

    @property
    def at(self) -> str:
        """When it was stored."""
        return self.stored.updated_at if self.stored else ""

    def words(self, claim: Claim, role: str) -> str | None:
        """The words marked as that."""
        return quoted(getattr(claim, f"{role}_spans"), self.text)


@dataclass(frozen=True, slots=True)
class Compare:
    """Both answers, and the form that puts the one given here on top of the saved one."""

    saved: Version
    given: Version
    problem: Problem | None
    former: str | None  # the text that was answered, where it is another now
    fields: tuple[tuple[str, str], ...]
    straight: bool  # stored as it is: there is nothing to fill in
    kept: str  # the token under which the browser keeps it
    possible: bool = True

    @property
    def marks_lost(self) -> bool:
        claims = (claim for _, claim in self.given.claims)
        marked = any(getattr(claim, f"{role}_spans") for claim in claims for role in ROLES)
        return self.former is not None and marked


def compared(desk: Desk, sentence: Sentence, form: MultiDict[str, str], problem: Problem | None) -> Compare:
    current = desk.annotations.get(sentence.id)
    now = current.answer if current else Answer()
    former = _former(sentence, form)
    n = number_now(desk, sentence, form)
    given = _given(form, former or sentence.text, n)
    action = form.get("action", "save")
    straight = action == "delete" or (action in ("no_claim", "skip") and not now.claims)
    return Compare(
        saved=Version(now, tuple(enumerate(now.claims, 1)), sentence.text, stored=current),
        given=given,
        problem=problem,
        former=former,
        fields=tuple(_fields(form, n, former) if straight else _as_sent(form)),
        straight=straight,
        kept=form.get("kept", ""),
        possible=not (action == "delete" and n is None) and not (action == "no_claim" and now.claims),
    )


def number_now(desk: Desk, sentence: Sentence, form: MultiDict[str, str]) -> int | None:
    """The number that the claim of an old page has now: that of its twin, or of the one it changed."""
    current = desk.annotations.get(sentence.id)
    claims = current.answer.claims if current else ()
    wanted = [_claim(Draft.typed(form, g.project.registry().merged)).identity]
    n = number(form.get("claim"))
    before = g.project.seen(number(form.get("seen")), g.person)
    if n is not None and before is not None and 1 <= n <= len(before.answer.claims):
        wanted.insert(0, before.answer.claims[n - 1].identity)
    return next((at for want in wanted for at, claim in enumerate(claims, 1) if claim.identity == want), None)


def refilled(desk: Desk, sentence: Sentence, form: MultiDict[str, str]) -> dict[str, Any]:
    """What the page shows when the answer of an old page is filled in again."""
    fields = MultiDict(_fields(form, number_now(desk, sentence, form), _former(sentence, form)))
    draft = Draft.typed(fields, g.project.registry().merged)
    return {
        "draft": draft,
        "comment": form.get("comment", ""),
        "hard": bool(form.get("hard")),
        "refilled": True,
        "kept": form.get("kept", ""),
    }


def _former(sentence: Sentence, form: MultiDict[str, str]) -> str | None:
    key = number(form.get("shown"))
    if key is None or key == sentence.key:
        return None
    shown = g.project.shown(sentence.document, key)
    return shown.text if shown and shown.text != sentence.text else None


def _given(form: MultiDict[str, str], text: str, n: int | None) -> Version:
    action = form.get("action", "save")
    status = {"no_claim": Status.NO_CLAIM, "skip": Status.SKIPPED}.get(action, Status.CLAIMS)
    draft = Draft.typed(form, g.project.registry().merged)
    claims = () if status != Status.CLAIMS or draft.empty else ((n, _claim(draft)),)
    answer = Answer(status=status, comment=form.get("comment") or None, hard=bool(form.get("hard")))
    return Version(answer, claims, text, deletes=action == "delete")


def _claim(draft: Draft) -> Claim:
    sided = draft.stance is not None and g.project.codebook().field("polarity") is not None
    label = next((one for one in g.project.codebook().labels("stance") if one.id == draft.stance), None)
    support = "support" if sided and label and label.sides else None
    return Claim(
        speaker=tuple(sorted(draft.speaker)),
        stance=draft.stance,
        polarity="oppose" if draft.rejects else support,
        attribution=draft.attribution,
        via=draft.via,
        speaker_text=draft.speaker_text or None,
        propositions=draft.propositions,
        content_spans=spans_of(draft.spans.get("content")),
        cue_spans=spans_of(draft.spans.get("cue")),
        source_spans=spans_of(draft.spans.get("source")),
    )


def _as_sent(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    """What finds the claim again when it is filled in: which one it was, of which answer, on which text."""
    return [(key, value) for key, value in form.items(multi=True) if key not in ("token", "seconds")]


def _fields(form: MultiDict[str, str], n: int | None, former: str | None) -> list[tuple[str, str]]:
    """The answers as they were sent; marks made on another text would mark other words."""
    left_out = {*_OF_THE_PAGE, "claim", *(f"{role}_spans" for role in ROLES if former is not None)}
    fields = [(key, value) for key, value in form.items(multi=True) if key not in left_out]
    return [("claim", str(n or "new")), *fields]

"""The open claim as it stands in the form of the annotate page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from annotator.model import Claim, Span

# What the card has no control for goes through the form unchanged.
_KEPT = ("claim_type", "vouch", "hedged", "note", "claim_hard")

ROLES = ("source", "cue", "content")
"""What words can be marked as, in the order of their keys."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The open claim as it stands in the form."""

    n: int | None = None  # None: a new one
    speaker: tuple[str, ...] = ()
    stance: str | None = None
    rejects: bool = False
    attribution: str | None = None
    speaker_text: str = ""
    via: tuple[str, ...] = ()  # outermost first
    propositions: tuple[str, ...] = ()
    spans: Mapping[str, str] = field(default_factory=dict)  # by role, as the form has them
    letters: bool = False  # words were cut on purpose
    kept: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, claim: Claim, n: int) -> Draft:
        return cls(
            n=n,
            speaker=claim.speaker,
            stance=claim.stance,
            rejects=claim.polarity == "oppose",
            attribution=claim.attribution,
            speaker_text=claim.speaker_text or "",
            via=claim.via,
            propositions=claim.propositions,
            spans={role: json.dumps(getattr(claim, f"{role}_spans")) for role in ROLES},
            kept=tuple(_kept(claim)),
        )

    @classmethod
    def typed(cls, form: MultiDict[str, str], merged: Mapping[str, str]) -> Draft:
        """What was typed, with speakers that were merged meanwhile as those they count as now."""
        n = form.get("claim", "new")
        return cls(
            n=number(n),
            speaker=tuple(dict.fromkeys(merged.get(id, id) for id in form.getlist("speaker"))),
            stance=form.get("stance"),
            rejects=form.get("polarity") == "oppose",
            attribution=form.get("attribution"),
            speaker_text=form.get("speaker_text", ""),
            via=tuple(merged.get(id, id) for id in form.getlist("via") if id),
            propositions=tuple(form.getlist("propositions")),
            spans={role: form.get(f"{role}_spans", "[]") for role in ROLES},
            letters=bool(form.get("letters")),
            kept=tuple((key, value) for key in _KEPT for value in form.getlist(key)),
        )

    @property
    def empty(self) -> bool:
        return not (self.speaker or self.stance or self.attribution or self.speaker_text)

    def chosen(self, field: str) -> tuple[str, ...]:
        """The ids answered to one of the questions."""
        value = getattr(self, field)
        return value if isinstance(value, tuple) else (value,) if value else ()

    def holds(self, field: str, values: tuple[str, ...]) -> bool:
        """Whether one of the values was answered; "*" is any."""
        chosen = self.chosen(field) if hasattr(self, field) else ()
        return bool(chosen) if values == ("*",) else bool(set(chosen) & set(values))


def _kept(claim: Claim) -> Iterator[tuple[str, str]]:
    for key in ("claim_type", "vouch", "note"):
        if getattr(claim, key) is not None:
            yield key, getattr(claim, key)
    if claim.hedged is not None:
        yield "hedged", "1" if claim.hedged else "0"
    if claim.hard:
        yield "claim_hard", "1"


def spans_of(text: str | None) -> tuple[Span, ...]:
    """Marked words as the form has them; none where it is not to be read."""
    try:
        return tuple((int(start), int(end)) for start, end in json.loads(text or "[]"))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return ()


def number(text: str | None) -> int | None:
    """A number from an address or a form; None for anything no page of ours would send.

    >>> number("12"), number("new"), number("9" * 5000)
    (12, None, None)
    """
    return int(text) if text and len(text) < 19 and text.isdecimal() else None

"""The final answer to a sentence: the form a lead fills in, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from annotator.model import Answer, Claim, Codebook, Invalid, Status
from annotator.settle.cases import CORE, DETAILS, Case, Row, agreed, apart, comments, value

REASONS = ("rule", "text", "slip", "difference")
"""Why people differed: the rule is unclear, the text is unclear, a slip, a real difference."""

MORE = 3  # claims nobody found that a lead may add at once

TOGETHER = -1
"""Details as all have them, in place of one vote's: what nobody contradicts."""


class Form(Protocol):
    """A sent form: werkzeug's MultiDict is one."""

    def get(self, key: str, /) -> str | None: ...

    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """One claim of the final answer as it stands in the form."""

    n: int  # from 1; those nobody found come after the others
    found: bool | None = None  # whether it belongs to the final answer; None: not decided yet
    speaker: tuple[str, ...] = ()
    stance: str | None = None
    rejects: bool = False
    attribution: str | None = None
    speaker_text: str = ""
    base: int | None = None  # the vote that marked words and everything else come from, or TOGETHER
    named: str = ""  # a speaker as typed, still to be looked up

    @classmethod
    def of(cls, n: int, claim: Claim, base: int | None = None, *, found: bool | None = True) -> Draft:
        return cls(
            n, found, claim.speaker, claim.stance, claim.polarity == "oppose",
            claim.attribution, claim.speaker_text or "", base,
        )  # fmt: skip

    @classmethod
    def typed(cls, n: int, form: Form) -> Draft:
        base = form.get(f"{n}-base") or ""
        return cls(
            n,
            {"yes": True, "no": False}.get(form.get(f"{n}-found") or ""),
            tuple(sorted({id for id in form.getlist(f"{n}-speaker") if id})),
            form.get(f"{n}-stance") or None,
            form.get(f"{n}-polarity") == "oppose",
            form.get(f"{n}-attribution") or None,
            (form.get(f"{n}-speaker_text") or "").strip(),
            TOGETHER if base == "all" else int(base) if base.isdecimal() and len(base) < 4 else None,
            " ".join((form.get(f"{n}-named") or "").split()),
        )

    @property
    def empty(self) -> bool:
        return not (self.speaker or self.named or self.stance or self.attribution)


def opening(case: Case) -> tuple[Draft, ...]:
    """The form before anything was chosen: what all agree on is filled in."""
    return tuple(
        Draft.of(n, agreed(row), _base(row), found=None if None in row else True)
        for n, row in enumerate(case.rows, 1)
    )


def taken(case: Case, place: int) -> tuple[Draft, ...]:
    """The form with the whole answer of one vote."""
    return tuple(
        Draft.of(n, claim, place) if (claim := row[place]) is not None else Draft(n, found=False)
        for n, row in enumerate(case.rows, 1)
    )


def again(case: Case, final: Answer) -> tuple[Draft, ...]:
    """The form with a final answer that was given before."""
    left = list(final.claims)
    drafts = []
    for n, row in enumerate(case.rows, 1):
        best = max(left, key=lambda claim: _likeness(claim, row), default=None)
        if best is None or not _likeness(best, row):
            drafts.append(Draft(n, found=False))
            continue
        left.remove(best)
        drafts.append(Draft.of(n, best, _place(best, row)))
    own = (Draft.of(n, claim) for n, claim in enumerate(left, len(case.rows) + 1))
    return (*drafts, *own)


def typed(case: Case, form: Form) -> tuple[Draft, ...]:
    """The form as it was sent, with the claims that nobody found where there are any."""
    known = [Draft.typed(n, form) for n in range(1, len(case.rows) + 1)]
    added = (Draft.typed(n, form) for n in range(len(known) + 1, len(known) + MORE + 1))
    return (*known, *(replace(draft, found=True) for draft in added if not draft.empty))


def final(case: Case, form: Form, codebook: Codebook) -> Answer:
    """The final answer that a form gives, still to be checked like everybody's."""
    if form.get("action") == "no_claim":
        return Answer(Status.NO_CLAIM, comment=(form.get("note") or "").strip() or comments(case, ()))
    claims = tuple(_claim(draft, case, codebook) for draft in typed(case, form) if _decided(draft).found)
    own = (form.get("note") or "").strip() or comments(case, claims)
    return Answer(Status.CLAIMS if claims else Status.NO_CLAIM, claims, comment=own)


def _decided(draft: Draft) -> Draft:
    if draft.found is None:
        raise Invalid(
            "Is claim %(n)s part of the final answer? Choose yes or no.",
            n=draft.n,
            field="found",
            claim=draft.n,
        )
    return draft


def _claim(draft: Draft, case: Case, codebook: Codebook) -> Claim:
    row: Row = case.rows[draft.n - 1] if draft.n <= len(case.rows) else ()
    for field in CORE:
        asked = codebook.field(field)
        if asked and asked.core and not getattr(draft, field):
            raise Invalid(
                "Claim %(n)s has no answer to “%(question)s” yet. Choose one.",
                n=draft.n,
                question=asked.name,
                field=field,
                claim=draft.n,
            )
    return replace(
        details(draft, row) or Claim(),
        speaker=draft.speaker,
        stance=draft.stance,
        polarity="oppose" if draft.rejects else None,
        attribution=draft.attribution,
        speaker_text=draft.speaker_text or None,
        hard=False,
        note=None,
    )


def details(draft: Draft, row: Row) -> Claim | None:
    """The claim that marked words and everything else are taken from, whole."""
    if draft.base == TOGETHER:
        return agreed(row) if any(row) else None
    return row[draft.base] if draft.base is not None and draft.base < len(row) else None


def _base(row: Row) -> int | None:
    """Where details come from at first: from all, as long as nobody contradicts."""
    several = sum(claim is not None for claim in row) > 1
    return TOGETHER if several and not any(apart(row, field) for field in DETAILS) else _alike(row)


def _alike(row: Row) -> int | None:
    """Whose details most others have as well, the first of several."""
    places = [n for n, claim in enumerate(row) if claim is not None]
    details = {n: tuple(value(claim, field) for field in DETAILS) for n, claim in enumerate(row) if claim}
    return max(places, key=lambda n: (sum(details[n] == one for one in details.values()), -n), default=None)


def _likeness(claim: Claim, row: Row) -> int:
    return max(
        (sum(value(claim, f) == value(one, f) for f in (*CORE, "content_spans")) for one in row if one),
        default=0,
    )


def _place(claim: Claim, row: Row) -> int | None:
    """The vote whose details a final claim has."""
    same = (n for n, one in enumerate(row) if one and _same_details(one, claim))
    return next(same, TOGETHER if _same_details(agreed(row), claim) else _alike(row))


def _same_details(one: Claim, other: Claim) -> bool:
    return all(value(one, field) == value(other, field) for field in DETAILS)

"""Settling: what people left open between them, and the final answer made from theirs."""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Protocol

from annotator.model import Answer, Claim, Codebook, Invalid, Status

REASONS = ("rule", "text", "slip", "difference")
"""Why people differed: the rule is unclear, the text is unclear, a slip, a real difference."""

CORE = ("speaker", "stance", "attribution")
OPTIONAL = (
    "speaker_text", "content_spans", "cue_spans", "source_spans", "propositions", "claim_type", "hedged",
)  # fmt: skip
"""What may be left blank: a blank says nothing, so it does not differ."""
DETAILS = ("via", "vouch", *OPTIONAL)

MORE = 3  # claims nobody found that a lead may add at once

Row = tuple[Claim | None, ...]
"""One claim as each voter reads it, in the order of the votes; None: not found."""


class Form(Protocol):
    """A sent form: werkzeug's MultiDict is one."""

    def get(self, key: str, /) -> str | None: ...

    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Vote:
    """What one person answered, under the id it is stored by."""

    id: int
    person: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers that were given to the same question."""

    kind: str  # "claim", "same", "speaker", "stance", "attribution", "details"
    values: tuple[Any, Any] = (None, None)


@dataclass(frozen=True)
class Case:
    """One sentence as several people answered it: votes in the order they are shown, claims side by side."""

    document: str
    sentence: str
    order: int
    votes: tuple[Vote, ...]
    rows: tuple[Row, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.document, self.sentence

    @property
    def ids(self) -> tuple[int, ...]:
        """The votes it rests on."""
        return tuple(sorted(vote.id for vote in self.votes))

    @functools.cached_property
    def apart(self) -> Mapping[Pair, float]:
        """`pairs`, counted once."""
        return pairs(self)


@dataclass(frozen=True, slots=True)
class Group:
    """The sentences in which the same two answers are mixed up, the most contested first."""

    pair: Pair
    share: float  # of all disagreement
    cases: tuple[Case, ...]


def shuffled(people: Iterable[str], lead: str, sentence: str) -> list[str]:
    """An order that tells nothing about who is who, the same for the same lead and sentence.

    >>> shuffled(["Ana", "Ben"], "Cleo", "d/s1") == shuffled(["Ben", "Ana"], "Cleo", "d/s1")
    True
    """
    return sorted(people, key=lambda name: hashlib.sha256(f"{lead}/{sentence}/{name}".encode()).digest())


# ------------------------------------------------------------------ where people differ


def value(claim: Claim, field: str) -> Any:
    """A claim's answer to a question; the position goes with whether it is rejected."""
    return (claim.stance, claim.polarity) if field == "stance" else getattr(claim, field)


def apart(row: Row, field: str) -> bool:
    """Whether those who found this claim answered differently; a blank among optional ones does not."""
    return len(_values(row, field)) > 1


def odd(row: Row, field: str) -> frozenset[int]:
    """The places whose answer is not the commonest; all where none is."""
    given = {n: value(claim, field) for n, claim in enumerate(row) if claim is not None}
    counts = Counter(given.values()).most_common(2)
    if len(counts) < 2:
        return frozenset()
    common = counts[0][0] if counts[0][1] > counts[1][1] else object()
    return frozenset(n for n, one in given.items() if one != common)


def pairs(case: Case) -> Mapping[Pair, float]:
    """Which answers meet in a sentence: pairs of people, each weighted 1 / (people − 1)."""
    found: Counter[Pair] = Counter()
    sizes = [len(vote.answer.claims) for vote in case.votes]
    for a, b in combinations(range(len(case.votes)), 2):
        if bool(sizes[a]) != bool(sizes[b]):
            found[Pair("claim")] += 1
        for row in case.rows:
            one, other = row[a], row[b]
            if one is not None and other is not None:
                found.update(_differences(one, other))
            elif (one is None) != (other is None) and sizes[a] and sizes[b]:
                found[Pair("same")] += 1
    weight = 1 / max(len(case.votes) - 1, 1)
    return {pair: count * weight for pair, count in found.items()}


def _differences(one: Claim, other: Claim) -> Iterable[Pair]:
    for field in CORE:
        if value(one, field) != value(other, field):
            first, second = sorted((value(one, field), value(other, field)), key=repr)
            yield Pair(field, (first, second))
    if any(apart((one, other), field) for field in DETAILS):
        yield Pair("details")


def grouped(cases: Sequence[Case], among: Sequence[Case] | None = None) -> tuple[Group, ...]:
    """The cases by the pair they are most about, the biggest share of all disagreement first.

    Shares are counted over `among`, so that they stay while the queue gets shorter.
    """
    weights = {case.key: case.apart for case in (*cases, *(among or ()))}
    total: Counter[Pair] = Counter()
    for found in weights.values():
        total.update({pair: weight for pair, weight in found.items() if pair.kind != "details"})
    mass = sum(total.values()) or 1.0
    by_pair: dict[Pair, list[Case]] = {}
    for case in cases:
        found = weights[case.key]
        main = max(found, key=lambda pair: (total[pair], found[pair], repr(pair)), default=Pair("details"))
        by_pair.setdefault(main, []).append(case)
    for waiting in by_pair.values():
        waiting.sort(key=lambda case: -sum(weights[case.key].values()))
    groups = (Group(pair, total[pair] / mass, tuple(waiting)) for pair, waiting in by_pair.items())
    return tuple(sorted(groups, key=lambda group: (-group.share, repr(group.pair))))


def unanimous(case: Case) -> Answer | None:
    """The answer that everybody gave; None where anything differs."""
    if case.apart:
        return None
    claims = tuple(agreed(row) for row in case.rows)
    status = Status.CLAIMS if claims else Status.NO_CLAIM
    return Answer(status, claims, comment=comments(case))


def comments(case: Case) -> str | None:
    """What people wrote about the sentence, without saying who."""
    said = dict.fromkeys(vote.answer.comment for vote in sorted(case.votes, key=lambda vote: vote.id))
    return " … ".join(comment for comment in said if comment) or None


def agreed(row: Row) -> Claim:
    """What everybody who found this claim says of it; the rest is blank."""
    found: dict[str, Any] = {}
    for field in ("speaker", "attribution", *DETAILS):
        values = _values(row, field)
        if len(values) == 1:
            found[field] = values.pop()
    stances = _values(row, "stance")
    if len(stances) == 1:
        found["stance"], found["polarity"] = stances.pop()
    return Claim(**found)


def _values(row: Row, field: str) -> set[Any]:
    values = {value(claim, field) for claim in row if claim is not None}
    return values - {None, ()} if field in OPTIONAL and len(values) > 1 else values


# ------------------------------------------------------------------ the final answer


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
    base: int | None = None  # the vote that marked words and everything else come from

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
            int(base) if base.isdecimal() and len(base) < 4 else None,
        )

    @property
    def empty(self) -> bool:
        return not (self.speaker or self.stance or self.attribution)


def opening(case: Case) -> tuple[Draft, ...]:
    """The form before anything was chosen: what all agree on is filled in."""
    return tuple(
        Draft.of(n, agreed(row), _alike(row), found=None if None in row else True)
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
    note = (form.get("note") or "").strip() or comments(case)
    if form.get("action") == "no_claim":
        return Answer(Status.NO_CLAIM, comment=note)
    claims = [_claim(draft, case, codebook) for draft in typed(case, form) if _decided(draft).found]
    return Answer(Status.CLAIMS if claims else Status.NO_CLAIM, tuple(claims), comment=note)


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
    base = row[draft.base] if draft.base is not None and draft.base < len(row) else None
    known = {field: value(agreed(row), field) for field in DETAILS if field != "speaker_text"}
    settled = {field: given for field, given in known.items() if given not in (None, ())}
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
        base or Claim(),
        **settled,
        speaker=draft.speaker,
        stance=draft.stance,
        polarity="oppose" if draft.rejects else None,
        attribution=draft.attribution,
        speaker_text=draft.speaker_text or None,
        hard=False,
        note=None,
    )


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
    same = (n for n, one in enumerate(row) if one and all(value(one, f) == value(claim, f) for f in DETAILS))
    return next(same, _alike(row))

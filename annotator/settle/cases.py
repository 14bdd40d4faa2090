"""What people left open between them: who differs from whom in what, and what is asked first."""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from annotator.model import Answer, Claim, Codebook, Status

CORE = ("speaker", "stance", "attribution")
OPTIONAL = (
    "speaker_text", "content_spans", "cue_spans", "source_spans", "propositions", "claim_type", "hedged",
)  # fmt: skip
"""What may be left blank: a blank says nothing, so it does not differ."""
DETAILS = ("via", "vouch", *OPTIONAL)

KINDS = ("claim", "same", *CORE)
"""The differences that count as disagreement."""

Row = tuple[Claim | None, ...]
"""One claim as each voter reads it, in the order of the votes; None: not found."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What one person answered, under the id it is stored by."""

    id: int
    person: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers that were given to the same question."""

    kind: str  # one of KINDS; "details"; "retired" and "asks": all agree, but it cannot be final like that
    values: tuple[Any, Any] = (None, None)


@dataclass(frozen=True)
class Case:
    """One sentence as several people answered it: votes in the order they are shown, claims side by side."""

    document: str
    sentence: str
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
    return len(values(row, field)) > 1


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


@dataclass(frozen=True, slots=True)
class Weighed:
    """How much each pair of answers weighs in all that people left open, and what each sentence is about."""

    main: Mapping[tuple[str, str], Pair]
    mass: Mapping[tuple[str, str], float]
    total: Mapping[Pair, float]


def weighed(cases: Iterable[Case], codebook: Codebook | None = None) -> Weighed:
    """The weights of these cases; of one that all answered alike, what keeps that from being final."""
    of = {case.key: case.apart or {_kept_open(case, codebook): 0.0} for case in cases}
    total: dict[Pair, float] = {}
    for found in of.values():
        for pair, weight in found.items():
            total[pair] = total.get(pair, 0.0) + (weight if pair.kind in KINDS else 0.0)
    place = {pair: n for n, pair in enumerate(sorted(total, key=lambda pair: (total[pair], repr(pair))))}
    return Weighed(
        {
            key: max(found, key=lambda pair: (total[pair], found[pair], place[pair]))
            for key, found in of.items()
        },
        {key: sum(found.values()) for key, found in of.items()},
        total,
    )


def _kept_open(case: Case, codebook: Codebook | None) -> Pair:
    label = retired(case, codebook) if codebook else None
    return Pair("retired", label) if label else Pair("asks" if case.rows else "details")


def grouped(cases: Sequence[Case], among: Weighed | None = None) -> tuple[Group, ...]:
    """The cases by the pair they are most about, the biggest share of all disagreement first.

    Shares are counted over `among`, so that they stay while the queue gets shorter.
    """
    weights = among or weighed(cases)
    total = weights.total
    mass = sum(total.values()) or 1.0
    by_pair: dict[Pair, list[Case]] = {}
    for case in cases:
        by_pair.setdefault(weights.main[case.key], []).append(case)
    for waiting in by_pair.values():
        waiting.sort(key=lambda case: -weights.mass[case.key])
    groups = (Group(pair, total[pair] / mass, tuple(waiting)) for pair, waiting in by_pair.items())
    return tuple(sorted(groups, key=lambda group: (-group.share, repr(group.pair))))


def former(codebook: Codebook) -> Mapping[str, frozenset[str]]:
    """The answers, by question, that the codebook only keeps for old answers."""
    found = {field.id: frozenset(label.id for label in field.former) for field in codebook.fields}
    found["propositions"] = frozenset(one.id for one in codebook.former_propositions)
    return {field: ids for field, ids in found.items() if ids}


def retired(case: Case, codebook: Codebook) -> tuple[str, str] | None:
    """(question, answer) of the first answer in it that is no longer in use."""
    for field, ids in former(codebook).items():
        for vote in case.votes:
            for claim in vote.answer.claims:
                given = getattr(claim, field, None)
                if old := ids & set(given if isinstance(given, tuple) else (given,)):
                    return field, min(old)
    return None


def unanimous(case: Case) -> Answer | None:
    """The answer that everybody gave; None where anything differs."""
    if case.apart:
        return None
    claims = tuple(agreed(row) for row in case.rows)
    status = Status.CLAIMS if claims else Status.NO_CLAIM
    return Answer(status, claims, comment=comments(case))


def comments(case: Case, claims: Sequence[Claim] | None = None) -> str | None:
    """What people wrote, without saying who: those who gave just these claims, where somebody did."""
    votes = sorted(case.votes, key=lambda vote: vote.id)
    wanted = None if claims is None else set(map(_told, claims))
    own = [vote for vote in votes if wanted is not None and set(map(_told, vote.answer.claims)) == wanted]
    said = dict.fromkeys(vote.answer.comment for vote in own or votes)
    return " … ".join(comment for comment in said if comment) or None


def _told(claim: Claim) -> Claim:
    """What a claim says, without remarks on it."""
    return replace(claim, polarity="oppose" if claim.polarity == "oppose" else None, hard=False, note=None)


def agreed(row: Row) -> Claim:
    """What everybody who found this claim says of it; the rest is blank."""
    found: dict[str, Any] = {}
    for field in ("speaker", "attribution", *DETAILS):
        given = values(row, field)
        if len(given) == 1:
            found[field] = given.pop()
    stances = values(row, "stance")
    if len(stances) == 1:
        found["stance"], found["polarity"] = stances.pop()
    return Claim(**found)


def values(row: Row, field: str) -> set[Any]:
    """What those who found this claim answered; a blank among optional ones says nothing."""
    found = {value(claim, field) for claim in row if claim is not None}
    return found - {None, ()} if field in OPTIONAL and len(found) > 1 else found

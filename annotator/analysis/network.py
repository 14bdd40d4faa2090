"""Who stands with whom: the actor–issue network and the congruence and conflict that follow from it.

Definitions: Philip Leifeld, “Discourse Network Analysis: Policy Debates as Dynamic Networks”, in: Victor,
Montgomery, Lubell (eds.), The Oxford Handbook of Political Networks, 2017, 301–326. His concept is our
issue, his agreement the pole of a proposition times the polarity of the claim.

    affiliation   x(a, i, s) = number of claims of actor a that affirm (s = +) or deny (s = -) issue i
    congruence    of a and b = number of (i, s) where both x(a, i, s) > 0 and x(b, i, s) > 0
    conflict      of a and b = number of (i, s) where both x(a, i, s) > 0 and x(b, i, -s) > 0

So an actor who both affirms and denies an issue has congruence and conflict with another on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from annotator.analysis.cells import Count
from annotator.analysis.claims import AFFIRMS, DENIES, Stated

Stand = tuple[str, str]
"""An issue, and AFFIRMS or DENIES."""

CONGRUENCE, CONFLICT = "congruence", "conflict"
TIES = (CONGRUENCE, CONFLICT)


@dataclass(frozen=True, slots=True)
class Tie:
    """Two actors: on how many issues they take the same stand, and on how many opposite ones."""

    actors: tuple[str, str]
    congruence: tuple[Stand, ...]  # the stands both take
    conflict: tuple[Stand, ...]  # the stands of the first that the second takes the other way
    disputed: Mapping[str, int]  # by kind of tie: how many of its issues rest on disputed claims alone


@dataclass(frozen=True, slots=True)
class Network:
    actors: tuple[str, ...]  # the most outspoken first
    tied: tuple[str, ...]  # of them: those who can stand with or against somebody
    issues: tuple[str, ...]
    affiliation: Mapping[tuple[str, str, str], Count]  # actor, issue, sign
    ties: tuple[Tie, ...]  # only those with a number, in the order of their actors

    def tie(self, a: str, b: str) -> Tie | None:
        return next((tie for tie in self.ties if set(tie.actors) == {a, b}), None)

    def cut(self, most: int) -> Network:
        """Only the most outspoken actors, and what is between them."""
        kept = set(self.actors[:most])
        affiliation = {key: count for key, count in self.affiliation.items() if key[0] in kept}
        known = {issue for _, issue, _ in affiliation}
        return Network(
            self.actors[:most],
            tuple(actor for actor in self.tied if actor in kept),
            tuple(issue for issue in self.issues if issue in known),
            affiliation,
            tuple(tie for tie in self.ties if kept.issuperset(tie.actors)),
        )


def network(claims: Iterable[Stated], issues: Iterable[str], untied: Collection[str] = ()) -> Network:
    """The networks of these claims. `untied`: who is nobody in particular, as unnamed sources are."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for claim in claims:
        for actor in claim.speakers:
            for issue, sign in claim.stands:
                cell = found.setdefault((actor, issue, sign), [0, 0, 0])
                cell[0] += 1
                cell[1] += claim.rejects
                cell[2] += claim.disputed
    counts = {
        (actor, issue, sign): Count(
            cell[0], cell[1], cell[2], (("speaker", actor), ("stand", f"{issue}:{sign}"))
        )
        for (actor, issue, sign), cell in found.items()
    }
    said: dict[str, int] = {}
    for (actor, _, _), count in counts.items():
        said[actor] = said.get(actor, 0) + count.n
    actors = tuple(sorted(said, key=lambda id: (-said[id], id)))
    tied = tuple(actor for actor in actors if actor not in untied)
    taken: dict[str, set[Stand]] = {}
    for actor, issue, sign in counts:
        taken.setdefault(actor, set()).add((issue, sign))
    known = {issue for _, issue, _ in counts}
    return Network(
        actors,
        tied,
        tuple(issue for issue in issues if issue in known),
        counts,
        tuple(tie for pair in combinations(tied, 2) if (tie := _tie(pair, taken, counts))),
    )


def _tie(
    actors: tuple[str, str],
    taken: Mapping[str, set[Stand]],
    counts: Mapping[tuple[str, str, str], Count],
) -> Tie | None:
    a, b = actors
    same = tuple(sorted(taken[a] & taken[b]))
    against = tuple(sorted(stand for stand in taken[a] if _turned(stand) in taken[b]))
    if not same and not against:
        return None

    def unsure(one: Stand, other: Stand) -> bool:
        both = counts[a, *one], counts[b, *other]
        return any(count.disputed == count.n for count in both)

    disputed = {
        CONGRUENCE: sum(unsure(stand, stand) for stand in same),
        CONFLICT: sum(unsure(stand, _turned(stand)) for stand in against),
    }
    return Tie(actors, same, against, disputed)


def behind_tie(claims: Iterable[Stated], tie: Tie, kind: str) -> tuple[Stated, ...]:
    """The claims of both that a tie counts."""
    a, b = tie.actors
    own = set(tie.congruence if kind == CONGRUENCE else tie.conflict)
    others = own if kind == CONGRUENCE else {_turned(stand) for stand in own}
    return tuple(
        one
        for one in claims
        if (a in one.speakers and one.stands & own) or (b in one.speakers and one.stands & others)
    )


def _turned(stand: Stand) -> Stand:
    issue, sign = stand
    return issue, DENIES if sign == AFFIRMS else AFFIRMS

"""The views of an analysis: which tables there are, in the order of the codebook's labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from annotator.analysis.cells import VALUES, Choice, Table, behind, cross, period
from annotator.analysis.claims import NONE, PARTS, Stated
from annotator.analysis.network import TIES, Network, behind_tie, network
from annotator.model import Codebook

TABLES: Mapping[str, tuple[str, str]] = {
    "positions": ("speaker", "stance"),
    "issues": ("issue", "stance"),
    "propositions": ("proposition", "stance"),
    "text": ("speaker", "part"),
    "time": ("period", "stance"),
    "attribution": ("speaker", "attribution"),
}
NETWORKS = ("affiliation", "ties")
VIEWS = (*TABLES, *NETWORKS)

ATTRIBUTIONS = ("stance", "attribution")


@dataclass(frozen=True)
class Analysis:
    """Claims, and everything that is counted of them; each view when it is first asked for."""

    claims: tuple[Stated, ...]
    codebook: Codebook

    @cached_property
    def network(self) -> Network:
        unnamed = [actor.id for actor in self.codebook.actors if actor.type == "unnamed"]
        return network(self.claims, (issue.id for issue in self.codebook.issues), unnamed)

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        return {view: self._table(*by) for view, by in TABLES.items()}

    @property
    def documents(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(claim.source.id for claim in self.claims))

    @property
    def disputed(self) -> int:
        return sum(claim.disputed for claim in self.claims)

    @property
    def compared(self) -> int:
        """Claims in sentences that two or more people finished."""
        return sum(claim.sure is not None and claim.sure.of > 1 for claim in self.claims)

    def along(self) -> Table:
        """Of one document: speakers by its sentences, in reading order."""
        order = {f"{one.source.id}/{one.sentence}": one.order for one in self.claims}
        return cross(self.claims, ("speaker", "sentence"), columns=sorted(order, key=order.__getitem__))

    def behind(self, choices: Sequence[Choice]) -> tuple[Stated, ...]:
        """The claims that a number counts, in reading order."""
        ties = [(kind, value) for kind, value in choices if kind in TIES]
        found = behind(self.claims, [choice for choice in choices if choice not in ties])
        for kind, value in ties:
            tie = self.network.tie(*pair(value))
            found = behind_tie(found, tie, kind) if tie else ()
        return found

    @cached_property
    def _alike(self) -> tuple[Sequence[Stated], Sequence[int]]:
        """One claim for all that count the same in every table, and how many they are: far fewer."""
        examples: dict[tuple[object, ...], Stated] = {}
        numbers: Counter[tuple[object, ...]] = Counter()
        for one in self.claims:
            key = (one.speakers, one.stance, one.polarity, one.attribution, one.propositions, one.part,
                   one.source.date, one.disputed)  # fmt: skip
            examples.setdefault(key, one)
            numbers[key] += 1
        return list(examples.values()), list(numbers.values())

    def _table(self, down: str, across: str) -> Table:
        claims, times = self._alike
        return cross(claims, (down, across), self._order(down), self._order(across), times)

    def _order(self, kind: str) -> Sequence[str] | None:
        """The values that are shown whether they occur or not, in the order of the codebook."""
        if kind in ATTRIBUTIONS:
            return [label.id for label in self.codebook.labels(kind)]
        if kind == "issue":
            return [issue.id for issue in self.codebook.issues]
        if kind == "proposition":
            return self._propositions()
        if kind == "part":
            return [str(part) for part in range(1, PARTS + 1)]
        if kind == "period":
            return _periods(claim.source.date for claim in self.claims)
        return None

    def _propositions(self) -> list[str]:
        """By issue, those without one last."""
        places = {issue.id: n for n, issue in enumerate(self.codebook.issues)}
        every = sorted(self.codebook.propositions, key=lambda one: places.get(one.issue or "", len(places)))
        return [one.id for one in every]


def _periods(dates: Iterable[str | None]) -> list[str]:
    return sorted({period(date) for date in set(dates)}, key=lambda id: (id == NONE, id))


def pair(value: str) -> tuple[str, str]:
    """
    >>> pair("author:un")
    ('author', 'un')
    """
    first, _, second = value.partition(":")
    return first, second


def known(kind: str) -> bool:
    """Whether claims can be chosen by this."""
    return kind in VALUES or kind in TIES

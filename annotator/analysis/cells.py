"""Counting claims: two-way tables, and the claims behind each of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

from annotator.analysis.claims import NONE, Stated

Choice = tuple[str, str]
"""A kind of VALUES and one of its values, as in ("speaker", "author")."""


def _or_none(value: str | None) -> tuple[str, ...]:
    return (value or NONE,)


VALUES: Mapping[str, Callable[[Stated], Collection[str]]] = {
    "speaker": lambda one: one.speakers or (NONE,),
    "stance": lambda one: _or_none(one.stance),
    "polarity": lambda one: _or_none(one.polarity),
    "attribution": lambda one: _or_none(one.attribution),
    "proposition": lambda one: one.propositions or (NONE,),
    "issue": lambda one: dict.fromkeys(issue for issue, _ in one.stands) or (NONE,),
    "stand": lambda one: [f"{issue}:{sign}" for issue, sign in one.stands],
    "document": lambda one: (one.source.id,),
    "sentence": lambda one: (f"{one.source.id}/{one.sentence}",),
    "part": lambda one: (str(one.part),),
    "period": lambda one: (period(one.source.date),),
    "disputed": lambda one: ("1" if one.disputed else "0",),
}
"""What claims are counted by. A claim with two speakers, or propositions, counts for each of them."""


def period(date: str | None) -> str:
    """The month of a date, or its year where no more is known.

    >>> period("2019-08-27"), period("2019"), period("last autumn"), period(None)
    ('2019-08', '2019', '-', '-')
    """
    digits = (date or "")[:7]
    if len(digits) == 7 and digits[4] == "-" and (digits[:4] + digits[5:]).isdecimal():
        return digits
    return digits[:4] if len(digits) == 4 and digits.isdecimal() else NONE


def behind(claims: Iterable[Stated], choices: Iterable[Choice]) -> tuple[Stated, ...]:
    """The claims with every one of these values, in the order given."""
    wanted = [(VALUES[kind], value) for kind, value in choices]
    return tuple(one for one in claims if all(value in of(one) for of, value in wanted))


@dataclass(frozen=True, slots=True)
class Count:
    """A number of claims, and the choices that find them again."""

    n: int
    rejecting: int  # of them: those that reject the position
    disputed: int
    of: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Claims counted two ways. A row's and a column's total count each claim once, and so does `total`."""

    by: tuple[str, str]  # the kinds of the rows and of the columns
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Count]
    of_row: Mapping[str, Count]
    of_column: Mapping[str, Count]
    total: Count

    @property
    def most(self) -> int:
        """The largest number in a cell."""
        return max((cell.n for cell in self.cells.values()), default=0)

    def cell(self, row: str, column: str) -> Count:
        found = self.cells.get((row, column))
        return found or Count(0, 0, 0, ((self.by[0], row), (self.by[1], column)))

    def cut(self, most: int) -> Table:
        """Only the first rows; the totals stay those of all."""
        return Table(
            self.by, self.rows[:most], self.columns, self.cells, self.of_row, self.of_column, self.total
        )


class _Sum:
    """Counts what is put in."""

    __slots__ = ("disputed", "n", "rejecting")

    def __init__(self) -> None:
        self.n = self.rejecting = self.disputed = 0

    def add(self, n: int, rejecting: int, disputed: int) -> None:
        self.n += n
        self.rejecting += rejecting
        self.disputed += disputed

    def counted(self, *of: Choice) -> Count:
        return Count(self.n, self.rejecting, self.disputed, of)


def cross(
    claims: Iterable[Stated],
    by: tuple[str, str],
    rows: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    times: Iterable[int] | None = None,
) -> Table:
    """Claims by two kinds of VALUES; `times` is how often each counts, where many are alike.

    Rows come in the order given, or the fullest first; columns too, or in the order of their names. Values
    not given are put after the others when they occur.
    """
    first, second = VALUES[by[0]], VALUES[by[1]]
    cells: dict[tuple[str, str], _Sum] = {}
    of_row: dict[str, _Sum] = {}
    of_column: dict[str, _Sum] = {}
    total = _Sum()
    for claim, n in zip(claims, repeat(1) if times is None else times, strict=False):
        down, across = first(claim), second(claim)
        if not down or not across:
            continue
        number = n, n * claim.rejects, n * claim.disputed
        total.add(*number)
        for row in down:
            of_row.setdefault(row, _Sum()).add(*number)
            for column in across:
                cells.setdefault((row, column), _Sum()).add(*number)
        for column in across:
            of_column.setdefault(column, _Sum()).add(*number)
    if rows is None:
        rows = sorted(of_row, key=lambda id: (id == NONE, -of_row[id].n, id))
    if columns is None:
        columns = sorted(of_column, key=lambda id: (id == NONE, id))
    return Table(
        by,
        tuple(dict.fromkeys((*rows, *sorted(of_row)))),
        tuple(dict.fromkeys((*columns, *sorted(of_column)))),
        {(r, c): cell.counted((by[0], r), (by[1], c)) for (r, c), cell in cells.items()},
        {row: cell.counted((by[0], row)) for row, cell in of_row.items()},
        {column: cell.counted((by[1], column)) for column, cell in of_column.items()},
        total.counted(),
    )

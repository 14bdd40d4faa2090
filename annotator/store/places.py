"""Where one is in a document: what comes before and after, how many are done, what is left to do.

Everything is counted when asked, from indexes that hold all that is counted. Where the units of a document
stand changes only with its text, so an order may be kept for as long as the text has the same version.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlite_utils import Database

Kinds = Sequence[str]

_DONE = ("claims", "no_claim")
_SEEN = (*_DONE, "skipped")

_STATUS = """(
    select a.status from annotations a
    where a.sentence = s.key and a.person = :person order by a.id desc limit 1
)"""


@dataclass(frozen=True, slots=True)
class Order:
    """Where the units of a document stand, from the first to the last."""

    units: Sequence[float]
    queued: Sequence[float]

    def before(self, position: float) -> int:
        """
        >>> Order([1.0, 2.0, 3.0], [2.0, 3.0]).before(3.0)
        2
        """
        return bisect_left(self.units, position)

    def number(self, position: float) -> int:
        """How many of the queued stand up to and at a position.

        >>> Order([1.0, 2.0, 3.0], [2.0, 3.0]).number(2.0)
        1
        """
        return bisect_right(self.queued, position)


def order(db: Database, document: str, kinds: Kinds) -> Order:
    sql = "select position, kind from current_sentences where document = :document order by position"
    rows = db.execute(sql, {"document": document}).fetchall()
    return Order([row[0] for row in rows], [row[0] for row in rows if row[1] in kinds])


def queued(db: Database, document: str, kinds: Kinds) -> int:
    """How many units of a document are of these kinds."""
    sql = """
        select count(*) from current_sentences
        where document = :document and kind in (select value from json_each(:kinds))
    """
    return int(db.execute(sql, {"document": document, "kinds": _json(kinds)}).fetchone()[0])


def position_of(db: Database, document: str, id: str) -> float | None:
    """Where the unit of that name stands."""
    sql = "select position from current_sentences where document = :document and id = :id"
    row = db.execute(sql, {"document": document, "id": id}).fetchone()
    return float(row[0]) if row else None


def outline(db: Database, document: str) -> list[tuple[str, str]]:
    """(id, kind) of every unit in reading order."""
    sql = "select id, kind from current_sentences where document = :document order by position"
    return [(row[0], row[1]) for row in db.execute(sql, {"document": document}).fetchall()]


def position_before(db: Database, document: str, kind: str, position: float, most: int) -> float:
    """Where the earliest stands of up to `most` units of that kind before a position."""
    sql = """
        select min(position) from (
            select position from current_sentences
            where document = :document and kind = :kind and position < :position
            order by position desc limit :most
        )
    """
    values = {"document": document, "kind": kind, "position": position, "most": most}
    row = db.execute(sql, values).fetchone()
    return position if row[0] is None else float(row[0])


def following(db: Database, document: str, kinds: Kinds, position: float) -> str | None:
    """The next unit of these kinds."""
    return _beside(db, document, kinds, position, "position > :position order by position")


def preceding(db: Database, document: str, kinds: Kinds, position: float) -> str | None:
    return _beside(db, document, kinds, position, "position < :position order by position desc")


def _beside(db: Database, document: str, kinds: Kinds, position: float, side: str) -> str | None:
    sql = f"""
        select id from current_sentences
        where document = :document and kind in (select value from json_each(:kinds)) and {side} limit 1
    """
    values = {"document": document, "kinds": _json(kinds), "position": position}
    row = db.execute(sql, values).fetchone()
    return str(row[0]) if row else None


def unfinished(
    db: Database, document: str, kinds: Kinds, person: str, after: float | None
) -> tuple[str | None, str | None]:
    """The next unit of these kinds that the person neither answered nor skipped; round to the start.

    With it comes the one that follows next on that, where it is not to be looked for from the start.
    """
    sql = f"""
        select s.id from current_sentences s
        where s.document = :document and s.kind in (select value from json_each(:kinds))
          and s.position > :after and s.position <= :until
          and coalesce({_STATUS}, 'todo') not in (select value from json_each(:seen))
        order by s.position limit 2
    """
    values: dict[str, Any] = {"document": document, "kinds": _json(kinds), "person": person}
    values["seen"] = _json(_SEEN)
    end = float("inf")
    stretches = [(-end, end)] if after is None else [(after, end), (-end, after)]
    for start, until in stretches:
        rows = db.execute(sql, {**values, "after": start, "until": until}).fetchall()
        if rows:
            onward = str(rows[1][0]) if len(rows) > 1 and until == end else None
            return str(rows[0][0]), onward
    return None, None


def done(db: Database, document: str, kinds: Kinds, person: str) -> int:
    """How many units of these kinds the person finished."""
    # SQLite takes the bare column from the row that has the maximum.
    sql = """
        select count(*) from (
            select sentence, status, max(id) from annotations
            where document = :document and person = :person group by sentence
        ) a join current_sentences s on s.key = a.sentence
        where a.status in (select value from json_each(:done))
          and s.kind in (select value from json_each(:kinds))
    """
    values = {"document": document, "person": person, "kinds": _json(kinds), "done": _json(_DONE)}
    return int(db.execute(sql, values).fetchone()[0])


def finished(
    db: Database, document: str, kinds: Kinds, person: str, after: int
) -> list[tuple[int, int, bool]]:
    """Each answer of the person after one, in order: its id, the unit, and whether that is then finished."""
    sql = """
        select a.id, a.sentence, a.status in (select value from json_each(:done))
        from annotations a join current_sentences s on s.key = a.sentence
        where a.document = :document and a.person = :person and a.id > :after
          and s.kind in (select value from json_each(:kinds))
        order by a.id
    """
    values = {"document": document, "person": person, "after": after, "kinds": _json(kinds)}
    rows = db.execute(sql, {**values, "done": _json(_DONE)}).fetchall()
    return [(id, unit, bool(over)) for id, unit, over in rows]


def skipped(db: Database, document: str, kinds: Kinds, person: str) -> dict[str, int]:
    """The queued units that the person skipped, with their numbers."""
    sql = f"""
        select s.id, s.number from (
            select id, key, row_number() over (order by position) as number from current_sentences
            where document = :document and kind in (select value from json_each(:kinds))
        ) s where {_STATUS} = 'skipped' order by s.number
    """
    values = {"document": document, "kinds": _json(kinds), "person": person}
    return dict(db.execute(sql, values).fetchall())


def flagged(db: Database, document: str, kinds: Kinds, person: str) -> dict[str, int]:
    """The queued units that the person flagged for the lead, with their numbers."""
    sql = """
        select s.id, s.number from (
            select id, key, row_number() over (order by position) as number from current_sentences
            where document = :document and kind in (select value from json_each(:kinds))
        ) s join current_answers a on a.sentence = s.key and a.person = :person
        where a.hard order by s.number
    """
    values = {"document": document, "kinds": _json(kinds), "person": person}
    return dict(db.execute(sql, values).fetchall())


def number(db: Database, document: str, kinds: Kinds, id: str) -> int | None:
    """The number of a queued unit, from 1; None where it is not queued."""
    sql = """
        select count(*) from current_sentences one
        join current_sentences s on s.document = one.document and s.position <= one.position
        where one.document = :document and one.id = :id
          and one.kind in (select value from json_each(:kinds))
          and s.kind in (select value from json_each(:kinds))
    """
    row = db.execute(sql, {"document": document, "kinds": _json(kinds), "id": id}).fetchone()
    return int(row[0]) or None


def units_version(db: Database, document: str) -> tuple[str, str, int, int]:
    """What the units of a document follow from: the project, and how often its text was read and changed."""
    sql = """
        select (select value from settings where name = 'secret' order by id desc limit 1), :document,
               (select coalesce(max(id), 0) from changes where document = :document),
               (select coalesce(max(id), 0) from texts where document = :document)
    """
    found: tuple[str, str, int, int] = db.conn.execute(sql, {"document": document}).fetchone()
    return found


def text_version(db: Database, document: str) -> int:
    """Changes with every change of the document's text."""
    sql = "select coalesce(max(id), 0) from changes where document = :document"
    return int(db.execute(sql, {"document": document}).fetchone()[0])


def _json(values: Sequence[str]) -> str:
    return orjson.dumps(list(values)).decode()

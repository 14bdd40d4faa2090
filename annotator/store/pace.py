"""How fast people work, and what they left for the lead: counted from the answers when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlite_utils import Database

LATELY = 200_000
"""Answers, the newest ones, that a pace is worked out from: a lead waits for it."""


def medians(db: Database, kinds: Sequence[str]) -> dict[str, float]:
    """The median time that each person took for a finished sentence of late, in seconds."""
    # The mean of the one or two in the middle. What came in without a time tells nothing.
    sql = """
        with times as (
            select a.person, sum(a.seconds) as seconds from annotations a not indexed
            join current_answers c on c.sentence = a.sentence and c.person = a.person
            join current_sentences s on s.key = a.sentence
            where a.id > (select max(id) from annotations) - :lately
              and c.status in ('claims', 'no_claim') and s.kind in (select value from json_each(:kinds))
            group by a.person, a.sentence having sum(a.seconds) > 0
        ), ranked as (
            select person, seconds, row_number() over (partition by person order by seconds) as place,
                   count(*) over (partition by person) as n from times
        )
        select person, avg(seconds) from ranked where place in ((n + 1) / 2, (n + 2) / 2) group by person
    """
    values = {"kinds": orjson.dumps(list(kinds)).decode(), "lately": LATELY}
    return dict(db.execute(sql, values).fetchall())


@dataclass(frozen=True, slots=True)
class Waiting:
    """A flag or a comment that somebody left on a sentence."""

    document: str
    sentence: str  # its id
    person: str
    flagged: bool
    comment: str | None
    at: str


def waiting(db: Database, most: int, but: Sequence[str] = ()) -> list[Waiting]:
    """Flags and comments as they stand, the newest first, in documents `but` some. Sample data has none."""
    sql = f"""
        select a.document, s.id, a.person, a.hard, a.comment, a.created_at {_WAITING}
          and a.document not in (select value from json_each(:but))
        order by a.id desc limit :most
    """
    return [
        Waiting(row[0], row[1], row[2], bool(row[3]), row[4], row[5])
        for row in db.execute(sql, {"most": most, "but": orjson.dumps(list(but)).decode()}).fetchall()
    ]


def count_waiting(db: Database) -> dict[str, tuple[int, int]]:
    """How many flags and comments each person left."""
    sql = f"select a.person, sum(a.hard), sum(a.comment is not null) {_WAITING} group by a.person"
    return {row[0]: (row[1], row[2]) for row in db.execute(sql).fetchall()}


_WAITING = """
    from current_answers a join current_sentences s on s.key = a.sentence
    join people_states p on p.id = (select max(id) from people_states where person = a.person)
    where (a.hard or a.comment is not null) and p.role <> 'simulated'
"""

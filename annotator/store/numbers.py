"""Numbers of new rows. None is ever given twice, though a restore takes rows away."""

from __future__ import annotations

from sqlite_utils import Database

from annotator.store import settings

ABOVE = "numbers_above"
"""The setting that a restore leaves: pages that are open know numbers up to there."""


FRESH = f"""
    select case when coalesce((select max(id) from {{table}}), 0) < above then above + 1 end from (
        select cast(value as integer) as above from settings where name = '{ABOVE}' order by id desc limit 1
    )
"""
"""The number for the next row of a table; none where it is simply the next one."""

SEEN = ("annotations", "second_answers", "settlements")
"""Whose numbers a page sends back, to say what it was made from."""


def highest(db: Database) -> int:
    """The highest number that a page may know."""
    there = set(SEEN) & set(db.table_names())
    found = (db.execute(f"select max(id) from {table}").fetchone()[0] for table in sorted(there))
    return max((number or 0 for number in found), default=0)


def reached(db: Database) -> int:
    """The highest number that was ever given, as far as the file tells, also to rows that a restore took."""
    return max(highest(db), above(db))


def above(db: Database) -> int:
    """The highest number that a restore left to pages which are open."""
    return int(settings.get(db, ABOVE) or 0)


def fresh(db: Database, table: str) -> int | None:
    """The number for the next row; None where it is simply the next one."""
    row = db.execute(FRESH.format(table=table)).fetchone()
    return row[0] if row else None

"""A project file beside a copy of it: what each has that the other has not, counted by table and person."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from annotator.store import copies

ANSWERS = "annotations"
COUNTED = (
    ANSWERS,
    "second_answers",
    "settlements",
    "finishes",
    "documents",
    "changes",
    "document_states",
    "assignments",
    "round_states",
    "people_states",
    "speaker_changes",
    "codebooks",
)
"""What people did, newest layers first. Tokens, links and visits end with a restore in any case."""

NOBODY = ""
"""Where no person is noted: what was done on the command line."""


@dataclass(frozen=True, slots=True)
class Row:
    """An answer of one file that the other has not."""

    at: str
    person: str
    title: str
    lang: str
    document: str
    sentence: str
    status: str


Counts = dict[str, dict[str, int]]
"""By table, and in it by person."""


@contextlib.contextmanager
def beside(path: Path, other: Path) -> Iterator[Database]:
    """The file as `main`, the other one as `other`; both only looked at."""
    with copies.reading(path) as db:
        db.execute("attach database ? as other", (copies.address(other),))
        yield db


def only_in(db: Database, file: str) -> Counts:
    """What `main` or `other` has and the other one has not."""
    found: Counts = {}
    for table in COUNTED:
        if table not in _tables(db, file):
            continue
        person = "person" if table != "people_states" else "changed_by"
        sql = f"""
            select coalesce({person}, ?) as who, count(*) from {file}.{table} as one
            where {_missing(db, file, table)} group by who order by count(*) desc, who
        """
        if counted := dict(db.execute(sql, (NOBODY,)).fetchall()):
            found[table] = counted
    return found


def newest(db: Database, file: str, count: int) -> list[Row]:
    """The newest answers that only this file has."""
    sql = f"""
        select one.created_at, one.person, described.title, described.lang, one.document,
               (select id from {file}.sentences s where s.key = one.sentence), one.status
        from {file}.{ANSWERS} as one join {file}.document_states described on described.id = (
            select max(id) from {file}.document_states s where s.document = one.document
        )
        where {_missing(db, file, ANSWERS)} order by one.id desc limit ?
    """
    return [Row(*row) for row in db.execute(sql, (count,)).fetchall()]


def _missing(db: Database, file: str, table: str) -> str:
    """Numbers may be given again after a restore, so the moment has to be the same too."""
    against = "other" if file == "main" else "main"
    if table not in _tables(db, against):
        return "true"  # a copy from before there was such a thing
    key = "number" if table == "documents" else "id"
    return (
        f"not exists (select 1 from {against}.{table} as same "
        f"where same.{key} = one.{key} and same.created_at = one.created_at)"
    )


def _tables(db: Database, file: str) -> set[str]:
    return {row[0] for row in db.execute(f"select name from {file}.sqlite_master where type = 'table'")}

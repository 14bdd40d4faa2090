"""Whole tables, out of the file and into a new one: every row as it is stored, and no secret."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from annotator.model import Invalid
from annotator.store import file
from annotator.store.migrations import migrations

CARRIED = (
    "settings",
    "codebooks",
    "queued_kinds",
    "people",
    "people_states",
    "files",
    "documents",
    "document_states",
    "texts",
    "changes",
    "sentences",
    "retirements",
    "annotations",
    "speaker_changes",
    "preferences",
    "rounds",
    "round_states",
    "assignments",
    "finishes",
    "settlements",
    "repeats",
    "second_answers",
)
"""What leaves with a project: each row refers only to rows of these tables."""

LEFT_OUT = (
    "invitations",
    "invitation_ends",
    "visits",
    "tokens",
    "token_ends",
    "token_uses",
    "folded_sentences",
    "folded_remarks",
)
"""Belong to this file and its secret: links and tokens that let in, and who is signed in where. The folded
sentences are a cache."""

BYTES = "bytes"
"""The column that leaves as a file of its own."""

SECRETS = ("secret",)
"""Settings that never leave."""

Row = dict[str, Any]


def stage() -> tuple[str, ...]:
    """The steps that make this version's tables."""
    return tuple(migrations.names)


def rows(db: Database, table: str) -> Iterator[Row]:
    """Every row in the order it was written; a password only as none."""
    names = columns(db, table)
    shown = ["null" if (table, name) == ("people_states", "password") else name for name in names]
    secret = f"where name not in ({', '.join('?' * len(SECRETS))})" if table == "settings" else ""
    sql = f"select {', '.join(shown)} from {table} {secret} order by rowid"
    cursor = db.execute(sql, SECRETS if secret else ())
    try:
        for row in cursor:
            yield dict(zip(names, row, strict=True))
    finally:
        cursor.close()


def present(db: Database) -> list[str]:
    """The tables that a file of an earlier schema has already."""
    there = set(db.table_names())
    return [table for table in CARRIED if table in there]


def columns(db: Database, table: str) -> list[str]:
    """All but a file's bytes."""
    found = db.execute("select name from pragma_table_info(?)", (table,)).fetchall()
    return [name for (name,) in found if name != BYTES]


def bytes_of(db: Database, sha256: str) -> bytes:
    found = db.execute("select bytes from files where sha256 = ?", (sha256,)).fetchone()
    return bytes(found[0])


def count(db: Database, table: str) -> int:
    return int(db.execute(f"select count(*) from {table}").fetchone()[0])


def make(path: Path, until: Sequence[str]) -> Database:
    """A new file with the tables as these steps made them. What a newer version made is refused."""
    if tuple(until) != stage()[: len(until)]:
        raise Invalid("The bundle was made by a newer version of Qawl. Update Qawl, then import it again.")
    return file.create(path, until=len(until))


@contextlib.contextmanager
def filling(db: Database) -> Iterator[None]:
    """All of it or nothing. Whether every row refers to one that is there is asked once, at the end."""
    db.execute("pragma foreign_keys = off")
    try:
        with file.roomy(db), file.write(db), _wrong_rows_said():
            yield
            broken = db.execute("pragma foreign_key_check").fetchone()
            if broken:
                raise Invalid(
                    "A row of “%(table)s” refers to one that is missing. Nothing was stored.", table=broken[0]
                )
    finally:
        db.execute("pragma foreign_keys = on")


def append(db: Database, table: str, rows: Iterable[Row], bytes_of: Any = None) -> int:
    """Add rows as they left; how many. `bytes_of` gives the bytes of a file's row."""
    rows = iter(rows)
    names = columns(db, table)
    given = [*names, BYTES] if bytes_of else names
    sql = f"insert into {table} ({', '.join(given)}) values ({', '.join('?' * len(given))})"
    count = 0
    for first in rows:
        some = chain([first], islice(rows, 499))
        values = [_values(table, names, row, bytes_of) for row in some]
        with _wrong_rows_said(table):
            db.conn.executemany(sql, values)
        count += len(values)
    return count


def _values(table: str, names: list[str], row: Row, bytes_of: Any) -> tuple[Any, ...]:
    if list(row) != names:
        raise Invalid("A row of “%(table)s” has not the columns it should. Nothing was stored.", table=table)
    if (table == "settings" and row["name"] in SECRETS) or row.get("password") is not None:
        raise Invalid("The bundle brings a secret, which no bundle has. Nothing was stored.")
    return (*row.values(), bytes_of(row)) if bytes_of else tuple(row.values())


@contextlib.contextmanager
def _wrong_rows_said(table: str = "") -> Iterator[None]:
    try:
        yield
    except (
        sqlite3.IntegrityError,
        sqlite3.ProgrammingError,
        sqlite3.InterfaceError,
        sqlite3.DataError,
        OverflowError,
    ) as error:
        raise Invalid(
            "A row of “%(table)s” is not what can stand there (%(why)s). Nothing was stored.",
            table=table,
            why=str(error),
        ) from error

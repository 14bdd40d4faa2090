"""Copies of the project file: one file each, of one moment, checked before it gets its name."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from annotator.model import Invalid, Missing, Unavailable
from annotator.store import file
from annotator.store.file import Damaged as Damaged

UNFINISHED = ".unfinished"
"""How the name of a copy ends until it is checked. What a crash leaves of it is no copy."""

_NOTHING_NEW = {"visits", "token_uses", "folded_sentences", "folded_remarks", "_sqlite_migrations"}
"""Who came when, and caches: no reason for another copy."""

_PAGES = 2000  # in one step: between two, whoever waits for the disk gets it


def copy_checked(db: Database, target: Path) -> None:
    """Everything that is in the file now, as a file of its own that was checked and is on the disk.

    Who writes meanwhile is not held: a reader of a WAL holds nobody. On failure nothing is left behind.
    """
    if target.exists():
        raise Invalid("%(path)s exists already. Choose another name.", path=target)
    source = Path(db.execute("pragma database_list").fetchone()[2])
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        with _said(target), contextlib.closing(file.another(db)) as own:
            _check_room(own, target)
            # Passwords and the secret are in it: nobody may read it who may not read the project.
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, source.stat().st_mode & 0o777))
            _copy(own, unfinished)
            check(unfinished)
            to_disk(unfinished)
            os.replace(unfinished, target)
            to_disk(target.parent)
    finally:
        file.remove(unfinished)
        unfinished.with_name(unfinished.name + "-journal").unlink(missing_ok=True)


def check(path: Path) -> None:
    """Refuse a file that is damaged or no project, reading all of it."""
    with reading(path) as db:
        try:
            first = db.execute("pragma integrity_check(1)").fetchone()[0]
            if first != "ok" or db.execute("pragma foreign_key_check").fetchone():
                raise Damaged("%(path)s is damaged.", path=path)
        except sqlite3.DatabaseError as error:
            raise Damaged("%(path)s is damaged.", path=path) from error


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Database]:
    """A project file that is only looked at: nothing in it changes, and nothing appears beside it."""
    if not path.is_file():
        raise Missing("There is no file %(path)s.", path=path)
    connection = sqlite3.connect(address(path), uri=True, isolation_level=None, timeout=30)
    with contextlib.closing(Database(connection, execute_plugins=False)) as db:
        try:
            found = db.execute("pragma application_id").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise Damaged("%(path)s is damaged, or no Qawl project.", path=path) from error
        if found != file.APPLICATION_ID:
            raise Invalid("%(path)s is not a Qawl project.", path=path)
        yield db


def address(path: Path) -> str:
    """What SQLite opens it by, to read only."""
    wal = path.with_name(path.name + "-wal")
    # What is still in a WAL belongs to the file; without one there is nothing to take turns for.
    alone = not (wal.exists() and wal.stat().st_size)
    return f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"


@dataclass(frozen=True, slots=True)
class Held:
    """What is in a project file, in figures."""

    answers: int
    documents: int
    people: int
    settlements: int
    origin: str


def held(db: Database) -> Held:
    there = set(db.table_names())

    def count(table: str) -> int:
        return int(db.execute(f"select count(*) from {table}").fetchone()[0]) if table in there else 0

    return Held(count("annotations"), count("documents"), count("people"), count("settlements"), origin(db))


def origin(db: Database) -> str:
    """The same for a project and all its copies, and for no other project."""
    sql = """
        select (select created_at from settings order by id limit 1)
            || ' ' || (select created_at || ' ' || codebook from codebooks order by id limit 1)
    """
    return str(db.execute(sql).fetchone()[0])


def state(db: Database) -> tuple[tuple[str, int], ...]:
    """Changes with whatever people do. Rows are only ever added, so the newest of each table says it."""
    tables = sorted(set(db.table_names()) - _NOTHING_NEW)
    return tuple(
        (table, int(db.execute(f"select coalesce(max(rowid), 0) from {table}").fetchone()[0]))
        for table in tables
    )


def _copy(source: Database, target: Path) -> None:
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copied:
        copied.execute("pragma synchronous = off")  # it goes to the disk once, at the end
        # One moment for all steps: otherwise every answer saved meanwhile would begin the copy anew.
        with file.unchanging(source):
            source.conn.backup(copied, pages=_PAGES)
        copied.execute("pragma journal_mode = delete")  # out of WAL: a copy is one file


def _check_room(db: Database, target: Path) -> None:
    """A copy that fills the disk would keep people from saving for as long as it takes."""
    pages, size = (db.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "page_size"))
    if pages * size * 1.1 > shutil.disk_usage(target.parent).free:
        raise Unavailable("No copy was made: the disk has too little room for one. Make room.")


def to_disk(path: Path) -> None:
    """Until this returned, a power cut may take it away."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders, and writes names down by itself
    number = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextlib.contextmanager
def _said(target: Path) -> Iterator[None]:
    """Why there is no copy, as a sentence for a person."""
    try:
        yield
    except FileNotFoundError as error:
        raise Missing("The folder %(folder)s does not exist. Make it first.", folder=target.parent) from error
    except OSError as error:
        raise Unavailable(
            "No copy %(path)s was made (%(why)s). The project itself is as it was.",
            path=target, why=error.strerror,
        ) from error  # fmt: skip
    except sqlite3.DatabaseError as error:
        raise Unavailable(
            "No copy %(path)s was made (%(why)s). The project itself is as it was.",
            path=target, why=str(error),
        ) from error  # fmt: skip
    except Damaged as problem:
        raise Damaged(
            "No copy was made: the project file is damaged. Go back to your last good copy."
        ) from problem

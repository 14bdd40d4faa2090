"""The project file: making, opening and writing it."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlite_utils import Database as Database

from annotator.model import Invalid, Missing, Problem, Said, Unavailable
from annotator.store.migrations import migrations

Failure = sqlite3.DatabaseError
"""What reading a damaged file raises; writing turns it into a sentence by itself."""

APPLICATION_ID = 0x5177616C  # "Qwal": tells `file` and us that this is a Qawl project

# SQLite's own busy handler is unfair among threads of one process; taking turns is not.
# Other processes (the command line) are held by BEGIN IMMEDIATE and busy_timeout.
_turn = threading.Lock()


def create(path: Path, *, until: int | None = None) -> Database:
    """A new, empty project file; of an earlier schema where only so many of its steps are asked for."""
    if path.exists():
        raise Invalid(
            "%(path)s exists already. Choose another name, or work on with that project.", path=path
        )
    if not path.parent.is_dir():
        raise Missing("The folder %(folder)s does not exist. Make it first.", folder=path.parent)
    try:
        with _plain(path):
            db = _connect(path)
            try:
                db.execute(f"pragma application_id = {APPLICATION_ID}")
                _migrate(db, migrations.names[until:] if until is not None else [])
            except BaseException:
                db.close()
                raise
            return db
    except BaseException:
        remove(path)
        raise


def open_existing(path: Path) -> Database:
    """An existing project file, brought up to this version's schema."""
    if not path.is_file():
        raise Missing(
            "There is no project file %(path)s. Make one with: qawl init %(name)s", path=path, name=path.name
        )
    with _plain(path):
        db = _connect(path)
        try:
            _recognise(db, path)
            if migrations.pending(db):
                _migrate(db)
        except BaseException:
            db.close()
            raise
        return db


def remove(path: Path) -> None:
    """Take away a file that was never finished, with its companions."""
    for suffix in ("", "-wal", "-shm"):
        companion = path.with_name(path.name + suffix)
        if companion.exists():  # asked first: a read-only folder refuses even to unlink nothing
            companion.unlink()


@contextlib.contextmanager
def write(db: Database) -> Iterator[None]:
    """The one way to write: all of it, durably, or nothing."""
    with _turn, _plain():
        db.conn.execute("begin immediate")
        try:
            yield
            db.conn.execute("commit")
        except BaseException:
            if db.conn.in_transaction:
                db.conn.execute("rollback")
            raise


@contextlib.contextmanager
def rehearsed(db: Database) -> Iterator[None]:
    """Writing to see what would become of it: nothing of it stays."""
    with _turn, _plain():
        db.conn.execute("begin immediate")
        try:
            yield
        finally:
            db.conn.execute("rollback")


@contextlib.contextmanager
def unchanging(db: Database) -> Iterator[None]:
    """What is read inside is of one moment, the present one."""
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("begin")
    try:
        db.execute("select 1 from sqlite_master limit 1").fetchone()  # only reading fixes the moment
        yield
    finally:
        if db.conn.in_transaction:
            db.conn.execute("rollback")


def another(db: Database) -> Database:
    """One more connection to the same file."""
    return _connect(Path(db.execute("pragma database_list").fetchone()[2]))


@contextlib.contextmanager
def roomy(db: Database) -> Iterator[None]:
    """More of the file in memory, for who writes a million rows into its indexes."""
    before = db.execute("pragma cache_size").fetchone()[0]
    db.execute("pragma cache_size = -32000")
    try:
        yield
    finally:
        db.execute(f"pragma cache_size = {before}")


def told(error: Failure) -> Unavailable:
    """What went wrong while reading, as a sentence for a person."""
    return Unavailable(_sentence(str(error), None))


def gather(db: Database) -> None:
    """Bring what was written into the one file, so that a copy of it has everything."""
    db.execute("pragma busy_timeout = 2000")  # somebody who reads just now does it on leaving
    db.execute("pragma wal_checkpoint(truncate)")


def now() -> str:
    """This moment as ISO 8601 in UTC, to the millisecond."""
    moment = datetime.datetime.now(datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _connect(path: Path) -> Database:
    # One thread uses a connection, but what an ended thread left open is closed by another.
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    db = Database(connection, execute_plugins=False)
    try:
        db.execute("pragma foreign_keys = on")
        db.execute("pragma busy_timeout = 30000")
        # FULL: an answer shown as saved survives a power cut.
        db.execute("pragma synchronous = full")
    except BaseException:
        db.close()
        raise
    return db


def _recognise(db: Database, path: Path) -> None:
    """Refuse what is no project, and what a newer Qawl has changed."""
    if db.execute("pragma application_id").fetchone()[0] != APPLICATION_ID:
        raise Invalid(
            "%(path)s is not a Qawl project. Give the file that “qawl init” or the demo made.", path=path
        )
    if {migration.name for migration in migrations.applied(db)} - set(migrations.names):
        raise Invalid(
            "%(path)s was made by a newer version of Qawl. Update Qawl, then open it again.", path=path
        )


def _migrate(db: Database, stop_before: Sequence[str] = ()) -> None:
    # WAL is a property of the file; it cannot be set inside a transaction.
    db.execute("pragma journal_mode = wal")
    db.execute("pragma foreign_keys = off")
    with write(db):
        migrations.apply(db, stop_before=stop_before)
        broken = db.execute("pragma foreign_key_check").fetchall()
        if broken:
            raise Unavailable("The project file could not be brought up to date; it is as it was before.")
    db.execute("pragma foreign_keys = on")


@contextlib.contextmanager
def _plain(path: Path | None = None) -> Iterator[None]:
    """SQLite's errors as a sentence for a person."""
    try:
        yield
    except Problem:
        raise
    except sqlite3.DatabaseError as error:
        raise Unavailable(_sentence(str(error), path)) from error


def _sentence(message: str, path: Path | None) -> Said:
    file = Said("The project file %(path)s", path=path) if path else Said("The project file")
    if "full" in message:
        return Said("The disk is full, so nothing was saved. Make room and try again.")
    if "disk I/O" in message:
        return Said("The disk is full or faulty, so nothing was saved. Make room and try again.")
    if "readonly" in message or "unable to open" in message:
        return Said("%(file)s cannot be written to. Move it to a folder you may write in.", file=file)
    if "not a database" in message:
        file = Said("The file %(path)s", path=path) if path else Said("The file")
        return Said(
            "%(file)s is not a Qawl project. Give the file that “qawl init” or the demo made.", file=file
        )
    if "malformed" in message:
        return Said("%(file)s is damaged. Go back to your last copy of it.", file=file)
    if "locked" in message:
        return Said("%(file)s is held by another program. Close that program and try again.", file=file)
    return Said("%(file)s could not be used (%(why)s). Nothing was saved.", file=file, why=message)

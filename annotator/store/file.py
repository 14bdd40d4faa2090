"""The project file: making, opening and writing it."""

from __future__ import annotations

import contextlib
import datetime
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database as Database

from annotator.model import Invalid, Missing, Problem, Said, Unavailable
from annotator.store.migrations import migrations

Failure = sqlite3.DatabaseError
"""What reading a damaged file raises; writing turns it into a sentence by itself."""

APPLICATION_ID = 0x5177616C  # "Qwal": tells `file` and us that this is a Qawl project

_COMPANIONS = ("-wal", "-shm")
_DAMAGE = ("malformed", "not a database")  # how SQLite calls it


@dataclass(frozen=True, slots=True)
class Place:
    """A path, and the very file that was found there: another may lie there later."""

    path: Path
    device: int
    number: int

    @classmethod
    def of(cls, path: Path) -> Place:
        found = path.stat()
        return cls(path.absolute(), found.st_dev, found.st_ino)

    def check(self) -> None:
        """Refuse to go on with a file that nobody would find again."""
        try:
            found = os.stat(self.path)
        except OSError:
            found = None
        if found is None or (found.st_dev, found.st_ino) != (self.device, self.number):
            raise Unavailable(
                "The project file %(path)s was moved, removed or replaced while Qawl was using it. "
                "Nothing was saved. Put it back, or stop Qawl and start it again.",
                path=self.path,
            )


class _Turn:
    """Who writes to a file, one after the other. Each file has its own: nobody waits for another's.

    SQLite's own busy handler is unfair among threads of one process; taking turns is not. Other processes
    (the command line) are held by BEGIN IMMEDIATE and busy_timeout.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()


_turns: weakref.WeakValueDictionary[tuple[int, int], _Turn] = weakref.WeakValueDictionary()
"""By the file. A turn lasts as long as somebody has a connection to take it by."""

_turn = _Turn()  # of who writes by another connection than ours


class _Connection(Database):
    """A connection that knows which file it was opened on."""

    def __init__(self, path: Path, mode: str):
        with _opening:
            place = Place.of(path) if path.exists() else None
            if place is not None:
                _check_companions(place)  # one that found a new WAL would read and write beside all others
            # One thread uses a connection, but what an ended thread left open is closed by another.
            address = f"{path.absolute().as_uri()}?mode={mode}"
            connection = sqlite3.connect(
                address, uri=True, timeout=30, isolation_level=None, check_same_thread=False
            )
            super().__init__(connection, execute_plugins=False)
            if place is None:
                place = Place.of(path)
                _check_companions(place)  # a new file may have the number of one that was removed
            self.place = _open[id(self)] = place
            self.turn = _turns.setdefault((place.device, place.number), _Turn())
        weakref.finalize(self, _open.pop, id(self), None).atexit = False  # thrown away without being closed

    def close(self) -> None:
        super().close()
        _open.pop(id(self), None)

    def check_place(self) -> None:
        self.place.check()
        _check_companions(self.place)
        if _companions(self.place) is not None:
            _beside.setdefault(self.place, _companions(self.place))
        # Only where there is a WAL at all: some network drives have none.
        elif self.execute("pragma journal_mode").fetchone()[0] == "wal":
            raise _parted(self.place)


_opening = threading.RLock()
_open: dict[int, Place] = {}
"""Where this process has connections. Closing takes no lock: it may happen in the midst of anything."""

_beside: dict[Place, tuple[int, ...] | None] = {}
"""Which WAL and index the open connections of this process write to; SQLite removes them with the last."""


def _companions(place: Place) -> tuple[int, ...] | None:
    try:
        return tuple(os.stat(f"{place.path}{suffix}").st_ino for suffix in _COMPANIONS)
    except OSError:
        return None


def _check_companions(place: Place) -> None:
    if place not in list(_open.values()):
        _beside.pop(place, None)
    elif place in _beside and _companions(place) != _beside[place]:
        raise _parted(place)


@contextlib.contextmanager
def unopened(path: Path) -> Iterator[bool]:
    """Whether this process has no connection to the file, and none begins until the end.

    Only then may the file or its index be opened in another way: closing them again takes, on POSIX systems,
    every lock that the process holds on them, and two servers would write over each other.
    https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
    """
    with _opening:
        there = Place.of(path)
        same = ((one.device, one.number) == (there.device, there.number) for one in list(_open.values()))
        yield not any(same)


def _parted(place: Place) -> Unavailable:
    return Unavailable(
        "A file that belongs to %(path)s, its name with “-wal” or “-shm”, was removed while Qawl was "
        "using it. Nothing was saved. Stop Qawl and start it again.",
        path=place.path,
    )


def create(path: Path, *, until: int | None = None) -> Database:
    """A new, empty project file; of an earlier schema where only so many of its steps are asked for."""
    if path.exists():
        raise Invalid(
            "%(path)s exists already. Choose another name, or work on with that project.", path=path
        )
    if not path.parent.is_dir():
        raise Missing("The folder %(folder)s does not exist. Make it first.", folder=path.parent)
    try:
        with plain(path):
            db = connect(path, new=True)
            try:
                db.execute(f"pragma application_id = {APPLICATION_ID}")
                migrate(db, migrations.names[until:] if until is not None else [])
            except BaseException:
                db.close()
                raise
            return db
    except BaseException:
        remove(path)
        raise


def remove(path: Path) -> None:
    """Take away a file that was never finished, with its companions."""
    for suffix in ("", *_COMPANIONS):
        companion = path.with_name(path.name + suffix)
        if companion.exists():  # asked first: a read-only folder refuses even to unlink nothing
            companion.unlink()


@contextlib.contextmanager
def write(db: Database) -> Iterator[None]:
    """The one way to write: all of it, durably, or nothing."""
    with turn(db):
        db.conn.execute("begin immediate")
        try:
            yield
            if isinstance(db, _Connection):
                db.check_place()  # at the last moment: what is called saved must be where people look for it
            db.conn.execute("commit")
        except BaseException:
            if db.conn.in_transaction:
                db.conn.execute("rollback")
            raise


@contextlib.contextmanager
def turn(db: Database) -> Iterator[None]:
    """The turn to write, also for who writes in another way than inside `write`."""
    with (db.turn if isinstance(db, _Connection) else _turn).lock, plain():
        yield


@contextlib.contextmanager
def rehearsed(db: Database) -> Iterator[None]:
    """Writing to see what would become of it: nothing of it stays."""
    with turn(db):
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
    return connect(Path(db.execute("pragma database_list").fetchone()[2]))


@contextlib.contextmanager
def roomy(db: Database) -> Iterator[None]:
    """More of the file in memory, for who writes a million rows into its indexes."""
    before = db.execute("pragma cache_size").fetchone()[0]
    db.execute("pragma cache_size = -32000")
    try:
        yield
    finally:
        db.execute(f"pragma cache_size = {before}")


class Damaged(Unavailable):
    """A file of which not everything can be read, or whose parts contradict one another."""

    path: Path | None = None


def told(error: Failure, path: Path | None = None) -> Unavailable:
    """What went wrong, as a sentence for a person."""
    sentence = _sentence(str(error), path)
    if not any(words in str(error) for words in _DAMAGE):
        return Unavailable(sentence)
    damaged = Damaged(sentence)
    damaged.path = path
    return damaged


def gather(db: Database) -> None:
    """Bring what was written into the one file, so that a copy of it has everything."""
    db.execute("pragma busy_timeout = 2000")  # somebody who reads just now does it on leaving
    db.execute("pragma wal_checkpoint(truncate)")


def now() -> str:
    """This moment as ISO 8601 in UTC, to the millisecond."""
    moment = datetime.datetime.now(datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def connect(path: Path, *, new: bool = False) -> Database:
    """A connection to the file there. Only a `new` one is made where none is."""
    db = _Connection(path, "rwc" if new else "rw")
    try:
        db.execute("pragma foreign_keys = on")
        db.execute("pragma busy_timeout = 30000")
        # FULL: an answer shown as saved survives a power cut.
        db.execute("pragma synchronous = full")
    except BaseException:
        db.close()
        raise
    return db


def migrate(
    db: Database, stop_before: Sequence[str] = (), *, first: Callable[[], None] = lambda: None
) -> None:
    """Apply the steps that a file lacks, all or none; `first` happens while nobody else writes."""
    # WAL is a property of the file; it cannot be set inside a transaction.
    db.execute("pragma journal_mode = wal")
    db.execute("pragma foreign_keys = off")
    with write(db):
        if migrations.pending(db):  # another process may have done it while this one waited
            first()
            migrations.apply(db, stop_before=stop_before)
        broken = db.execute("pragma foreign_key_check").fetchall()
        if broken:
            raise Unavailable("The project file could not be brought up to date; it is as it was before.")
    db.execute("pragma foreign_keys = on")


@contextlib.contextmanager
def plain(path: Path | None = None) -> Iterator[None]:
    """SQLite's errors as a sentence for a person."""
    try:
        yield
    except Problem:
        raise
    except sqlite3.DatabaseError as error:
        raise told(error, path) from error


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

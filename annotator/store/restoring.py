"""Putting a copy in the place of a project file, with people in it, or where it cannot be read any more."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from annotator.model import Invalid, Unavailable
from annotator.store import copies, file

_COMPANIONS = ("", "-wal", "-shm", "-journal")
_WAITS = 3  # each as long as a connection waits for another, half a minute
_LOCK_BYTES = (0x40000002, 510)  # where SQLite notes that a file is open; see its os_unix.c


def duplicate(copy: Path, target: Path) -> None:
    """The same again, to be brought up to date: the copy itself stays as it is."""
    with file.plain(copy), copies.reading(copy) as source:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, copy.stat().st_mode & 0o777 | 0o600))
        with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as made:
            source.conn.backup(made)
            made.execute("pragma journal_mode = delete")


def forget_secret(path: Path, other: str) -> None:
    """Put another secret in the place of every one that a duplicate has."""
    with file.plain(path), contextlib.closing(sqlite3.connect(path, isolation_level=None)) as made:
        made.execute("pragma journal_mode = off")
        made.execute("pragma secure_delete = on")  # nor between the rows
        made.execute("update settings set value = ? where name = 'secret'", (other,))


def take_over(db: Database, other: Database, keep: Callable[[], None]) -> None:
    """Put everything of `other` in the place of all that is in this file, which others may have open.

    `keep` is called when nobody can write any more and nothing has changed yet: what it copies is all that
    was ever acknowledged. If it fails nothing changes. Whoever reads goes on with what they began to read,
    and who waits to write does so afterwards.
    """
    waited = 0
    held = False

    def step(status: int, _left: int, _total: int) -> None:
        nonlocal waited, held
        if status & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            waited += 1
            if waited >= _WAITS:
                raise Unavailable("The project file is held by another program. Close it and try again.")
        elif not held:
            held = True  # a page is written and not committed: from here on this connection alone may write
            keep()

    with file.turn(db):
        other.conn.backup(db.conn, pages=1, progress=step)  # by one page: the first must not be all of it


def refuse_if_open(path: Path) -> None:
    """Refuse while a server or another command has the file open.

    Every open connection to a file in WAL mode holds a lock on it until it closes or its process ends, so no
    note of ours about a running server can be left behind. Only looked at: a damaged file stays as it is.
    Other connections of this very process are not found, and lose their locks: ask before opening any.
    """
    if sys.platform == "win32":
        return  # Windows itself refuses to move a file that is open
    import fcntl

    with path.open("rb+") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES[1], _LOCK_BYTES[0])
        except OSError as error:
            raise Unavailable(
                "%(path)s is open in a running server or another program. Stop it first; or go back to the "
                "copy on the page “Backups”, where nobody has to stop working.",
                path=path,
            ) from error


def aside(path: Path, target: Path) -> None:
    """Take a damaged file out of the way with all that belongs to it, as it is."""
    if target.exists():
        raise Invalid("%(path)s exists already. Choose another name.", path=target)
    for suffix in reversed(_COMPANIONS):  # what a new file must not meet goes first
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(target.with_name(target.name + suffix))


def place(unfinished: Path, path: Path) -> None:
    """Give a finished file the name of the project."""
    copies.to_disk(unfinished)
    os.replace(unfinished, path)
    copies.to_disk(path.parent)

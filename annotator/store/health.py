"""Proof that the project file can be written to, which leaves nothing in its tables."""

from __future__ import annotations

from sqlite_utils import Database

from annotator.store.file import Failure, told
from annotator.store.migrations import migrations


def prove_writable(db: Database, *, patience: float) -> None:
    """Write to the file and wait until it is on the disk, as saving an answer does.

    What is written is a number that counts on in the file's header (`user_version`, which SQLite leaves to
    applications): it replaces the one before, so that nothing grows, and no table holds anything of it.
    Somebody else may hold the file for `patience` seconds; we hold it for one page.
    """
    try:
        db.execute(f"pragma busy_timeout = {round(patience * 1000)}")
        db.conn.execute("begin immediate")
        number = db.execute("pragma user_version").fetchone()[0]
        db.conn.execute(f"pragma user_version = {(number + 1) % 2**31}")
        db.conn.execute("commit")
    except Failure as error:
        raise told(error) from error
    finally:
        if db.conn.in_transaction:
            db.conn.execute("rollback")


def schema(db: Database) -> int:
    """How many steps its schema has gone."""
    return len(migrations.applied(db))

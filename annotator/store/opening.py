"""Opening a project file: what is wrong with it is said, and what is old in it is brought up to date."""

from __future__ import annotations

import contextlib
import filecmp
import logging
import sqlite3
from collections.abc import Callable
from itertools import count
from pathlib import Path

from annotator.model import Invalid, Missing, Said, Unavailable
from annotator.store import copies, wal
from annotator.store.file import APPLICATION_ID, Database, connect, migrate, plain, unopened
from annotator.store.migrations import migrations

_log = logging.getLogger(__name__)

Tell = Callable[[Said], object]
"""Takes what a person should know though the file could be opened."""


def warn(said: Said) -> None:
    _log.warning("%s", said)


class Unrecognised(Invalid):
    """A file that does not say it is a project."""

    path: Path | None = None


def open_existing(
    path: Path, *, tell: Tell = warn, keep: Path | None = None, finished: bool = True
) -> Database:
    """An existing project file, brought up to this version's schema.

    Before that a copy of it goes into the folder `keep`, beside it unless told otherwise. Of a file that is
    just being made, not `finished`, there is none.
    """
    if not path.is_file():
        raise Missing(
            "There is no project file %(path)s. Make one with: qawl init %(name)s",
            path=path,
            name=Path(path.name),
        )
    with plain(path):
        with unopened(path) as first:
            left = wal.left_behind(path) if first else None
        db = connect(path)
        try:
            recognise(db, path)
            if left and wal.shortened(db, path, left):
                tell(Said(_SHORTENED, path=path, wal=path.name + wal.SUFFIX))
            if migrations.pending(db):
                folder = (keep or path.parent) if finished and _has_rows(db) else None
                _bring_up_to_date(db, path, folder, tell)
            leave_others_reading(db)
        except BaseException:
            db.close()
            raise
        return db


_SHORTENED = (
    "Answers that were saved last are missing from %(path)s: the file %(wal)s beside it was cut short or "
    "damaged while nobody used it. What is there now is whole. Ask people to look at what they answered last."
)


def recognise(db: Database, path: Path) -> None:
    """Refuse what is no project, and what a newer Qawl has changed."""
    if db.execute("pragma application_id").fetchone()[0] != APPLICATION_ID:
        problem = Unrecognised(
            "%(path)s is not a Qawl project. Give the file that “qawl init” or the demo made.", path=path
        )
        problem.path = path
        raise problem
    if {migration.name for migration in migrations.applied(db)} - set(migrations.names):
        raise Invalid(
            "%(path)s was made by a newer version of Qawl. Update Qawl, then open it again.", path=path
        )


def _has_rows(db: Database) -> bool:
    """Whether there is anything in it that somebody would miss."""
    tables = {"people", "documents"} & set(db.table_names())
    return any(db.execute(f"select 1 from {table} limit 1").fetchone() for table in sorted(tables))


def _bring_up_to_date(db: Database, path: Path, folder: Path | None, tell: Tell) -> None:
    """The copy is made while nobody else writes, and is on the disk before anything is changed."""
    kept: list[Path] = []

    def keep() -> None:
        if folder is not None:
            kept.append(_keep(db, path, folder))

    migrate(db, first=keep)
    if kept:
        said = "%(path)s was brought up to date. As it was before, it is kept in %(copy)s."
        tell(Said(said, path=path, copy=kept[0]))


def _keep(db: Database, path: Path, folder: Path) -> Path:
    step = migrations.names.index(migrations.pending(db)[0].name) + 1
    names = (f"{path.stem}.before-{step}{'' if n == 1 else f'-{n}'}{path.suffix}" for n in count(1))
    before: Path | None = None
    for copy in (folder / name for name in names):
        if not copy.exists():
            break
        before = copy
    try:
        copies.copy_checked(db, copy)
    except copies.Damaged as problem:
        problem.path = path
        raise
    except (Missing, Unavailable) as problem:
        raise Unavailable(
            "%(path)s was made by an earlier version of Qawl. It was not brought up to date, because no copy "
            "of it could be kept. %(why)s Or keep the copy in another folder: "
            "qawl upgrade %(name)s --keep FOLDER",
            path=path, why=problem.said, name=path.name,
        ) from problem  # fmt: skip
    if before and filecmp.cmp(before, copy, shallow=False):
        copy.unlink()  # kept already, when it was last tried
        return before
    return copy


def leave_others_reading(db: Database) -> None:
    """Put a file that was copied or restored back into WAL, where reading and saving hold up nobody."""
    if db.execute("pragma journal_mode").fetchone()[0] != "wal":
        with contextlib.suppress(sqlite3.OperationalError):  # who may only read it, reads it as it is
            db.execute("pragma journal_mode = wal")

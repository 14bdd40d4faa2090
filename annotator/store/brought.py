"""A project file from elsewhere: a copy of it, refused unless all that is in it is what Qawl makes.

A file of SQLite brings views and triggers of its own, which would run when it is read or brought up to date.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from pathlib import Path

from sqlite_utils import Database

from annotator.model import Invalid
from annotator.store import copies, file, opening, restoring
from annotator.store.migrations import migrations

Part = tuple[str, str, str, str]
"""What a file is made of: its kind, its name, the table it belongs to, and how it was made."""

_APPLIED = "_sqlite_migrations"  # the library's own, which writes it in other words now and then
_STATISTICS = (
    "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
)
"""In which SQLite itself notes how much is in the tables."""


def copy(path: Path, target: Path) -> None:
    """A copy of a file that nobody has open."""
    restoring.duplicate(path, target)
    _check_parts(target)
    copies.check(target)


def _check_parts(path: Path) -> None:
    with copies.reading(path) as db:
        opening.recognise(db, path)
        applied = [migration.name for migration in migrations.applied(db)]
        found = _parts(db)
    compared = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with contextlib.closing(file.create(compared, until=len(applied))) as made:
            known = _parts(made)
    finally:
        file.remove(compared)
    if found != known or set(applied) != set(migrations.names[: len(applied)]):
        raise Invalid(
            "%(path)s holds tables, views or rules that Qawl does not make, so it was not opened.", path=path
        )


def _parts(db: Database) -> set[Part]:
    sql = f"""
        select type, name, tbl_name, coalesce(sql, '') from sqlite_master
        where coalesce(sql, '') not in {_STATISTICS} and (type <> 'index' or sql is not null)
    """
    return {
        (kind, name, table, "" if (kind, name) == ("table", _APPLIED) else re.sub(r"[\s\"`\[\]]", "", made))
        for kind, name, table, made in db.execute(sql)
    }

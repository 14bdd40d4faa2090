"""Whether the parts of a project file fit together."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from annotator.store.file import Damaged, Failure, plain, told

QUICK = 40_000_000
"""Bytes that are checked quickly in a third of a second at most."""


def check(db: Database, path: Path, *, thoroughly: bool = False) -> None:
    """Refuse a file in which something cannot be right."""
    with plain(path):
        try:
            pragma = "integrity_check" if thoroughly else "quick_check"
            found = str(db.execute(f"pragma {pragma}(1)").fetchone()[0])
        except Failure as error:
            raise told(error, path) from error
    if found != "ok":
        problem = Damaged("The project file %(path)s is damaged. Go back to your last copy of it.", path=path)
        problem.path = path
        raise problem

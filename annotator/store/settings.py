"""Settings: appended; the newest value of a name counts."""

from __future__ import annotations

from sqlite_utils import Database

from annotator.store.file import now


def get(db: Database, name: str) -> str | None:
    sql = "select value from settings where name = :name order by id desc limit 1"
    row = db.execute(sql, {"name": name}).fetchone()
    return row[0] if row else None


def append(db: Database, name: str, value: str, person: str | None = None) -> None:
    db.table("settings").insert({"name": name, "value": value, "person": person, "created_at": now()})


def history(db: Database, name: str) -> list[tuple[str, str | None, str]]:
    """Every value it had, the newest first: (value, person, when)."""
    sql = "select value, person, created_at from settings where name = ? order by id desc"
    return [tuple(row) for row in db.execute(sql, (name,)).fetchall()]

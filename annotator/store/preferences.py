"""What each person prefers: appended; the newest value of a name counts."""

from __future__ import annotations

from sqlite_utils import Database

from annotator.store.file import now


def get(db: Database, person: str, name: str) -> str | None:
    sql = """
        select value from preferences where person = :person and name = :name order by id desc limit 1
    """
    row = db.execute(sql, {"person": person, "name": name}).fetchone()
    return row[0] if row else None


def append(db: Database, person: str, name: str, value: str) -> None:
    db.table("preferences").insert({"person": person, "name": name, "value": value, "created_at": now()})

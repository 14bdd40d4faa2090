"""The codebook in every version, as the TOML text that was loaded."""

from __future__ import annotations

from sqlite_utils import Database

from annotator.store.file import now


def current(db: Database) -> tuple[int, str]:
    """(row, TOML source) of the version in force."""
    row = db.execute("select id, source from codebooks order by id desc limit 1").fetchone()
    return row[0], row[1]


def append(db: Database, codebook: str, version: str, source: str, person: str | None = None) -> None:
    db.table("codebooks").insert(
        {
            "codebook": codebook,
            "version": version,
            "source": source,
            "person": person,
            "created_at": now(),
        }
    )

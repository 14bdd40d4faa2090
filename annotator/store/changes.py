"""What was done to a document's sentences after import: appended, the newest word counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlite_utils import Database

from annotator.store.file import now


@dataclass(frozen=True, slots=True)
class Change:
    id: int
    kind: str  # "split", "merge", "kind", "decide"; "undo" and "redo" are about another change
    about: Mapping[str, Any]
    person: str | None
    created_at: str


def append(db: Database, document: str, kind: str, about: Mapping[str, Any], person: str | None) -> int:
    inserted = db.table("changes").insert(
        {
            "document": document,
            "kind": kind,
            "about": orjson.dumps(about).decode(),
            "person": person,
            "created_at": now(),
        }
    )
    return int(str(inserted.last_pk))


def of_document(db: Database, document: str) -> list[Change]:
    """The whole history, oldest first."""
    sql = "select id, kind, about, person, created_at from changes where document = :document order by id"
    rows = db.query(sql, {"document": document})
    return [Change(**{**row, "about": orjson.loads(row["about"])}) for row in rows]

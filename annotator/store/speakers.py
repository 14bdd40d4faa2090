"""What people did to the project's speakers: appended, the newest word counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlite_utils import Database

from annotator.store.file import now


def append(
    db: Database,
    kind: str,
    speaker: str,
    about: Mapping[str, Any],
    person: str | None,
    target: int | None = None,
) -> int:
    inserted = db.table("speaker_changes").insert(
        {
            "kind": kind,
            "speaker": speaker,
            "about": orjson.dumps(dict(about)).decode(),
            "target": target,
            "person": person,
            "created_at": now(),
        }
    )
    return int(str(inserted.last_pk))


def all(db: Database) -> list[dict[str, Any]]:
    """The whole history, oldest first."""
    sql = "select id, kind, speaker, about, target, person, created_at from speaker_changes order by id"
    return [{**row, "about": orjson.loads(row["about"])} for row in db.query(sql)]


def newest(db: Database) -> int:
    """The number of the newest change; 0 before the first."""
    return int(db.execute("select coalesce(max(id), 0) from speaker_changes").fetchone()[0])


def newest_answer(db: Database, document: str, person: str) -> int:
    sql = "select coalesce(max(id), 0) from annotations where document = :document and person = :person"
    return int(db.execute(sql, {"document": document, "person": person}).fetchone()[0])


def in_order_of_use(db: Database, document: str, person: str, after: int, until: int) -> list[str]:
    """Whom this person gave as speakers in these answers about the document, by when they first did."""
    sql = """
        select speaker.value
        from annotations a, json_each(a.claims) claim, json_each(claim.value, '$.speaker') speaker
        where a.document = :document and a.person = :person and a.claims <> '[]'
          and a.id > :after and a.id <= :until
        group by speaker.value order by min(a.id), min(claim.key), min(speaker.key)
    """
    values = {"document": document, "person": person, "after": after, "until": until}
    return [row[0] for row in db.execute(sql, values).fetchall()]


def namings(db: Database) -> list[tuple[str, str, tuple[str, ...]]]:
    """(document, person, the ids it names) of every claim in a current answer."""
    sql = """
        select c.document, c.person, c.speaker, json_extract(c.claim, '$.via') as via
        from given_claims c join current_sentences s on s.key = c.sentence
    """
    return [
        (row["document"], row["person"], tuple(orjson.loads(row["speaker"]) + orjson.loads(row["via"])))
        for row in db.query(sql)
    ]

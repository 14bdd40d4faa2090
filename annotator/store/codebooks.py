"""The codebook in every version, as the TOML text that was loaded, and what answers made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlite_utils import Database

from annotator.model import Codebook
from annotator.store.file import now

# What a claim calls its answers, and where they stand in it.
_ANSWERS = ("stance", "polarity", "attribution", "claim_type", "vouch", "propositions", "speaker", "via")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the codebook; the newest is in force."""

    row: int
    version: str
    source: str
    person: str | None
    created_at: str


@dataclass(frozen=True, slots=True)
class Use:
    """How often one person's current answers, or those of all together, hold an id."""

    id: str
    person: str | None  # None: all together, each sentence once
    claims: int
    sentences: int


def current(db: Database) -> tuple[int, str]:
    """(row, TOML source) of the version in force."""
    row = db.execute("select id, source from codebooks order by id desc limit 1").fetchone()
    return row[0], row[1]


def state(db: Database) -> tuple[int, int]:
    """(row in force, newest change of a speaker): together they say what the codebook is now."""
    sql = "select (select max(id) from codebooks), (select coalesce(max(id), 0) from speaker_changes)"
    row = db.conn.execute(sql).fetchone()
    return row[0], row[1]


def append(db: Database, codebook: Codebook, source: str, person: str | None = None) -> None:
    inserted = db.table("codebooks").insert(
        {
            "codebook": codebook.id,
            "version": codebook.version,
            "source": source,
            "person": person,
            "created_at": now(),
        }
    )
    row = int(str(inserted.last_pk))
    kinds = dict.fromkeys(kind.value for kind in codebook.queue_units)
    db.table("queued_kinds").insert_all({"codebook": row, "kind": kind} for kind in kinds)


def versions(db: Database) -> list[Version]:
    """Every version, the newest first."""
    sql = "select id, version, source, person, created_at from codebooks order by id desc"
    return [Version(*row) for row in db.execute(sql).fetchall()]


def count(db: Database) -> int:
    return int(db.execute("select count(*) from codebooks").fetchone()[0])


def row(db: Database, name: str) -> int:
    """The row of a version by its full name, id@version, which an answer has."""
    sql = "select id from codebooks where codebook || '@' || version = :name"
    return int(db.execute(sql, {"name": name}).fetchone()[0])


def last_used(db: Database, person: str) -> int | None:
    """The row of the version under which a person answered last."""
    sql = """
        select codebook from annotations where person = :person and action = 'answer' order by id desc limit 1
    """
    found = db.execute(sql, {"person": person}).fetchone()
    return found[0] if found else None


def uses(db: Database, answers: str, but: Sequence[str] = ()) -> list[Use]:
    """How often current claims hold each id, in all and by person; `answers` is like "stance".

    Claims in all documents `but` some.
    """
    sql = """
        with held as (
            select each.value as id, c.person as person, c.sentence as sentence
            from given_claims c, json_each(c.claim, :path) each where each.value is not null
              and c.document not in (select value from json_each(:but))
        )
        select id, null as person, count(*), count(distinct sentence) from held group by id
        union all
        select id, person, count(*), count(distinct sentence) from held group by id, person order by person
    """
    values = {"path": f"$.{answers}", "but": orjson.dumps(list(but)).decode()}
    return [Use(*row) for row in db.execute(sql, values).fetchall()]


def ever_used(db: Database) -> dict[str, set[str]]:
    """The ids that any answer ever held: undoing can bring each of them back."""
    sql = """
        select distinct held.value
        from annotations a, json_each(a.claims) claim, json_each(claim.value, :path) held
        where held.value is not null
    """
    return {
        answers: {row[0] for row in db.execute(sql, {"path": f"$.{answers}"}).fetchall()}
        for answers in _ANSWERS
    }

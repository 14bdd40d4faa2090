"""Rounds in every state they were in, what was given to whom in them, and what was finished."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from sqlite_utils import Database

from annotator.store.file import now

Cell = tuple[str, str]
"""(document, person)"""


@dataclass(frozen=True, slots=True)
class Round:
    id: int
    name: str
    overlap: int  # people a document
    due: str | None  # a day: 2026-01-31
    codebook: str  # id@version
    documents: tuple[str, ...]
    people: tuple[str, ...]
    withdrawn: bool = False
    created_at: str = ""


_CURRENT = """
    select rounds.id, name, overlap, due, documents, people, withdrawn, rounds.created_at,
           codebooks.codebook || '@' || codebooks.version as codebook
    from rounds
    join round_states on round_states.round = rounds.id
    join codebooks on codebooks.id = round_states.codebook
    where round_states.id = (
        select max(newer.id) from round_states newer where newer.round = rounds.id
    )
"""


def all(db: Database) -> list[Round]:
    """Every round that was not taken back, the oldest first."""
    return [_round(row) for row in db.query(_CURRENT + " and not withdrawn order by rounds.id")]


def get(db: Database, id: int) -> Round | None:
    row = next(db.query(_CURRENT + " and rounds.id = :id", {"id": id}), None)
    return _round(row) if row else None


def any_open(db: Database) -> bool:
    """Whether documents are given out in rounds at all."""
    sql = """
        select 1 from rounds where not (
            select withdrawn from round_states where round = rounds.id order by id desc limit 1
        ) limit 1
    """
    return db.execute(sql).fetchone() is not None


def append(db: Database, round: Round, codebook: int, by: str | None) -> int:
    """Add a round, or a new state of one; its id."""
    moment = now()
    id = round.id
    if not id:
        id = int(str(db.table("rounds").insert({"person": by, "created_at": moment}).last_pk))
    db.table("round_states").insert(
        {
            "round": id,
            "name": round.name,
            "overlap": round.overlap,
            "due": round.due,
            "codebook": codebook,
            "documents": orjson.dumps(round.documents).decode(),
            "people": orjson.dumps(round.people).decode(),
            "withdrawn": int(round.withdrawn),
            "person": by,
            "created_at": moment,
        }
    )
    return id


# ------------------------------------------------------------------ what is given to whom


def assigned(db: Database, round: int) -> list[Cell]:
    """What is given to whom in a round, in the order it was given."""
    sql = "select document, person from current_assignments where round = :round order by id"
    return [(row[0], row[1]) for row in db.execute(sql, {"round": round}).fetchall()]


def append_assignment(db: Database, round: int, cell: Cell, action: str, by: str | None) -> None:
    document, person = cell
    db.table("assignments").insert(
        {
            "round": round,
            "document": document,
            "person": person,
            "action": action,
            "changed_by": by,
            "created_at": now(),
        }
    )


def given_to(db: Database, person: str) -> dict[str, str | None]:
    """The documents given to a person in any round, each with the first day it is due."""
    sql = """
        select document, min(s.due) from current_assignments a
        join round_states s on s.id = (select max(id) from round_states where round = a.round)
        where a.person = :person group by document
    """
    return dict(db.execute(sql, {"person": person}).fetchall())


def is_given(db: Database, document: str, person: str) -> bool:
    sql = "select 1 from current_assignments where document = :document and person = :person limit 1"
    return db.execute(sql, {"document": document, "person": person}).fetchone() is not None


# ------------------------------------------------------------------ what is finished


@dataclass(frozen=True, slots=True)
class Finish:
    document: str
    person: str
    at: str


def append_finish(
    db: Database, document: str, person: str, *, reason: str | None = None, by: str | None = None
) -> None:
    """A finish; with a reason, the document is opened again."""
    db.table("finishes").insert(
        {
            "document": document,
            "person": person,
            "action": "finish" if reason is None else "reopen",
            "reason": reason,
            "changed_by": by,
            "created_at": now(),
        }
    )


def is_finished(db: Database, document: str, person: str) -> bool:
    sql = """
        select action = 'finish' from finishes
        where document = :document and person = :person order by id desc limit 1
    """
    row = db.execute(sql, {"document": document, "person": person}).fetchone()
    return bool(row and row[0])


def finishes(db: Database, person: str | None = None) -> list[Finish]:
    """What is finished, by one person or by everybody, the last first."""
    of_person = "" if person is None else "where person = :person"
    sql = f"select document, person, created_at from current_finishes {of_person} order by id desc"
    return [Finish(*row) for row in db.execute(sql, {"person": person}).fetchall()]


def any_finished(db: Database, person: str) -> bool:
    sql = "select 1 from current_finishes where person = :person limit 1"
    return db.execute(sql, {"person": person}).fetchone() is not None


def reasons(db: Database, person: str) -> dict[str, str]:
    """Why documents were opened again that the person has not finished anew."""
    sql = """
        select document, reason from finishes
        where person = :person and action = 'reopen' and id = (
            select max(newer.id) from finishes newer
            where newer.document = finishes.document and newer.person = finishes.person
        )
    """
    return dict(db.execute(sql, {"person": person}).fetchall())


def _round(row: dict[str, object]) -> Round:
    return Round(
        id=int(str(row["id"])),
        name=str(row["name"]),
        overlap=int(str(row["overlap"])),
        due=None if row["due"] is None else str(row["due"]),
        codebook=str(row["codebook"]),
        documents=tuple(orjson.loads(str(row["documents"]))),
        people=tuple(orjson.loads(str(row["people"]))),
        withdrawn=bool(row["withdrawn"]),
        created_at=str(row["created_at"]),
    )

"""Sentences that people look at once more, and what they answered then: apart from their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlite_utils import Database

from annotator.model import Annotation, Answer, Sentence
from annotator.store import annotations as answer_rows
from annotator.store import numbers, sentences
from annotator.store.file import now


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of a round is looked at once more, and after how long."""

    share: int  # percent; 0 for nothing
    days: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a round that a person finished."""

    key: int
    document: str
    sid: str
    first_at: str
    again: bool  # looked at once more already


@dataclass(frozen=True, slots=True)
class Draft:
    """A second answer about to be appended."""

    sentence: Sentence
    person: str
    answer: Answer
    codebook: int
    token: str | None = None
    seconds: float | None = None


def append_plan(db: Database, round: int, plan: Plan, by: str | None) -> None:
    db.table("repeats").insert(
        {"round": round, "share": plan.share, "days": plan.days, "person": by, "created_at": now()}
    )


def plans(db: Database) -> dict[int, Plan]:
    """What was chosen for each round last."""
    sql = "select round, share, days from repeats where id in (select max(id) from repeats group by round)"
    return {round: Plan(share, days) for round, share, days in db.execute(sql).fetchall()}


def candidates(db: Database, round: int, person: str, kinds: Sequence[str]) -> list[Candidate]:
    """The sentences of these kinds that a person finished in what a round gives them, in reading order."""
    sql = """
        select s.key, s.document, s.id,
               (select created_at from annotations f where f.sentence = s.key and f.person = a.person
                order by f.id limit 1) as first_at,
               exists (select 1 from current_second_answers b
                       where b.sentence = s.key and b.person = a.person and b.status <> 'todo') as again
        from current_answers a join current_sentences s on s.key = a.sentence
        join documents d on d.id = s.document
        where a.person = :person and a.status in ('claims', 'no_claim')
          and s.kind in (select value from json_each(:kinds))
          and s.document in (
              select document from current_assignments where round = :round and person = :person
          )
        order by d.number, s.position
    """
    values = {"round": round, "person": person, "kinds": orjson.dumps(list(kinds)).decode()}
    rows = db.execute(sql, values).fetchall()
    return [Candidate(key, doc_id, sid, first_at, bool(again)) for key, doc_id, sid, first_at, again in rows]


def append(db: Database, draft: Draft) -> int:
    """Add a second answer; its id."""
    inserted = db.table("second_answers").insert(
        {
            "id": numbers.fresh(db, "second_answers"),
            "sentence": draft.sentence.key,
            "person": draft.person,
            "status": draft.answer.status.value,
            "claims": orjson.dumps(draft.answer.claims).decode(),
            "comment": draft.answer.comment,
            "hard": int(draft.answer.hard),
            "duplicate_of": draft.answer.duplicate_of,
            "codebook": draft.codebook,
            "seconds": draft.seconds,
            "token": draft.token,
            "created_at": now(),
        }
    )
    return int(str(inserted.last_pk))


_COLUMNS = """
    b.id, b.sentence, b.person, b.status, b.claims, b.comment, b.hard, b.duplicate_of, b.seconds,
    b.created_at,
    (select codebook || '@' || version from codebooks where codebooks.id = b.codebook) as codebook
"""


def get(db: Database, id: int) -> Annotation:
    return _annotation(next(db.query(f"select {_COLUMNS} from second_answers b where b.id = ?", (id,))))


def current(db: Database, sentence: int, person: str) -> Annotation | None:
    """A person's second answer about a sentence as it stands."""
    sql = f"select {_COLUMNS} from current_second_answers b where b.sentence = ? and b.person = ?"
    row = next(db.query(sql, (sentence, person)), None)
    return _annotation(row) if row else None


def by_token(db: Database, token: str) -> int | None:
    row = db.execute("select id from second_answers where token = ?", (token,)).fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Pair:
    """Both answers of one person about a sentence: the first as it was before the second."""

    sentence: Sentence
    first: Annotation
    second: Annotation


def pairs(db: Database, documents: Sequence[str] | None, people: Sequence[str] | None) -> list[Pair]:
    sql = f"""
        select {_COLUMNS}, coalesce((
            select max(f.id) from annotations f
            where f.sentence = b.sentence and f.person = b.person and f.created_at <= (
                select min(o.created_at) from second_answers o
                where o.sentence = b.sentence and o.person = b.person
            )
        ), ( -- the clock was set back in between
            select min(f.id) from annotations f where f.sentence = b.sentence and f.person = b.person
        )) as first
        from current_second_answers b cross join current_sentences s on s.key = b.sentence
        where b.status in ('claims', 'no_claim')
          and (:documents is null or s.document in (select value from json_each(:documents)))
          and (:people is null or b.person in (select value from json_each(:people)))
        order by s.document, s.position
    """
    chosen = {"documents": documents, "people": people}
    values = {k: None if v is None else orjson.dumps(list(v)).decode() for k, v in chosen.items()}
    return [
        Pair(
            sentences.by_key(db, row["sentence"]), answer_rows.get(db, row.pop("first")), _annotation(row)
        )
        for row in db.query(sql, values)
    ]  # fmt: skip


def _annotation(row: dict[str, Any]) -> Annotation:
    return Annotation(
        id=row["id"],
        sentence=row["sentence"],
        person=row["person"],
        answer=answer_rows.answer_of(row),
        codebook=row["codebook"],
        seconds=row["seconds"],
        created_at=row["created_at"],
        updated_at=row["created_at"],
    )

"""Sentences that several people finished, and what they answered, read for many at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlite_utils import Database

from annotator.model import Answer
from annotator.store.annotations import answer_of


@dataclass(frozen=True, slots=True)
class Overlap:
    """A sentence that several people finished."""

    sentence: int
    ids: tuple[int, ...]  # of their current answers
    same: bool  # to the letter
    old: bool  # with claims, some given under another codebook than the newest


def shared(db: Database, kinds: Sequence[str], documents: Sequence[str] | None = None) -> list[Overlap]:
    """Every sentence of these kinds that two or more finished, in reading order."""
    # SQLite takes the bare columns from the row that has the maximum, and groups along an index.
    sql = """
        with newest as materialized (
            select sentence, max(id) as id, status, claims, codebook from annotations
            where :documents is null or document in (select value from json_each(:documents))
            group by sentence, person
        ), shared as materialized (
            select sentence, group_concat(id) as ids, min(claims) = max(claims) as same,
                   min(codebook) < (select max(id) from codebooks) and max(claims) <> '[]' as old
            from newest where status in ('claims', 'no_claim') group by sentence having count(*) > 1
        )
        select shared.sentence, ids, same, old
        from shared join sentences s on s.key = shared.sentence join documents d on d.id = s.document
        where s.kind in (select value from json_each(:kinds))
          and s.key not in (select sentence from retirements)
        order by d.number, s.position
    """
    chosen = None if documents is None else orjson.dumps(list(documents)).decode()
    rows = db.execute(sql, {"kinds": orjson.dumps(list(kinds)).decode(), "documents": chosen}).fetchall()
    return [
        Overlap(key, tuple(sorted(map(int, ids.split(",")))), bool(same), bool(old))
        for key, ids, same, old in rows
    ]


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, without its history."""

    id: int
    sentence: int
    person: str
    answer: Answer


def given_as(db: Database, ids: Sequence[int]) -> list[Given]:
    """The answers with these ids."""
    sql = """
        select id, sentence, person, status, claims, comment, hard, duplicate_of from annotations
        where id in (select value from json_each(:ids)) order by id
    """
    rows = db.query(sql, {"ids": orjson.dumps(list(ids)).decode()})
    return [Given(row["id"], row["sentence"], row["person"], answer_of(row)) for row in rows]


def answering(db: Database, answers: Mapping[str, Collection[str]]) -> frozenset[int]:
    """The sentences of which some current claim has one of these answers, by question."""
    sql = """
        select distinct a.sentence from current_answers a, json_each(a.claims) claim
        join json_each(:answers) asked
        where a.claims <> '[]' and (
            claim.value ->> asked.key in (select value from json_each(asked.value))
            or exists (select 1 from json_each(claim.value, '$.' || asked.key) many
                       where many.value in (select value from json_each(asked.value))))
    """
    asked = orjson.dumps({field: list(ids) for field, ids in answers.items()}).decode()
    return frozenset(row[0] for row in db.execute(sql, {"answers": asked}).fetchall())


def about_another_text(db: Database) -> frozenset[int]:
    """The sentences with a current claim that was given before the text of the document last changed."""
    sql = """
        select distinct a.sentence from current_answers a
        where a.claims <> '[]' and a.document in (select document from changes)
          and (a.action = 'carried'
               or a.created_at <= (select max(created_at) from changes where changes.document = a.document))
    """
    return frozenset(row[0] for row in db.execute(sql).fetchall())

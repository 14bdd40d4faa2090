"""How far people are, document by document: counted when asked, and only in the documents asked about.

A list of documents is read a stretch at a time, in the order of import; no page needs all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson
from sqlite_utils import Database

Kinds = Sequence[str]

# The current state of each; an index holds all that is asked about here.
_STAGE = """(
    select stage from document_states where document_states.document = documents.id
    order by document_states.id desc limit 1
)"""
_EVERY = "documents"
# Few documents are given to one person, so those come first, and the others are never looked at.
_GIVEN = """
    (select document, min(due) as due from current_assignments
     join round_states on round_states.id = (
         select max(newer.id) from round_states newer where newer.round = current_assignments.round
     )
     where current_assignments.person = :person group by document) given
    cross join documents on documents.id = given.document
"""
_THESE = "(select value as wanted from json_each(:ids)) these"
_FINISHED = """coalesce((
    select action from finishes where finishes.document = documents.id and finishes.person = :person
    order by finishes.id desc limit 1
), 'reopen') = 'finish'"""


@dataclass(frozen=True, slots=True)
class Share:
    """What one person did in a document, of the kinds asked about."""

    done: int
    skipped: int


def page(
    db: Database, stages: Sequence[str], after: int, most: int, given_to: str | None
) -> list[tuple[int, str]]:
    """(number, id) of the documents after a number: of all, or of those given to a person."""
    sql = f"""
        select number, documents.id from {_EVERY if given_to is None else _GIVEN}
        where number > :after and {_STAGE} in (select value from json_each(:stages))
        order by number limit :most
    """
    values = {"after": after, "most": most, "stages": _json(stages), "person": given_to}
    return [(row[0], row[1]) for row in db.execute(sql, values).fetchall()]


def number(db: Database, id: str) -> int:
    """Where a document stands in the order of import."""
    return int(db.execute("select number from documents where id = ?", (id,)).fetchone()[0])


def count(db: Database, stages: Sequence[str], given_to: str | None) -> int:
    """How many documents such a list has."""
    sql = f"""
        select count(*) from {_EVERY if given_to is None else _GIVEN}
        where {_STAGE} in (select value from json_each(:stages))
    """
    return int(db.execute(sql, {"stages": _json(stages), "person": given_to}).fetchone()[0])


def newest_state(db: Database) -> int:
    """Changes with every change of any document's description or stage."""
    return int(db.execute("select coalesce(max(id), 0) from document_states").fetchone()[0])


def due(db: Database, person: str, ids: Sequence[str]) -> dict[str, str | None]:
    """Those of these documents that are given to a person, each with the first day it is due."""
    sql = f"""
        select a.document, min(s.due) from {_THESE}
        cross join current_assignments a on a.document = these.wanted
        join round_states s on s.id = (select max(id) from round_states where round = a.round)
        where a.person = :person group by a.document
    """
    return dict(db.execute(sql, {"ids": _json(ids), "person": person}).fetchall())


def reasons(db: Database, ids: Sequence[str], person: str) -> dict[str, str]:
    """Why those of these documents were opened again that the person has not finished anew."""
    sql = f"""
        select document, reason from {_THESE} cross join finishes on document = these.wanted
        where person = :person and action = 'reopen' and id = (
            select max(newer.id) from finishes newer
            where newer.document = finishes.document and newer.person = finishes.person
        )
    """
    return dict(db.execute(sql, {"ids": _json(ids), "person": person}).fetchall())


def count_finished(db: Database, person: str) -> int:
    """How many of the documents given to a person they finished."""
    sql = f"select count(*) from {_GIVEN} where {_STAGE} = 'ready' and {_FINISHED}"
    return int(db.execute(sql, {"person": person}).fetchone()[0])


def open_to_do(db: Database, person: str, *, given: bool, begun: bool) -> Iterator[tuple[str, int, str]]:
    """(due, number, id) of what a person has not finished, what is due first before others.

    `begun`: those in which they answered something; otherwise those in which they did not.
    """
    sql = f"""
        select {"coalesce(due, '9999')" if given else "'9999'"} as due, number, documents.id
        from {_GIVEN if given else _EVERY}
        where {_STAGE} = 'ready' and not {_FINISHED}
          and exists (select 1 from annotations a where a.document = documents.id and a.person = :person)
              = :begun
        order by {"1, number" if given else "number"}
    """
    for row in db.execute(sql, {"person": person, "begun": int(begun)}):
        yield row[0], row[1], row[2]


def last_touched(db: Database, person: str) -> str | None:
    """The document of a person's newest answer."""
    sql = """
        select document from annotations where person = :person and action = 'answer' order by id desc limit 1
    """
    row = db.execute(sql, {"person": person}).fetchone()
    return str(row[0]) if row else None


def queued(db: Database, ids: Sequence[str], kinds: Kinds) -> dict[str, int]:
    """How many sentences of these kinds each of these documents has."""
    sql = f"""
        select document, count(*) from {_THESE}
        cross join current_sentences on document = these.wanted
        where kind in (select value from json_each(:kinds)) group by document
    """
    return dict(db.execute(sql, {"ids": _json(ids), "kinds": _json(kinds)}).fetchall())


def shares(db: Database, ids: Sequence[str], kinds: Kinds, person: str | None) -> dict[str, dict[str, Share]]:
    """What a person, or everybody, did in these documents: document → person → share."""
    # SQLite takes the bare column from the row that has the maximum.
    sql = f"""
        select a.document, a.person, sum(a.status in ('claims', 'no_claim')), sum(a.status = 'skipped') from (
            select a.document, a.person, a.sentence, a.status, max(a.id)
            from {_THESE} cross join annotations a on a.document = these.wanted
            where :person is null or a.person = :person
            group by a.document, a.person, a.sentence
        ) a cross join current_sentences s on s.key = a.sentence
        where s.kind in (select value from json_each(:kinds)) group by a.document, a.person
    """
    if person is not None:
        sql = sql.replace(":person is null or a.person = :person", "a.person = :person")
    found: dict[str, dict[str, Share]] = {}
    values = {"ids": _json(ids), "kinds": _json(kinds), "person": person}
    for document, name, done, skipped in db.execute(sql, values).fetchall():
        found.setdefault(document, {})[name] = Share(done, skipped)
    return found


def finished(db: Database, ids: Sequence[str], person: str) -> dict[str, str]:
    """When a person finished those of these documents that they finished."""
    sql = f"""
        select document, created_at from {_THESE}
        cross join current_finishes on document = these.wanted where person = :person
    """
    return dict(db.execute(sql, {"ids": _json(ids), "person": person}).fetchall())


def _json(values: Sequence[str]) -> str:
    return orjson.dumps(list(values)).decode()

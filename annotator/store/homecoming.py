"""Answers by the hundred: what a document has already, and what is added to it at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson
from sqlite_utils import Database


class Held(NamedTuple):
    """What an answer says, however it came to be stored."""

    status: str
    claims: str
    comment: str | None
    hard: int
    duplicate_of: str | None


class Settled(NamedTuple):
    """What a final answer says, and where it comes from."""

    kind: str
    status: str
    claims: str
    comment: str | None
    reason: str | None
    note: str | None
    person: str


Answer = tuple[str, int, str, str, str, str | None, int, str | None, int, float | None, str]
"""A row to add: document, sentence, person, status, claims, comment, hard, duplicate_of, codebook, seconds,
when."""

Final = tuple[str, int, str, str, str, str | None, str | None, str | None, str, int, str, str]
"""A row to add: document, sentence, kind, status, claims, comment, reason, note, votes, codebook, person,
when."""


def units(db: Database, document: str) -> dict[str, tuple[int, str]]:
    """(key, text) of every unit of a document, by its id."""
    sql = "select id, key, text from current_sentences where document = ?"
    return {id: (key, text) for id, key, text in db.execute(sql, (document,))}


def answers(db: Database, document: str) -> dict[tuple[int, str], Held]:
    """Everybody's current answers in a document, by sentence and person."""
    sql = """
        select sentence, person, status, claims, comment, hard, duplicate_of
        from current_answers where document = ?
    """
    return {(row[0], row[1]): Held(*row[2:]) for row in db.execute(sql, (document,))}


def finals(db: Database, document: str) -> dict[int, Settled]:
    """The final answers that stand in a document, by sentence."""
    sql = """
        select sentence, kind, status, claims, comment, reason, note, person
        from current_settlements where document = ?
    """
    return {row[0]: Settled(*row[1:]) for row in db.execute(sql, (document,))}


def finished(db: Database, document: str) -> dict[int, list[int]]:
    """The current answers a final one can rest on, by sentence."""
    sql = """
        select sentence, id from current_answers
        where document = ? and status in ('claims', 'no_claim') order by id
    """
    found: dict[int, list[int]] = {}
    for sentence, id in db.execute(sql, (document,)):
        found.setdefault(sentence, []).append(id)
    return found


def append_answers(db: Database, rows: Iterable[Answer]) -> None:
    db.conn.executemany(
        """
        insert into annotations (document, sentence, person, action, status, claims, comment, hard,
                                 duplicate_of, codebook, seconds, created_at)
        values (?, ?, ?, 'answer', ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        rows,
    )


def append_finals(db: Database, rows: Iterable[Final]) -> None:
    db.conn.executemany(
        """
        insert into settlements (document, sentence, action, kind, status, claims, comment, reason, note,
                                 votes, codebook, person, created_at)
        values (?, ?, 'settle', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        rows,
    )


def numbered(numbers: Sequence[int]) -> str:
    """Votes as they are stored."""
    return orjson.dumps(list(numbers)).decode()

"""What export records are made of: the units of a document and everybody's current answers, in reading order.

Rows come in the order of the indexes, a few hundred at a time: nothing is sorted, and nothing kept but the
answers of one person to one sentence. The text of a document and its answers are of one moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import orjson
from sqlite_utils import Database

from annotator.store.annotations import Filter

_UNORDERED = ("byline", "url")


class Unit(NamedTuple):
    """A sentence as exported."""

    key: int
    id: str
    kind: str
    text: str
    order: int | None  # from 0 without bylines and links, None for those


Row = tuple[int, str, str, bytes, str | None, int, str | None, int, float | None, str]
"""An answer: sentence, person, status, claims as stored, comment, hard, duplicate_of, the codebook's row,
seconds, when. Without names, since there are millions."""


class Final(NamedTuple):
    """The final answer to it."""

    kind: str
    status: str
    claims: bytes
    comment: str | None
    reason: str | None
    note: str | None
    votes: str
    codebook: int
    person: str
    created_at: str


def answers(db: Database, document: str, filter: Filter) -> Iterator[tuple[Unit, Row, str, float | None]]:
    """Everybody's current answers to the units of a document, by reading order and person, each with when
    the person first answered, and the seconds of all their answers to it."""
    units = _units(db, document)
    wanted = None if filter.statuses is None else frozenset(filter.statuses)
    unit: Unit | None = None
    last: Row | None = None
    first_at, seconds = "", None
    values = {"document": document, "people": _json(filter.people)}
    for row in _fetched(db, _ANSWERS, values, _END):
        if last is not None:
            if row[0] == last[0] and row[1] == last[1]:  # the same person again
                seconds = _sum(seconds, row[8])
                last = row
                continue
            if last[2] != "todo" and (wanted is None or last[2] in wanted):
                while unit is None or unit.key != last[0]:
                    unit = next(units)
                yield unit, last, first_at, seconds
        last, first_at, seconds = row, row[9], row[8]


def finals(db: Database, document: str, statuses: Sequence[str] | None) -> Iterator[tuple[Unit, Final]]:
    """The final answers to the units of a document, in reading order."""
    units = _units(db, document)
    unit: Unit | None = None
    found = _fetched(db, _FINALS, {"document": document, "statuses": _json(statuses)})
    for key, *final in found:
        while unit is None or unit.key != key:
            unit = next(units)
        yield unit, Final(*final)


def count(db: Database, filter: Filter) -> tuple[int, int]:
    """How many answers `answers` gives in all documents, and the claims in them."""
    sql = """
        select count(*), coalesce(sum(case when a.status = 'claims' then json_array_length(a.claims) end), 0)
        from current_sentences s join current_answers a on a.sentence = s.key
        where a.status <> 'todo' and s.kind not in ('byline', 'url')
          and (:documents is null or s.document in (select value from json_each(:documents)))
          and (:people is null or a.person in (select value from json_each(:people)))
          and (:statuses is null or a.status in (select value from json_each(:statuses)))
    """
    return _two(db.execute(sql, filter.values()).fetchone())


def count_finals(db: Database, filter: Filter) -> tuple[int, int]:
    sql = """
        select count(*), coalesce(sum(case when f.status = 'claims' then json_array_length(f.claims) end), 0)
        from current_settlements f join current_sentences s on s.key = f.sentence
        where (:documents is null or f.document in (select value from json_each(:documents)))
          and (:statuses is null or f.status in (select value from json_each(:statuses)))
    """
    values = filter.values()
    del values["people"]
    return _two(db.execute(sql, values).fetchone())


def claims(db: Database, document: str, filter: Filter) -> Iterator[bytes]:
    """The claims of each current answer in a document that has any, as stored."""
    values = {"document": document, "people": _json(filter.people)}
    return (found for (found,) in _fetched(db, _CLAIMS, values))


def final_claims(db: Database, document: str) -> Iterator[bytes]:
    return (found for (found,) in _fetched(db, _FINAL_CLAIMS, {"document": document}))


def newest(db: Database) -> int:
    """The number of the newest answer."""
    return int(db.execute("select coalesce(max(id), 0) from annotations").fetchone()[0])


def codebook_names(db: Database) -> dict[int, str]:
    """id@version of every codebook, by row."""
    return dict(db.execute("select id, codebook || '@' || version from codebooks").fetchall())


# ------------------------------------------------------------------ reading

# The order is that of the index sentences_in_order, to the last column: SQLite has nothing to sort.
_UNITS = """
    select key, id, kind, text from current_sentences
    where document = :document order by position, kind, id, key
"""

_ANSWERS = f"""
    select a.sentence, a.person, a.status, cast(a.claims as blob), a.comment, a.hard, a.duplicate_of,
           a.codebook, a.seconds, a.created_at
    from current_sentences s cross join annotations a on a.sentence = s.key
    where s.document = :document and s.kind not in {_UNORDERED}
      and (:people is null or a.person in (select value from json_each(:people)))
    order by s.position, s.kind, s.id, s.key, a.person, a.id
"""

_CLAIMS = f"""
    select cast(a.claims as blob)
    from current_sentences s cross join current_answers a on a.sentence = s.key
    where s.document = :document and s.kind not in {_UNORDERED} and a.status = 'claims'
      and (:people is null or a.person in (select value from json_each(:people)))
"""

_FINAL_CLAIMS = """
    select cast(f.claims as blob)
    from current_sentences s cross join current_settlements f on f.sentence = s.key
    where s.document = :document and f.status = 'claims'
"""

_FINALS = """
    select f.sentence, f.kind, f.status, cast(f.claims as blob), f.comment, f.reason, f.note, f.votes,
           f.codebook, f.person, f.created_at
    from current_sentences s cross join current_settlements f on f.sentence = s.key
    where s.document = :document
      and (:statuses is null or f.status in (select value from json_each(:statuses)))
    order by s.position, s.kind, s.id, s.key
"""


def _units(db: Database, document: str) -> Iterator[Unit]:
    order = 0
    for key, id, kind, text in _fetched(db, _UNITS, {"document": document}):
        ordered = kind not in _UNORDERED
        yield Unit(key, id, kind, text, order if ordered else None)
        order += ordered


_END: Row = (-1, "", "", b"", None, 0, None, 0, None, "")


def _fetched(db: Database, sql: str, values: dict[str, Any], end: Row | None = None) -> Iterator[Any]:
    """The rows, and `end` after them."""
    cursor: sqlite3.Cursor = db.execute(sql, values)
    cursor.arraysize = 256
    try:
        while some := cursor.fetchmany():
            yield from some
        if end is not None:
            yield end
    finally:
        cursor.close()  # also when nobody reads to the end: the file stays held otherwise


def _sum(one: float | None, other: float | None) -> float | None:
    return one if other is None else other if one is None else one + other


def _two(row: tuple[Any, Any]) -> tuple[int, int]:
    return int(row[0]), int(row[1])


def _json(values: Sequence[str] | None) -> str | None:
    return None if values is None else orjson.dumps(list(values)).decode()

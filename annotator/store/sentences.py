"""Sentences and blocks of a document, with the places in the file they cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlite_utils import Database

from annotator.model import Kind, Sentence, Unit
from annotator.store.rows import select

# Blocks that are not part of the text an export orders.
_UNORDERED = (Kind.BYLINE.value, Kind.URL.value)

_ORDERED = f"kind not in {_UNORDERED}"

# Counted when asked, since sentences can be split and merged.
_ONE = f"""
    select s.*, case when s.{_ORDERED} then (
        select count(*) from current_sentences e
        where e.document = s.document and e.position < s.position and e.{_ORDERED}
    ) end as sort_order
    from sentences s
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit and where it goes in the reading order."""

    position: float
    unit: Unit


def of_document(db: Database, document: str) -> list[Sentence]:
    """All units in reading order."""
    sql = "select * from current_sentences where document = :document order by position"
    return [sentence(row) for row in _counted(select(db, sql, {"document": document}), 0)]


def lengths(db: Database) -> dict[str, int]:
    """How many sentences of each document an export orders."""
    return dict(
        db.execute(f"select document, count(*) from current_sentences where {_ORDERED} group by document")
    )


def stretch(db: Database, document: str, first: float, last: float) -> list[Sentence]:
    """The units from one position to another, both with them, in reading order."""
    sql = f"""
        select *, (
            select count(*) from current_sentences
            where document = :document and position < :first and {_ORDERED}
        ) as sort_order
        from current_sentences
        where document = :document and position between :first and :last order by position
    """
    rows = list(select(db, sql, {"document": document, "first": first, "last": last}))
    return [sentence(row) for row in _counted(rows, rows[0]["sort_order"] if rows else 0)]


def get(db: Database, document: str, id: str) -> Sentence | None:
    sql = f"""
        {_ONE} where s.document = :document and s.id = :id
        and not exists (select 1 from retirements where retirements.sentence = s.key)
    """
    row = next(select(db, sql, {"document": document, "id": id}), None)
    return sentence(row) if row else None


def by_key(db: Database, key: int) -> Sentence:
    return sentence(next(select(db, f"{_ONE} where s.key = :key", {"key": key})))


def named(db: Database, keys: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """(document, id, text) of many at once, by key."""
    sql = "select key, document, id, text from sentences where key in (select value from json_each(:keys))"
    rows = db.execute(sql, {"keys": orjson.dumps(list(keys)).decode()}).fetchall()
    return {key: (document, id, text) for key, document, id, text in rows}


def known(db: Database, key: int) -> Sentence | None:
    """The same for a key that somebody else gives."""
    row = next(select(db, f"{_ONE} where s.key = :key", {"key": key}), None)
    return sentence(row) if row else None


def texts_before(db: Database, before: Sentence, kind: Kind, most: int) -> list[str]:
    """The texts of up to `most` units of that kind that stand before, in reading order."""
    sql = """
        select text from current_sentences
        where document = :document and position < :position and kind = :kind
        order by position desc limit :most
    """
    values = {"document": before.document, "position": before.position, "kind": kind, "most": most}
    return [row[0] for row in db.execute(sql, values).fetchall()][::-1]


Rows = list[dict[str, Any]]


def prepared(units: Iterable[Unit]) -> Rows:
    """The units of a document as first read, ready to be stored: nobody has to wait for this part."""
    return [_row("", 0, float(position), unit) for position, unit in enumerate(units)]


def append(db: Database, document: str, source: int, units: Rows) -> None:
    """The units of a document as first read from the text with that row."""
    for row in units:
        row["document"], row["source"] = document, source
    names = [column for column in db.table("sentences").columns_dict if column != "key"]
    places = ", ".join(f":{name}" for name in names)
    db.conn.executemany(f"insert into sentences ({', '.join(names)}) values ({places})", units)


def as_imported(db: Database, document: str) -> list[Sentence]:
    """The units that import made, whatever was changed since."""
    sql = """
        select *, null as sort_order from sentences
        where document = :document and made_by is null
          and source = (select max(id) from texts where texts.document = :document)
        order by position
    """
    return [sentence(row) for row in select(db, sql, {"document": document})]


def retired_by(db: Database, change: int) -> list[Sentence]:
    """The units that a change took out of the text."""
    sql = """
        select sentences.*, null as sort_order from sentences
        join retirements on retirements.sentence = sentences.key
        where retirements.change = :change order by position
    """
    return [sentence(row) for row in select(db, sql, {"change": change})]


def made_since(db: Database, document: str, change: int) -> list[Sentence]:
    """The units that a change and those after it put into the text, whatever became of them."""
    sql = """
        select *, null as sort_order from sentences
        where document = :document and made_by >= :change order by key
    """
    return [sentence(row) for row in select(db, sql, {"document": document, "change": change})]


def made_by(db: Database, key: int) -> int | None:
    """The change that put a unit into the text; None for those that import made."""
    row = db.execute("select made_by from sentences where key = :key", {"key": key}).fetchone()
    return row[0] if row else None


def replace(
    db: Database, change: int, document: str, source: int, gone: Iterable[int], new: Iterable[Place]
) -> None:
    """Take units out of the text and put others in, as one change."""
    db.table("retirements").insert_all({"sentence": key, "change": change} for key in gone)
    db.table("sentences").insert_all(
        _row(document, source, place.position, place.unit, change) for place in new
    )


def sentence(row: dict[str, Any]) -> Sentence:
    unit = Unit(
        id=row["id"],
        kind=Kind(row["kind"]),
        text=row["text"],
        spans=_tuples(row["spans"]),
        joins=tuple(orjson.loads(row["joins"])),
        runs=_tuples(row["runs"]),
        flags=tuple(orjson.loads(row["flags"])),
        unsure_lines=tuple(orjson.loads(row["unsure_lines"])),
        repeats=tuple(orjson.loads(row["repeats"])),
        lost_at=tuple(orjson.loads(row["lost_at"])),
        paragraph=row["paragraph"],
    )
    return Sentence(row["key"], row["document"], row["position"], row["sort_order"], unit)


def _counted(rows: Iterable[dict[str, Any]], order: int) -> Iterator[dict[str, Any]]:
    """The rows with their order, that of the first given."""
    for row in rows:
        row["sort_order"] = None if row["kind"] in _UNORDERED else order
        order += row["sort_order"] is not None
        yield row


def _tuples(column: str) -> tuple[Any, ...]:
    return tuple(tuple(item) for item in orjson.loads(column))


def _row(
    document: str, source: int, position: float, unit: Unit, made_by: int | None = None
) -> dict[str, Any]:
    return {
        "document": document,
        "source": source,
        "made_by": made_by,
        "id": unit.id,
        "position": position,
        "kind": unit.kind.value,
        "text": unit.text,
        "spans": _json(unit.spans),
        "joins": _json(unit.joins),
        "runs": _json(unit.runs),
        "flags": _json(unit.flags),
        "unsure_lines": _json(unit.unsure_lines),
        "repeats": _json(unit.repeats),
        "lost_at": _json(unit.lost_at),
        "paragraph": unit.paragraph,
    }


def _json(value: object) -> str:
    return orjson.dumps(value).decode()

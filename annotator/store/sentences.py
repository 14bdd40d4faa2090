"""Sentences and blocks of a document, with the places in the file they cover."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from sqlite_utils import Database

from annotator.model import Kind, Sentence, Unit

# Blocks that are not part of the text an export orders.
_UNORDERED = (Kind.BYLINE, Kind.URL)


def of_document(db: Database, document: str) -> list[Sentence]:
    """All units in reading order."""
    sql = "select * from sentences where document = :document order by position"
    return [sentence(row) for row in db.query(sql, {"document": document})]


def get(db: Database, document: str, id: str) -> Sentence | None:
    sql = "select * from sentences where document = :document and id = :id"
    row = next(db.query(sql, {"document": document, "id": id}), None)
    return sentence(row) if row else None


def by_key(db: Database, key: int) -> Sentence:
    return sentence(next(db.query("select * from sentences where key = :key", {"key": key})))


def texts_before(db: Database, before: Sentence, kind: Kind, most: int) -> list[str]:
    """The texts of up to `most` units of that kind that stand before, in reading order."""
    sql = """
        select text from sentences
        where document = :document and position < :position and kind = :kind
        order by position desc limit :most
    """
    values = {"document": before.document, "position": before.position, "kind": kind, "most": most}
    return [row[0] for row in db.execute(sql, values).fetchall()][::-1]


def append(db: Database, reading: int, document: str, units: Iterable[Unit]) -> None:
    order = 0
    rows = []
    for position, unit in enumerate(units):
        ordered = unit.kind not in _UNORDERED
        rows.append(_row(reading, document, position, order if ordered else None, unit))
        order += ordered
    db.table("sentences").insert_all(rows)


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


def _tuples(column: str) -> tuple[Any, ...]:
    return tuple(tuple(item) for item in orjson.loads(column))


def _row(reading: int, document: str, position: int, order: int | None, unit: Unit) -> dict[str, Any]:
    return {
        "reading": reading,
        "document": document,
        "id": unit.id,
        "position": position,
        "sort_order": order,
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

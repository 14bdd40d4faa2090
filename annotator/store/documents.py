"""Documents: the imported bytes, and every state of their description."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from sqlite_utils import Database

from annotator.model import Document, Span, as_json, from_json
from annotator.store.file import now
from annotator.store.rows import select

_CURRENT = """
    select documents.id, filename, lang, title, publisher, author, date, url, stage,
           documents.created_at as imported_at
    from documents
    join files on files.sha256 = documents.file
    join document_states on document_states.document = documents.id
    where document_states.id = (
        select max(newer.id) from document_states newer where newer.document = documents.id
    )
"""


def all(db: Database) -> list[Document]:
    """Every document, in the order of import."""
    return [_document(row) for row in select(db, _CURRENT + " order by number")]


def first(
    db: Database, most: int, *, chosen: Collection[str] = (), within: Collection[str] | None = None
) -> list[Document]:
    """The first of them all or of those `within`: the chosen ones, then the others in the order of import."""
    values = {
        "chosen": orjson.dumps(list(chosen)).decode(),
        "within": None if within is None else orjson.dumps(list(within)).decode(),
    }
    before = list(db.query(_CHOSEN, {**values, "most": most})) if chosen else []
    others = db.query(_OTHERS, {**values, "most": most - len(before)})
    return [_document(row) for row in (*before, *others)]


_WITHIN = " and (:within is null or documents.id in (select value from json_each(:within)))"
_FIRST = _WITHIN + " order by number limit :most"
_CHOSEN = _CURRENT + " and documents.id in (select value from json_each(:chosen))" + _FIRST
_OTHERS = _CURRENT + " and documents.id not in (select value from json_each(:chosen))" + _FIRST


def count(db: Database) -> int:
    found: int = db.execute("select count(*) from documents").fetchone()[0]
    return found


def some(db: Database, ids: Collection[str]) -> list[Document]:
    """Those with these ids, in the order of import."""
    sql = _CURRENT + " and documents.id in (select value from json_each(:ids)) order by number"
    return [_document(row) for row in select(db, sql, {"ids": orjson.dumps(list(ids)).decode()})]


def get(db: Database, id: str) -> Document | None:
    row = next(select(db, _CURRENT + " and documents.id = :id", {"id": id}), None)
    return _document(row) if row else None


def raw(db: Database, id: str) -> tuple[str, bytes]:
    """(file name, bytes) exactly as imported."""
    sql = """
        select filename, bytes from files join documents on documents.file = files.sha256
        where documents.id = :id
    """
    row = db.execute(sql, {"id": id}).fetchone()
    return row[0], row[1]


def append_file(db: Database, sha256: str, filename: str, data: bytes, person: str | None) -> None:
    db.table("files").insert(
        {"sha256": sha256, "filename": filename, "bytes": data, "person": person, "created_at": now()}
    )


def has_file(db: Database, sha256: str) -> bool:
    return db.execute("select 1 from files where sha256 = :sha256", {"sha256": sha256}).fetchone() is not None


def unread(db: Database) -> dict[str, str]:
    """Names of files that no document came from yet, by SHA-256, in the order of arrival."""
    sql = """
        select sha256, filename from files
        where not exists (select 1 from documents where file = sha256) order by created_at, filename
    """
    return {row["sha256"]: row["filename"] for row in select(db, sql)}


def file(db: Database, sha256: str) -> tuple[str, bytes]:
    """(file name, bytes) exactly as it came."""
    sql = "select filename, bytes from files where sha256 = :sha256"
    row = db.execute(sql, {"sha256": sha256}).fetchone()
    return row[0], row[1]


def remove_file(db: Database, sha256: str) -> None:
    """Only a file that no document came from can go: documents refer to theirs."""
    db.execute("delete from files where sha256 = :sha256", {"sha256": sha256})


def append(db: Database, document: Document, file: str, person: str | None, part: str | None = None) -> None:
    db.table("documents").insert(
        {"id": document.id, "file": file, "part": part, "person": person, "created_at": now()}
    )
    append_state(db, document, person)


def append_state(db: Database, document: Document, person: str | None) -> None:
    """A new description of a document; the ones before stay in the history."""
    db.table("document_states").insert(
        {
            "document": document.id,
            "lang": document.lang,
            "title": document.title,
            "publisher": document.publisher,
            "author": document.author,
            "date": document.date,
            "url": document.url,
            "stage": document.stage,
            "person": person,
            "created_at": now(),
        }
    )


@dataclass(frozen=True, slots=True)
class Text:
    """The text that all offsets of a document count in, and how it came from the file."""

    text: str
    method: str
    encoding: str | None
    options: Mapping[str, Any]
    warnings: tuple[str, ...]
    given: tuple[Span, ...]
    reading: str  # "automatic" or "checked"
    level: Literal["safe", "proposed", "none"]
    id: int = 0


def text(db: Database, id: str) -> Text:
    """The text in force."""
    sql = """
        select id, text, method, encoding, options, warnings, given, reading, level
        from texts where document = :document order by id desc limit 1
    """
    row = next(select(db, sql, {"document": id}))
    row["options"] = orjson.loads(row["options"])
    row["warnings"] = tuple(map(from_json, orjson.loads(row["warnings"])))
    row["given"] = tuple((start, end) for start, end in orjson.loads(row["given"]))
    return Text(**row)


def append_text(db: Database, id: str, text: Text, person: str | None) -> int:
    inserted = db.table("texts").insert(
        {
            "document": id,
            "text": text.text,
            "method": text.method,
            "encoding": text.encoding,
            "options": orjson.dumps(text.options).decode(),
            "warnings": orjson.dumps([as_json(warning) for warning in text.warnings]).decode(),
            "given": orjson.dumps(text.given).decode(),
            "reading": text.reading,
            "level": text.level,
            "person": person,
            "created_at": now(),
        }
    )
    return int(str(inserted.last_pk))


def file_of(db: Database, id: str) -> str:
    """The SHA-256 of the file that holds the document."""
    return str(db.execute("select file from documents where id = :id", {"id": id}).fetchone()[0])


def part(db: Database, id: str) -> str | None:
    """The row of its file that holds the document; None where the whole file does."""
    row = db.execute("select part from documents where id = :id", {"id": id}).fetchone()
    return None if row[0] is None else str(row[0])


def _document(row: dict[str, Any]) -> Document:
    return Document(**row)

"""Documents: the imported bytes, and every state of their description."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from annotator.model import Document
from annotator.store.file import now

_CURRENT = """
    select documents.id, filename, lang, title, publisher, author, date, url,
           documents.created_at as imported_at
    from documents join document_states on document_states.document = documents.id
    where document_states.id = (
        select max(newer.id) from document_states newer where newer.document = documents.id
    )
"""


def all(db: Database) -> list[Document]:
    """Every document, in the order of import."""
    return [_document(row) for row in db.query(_CURRENT + " order by number")]


def get(db: Database, id: str) -> Document | None:
    row = next(db.query(_CURRENT + " and documents.id = :id", {"id": id}), None)
    return _document(row) if row else None


def raw(db: Database, id: str) -> tuple[str, bytes]:
    """(file name, bytes) exactly as imported."""
    row = db.execute("select filename, bytes from documents where id = :id", {"id": id}).fetchone()
    return row[0], row[1]


def append(db: Database, document: Document, sha256: str, data: bytes, person: str | None) -> None:
    moment = now()
    db.table("documents").insert(
        {
            "id": document.id,
            "filename": document.filename,
            "sha256": sha256,
            "bytes": data,
            "person": person,
            "created_at": moment,
        }
    )
    db.table("document_states").insert(
        {
            "document": document.id,
            "lang": document.lang,
            "title": document.title,
            "publisher": document.publisher,
            "author": document.author,
            "date": document.date,
            "url": document.url,
            "person": person,
            "created_at": moment,
        }
    )


def append_reading(db: Database, id: str, method: str, encoding: str, person: str | None) -> int:
    """A new reading of a document; its row."""
    inserted = db.table("readings").insert(
        {"document": id, "method": method, "encoding": encoding, "person": person, "created_at": now()}
    )
    return int(str(inserted.last_pk))


def encoding(db: Database, id: str) -> str:
    sql = "select encoding from readings where document = :id order by id desc limit 1"
    return str(db.execute(sql, {"id": id}).fetchone()[0])


def _document(row: dict[str, Any]) -> Document:
    return Document(**row)

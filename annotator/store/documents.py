"""Documents: the imported bytes, and every state of their description."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from annotator.model import Document
from annotator.store.file import now

_CURRENT = """
    select documents.id, filename, lang, title, publisher, author, date, url,
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
    return [_document(row) for row in db.query(_CURRENT + " order by number")]


def get(db: Database, id: str) -> Document | None:
    row = next(db.query(_CURRENT + " and documents.id = :id", {"id": id}), None)
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


def append(db: Database, document: Document, file: str, person: str | None, part: str | None = None) -> None:
    moment = now()
    db.table("documents").insert(
        {"id": document.id, "file": file, "part": part, "person": person, "created_at": moment}
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


def text(db: Database, id: str) -> str:
    """The text that all offsets of the document count in."""
    sql = "select text from texts where document = :document order by id desc limit 1"
    return str(db.execute(sql, {"document": id}).fetchone()[0])


def append_text(
    db: Database, id: str, text: str, method: str, encoding: str | None, person: str | None
) -> None:
    db.table("texts").insert(
        {
            "document": id,
            "text": text,
            "method": method,
            "encoding": encoding,
            "person": person,
            "created_at": now(),
        }
    )


def _document(row: dict[str, Any]) -> Document:
    return Document(**row)

"""Documents: taking files in, and giving them back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotator import text
from annotator.model import Document, Invalid, Kind, Missing, Person, Reading, Role, Sentence
from annotator.project.people import People
from annotator.store import annotations as answer_rows
from annotator.store import documents, sentences
from annotator.store.file import write


@dataclass(frozen=True, slots=True)
class Progress:
    """A document as one person sees it in the list."""

    document: Document
    queued: int
    mine: int
    skipped: int
    others: tuple[tuple[str, bool, int], ...]  # (name, simulated, done); only for a lead


class Documents(People):
    def import_file(
        self,
        filename: str,
        data: bytes,
        *,
        lang: str | None = None,
        reading: str | None = None,
        fields: Mapping[str, str] | None = None,
        by: str | None = None,
    ) -> Document:
        """Take in a file: its bytes, its sentences and what is known about it."""
        raw, encoding = text.decode(data)
        units = text.checked(raw, _reading_file(reading)) if reading is not None else text.read(raw, lang)
        text.verify(raw, units)
        sha256 = hashlib.sha256(data).hexdigest()
        document = _described(sha256[:16], filename, units, {**units.fields, **(fields or {})})
        with write(self.db):
            same = documents.get(self.db, document.id)
            if same:
                raise Invalid(f"{filename} is already here, as “{same.title}”. Nothing was changed.")
            documents.append_file(self.db, sha256, filename, data, by)
            documents.append(self.db, document, sha256, by)
            documents.append_text(self.db, document.id, raw, "txt", encoding, by)
            sentences.append(self.db, document.id, units.units)
        return self.document(document.id)

    def documents(self, person: Person) -> list[Progress]:
        """The list of documents with this person's progress, and for a lead everybody's."""
        kinds = self.codebook().queue_units
        queued = answer_rows.queued(self.db, kinds)
        done: dict[str, dict[str, tuple[int, int]]] = {}
        for row in answer_rows.done(self.db, kinds):
            done.setdefault(row["document"], {})[row["person"]] = (row["done"], row["skipped"])
        simulated = {p.name: p.role is Role.SIMULATED for p in self.people()}
        found = []
        for document in documents.all(self.db):
            counts = done.get(document.id, {})
            mine, skipped = counts.get(person.name, (0, 0))
            others = tuple(
                (name, simulated[name], n) for name, (n, _) in sorted(counts.items()) if name != person.name
            )
            shown = others if person.leads else ()
            found.append(Progress(document, queued.get(document.id, 0), mine, skipped, shown))
        return found

    def document(self, doc_id: str) -> Document:
        document = documents.get(self.db, doc_id)
        if document is None:
            raise Missing(f"There is no document {doc_id} in this project.")
        return document

    def raw(self, doc_id: str) -> tuple[str, bytes]:
        """(file name, bytes) as imported."""
        return documents.raw(self.db, self.document(doc_id).id)

    def sentences(self, doc_id: str) -> list[Sentence]:
        return sentences.of_document(self.db, self.document(doc_id).id)

    def sentence(self, doc_id: str, sid: str) -> Sentence:
        found = sentences.get(self.db, doc_id, sid)
        if found is None:
            raise Missing(f"There is no sentence {sid} in this document.")
        return found


def _described(id: str, filename: str, reading: Reading, fields: Mapping[str, str]) -> Document:
    return Document(
        id=id,
        filename=filename,
        lang=reading.lang,
        title=fields.get("title") or _title(reading) or filename,
        publisher=fields.get("publisher"),
        author=fields.get("author"),
        date=fields.get("date"),
        url=fields.get("url"),
        imported_at="",
    )


def _title(reading: Reading) -> str | None:
    return next((unit.text for unit in reading.units if unit.kind is Kind.TITLE), None)


def _reading_file(source: str) -> Any:
    try:
        return json.loads(source)
    except ValueError as error:
        raise Invalid(f"The reading is not valid JSON ({error}). Mend the file and import again.") from error

"""What the import wizard asks: tables that wait for their columns, encodings, and who has answered what."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping

from annotator.model import Invalid, Missing, Person
from annotator.project.changes import standing
from annotator.project.importing import Taken
from annotator.project.verifying import Verifying
from annotator.store import annotations as answer_rows
from annotator.store import documents
from annotator.store.changes import Change
from annotator.store.file import write
from annotator.text import formats
from annotator.text.formats import Options


class Checking(Verifying):
    def columns(self, filename: str, data: bytes) -> tuple[str, ...] | None:
        """The columns of a table; None for a file that is no table, or holds one text."""
        return formats.columns(filename, data)

    def keep(self, filename: str, data: bytes, person: Person) -> str:
        """Put a table aside until its columns are chosen; the SHA-256 it is found under."""
        sha256 = hashlib.sha256(data).hexdigest()
        with write(self.db):
            if not documents.has_file(self.db, sha256):
                documents.append_file(self.db, sha256, filename, data, person.name)
            elif sha256 not in documents.unread(self.db):
                raise Invalid("%(filename)s is already here. Nothing was changed.", filename=filename)
        return sha256

    def kept(self) -> Mapping[str, str]:
        """Tables that wait: file names by SHA-256."""
        return documents.unread(self.db)

    def kept_table(self, sha256: str) -> tuple[str, bytes]:
        """(file name, bytes) of a table that waits."""
        if sha256 not in self.kept():
            raise Missing("This table is not waiting any more: it was imported or left out.")
        return documents.file(self.db, sha256)

    def take_kept(self, sha256: str, options: Options, person: Person) -> Iterator[Taken]:
        filename, data = self.kept_table(sha256)
        yield from self.take_in(filename, data, options=options, stage="checking", by=person.name)

    def leave_out(self, sha256: str) -> None:
        """Forget a table that no document came from."""
        self.kept_table(sha256)
        with write(self.db):
            documents.remove_file(self.db, sha256)

    def encodings(self, doc_id: str) -> tuple[str, ...]:
        """What the file may be encoded in, likeliest first; nothing for files that say it themselves."""
        if self.text_of(doc_id).encoding is None:
            return ()
        return formats.encodings(self.raw(doc_id)[1])

    def answered(self, doc_id: str) -> Mapping[str, int]:
        """How many people answered each sentence, by its id."""
        ids = {sentence.key: sentence.id for sentence in self.sentences(doc_id)}
        found = answer_rows.of_sentences(self.db, list(ids))
        return Counter(
            ids[annotation.sentence] for annotation, _ in found if annotation.answer.status != "todo"
        )

    def turns(self, doc_id: str) -> tuple[Change | None, Change | None]:
        """The change of the text that undo would take back, and the one that redo would make again."""
        done, undone = standing(self.changes(doc_id))
        return (done[-1] if done else None, undone[-1] if undone else None)

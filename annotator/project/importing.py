"""Taking files in: their bytes, their texts, their sentences, and what is known about them."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from annotator import text
from annotator.model import Decision, Document, Invalid, Kind, Person, Problem, Reading, Said, Span, upright
from annotator.project.watching import Watching
from annotator.store import annotations as answer_rows
from annotator.store import changes, documents, sentences
from annotator.store.documents import Text
from annotator.store.file import write
from annotator.text import Decisions, Level
from annotator.text.formats import Options, Source, open_file

_FIELDS = ("title", "publisher", "author", "date", "url")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one text in a file."""

    name: str  # the file, and the row where it has several
    document: Document | None
    problem: str | None = None
    warnings: tuple[str, ...] = ()


class Opened:
    """The texts of one file, gone on with where the last one was found.

    The rows of a table are asked for in their order: from the start each time, the time would grow
    with the square of their number.
    """

    def __init__(self) -> None:
        self._of: object = None
        self._rest: Iterator[Source] = iter(())

    def find(self, of: object, part: str | None, sources: Callable[[], Iterator[Source]]) -> Source | None:
        for again in (False, True):
            if again or of != self._of:
                self._of, self._rest = of, sources()
            for source in self._rest:
                if source.part == part:
                    return source
        return None


class Importing(Watching):
    def take_in(
        self,
        filename: str,
        data: bytes,
        *,
        options: Options = Options(),  # noqa: B008  (frozen)
        lang: str | None = None,
        level: Level = "proposed",
        stage: str = "ready",
        by: str | None = None,
    ) -> Iterator[Taken]:
        """Import every text in a file, going on past one that cannot be read.

        `Invalid` where the file itself is bad, a row that breaks its table included: then nothing of
        it is imported.

        `stage` "checking" keeps a document from annotators until its text was checked.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        for source in _whole(filename, data, options):
            name = filename if source.part is None else f"{filename}, row {source.part}"
            try:
                lang_given = lang or source.fields.get("lang")
                reading = text.read(source.text, lang_given, level=level, given=source.given)
                document = _described(_id(sha256, source), filename, reading, source.fields, stage, name)
                way = _way(source, options, level)
                yield Taken(
                    name, self._store(document, sha256, data, source, way, reading, by), None, source.warnings
                )
            except Problem as problem:
                yield Taken(name, None, problem.said)

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
        """Import a file that holds one text, read by itself or as a checked reading says."""
        source, *more = islice(open_file(filename, data, Options()), 2)
        if more or source.part is not None:
            raise Invalid("%(filename)s is a table. Give a file that holds one text.", filename=filename)
        if reading is None:
            (taken,) = self.take_in(filename, data, lang=lang, by=by)
            if taken.document is None:
                raise Invalid(taken.problem or Said("%(filename)s could not be imported.", filename=filename))
            return taken.document
        checked = text.checked(source.text, _reading_file(reading))
        text.verify(source.text, checked)
        sha256 = hashlib.sha256(data).hexdigest()
        described = {**source.fields, **checked.fields, **(fields or {})}
        document = _described(sha256[:16], filename, checked, described, "ready")
        way = replace(_way(source, Options(), "proposed"), reading="checked")
        return self._store(document, sha256, data, source, way, checked, by)

    def _store(
        self,
        document: Document,
        sha256: str,
        data: bytes,
        source: Source,
        way: Text,
        reading: Reading,
        by: str | None,
    ) -> Document:
        units = sentences.prepared(reading.units)
        with write(self.db):
            same = documents.get(self.db, document.id)
            if same and same.stage == "withdrawn":  # taken back by mistake, or after all wanted
                documents.append_state(self.db, replace(same, stage=document.stage), by)
                return self.document(same.id)
            if same:
                raise Invalid(
                    "%(filename)s is already here, as “%(title)s”. Nothing was changed.",
                    filename=document.filename,
                    title=same.title,
                )
            if not documents.has_file(self.db, sha256):
                documents.append_file(self.db, sha256, document.filename, data, by)
            documents.append(self.db, document, sha256, by, source.part)
            row = documents.append_text(self.db, document.id, way, by)
            sentences.append(self.db, document.id, row, units)
        return self.document(document.id)

    def text_of(self, doc_id: str) -> Text:
        """The text that all offsets of the document count in, and how it came from the file."""
        return documents.text(self.db, self.document(doc_id).id)

    def read_anew(
        self,
        doc_id: str,
        person: Person,
        *,
        options: Options | None = None,
        lang: str | None = None,
        level: Level | None = None,
    ) -> Document:
        """Read a document again from its file in another way, before anybody annotated it."""
        document, before = self.document(doc_id), self.text_of(doc_id)
        options = options or Options(**before.options)
        source = self.source_of(doc_id, replace(before, options=dataclasses.asdict(options)))
        if source is None:
            raise Invalid("Read that way, the file no longer holds this text.")
        level = level or before.level
        reading = text.read(source.text, lang or document.lang, level=level, given=source.given)
        units = sentences.prepared(reading.units)
        with write(self.db):
            if answer_rows.any_of(self.db, doc_id):
                raise Invalid(
                    "People have annotated this document, so it can no longer be read in another way."
                )
            way = _way(source, options, level)
            gone = [sentence.key for sentence in self.sentences(doc_id)]
            row = documents.append_text(self.db, doc_id, way, person.name)
            change = changes.append(self.db, doc_id, "read", {"text": row}, person.name)
            sentences.replace(self.db, change, doc_id, row, gone, ())
            sentences.append(self.db, doc_id, row, units)
            documents.append_state(self.db, replace(document, lang=reading.lang), person.name)
        return self.document(doc_id)

    def source_of(self, doc_id: str, way: Text, opened: Opened | None = None) -> Source | None:
        """The text found again in the file the way it was found before.

        Whoever asks for one document after the other keeps the file `opened`.
        """
        part, options = documents.part(self.db, doc_id), Options(**way.options)

        def sources() -> Iterator[Source]:
            yield from open_file(*self.raw(doc_id), options)

        return (opened or Opened()).find((documents.file_of(self.db, doc_id), options), part, sources)

    def read_again(self, document: Document, source: Text, decisions: Decisions = text.NONE) -> Reading:
        """The automatic reading of a stored text, under these decisions about its repairs."""
        return _read(source.text, document.lang, tuple(decisions.items()), source.level, source.given)

    def describe(self, doc_id: str, fields: Mapping[str, str], person: Person) -> Document:
        """Change what is known about a document: title, publisher, author, date, url."""
        given = {name: _line(fields[name]) for name in _FIELDS if name in fields}
        if "title" in given and not given["title"]:
            raise Invalid("A document needs a title.")
        with write(self.db):
            documents.append_state(self.db, replace(self.document(doc_id), **given), person.name)  # type: ignore[arg-type]
        return self.document(doc_id)

    def set_stage(self, doc_id: str, stage: str, person: Person) -> Document:
        """Let annotators see a checked document ("ready"), or take a wrong import back ("withdrawn")."""
        with write(self.db):
            if stage != "ready" and answer_rows.any_of(self.db, doc_id):
                raise Invalid("People have annotated this document, so it stays.")
            documents.append_state(self.db, replace(self.document(doc_id), stage=stage), person.name)
        return self.document(doc_id)


# A person who checks a text goes from one decision to the next: what was just read is asked for again.
@functools.lru_cache(maxsize=4)
def _read(
    raw: str, lang: str, decisions: tuple[tuple[str, Decision], ...], level: Level, given: tuple[Span, ...]
) -> Reading:
    return text.read(raw, lang, decisions=dict(decisions), level=level, given=given)


def _way(source: Source, options: Options, level: Level) -> Text:
    return Text(
        text=source.text,
        method=source.method,
        encoding=source.encoding,
        options=dataclasses.asdict(options),
        warnings=source.warnings,
        given=source.given,
        reading="automatic",
        level=level,
    )


def _whole(filename: str, data: bytes, options: Options) -> Iterator[Source]:
    """The texts of a file; those of a table only once it was read to its end without a fault."""
    sources = open_file(filename, data, options)
    first = next(sources, None)
    if first is None:
        return
    if first.part is not None:
        for _ in sources:
            pass
        sources = open_file(filename, data, options)
        first = next(sources)
    yield first
    yield from sources


def _id(sha256: str, source: Source) -> str:
    """The first 16 hex digits of a SHA-256: of the file's bytes, or of a row's id and text."""
    if source.part is None:
        return sha256[:16]
    return hashlib.sha256(f"{source.part}\n{source.text}".encode()).hexdigest()[:16]


def _described(
    id: str, filename: str, reading: Reading, fields: Mapping[str, str], stage: str, name: str | None = None
) -> Document:
    given = {**reading.fields, **fields}
    fields = {key: line for key, words in given.items() if (line := _line(words))}
    filename = _line(filename) or ""
    return Document(
        id=id,
        filename=filename,
        lang=reading.lang,
        title=fields.get("title") or _line(_title(reading)) or _line(name) or filename,
        publisher=fields.get("publisher"),
        author=fields.get("author"),
        date=fields.get("date"),
        url=fields.get("url"),
        imported_at="",
        stage=stage,
    )


def _line(words: str | None) -> str | None:
    """A title or a name on one line that turns nothing beside it; the text itself stays as it is."""
    return " ".join(upright(words or "").split()) or None


def _title(reading: Reading) -> str | None:
    return next((unit.text for unit in reading.units if unit.kind is Kind.TITLE), None)


def _reading_file(source: str) -> Any:
    try:
        return json.loads(source)
    except (ValueError, RecursionError) as error:
        raise Invalid(
            "The reading is not valid JSON (%(why)s). Mend the file and import again.", why=error
        ) from error

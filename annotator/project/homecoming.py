"""Records taken in again: answers into the documents they are about, or with the documents themselves."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from annotator import codebook, speakers, text
from annotator.homecoming import rebuilt
from annotator.homecoming.rebuilt import Sketch
from annotator.homecoming.records import Given, Reader, sketched
from annotator.model import Codebook, Document, Invalid, Reading, Role, Said
from annotator.project.bundles import Bundling
from annotator.project.people import checked_name, look_alike
from annotator.store import codebooks, documents, file, people, sentences
from annotator.store import homecoming as rows
from annotator.store import records as record_rows
from annotator.store.documents import Text
from annotator.store.homecoming import Answer, Final, Held, Settled
from annotator.store.people import State
from annotator.text.formats import open_file

AT_ONCE = 1000
NAMED = 200

Records = Callable[[], Iterable[Mapping[str, Any]]]


@dataclass(slots=True)
class Report:
    """What became of the records."""

    added: int = 0
    same: int = 0  # here already, to the letter
    finals: int = 0
    documents: int = 0  # put together from their sentences
    gaps: int = 0  # sentences of theirs that no record is about
    people: list[str] = field(default_factory=list)  # who was not here before
    unfinished: int = 0  # not whole answers: kept as comments, to be completed
    left: int = 0  # records that were not taken
    conflicts: list[Said] = field(default_factory=list)  # the first of them, in words
    of: dict[str, None] = field(default_factory=dict)  # the documents that the records are about
    by: Counter[str] = field(default_factory=Counter)  # how many each person gave
    settled: int = 0  # records of final answers
    alike: list[Said] = field(default_factory=list)  # whose name looks like that of somebody here

    def meet(self, given: Given) -> None:
        if given.document:
            self.of[given.document] = None
        if given.final:
            self.settled += 1
        else:
            self.by[given.person] += 1

    def leave(self, given: Given, why: Said) -> None:
        self.left += 1
        if len(self.conflicts) < NAMED:
            self.conflicts.append(Said("%(record)s: %(why)s.", record=given.name, why=why))


Agreed = Callable[[Report], object]
"""Hears what would become of everything, before any of it stays; what it raises undoes all."""


def whatever(_: object) -> None:
    """Whatever becomes of it is agreed to."""


class Homecoming(Bundling):
    def take_records(
        self,
        source: Path,
        *,
        name: str | None = None,
        by: str | None = None,
        dry_run: bool = False,
        agreed: Agreed = whatever,
    ) -> Report:
        """Take in a file of claims-jsonl/1; `name` answers in place of the annotators it names.

        An answer that is here already is left as it is, and named where it differs. Into a project
        without documents they come along, put together from their sentences.
        """

        def given() -> Iterator[Given]:
            with source.open("rb") as lines:
                yield from Reader(self._versions()).read(lines)

        writing = file.rehearsed(self.db) if dry_run else file.write(self.db)
        with file.roomy(self.db), writing:
            report = Report()
            if not documents.all(self.db):
                with source.open("rb") as lines:
                    self._put_together(rebuilt.sketches(sketched(lines)), report, by)
            Taking(self, report, self._merging(), name, by).take(given())
            if report.documents and not report.added and not report.finals:
                raise Invalid(
                    "No answer of this file can be taken, so its documents were not made either. %(why)s",
                    why=report.conflicts[0],
                )
            agreed(report)
        return report

    def _versions(self) -> Callable[[str], Codebook | None]:
        """The project's codebooks by full name, each with everybody people added."""
        sources = {}
        for version in codebooks.versions(self.db):
            book = codebook.load(version.source)
            sources[book.name] = book

        def known(name: str) -> Codebook | None:
            book = sources.get(name)
            if book is None:
                return None
            everybody = speakers.registered(book, self._history()).everybody
            return replace(book, actors=tuple(everybody.values()))

        return known

    # -------------------------------------------------------------- documents

    def _put_together(self, sketches: Iterable[Sketch], report: Report, by: str | None) -> None:
        for sketch in sketches:
            self._store_rebuilt(sketch, by)
            report.documents += 1
            report.gaps += sketch.gaps

    def _store_rebuilt(self, sketch: Sketch, by: str | None) -> None:
        made = rebuilt.rebuilt(sketch)
        data, filename = made.text.encode(), f"{sketch.id}.txt"
        sha256 = hashlib.sha256(data).hexdigest()
        (source,) = open_file(filename, data)
        if source.text != made.text:
            raise Invalid(
                "The sentences of document %(id)s hold signs that no text file keeps. Nothing was stored.",
                id=sketch.id,
            )
        doc = sketch.doc
        text.verify(made.text, Reading(doc["lang"], made.units, "checked"))
        if not documents.has_file(self.db, sha256):
            documents.append_file(self.db, sha256, filename, data, by)
        described = Document(
            id=sketch.id, filename=filename, lang=doc["lang"], title=doc["title"],
            publisher=doc["publisher"], author=doc["author"], date=doc["date"], url=doc["url"],
            imported_at="",
        )  # fmt: skip
        documents.append(self.db, described, sha256, by)
        way = Text(made.text, source.method, source.encoding, {}, (), (), "checked", "none")
        sentences.append(
            self.db,
            sketch.id,
            documents.append_text(self.db, sketch.id, way, by),
            sentences.prepared(made.units),
        )


class Taking:
    """Puts answers into one document after the other, some hundreds at once."""

    def __init__(
        self,
        project: Homecoming,
        report: Report,
        merged: Callable[[bytes], bytes] | None,
        name: str | None,
        by: str | None = None,
    ):
        self._db = project.db
        self._report = report
        self._merged = merged
        self._name = checked_name(name) if name else None
        self._by = by
        self._codebooks = {name: row for row, name in record_rows.codebook_names(self._db).items()}
        states = people.states(self._db)
        self._people = {state.name for state in states}
        self._real = {state.name for state in states if state.role is not Role.SIMULATED}
        if self._name is not None:
            self._refuse_lookalike(self._name)
        self._waiting: list[Answer] = []
        self._finals: list[Final] = []
        self._document = ""
        self._there = False
        self._units: dict[str, tuple[int, str]] = {}
        self._held: dict[tuple[int, str], Held] = {}
        self._settled: dict[int, Settled] | None = None
        self._votes: dict[int, list[int]] = {}

    def take(self, answers: Iterable[Given]) -> None:
        for given in answers:
            self._report.meet(given)
            if given.document != self._document:
                self._open(given.document)
            key = self._place(given)
            if key is None:
                continue
            if given.final:
                self._take_final(given, key)
            else:
                self._take(given, key)
            if len(self._waiting) >= AT_ONCE:
                self._write()
        self._write()

    def _open(self, document: str) -> None:
        self._write()
        self._document = document
        self._there = documents.get(self._db, document) is not None
        self._units = rows.units(self._db, document) if self._there else {}
        self._held = rows.answers(self._db, document) if self._there else {}
        self._settled = None

    def _place(self, given: Given) -> int | None:
        """The sentence it is about; None where it cannot be taken, and why is noted."""
        unit = self._units.get(given.sentence)
        if given.fault is not None:
            self._report.leave(given, given.fault)
        elif not self._there:
            self._report.leave(given, Said("its document is not in this project"))
        elif unit is None:
            self._report.leave(given, Said("its document has no such sentence"))
        elif unit[1] != given.text:
            self._report.leave(given, Said("the text of the sentence is another here"))
        else:
            return unit[0]
        return None

    def _take(self, given: Given, key: int) -> None:
        person = self._name or given.person
        held = Held(given.status, given.claims, given.comment, given.hard, given.duplicate_of)
        before = self._held.get((key, person))
        if before is not None and before != _NOTHING:
            if self._read(before) == self._read(held):
                self._report.same += 1
            else:
                self._report.leave(given, Said("%(name)s answered otherwise here", name=person))
            return
        self._meet(person, given.role)
        row = self._codebooks[given.codebook]
        head = (given.document, key, person)
        if given.created_at != given.updated_at:
            # That they began earlier is known, and not with what: nothing was decided yet.
            self._waiting.append((*head, "todo", "[]", None, 0, None, row, None, given.created_at))
        self._waiting.append((*head, *held, row, given.seconds, given.updated_at))
        self._held[key, person] = held
        self._report.added += 1

    def _read(self, held: Held) -> Held:
        """With merged speakers under the id they count as."""
        if self._merged is None:
            return held
        return held._replace(claims=self._merged(held.claims.encode()).decode())

    def _take_final(self, given: Given, key: int) -> None:
        assert given.provenance is not None
        if self._name is not None:
            self._report.leave(given, Said("a final answer is nobody’s own"))
            return
        if self._settled is None:
            self._write()
            self._settled = rows.finals(self._db, self._document)
            self._votes = rows.finished(self._db, self._document)
        origin = given.provenance
        final = Settled(
            origin["kind"], given.status, given.claims, given.comment, origin["reason"], origin["note"],
            origin["by"],
        )  # fmt: skip
        if key in self._settled:
            if self._settled[key] == final:
                self._report.same += 1
            else:
                self._report.leave(given, Said("it is settled otherwise here"))
            return
        self._meet(final.person, "annotator")
        votes = self._votes.get(key, [])
        # Numbers of answers are this file's own. With as many answers as then, it rests on these.
        rests_on = rows.numbered(votes if len(votes) == len(origin["votes"]) else [])
        self._finals.append(
            (given.document, key, *final[:6], rests_on, self._codebooks[given.codebook], final.person,
             given.updated_at)
        )  # fmt: skip
        self._settled[key] = final
        self._report.finals += 1

    def _refuse_lookalike(self, name: str) -> None:
        """A name that somebody types must not pass for another's."""
        same = next((one for one in self._people if look_alike(one, name)), None)
        if same and name not in self._people:
            raise Invalid(
                "“%(name)s” looks like %(other)s, who is here already. Choose another name.",
                name=name, other=same, field="as",
            )  # fmt: skip

    def _meet(self, name: str, role: str) -> None:
        if role == "simulated" and self._name is None and name in self._real:
            raise Invalid(
                "%(name)s gave simulated answers in one of the two files, and is a person in the other. "
                "Nothing was stored.",
                name=name,
            )
        if name in self._people:
            return
        if checked_name(name) != name:
            raise Invalid("“%(name)s” is no name here. Nothing was stored.", name=name)
        state = State(0, name, Role.SIMULATED if role == "simulated" else Role.ANNOTATOR, None, removed=False)
        people.append(self._db, state, self._by)
        alike = next((one for one in self._people if look_alike(one, name)), None)
        if alike:
            self._report.alike.append(
                Said("“%(name)s” looks like %(other)s, who is here already.", name=name, other=alike)
            )
        self._people.add(name)
        self._report.people.append(name)

    def _write(self) -> None:
        rows.append_answers(self._db, self._waiting)
        rows.append_finals(self._db, self._finals)
        self._waiting, self._finals = [], []


_NOTHING = Held("todo", "[]", None, 0, None)

"""Answers that somebody brings: a file is put aside, looked at as if it was taken in, and taken or left."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from annotator import codebook
from annotator.homecoming import bundle, recognised
from annotator.homecoming.recognised import BRAT, BUNDLE, DOCCANO, LABEL_STUDIO, PROJECT, RECORDS
from annotator.model import Invalid, Person, Problem, Role, Said, Stale
from annotator.project.homecoming import Report
from annotator.project.merging import Merged, Merging
from annotator.project.people import checked_name
from annotator.store import brought, codebooks, copies, incoming, people, tables
from annotator.store.incoming import Waiting

__all__ = ["BRAT", "BUNDLE", "DOCCANO", "LABEL_STUDIO", "PROJECT", "RECORDS", "Waiting"]

WHOLE = (BUNDLE, PROJECT)
"""What holds people and everything they did, so that nobody is asked whose it is."""

FOREIGN = (BRAT, LABEL_STUDIO, DOCCANO)
LARGEST = 200_000_000
LARGEST_FOREIGN = 50_000_000
"""Bytes of what is read at once."""

AT_ONCE = 2_000_000
"""Bytes that are put to the test in the project itself: it takes no longer than a breath."""

UNPACKED = 1_000_000_000
"""Bytes of a bundle; a larger one needs the command line, and nobody waiting for it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a file holds, and what becomes of it here."""

    documents: int  # that it is about
    people: Mapping[str, int]  # and their answers in it; of a whole project, 0
    answers: int
    finals: int
    new_documents: int
    new_people: Mapping[str, Role]
    new_answers: int
    new_finals: int
    same: int
    left: int
    conflicts: tuple[Said, ...]  # the first of what is left, and why
    gaps: int = 0
    unfinished: int = 0
    alike: tuple[Said, ...] = ()  # new names that look like others here
    whole: bool = False  # a project: with it comes what is not counted here
    brings: bool = False  # anything at all
    seen: str = ""  # the same as long as nothing above changes


class Changed(Stale):
    """What would become of a file is no longer what somebody agreed to."""

    def __init__(self, look: Look) -> None:
        super().__init__(
            "The project has changed since this file was checked, and so has what becomes of it. "
            "Nothing was taken in. Look at it again."
        )
        self.look = look


class Arriving(Merging):
    def put_aside(self, name: str, stream: BinaryIO, person: Person) -> Waiting:
        """Keep a file until somebody decides about it; refused where nothing can be made of it."""

        def kind(path: Path) -> str:
            found = recognised.recognised(path)
            if found in FOREIGN and path.stat().st_size > LARGEST_FOREIGN:
                raise Invalid(
                    "This file is larger than %(limit)s MB. Export it from its tool in parts.",
                    limit=LARGEST_FOREIGN // 1_000_000, field="file",
                )  # fmt: skip
            return found

        return incoming.put(self.path, name, stream, LARGEST, person.name, kind)

    def brought(self) -> list[Waiting]:
        """Files that wait, the newest first."""
        return incoming.every(self.path)

    def brought_file(self, id: str) -> Waiting:
        return incoming.get(self.path, id)

    def leave_brought(self, waiting: Waiting) -> None:
        """Forget a file that waits."""
        incoming.remove(self.path, waiting.id)

    def look_at(self, waiting: Waiting, name: str | None = None) -> Look:
        """What would become of the file, if it was taken in now."""
        with self._read_from(waiting) as source:
            if source.stat().st_size <= AT_ONCE:
                return self._put_through(waiting.kind, source, name, None, None)
            # Whoever saves would wait for as long as that takes: a copy is put to the test instead.
            copy = source.with_name(f"{waiting.id}.{secrets.token_hex(4)}")
            try:
                copies.copy_checked(self.db, copy)
                with self._again(copy) as project:
                    return project._put_through(waiting.kind, source, name, None, None)
            finally:
                self.discard(copy)

    def take_brought(self, waiting: Waiting, name: str | None, seen: str, person: Person) -> Look:
        """Take the file in, if that comes to what was `seen` when it was looked at; otherwise `Changed`."""
        with self._read_from(waiting) as source:
            look = self._put_through(waiting.kind, source, name, seen, person.name)
        incoming.remove(self.path, waiting.id)
        return look

    @contextlib.contextmanager
    def _read_from(self, waiting: Waiting) -> Iterator[Path]:
        """What is read when it is taken in: the file as it was sent, or the project that was made of it."""
        path = incoming.path_of(self.path, waiting)
        with _called(waiting.name, path.parent):
            yield self._laid_out(waiting) if waiting.kind in WHOLE else path

    def _put_through(
        self, kind: str, source: Path, name: str | None, seen: str | None, by: str | None
    ) -> Look:
        rehearsing, held = seen is None, _NOBODY
        found: list[Look] = []
        before = copies.state(self.db)

        def agreed(result: Report | Merged) -> None:
            found.append(replace(self._look(result, held), brings=copies.state(self.db) != before))
            if not rehearsing and found[0].seen != seen:
                raise Changed(found[0])

        if kind in WHOLE:
            held = self._held_by(source)
            self.take_project(source, dry_run=rehearsing, agreed=agreed)
        elif kind == RECORDS:
            self.take_records(source, name=name, by=by, dry_run=rehearsing, agreed=agreed)
        else:
            self.take_annotations(kind, source, name=name, by=by, dry_run=rehearsing, agreed=agreed)
        return found[0]

    # -------------------------------------------------------------- whole projects

    def _laid_out(self, waiting: Waiting) -> Path:
        """The project in a file, as a file of its own that was proved. It is made once."""
        path, made = incoming.path_of(self.path, waiting), incoming.made_of(self.path, waiting)
        if made.exists():
            return made
        unfinished = made.with_name(f"{made.name}.{secrets.token_hex(4)}")
        try:
            if waiting.kind == BUNDLE:
                _check_size(path)
                self.from_bundle(unfinished, path)
            else:
                brought.copy(path, unfinished)
            with self._again(unfinished) as opened:
                opened._hold_together()
            os.replace(unfinished, made)
        finally:
            self.discard(unfinished)
        return made

    def _hold_together(self) -> None:
        """Refuse rows that the tables take, and that no Qawl writes: no page could show them."""
        try:
            for version in codebooks.versions(self.db):
                codebook.load(version.source)
            states = people.states(self.db)
            for state in states:
                if checked_name(state.name) != state.name:
                    raise Invalid("“%(name)s” is no name here. Nothing was stored.", name=state.name)
            if len(states) != tables.count(self.db, "people"):
                raise ValueError("somebody has no role")
            self.registry()
            self.rounds()
            for _ in self.export_jsonl(layer="both"):
                pass
        except Problem:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, StopIteration) as error:
            raise Invalid("What this file holds is no Qawl project. Nothing was stored.") from error

    def _held_by(self, other: Path) -> _Held:
        with self._again(other) as opened:
            answers, finals = (
                tables.count(opened.db, table) for table in ("current_answers", "current_settlements")
            )
            return _Held(
                tables.count(opened.db, "documents"), [one.name for one in opened.people()], answers, finals
            )

    # -------------------------------------------------------------- what becomes of it

    def _look(self, result: Report | Merged, held: _Held) -> Look:
        roles = {state.name: state.role for state in people.states(self.db)}
        new = {name: roles[name] for name in result.people}
        if isinstance(result, Merged):
            look = Look(
                documents=held.documents,
                people=dict.fromkeys(held.people, 0),
                answers=held.answers,
                finals=held.finals,
                new_documents=result.documents,
                new_people=new,
                new_answers=result.answers,
                new_finals=result.finals,
                same=result.same,
                left=len(result.conflicts),
                conflicts=tuple(result.conflicts),
                alike=tuple(result.alike),
                whole=True,
            )
        else:
            look = Look(
                documents=len(result.of),
                people=dict(result.by),
                answers=result.by.total(),
                finals=result.settled,
                new_documents=result.documents,
                new_people=new,
                new_answers=result.added,
                new_finals=result.finals,
                same=result.same,
                left=result.left,
                conflicts=tuple(result.conflicts),
                gaps=result.gaps,
                unfinished=result.unfinished,
                alike=tuple(result.alike),
            )
        return replace(look, seen=hashlib.sha256(repr(look).encode("utf-8", "replace")).hexdigest())


@dataclass(frozen=True, slots=True)
class _Held:
    """What a whole project has."""

    documents: int
    people: list[str]
    answers: int
    finals: int


_NOBODY = _Held(0, [], 0, 0)


def _check_size(path: Path) -> None:
    with bundle.opened(path) as opened:
        if opened.total > UNPACKED:
            raise Invalid(
                "The bundle unpacks to more than %(limit)s MB. Make a project of it on the command line, and "
                "then: qawl merge",
                limit=UNPACKED // 1_000_000,
            )


@contextlib.contextmanager
def _called(name: str, folder: Path) -> Iterator[None]:
    """Problems call a file what its owner called it. Where we keep it is nobody's business, and what is wrong
    with it is not wrong with the project."""
    try:
        yield
    except Problem as problem:
        said = _renamed(problem.said, name, folder)
        if said == problem.said:
            raise
        raise Invalid(said) from problem


def _renamed(said: Said, name: str, folder: Path) -> Said:
    def value(one: object) -> object:
        if isinstance(one, Said):
            return _renamed(one, name, folder)
        return name if isinstance(one, Path) and one.parent == folder else one

    return Said(said.message, **{key: value(one) for key, one in said.values.items()})

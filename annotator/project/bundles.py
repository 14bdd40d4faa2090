"""The whole project as a bundle, and a bundle as a project again."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from annotator import __version__, export
from annotator.homecoming import bundle
from annotator.homecoming.bundle import Bundle, Member
from annotator.model import Invalid, Problem, Said, Unavailable
from annotator.project.exporting import Exporting
from annotator.project.verifying import Verifying
from annotator.store import codebooks, file, opening, records, restoring, schema, settings, tables

_UNUSED = ("people", "files", "documents", "speaker_changes", "rounds", "annotations")
"""What a project has nothing of before anybody worked with it."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What came home in a bundle."""

    documents: int
    people: int
    answers: int  # every one ever stored
    finals: int
    records: int  # of the export, which is the same as the one in the bundle
    checked: bool  # whether that export was compared: another version of Qawl writes others
    differences: tuple[Said, ...] = ()  # documents that this version would read otherwise


class Bundling(Exporting, Verifying):
    def bundle(self) -> Iterator[bytes]:
        """Everything there is, as one zip of one moment, but no password and no secret."""
        # A connection of its own: people go on working while the bundle leaves.
        with self._again(self.path) as own, file.unchanging(own.db):
            about = {
                "qawl": __version__,
                "migrations": list(tables.stage()),
                "codebook": own.codebook().name,
                "left_out": [*tables.LEFT_OUT, *tables.SECRETS, "password"],
            }
            yield from bundle.written(own._members(), about)

    def schema(self) -> Iterator[str]:
        """What every table and column of the file is, in Markdown."""
        yield from schema.described(self.db)

    def _members(self) -> Iterator[Member]:
        yield Member(bundle.CLAIMS, self.export_jsonl(layer="both"))
        names = records.codebook_names(self.db)
        for version in reversed(codebooks.versions(self.db)):
            yield Member(bundle.codebook(names[version.row]), [version.source.encode()])
        for row in tables.rows(self.db, "files"):
            content = tables.bytes_of(self.db, row["sha256"])
            yield Member(bundle.file(row["sha256"], row["filename"]), [content])
        there = tables.present(self.db)
        yield Member(bundle.SCHEMA_WORDS, (piece.encode() for piece in schema.described(self.db, there)))
        yield Member(bundle.SCHEMA_SQL, (piece.encode() for piece in schema.sql(self.db, there)))
        for table in there:
            rows = tables.rows(self.db, table)
            yield Member(bundle.table(table), (export.line(row) for row in rows))

    @classmethod
    def from_bundle(cls, path: Path, source: Path) -> Returned:
        """Make a project of a bundle: a new file, or one that nobody has worked with yet.

        It is built apart and proved: every sentence follows from its file, every marked word from its
        sentence, and the export is that of the bundle, byte by byte. Only then is it there.
        """
        unfinished = path.with_name(path.name + ".new")
        with bundle.opened(source) as opened:
            if path.exists():
                with cls._again(path) as target:
                    target._check_unused(opened)
            _check_room(path, opened)
            cls.discard(unfinished)
            try:
                with cls(tables.make(unfinished, opened.migrations), unfinished) as project:
                    project._fill(opened)
                # Opened anew, it is brought up to this version where the bundle is older.
                with cls._again(unfinished) as project:
                    returned = project._proved(opened)
                    project._put_in_place(path, opened)
                if unfinished.exists() and not path.exists():
                    os.replace(unfinished, path)
            except OSError as error:
                raise Unavailable(
                    "%(path)s could not be made here (%(why)s).", path=path, why=error.strerror
                ) from error
            finally:
                cls.discard(unfinished)
        return returned

    @classmethod
    def _again(cls, path: Path) -> Self:
        return cls(opening.open_existing(path, finished=False), path)

    @staticmethod
    def discard(path: Path) -> None:
        """Take away a project file that was never finished."""
        file.remove(path)

    def _check_unused(self, opened: Bundle) -> None:
        if any(tables.count(self.db, table) for table in _UNUSED) or codebooks.count(self.db) > 1:
            raise Invalid(
                "%(path)s is in use, so the bundle does not go into it. Give the name of a new file.",
                path=self.path,
            )
        named = str(opened.manifest.get("codebook", "")).partition("@")[0]
        if self.codebook().id != named:
            raise Invalid(
                "%(path)s is a project under the codebook %(own)s, the bundle under %(other)s. "
                "Give the name of a new file.",
                path=self.path, own=self.codebook().id, other=named,
            )  # fmt: skip

    def _fill(self, opened: Bundle) -> None:
        def content(row: dict[str, Any]) -> bytes:
            if not isinstance(row["sha256"], str) or not isinstance(row["filename"], str):
                raise Invalid("What the bundle holds is no Qawl project. Nothing was stored.")
            found = opened.whole(bundle.file(row["sha256"], row["filename"]))
            if hashlib.sha256(found).hexdigest() != row["sha256"]:
                raise Invalid(
                    "%(name)s is not the file that was imported. Nothing was stored.", name=row["filename"]
                )
            return found

        there = tables.present(self.db)
        if unknown := opened.tables - set(there):
            raise Invalid(
                "The bundle holds a file that no bundle has: %(name)s. Nothing was stored.",
                name=bundle.table(min(unknown)),
            )
        with tables.filling(self.db):
            for table in there:
                with closing(opened.rows(table)) as rows:
                    tables.append(self.db, table, rows, content if table == "files" else None)
            settings.append(self.db, "secret", secrets.token_hex(32))

    def _proved(self, opened: Bundle) -> Returned:
        """Refuse what does not hold together. Another version of Qawl may read a file, and write an export,
        in another way: then differences are only named, since every member is as it was written."""
        checked = opened.manifest["qawl"] == __version__
        try:
            self._check_codebooks(opened)
            differences = tuple(self._different())
            if checked and differences:
                raise Invalid("%(difference)s Nothing was stored.", difference=differences[0])
            records = self._compared(opened, checked)
        except Problem:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, StopIteration) as error:
            # Rows that the tables take, and that no Qawl writes.
            raise Invalid("What the bundle holds is no Qawl project. Nothing was stored.") from error
        return Returned(
            documents=tables.count(self.db, "documents"),
            people=tables.count(self.db, "people"),
            answers=tables.count(self.db, "annotations"),
            finals=tables.count(self.db, "settlements"),
            records=records,
            checked=checked,
            differences=differences,
        )

    def _different(self) -> Iterator[Said]:
        for verified in self.verify():
            if verified.difference:
                yield Said(
                    "“%(title)s” does not follow from its file: %(why)s",
                    title=verified.document.title, why=verified.difference,
                )  # fmt: skip

    def _check_codebooks(self, opened: Bundle) -> None:
        if not codebooks.count(self.db):
            raise Invalid("The bundle has no codebook. Nothing was stored.")
        names = records.codebook_names(self.db)
        for version in codebooks.versions(self.db):
            path = bundle.codebook(names[version.row])
            opened.check(path) if path in opened.members else None
            if opened.sha256(path) != hashlib.sha256(version.source.encode()).hexdigest():
                raise Invalid("%(path)s is not the codebook of the project. Nothing was stored.", path=path)

    def _compared(self, opened: Bundle, to_the_byte: bool) -> int:
        """How many records the export has. It must be that of the bundle, where this version wrote it."""
        for path in (bundle.README, *({bundle.SCHEMA_WORDS, bundle.SCHEMA_SQL} & set(opened.members))):
            opened.check(path)
        opened.check(bundle.CLAIMS)
        sha256, records = hashlib.sha256(), 0
        for line in self.export_jsonl(layer="both"):
            sha256.update(line)
            records += 1
        if to_the_byte and opened.sha256(bundle.CLAIMS) != sha256.hexdigest():
            raise Invalid(
                "The answers in the tables of the bundle are not those of its %(name)s. Nothing was stored.",
                name=bundle.CLAIMS,
            )
        return records

    def _put_in_place(self, path: Path, opened: Bundle) -> None:
        """Into a project that is there already, all at once; a new file is only given its name.

        Proving takes its time: somebody may have begun to work meanwhile, or made a project of this name.
        """
        if path.exists():
            with self._again(path) as target, self._again(path) as looking:
                restoring.take_over(target.db, self.db, lambda: looking._check_unused(opened))


def _check_room(path: Path, opened: Bundle) -> None:
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        return  # the folder is not there, which making the file says
    if opened.total > free:
        raise Unavailable(
            "The bundle unpacks to %(size)s MB, and the disk has %(free)s MB left. Make room and try again.",
            size=round(opened.total / 1e6), free=round(free / 1e6),
        )  # fmt: skip

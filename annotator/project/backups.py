"""Copies of a project: made while people work, kept by a plan, and gone back to."""

from __future__ import annotations

import contextlib
import datetime
import glob
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from annotator import rotation
from annotator.model import Invalid, Missing, Person, Problem, Unavailable
from annotator.project.base import Base
from annotator.project.shelf import (
    AUTOMATIC,
    BEFORE_RESTORE,
    BY_HAND,
    Copy,
    folder_of,
    found_copies,
    free_name,
    made_folder,
    removable,
    to_take_away,
    unfinished_name,
    well,
)
from annotator.rotation import Plan
from annotator.store import compared, copies, file, numbers, opening, restoring, settings
from annotator.store.compared import ANSWERS, COUNTED, NOBODY, Counts, Row
from annotator.store.file import write

__all__ = [
    "ANSWERS",
    "AUTOMATIC",
    "BEFORE_RESTORE",
    "BY_HAND",
    "COUNTED",
    "NOBODY",
    "Copy",
    "Counts",
    "Plan",
    "Restored",
    "Row",
    "Undone",
    "folder_of",
    "found_copies",
    "removable",
    "to_take_away",
    "well",
]

NEWEST = 10
_DAY = 86_400
_MORE = 10_000  # answers that may still be saved while a restore begins, or that a damaged file held

_removing = threading.Lock()
"""Two who delete at once would each take away the copy that the other found good."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What going back to a copy takes away, and what it brings back that was undone before."""

    lost: Counts = field(default_factory=dict)
    back: Counts = field(default_factory=dict)
    newest: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the state before is: a checked copy of it, or the damaged file itself, moved aside."""

    kept: Path | None = None
    aside: Path | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A plan as somebody chose it."""

    plan: Plan
    person: str | None = None
    at: str | None = None


class Backups(Base):
    def backup_plan(self) -> Plan:
        return self.backup_plans()[0].plan

    def backup_plans(self) -> list[Chosen]:
        """Every plan there was, the newest first."""
        stored = [
            Chosen(Plan(**orjson.loads(value)), person, at)
            for value, person, at in settings.history(self.db, "backups")
        ]
        return [*stored, Chosen(Plan())]

    def choose_backup_plan(self, plan: Plan, person: Person | None = None) -> None:
        with write(self.db):
            if plan != self.backup_plan():
                value = orjson.dumps(asdict(plan)).decode()
                settings.append(self.db, "backups", value, person.name if person else None)

    def copies(self, folder: Path | None = None) -> list[Copy]:
        """The copies of this project in the folder, the newest first; those of others are not."""
        own = copies.origin(self.db)
        found = found_copies(self.path, folder)
        return [copy for copy in found if copy.held is None or copy.held.origin == own]

    def copy_named(self, name: str, folder: Path | None = None) -> Copy:
        for copy in self.copies(folder):
            if copy.name == name:
                return copy
        raise Missing("There is no copy %(name)s here.", name=name)

    def make_copy(self, folder: Path | None = None, why: str = BY_HAND) -> Path:
        """A checked copy in the folder, named by the time."""
        target = free_name(self.path, made_folder(folder or folder_of(self.path)), why)
        copies.copy_checked(self.db, target)
        return target

    def copy_to(self, target: Path) -> None:
        """A checked copy wherever it is wanted."""
        copies.copy_checked(self.db, target)

    def keep_copies(self, folder: Path | None = None) -> Path | None:
        """What a server does now and then: a copy when one is due and something changed, and the old ones go.

        Only after a copy was made, which is good for having been checked, and only those made like it.
        """
        plan = self.backup_plan()
        now = datetime.datetime.now(datetime.UTC)
        held = self.copies(folder)
        if not plan.on or not rotation.due([copy.time for copy in held], now) or not self._changed(held, now):
            return None
        made = self.make_copy(folder, AUTOMATIC)
        self._thin_out(folder, plan, now)
        return made

    def _changed(self, held: list[Copy], now: datetime.datetime) -> bool:
        newest = next((copy for copy in held if copy.time <= now and copy.held), None)
        if newest is None:
            return True
        own = copies.state(self.db)
        try:
            with copies.reading(newest.path) as db:
                return copies.state(db) != own
        except (Problem, file.Failure):
            return True  # that copy broke since: all the more reason for another

    def _thin_out(self, folder: Path | None, plan: Plan, now: datetime.datetime) -> None:
        ours = [copy for copy in self.copies(folder) if copy.why == AUTOMATIC and copy.held]
        stay = rotation.kept((copy.time for copy in ours), plan, now)
        for copy in ours:
            if copy.time not in stay:
                copy.path.unlink(missing_ok=True)  # another server may have been first
        for place in (folder or folder_of(self.path), self.path.parent):
            for left in place.glob(f".{glob.escape(self.path.stem)}.*{copies.UNFINISHED}*"):
                if time.time() - left.stat().st_mtime > _DAY:  # of a copy, or a restore, that was killed
                    left.unlink(missing_ok=True)

    def restores(self) -> list[tuple[dict[str, str], str | None, str]]:
        """Every time somebody went back to a copy: to which and what was kept, who, when."""
        found = settings.history(self.db, "restored")
        return [(orjson.loads(value), person, at) for value, person, at in found]

    def remove_copy(self, copy: Copy, person: Person | None = None, folder: Path | None = None) -> None:
        """Take a copy away for good, and note who did."""
        if not removable(copy):
            raise Invalid("The plan decides how long copies stay that are made by themselves.")
        with _removing:
            others = (one for one in self.copies(folder) if one.held and one.name != copy.name)
            if copy.held and not any(map(well, others)):
                raise Invalid("This is the last good copy. Make another one first.")
            with write(self.db):
                settings.append(self.db, "copy_removed", copy.name, person.name if person else None)
            try:
                copy.path.unlink(missing_ok=True)
            except OSError as error:
                raise Unavailable(
                    "The copy %(name)s could not be deleted (%(why)s).", name=copy.name, why=error.strerror
                ) from error

    def removed_copies(self) -> list[tuple[str, str | None, str]]:
        """Every copy that somebody deleted, who, when; the newest first."""
        return settings.history(self.db, "copy_removed")

    def go_back(self, copy: Path, person: Person | None = None, folder: Path | None = None) -> Path:
        """Put a copy in the place of all that is in this file, while others work in it.

        Where the copy is that was made of the present state, when nobody could save any more.
        """
        with _alone(self.path):
            return self._go_back(copy, person, folder)

    def _go_back(self, copy: Path, person: Person | None, folder: Path | None) -> Path:
        kept = free_name(self.path, made_folder(folder or folder_of(self.path)), BEFORE_RESTORE)
        own = file.another(self.db)
        above = numbers.reached(own) + _MORE
        unfinished = unfinished_name(self.path)
        try:
            with Base(_prepared(copy, unfinished, kept, person, above), unfinished) as new:
                if copies.origin(new.db) != copies.origin(own):
                    raise Invalid("%(path)s is a copy of another project.", path=copy)
                restoring.take_over(own, new.db, lambda: copies.copy_checked(own, kept))
        finally:
            own.close()
            file.remove(unfinished)
        return kept


# ------------------------------------------------------------------ going back


_turn = threading.Lock()
_going: set[Path] = set()
"""Projects in which somebody goes back to a copy just now."""


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two who go back at once would each undo, unseen, what the other chose."""
    path = path.resolve()
    with _turn:
        if path in _going:
            raise Unavailable(
                "Somebody else is going back to a copy at this moment. Nothing was changed by you. Sign in "
                "again and look at what the project is then."
            )
        _going.add(path)
    try:
        yield
    finally:
        _going.discard(path)


def undone(path: Path, copy: Path) -> Undone:
    """What of the file at `path` is not in the copy, and the other way round."""
    try:
        with compared.beside(path, copy) as db:
            return Undone(
                compared.only_in(db, "main"),
                compared.only_in(db, "other"),
                tuple(compared.newest(db, "main", NEWEST)),
            )
    except file.Failure:
        copies.check(copy)  # most likely it is that one, and is said to be
        raise


def readable(path: Path) -> bool:
    """Whether there is a project that can be compared and kept; one that is damaged or gone cannot."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        copies.check(path)
    except copies.Damaged:
        return False
    return True


def restore(path: Path, copy: Path, folder: Path | None = None) -> Restored:
    """Make `path` what the copy is, where nobody works in it. What is there now is kept, damaged or not."""
    if not path.parent.is_dir():
        raise Missing("The folder %(folder)s does not exist. Make it first.", folder=path.parent)
    if path.exists():
        restoring.refuse_if_open(path)
    copies.check(copy)
    if readable(path):
        with Backups(file.connect(path), path) as present:
            opening.leave_others_reading(present.db)  # one that was copied there and never opened is not yet
            return Restored(kept=present.go_back(copy, None, folder))
    unfinished = unfinished_name(path)
    try:
        _prepared(copy, unfinished, None, None, 0).close()
        aside = free_name(path, path.parent, "damaged") if path.exists() else None
        restoring.aside(path, aside or path.with_name(f"{path.name}.left"))
        restoring.place(unfinished, path)
    finally:
        file.remove(unfinished)
    return Restored(aside=aside)


def _prepared(
    copy: Path, unfinished: Path, kept: Path | None, person: Person | None, above: int
) -> file.Database:
    """A checked duplicate, brought up to date, that knows what was done. Everybody signs in anew: who was
    removed or signed out since must not come back with an old session."""
    copies.check(copy)
    with copies.reading(copy) as db:
        opening.recognise(db, copy)
    restoring.duplicate(copy, unfinished)
    db = opening.open_existing(unfinished, finished=False)
    try:
        about = {"copy": copy.name, "kept": kept.name if kept else ""}
        by = person.name if person else None
        with write(db):
            settings.append(db, "secret", secrets.token_hex(32), by)
            settings.append(db, numbers.ABOVE, str(max(above, numbers.reached(db) + _MORE)), by)
            settings.append(db, "restored", orjson.dumps(about).decode(), by)
    except BaseException:
        db.close()
        raise
    return db

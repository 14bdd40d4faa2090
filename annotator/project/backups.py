"""Copies of a project: made while people work, kept by a plan, and gone back to."""

from __future__ import annotations

import datetime
import functools
import glob
import re
import secrets
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from annotator import rotation
from annotator.model import Invalid, Missing, Person, Problem, Unavailable
from annotator.project.base import Base
from annotator.rotation import Plan
from annotator.store import compared, copies, file, numbers, opening, restoring, settings
from annotator.store.compared import ANSWERS, COUNTED, NOBODY, Counts, Row
from annotator.store.copies import Held
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
]

AUTOMATIC, BY_HAND, BEFORE_RESTORE = "", "by-hand", "before-restore"
"""Why a copy was made. Only the automatic ones ever go again."""

NEWEST = 10
_TIME = "%Y-%m-%dT%H-%M-%SZ"
_DAY = 86_400
_MORE = 10_000  # answers that may still be saved while a restore begins, or that a damaged file held


@dataclass(frozen=True, slots=True)
class Copy:
    path: Path
    time: datetime.datetime
    why: str
    size: int
    held: Held | None  # None where it cannot be read

    @property
    def name(self) -> str:
        return self.path.name


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
        target = _free_name(self.path, _made(folder or folder_of(self.path)), why)
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

    def go_back(self, copy: Path, person: Person | None = None, folder: Path | None = None) -> Path:
        """Put a copy in the place of all that is in this file, while others work in it.

        Where the copy is that was made of the present state, when nobody could save any more.
        """
        kept = _free_name(self.path, _made(folder or folder_of(self.path)), BEFORE_RESTORE)
        own = file.another(self.db)
        above = numbers.reached(own) + _MORE
        unfinished = _unfinished(self.path)
        try:
            with Base(_prepared(copy, unfinished, kept, person, above), unfinished) as new:
                if copies.origin(new.db) != copies.origin(own):
                    raise Invalid("%(path)s is a copy of another project.", path=copy)
                restoring.take_over(own, new.db, lambda: copies.copy_checked(own, kept))
        finally:
            own.close()
            file.remove(unfinished)
        return kept


# ------------------------------------------------------------------ where they are


def folder_of(path: Path) -> Path:
    """Where the copies of a project are, unless told otherwise: beside it."""
    return path.with_name(path.name + ".backups")


def found_copies(path: Path, folder: Path | None = None) -> list[Copy]:
    """What lies in the folder under the names that copies of this file get, the newest first."""
    folder = folder or folder_of(path)
    whys = "|".join((BY_HAND, BEFORE_RESTORE))
    name = re.compile(
        rf"{re.escape(path.stem)}\.(\d{{4}}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?:\.({whys}))?{re.escape(path.suffix)}"
    )
    found = []
    for one in folder.iterdir() if folder.is_dir() else ():
        named = name.fullmatch(one.name)
        at = _time(named[1]) if named and one.is_file() and not one.is_symlink() else None
        if named and at:
            told = one.stat()
            held = _held(one, told.st_size, told.st_mtime_ns)
            found.append(Copy(one, at, named[2] or AUTOMATIC, told.st_size, held))
    return sorted(found, key=lambda copy: (copy.time, copy.name), reverse=True)


def well(copy: Copy) -> bool:
    """Whether it is still as it was when it was made: all of it is read."""
    try:
        copies.check(copy.path)
    except (Problem, file.Failure):
        return False
    return True


def to_take_away(copy: Copy) -> Path:
    """A file for who keeps it elsewhere, and removes this one: without what sessions are signed with, which
    would let them in as anybody."""
    made = _unfinished(copy.path)
    try:
        restoring.duplicate(copy.path, made)
        restoring.forget_secret(made, secrets.token_hex(32))
    except BaseException:
        file.remove(made)
        raise
    return made


@functools.lru_cache(maxsize=4096)
def _held(path: Path, _size: int, _changed: int) -> Held | None:
    """What is in a copy. Nobody changes one, so it is looked into once."""
    try:
        with copies.reading(path) as db:
            return copies.held(db)
    except (Problem, file.Failure):
        return None


def _time(written: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(written, _TIME).replace(tzinfo=datetime.UTC)
    except ValueError:
        return None


def _free_name(path: Path, folder: Path, why: str) -> Path:
    """A name nobody has, by the present second or the next free one."""
    at = datetime.datetime.now(datetime.UTC)
    taken = {copy.time.strftime(_TIME) for copy in found_copies(path, folder)}
    while at.strftime(_TIME) in taken:
        at += datetime.timedelta(seconds=1)
    return folder / f"{path.stem}.{at.strftime(_TIME)}{f'.{why}' if why else ''}{path.suffix}"


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            "The folder %(folder)s could not be made (%(why)s). No copy was made.",
            folder=folder, why=error.strerror,
        ) from error  # fmt: skip
    return folder


# ------------------------------------------------------------------ going back


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
    unfinished = _unfinished(path)
    try:
        _prepared(copy, unfinished, None, None, 0).close()
        aside = _free_name(path, path.parent, "damaged") if path.exists() else None
        restoring.aside(path, aside or path.with_name(f"{path.name}.left"))
        restoring.place(unfinished, path)
    finally:
        file.remove(unfinished)
    return Restored(aside=aside)


def _unfinished(path: Path) -> Path:
    """Beside it, and no project to anybody who looks for those."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{copies.UNFINISHED}")


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

"""The folder in which the copies of a project lie: their names, and what is in them."""

from __future__ import annotations

import datetime
import functools
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from annotator.model import Problem, Unavailable
from annotator.store import copies, file, restoring
from annotator.store.copies import Held

AUTOMATIC, BY_HAND, BEFORE_RESTORE = "", "by-hand", "before-restore"
"""Why a copy was made. Only the automatic ones go by themselves."""

_TIME = "%Y-%m-%dT%H-%M-%SZ"


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


def folder_of(path: Path) -> Path:
    """Where the copies of a project are, unless told otherwise: beside it."""
    return path.with_name(path.name + ".backups")


def found_copies(path: Path, folder: Path | None = None) -> list[Copy]:
    """What lies in the folder under the names that copies of this file get, the newest first."""
    folder = folder or folder_of(path)
    try:
        return sorted(_found(path, folder), key=lambda copy: (copy.time, copy.name), reverse=True)
    except OSError as error:
        raise Unavailable(
            "The folder %(folder)s cannot be read (%(why)s), so nobody knows which copies are in it.",
            folder=folder, why=error.strerror,
        ) from error  # fmt: skip


def _found(path: Path, folder: Path) -> Iterator[Copy]:
    whys = "|".join((BY_HAND, BEFORE_RESTORE))
    name = re.compile(
        rf"{re.escape(path.stem)}\.(\d{{4}}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?:\.({whys}))?{re.escape(path.suffix)}"
    )
    for one in folder.iterdir() if folder.is_dir() else ():
        named = name.fullmatch(one.name)
        at = _time(named[1]) if named and one.is_file() and not one.is_symlink() else None
        if named and at:
            told = one.stat()
            held = _held(one, told.st_size, told.st_mtime_ns)
            yield Copy(one, at, named[2] or AUTOMATIC, told.st_size, held)


def well(copy: Copy) -> bool:
    """Whether it is still as it was when it was made: all of it is read."""
    try:
        copies.check(copy.path)
    except (Problem, file.Failure):
        return False
    return True


def removable(copy: Copy) -> bool:
    """Those that no plan ever takes away. Whoever got hold of a lead's session cannot take all."""
    return copy.why != AUTOMATIC or copy.held is None


def to_take_away(copy: Copy) -> Path:
    """A file for who keeps it elsewhere, and removes this one: without what sessions are signed with, which
    would let them in as anybody."""
    made = unfinished_name(copy.path)
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


def free_name(path: Path, folder: Path, why: str) -> Path:
    """A name nobody has, by the present second or the next free one."""
    at = datetime.datetime.now(datetime.UTC)
    taken = {copy.time.strftime(_TIME) for copy in found_copies(path, folder)}
    while at.strftime(_TIME) in taken:
        at += datetime.timedelta(seconds=1)
    return folder / f"{path.stem}.{at.strftime(_TIME)}{f'.{why}' if why else ''}{path.suffix}"


def made_folder(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            "The folder %(folder)s could not be made (%(why)s). No copy was made.",
            folder=folder, why=error.strerror,
        ) from error  # fmt: skip
    return folder


def unfinished_name(path: Path) -> Path:
    """Beside it, and no project to anybody who looks for those."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{copies.UNFINISHED}")

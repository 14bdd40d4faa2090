"""Files that wait beside the project until somebody decides about them: whole, and under names of ours."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from annotator.model import Invalid, Missing, Unavailable, upright
from annotator.store import copies, file

DAY = 86_400
MOST = 10
"""Files that wait at once."""

_LONGEST_NAME = 200
_CHUNK = 1 << 20
_ID = re.compile("[0-9a-f]{64}")
_ABOUT, _MADE = ".json", ".db"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file as it was sent. Its name is shown; no path is made from it."""

    id: str  # SHA-256 of its bytes
    name: str
    size: int
    at: str
    person: str
    kind: str


def folder_of(project: Path) -> Path:
    """Where nobody looks for projects."""
    return project.with_name(f".{project.name}.incoming")


def put(
    project: Path, name: str, stream: BinaryIO, most: int, person: str, kind: Callable[[Path], str]
) -> Waiting:
    """Keep a file of up to `most` bytes for a day. `kind` says what it is, or why it is not wanted."""
    with _said():
        folder = _made(folder_of(project))
        _thin_out(folder)
        # As projects are: only its owner may read what people answered.
        unfinished = folder / f"new-{secrets.token_hex(8)}"
        try:
            with open(unfinished, "xb", opener=_private) as kept:
                id, size = _written(stream, kept, most)
            named = upright(name.replace("\\", "/").rpartition("/")[2])[-_LONGEST_NAME:]
            waiting = Waiting(id, named or "?", size, file.now(), person, kind(unfinished))
            about = folder / f"{id}{_ABOUT}"
            if not about.exists() and len(every(project)) >= MOST:
                raise Invalid(
                    "%(count)s files wait already. Take them in or leave them out first.", count=MOST
                )
            copies.to_disk(unfinished)
            os.replace(unfinished, folder / id)
            about.write_bytes(orjson.dumps(asdict(waiting)))
        finally:
            unfinished.unlink(missing_ok=True)
    return waiting


def every(project: Path) -> list[Waiting]:
    """What waits, the newest first."""
    _thin_out(folder_of(project))
    found = (_read(path) for path in folder_of(project).glob(f"*{_ABOUT}"))
    return sorted((one for one in found if one), key=lambda one: one.at, reverse=True)


def get(project: Path, id: str) -> Waiting:
    """What waits under this id, as it was sent: its bytes are read once more."""
    _thin_out(folder_of(project))
    path = folder_of(project) / id
    found = _read(path.with_name(f"{id}{_ABOUT}")) if _ID.fullmatch(id) else None
    with contextlib.suppress(FileNotFoundError):
        if found and _hashed(path) == id:
            return found
    raise Missing("This file is not waiting any more: it was taken in or left out.")


def path_of(project: Path, waiting: Waiting) -> Path:
    return folder_of(project) / waiting.id


def made_of(project: Path, waiting: Waiting) -> Path:
    """Where a project is made of it."""
    return folder_of(project) / f"{waiting.id}{_MADE}"


def remove(project: Path, id: str) -> None:
    for path in folder_of(project).glob(f"{id}*") if _ID.fullmatch(id) else ():
        path.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _written(stream: BinaryIO, kept: BinaryIO, most: int) -> tuple[str, int]:
    sha256, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise Invalid("This file is larger than %(limit)s MB.", limit=most // 1_000_000, field="file")
        sha256.update(chunk)
        kept.write(chunk)
    if not size:
        raise Invalid("This file is empty.", field="file")
    return sha256.hexdigest(), size


def _hashed(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _read(about: Path) -> Waiting | None:
    """None where it was just taken away."""
    try:
        return Waiting(**orjson.loads(about.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _thin_out(folder: Path) -> None:
    """What nobody decided about for a day goes: who brought it has it still."""
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError):  # another was first, or it is in use: then the next time
            if time.time() - path.stat().st_mtime > DAY:
                path.unlink()


@contextlib.contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            "The file could not be kept (%(why)s). Make room and try again.", why=error.strerror
        ) from error

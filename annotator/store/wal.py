"""The write-ahead log beside a project file, and whether what was saved in it is still there.

SQLite takes what it can read of it and passes over the rest without a word. But two things tell how much
there was: the index beside it, which counts what was safely written, and the ends of transactions.
https://www.sqlite.org/fileformat2.html#walformat and https://www.sqlite.org/walformat.html
"""

from __future__ import annotations

import os
import sqlite3
import struct
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

SUFFIX = "-wal"
_INDEX = "-shm"
_HEADER, _FRAME, _INDEX_HEADER = 32, 24, 48


@dataclass(frozen=True, slots=True)
class _Index:
    """How the index describes the log."""

    salt: bytes  # changes whenever the log begins anew
    frames: int  # that were safely written
    moved: int  # of them into the file itself


@dataclass(frozen=True, slots=True)
class Left:
    """What lay beside the file before it was opened."""

    salt: bytes
    frames: int  # that the index counted
    short: bool  # the log ends before that
    ends: tuple[int, ...]  # the frames that end a transaction


def left_behind(path: Path) -> Left | None:
    """To be asked before this process opens the file: SQLite tidies up. None where nothing can be learnt."""
    try:
        index = _index(path)
        salt, frames, ends = _log(path)
        if index is None:
            return Left(salt, 0, False, ends) if ends else None
        if _index(path) != index:
            return None  # somebody is writing: then nothing was left behind
    except OSError:
        return None
    missing = index.frames > index.moved and (salt != index.salt or frames < index.frames)
    return Left(index.salt, index.frames, missing, ends if salt == index.salt else ())


def shortened(db: Database, path: Path, left: Left) -> bool:
    """Whether SQLite, which has the file open by now, found less in the log than was saved there."""
    if left.short:
        return True
    if not left.frames and len(left.ends) < 2:
        return False
    try:
        # To ask it is to move what it found into the file, as it would do sooner or later. The index must
        # not be looked at any more: see `file.unopened`.
        found = int(db.execute("pragma wal_checkpoint(passive)").fetchone()[1])
        salt, _, _ = _log(path)
    except (OSError, sqlite3.OperationalError):
        return False
    if salt != left.salt or found < 0:
        return False  # begun anew by somebody who had moved all of it
    # The next transaction begins when the last one is safe: one end may be of what a power cut kept from
    # being saved, which nobody was told was; before a second one something saved is lost.
    return found < left.frames or sum(end > found for end in left.ends) > 1


def _index(path: Path) -> _Index | None:
    try:
        with path.with_name(path.name + _INDEX).open("rb") as file:
            whole = file.read(2 * _INDEX_HEADER + 4)
    except FileNotFoundError:
        return None
    first, second = whole[:_INDEX_HEADER], whole[_INDEX_HEADER : 2 * _INDEX_HEADER]
    if len(whole) < 2 * _INDEX_HEADER + 4 or first != second or not first[12]:
        return None  # never finished
    frames, moved = struct.unpack_from("=I", first, 16)[0], struct.unpack_from("=I", whole, 96)[0]
    return _Index(first[32:40], frames, moved)


def _log(path: Path) -> tuple[bytes, int, tuple[int, ...]]:
    """The salt of the log, how many frames from its start have it, and all with it that end a transaction."""
    try:
        with path.with_name(path.name + SUFFIX).open("rb", buffering=0) as file:
            header = file.read(_HEADER)
            if len(header) < _HEADER:
                return b"", 0, ()
            size, salt = struct.unpack_from(">I", header, 8)[0], header[16:24]
            whole = (file.seek(0, os.SEEK_END) - _HEADER) // (_FRAME + size)
            ends: list[int] = []
            first_other = whole
            for number in range(whole):
                file.seek(_HEADER + number * (_FRAME + size))
                frame = file.read(_FRAME)
                if frame[8:16] != salt:  # of an earlier log, or damaged: then more may come behind it
                    first_other = min(first_other, number)
                elif frame[4:8] != bytes(4):
                    ends.append(number + 1)
            return salt, first_other, tuple(ends)
    except FileNotFoundError:
        return b"", 0, ()

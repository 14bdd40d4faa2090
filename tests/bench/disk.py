"""A disk that is played back from a record of what a program did, and loses what was never synced."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

SECTOR = 512
_HEAD = struct.Struct("=cIqQ")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done to a file of the folder."""

    what: str  # w(rite), t(runcate), s(ync), c(reate), u(nlink), r(ename)
    name: str  # "" is the folder itself
    at: int
    data: bytes


def acts(log: Path) -> Iterator[Act]:
    whole = log.read_bytes()
    place = 0
    while place < len(whole):
        what, length, at, n = _HEAD.unpack_from(whole, place)
        place += _HEAD.size
        name = whole[place : place + length].decode()
        place += length
        yield Act(what.decode(), name, at, whole[place : place + n])
        place += n


@dataclass(eq=False)
class _File:
    safe: bytearray = field(default_factory=bytearray)
    waiting: list[Act] = field(default_factory=list)  # since the last sync

    def sync(self) -> None:
        for act in self.waiting:
            _apply(self.safe, act)
        self.waiting.clear()


@dataclass
class Disk:
    """What is safe, and what a power cut at this moment may or may not leave."""

    names: dict[str, _File]  # as the program sees them
    safe_names: dict[str, _File]
    renamed: list[dict[str, _File]] = field(default_factory=list)  # every state of the names since

    @classmethod
    def holding(cls, folder: Path) -> Disk:
        files = {path.name: _File(bytearray(path.read_bytes())) for path in folder.iterdir()}
        return cls(dict(files), dict(files))

    def do(self, act: Act) -> None:
        if act.what == "s" and not act.name:
            self.safe_names = dict(self.names)
            self.renamed.clear()
        elif act.what == "s":
            self.names[act.name].sync()
        elif act.what in "wt":
            self.names.setdefault(act.name, _File()).waiting.append(act)
        else:
            self._name(act)
            self.renamed.append(dict(self.names))

    def _name(self, act: Act) -> None:
        if act.what == "c":
            self.names[act.name] = _File()
        elif act.what == "u":
            self.names.pop(act.name, None)
        else:
            self.names[act.data.decode()] = self.names.pop(act.name)

    def after_cut(self, chance: random.Random) -> dict[str, bytes]:
        """What is on the disk when the power comes back: all that was synced, and of the rest what may be."""
        names = chance.choice([self.safe_names, *self.renamed])  # a file system keeps their order
        return {name: _left(file, chance) for name, file in names.items()}


def _left(file: _File, chance: random.Random) -> bytes:
    """Nothing of what waits, all, its beginning, or any of it; the last of it perhaps torn."""
    waiting = file.waiting
    way = chance.choice(("nothing", "all", "beginning", "any", "any"))
    if way == "nothing" or not waiting:
        return bytes(file.safe)
    if way == "beginning":
        waiting = waiting[: chance.randint(0, len(waiting))]
    elif way == "any":
        waiting = [act for act in waiting if chance.random() < 0.5]
    content = bytearray(file.safe)
    for number, act in enumerate(waiting):
        last = number == len(waiting) - 1
        _apply(content, _torn(act, chance) if last and chance.random() < 0.5 else act)
    return bytes(content)


def _torn(act: Act, chance: random.Random) -> Act:
    sectors = chance.randint(0, len(act.data) // SECTOR)
    return replace(act, data=act.data[: sectors * SECTOR]) if act.what == "w" else act


def _apply(content: bytearray, act: Act) -> None:
    end = act.at + (len(act.data) if act.what == "w" else 0)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if act.what == "w":
        content[act.at : end] = act.data
    else:
        del content[act.at :]

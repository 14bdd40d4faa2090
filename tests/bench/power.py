"""Power cuts: every write and sync of a real run is recorded, and the disk is looked at after any of them.

    python -m tests.bench.power [CUTS] [SEED]

Three people answer at once and a text is imported beside them; then a file of an earlier version is brought
up to date. A small library in C, built for it and loaded before the C library, writes down every write, sync,
removal and new name, and what was said to be saved among them. For a cut after each act (or CUTS of them,
drawn from the SEED) the folder is built anew: what was synced is there; of the rest nothing, all, the
beginning, or any part in 512-byte sectors. Then the project is opened, checked page by page, and everything
that was said to be saved before the cut is looked up. The last lines of the table take the defence away:
with SQLite's `synchronous` at NORMAL and OFF answers are missing, so the method sees what it should see.
"""

from __future__ import annotations

import logging
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from annotator.model import Problem
from annotator.project import Failure, Project
from annotator.store import opening
from tests.bench.disk import Act, Disk, acts
from tests.bench.killed import made
from tests.bench.power_work import AS_IT_IS, PROJECT, SAID, WRITERS
from tests.conftest import ARTICLE
from tests.store import earlier
from tests.store.at_work import sound

SOURCE = Path(__file__).with_name("recorder.c")
IGNORED = "-shm"  # a map in memory, built anew; SQLite never counts on it


def compiler() -> str | None:
    """What can build the library, where there is such a thing as LD_PRELOAD."""
    found = map(shutil.which, ("cc", "gcc", "clang"))
    return next(filter(None, found), None) if sys.platform == "linux" else None


def built(folder: Path) -> Path:
    library = folder / "recorder.so"
    command = [
        compiler() or "cc",
        "-shared",
        "-fPIC",
        "-O1",
        "-o",
        str(library),
        str(SOURCE),
        "-ldl",
        "-lpthread",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return library


@dataclass
class Recorded:
    """A run: the folder before it, and what was done to it."""

    before: Path
    acts: Sequence[Act]


def recorded(library: Path, before: Path, work: str, answers: int, synchronous: str = AS_IT_IS) -> Recorded:
    folder = before.with_name(f"{before.name}-{work}-{synchronous.replace(' ', '-')}")
    shutil.copytree(before, folder)
    log = folder.with_suffix(".log")
    command = [sys.executable, "-m", "tests.bench.power_work", work, str(folder), str(answers), synchronous]
    watched = {"LD_PRELOAD": str(library), "RECORD_FOLDER": str(folder), "RECORD_LOG": str(log)}
    subprocess.run(command, check=True, env={**os.environ, **watched}, capture_output=True)
    return Recorded(before, [act for act in acts(log) if not act.name.endswith(IGNORED)])


@dataclass
class Cut:
    """What was found after one cut."""

    after: int  # so many acts
    promised: int
    lost: list[str]
    damaged: bool
    said: list[str]  # why it could not be opened
    alarmed: bool = False  # said that something saved is missing


def cuts(run: Recorded, places: Sequence[int], chance: random.Random, folder: Path) -> list[Cut]:
    disk = Disk.holding(run.before)
    said = b""
    found = []
    for number, act in enumerate(run.acts):
        if number in places:
            found.append(_looked_at(number, disk.after_cut(chance), said.decode().splitlines(), folder))
        if act.name == SAID:
            said += act.data
        else:
            disk.do(act)
    if len(run.acts) in places:
        found.append(_looked_at(len(run.acts), disk.after_cut(chance), said.decode().splitlines(), folder))
    return found


def _looked_at(number: int, left: dict[str, bytes], said: list[str], folder: Path) -> Cut:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in left.items():
        (folder / name).write_bytes(content)
    path = folder / PROJECT
    try:
        kept = _kept(folder) if earlier.steps(path) > earlier.STEPS else ["not changed yet"]
        with _heard() as heard, Project.open(path) as project:
            there = _there(project, "brought up to date" if kept else "")
        lost = [line for line in said if line not in there]
        return Cut(number, len(said), lost, not sound(path), [], any("missing" in one for one in heard))
    except (Problem, Failure) as problem:
        return Cut(number, len(said), said, True, [str(problem)])


def _there(project: Project, more: str) -> set[str]:
    """All that may have been promised, as far as it is there."""
    lead = project.person("Cleo")
    found = {progress.document.id for progress in project.documents(lead)} | {more}
    for name in WRITERS if ARTICLE in found else ():
        annotations = project.desk(ARTICLE, project.person(name)).annotations
        found |= {annotation.answer.comment or "" for annotation in annotations.values()}
    return found


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What is said on opening, kept from the screen."""
    heard: list[str] = []
    logger = logging.getLogger(opening.__name__)

    def listening(said: logging.LogRecord) -> bool:
        heard.append(said.getMessage())
        return False

    logger.addFilter(listening)
    try:
        yield heard
    finally:
        logger.removeFilter(listening)


def _kept(folder: Path) -> list[Path]:
    """Whole copies of the file as it was before it was brought up to date."""
    copies = folder.glob("*.before-*.db")
    return [copy for copy in copies if sound(copy) and earlier.steps(copy) == earlier.STEPS]


# ------------------------------------------------------------------ the table


def chosen(run: Recorded, count: int, chance: random.Random) -> Sequence[int]:
    every = range(len(run.acts) + 1)
    return every if not count else sorted(chance.sample(every, min(count, len(every))))


def row(name: str, run: Recorded, found: Sequence[Cut]) -> str:
    syncs = sum(act.what == "s" for act in run.acts)
    unopened = sum(bool(cut.said) for cut in found)
    losses, damaged = sum(bool(cut.lost) for cut in found), sum(cut.damaged for cut in found)
    return (
        f"{name:<28} {len(run.acts):>6} {syncs:>6} {len(found):>6} {max(cut.promised for cut in found):>7}"
        f" {losses:>8} {damaged:>8} {unopened:>11} {sum(cut.alarmed for cut in found):>9}"
    )


def main() -> None:
    count, seed = (int(given) for given in (*sys.argv[1:], *("0", "1")[len(sys.argv) - 1 :]))
    if compiler() is None:
        sys.exit("This needs Linux and a C compiler (cc, gcc or clang).")
    broken = False
    print("                                                promised  cuts with    files      files  said so")
    print("run                            acts  syncs   cuts  at end   losses  damaged  not opened  at start")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = built(folder)
        people, early = folder / "people", folder / "early"
        for each in (people, early):
            each.mkdir()
        made(people).rename(people / PROJECT)
        earlier.make(early / PROJECT, 600)
        for work, before, synchronous in (
            ("answers", people, AS_IT_IS),
            ("upgrade", early, AS_IT_IS),
            ("answers", people, "normal"),
            ("answers", people, "off"),
        ):
            run = recorded(library, before, work, 28, synchronous)
            chance = random.Random(seed)
            found = cuts(run, chosen(run, count, chance), chance, folder / "left")
            print(row(f"{work}, synchronous {synchronous}", run, found), flush=True)
            if synchronous == AS_IT_IS:
                broken = broken or any(cut.lost or cut.damaged or cut.alarmed for cut in found)
    sys.exit(broken)


if __name__ == "__main__":
    main()

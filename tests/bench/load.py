"""How fast answers are saved: one after the other, by 32 people at once, and by a team of 200.

Run: python -m tests.bench.load [SECONDS]

Beside it, in the same minutes on the same disk, stands the floor: a bare handler with one durable insert.
Qawl answers as it does to the browser: the answer is checked and stored, and the next sentence comes with
the reply. Afterwards every answer that was acknowledged is looked for in the file. TMPDIR chooses the disk.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench import crowd
from tests.bench.clients import Done, Work
from tests.bench.figures import Figure, at_least, at_most, machine, median, percentile, table
from tests.bench.processes import served, started

SEQUENTIAL = 120  # answers in a block; blocks of Qawl and of the floor take turns
BLOCKS = 5
MANY = 32
SECONDS = 20
TEAM = 200
PAUSE = 5
TEAM_SECONDS = 120
DOCUMENTS = 30  # for each person, some of them done
DONE = 5


class Project:
    """A project of so many annotators, most of it still to do."""

    def __init__(self, folder: Path, people: int):
        self.path = folder / f"{people}.db"
        self.people = people
        self._documents = people * DOCUMENTS // crowd.PEOPLE_EACH
        crowd.make(self.path, self._documents, people, to_do=DOCUMENTS - DONE)

    def work(self, person: int, left: int = DOCUMENTS - DONE) -> dict[str, Any]:
        """The documents that one of them has `left`."""
        given = crowd.to_do(self._documents, self.people, person, left)
        return {"name": crowd.named(person), "documents": [list(one.sentences()) for one in given]}

    def stored(self) -> set[str]:
        with sqlite3.connect(self.path) as connection:
            return {row[0] for row in connection.execute("select token from annotations")}


def asked(work: Work) -> Done:
    """What became of it, by clients in a process of their own."""
    command = [sys.executable, "-m", "tests.bench.clients"]
    ran = subprocess.run(
        command, input=json.dumps(asdict(work)), stdout=subprocess.PIPE, text=True, check=True
    )
    return Done(**json.loads(ran.stdout))


def one_by_one(folder: Path) -> list[Figure]:
    """One person, one answer after the other."""
    project = Project(folder, 2)
    saved: list[float] = []
    moved: list[float] = []
    floor: list[float] = []
    with served(project.path) as server, bare(folder) as bottom:
        for block in range(BLOCKS):
            left = DOCUMENTS - DONE - block * SEQUENTIAL // crowd.LENGTH
            person = project.work(0, left)
            work = Work(server.host, [person], crowd.PASSWORD, answers=SEQUENTIAL)
            done = _sound(asked(work))
            saved += done.saved
            moved += done.moved
            floor += asked(Work(bottom.host, [person], None, answers=SEQUENTIAL)).saved
    bottom_ms = median(floor)
    print(f"one by one: {_times(saved)}; floor {_times(floor)}; sentence {_times(moved)}", flush=True)
    return [
        at_most("an answer saved, median", median(saved), 5, "ms"),
        at_most("the same beside the floor", median(saved) / bottom_ms, 4, "×", f" {bottom_ms:.2f} ms"),
        at_most("sentence page, median", median(moved), 8, "ms"),
    ]


def as_fast_as_they_can(folder: Path, seconds: float) -> list[Figure]:
    """Many at once, none of them waiting but for the server."""
    project = Project(folder, MANY)
    people = [project.work(n) for n in range(MANY)]
    with bare(folder) as bottom:
        floor = asked(Work(bottom.host, people, None, seconds=seconds / 2))
    with served(project.path) as server:
        done = _sound(asked(Work(server.host, people, crowd.PASSWORD, seconds=seconds, server=server.pid)))
        peak = server.peak()
    rate, bottom_rate = len(done.saved) / done.seconds, len(floor.saved) / floor.seconds
    print(
        f"{MANY} at once: {rate:,.0f} a second, {_times(done.saved)}; floor {bottom_rate:,.0f} a second, "
        f"{_times(floor.saved)}; {len(done.opened)} documents opened, {_times(done.opened or [0])}"
    )
    print(f"  {_shares(done)}", flush=True)
    slowest = percentile(done.saved, 0.99) / median(done.saved)
    return [
        at_least(
            f"{MANY} at once, of the floor’s throughput", rate / bottom_rate, 1 / 3, "×", f" ({rate:,.0f}/s)"
        ),
        at_most(f"{MANY} at once, p99 beside the median", slowest, 10, "×"),
        at_most(f"{MANY} at once, errors", len(done.errors), 0, "errors"),
        _lost(done, project, f"{MANY} at once"),
        at_most(f"{MANY} at once, memory at most", peak, 150, "MB"),
    ]


def as_people_do(folder: Path, seconds: float) -> list[Figure]:
    """A large team at the pace of people."""
    project = Project(folder, TEAM)
    people = [project.work(n) for n in range(TEAM)]
    with served(project.path) as server:
        work = Work(server.host, people, crowd.PASSWORD, seconds=seconds, pause=PAUSE, server=server.pid)
        done = _sound(asked(work))
        peak = server.peak()
    print(f"{TEAM} people, an answer each {PAUSE} s: {len(done.saved)} answers, {_times(done.saved)}")
    print(f"  {_shares(done)}; memory {peak:.0f} MB", flush=True)
    return [
        at_most(f"{TEAM} people at their pace, p99", percentile(done.saved, 0.99), 50, "ms"),
        at_most(f"{TEAM} people at their pace, errors", len(done.errors), 0, "errors"),
        _lost(done, project, f"{TEAM} people at their pace"),
    ]


def bare(folder: Path) -> Any:
    """The floor, on a file of its own beside the project."""
    path = Path(tempfile.mkdtemp(dir=folder)) / "floor.db"
    return started([sys.executable, "-m", "tests.bench.floor", str(path)])


def _sound(done: Done) -> Done:
    for error in done.errors[:3]:
        print(f"  error: {error}")
    return done


def _lost(done: Done, project: Project, when: str) -> Figure:
    lost = set(done.tokens) - project.stored()
    return at_most(f"{when}, answers lost", len(lost), 0, f"of {len(done.tokens):,}")


def _times(values: list[float]) -> str:
    return " ".join(
        f"{name} {percentile(values, part):.1f}" for name, part in (("p50", 0.5), ("p99", 0.99), ("max", 1))
    )


def _shares(done: Done) -> str:
    server, clients = done.server / done.seconds, done.processor / done.seconds
    each = 1000 * done.server / max(1, len(done.saved))
    return f"processor: server {server:.0%} of a core ({each:.1f} ms an answer), clients {clients:.0%}"


def measured(folder: Path, seconds: float = SECONDS, team_seconds: float = TEAM_SECONDS) -> list[Figure]:
    return [
        *one_by_one(folder),
        *as_fast_as_they_can(folder, seconds),
        *as_people_do(folder, team_seconds),
    ]


def main() -> None:
    seconds = [float(text) for text in sys.argv[1:]]
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), *seconds)
    print(table(found))


if __name__ == "__main__":
    main()

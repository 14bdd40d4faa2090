"""The server killed while people save, again and again: what it had called saved, and what is there after it.

    python -m tests.bench.killed [KILLS] [SEED]

Three people answer as fast as a real server takes their answers; it gets SIGKILL, in turn, after so many
answers and after so many milliseconds, both drawn from the seed (200 times and 1 unless told otherwise).
After each time the file is checked page by page and every answer that was called saved is looked up; at the
end all of them, in the history of the file.
"""

from __future__ import annotations

import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from annotator import codebook
from annotator.project import Project
from tests.conftest import CAST, password, sample
from tests.store.at_work import Writer, all_work, missing, rows, sound, started, writers_at

MOST_ANSWERS = 90  # of all three, before a kill; the article has 28 sentences for each
LONGEST = 0.5  # seconds: by then all have answered everything


@dataclass
class Kill:
    """One time the server was killed."""

    by: str  # "answers" or "time"
    writers: list[Writer]
    lost: list[str]
    sound: bool

    @property
    def saved(self) -> list[str]:
        return [comment for writer in self.writers for comment in writer.saved.values()]

    @property
    def refused(self) -> list[str]:
        return [said for writer in self.writers for said in writer.told]


@dataclass
class Killing:
    """One file, under a server that is killed and started again."""

    path: Path
    random: random.Random
    cookies: dict[str, str] = field(default_factory=dict)  # the file signs them: good for every server
    number: int = 0

    def once(self) -> Kill:
        by = ("answers", "time")[self.number % 2]
        server = started(self.path)
        writers = writers_at(self.path, server.address, self.number, self.cookies)

        def kill() -> None:
            server.kill()

        if by == "time":
            timer = threading.Timer(self.random.uniform(0, LONGEST), kill)
            timer.start()
            all_work(writers)
            timer.join()
        else:
            all_work(writers, _after(self.random.randint(1, MOST_ANSWERS), writers, kill))
            kill()  # where fewer were left to be given
        assert server.wait() == -signal.SIGKILL
        self.cookies |= {writer.name: writer.cookie for writer in writers if writer.cookie}
        self.number += 1
        return Kill(by, writers, missing(self.path, writers), sound(self.path))


def _after(count: int, writers: list[Writer], kill: Callable[[], None]) -> Callable[[], None]:
    def enough() -> None:
        if sum(len(writer.saved) for writer in writers) >= count:
            kill()

    return enough


def gone(path: Path, kills: list[Kill]) -> list[str]:
    """What was called saved at any time and is not in the history."""
    history = "\n".join(rows(path))
    return [comment for kill in kills for comment in kill.saved if f"'{comment}'" not in history]


def made(folder: Path) -> Path:
    """A project with the article and its people."""
    path = folder / "killed.db"
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        for name, role in CAST.items():
            project.add_person(name, role, password(name))
        reading = sample("idlib-article.json").decode("utf-8")
        project.import_file("idlib-article.txt", sample("idlib-article.txt"), lang="ar", reading=reading)
    return path


def main() -> None:
    count, seed = (int(given) for given in (*sys.argv[1:], *("200", "1")[len(sys.argv) - 1 :]))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = made(Path(folder))
        killing = Killing(path, random.Random(seed))
        kills = []
        for number in range(count):
            kills.append(killing.once())
            if number % 20 == 19:
                print(f"{number + 1} kills, {time.monotonic() - began:.0f} s", file=sys.stderr)
        lost = gone(path, kills)
        size = path.stat().st_size
    print("killed by  times  during answers  called saved  not found  other answers  damaged files")
    for by in ("answers", "time"):
        these = [kill for kill in kills if kill.by == by]
        print(
            f"{by:<9}  {len(these):>5}  {sum(0 < len(kill.saved) < MOST_ANSWERS - 6 for kill in these):>14}"
            f"  {sum(len(kill.saved) for kill in these):>12,}  {sum(len(kill.lost) for kill in these):>9}"
            f"  {sum(len(kill.refused) for kill in these):>13}  {sum(not kill.sound for kill in these):>13}"
        )
    print(f"in the history at the end: {len(lost)} not found; {size / 1e6:.1f} MB; seed {seed}")
    if lost or any(kill.lost or kill.refused or not kill.sound for kill in kills):
        sys.exit(1)


if __name__ == "__main__":
    main()

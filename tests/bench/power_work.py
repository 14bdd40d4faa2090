"""What people do while the power may be cut: run in a process of its own, whose writes are recorded.

What was called saved is written down in the folder too, a line each, so that the record holds it in its
place among the writes. `python -m tests.bench.power_work answers|upgrade FOLDER ANSWERS SYNCHRONOUS`
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from werkzeug.datastructures import MultiDict

from annotator.project import Project
from tests.conftest import ARTICLE, sample

PROJECT = "project.db"
SAID = "said-to-be-saved"
WRITERS = ("Ana", "Ben", "Cleo")
AS_IT_IS = "as it is"
CHECKPOINT = 60  # pages: several times while they answer


class Said:
    """What was acknowledged, written down at once."""

    def __init__(self, folder: Path):
        self._file = os.open(folder / SAID, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._turn = threading.Lock()

    def say(self, line: str) -> None:
        with self._turn:
            os.write(self._file, f"{line}\n".encode())


def opened(path: Path, synchronous: str) -> Project:
    project = Project.open(path)
    project.db.execute(f"pragma wal_autocheckpoint = {CHECKPOINT}")
    if synchronous != AS_IT_IS:  # to see that what is lost then is noticed
        project.db.execute(f"pragma synchronous = {synchronous}")
    return project


def answer(path: Path, name: str, most: int, synchronous: str, said: Said) -> None:
    with opened(path, synchronous) as project:
        person = project.person(name)
        for sid in project.desk(ARTICLE, person).queued[:most]:
            comment = f"{name}, {sid}"
            form = MultiDict({"action": "no_claim", "comment": comment})
            project.record(ARTICLE, sid, person, form, seen=None, token=comment)
            said.say(comment)


def answers(folder: Path, most: int, synchronous: str) -> None:
    """Three people answer at once, a text is imported beside them, and all is gathered at the end."""
    said, path = Said(folder), folder / PROJECT
    threads = [
        threading.Thread(target=answer, args=(path, name, most, synchronous, said)) for name in WRITERS
    ]
    with opened(path, synchronous) as project:
        for thread in threads:
            thread.start()
        text = sample("idlib-article.txt") + "\n\nمرة أخرى.\n".encode()
        document = project.import_file("again.txt", text, lang="ar")
        said.say(document.id)
        for thread in threads:
            thread.join()
        project.gather()


def upgrade(folder: Path, _most: int, _synchronous: str) -> None:
    """A file of an earlier version is opened."""
    said = Said(folder)
    with Project.open(folder / PROJECT):
        said.say("brought up to date")


if __name__ == "__main__":
    {"answers": answers, "upgrade": upgrade}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])

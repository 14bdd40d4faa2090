"""People at work on a real server in a process of its own, and what becomes of what it called saved."""

from __future__ import annotations

import contextlib
import http.client
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from click.testing import CliRunner

from annotator.cli import main
from annotator.project import Project
from tests.conftest import ARTICLE, password

COMMAND = [sys.executable, "-c", "from annotator.cli import main; main(prog_name='qawl')"]
WRITERS = ("Ana", "Ben", "Cleo")


def rows(path: Path) -> list[str]:
    """Everything in the file, as SQL."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


def sound(path: Path) -> bool:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute("pragma integrity_check").fetchall() == [("ok",)]


# ------------------------------------------------------------------ the server


@dataclass
class Server:
    """A real server in a process of its own."""

    process: subprocess.Popen[str]
    address: str
    said_first: str  # before the address
    log: IO[str]

    def stop(self) -> int:
        """Its exit status, once it has told everybody what is done."""
        self.process.terminate()
        return self.wait()

    def kill(self) -> None:
        self.process.kill()

    def wait(self) -> int:
        self.process.communicate(timeout=60)
        self.log.close()
        return self.process.returncode


def started(path: Path, *, command: Sequence[str] = COMMAND, **options: Any) -> Server:
    words = [*command, "serve", str(path), "--port", "0"]
    # A pipe that nobody reads would stop the server once it is full.
    log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  (as long as the server)
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, text=True, **options)
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        if address := re.search(r"http://\S+?(?=/?\s)", line):
            return Server(process, address.group(), said, log)
        said += line
    log.seek(0)
    raise AssertionError(f"the server did not start: {log.read()}")


@contextlib.contextmanager
def serving(path: Path, *, command: Sequence[str] = COMMAND, **options: Any) -> Iterator[Server]:
    """The same until it is no longer needed."""
    server = started(path, command=command, **options)
    try:
        yield server
    finally:
        server.stop()


# ------------------------------------------------------------------ who answers


@dataclass
class Writer:
    """Somebody who answers one sentence after another, as fast as the server takes them."""

    name: str
    address: str
    seen: dict[str, int | None]
    round: int
    cookie: str = ""
    saved: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)  # what the server said of answers it did not save

    def work(self, enough: Callable[[], object] = lambda: None) -> None:
        server = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            self.sign_in(server)
            for sid in self.seen:
                self._answer(server, sid)
                enough()
        except (OSError, http.client.HTTPException):
            pass  # the server was killed: what counts is what it had called saved
        finally:
            server.close()

    def sign_in(self, server: http.client.HTTPConnection) -> None:
        if not self.cookie:
            form = {"name": self.name, "password": password(self.name)}
            answer, _ = self._post(server, "/sign-in", form)
            self.cookie = (answer.headers["Set-Cookie"] or "").split(";")[0]

    def _answer(self, server: http.client.HTTPConnection, sid: str) -> None:
        comment = f"round {self.round}, {self.name}, {sid}"
        form = {"action": "no_claim", "comment": comment, "seen": self.seen[sid] or "", "token": comment}
        answer, page = self._post(server, f"/documents/{ARTICLE}/sentences/{sid}", form)
        if answer.status == 303:
            self.saved[sid] = comment
        else:
            self.told.append(f"{answer.status}: {words_of(page)}")

    def _post(
        self, server: http.client.HTTPConnection, path: str, form: Mapping[str, object]
    ) -> tuple[http.client.HTTPResponse, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address}
        server.request("POST", path, urlencode(form), {**kind, "Cookie": self.cookie})
        answer = server.getresponse()
        return answer, answer.read().decode("utf-8")


def words_of(page: str) -> str:
    """What a page says of a problem."""
    found = re.search(r'id="problem".*?</div>\s*</div>|<main.*?</main>', page, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0] if found else page)).split())


def current(project: Project, name: str) -> dict[str, int | None]:
    desk = project.desk(ARTICLE, project.person(name))
    return {sid: desk.annotations[sid].id if sid in desk.annotations else None for sid in desk.queued}


def writers_at(path: Path, address: str, number: int, cookies: Mapping[str, str] = {}) -> list[Writer]:  # noqa: B006
    """Everybody, with what their pages show just now."""
    with Project.open(path) as project:
        return [
            Writer(name, address, current(project, name), number, cookies.get(name, "")) for name in WRITERS
        ]


def all_work(writers: list[Writer], enough: Callable[[], object] = lambda: None) -> None:
    """Each in a thread of their own, until all are through or the server is gone."""
    threads = [threading.Thread(target=writer.work, args=(enough,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def missing(path: Path, writers: list[Writer]) -> list[str]:
    """What was called saved and is not there as it was given."""
    with Project.open(path) as project:
        lost = []
        for writer in writers:
            there = project.desk(ARTICLE, project.person(writer.name)).annotations
            kept = {sid: annotation.answer.comment for sid, annotation in there.items()}
            lost += [comment for sid, comment in writer.saved.items() if kept.get(sid) != comment]
    return lost


# ------------------------------------------------------------------ what a command says


def refusal(*arguments: object) -> str:
    """What the command says when it refuses: one line, and no trace of the program's insides."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="qawl")
    assert done.exit_code != 0, done.output
    assert isinstance(done.exception, SystemExit), repr(done.exception)
    return one_sentence(done.stderr)


def one_sentence(said: str) -> str:
    assert "Traceback" not in said
    errors = [line for line in said.splitlines() if line.strip() and "Importing" not in line]
    if len(errors) == 2:  # of several files, each has its sentence; the last line counts them
        assert errors.pop() == "Error: 1 could not be imported, as said above."
    else:
        assert errors[0].startswith("Error: "), said
    assert len(errors) == 1, said
    return errors[0]

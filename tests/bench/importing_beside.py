"""Twenty people save while the command line imports: how long each waits, and whether anything is refused.

    python -m tests.bench.importing_beside [ANSWERS] [SENTENCES]

Each of twenty people gives ANSWERS (30 unless told otherwise) to a real server, one every half second as a
person does: first alone, then while `qawl import` takes in a hundred articles, and then while it takes in one
text of SENTENCES (20,000 unless told otherwise). Only waiting counts, from sending the form to its answer.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from annotator import codebook
from annotator.project import Project
from tests.conftest import sample
from tests.store.at_work import COMMAND, serving, words_of

PEOPLE = [f"Person {number:02}" for number in range(1, 21)]
PACE = 0.5  # seconds from one answer to the next


@dataclass
class Working:
    """One of them, with what they waited for each answer."""

    name: str
    address: str
    document: str
    left: list[str]  # sentences not answered yet
    waits: list[float] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    cookie: str = ""

    def sign_in(self) -> None:
        server = HTTPConnection(urlsplit(self.address).netloc, timeout=120)
        answer, _ = self._post(server, "/sign-in", {"name": self.name})
        self.cookie = (answer.headers["Set-Cookie"] or "").split(";")[0]
        server.close()

    def answer(self, most: int, *, pace: float = PACE) -> None:
        server = HTTPConnection(urlsplit(self.address).netloc, timeout=120)
        rest = threading.Event()
        for sid in self.left[:most]:
            form = {"action": "no_claim", "comment": f"{self.name}, {sid}", "seen": "", "token": sid}
            began = time.perf_counter()
            answer, page = self._post(server, f"/documents/{self.document}/sentences/{sid}", form)
            self.waits.append(time.perf_counter() - began)
            if answer.status == 303:
                self.saved.append(sid)
            else:
                self.refused.append(f"{answer.status}: {words_of(page)}")
            rest.wait(max(0.0, pace - self.waits[-1]))
        self.left = self.left[most:]
        server.close()

    def _post(self, server: HTTPConnection, path: str, form: dict[str, str]) -> tuple[HTTPResponse, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address}
        server.request("POST", path, urlencode(form), {**kind, "Cookie": self.cookie})
        answer = server.getresponse()
        return answer, answer.read().decode("utf-8")


def made(path: Path, sentences: int) -> str:
    """A project of twenty people and one text of so many sentences; its id."""
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        for name in PEOPLE:
            project.add_person(name)
        return project.import_file("long.txt", text_of(sentences, "Alone"), lang="en").id


def text_of(sentences: int, name: str) -> bytes:
    paragraphs = (f"{name} said so for the {n}th time, and nobody answered." for n in range(sentences))
    return "\n\n".join(paragraphs).encode()


def everybody(path: Path, address: str, document: str) -> list[Working]:
    with Project.open(path) as project:
        queued = list(project.desk(document, project.person(PEOPLE[0])).queued)
    people = [Working(name, address, document, queued) for name in PEOPLE]
    for one in people:
        one.sign_in()
    return people


def all_answer(people: Sequence[Working], most: int, *, pace: float = PACE) -> None:
    threads = [threading.Thread(target=one.answer, args=(most,), kwargs={"pace": pace}) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def importing(path: Path, place: Path) -> Iterator[None]:
    """`qawl import` beside whatever is done inside; until it is through."""
    command = [*COMMAND, "import", str(path), str(place)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield
    finally:
        _, said = process.communicate(timeout=600)
    if process.returncode:
        raise RuntimeError(said)


def missing(path: Path, people: Sequence[Working]) -> list[str]:
    """What was called saved and is not there."""
    with Project.open(path) as project:
        return [
            f"{one.name}, {sid}"
            for one in people
            for there in [project.desk(one.document, project.person(one.name)).annotations]
            for sid in one.saved
            if sid not in there or there[sid].answer.comment != f"{one.name}, {sid}"
        ]


def row(name: str, people: Sequence[Working]) -> str:
    waits = sorted(wait * 1000 for one in people for wait in one.waits)
    refused = sum(len(one.refused) for one in people)
    return (
        f"{name:<28} {len(waits):>7} {waits[len(waits) // 2]:>8.0f} {waits[int(len(waits) * 0.95)]:>7.0f}"
        f" {waits[int(len(waits) * 0.99)]:>7.0f} {waits[-1]:>7.0f} {refused:>8}"
    )


def main() -> None:
    most, sentences = (int(given) for given in (*sys.argv[1:], *("30", "20000")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "project.db"
        document = made(path, 3 * most)
        many, long = folder / "many", folder / "long.txt"
        many.mkdir()
        for number in range(100):
            article = sample("idlib-article.txt") + f"\n\nرقم {number}.\n".encode()
            (many / f"{number:03}.txt").write_bytes(article)
        long.write_bytes(text_of(sentences, "Beside"))
        with serving(path) as server:
            people = everybody(path, server.address, document)
            print("20 people, ms of waiting       answers   median     p95     p99 longest  refused")
            all_answer(people, most)
            print(row("alone", people), flush=True)
            for what, place in (("100 articles", many), (f"a text of {sentences:,}", long)):
                for one in people:
                    one.waits.clear()
                with importing(path, place):
                    all_answer(people, most)
                print(row(f"beside {what}", people), flush=True)
        lost = missing(path, people)
    print(f"called saved: {sum(len(one.saved) for one in people):,}; not found: {len(lost)}")
    if lost or any(one.refused for one in people):
        sys.exit(1)


if __name__ == "__main__":
    main()

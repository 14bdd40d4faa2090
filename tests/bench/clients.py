"""Annotators as their browsers are for the server: the requests, the headers and nothing else.

Run by tests.bench.load in a process of its own: who is to answer what comes as JSON on standard input, what
became of it goes to standard output. Every person has one connection that stays open, and waits for each
answer's reply before giving the next one, as the page does.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from tests.bench.processes import processor

CLAIM = {
    "action": "save",
    "speaker": "turkey",
    "stance": "tr",
    "attribution": "ascribed",
    "speaker_text": "",
}
PAGE = {
    "seen": "",
    "seconds": "4.2",
    "claim": "new",
    "source_spans": "[]",
    "cue_spans": "[]",
    "content_spans": "[]",
    "letters": "",
    "comment": "",
}
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass
class Work:
    """What one process of clients is to do."""

    host: str
    people: list[dict[str, Any]]  # name, and documents: [(document, sentence, row), …] of each
    password: str | None  # None: there is nobody to sign in, as at the floor
    answers: int = 0  # of each; 0: until the seconds are over
    seconds: float = 0
    pause: float = 0  # from one answer of a person to the next
    server: int = 0  # its process, to see what it takes once everybody is there


@dataclass
class Done:
    """Milliseconds of each request, and the tokens of the answers that the server said it has."""

    saved: list[float] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0
    processor: float = 0  # seconds, of the clients
    server: float = 0  # and of the server, signing in left out
    bytes: int = 0


class Connection:
    """One kept open, as a browser does."""

    def __init__(self, host: str):
        self.host = host
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.cookie = ""

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._streams is None:
            name, _, port = self.host.partition(":")
            self._streams = await asyncio.open_connection(name, int(port))
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            writer.close()
            self._streams = None
        if "set-cookie" in headers:
            self.cookie = next(line for line in head if line.lower().startswith("set-cookie")).split(" ")[1]
        return int(head[0].split()[1]), headers, body

    def get(self, path: str, **headers: str) -> bytes:
        return self._said("GET", path, headers)

    def post(self, path: str, form: dict[str, str], **headers: str) -> bytes:
        body = urlencode(form)
        of_form = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
        return self._said("POST", path, {**headers, **of_form}) + body.encode()

    def _said(self, method: str, path: str, headers: dict[str, str]) -> bytes:
        lines = {
            "Host": self.host,
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate, br, zstd",
            "Accept-Language": "en-GB,en;q=0.9",
            "Origin": f"http://{self.host}",
            "Sec-Fetch-Site": "same-origin",
            "Cookie": self.cookie,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode()


class Annotator:
    def __init__(self, work: Work, number: int, done: Done):
        self._work, self._done, self._number = work, done, number
        person = work.people[number]
        self._name: str = person["name"]
        self._documents: list[list[tuple[str, str, int]]] = person["documents"]
        self._connection = Connection(work.host)

    async def arrive(self) -> None:
        """Sign in and open the first document."""
        if self._work.password is None:
            return
        form = {"name": self._name, "password": self._work.password, "next": ""}
        status, _, _ = await self._connection.ask(self._connection.post("/sign-in", form))
        if status != 303:
            raise SystemExit(f"{self._name} could not sign in ({status}).")
        await self._open(self._documents[0][0][0])

    async def annotate(self, until: float) -> None:
        if self._work.pause:
            await asyncio.sleep(self._work.pause * self._number / len(self._work.people))
        due, given = time.perf_counter(), 0
        for n, document in enumerate(self._documents):
            if n and self._work.password is not None:
                await self._open(document[0][0])
            for sentence in document:
                await self._answer(*sentence, given)
                given += 1
                due += self._work.pause
                if given == self._work.answers or (until and max(due, time.perf_counter()) >= until):
                    return
                if self._work.pause:
                    await asyncio.sleep(max(0.0, due - time.perf_counter()))
        self._done.errors.append(f"{self._name} had nothing left to do")

    async def _answer(self, document: str, sid: str, row: int, given: int) -> None:
        """What Enter sends, and what comes back: the next sentence, ready."""
        token = f"{self._number:03}-{given:05}-and-a-tail"
        action = CLAIM if given % 3 == 0 else {"action": "no_claim"}
        form = {**action, **PAGE, "shown": str(row), "token": token, "person": self._name}
        place = f"/documents/{document}/sentences/{sid}"
        request = self._connection.post(place, form, **self._from_page(place))
        start = time.perf_counter()
        status, headers, body = await self._connection.ask(request)
        self._done.saved.append(1000 * (time.perf_counter() - start))
        self._done.bytes += len(body)
        if status == 200 and (self._work.password is None or "hx-push-url" in headers):
            self._done.tokens.append(f"{row}/{self._name}/{token}")
        else:
            self._done.errors.append(f"{status} for {place}")

    async def look(self, times: int) -> None:
        """Go from sentence to sentence without answering."""
        for n in range(times):
            document, sid, _ = self._documents[0][n % len(self._documents[0])]
            place = f"/documents/{document}/sentences/{sid}"
            request = self._connection.get(place, **self._from_page(place))
            start = time.perf_counter()
            status, _, _ = await self._connection.ask(request)
            self._done.moved.append(1000 * (time.perf_counter() - start))
            if status != 200:
                self._done.errors.append(f"{status} for {place}")

    async def _open(self, document: str) -> None:
        """A link to a document leads to the next sentence of it."""
        boosted = {"HX_Request": "true", "HX_Boosted": "true", "HX_Target": "work"}
        start = time.perf_counter()
        status, headers, _ = await self._connection.ask(
            self._connection.get(f"/documents/{document}", **boosted)
        )
        place = re.sub(r"^https?://[^/]+", "", headers.get("location", ""))
        if status == 303:
            status, _, body = await self._connection.ask(self._connection.get(place, **boosted))
            self._done.bytes += len(body)
        self._done.opened.append(1000 * (time.perf_counter() - start))
        if status != 200:
            self._done.errors.append(f"{status} for document {document}")

    def _from_page(self, place: str) -> dict[str, str]:
        """The page holds the document's text and all speakers already."""
        return {
            "HX_Request": "true",
            "HX_Boosted": "true",
            "HX_Target": "panel",
            "HX_Trigger": "answers",
            "HX_Current_URL": f"http://{self._connection.host}{place}",
            "X_Text": "0",
            "X_Speakers": "0",
            "X_Person": quote(self._name),
        }


async def _all(work: Work) -> Done:
    done = Done()
    people = [Annotator(work, n, done) for n in range(len(work.people))]
    for some in _in_fours(people):  # they do not all arrive in the same moment
        await asyncio.gather(*(one.arrive() for one in some))
    if work.answers and work.password is not None:
        await people[0].look(work.answers)
    done.opened.clear()
    start, clients, server = time.perf_counter(), time.process_time(), processor(work.server)
    until = start + work.seconds if work.seconds else 0.0
    await asyncio.gather(*(one.annotate(until) for one in people))
    done.seconds = time.perf_counter() - start
    done.processor = time.process_time() - clients
    done.server = processor(work.server) - server
    return done


def _in_fours(people: Sequence[Annotator]) -> list[Sequence[Annotator]]:
    return [people[n : n + 4] for n in range(0, len(people), 4)]


if __name__ == "__main__":
    json.dump(asdict(asyncio.run(_all(Work(**json.load(sys.stdin))))), sys.stdout)

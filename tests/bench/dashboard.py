"""How long the agreement page takes with 100,000 sentences that two people answered.

Run: python -m tests.bench.dashboard [SENTENCES]

Writes a project of documents of 40 sentences straight into a project file, each sentence answered by two of
four people, a third of them with a claim, and asks for the page through the test client as the lead. “Cold”
forgets before every request what was counted; “warm” asks again when nothing has changed; “changed” asks
after one more answer. Once without marked words, once with.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson

from annotator import codebook, serve
from annotator.model import Claim, Role
from annotator.project import Project
from annotator.web import create_app

LENGTH = 40
PEOPLE = ("Ana", "Ben", "Dora", "Emil")
PASSWORD = "one-to-measure"
COLD, WARM, CHANGED = 100, 100, 20
TEXT = "قال الرئيس إن القوات ستبقى في المنطقة حتى يعود الهدوء إليها كما جاء في البيان الصادر أمس"


def make(path: Path, sentences: int, marked: bool) -> None:
    """The project, by rule from a fixed seed."""
    source = codebook.bundled("idlib-2019")
    with Project.create(path, source) as project:
        project.add_person("Cleo", Role.LEAD, PASSWORD)
        for name in PEOPLE:
            project.add_person(name)
        speakers = [actor.id for actor in project.codebook().actors]
        rule = random.Random(20_260)
        connection = project.db.conn
        connection.execute("begin immediate")
        connection.execute("insert into files values ('f', 'many.txt', x'00', null, '2026-01-01')")
        for number in range(-(-sentences // LENGTH)):
            _document(connection, number, min(LENGTH, sentences - number * LENGTH), speakers, rule, marked)
        connection.execute("commit")
        connection.execute("analyze")


def _document(
    connection: sqlite3.Connection,
    number: int,
    length: int,
    speakers: list[str],
    rule: random.Random,
    marked: bool,
) -> None:
    execute, many = connection.execute, connection.executemany
    id, when = f"{number:016x}", f"2026-{1 + number * 6 // 2600:02}-{1 + number % 28:02}T09:00:00.000Z"
    execute("insert into documents values (?, ?, 'f', ?, null, ?)", (number + 1, id, str(number), when))
    execute(
        "insert into document_states values (null, ?, 'ar', ?, null, null, null, null, 'ready', null, ?)",
        (id, f"نص رقم {number}", when),
    )
    execute(
        "insert into texts values"
        " (null, ?, '', 'file', 'utf-8', '{}', '[]', '[]', 'checked', 'safe', null, ?)",
        (id, when),
    )
    first = number * LENGTH + 1
    texts = [" ".join(rule.choices(TEXT.split(), k=rule.randint(8, 30))) for _ in range(length)]
    many(
        f"insert into sentences values ({', '.join('?' * 16)})",
        [
            (first + n, id, number + 1, None, f"s{n + 1}", n, "body", text, *["[]"] * 7, None)
            for n, text in enumerate(texts)
        ],
    )
    answers = []
    one, other = rule.sample(PEOPLE, 2)
    for n, text in enumerate(texts):
        truth = _claim(speakers, rule, text if marked else "") if rule.random() < 1 / 3 else None
        for person in (one, other):
            given = (
                truth
                if rule.random() < 0.93
                else None
                if truth
                else _claim(speakers, rule, text if marked else "")
            )
            if given and rule.random() < 0.12:
                given = replace(given, stance=rule.choice(("ru", "tr", "both", "neither", "unclear")))
            claims = orjson.dumps([given] if given else []).decode()
            answers.append((id, first + n, person, "claims" if given else "no_claim", claims, when))
    many(
        "insert into annotations"
        " (document, sentence, person, action, status, claims, hard, codebook, created_at)"
        " values (?, ?, ?, 'answer', ?, ?, 0, 1, ?)",
        answers,
    )


def _claim(speakers: list[str], rule: random.Random, text: str) -> Claim:
    stance = rule.choice(("ru", "ru", "ru", "tr", "tr", "both", "neither", "unclear"))
    attribution = rule.choice(("direct", "direct", "indirect", "author"))
    spans: tuple[tuple[int, int], ...] = ()
    if text:
        start = text.index(" ", rule.randrange(len(text) // 2)) + 1
        spans = ((start, min(start + rule.randint(10, 60), len(text))),)
    return Claim(
        (rule.choice(speakers[:12]),), stance, "support", attribution, content_spans=spans, hedged=False
    )


def measure(path: Path) -> None:
    app = create_app(path, testing=True)
    serve._prepare()  # as before the first request of a server
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    client.post("/sign-in", data={"name": "Cleo", "password": PASSWORD})
    size = 0

    def ask() -> None:
        nonlocal size
        found = client.get("/agreement")
        if found.status_code != 200:
            raise SystemExit(f"The page answered {found.status_code}.")
        size = len(found.data)

    def forget() -> None:
        app.extensions.pop("agreement", None)

    def answer() -> None:
        with Project.open(path) as project:
            project.db.execute(
                "insert into annotations (document, sentence, person, action, status, claims, hard, "
                "codebook, created_at)"
                " select document, sentence, person, 'answer', 'no_claim', '[]', 0, 1, '2026-07-01'"
                " from annotations order by id desc limit 1"
            )

    ask()
    _say("cold", _times(ask, COLD, before=forget))
    _say("warm", _times(ask, WARM))
    _say("after an answer", _times(ask, CHANGED, before=answer))
    print(f"  page of {size:,} bytes")


def _times(
    ask: Callable[[], None], n: int, before: Callable[[], None] = lambda: None
) -> list[tuple[float, float]]:
    """(milliseconds by the clock, milliseconds of the processor) of each request."""
    found = []
    for _ in range(n):
        before()
        clock, processor = time.perf_counter(), time.process_time()
        ask()
        found.append((1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)))
    return found


def _say(what: str, times: list[tuple[float, float]]) -> None:
    for name, some in zip(("clock", "processor"), zip(*times, strict=True), strict=True):
        ordered = sorted(some)
        middle, p95 = ordered[len(ordered) // 2], ordered[min(len(ordered) * 95 // 100, len(ordered) - 1)]
        print(f"  {what:16} {name:10} median {middle:6.0f} ms   p95 {p95:6.0f} ms", flush=True)


def main() -> None:
    sentences = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for marked in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "many.db"
            make(path, sentences, marked)
            print(f"{sentences:,} sentences {'with' if marked else 'without'} marked words:", flush=True)
            measure(path)


if __name__ == "__main__":
    main()

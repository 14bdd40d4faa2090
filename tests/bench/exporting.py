"""How fast a million claims leave, beside the limits: orjson alone, and SQLite's rows alone.

Run: python -m tests.bench.exporting [CLAIMS] [--long] [--keep FILE] [--formats csv,xlsx,parquet]

Writes a project straight into a project file: documents of 40 sentences (with --long, one document of them
all), each sentence answered by two of four people, three of four answers with claims, as many and as marked
as in the reference annotation; then exports it in processes of their own and says the rate by the clock and
by the processor, and the most memory. --keep makes the project once and measures it again the next time.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from annotator import codebook, sample
from annotator.filter import Filter
from annotator.model import Role, Status
from annotator.project import Project

LENGTH = 40
PEOPLE = ("Ana", "Ben", "Dora", "Emil")
WHEN = "2026-01-12T09:00:00.000Z"
TEXT = "قال الرئيس إن القوات ستبقى في المنطقة حتى يعود الهدوء إليها كما جاء في البيان الصادر أمس"


def make(path: Path, claims: int, long: bool) -> None:
    """A project with that many claims, by rule from a fixed seed."""
    given = [answer for answer in sample.reference().values() if answer.finished]
    patterns = [[json.loads(orjson.dumps(claim)) for claim in answer.claims] for answer in given]
    rule = random.Random(20_260)
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        project.add_person("Cleo", Role.LEAD, "one-to-measure")
        for name in PEOPLE:
            project.add_person(name)
        connection = project.db.conn
        connection.execute("pragma synchronous = off")
        connection.execute("begin immediate")
        connection.execute("insert into files values ('f', 'many.txt', x'00', null, ?)", (WHEN,))
        made = number = key = 0
        while made < claims:
            length = LENGTH if not long else 10**9
            _document(connection, number)
            for n in range(length):
                if made >= claims:
                    break
                key += 1
                made += _sentence(connection, number, n, key, patterns, rule)
            number += 1
        connection.execute("commit")
        connection.execute("analyze")


def _document(connection: sqlite3.Connection, number: int) -> None:
    id = f"{number:016x}"
    execute = connection.execute
    execute("insert into documents values (?, ?, 'f', ?, null, ?)", (number + 1, id, str(number), WHEN))
    execute(
        "insert into document_states values"
        " (null, ?, 'ar', ?, 'Noon Post', null, null, null, 'ready', null, ?)",
        (id, f"نص رقم {number}", WHEN),
    )
    execute(
        "insert into texts values"
        " (null, ?, '', 'file', 'utf-8', '{}', '[]', '[]', 'checked', 'safe', null, ?)",
        (id, WHEN),
    )


def _sentence(
    connection: sqlite3.Connection, number: int, n: int, key: int, patterns: list[Any], rule: random.Random
) -> int:
    """One sentence and two people's answers to it; how many claims they hold."""
    id, words = f"{number:016x}", TEXT.split()
    text = " ".join(rule.choices(words, k=rule.randint(12, 45)))
    unit = (key, id, number + 1, None, f"s{n + 1}", n, "body", text, *["[]"] * 7, None)
    connection.execute(f"insert into sentences values ({', '.join('?' * 16)})", unit)
    count = 0
    for person in rule.sample(PEOPLE, 2):
        claims = [_claim(one, text, rule) for one in rule.choice(patterns)]
        stored = json.dumps(claims, separators=(",", ":"), ensure_ascii=False)
        status = Status.CLAIMS if claims else Status.NO_CLAIM
        connection.execute(
            "insert into annotations"
            " (document, sentence, person, action, status, claims, hard, codebook, seconds, created_at)"
            " values (?, ?, ?, 'answer', ?, ?, 0, 1, 12.5, ?)",
            (
                id,
                key,
                person,
                status,
                stored,
                f"2026-{1 + n % 12:02}-{1 + key % 28:02}T09:00:00.{key % 1000:03}Z",
            ),
        )
        count += len(claims)
    return count


def _claim(pattern: dict[str, Any], text: str, rule: random.Random) -> dict[str, Any]:
    """A claim as in the reference, its words marked somewhere in this text."""

    def somewhere(spans: list[Any]) -> list[list[int]]:
        found, at = [], 0
        for length in (end - start for start, end in spans):
            start = min(at + rule.randrange(12), len(text) - 2)
            end = min(start + length, len(text))
            if start < end:
                found.append([start, end])
            at = end + 1
            if at > len(text) - 3:
                break
        return found

    return {
        **pattern,
        **{f"{name}_spans": somewhere(pattern[f"{name}_spans"]) for name in ("content", "cue", "source")},
    }


# ------------------------------------------------------------------ measuring


def _alone(what: str, path: Path) -> None:
    """Runs in a process of its own, so that its memory is its own; says how it went as JSON."""
    import resource

    kind, _, format = what.partition(":")
    pieces = MEASURES[kind](path, format)
    next(pieces)  # what does not belong to it is done by now
    clock, processor = time.perf_counter(), time.process_time()
    size = sum(pieces)
    said = {
        "bytes": size,
        "clock": time.perf_counter() - clock,
        "processor": time.process_time() - processor,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(said))


def _export(path: Path, format: str) -> Iterator[int]:
    """Everything the command line does, into nothing, with opening the project."""
    yield 0
    with Project.open(path) as project, open(os.devnull, "wb") as out:
        for piece in project.export(format, Filter()):
            out.write(piece)
            yield len(piece)


def _rows(path: Path, format: str) -> Iterator[int]:
    """SQLite alone: the rows an export is made of, read in order and thrown away."""
    connection = sqlite3.connect(path)
    yield 0
    found = connection.execute(
        "select s.id, s.text, a.id, a.person, a.status, a.claims, a.comment, a.hard, a.duplicate_of,"
        " a.codebook, a.seconds, a.created_at from sentences s cross join annotations a on a.sentence = s.key"
        " order by s.document, s.position, a.person, a.id"
    )
    while some := found.fetchmany(500):
        yield sum(len(row[5]) for row in some)
    connection.close()


def _orjson(path: Path, format: str) -> Iterator[int]:
    """orjson alone: records that are ready in memory, 10,000 again and again, as bytes."""
    claims = _claims(path)
    with Project.open(path) as project:
        some = list(itertools.islice(project.records(), 10_000))
    own = sum(len(record["claims"]) for record in some)
    yield 0
    for _ in range(round(claims / own)):
        yield sum([len(orjson.dumps(record)) for record in some])


def _claims(path: Path) -> int:
    connection = sqlite3.connect(path)
    (count,) = connection.execute("select sum(json_array_length(claims)) from annotations").fetchone()
    connection.close()
    return int(count)


MEASURES = {"export": _export, "rows": _rows, "orjson": _orjson}


def measure(what: str, path: Path, claims: int) -> None:
    command = [sys.executable, "-m", "tests.bench.exporting", "--alone", what, "--keep", str(path)]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    rate = claims / found["clock"], claims / found["processor"]
    print(
        f"  {what:22} {rate[0]:9,.0f} claims/s by the clock {rate[1]:9,.0f} by the processor"
        f" {found['peak']:5.0f} MB at the most  {found['bytes'] / 1e6:7,.0f} MB written",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("claims", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--formats", default="")
    parser.add_argument("--alone")
    asked = parser.parse_args()
    if asked.alone:
        _alone(asked.alone, asked.keep)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = asked.keep or Path(folder) / "many.db"
        if not path.exists():
            began = time.perf_counter()
            make(path, asked.claims, asked.long)
            print(
                f"made in {time.perf_counter() - began:.0f} s, {path.stat().st_size / 1e6:,.0f} MB",
                flush=True,
            )
        claims = _claims(path)
        print(f"{claims:,} claims, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
        for what in (
            "rows",
            "orjson",
            "export:claims-jsonl",
            *(f"export:{one}" for one in asked.formats.split(",") if one),
        ):
            measure(what, path, claims)


if __name__ == "__main__":
    main()

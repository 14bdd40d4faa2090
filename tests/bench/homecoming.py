"""How fast a million claims come home, and with how much memory.

Run: python -m tests.bench.homecoming [CLAIMS] [--long] [--keep FOLDER]

Makes the project of tests.bench.exporting and its claims.jsonl; takes that into an empty project, where the
documents come along, and into one that has the documents; writes the first as a bundle and makes a project
of it, with every proof. Each runs in a process of its own and says its rate by the clock and by the
processor, and the most memory. The file that comes out must be the one that went in, byte by byte.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from annotator import codebook
from annotator.filter import Filter
from annotator.project import Project
from tests.bench import exporting


def _into_empty(folder: Path) -> None:
    with Project.create(folder / "empty.db", codebook.bundled("idlib-2019")) as project:
        report = project.take_records(folder / "claims.jsonl")
    assert not report.left, report.conflicts[:3]


def _into_documents(folder: Path) -> None:
    with Project.open(folder / "documents.db") as project:
        report = project.take_records(folder / "claims.jsonl")
    assert not report.left, report.conflicts[:3]


def _again(folder: Path) -> None:
    with Project.open(folder / "documents.db") as project:
        report = project.take_records(folder / "claims.jsonl")
    assert not report.left
    assert not report.added


def _bundle(folder: Path) -> None:
    with Project.open(folder / "empty.db") as project, (folder / "b.zip").open("wb") as out:
        for piece in project.bundle():
            out.write(piece)


def _from_bundle(folder: Path) -> None:
    assert Project.from_bundle(folder / "home.db", folder / "b.zip").checked


STEPS: dict[str, tuple[str, Callable[[Path], None], str | None]] = {
    "empty": ("into an empty project", _into_empty, "empty.db"),
    "documents": ("into its documents", _into_documents, "documents.db"),
    "again": ("the same once more", _again, "documents.db"),
    "bundle": ("as a bundle", _bundle, None),
    "home": ("home from the bundle", _from_bundle, "home.db"),
}


def _alone(step: str, folder: Path) -> None:
    import resource

    clock, processor = time.perf_counter(), time.process_time()
    STEPS[step][1](folder)
    found = {
        "clock": time.perf_counter() - clock,
        "processor": time.process_time() - processor,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(found))


def _sha256(path: Path) -> str:
    with Project.open(path) as project:
        sha256 = hashlib.sha256()
        for line in project.export_jsonl(layer="both"):
            sha256.update(line)
        return sha256.hexdigest()


def _prepare(folder: Path, claims: int, long: bool) -> int:
    source = folder / "many.db"
    if not source.exists():
        exporting.make(source, claims, long)
    with Project.open(source) as project, (folder / "claims.jsonl").open("wb") as out:
        for line in project.export_jsonl(layer="both"):
            out.write(line)
        count = project.count_of(Filter()).claims
    for name in ("empty.db", "home.db", "documents.db"):
        Project.discard(folder / name)
    shutil.copy(source, folder / "documents.db")
    with sqlite3.connect(folder / "documents.db") as connection:
        connection.execute("delete from annotations")
    connection.close()
    return count


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("claims", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--alone")
    asked = parser.parse_args()
    if asked.alone:
        _alone(asked.alone, asked.keep)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = asked.keep or Path(made)
        claims = _prepare(folder, asked.claims, asked.long)
        size = (folder / "claims.jsonl").stat().st_size / 1e6
        print(f"{claims:,} claims, {size:,.0f} MB of claims.jsonl", flush=True)
        gone_in = _sha256(folder / "many.db")
        for step, (name, _, result) in STEPS.items():
            command = [sys.executable, "-m", "tests.bench.homecoming", "--alone", step, "--keep", str(folder)]
            found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            print(
                f"  {name:22} {claims / found['clock']:9,.0f} claims/s by the clock"
                f" {claims / found['processor']:9,.0f} by the processor {found['peak']:5.0f} MB at the most",
                flush=True,
            )
            assert result is None or _sha256(folder / result) == gone_in
        print("  and the export is the same, byte by byte")


if __name__ == "__main__":
    main()

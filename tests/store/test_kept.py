"""Years: project files of every schema there was open in this version, and nothing in them is another."""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from annotator import export
from annotator.project import Project
from annotator.store import file
from annotator.store.migrations import migrations

FOLDER = Path(__file__).parents[1] / "kept"
KEPT = sorted(path.name.removesuffix(".db.gz") for path in FOLDER.glob("*.db.gz"))
LARGEST = 300_000  # bytes: they stay in the repository for good
CACHES = {"folded_sentences", "folded_remarks"}


@dataclass(frozen=True)
class Old:
    name: str
    before: dict[str, list[dict[str, Any]]]
    path: Path  # by now in this version's schema


@pytest.fixture(params=KEPT, scope="module")
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Old:
    path = tmp_path_factory.mktemp(request.param) / "old.db"
    path.write_bytes(gzip.decompress((FOLDER / f"{request.param}.db.gz").read_bytes()))
    before = tables(path)
    Project.open(path).close()
    return Old(request.param, before, path)


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """The schema of a new file."""
    path = tmp_path_factory.mktemp("new") / "new.db"
    file.create(path).close()
    return schema(path)


def tables(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as a file has it."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        names = [row[0] for row in db.execute("select name from sqlite_master where type = 'table'")]
        return {
            one: [dict(row) for row in db.execute(f"select * from {one} order by rowid")]
            for one in names
            if not one.startswith("sqlite_") and one not in CACHES
        }


def schema(path: Path) -> list[tuple[str, str, str]]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        sql = "select type, name, sql from sqlite_master where name not like 'sqlite_%' order by type, name"
        return db.execute(sql).fetchall()


def kept_export(name: str) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, gzip.decompress((FOLDER / f"{name}.jsonl.gz").read_bytes()).splitlines())


def test_has_a_file_of_each_delivered_schema() -> None:
    assert {"steps-04", "steps-10", "steps-15"} <= set(KEPT)
    assert all(one.stat().st_size < LARGEST for one in FOLDER.iterdir())
    assert all(f"`{one}`" in (FOLDER / "README.md").read_text(encoding="utf-8") for one in KEPT)


def test_keeps_every_row_of_an_older_file(old: Old) -> None:
    assert len(old.before["annotations"]) > 50
    after = tables(old.path)
    for table, rows in old.before.items():
        if table == "_sqlite_migrations":
            continue
        kept = [{key: now[key] for key in row} for row, now in zip(rows, after[table], strict=True)]
        assert kept == rows, table


def test_brings_an_older_file_to_the_schema_of_a_new_one(
    old: Old, newest: list[tuple[str, str, str]]
) -> None:
    assert schema(old.path) == newest


def test_exports_what_the_version_of_that_day_exported(old: Old) -> None:
    """A newer record may say more, but nothing else."""
    with Project.open(old.path) as project:
        records = {record["record_id"]: record for record in map(json.loads, project.export_jsonl())}
    then = list(kept_export(old.name))
    assert len(then) == len(records) > 40
    for record in then:
        assert {key: records[record["record_id"]].get(key, "left out") for key in record} == record


def test_exports_an_older_file_in_the_format_of_today(old: Old) -> None:
    valid = jsonschema.Draft202012Validator(export.schema())
    with Project.open(old.path) as project:
        for line in project.export_jsonl():
            valid.validate(json.loads(line))


def test_follows_from_its_files_still(old: Old) -> None:
    with Project.open(old.path) as project:
        verified = list(project.verify())
    assert len(verified) == 2
    assert [one.difference for one in verified] == [None, None]


def test_goes_on_being_worked_on(old: Old, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    shutil.copy(old.path, path)
    with Project.open(path) as project:
        ana = project.sign_in("Ana", "secret-ana")
        lead = project.sign_in("Cleo", "secret-cleo")
        assert project.people()
        assert project.documents(lead)
        doc_id = project.import_file("new.txt", b"He said that it ended. They deny it.", lang="en").id
        assert project.desk(doc_id, lead).sentences
        assert project.agreement().layers
        assert project.language(ana) in (None, "tr")


@pytest.mark.parametrize("steps", range(1, len(migrations.names)))
def test_goes_from_any_step_to_the_last(
    steps: int, tmp_path: Path, newest: list[tuple[str, str, str]]
) -> None:
    path = tmp_path / "old.db"
    file.create(path, until=steps).close()
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("select count(*) from _sqlite_migrations").fetchone()[0] == steps
    Project.open(path).close()
    assert schema(path) == newest

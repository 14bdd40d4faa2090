"""The project file itself."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from annotator.model import Invalid, Missing, Unavailable
from annotator.project import Project
from annotator.store import file, settings
from annotator.store.file import write


def test_refuses_to_overwrite_a_file(tmp_path: Path, codebook_source: str) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(b"mine")
    with pytest.raises(Invalid, match="exists already"):
        Project.create(path, codebook_source)
    assert path.read_bytes() == b"mine"


def test_leaves_nothing_behind_when_the_codebook_is_broken(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        Project.create(tmp_path / "p.db", "format = ")
    assert list(tmp_path.iterdir()) == []


def test_asks_for_the_folder_first(tmp_path: Path, codebook_source: str) -> None:
    with pytest.raises(Missing, match="does not exist"):
        Project.create(tmp_path / "no" / "p.db", codebook_source)


def test_says_that_a_missing_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no project file"):
        Project.open(tmp_path / "p.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be looked at" * 10])
def test_recognises_what_is_no_project(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(content)
    with pytest.raises((Invalid, Unavailable), match="not a Qawl project"):
        Project.open(path)
    assert path.read_bytes() == content


def test_refuses_somebody_elses_database(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with sqlite3.connect(path) as other:
        other.execute("create table t (x)")
    other.close()
    with pytest.raises(Invalid, match="not a Qawl project"):
        Project.open(path)


def test_refuses_a_project_from_a_newer_version(project: Project) -> None:
    project.db.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) values ('qawl', 'fly', '2030')"
    )
    with pytest.raises(Invalid, match="newer version"):
        Project.open(project.path)


def test_makes_answers_survive_a_power_cut(project: Project) -> None:
    assert project.db.execute("pragma journal_mode").fetchone()[0] == "wal"
    assert project.db.execute("pragma synchronous").fetchone()[0] == 2  # FULL
    assert project.db.execute("pragma foreign_keys").fetchone()[0] == 1


def test_has_only_strict_tables(project: Project) -> None:
    tables = project.db.query("select name, strict from pragma_table_list where type = 'table'")
    loose = {t["name"] for t in tables if not t["strict"]} - {"sqlite_schema", "sqlite_temp_schema"}
    assert loose == {"_sqlite_migrations"}  # sqlite-utils' own


def test_writes_all_or_nothing(project: Project) -> None:
    def half_a_change() -> None:
        with write(project.db):
            settings.append(project.db, "colour", "teal")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_a_change()
    assert settings.get(project.db, "colour") is None


def test_keeps_every_value_of_a_setting(project: Project) -> None:
    for value in ("teal", "brick"):
        with write(project.db):
            settings.append(project.db, "colour", value)
    assert settings.get(project.db, "colour") == "brick"
    assert project.db.execute("select count(*) from settings where name = 'colour'").fetchone()[0] == 2


def test_removes_an_unfinished_file_with_its_companions(tmp_path: Path) -> None:
    for name in ("p.db", "p.db-wal", "p.db-shm", "other.db"):
        (tmp_path / name).touch()
    file.remove(tmp_path / "p.db")
    assert [path.name for path in tmp_path.iterdir()] == ["other.db"]


def test_opens_without_what_only_readers_need() -> None:
    """pandas where it is installed, which sqlite-utils would take in: half a second and 80 MB."""
    heavy = "{'pandas', 'pyarrow', 'networkx', 'cassis'}"
    asked = f"import sys, annotator.cli, annotator.web; sys.exit(str({heavy} & set(sys.modules) or ''))"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert ran.stderr.strip() == ""


def test_takes_a_new_file_for_new_though_it_has_the_number_of_a_removed_one(tmp_path: Path) -> None:
    """Many file systems give the number of a removed file to the next one."""
    path = tmp_path / "p.db"
    for kept in range(12):
        file.create(path, until=1).close()
        (tmp_path / str(kept)).touch()
        file.remove(path)
        (tmp_path / str(kept)).unlink()
    assert not path.exists()


def test_lets_nobody_wait_for_who_writes_to_another_file(
    project: Project, tmp_path: Path, codebook_source: str
) -> None:
    def write_elsewhere() -> None:
        with Project.create(tmp_path / "other.db", codebook_source) as other, write(other.db):
            settings.append(other.db, "note", "written")

    elsewhere = threading.Thread(target=write_elsewhere, daemon=True)
    with write(project.db):
        elsewhere.start()
        elsewhere.join(20)
        assert not elsewhere.is_alive()

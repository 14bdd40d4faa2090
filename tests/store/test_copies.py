"""Copies of a project file: checked, whole, of one moment."""

from __future__ import annotations

import errno
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from annotator.model import Invalid, Missing, Unavailable
from annotator.project import Project
from annotator.store import copies, settings
from annotator.store.file import write
from tests.conftest import ARTICLE


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def numbers(path: Path, writer: int) -> Iterator[int]:
    with copies.reading(path) as db:
        for (value,) in db.execute("select value from settings where name = ? order by id", (f"w{writer}",)):
            yield int(value)


def test_is_one_file_with_all_that_is_there(article: Project, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    copies.copy_checked(article.db, folder / "copy.db")
    assert left(folder) == {"copy.db"}
    with closing(sqlite3.connect(folder / "copy.db")) as plain:
        assert plain.execute("pragma journal_mode").fetchone() == ("delete",)
    with copies.reading(folder / "copy.db") as db:
        assert copies.held(db) == copies.held(article.db)
        assert copies.state(db) == copies.state(article.db)
    assert left(folder) == {"copy.db"}
    with Project.open(folder / "copy.db") as opened:
        assert [one.document.id for one in opened.documents(opened.person("Cleo"))] == [ARTICLE]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_may_be_read_by_nobody_else(article: Project, tmp_path: Path) -> None:
    article.path.chmod(0o600)
    copies.copy_checked(article.db, tmp_path / "copy.db")
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_overwrites_nothing(article: Project, tmp_path: Path) -> None:
    (tmp_path / "there.db").write_bytes(b"mine")
    with pytest.raises(Invalid, match=r"there\.db exists already"):
        copies.copy_checked(article.db, tmp_path / "there.db")
    assert (tmp_path / "there.db").read_bytes() == b"mine"


def test_needs_a_folder(article: Project, tmp_path: Path) -> None:
    with pytest.raises(Missing, match="does not exist"):
        copies.copy_checked(article.db, tmp_path / "nowhere" / "copy.db")


def damage(path: Path, index: str = "sentences_by_id") -> None:
    """Break an index, which nobody notices who does not look for it."""
    with closing(sqlite3.connect(path)) as db:
        page = db.execute("select rootpage from sqlite_master where name = ?", (index,)).fetchone()[0]
    with path.open("rb+") as opened:
        opened.seek((page - 1) * 4096 + 200)
        opened.write(b"\xff" * 3800)


def close_folder(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let nobody look into it. Its rights would not do: the superuser may read everything."""
    look = Path.iterdir

    def refused(path: Path) -> Iterator[Path]:
        if path == folder:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return iter(list(look(path)))

    monkeypatch.setattr(Path, "iterdir", refused)


def test_gives_no_name_to_a_copy_of_a_damaged_file(article: Project, tmp_path: Path) -> None:
    article.close()
    damage(article.path)
    folder = tmp_path / "copies"
    folder.mkdir()
    with Project.open(article.path) as opened, pytest.raises(copies.Damaged, match="No copy was made"):
        copies.copy_checked(opened.db, folder / "copy.db")
    assert left(folder) == set()


def test_finds_a_row_that_refers_to_nothing(article: Project, tmp_path: Path) -> None:
    with closing(sqlite3.connect(article.path, isolation_level=None)) as careless:
        careless.execute(
            "insert into preferences (person, name, value, created_at) values ('Nobody','a','b','c')"
        )
    with pytest.raises(copies.Damaged):
        copies.copy_checked(article.db, tmp_path / "copy.db")


def test_refuses_what_is_no_project(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("create table t (a)")
    with pytest.raises(Invalid, match="is not a Qawl project"):
        copies.check(tmp_path / "other.db")
    (tmp_path / "text.db").write_text("no database " * 1000)
    with pytest.raises(Unavailable, match="damaged, or no Qawl project"):
        copies.check(tmp_path / "text.db")


def test_copies_one_moment_while_eight_people_save(article: Project, tmp_path: Path) -> None:
    """Each writer counts: a copy holds everybody's numbers without a gap, and nothing acknowledged before."""
    stop, acknowledged = threading.Event(), [0] * 8

    def count(writer: int) -> None:
        with Project.open(article.path) as own:
            n = 0
            while not stop.is_set():
                with write(own.db):
                    settings.append(own.db, f"w{writer}", str(n + 1))
                n += 1
                acknowledged[writer] = n

    threads = [threading.Thread(target=count, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    try:
        for n in range(5):
            before = list(acknowledged)
            copies.copy_checked(article.db, tmp_path / f"{n}.db")
            for writer in range(8):
                held = list(numbers(tmp_path / f"{n}.db", writer))
                assert held == list(range(1, len(held) + 1))
                assert len(held) >= before[writer]
    finally:
        stop.set()
        for thread in threads:
            thread.join()

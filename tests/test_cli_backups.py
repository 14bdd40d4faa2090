"""Copies on the command line: made, listed, gone back to."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner

from annotator.cli import main
from annotator.project import Project, backups
from tests.store.test_backups import answer, answered
from tests.store.test_copies import damage


def run(*words: str, given: str = "") -> tuple[int, str, str]:
    found = CliRunner().invoke(main, words, input=given)
    return found.exit_code, found.stdout, found.stderr


def copied(path: Path) -> Path:
    status, said, _ = run("backup", str(path))
    assert status == 0
    return Path(said.removesuffix(": copied and checked.\n"))


def test_copies_to_a_file_or_under_the_time(article: Project, tmp_path: Path) -> None:
    path = article.path
    assert copied(path).parent == backups.folder_of(path)
    target = str(tmp_path / "mine.db")
    assert run("backup", str(path), target)[:2] == (0, f"{target}: copied and checked.\n")
    status, _, told = run("backup", str(path), target)
    assert (status, told) == (1, f"Error: {target} exists already. Choose another name.\n")


def test_lists_what_each_copy_holds(article: Project) -> None:
    path = str(article.path)
    assert "There are no copies in" in run("backup", "--list", path)[2]
    answer(article, "Ana", "s1")
    copy = copied(article.path)
    status, said, _ = run("backup", "--list", path)
    assert status == 0
    assert re.search(r"\.db\t[\d-]+ [\d:]+ UTC\t1 answer\t1 document\t4 people\t0\.\d MB\tchecked", said)
    damage(copy)
    assert run("backup", "--list", path)[0] == 0
    status, said, told = run("backup", "--list", "--check", path)
    assert (status, said.endswith("\tdamaged\n")) == (1, True)
    assert "1 of the copies are damaged" in told


def test_says_what_would_be_undone_and_asks(article: Project) -> None:
    answer(article, "Ana", "s1")
    copy = copied(article.path)
    answer(article, "Ana", "s2")
    answer(article, "Ben", "s2")
    path = article.path
    article.close()
    status, said, _ = run("restore", str(path), str(copy), given="n\n")
    assert status == 1
    assert "2 answers: Ana 1, Ben 1" in said
    assert "sentence s2" in said
    assert answered(path) == 3
    status, said, _ = run("restore", str(path), str(copy), given="y\n")
    assert status == 0
    kept = re.findall(r"kept in (.+)\n", said)[0]
    assert (answered(path), answered(Path(kept))) == (1, 3)


def test_brings_back_a_project_that_is_damaged_or_gone(article: Project) -> None:
    answer(article, "Ana", "s1")
    copy = copied(article.path)
    path = article.path
    article.close()
    damage(path)
    status, said, _ = run("restore", str(path), str(copy), "--yes")
    assert status == 0
    assert "is damaged, so" in said
    assert "The damaged file is kept in" in said
    assert answered(path) == 1
    path.unlink()
    status, said, _ = run("restore", str(path), str(copy), "--yes")
    assert status == 0
    assert "nothing is undone" in said
    assert answered(path) == 1


def test_goes_back_from_a_copy_that_nobody_opened(article: Project) -> None:
    """A copy that was put where a project should be is not in WAL yet."""
    answer(article, "Ana", "s1")
    copy, other = copied(article.path), article.path.with_name("other.db")
    answer(article, "Ana", "s2")
    article.copy_to(other)
    status, said, told = run("restore", str(other), str(copy), "--yes")
    assert (status, told) == (0, "")
    assert answered(other) == 1


def test_says_what_is_wrong_with_the_copy_or_the_place(article: Project, tmp_path: Path) -> None:
    answer(article, "Ana", "s1")
    copy = copied(article.path)
    path = article.path
    article.close()
    status, _, told = run("restore", str(tmp_path / "nowhere" / "again.db"), str(copy), "--yes")
    assert (status, told) == (1, f"Error: The folder {tmp_path / 'nowhere'} does not exist. Make it first.\n")
    with closing(sqlite3.connect(copy)) as db, db:
        db.execute("update _sqlite_migrations set name = 'a_later_one' where id = 3")
    status, _, told = run("restore", str(path), str(copy), "--yes")
    assert (status, told.startswith(f"Error: {copy} was made by a newer version of Qawl.")) == (1, True)
    damage(copy, "annotations")
    status, _, told = run("restore", str(path), str(copy), "--yes")
    assert (status, told) == (1, f"Error: {copy} is damaged.\n")


def test_keeps_its_hands_off_a_project_that_is_served(article: Project) -> None:
    """Even where nobody has asked for a page yet."""
    copy = copied(article.path)
    path = article.path
    article.close()
    serving = [
        sys.executable,
        "-c",
        "from annotator.cli import main; main()",
        "serve",
        str(path),
        "--port",
        "0",
    ]
    with subprocess.Popen(serving, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout
        while "running at" not in server.stdout.readline():
            assert server.poll() is None
        status, _, told = run("restore", str(path), str(copy), "--yes")
        server.terminate()
        server.wait(30)
    assert status == 1
    assert "is open in a running server" in told
    assert run("restore", str(path), str(copy), "--yes")[0] == 0

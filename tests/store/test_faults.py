"""Files and words that are not what they should be: each is told in one sentence, and nothing is changed."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from annotator import create_app
from annotator.cli import main
from annotator.model import Document
from annotator.project import Project
from annotator.text.formats import LARGEST_FILE
from tests.conftest import sample
from tests.store.at_work import refusal, rows

UNREADABLE = {
    "empty.txt": b"",
    "blank.txt": b" \n\n\t",
    "renamed.txt": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "archive.txt": b"PK\x03\x04\x14\x00\x06\x00",
    "binary.txt": bytes(range(256)) * 20,
    "broken.txt": "قال الرئيس إن الوضع صعب. ".encode() * 20 + b"\xd9\xff\xfe\x81\x8d" * 9,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_refuses_file_that_is_no_text(project: Project, tmp_path: Path, name: str) -> None:
    before = rows(project.path)
    file = tmp_path / name
    file.write_bytes(UNREADABLE[name])
    assert name in refusal("import", project.path, file)
    assert rows(project.path) == before
    refusal("read", file)


def test_refuses_file_over_the_limit(project: Project, tmp_path: Path) -> None:
    before = rows(project.path)
    file = tmp_path / "long.txt"
    file.write_bytes(b"a")
    os.truncate(file, LARGEST_FILE + 1)
    assert "larger than" in refusal("import", project.path, file)
    assert rows(project.path) == before


def test_imports_the_good_file_beside_a_bad_one(project: Project, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_bytes(sample("idlib-article.txt"))
    bad.write_bytes(b"")
    assert "bad.txt" in refusal("import", project.path, bad, good)
    assert [document.filename for document in documents(project)] == ["good.txt"]


def documents(project: Project) -> list[Document]:
    return [progress.document for progress in project.documents(project.person("Cleo"))]


@pytest.mark.parametrize(
    "source", ["", "not toml [", "format = 'claimbook/1'\n", "\x00"], ids=["empty", "not-toml", "bare", "nul"]
)
def test_refuses_broken_codebook(tmp_path: Path, source: str) -> None:
    book = tmp_path / "book.toml"
    book.write_text(source, encoding="utf-8")
    for command in (["codebook", "check", book], ["init", tmp_path / "new.db", "--codebook", book]):
        done = CliRunner().invoke(main, [str(part) for part in command], prog_name="qawl")
        assert done.exit_code == 1
        assert "book.toml" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["people", "remove", "{}", "Nobody"],
        ["people", "password", "{}", "Nobody"],
        ["export", "{}", "--person", "Nobody", "-o", "-"],
        ["agreement", "{}", "--person", "Nobody"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_refuses_unknown_person(article: Project, command: list[str]) -> None:
    before = rows(article.path)
    assert "Nobody" in refusal(*(part.format(article.path) for part in command))
    assert rows(article.path) == before


@pytest.fixture
def damaged(article: Project, tmp_path: Path) -> Path:
    """A project file that opens, and whose sentences cannot be read."""
    path = tmp_path / "damaged.db"
    article.gather()
    content = bytearray(article.path.read_bytes())
    (size,) = article.db.execute("pragma page_size").fetchone()
    # The table and its indexes: much is read from an index alone.
    for (page,) in article.db.execute("select rootpage from sqlite_master where tbl_name = 'sentences'"):
        content[(page - 1) * size : page * size] = b"Z" * size
    path.write_bytes(content)
    return path


def test_says_that_a_file_is_damaged_where_it_is_read(damaged: Path) -> None:
    assert "damaged" in refusal("agreement", damaged)
    assert "damaged" in refusal("export", damaged, "-o", "-")
    client = create_app(damaged).test_client()
    client.post(
        "/sign-in", data={"name": "Ana", "password": "secret-ana"}, headers={"Sec-Fetch-Site": "none"}
    )
    answer = client.get("/")
    assert answer.status_code == 503
    assert "damaged" in answer.text


@pytest.mark.parametrize("command", [["people", "list"], ["serve"], ["agreement"], ["export"]], ids=" ".join)
def test_refuses_project_from_a_newer_version(project: Project, command: list[str]) -> None:
    with contextlib.closing(sqlite3.connect(project.path)) as db, db:
        db.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " values ('qawl', 'of_tomorrow', '')"
        )
    before = rows(project.path)
    assert "newer version" in refusal(*command, project.path)
    assert rows(project.path) == before


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + bytes(200), b"no project at all"])
def test_refuses_file_that_is_no_project(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "project.db"
    file.write_bytes(content)
    assert "project.db" in refusal("people", "list", file)
    assert file.read_bytes() == content


def test_refuses_to_make_a_project_over_another(
    project: Project, tmp_path: Path, codebook_source: str
) -> None:
    book = tmp_path / "book.toml"
    book.write_text(codebook_source, encoding="utf-8")
    before = rows(project.path)
    assert "exists already" in refusal("init", project.path, "--codebook", book)
    assert rows(project.path) == before

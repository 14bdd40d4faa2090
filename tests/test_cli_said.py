"""What other people called things gives no orders to the terminal of whoever asks."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from annotator import codebook
from annotator.cli import main
from annotator.model import Role
from annotator.project import Project
from annotator.store import people
from annotator.store.file import write
from annotator.store.people import State

ORDERS = "\x1b]0;q7\x07\x1b[2Jq7\x9b31m\u202e"
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project file that a stranger may have made: its tables take any name."""
    path = tmp_path / "project.db"
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        with write(project.db):
            people.append(project.db, State(0, f"Ana{ORDERS}", Role.ANNOTATOR, None, removed=False), None)
        document = project.import_file(f"{ORDERS}.txt", b"One.\n\nTwo is a sentence.", lang="en")
        project.make_round("First", 1, people=[f"Ana{ORDERS}"], documents=[document.id], spread=True)
        project.invite("Ben")
    return path


@pytest.mark.parametrize("command", [["people list"], ["rounds show", "First"], ["agreement"], ["verify"]])
def test_lists_names_as_text(command: list[str], project: Path) -> None:
    verb, *rest = command
    told = CliRunner().invoke(main, [*verb.split(), str(project), *rest])
    assert not UNSEEN.search(told.output), told.output
    assert "q7" in told.output or verb in ("verify", "agreement")


def test_tells_of_files_as_text(project: Path, tmp_path: Path) -> None:
    bad = tmp_path / f"bad{ORDERS}.txt"
    bad.write_bytes(b"\x00\x01\x02")
    good = tmp_path / f"good{ORDERS}.txt"
    good.write_bytes(f"A title {ORDERS}\n\nThe minister spoke.".encode())
    told = CliRunner().invoke(main, ["import", str(project), str(bad), str(good)])
    assert "q7" in told.output
    assert not UNSEEN.search(told.output), told.output


@pytest.mark.skipif(os.name == "nt", reason="Windows makes no such names")
def test_begins_no_line_with_what_a_file_is_called(project: Path, tmp_path: Path) -> None:
    for name, content in (("good", b"A title\n\nThe minister spoke."), ("bad", b"\x00\x01\x02")):
        (tmp_path / f"{name}\nImported 9 documents.\tq7").write_bytes(content)
    files = sorted(str(path) for path in tmp_path.glob("*q7"))
    told = CliRunner().invoke(main, ["import", str(project), *files])
    lines = told.output.splitlines()
    assert [line for line in lines if line.startswith("Imported")] == ["Imported 1 document."]
    assert sum("\\nImported 9 documents.\\tq7" in line for line in lines) == 2
    told = CliRunner().invoke(main, ["agreement", str(tmp_path / "none\nq7.db")])
    assert told.output.count("\n") == 1, told.output


def test_says_what_to_give_for_a_folder(project: Path, tmp_path: Path) -> None:
    for command in (["people", "list"], ["rounds", "show"], ["verify"], ["backup"], ["token", "list"]):
        told = CliRunner().invoke(main, [*command, str(tmp_path)])
        assert told.output == f"Error: {tmp_path} is a folder. Give the project file in it: {project}\n"
        assert told.exit_code == 1
    (tmp_path / "empty").mkdir()
    told = CliRunner().invoke(main, ["merge", str(project), str(tmp_path / "empty")])
    assert told.output == f"Error: {tmp_path / 'empty'} is a folder. Give the name of a file.\n"


def test_tells_of_problems_as_text(project: Path) -> None:
    told = CliRunner().invoke(main, ["people", "remove", str(project), f"Nobody{ORDERS}"])
    assert told.exit_code == 1
    assert "q7" in told.output
    assert not UNSEEN.search(told.output), told.output

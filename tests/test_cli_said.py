"""What other people called things gives no orders to the terminal of whoever asks."""

from __future__ import annotations

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


@pytest.mark.parametrize("command", [["people", "list"], ["rounds", "list"], ["agreement"], ["verify"]])
def test_lists_names_as_text(command: list[str], project: Path) -> None:
    told = CliRunner().invoke(main, [*command, str(project)])
    assert not UNSEEN.search(told.output), told.output
    if command != ["verify"]:
        assert "q7" in told.output or told.exit_code or command == ["agreement"]


def test_tells_of_files_as_text(project: Path, tmp_path: Path) -> None:
    bad = tmp_path / f"bad{ORDERS}.txt"
    bad.write_bytes(b"\x00\x01\x02")
    good = tmp_path / f"good{ORDERS}.txt"
    good.write_bytes(f"A title {ORDERS}\n\nThe minister spoke.".encode())
    told = CliRunner().invoke(main, ["import", str(project), str(bad), str(good)])
    assert "q7" in told.output
    assert not UNSEEN.search(told.output), told.output


def test_tells_of_problems_as_text(project: Path) -> None:
    told = CliRunner().invoke(main, ["people", "remove", str(project), f"Nobody{ORDERS}"])
    assert told.exit_code == 1
    assert "q7" in told.output
    assert not UNSEEN.search(told.output), told.output

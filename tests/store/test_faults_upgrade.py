"""A file of an earlier version: it is kept as it was before anything in it changes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from annotator.cli import main
from annotator.project import Project
from annotator.store import file, opening
from annotator.store.migrations import migrations
from tests.store import earlier
from tests.store.at_work import refusal, rows, serving, sound

COPY = f"early.before-{earlier.STEPS + 1}.db"


@pytest.fixture
def early(tmp_path: Path) -> Path:
    path = tmp_path / "early.db"
    earlier.make(path)
    return path


def beside(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir() if one != path)


def is_up_to_date(path: Path) -> bool:
    return earlier.steps(path) == len(migrations.names)


def test_keeps_the_file_as_it_was_before(early: Path) -> None:
    before = rows(early)
    done = CliRunner().invoke(main, ["people", "list", str(early)])
    assert done.exit_code == 0, done.output
    assert is_up_to_date(early)
    assert beside(early) == [COPY]
    kept = early.with_name(COPY)
    assert rows(kept) == before
    assert sound(kept)


def test_says_where_the_old_file_is_when_the_server_starts(early: Path) -> None:
    with serving(early) as server:
        assert str(early.with_name(COPY)) in server.said_first


def test_keeps_nothing_of_a_file_in_which_there_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    file.create(path, until=earlier.STEPS).close()
    opening.open_existing(path).close()
    assert is_up_to_date(path)
    assert beside(path) == []


def test_keeps_the_old_file_once_however_often_it_was_tried(early: Path) -> None:
    copy = early.with_name(COPY)
    shutil.copy(early, again := early.with_name("again.db"))
    opening.open_existing(early).close()
    os.replace(again, early)  # as if the upgrade had been cut off after the copy was made
    opening.open_existing(early).close()
    assert beside(early) == [COPY]
    assert earlier.steps(copy) == earlier.STEPS


def test_never_writes_over_a_copy_that_holds_something_else(early: Path) -> None:
    copy = early.with_name(COPY)
    copy.write_bytes(b"mine")
    opening.open_existing(early).close()
    assert copy.read_bytes() == b"mine"
    assert beside(early) == [COPY.replace(".db", "-2.db"), COPY]


def test_leaves_a_damaged_file_of_an_earlier_version_alone(early: Path) -> None:
    content = bytearray(early.read_bytes())
    content[-4096:] = b"Z" * 4096
    early.write_bytes(content)
    assert "damaged" in refusal("people", "list", early)
    assert earlier.steps(early) == earlier.STEPS
    assert beside(early) == []


def test_keeps_the_old_file_elsewhere_when_asked(early: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = CliRunner().invoke(main, ["upgrade", str(early), "--keep", str(elsewhere)])
    assert done.exit_code == 0, done.output
    assert str(elsewhere / COPY) in done.stdout
    assert [one.name for one in elsewhere.iterdir()] == [COPY]
    assert beside(early) == ["elsewhere"]


def test_asks_for_the_folder_to_keep_it_in(early: Path, tmp_path: Path) -> None:
    assert "does not exist" in refusal("upgrade", early, "--keep", tmp_path / "nowhere")
    assert earlier.steps(early) == earlier.STEPS


def test_two_programs_bring_it_up_to_date_once(early: Path) -> None:
    command = [sys.executable, "-c", "from annotator.cli import main; main()", "people", "list", str(early)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    said = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert beside(early) == [COPY]
    assert earlier.steps(early.with_name(COPY)) == earlier.STEPS


def copying(path: Path) -> bool:
    return any(path.parent.glob(".early.before-*.unfinished"))


def copied(path: Path) -> bool:
    return path.with_name(COPY).exists()


def writing(path: Path) -> bool:
    """Whether what changes has begun to reach the disk."""
    return copied(path) and path.with_name("early.db-wal").stat().st_size > 100_000


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is for POSIX systems")
def test_is_old_or_new_when_killed_half_way(tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    earlier.make(made, 12_000)
    answers = earlier.answers(made)
    there = []
    for number, moment in enumerate((copying, copied, writing)):
        path = tmp_path / str(number) / "early.db"
        path.parent.mkdir()
        shutil.copy(made, path)
        killed_at(moment, path)
        kept = path.with_name(COPY)
        there.append(kept.exists())
        assert kept.exists() or earlier.steps(path) == earlier.STEPS
        with Project.open(path) as project:
            assert [one.name for one in project.people()] == ["Ana", "Ben", "Cleo"]
        for one in (path, kept):
            assert sound(one)
            assert earlier.answers(one) == answers
        assert [one.name for one in path.parent.glob("early.before-*")] == [COPY]
    assert there == [False, True, True]


def killed_at(moment: Callable[[Path], bool], path: Path) -> None:
    """Open the file in a process of its own, and kill it as soon as it has come so far."""
    code = f"from annotator.store import opening as o; o.open_existing(o.Path({str(path)!r}))"
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    while process.poll() is None:
        if moment(path):
            process.send_signal(signal.SIGKILL)
            break
    process.wait()

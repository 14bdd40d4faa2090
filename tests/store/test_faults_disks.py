"""Disks that are full, and folders and files that cannot be written to."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.model import Unavailable
from annotator.project import Project
from tests.store import earlier
from tests.store.at_work import (
    COMMAND,
    all_work,
    missing,
    one_sentence,
    refusal,
    rows,
    serving,
    sound,
    writers_at,
)


@contextlib.contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    command = ["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"needs the right to mount a small disk: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    if not shutil.which("mount"):
        pytest.skip("needs “mount”, for a disk that can be full")
    folder = tmp_path / "disk"
    folder.mkdir()
    with mounted(folder, "-o", "size=8m"):
        yield folder


def fill(disk: Path, *, leaving: int) -> Path:
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - leaving)))
    return ballast


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    file = tmp_path / "long.txt"
    file.write_text("قال الرئيس إن الوضع صعب للغاية اليوم.\n" * 6000, encoding="utf-8")
    return file


def test_leaves_project_as_it_was_on_a_full_disk(empty_file: Path, disk: Path, text_file: Path) -> None:
    path = disk / "project.db"
    shutil.copy(empty_file, path)
    before = rows(path)
    fill(disk, leaving=200_000)
    said = refusal("import", path, text_file)
    assert "disk is full" in said
    assert rows(path) == before
    assert sound(path)


def test_makes_nothing_on_a_full_disk(disk: Path, tmp_path: Path, codebook_source: str) -> None:
    book = tmp_path / "book.toml"
    book.write_text(codebook_source, encoding="utf-8")
    fill(disk, leaving=20_000)
    assert "disk is full" in refusal("init", disk / "new.db", "--codebook", book)
    assert [path.name for path in disk.iterdir()] == ["ballast"]


def test_says_which_answers_a_full_disk_does_not_take(article_file: Path, disk: Path) -> None:
    path = disk / "project.db"
    shutil.copy(article_file, path)
    with serving(path) as server:
        ballast = fill(disk, leaving=40_000)
        writers = writers_at(path, server.address, 1)
        all_work(writers)
        told = [said for writer in writers for said in writer.told]
        assert told
        assert all(said.startswith("503") and "The disk is full" in said for said in told), told
        assert missing(path, writers) == []
        ballast.unlink()
        again = writers_at(path, server.address, 2, {writer.name: writer.cookie for writer in writers})
        all_work(again)
        assert [writer.told for writer in again if writer.told] == []
        assert missing(path, again) == []
    assert missing(path, again) == []
    assert sound(path)


def test_leaves_no_half_export_on_a_full_disk(article: Project, disk: Path) -> None:
    fill(disk, leaving=0)
    for format in ("csv", "xlsx", "refi-qda"):
        target = disk / f"claims.{format}"
        assert "Nothing was exported" in refusal("export", article.path, "--format", format, "-o", target)
    refusal("bundle", article.path, "-o", disk / "whole.zip")
    assert [one.name for one in disk.iterdir()] == ["ballast"]


def test_leaves_the_last_export_where_the_next_one_finds_no_room(article: Project, disk: Path) -> None:
    target = disk / "claims.jsonl"
    target.write_bytes(b"the last one")
    fill(disk, leaving=0)
    refusal("export", article.path, "--format", "refi-qdc", "-o", target)
    assert target.read_bytes() == b"the last one"
    assert sorted(one.name for one in disk.iterdir()) == ["ballast", "claims.jsonl"]


def test_leaves_no_half_copy_on_a_full_disk(article: Project, disk: Path) -> None:
    fill(disk, leaving=100_000)
    with pytest.raises(Unavailable, match="No copy"):
        article.copy_to(disk / "copy.db")
    assert [one.name for one in disk.iterdir()] == ["ballast"]


def test_leaves_an_earlier_file_as_it_was_where_no_copy_of_it_fits(disk: Path, tmp_path: Path) -> None:
    path = disk / "early.db"
    earlier.make(path, 300)
    before = rows(path)
    fill(disk, leaving=path.stat().st_size // 2)
    said = refusal("people", "list", path)
    assert "No copy was made" in said
    assert "qawl upgrade early.db --keep FOLDER" in said
    assert rows(path) == before
    assert sorted(one.name for one in disk.iterdir()) == ["ballast", "early.db"]


def test_leaves_an_earlier_file_as_it_was_where_the_new_one_does_not_fit(disk: Path, tmp_path: Path) -> None:
    path = disk / "early.db"
    earlier.make(path, 300)
    before = rows(path)
    ballast = fill(disk, leaving=20_000)
    assert "disk is full" in refusal("upgrade", path, "--keep", tmp_path)
    ballast.unlink()
    assert rows(path) == before
    assert sound(path)
    Project.open(path).close()
    assert earlier.steps(path) > earlier.STEPS


@pytest.mark.skipif(os.name == "nt", reason="file size limits are for POSIX systems")
def test_leaves_project_as_it_was_when_the_file_may_not_grow(project: Project, text_file: Path) -> None:
    import resource

    before = rows(project.path)
    project.close()
    limit = project.path.stat().st_size + 100_000
    done = subprocess.run(
        [*COMMAND, "import", str(project.path), str(text_file)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1
    one_sentence(done.stderr)
    assert rows(project.path) == before


@pytest.fixture
def read_only(empty_file: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder with a project, where nothing can be written. Permissions do not bind root; a mount does."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    if os.name == "nt":
        pytest.skip("folders cannot be made read-only this way on Windows")
    if os.geteuid() != 0:
        shutil.copy(empty_file, folder / "project.db")
        folder.chmod(0o555)
        (folder / "project.db").chmod(0o444)
        yield folder
        folder.chmod(0o755)
        return
    with mounted(folder, "-o", "size=4m"):
        shutil.copy(empty_file, folder / "project.db")
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield folder


def test_says_so_in_a_read_only_folder(
    read_only: Path, text_file: Path, tmp_path: Path, codebook_source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "book.toml"
    book.write_text(codebook_source, encoding="utf-8")
    path = read_only / "project.db"
    before = path.read_bytes()
    refusal("import", path, text_file)
    refusal("people", "add", path, "Eve")
    refusal("init", read_only / "new.db", "--codebook", book)
    monkeypatch.chdir(read_only)
    refusal("demo", "--no-serve")
    assert path.read_bytes() == before
    assert [file.name for file in read_only.iterdir()] == ["project.db"]


def bound_by_permissions() -> list[str]:
    """The command as somebody whom permissions bind; root is told to go by them too."""
    if os.name == "nt" or not hasattr(os, "geteuid"):
        pytest.skip("permissions are another thing on Windows")
    if os.geteuid() != 0:
        return COMMAND
    if not shutil.which("setpriv"):
        pytest.skip("needs “setpriv”, for root to go by permissions")
    return ["setpriv", "--bounding-set", "-dac_override", *COMMAND]


@pytest.mark.parametrize("answering", [True, False])
def test_tells_everybody_when_the_file_may_no_longer_be_written(
    answering: bool, article_file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "project.db"
    shutil.copy(article_file, path)
    with serving(path, command=bound_by_permissions()) as server:
        first = writers_at(path, server.address, 1)
        for writer in first:
            writer.seen = {"s1": None} if answering else {}
            writer.work()
            assert bool(writer.saved) == answering
        for one in folder.iterdir():
            one.chmod(0o444)
        folder.chmod(0o555)
        # A server by which people answer already has the file open, and goes on; another opens it in vain.
        writers = writers_at(path, server.address, 2, {one.name: one.cookie for one in first})
        for writer in writers:
            del writer.seen["s1"]
        all_work(writers)
        told = [said for writer in writers for said in writer.told]
        folder.chmod(0o755)
        for one in folder.iterdir():
            one.chmod(0o644)
    assert answering or told
    assert all(said.startswith("503") and "cannot be written to" in said for said in told), told
    assert answering or not any(writer.saved for writer in writers)
    assert missing(path, [*first, *writers]) == []
    assert sound(path)


def test_says_so_when_an_export_cannot_be_written(article: Project, tmp_path: Path) -> None:
    place = tmp_path / "missing" / "folder" / "claims.jsonl"
    assert str(place.parent) in refusal("export", article.path, "-o", place)

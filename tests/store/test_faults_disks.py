"""Disks that are full, and folders and files that cannot be written to."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.project import Project
from tests.store.at_work import COMMAND, one_sentence, refusal, rows, sound


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
    """A disk of 1 MB."""
    if not shutil.which("mount"):
        pytest.skip("needs “mount”, for a disk that can be full")
    folder = tmp_path / "disk"
    folder.mkdir()
    with mounted(folder, "-o", "size=1m"):
        yield folder


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    file = tmp_path / "long.txt"
    file.write_text("قال الرئيس إن الوضع صعب للغاية اليوم.\n" * 6000, encoding="utf-8")
    return file


def test_leaves_project_as_it_was_on_a_full_disk(empty_file: Path, disk: Path, text_file: Path) -> None:
    path = disk / "project.db"
    shutil.copy(empty_file, path)
    before = rows(path)
    free = shutil.disk_usage(disk).free
    (disk / "ballast").write_bytes(bytes(free - 200_000))
    said = refusal("import", path, text_file)
    assert "disk is full" in said
    assert rows(path) == before
    assert sound(path)


def test_makes_nothing_on_a_full_disk(disk: Path, tmp_path: Path, codebook_source: str) -> None:
    book = tmp_path / "book.toml"
    book.write_text(codebook_source, encoding="utf-8")
    (disk / "ballast").write_bytes(bytes(shutil.disk_usage(disk).free - 20_000))
    assert "disk is full" in refusal("init", disk / "new.db", "--codebook", book)
    assert [path.name for path in disk.iterdir()] == ["ballast"]


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


def test_says_so_when_an_export_cannot_be_written(article: Project, tmp_path: Path) -> None:
    place = tmp_path / "missing" / "folder" / "claims.jsonl"
    assert str(place.parent) in refusal("export", article.path, "-o", place)

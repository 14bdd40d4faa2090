"""Folders and names that lead elsewhere, or that some system does not take."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from annotator.cli import main
from annotator.project import Project

NAMES = [
    "CON.txt",
    "nul",
    "a\nb.txt",
    "trailing. .txt",
    "-rf.txt",
    "a;b$(c).txt",
    "a..txt",
    "q\u202etxt.exe",
    "𝒷.txt",
]


def text(number: int) -> str:
    return f"Title {number}\n\nThe council of town {number} met again on Monday.\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows makes no such names")
def test_imports_a_folder_of_odd_names_and_no_links(project: Project, tmp_path: Path) -> None:
    folder, outside = tmp_path / "in", tmp_path / "outside"
    for one in (folder, outside):
        one.mkdir()
    (outside / "secret.txt").write_text("The secret of another folder.", encoding="utf-8")
    for number, name in enumerate(NAMES):
        (folder / name).write_text(text(number), encoding="utf-8")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "out").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    told = CliRunner().invoke(main, ["import", str(project.path), str(folder)])
    assert told.exit_code == 0, told.output
    imported = [one.document for one in project.documents(project.person("Cleo"))]
    assert len(imported) == len(NAMES)
    assert "secret" not in "".join(one.title for one in imported)
    assert not any({"\n", "\u202e"} & set(one.filename) for one in imported)
    with zipfile.ZipFile(io.BytesIO(b"".join(project.bundle()))) as bundle:
        parts = {part for name in bundle.namelist() for part in name.split("/")}
    assert not {"..", "CON.txt", "nul", ""} & parts


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_follows_no_link_when_it_replaces_an_export(article: Project, tmp_path: Path) -> None:
    kept, out = tmp_path / "kept.txt", tmp_path / "out.jsonl"
    kept.write_text("kept", encoding="utf-8")
    out.symlink_to(kept)
    told = CliRunner().invoke(main, ["export", str(article.path), "--output", str(out)])
    assert told.exit_code == 0, told.output
    assert kept.read_text(encoding="utf-8") == "kept"


def test_unpacks_no_request(app: Flask) -> None:
    """A body that says it is packed is read as it came: nothing can grow out of it."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    body = gzip.compress(b"name=Ana&password=secret-ana&x=" + bytes(20_000_000))
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}
    with client.post("/sign-in", data=body, headers=headers) as answer:
        assert answer.status_code == 422

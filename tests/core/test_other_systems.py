"""What Windows and macOS do differently with names and lines, as far as it is a matter of text."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from annotator import codebook
from annotator.outputs.archive import folder
from annotator.text import formats
from annotator.text.formats import Options

CHECKOUT = Path(__file__).parents[2]
ROWS = [{"id": "1", "text": "He said “no”.\nThey left."}, {"id": "2", "text": "قال إنّ الأمر انتهى."}]


def windows(text: str) -> str:
    """As an editor on Windows, or git there, leaves it."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


# ------------------------------------------------------------------ ends of lines


@pytest.mark.parametrize("id", codebook.bundled_ids())
def test_reads_a_codebook_with_the_line_ends_of_windows(id: str) -> None:
    source = codebook.bundled(id)
    assert codebook.load(windows(source), id) == codebook.load(source, id)
    assert codebook.problems(windows(source), id) == []


def test_reads_a_table_with_any_line_ends() -> None:
    tables = []
    for end in ("\n", "\r\n", "\r"):
        written = io.StringIO(newline="")
        table = csv.DictWriter(written, ["id", "text"], lineterminator=end, quoting=csv.QUOTE_ALL)
        table.writeheader()
        table.writerows(ROWS)
        tables.append(written.getvalue().encode())
    read = [list(formats.open_file("t.csv", data, Options())) for data in tables]
    assert [one.text for one in read[0]] == [row["text"] for row in ROWS]
    assert read[0] == read[1] == read[2]


def test_reads_lines_of_json_with_the_line_ends_of_windows() -> None:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    plain, with_mark = (
        list(formats.open_file("t.jsonl", data, Options()))
        for data in (lines.encode(), windows(lines).encode("utf-8-sig"))
    )
    assert [one.text for one in plain] == [one.text for one in with_mark] == [row["text"] for row in ROWS]


def test_finds_the_same_sentences_whatever_ends_a_line() -> None:
    from annotator import text

    plain = "Title here\n\nHe said that it ended.\nThey deny it.\n\nNobody knows.\n"
    units = [[unit.text for unit in text.read(raw, "en").units] for raw in (plain, windows(plain))]
    assert units[0] == units[1]


# ------------------------------------------------------------------ names


@pytest.mark.parametrize("name", ["CON", "nul", "Aux", "PRN", "com1", "LPT9", "aux.2", "nul .x"])
def test_gives_no_folder_the_name_of_a_device(name: str) -> None:
    """Windows opens the printer in place of a folder “PRN”, whatever follows a dot."""
    safe = folder(name)
    assert safe.startswith(f"%{ord(name[0]):02X}")
    assert safe.endswith(name[1:])


@pytest.mark.parametrize(
    "name",
    ["..", ".", "a/b", "a\\b", "C:", "a ", "a.", "x\x00", 'q"', "*?", "<>|", "C:\\x", "\\\\srv"],
)
def test_keeps_folders_of_people_inside_the_archive_on_every_system(name: str) -> None:
    for kind in (PurePosixPath, PureWindowsPath):
        inside = kind("out") / folder(name) / "x.txt"
        assert inside.parts == ("out", folder(name), "x.txt")
        assert ".." not in inside.parts
    assert not folder(name).endswith((" ", "."))


def test_gives_two_people_two_folders() -> None:
    names = ["CON", "%43ON", "a:b", "a%3Ab", "Ana", ".", "%2E"]
    assert len({folder(name) for name in names}) == len(names)


# ------------------------------------------------------------------ the source itself


@pytest.mark.parametrize(
    "path",
    [
        "annotator/samples/idlib-article.txt",
        "annotator/codebooks/idlib-2019.toml",
        "static/base.css",
        "templates/layout.html",
        "tests/kept/steps-04.db.gz",
    ],
)
def test_is_checked_out_as_it_is_on_every_system(path: str) -> None:
    """git on Windows would put other line ends into texts whose ids and offsets are counted from bytes."""
    git = shutil.which("git")
    if not git or not (CHECKOUT / ".git").exists():
        pytest.skip("This is no checkout of git, or git is not here.")
    command = [git, "check-attr", "text", "--", path]
    said = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert said.rstrip().endswith("text: unset")


def test_has_no_file_that_another_system_would_call_otherwise() -> None:
    """Two that differ in capitals are one on Windows and macOS, which also gives accents back in pieces."""
    rooms = ("annotator", "static", "templates", "tests")
    found = (path.relative_to(CHECKOUT) for room in rooms for path in (CHECKOUT / room).rglob("*"))
    paths = [path for path in found if "__pycache__" not in path.parts]
    assert len(paths) > 500
    names = [path.as_posix() for path in paths]
    assert len({name.casefold() for name in names}) == len(names)
    assert [name for name in names if unicodedata.normalize("NFC", name) != name] == []
    assert [path for path in paths if folder(path.name.lstrip(".")) != path.name.lstrip(".")] == []

"""README is the manual: what it leaves out, or promises in vain, is a fault."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from annotator import codebook, export
from annotator.cli import main
from annotator.setup import browser
from tests.readme import README, commands, with_generated_parts

CHECKOUT = README.parent
TEXT = README.read_text(encoding="utf-8")
RECORD = (CHECKOUT / "exports" / "README.md").read_text(encoding="utf-8")
BY_NAME = dict(commands())

READERS = {"text", "maybe_text", "choice", "flag", "count", "texts", "names", "matching", "table", "tables"}
"""The methods by which the codebook loader asks for a key."""


def quoted(text: str) -> set[str]:
    """Everything between backticks, in pieces."""
    return {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"[\w-]+", code)}


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    assert found, f"README has no section “{title}”"
    return found[1]


CHAPTERS = re.compile(r"^## (.+)$", re.MULTILINE)
ANCHORS = re.compile(r"\]\(#([^)]+)\)")


def anchor(title: str) -> str:
    """What a heading is called in an address, as GitHub and others make it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def shell_lines(text: str) -> Iterator[str]:
    for block in re.findall(r"```(?:sh|bash)\n(.*?)```", text, re.DOTALL):
        yield from (line.split(" #")[0].strip() for line in block.splitlines() if line.strip())


# ------------------------------------------------------------------ commands


def test_shows_the_help_of_every_command_as_it_is() -> None:
    assert with_generated_parts(TEXT) == TEXT, "run: python -m tests.readme"
    assert all(f"#### {name}\n" in TEXT for name in BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_explains_command_and_every_option(name: str) -> None:
    command = BY_NAME[name]
    assert command.help
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


OURS = re.compile(r"^.*?(?:\bqawl|-m annotator)\s+(?=\w)")


@pytest.mark.parametrize("line", [line for line in shell_lines(TEXT) if OURS.match(line)])
def test_names_only_commands_that_exist(line: str) -> None:
    words = shlex.split(OURS.sub("", line))
    if words[0] == "test":
        return
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command = command.commands[words.pop(0)]
    known = {flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)}
    known |= {"--help", "-h", "--version"}
    assert {word for word in words if word.startswith("-") and word != "-"} <= known


def test_leads_a_newcomer_from_each_command_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [
        line for title in ("Your own project", "People", "Rounds") for line in shell_lines(section(title))
    ]
    for line in lines:
        words = shlex.split(OURS.sub("", line).replace("annotator/", f"{CHECKOUT}/annotator/"))
        if words[0] == "serve":
            continue
        done = CliRunner().invoke(main, words, input="a long secret\na long secret\n")
        assert done.exit_code == 0, f"{line}\n{done.output}"
    assert len(lines) > 12


# ------------------------------------------------------------------ codebook and record


def keys_the_loader_reads() -> set[str]:
    found = {"id", "short"}
    for path in Path(codebook.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                key = node.args[0]
                if node.func.attr in READERS and isinstance(key, ast.Constant):
                    found.add(str(key.value))
    return {key for key in found if key.isidentifier()}


def keys_of(table: Any) -> Iterator[str]:
    if isinstance(table, dict):
        yield from table
        for value in table.values():
            yield from keys_of(value)
    elif isinstance(table, list):
        for value in table:
            yield from keys_of(value)


def test_explains_every_codebook_key() -> None:
    explained = quoted(section("The codebook"))
    assert keys_the_loader_reads() - explained == set()


@pytest.mark.parametrize("id", codebook.bundled_ids())
def test_explains_every_key_of_the_codebooks_that_come_with_it(id: str) -> None:
    book = codebook.load(codebook.bundled(id), id)
    languages = {*book.ui_languages, *book.text_languages}
    used = set(keys_of(tomllib.loads(codebook.bundled(id)))) - languages
    assert used - quoted(section("The codebook")) == set()


def test_explains_every_key_of_the_record() -> None:
    schema = export.schema()
    claim = schema["$defs"]["claim"]["properties"]
    keys = {*schema["properties"], *claim, *claim["attribution"].get("properties", {})}
    assert keys - quoted(RECORD) == set()
    assert "(exports/README.md)" in TEXT


# ------------------------------------------------------------------ everything else


def test_names_every_environment_variable() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "annotator").rglob("*.py"))
    ours = {*re.findall(r"\bQAWL_[A-Z_]+", sources), browser.VARIABLE, "CI"}
    assert ours - quoted(TEXT) == set()


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT))))
def test_links_to_files_that_exist(link: str) -> None:
    assert (CHECKOUT / link).exists()


def test_leads_to_every_chapter_from_the_beginning() -> None:
    beginning, *_ = TEXT.partition("\n## ")
    assert set(ANCHORS.findall(beginning)) == {anchor(title) for title in CHAPTERS.findall(TEXT)}


def test_links_to_chapters_that_exist() -> None:
    headings = {anchor(title) for title in re.findall(r"^##+ (.+)$", TEXT, re.MULTILINE)}
    assert set(ANCHORS.findall(TEXT)) - headings == set()


def test_shows_a_picture_of_the_annotate_screen() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)
    assert [Path(picture).name for picture in pictures] == ["annotate.png"]
    assert (CHECKOUT / pictures[0]).read_bytes().startswith(b"\x89PNG")


def test_calls_the_reference_a_reference() -> None:
    assert not re.search(r"\bgold\b", TEXT, re.IGNORECASE)


def test_has_a_line_for_this_version_in_the_changelog() -> None:
    from annotator import __version__

    assert f"## [{__version__}]" in (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")

"""Exports from the command line: every format, and every filter the page has."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from annotator import demo, outputs
from annotator.cli import main
from annotator.filter import Filter, from_args, made
from annotator.outputs import flat
from annotator.project import Project

Run = Callable[..., str]


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    demo.build(path)
    return path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*words: str, answer: int = 0) -> str:
        result = CliRunner().invoke(main, ["export", *words])
        assert result.exit_code == answer, result.output
        return result.output

    return run


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("id", outputs.FORMATS)
def test_writes_every_format(id: str, run: Run, demo_file: Path) -> None:
    format = outputs.FORMATS[id]
    if not outputs.installed(format):
        pytest.skip(f"needs the extra “{format.extra}”")
    said = run(str(demo_file), "--format", id)
    with Project.open(demo_file) as project:
        expected = b"".join(project.export(id, Filter()))
    assert Path("exports", f"demo.{format.extension}").read_bytes() == expected
    count = "95 records to " if format.unit == "sentence" else "138 claims from 95 records to "
    assert f"Wrote {'' if id == 'refi-qdc' else count}exports/demo.{format.extension}" in said


def test_knows_the_first_format_by_its_old_name(run: Run, demo_file: Path) -> None:
    assert run(str(demo_file), "--format", "jsonl", "-o", "-") == run(str(demo_file), "-o", "-")


def test_chooses_claims(run: Run, demo_file: Path) -> None:
    words = ("--format", "csv", "-o", "-", "--label", "stance:ru", "--label", "stance:tr")
    found = rows(run(str(demo_file), *words, "--label", "attribution:direct", "--no-own-voice"))
    assert {row["stance"] for row in found} == {"ru", "tr"}
    assert {row["attribution"] for row in found} == {"direct"}
    with Project.open(demo_file) as project:
        every = list(flat.rows(project.records()))
    fit = [r for r in every if r["stance"] in ("ru", "tr") and r["attribution"] == "direct"]
    assert [(r["record_id"], r["claim_n"]) for r in found] == [
        (r["record_id"], str(r["claim_n"])) for r in fit
    ]
    whole = run(str(demo_file), "-o", "-", "--label", "attribution:direct")
    kinds = [
        [claim["attribution"]["type"] for claim in json.loads(line)["claims"]] for line in whole.splitlines()
    ]
    assert all("direct" in one for one in kinds)
    assert any(set(one) > {"direct"} for one in kinds)  # a line is whole


def test_takes_a_round_by_name_or_number(run: Run, demo_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "rounds.db"
    path.write_bytes(demo_file.read_bytes())
    with Project.open(path) as project:
        round = project.make_round("First", 1, people=["Annotator"])
        project.change_round(
            round.id, name="First", overlap=1, due=None, documents=round.documents, people=["Annotator"]
        )
    by_name, by_number = (run(str(path), "--round", one, "-o", "-") for one in ("First", str(round.id)))
    assert by_name == by_number
    assert "no round named Second" in run(str(path), "--round", "Second", answer=1)


@pytest.mark.parametrize("label", ["stance", "stance:", ":ru", "note:x", "stance:nowhere", "speaker:nobody"])
def test_refuses_what_is_no_label(label: str, run: Run, demo_file: Path) -> None:
    assert "is no label" in run(str(demo_file), "--label", label, answer=1)


def test_opens_as_a_workbook(run: Run, demo_file: Path) -> None:
    run(str(demo_file), "--format", "xlsx", "-o", "all.xlsx")
    sheet = openpyxl.load_workbook("all.xlsx", read_only=True)["Claims"]
    with Project.open(demo_file) as project:
        assert sheet.max_row is None or sheet.max_row == 1 + sum(1 for _ in flat.rows(project.records()))


class Args:
    """An address's own words."""

    def __init__(self, words: dict[str, list[str]]) -> None:
        self.words = words

    def getlist(self, key: str) -> list[str]:
        return self.words.get(key, [])


@pytest.mark.parametrize(
    "filter",
    [
        Filter(),
        Filter(2, ("d1", "d2"), ("Ana", "Ben C"), "both", ("claims", "skipped"), {"stance": ("ru",)}, False),
        Filter(labels={"stance": ("ru", "tr"), "speaker": ("putin",)}),
        Filter(layer="final", own_voice=False),
    ],
)
def test_goes_from_an_address_to_a_command_and_back(filter: Filter) -> None:
    assert from_args(Args(filter.as_args())) == filter
    words = filter.as_options()
    options = list(zip(words[::2], words[1::2], strict=False))

    def given(name: str) -> list[str]:
        return [value for option, value in options if option == f"--{name}"]

    (round, layer) = given("round"), given("layer")
    assert (
        made(
            round=int(round[0]) if round else None, documents=given("document"), people=given("person"),
            layer=layer[0] if layer else "votes", statuses=given("status"), labels=given("label"),
            own_voice="--no-own-voice" not in words,
        )
        == filter
    )  # fmt: skip

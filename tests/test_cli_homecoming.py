"""Projects leave and come home by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.project import Project
from tests.conftest import ARTICLE


def qawl(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert qawl("demo", "--no-serve").exit_code == 0
    return tmp_path / "qawl-demo.db"


def test_brings_a_project_home(built: Path) -> None:
    assert qawl("bundle", built, "-o", "demo.zip").output == "Wrote demo.zip\n"
    done = qawl("import", "again.db", "demo.zip")
    assert done.exit_code == 0, done.output
    assert "again.db: 1 document, 5 people, 95 answers, 0 final ones." in done.output
    assert "Its export is that of the bundle, byte by byte: 95 records." in done.output
    qawl("bundle", "again.db", "-o", "again.zip")
    assert Path("again.zip").read_bytes() == Path("demo.zip").read_bytes()


def test_says_why_a_bundle_is_not_taken(built: Path) -> None:
    qawl("bundle", built, "-o", "demo.zip")
    whole = Path("demo.zip").read_bytes()
    done = qawl("import", built, "demo.zip")
    assert (done.exit_code, "in use" in done.output) == (1, True)
    assert qawl("import", "--as", "Eda", "new.db", "demo.zip").exit_code == 1
    Path("demo.zip").write_bytes(whole.replace(b"claims.jsonl", b"claims.jsonx"))
    done = qawl("import", "new.db", "demo.zip")
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert not Path("new.db").exists()
    Path("demo.zip").write_bytes(whole[:-2000])
    done = qawl("import", "new.db", "demo.zip")
    assert (done.exit_code, "damaged or was cut short" in done.output) == (1, True)


def test_takes_records_in_and_names_conflicts(built: Path) -> None:
    qawl("export", built, "-o", "claims.jsonl")
    lines = Path("claims.jsonl").read_text(encoding="utf-8").splitlines()
    changed = json.dumps(json.loads(lines[0]) | {"comment": "?"}, ensure_ascii=False)
    Path("claims.jsonl").write_text("\n".join([changed, *lines[1:]]) + "\n", encoding="utf-8")
    done = qawl("import", built, "claims.jsonl")
    assert done.exit_code == 0, done.output
    assert f"{ARTICLE}/" in done.stderr
    assert "answered otherwise here." in done.stderr
    assert done.stdout == "Took 0 answers and 0 final ones; 94 were here already, 1 was left.\n"


def test_takes_another_tools_answers_as_somebodys(built: Path) -> None:
    qawl("export", built, "--format", "brat", "--person", "Reference", "-o", "brat.zip")
    done = qawl("import", "--format", "brat", "--as", "Eda", "--dry-run", built, "brat.zip")
    assert "New here, without a password: Eda" in done.stdout
    with Project.open(built) as project:
        assert "Eda" not in {one.name for one in project.people()}
    done = qawl("import", "--format", "brat", "--as", "Eda", built, "brat.zip")
    assert done.exit_code == 0, done.output
    with Project.open(built) as project:
        assert project.count_records(people=("Eda",)) > 20


def test_says_how_to_tell_whose_answers_they_are(built: Path) -> None:
    with Project.open(built) as project:
        text = project.sentences(ARTICLE)[3].text
    Path("x.jsonl").write_text(json.dumps({"text": text, "entities": []}), encoding="utf-8")
    done = qawl("import", "--format", "doccano", built, "x.jsonl")
    assert (done.exit_code, "Give a name with --as" in done.output) == (1, True)


def test_keeps_options_for_answers_from_texts(built: Path) -> None:
    Path("a.txt").write_text("One. Two.", encoding="utf-8")
    done = qawl("import", "--as", "Eda", built, "a.txt")
    assert (done.exit_code, "--as and --dry-run are for" in done.output) == (1, True)


def test_merges_two_projects(built: Path) -> None:
    qawl("bundle", built, "-o", "demo.zip")
    qawl("import", "other.db", "demo.zip")
    assert qawl("people", "add", "other.db", "Eda").exit_code == 0
    done = qawl("merge", built, "other.db")
    assert done.exit_code == 0, done.output
    assert done.stdout == (
        "New here, without a password: Eda\n"
        "Took 0 documents, 0 answers and 0 final ones; 95 sentences were answered the same.\n"
    )

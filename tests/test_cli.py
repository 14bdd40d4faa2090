"""The command line, as a person types it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator import agreement
from annotator.cli import main
from annotator.model import Role
from annotator.project import Project
from tests.conftest import ARTICLE, sample

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, answer: int = 0, typed: str | None = None) -> Result:
        result = CliRunner().invoke(main, words, input=typed)
        assert result.exit_code == answer, result.output
        return result

    return run


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from annotator import demo

    path = tmp_path_factory.mktemp("demo") / "qawl-demo.db"
    demo.build(path)
    return path


def test_builds_the_demo_and_goes_on_with_it(run: Run) -> None:
    run("demo", "--no-serve")
    with Project.open("qawl-demo.db") as project:
        assert project.demo
        roles = {person.name: str(person.role) for person in project.people()}
        assert roles == {
            "Lead": "lead",
            "Annotator": "annotator",
            "Reference": "annotator",
            "Simulated A": "simulated",
            "Simulated B": "simulated",
        }
        assert project.desk(ARTICLE, project.person("Annotator")).annotations == {}
        assert len(project.desk(ARTICLE, project.person("Reference")).annotations) == 39
        project.add_person("Eve")
    assert "Going on" in run("demo", "--no-serve").output
    with Project.open("qawl-demo.db") as project:
        assert project.person("Eve")


def test_leads_from_an_empty_folder_to_an_export(run: Run, codebook_source: str) -> None:
    Path("book.toml").write_text(codebook_source, encoding="utf-8")
    Path("text.txt").write_bytes(sample("idlib-article.txt"))
    run("init", "p.db", "--codebook", "book.toml")
    run("people", "add", "p.db", "Ana", "--lead", "--password", typed="secret-ana\n")
    assert "Ana\tlead" in run("people", "list", "p.db").output
    assert ARTICLE in run("import", "p.db", "text.txt", "--lang", "ar").output
    assert "0 records" in run("export", "p.db").output
    assert Path("exports/p.claims.jsonl").read_bytes() == b""
    assert "only lead" in run("people", "remove", "p.db", "Ana", answer=1).output
    run("people", "role", "p.db", "Ana", "annotator", answer=1)
    run("people", "add", "p.db", "Cleo", "--lead")
    run("people", "remove", "p.db", "Ana")
    assert "removed" in run("people", "list", "p.db").output


def test_refuses_the_same_file_twice_and_goes_on_past_a_bad_one(run: Run, codebook_source: str) -> None:
    Path("book.toml").write_text(codebook_source, encoding="utf-8")
    Path("a.txt").write_text("One day. Another day.", encoding="utf-8")
    Path("b.txt").write_bytes(b"")
    Path("c.txt").write_text("A third day.", encoding="utf-8")
    run("init", "p.db", "--codebook", "book.toml")
    output = run("import", "p.db", "a.txt", "b.txt", "c.txt", "--lang", "en", answer=1).output
    assert "b.txt" in output
    assert "already here" in run("import", "p.db", "a.txt", answer=1).output
    with Project.open("p.db") as project:
        project.add_person("Ana")
        assert len(project.documents(project.person("Ana"))) == 2


def test_imports_no_hidden_files_of_a_folder(run: Run, codebook_source: str) -> None:
    Path("book.toml").write_text(codebook_source, encoding="utf-8")
    for name in ("texts/a.txt", "texts/more/b.txt", "texts/.c.txt", "texts/.git/d.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(f"The text of {name}.", encoding="utf-8")
    run("init", "p.db", "--codebook", "book.toml")
    output = run("import", "p.db", "texts").output
    assert "Imported 2 documents." in output
    assert "a.txt" in output
    assert "b.txt" in output


def test_reads_a_file_without_a_project(run: Run) -> None:
    Path("text.txt").write_bytes(sample("idlib-article.txt"))
    units = [json.loads(line) for line in run("read", "text.txt").output.splitlines()]
    assert set(units[0]) >= {"id", "kind", "text", "spans", "flags", "unsure_lines", "repeats"}
    kinds = {"title", "byline", "heading", "body", "pullquote", "caption", "url"}
    assert {unit["kind"] for unit in units} >= kinds


def test_gives_the_same_agreement_as_table_json_and_project(run: Run, demo_file: Path) -> None:
    printed = json.loads(run("agreement", str(demo_file), "--json").output)
    assert printed.pop("oneself") == {}  # nothing was answered twice
    with Project.open(demo_file) as project:
        assert printed == json.loads(
            json.dumps(agreement.everything(project.agreement(), project.codebook().name))
        )
    assert run("agreement", str(demo_file)).output.strip()


def test_exports_the_same_bytes_to_a_file_and_to_standard_output(run: Run, demo_file: Path) -> None:
    run("export", str(demo_file), "-o", "all.jsonl")
    with Project.open(demo_file) as project:
        assert Path("all.jsonl").read_bytes() == b"".join(project.export_jsonl())
    lines = Path("all.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["role"] for line in lines} == {"annotator", "simulated"}
    chosen = run("export", str(demo_file), "-o", "-", "--person", "Reference", "--status", "no_claim").output
    assert {json.loads(line)["annotator"] for line in chosen.splitlines()} == {"Reference"}


def test_exports_what_a_removed_person_answered(run: Run, demo_file: Path) -> None:
    shutil.copy(demo_file, "p.db")
    run("people", "remove", "p.db", "Reference")
    lines = run("export", "p.db", "-o", "-", "--person", "Reference").output.splitlines()
    assert len(lines) == 39
    people = ("--person", "Reference", "--person", "Simulated A")
    assert json.loads(run("agreement", "p.db", "--json", *people).output)["people"] == list(people[1::2])
    assert "nobody named Zoe" in run("export", "p.db", "--person", "Zoe", answer=1).output


@pytest.mark.parametrize("place", ["no/folder/all.jsonl", "p.db/all.jsonl", None])
def test_says_where_it_cannot_export_to(run: Run, demo_file: Path, place: str | None) -> None:
    shutil.copy(demo_file, "p.db")
    Path("exports").write_text("a file of that name")
    words = ("-o", place) if place else ()
    output = run("export", "p.db", *words, answer=1).output
    assert "could not be" in output.splitlines()[-1]
    assert sorted(path.name for path in Path().iterdir()) == ["exports", "p.db"]


def test_writes_into_a_pipe_and_leaves_it_there(run: Run, demo_file: Path) -> None:
    os.mkfifo("pipe")
    with ThreadPoolExecutor() as pool:
        heard = pool.submit(Path("pipe").read_bytes)
        run("export", str(demo_file), "-o", "pipe")
    assert heard.result().count(b"\n") == 95
    assert Path("pipe").is_fifo()


@pytest.mark.parametrize(
    "words",
    [
        ("people", "list", "no.db"),
        ("import", "no.db", "text.txt"),
        ("export", "no.db"),
        ("agreement", "no.db"),
        ("serve", "no.db"),
        ("read", "no.txt"),
        ("codebook", "check", "no.toml"),
        ("init", "p.db", "--codebook", "no.toml"),
    ],
)
def test_answers_a_missing_file_with_one_sentence(run: Run, words: tuple[str, ...]) -> None:
    output = run(*words, answer=1).output
    assert output.startswith("Error: There is no ")
    assert len(output.strip().splitlines()) == 1
    assert list(Path().iterdir()) == []


def test_names_the_file_that_cannot_be_read(run: Run) -> None:
    Path("empty.txt").touch()
    assert run("read", "empty.txt", answer=1).output.startswith("Error: empty.txt: ")


def test_takes_no_checked_reading_for_a_table(run: Run, codebook_source: str) -> None:
    Project.create("p.db", codebook_source).close()
    Path("t.csv").write_text("id,text\na,One.\nb,Two.\n", encoding="utf-8")
    Path("r.json").write_bytes(sample("idlib-article.json"))
    output = run("import", "p.db", "t.csv", "--reading", "r.json", answer=1).output
    assert "is a table" in output
    assert "Imported 0 documents" in output


def test_imports_nothing_of_a_table_that_breaks_off(run: Run, codebook_source: str) -> None:
    Project.create("p.db", codebook_source).close()
    Path("t.jsonl").write_text('{"id": "1", "text": "One."}\n{bad\n', encoding="utf-8")
    assert "Imported 0 documents" in run("import", "p.db", "t.jsonl", answer=1).output


def test_keeps_two_rows_of_one_text_apart(run: Run, codebook_source: str) -> None:
    Project.create("p.db", codebook_source).close()
    Path("t.csv").write_text("id,text\na,One.\nb,One.\n", encoding="utf-8")
    assert "Imported 2 documents" in run("import", "p.db", "t.csv").output


def test_follows_no_link_out_of_a_folder(run: Run, codebook_source: str) -> None:
    Project.create("p.db", codebook_source).close()
    Path("secret.txt").write_text("A secret.", encoding="utf-8")
    Path("texts").mkdir()
    Path("texts/link.txt").symlink_to(Path("secret.txt").resolve())
    Path("texts/a.txt").write_text("One.", encoding="utf-8")
    assert "Imported 1 document." in run("import", "p.db", "texts").output


def test_says_that_a_folder_holds_no_file(run: Run, codebook_source: str) -> None:
    Project.create("p.db", codebook_source).close()
    Path("texts").mkdir()
    assert run("import", "p.db", "texts", answer=1).output == "Error: There is no file in texts.\n"


def test_refuses_to_open_a_project_to_a_network_without_passwords(run: Run, codebook_source: str) -> None:
    Project.create("p.db", codebook_source).close()
    assert "let anybody in" in run("serve", "p.db", "--host", "0.0.0.0", answer=1).output


def test_counts_no_password_that_opens_nothing(run: Run, codebook_source: str) -> None:
    with Project.create("p.db", codebook_source) as project:
        project.add_person("Robot", Role.SIMULATED, "secret-robot")
        project.add_person("Ana", Role.ANNOTATOR, "secret-ana")
        project.remove_person("Ana")
    assert "let anybody in" in run("serve", "p.db", "--host", "0.0.0.0", answer=1).output


def test_refuses_to_show_the_demo_to_a_network(run: Run, demo_file: Path) -> None:
    assert "known to everybody" in run("serve", str(demo_file), "--host", "0.0.0.0", answer=1).output


def test_names_every_fault_of_a_codebook(run: Run, codebook_source: str) -> None:
    Path("good.toml").write_text(codebook_source, encoding="utf-8")
    assert "in order" in run("codebook", "check", "good.toml").output
    Path("bad.toml").write_text(codebook_source.replace('id = "ru"', 'id = "r u"', 1), encoding="utf-8")
    assert "bad.toml" in run("codebook", "check", "bad.toml", answer=1).output
    assert not Path("p.db").exists()
    run("init", "p.db", "--codebook", "bad.toml", answer=1)
    assert not Path("p.db").exists()


def test_leaves_a_file_any_sqlite_tool_can_read(demo_file: Path) -> None:
    with sqlite3.connect(demo_file) as db:
        claims = db.execute("select count(*) from claims where person = 'Reference'").fetchone()[0]
    db.close()
    assert claims == 54


def test_shows_and_updates_the_codebook_of_a_project(run: Run, codebook_source: str) -> None:
    Path("book.toml").write_text(codebook_source, encoding="utf-8")
    run("init", "p.db", "--codebook", "book.toml")
    assert run("codebook", "show", "p.db").output == codebook_source
    edited = codebook_source.replace('en = "Neither side\'s"', 'en = "Nobody\'s"')
    Path("book.toml").write_text(edited, encoding="utf-8")
    assert "0.1.1 or higher" in run("codebook", "update", "p.db", "book.toml", "--yes", answer=1).output
    Path("book.toml").write_text(edited.replace('version = "0.1.0"', 'version = "0.1.1"'), encoding="utf-8")
    run("codebook", "update", "p.db", "book.toml", typed="n\n", answer=1)
    assert run("codebook", "show", "p.db").output == codebook_source
    output = run("codebook", "update", "p.db", "book.toml", typed="y\n").output
    assert "name.en: Neither side's -> Nobody's" in output
    assert "idlib-2019@0.1.1 is in force" in output
    assert run("codebook", "show", "p.db", "--version", "0.1.0").output == codebook_source
    assert "no version" in run("codebook", "show", "p.db", "--version", "7.0.0", answer=1).output

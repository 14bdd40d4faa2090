"""A whole project leaves as a bundle and comes home the same."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator import codebook, demo
from annotator.homecoming.bundle import Bundle
from annotator.model import Kind, Problem, Role
from annotator.project import Project
from annotator.project.bundles import Returned
from annotator.store import tables
from tests import drawn_projects

PROJECTS = 200


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, int], Project]:
    """Makes small projects drawn at random, with everything people do to one."""
    empty = tmp_path_factory.mktemp("empty") / "empty.db"
    with Project.create(empty, codebook.bundled("idlib-2019")) as project:
        for name in drawn_projects.WHO:
            project.add_person(name, Role.LEAD if name == "Cleo" else Role.ANNOTATOR)

    def make(path: Path, seed: int) -> Project:
        shutil.copy(empty, path)
        project = Project.open(path)
        project.db.execute("pragma synchronous = off")
        drawn_projects.fill(project, seed, documents=1, sentences=3)
        lead(project, random.Random(seed))
        return project

    return make


def lead(project: Project, draw: random.Random) -> None:
    """Some of what leads do beside answering."""
    cleo, ana = project.person("Cleo"), project.person("Ana")
    (document,) = (progress.document for progress in project.documents(cleo))
    if draw.random() < 0.5:
        added = project.add_speaker("وكالة 😀", cleo)
        if draw.random() < 0.5:
            project.merge_speakers(
                added.id, project.codebook().actors[1].id, cleo, seen=project.speakers_version()
            )
    if draw.random() < 0.5:
        round = project.make_round("أ", people=["Ana", "Ben"], spread=draw.random() < 0.5, by="Cleo")
        project.plan_repeats(round.id, 10, 7, by="Cleo")
    if draw.random() < 0.5:
        body = [one for one in project.sentences(document.id) if one.kind is Kind.BODY]
        project.merge(document.id, body[1].id, cleo)
        if draw.random() < 0.5:
            project.undo_change(document.id, cleo)
    if draw.random() < 0.3:
        project.describe(document.id, {"title": "عنوان \u200f‏جديد", "url": ""}, cleo)
    project.choose_language(ana, "ar")


def bundled(project: Project) -> bytes:
    return b"".join(project.bundle())


def everything(project: Project) -> dict[str, list[dict[str, object]]]:
    return {table: list(tables.rows(project.db, table)) for table in tables.present(project.db)}


def test_comes_home_byte_by_byte(tmp_path: Path) -> None:
    demo.build(tmp_path / "demo.db")
    with Project.open(tmp_path / "demo.db") as project:
        whole, lines = bundled(project), b"".join(project.export_jsonl(layer="both"))
        rows = everything(project)
    (tmp_path / "demo.zip").write_bytes(whole)

    returned = Project.from_bundle(tmp_path / "again.db", tmp_path / "demo.zip")

    with Project.open(tmp_path / "again.db") as project:
        assert b"".join(project.export_jsonl(layer="both")) == lines
        assert everything(project) == rows
        assert bundled(project) == whole
        assert not [one.difference for one in project.verify() if one.difference]
    assert (returned.documents, returned.people, returned.records) == (1, 5, len(lines.splitlines()))
    assert returned.checked


def test_brings_any_project_home(tmp_path: Path, drawn: Callable[[Path, int], Project]) -> None:
    for seed in range(PROJECTS):
        path, zipped, again = (tmp_path / f"{seed}.{kind}" for kind in ("db", "zip", "new.db"))
        with drawn(path, seed) as project:
            zipped.write_bytes(bundled(project))
        Project.from_bundle(again, zipped)
        with Project.open(again) as project:
            assert bundled(project) == zipped.read_bytes(), f"project {seed} came back another"
        for made in (path, zipped, again):
            made.unlink()


def test_goes_into_project_nobody_used(project: Project, tmp_path: Path, codebook_source: str) -> None:
    (tmp_path / "b.zip").write_bytes(bundled(project))
    Project.create(tmp_path / "empty.db", codebook_source).close()
    Project.from_bundle(tmp_path / "empty.db", tmp_path / "b.zip")
    with Project.open(tmp_path / "empty.db") as again:
        assert bundled(again) == bundled(project)
        assert again.secret() not in ("", project.secret())
    with pytest.raises(Problem, match="in use"):
        Project.from_bundle(tmp_path / "empty.db", tmp_path / "b.zip")


def test_carries_or_names_every_table(project: Project) -> None:
    there = set(project.db.table_names()) - {"_sqlite_migrations"}
    assert there == {*tables.present(project.db), *tables.LEFT_OUT}


def test_tells_no_secret(project: Project) -> None:
    project.invite(Role.ANNOTATOR, by="Cleo")
    stored = [
        *(row[0] for row in project.db.execute("select password from people_states where password <> ''")),
        project.secret(),
    ]
    with zipfile.ZipFile(io.BytesIO(bundled(project))) as zipped:
        whole = b"".join(zipped.read(name) for name in zipped.namelist())
    assert len(stored) > 3
    assert not [secret for secret in stored if secret.encode() in whole]


def test_keeps_people_without_their_passwords(project: Project, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(bundled(project))
    Project.from_bundle(tmp_path / "again.db", tmp_path / "b.zip")
    with Project.open(tmp_path / "again.db") as again:
        people = [(one.name, one.role, one.removed) for one in project.people()]
        assert [(one.name, one.role, one.removed) for one in again.people()] == people
        assert not any(one.has_password for one in again.people())


# ------------------------------------------------------------------ bad bundles

Files = dict[str, bytes]


def unpacked(whole: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(whole)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def packed(files: Files, *, again: tuple[str, ...] = ()) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in (*files, *again):
            zipped.writestr(name, files[name])
    return held.getvalue()


def counted(files: Files, **changed: object) -> Files:
    """The same with a manifest that says what is there."""
    manifest = json.loads(files["manifest.json"])
    manifest["members"] = {
        name: {"bytes": len(held), "sha256": hashlib.sha256(held).hexdigest()}
        for name, held in files.items()
        if name != "manifest.json"
    }
    return files | {"manifest.json": json.dumps(manifest | changed).encode()}


def replaced(name: str, old: str, new: str) -> Callable[[Files], bytes]:
    """A bundle made up: its manifest fits, what it holds does not."""

    def change(files: Files) -> bytes:
        assert old.encode() in files[name]
        return packed(counted(files | {name: files[name].replace(old.encode(), new.encode(), 1)}))

    return change


def member(start: str) -> Callable[[Files], str]:
    return lambda files: next(name for name in files if name.startswith(start))


BAD: dict[str, Callable[[Files], bytes]] = {
    "cut": lambda files: packed(files)[:-300],
    "no zip": lambda files: b"claims",
    "member changed": lambda files: packed(files | {"claims.jsonl": files["claims.jsonl"][:-1] + b" "}),
    "member missing": lambda files: packed({name: files[name] for name in files if name != "claims.jsonl"}),
    "member too many": lambda files: packed(counted(files | {"tables/secrets.txt": b"x"})),
    "unknown table": lambda files: packed(counted(files | {"tables/tokens_of_mine.jsonl": b"{}\n"})),
    "no manifest": lambda files: packed({name: files[name] for name in files if name != "manifest.json"}),
    "manifest no JSON": lambda files: packed(files | {"manifest.json": b"{"}),
    "manifest a list": lambda files: packed(files | {"manifest.json": b"[]"}),
    "newer bundle": lambda files: packed(counted(files, schema="qawl-bundle/2")),
    "newer tables": lambda files: packed(
        counted(files, migrations=[*json.loads(files["manifest.json"])["migrations"], "add_moods"])
    ),
    "bomb": lambda files: packed(counted(files | {"tables/files.jsonl": b" " * 50_000_000})),
    "path upwards": lambda files: packed(counted(files | {f"files/{'a' * 64}/..": b"x"})),
    "path from root": lambda files: packed(counted(files | {"/etc/passwd": b"x"})),
    "secret": lambda files: packed(
        counted(
            files
            | {
                "tables/settings.jsonl": b'{"id":1,"name":"secret","value":"x",'
                b'"person":null,"created_at":"x"}\n'
            }
        )
    ),
    "password": replaced("tables/people_states.jsonl", '"password":null', '"password":"known"'),
    "row no JSON": replaced("tables/people.jsonl", "{", "("),
    "row a list": replaced("tables/people.jsonl", "{", "[1]\n{"),
    "column missing": replaced("tables/people.jsonl", '"name"', '"nickname"'),
    "wrong type": replaced("tables/annotations.jsonl", '"hard":0', '"hard":"no"'),
    "huge number": replaced("tables/annotations.jsonl", '"hard":0', '"hard":99999999999999999999'),
    "list for a text": replaced("tables/annotations.jsonl", '"comment":null', '"comment":[]'),
    "number for a filename": replaced("tables/files.jsonl", '"idlib-article.txt"', "7"),
    "same row twice": lambda files: packed(
        counted(files | {"tables/people.jsonl": files["tables/people.jsonl"] * 2})
    ),
    "nobody": replaced("tables/annotations.jsonl", '"person":"', '"person":"Nobody'),
    "another text": replaced("tables/sentences.jsonl", "إدلب", "حلب"),
    "another file": lambda files: packed(counted(files | {member("files/")(files): b"Another."})),
    "another codebook": lambda files: packed(counted(files | {member("codebooks/")(files): b"# mine"})),
    "another answer": replaced("claims.jsonl", '"status":"no_claim"', '"status":"skipped"'),
    "claims of another shape": replaced("tables/annotations.jsonl", '\\"speaker\\"', '\\"who\\"'),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Files:
    path = tmp_path_factory.mktemp("good") / "demo.db"
    demo.build(path)
    with Project.open(path) as project:
        return unpacked(bundled(project))


@pytest.mark.parametrize("name", BAD)
def test_refuses_bad_bundle_in_one_sentence(name: str, good: Files, tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(BAD[name](good))
    with pytest.raises(Problem) as refused:
        Project.from_bundle(tmp_path / "new.db", tmp_path / "bad.zip")
    assert "\n" not in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_refuses_two_files_of_one_name(good: Files, tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(packed(good, again=("claims.jsonl",)))
    with pytest.raises(Problem, match="two files of one name"):
        Project.from_bundle(tmp_path / "new.db", tmp_path / "bad.zip")


def test_takes_bundle_of_an_older_version(good: Files, tmp_path: Path) -> None:
    """Made before rounds: the tables it has not are empty, and the schema is this version's."""
    steps = json.loads(good["manifest.json"])["migrations"]
    until = steps.index("create_rounds")
    with_tables = tables.make(tmp_path / "old.db", steps[:until])
    old = set(tables.present(with_tables))
    with_tables.close()
    files = {name: held for name, held in good.items() if not name.startswith("tables/") or name[7:-6] in old}
    (tmp_path / "old.zip").write_bytes(packed(counted(files, migrations=steps[:until], qawl="0.0.1")))
    returned = Project.from_bundle(tmp_path / "new.db", tmp_path / "old.zip")
    assert not returned.checked
    with Project.open(tmp_path / "new.db") as project:
        assert b"".join(project.export_jsonl(layer="both")) == good["claims.jsonl"]


def test_names_what_another_version_read_otherwise(good: Files, tmp_path: Path) -> None:
    name = "tables/sentences.jsonl"
    moved = good[name].replace("إدلب".encode(), "حلبب".encode(), 1)
    (tmp_path / "b.zip").write_bytes(packed(counted(good | {name: moved}, qawl="0.0.1")))
    returned = Project.from_bundle(tmp_path / "new.db", tmp_path / "b.zip")
    (difference,) = returned.differences
    assert "does not follow from its file" in difference
    assert not returned.checked


@pytest.mark.parametrize("begun", [True, False])
def test_never_goes_over_work_that_came_meanwhile(
    begun: bool, project: Project, tmp_path: Path, codebook_source: str
) -> None:
    (tmp_path / "good.zip").write_bytes(bundled(project))
    target = tmp_path / "target.db"
    if begun:
        Project.create(target, codebook_source).close()

    class Watched(Project):
        def _proved(self, opened: Bundle) -> Returned:
            if not target.exists():
                Project.create(target, codebook_source).close()
            with Project.open(target) as other:
                other.add_person("Eda", Role.LEAD)
            return super()._proved(opened)

    with pytest.raises(Problem, match="is in use, so the bundle does not go into it"):
        Watched.from_bundle(target, tmp_path / "good.zip")
    with Project.open(target) as other:
        assert [person.name for person in other.people()] == ["Eda"]
    assert not list(tmp_path.glob("*.new*"))

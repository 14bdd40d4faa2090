"""The page “Import answers”: what a file would bring, and taking it in."""

from __future__ import annotations

import functools
import io
import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from annotator import demo
from annotator.filter import Filter
from annotator.model import Kind
from annotator.project import Project, arriving
from annotator.store import copies, incoming
from annotator.store.tables import count
from annotator.web import create_app
from tests.conftest import ARTICLE
from tests.store.test_merging import NO_CLAIM, SKIPPED, give

SignIn = Callable[[FlaskClient, str], None]


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    demo.build(path)
    return path


@pytest.fixture(scope="module")
def exported(demo_file: Path) -> Callable[[str], bytes]:
    @functools.cache
    def exported(format: str) -> bytes:
        with Project.open(demo_file) as project:
            return b"".join(project.bundle() if format == "bundle" else project.export(format, Filter()))

    return exported


@pytest.fixture
def lead(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Cleo")
    return client


@pytest.fixture
def other(article: Project, tmp_path: Path) -> Iterator[Project]:
    """The project of another office, which began as a copy of this one."""
    article.gather()
    shutil.copy(article.path, tmp_path / "other.db")
    with Project.open(tmp_path / "other.db") as other:
        yield other


def send(lead: FlaskClient, data: bytes, name: str = "answers") -> TestResponse:
    return lead.post("/import/answers", data={"file": (io.BytesIO(data), name)})


def brought(lead: FlaskClient, data: bytes, name: str = "answers") -> str:
    """The address where the file is looked at."""
    answered = send(lead, data, name)
    assert answered.status_code == 303, answered.text
    return str(answered.location)


def whole(project: Project, tmp_path: Path) -> bytes:
    """The project as one file, as a lead takes it away."""
    project.copy_to(tmp_path / "copy.db")
    return (tmp_path / "copy.db").read_bytes()


def said(page: TestResponse) -> str:
    """What the page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.partition('<main id="work"')[2]).split())


def form(page: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(seen|as)" value="([^"]*)">', page.text))


def take(lead: FlaskClient, address: str) -> TestResponse:
    return lead.post(address, data=form(lead.get(address)))


def kept(article: Project) -> list[str]:
    folder = incoming.folder_of(article.path)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_is_found_where_leads_look(lead: FlaskClient) -> None:
    for page in ("/", "/export", "/import"):
        assert 'href="/import/answers"' in lead.get(page).text, page


def test_is_no_ones_but_the_leads(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    for page in ("/", "/export"):
        assert 'href="/import/answers"' not in client.get(page).text
    assert send(client, b"{}").status_code == 403


def test_says_first_what_a_file_would_bring(
    lead: FlaskClient, article: Project, exported: Callable[[str], bytes]
) -> None:
    before = copies.state(article.db)
    address = brought(lead, exported("claims-jsonl"), "claims.jsonl")
    page = lead.get(address)
    assert page.status_code == 200
    assert "claims.jsonl" in said(page)
    assert "Answers from Qawl (claims-jsonl/1)" in said(page)
    assert "95 answers" in said(page)
    assert "Reference" in said(page)
    assert copies.state(article.db) == before


def test_takes_in_what_was_checked(
    lead: FlaskClient, article: Project, exported: Callable[[str], bytes]
) -> None:
    done = take(lead, brought(lead, exported("claims-jsonl")))
    assert done.status_code == 200
    assert "Taken in" in said(done)
    assert "95 answers" in said(done)
    assert 'href="/team"' in done.text
    assert b"".join(article.export_jsonl()) == exported("claims-jsonl")
    assert kept(article) == []
    assert count(article.db, "annotations") >= 95


def test_says_what_is_here_and_what_differs(
    lead: FlaskClient, article: Project, exported: Callable[[str], bytes]
) -> None:
    lines = exported("claims-jsonl").splitlines()
    take(lead, brought(lead, exported("claims-jsonl")))
    before = copies.state(article.db)
    record = json.loads(lines[0])
    changed = json.dumps(record | {"comment": "otherwise"}).encode()
    page = lead.get(brought(lead, b"\n".join([changed, *lines[1:]])))
    assert "94 answers are here already" in said(page)
    assert "1 stays in the file" in said(page)
    assert f"{record['annotator']} answered otherwise here" in said(page)
    assert f"/documents/{ARTICLE}/sentences/{record['sent_id']}/history?everybody=1" in page.text
    assert "Nothing in it is new here" in said(page)
    assert "Take it in" not in said(page)
    assert copies.state(article.db) == before


def test_brings_a_whole_project_from_its_bundle(
    lead: FlaskClient, article: Project, exported: Callable[[str], bytes]
) -> None:
    address = brought(lead, exported("bundle"), "demo.zip")
    assert "A whole project" in said(lead.get(address))
    done = take(lead, address)
    assert "95 answers" in said(done)
    assert b"".join(article.export_jsonl()) == exported("claims-jsonl")
    assert kept(article) == []
    again = lead.get(brought(lead, exported("bundle"), "demo.zip"))
    assert "Nothing in it is new here" in said(again)
    assert "95 answers are here already" in said(again)
    assert "Take it in" not in said(again)


def test_brings_another_projects_file(
    lead: FlaskClient, article: Project, other: Project, tmp_path: Path
) -> None:
    give(article, "Ana", {0: NO_CLAIM, 1: NO_CLAIM})
    give(other, "Ana", {0: SKIPPED, 1: NO_CLAIM, 2: NO_CLAIM})
    other.add_person("Eda", by="Cleo")
    address = brought(lead, whole(other, tmp_path), "office two.db")
    page = lead.get(address)
    assert "A Qawl project file" in said(page)
    assert "office two.db" in said(page)
    done = take(lead, address)
    assert "1 answer" in said(done)
    assert "1 stays in the file" in said(done)
    assert "Ana : answered otherwise in the other file" in said(done)
    body = [one.id for one in article.sentences(ARTICLE) if one.kind is Kind.BODY]
    found = {(one["sent_id"], one["annotator"]): one["status"] for one in article.records()}
    assert found[body[0], "Ana"] == "no_claim"
    assert found[body[2], "Ana"] == "no_claim"
    assert "Eda" in {one.name for one in article.people()}
    assert other.secret() != article.secret() or other.path != article.path
    assert kept(article) == []


@pytest.mark.parametrize("format", ["brat", "label-studio", "doccano"])
def test_takes_another_tools_answers_under_a_name(
    format: str, lead: FlaskClient, article: Project, exported: Callable[[str], bytes], demo_file: Path
) -> None:
    with Project.open(demo_file) as project:
        data = b"".join(project.export(format, Filter(people=("Reference",))))
    address = brought(lead, data, "theirs")
    assert "Each" in said(lead.get(address))
    done = lead.post(address, data=form(lead.get(f"{address}?as=Eda")))
    assert done.status_code == 200, said(done)
    assert "Eda" in said(done)
    assert article.count_records(people=("Eda",)) > 20
    assert article.count_records(people=("Reference",)) == 0
    (by,) = article.db.execute("select changed_by from people_states where person = 'Eda'").fetchone()
    assert by == "Cleo"


def test_asks_whose_answers_they_are(lead: FlaskClient, article: Project) -> None:
    sentence = article.sentences(ARTICLE)[3]
    line = json.dumps({"id": 1, "text": sentence.text, "entities": [], "relations": []}).encode()
    address = brought(lead, line, "doccano.jsonl")
    page = lead.get(address)
    assert page.status_code == 422
    assert "does not say whose answers these are" in said(page)
    assert 'aria-invalid="true"' in page.text
    assert "looks like Ana, who is here already. Choose another" in said(lead.get(f"{address}?as=Аna"))
    assert lead.get(f"{address}?as=final").status_code == 422
    assert "Choose another name" in said(lead.get(f"{address}?as=final"))
    assert "1 answer" in said(lead.get(f"{address}?as=Ben"))
    elsewhere = json.dumps({"id": 1, "text": "An unknown text.", "entities": []}).encode()
    page = lead.get(brought(lead, elsewhere) + "?as=Ben")
    assert "no sentence of this project has the text “An unknown text.”" in said(page)


def test_says_that_the_project_has_changed_since(
    lead: FlaskClient, article: Project, exported: Callable[[str], bytes]
) -> None:
    address = brought(lead, exported("claims-jsonl"))
    seen = form(lead.get(address))
    give(article, "Ana", {0: NO_CLAIM})  # which matters to nothing in the file
    with article.at_one_moment():
        assert seen == form(lead.get(address))
    lines = exported("claims-jsonl").splitlines(keepends=True)
    article_before = b"".join(article.export_jsonl())
    path = article.path.with_name("some.jsonl")
    path.write_bytes(b"".join(lines[:3]))
    article.take_records(path)
    refused = lead.post(address, data=seen)
    assert refused.status_code == 409
    assert "has changed since this file was checked" in said(refused)
    assert "3 answers are here already" in said(refused)
    assert len(b"".join(article.export_jsonl()).splitlines()) == len(article_before.splitlines()) + 3
    done = lead.post(address, data=form(refused))
    assert done.status_code == 200
    assert "92 answers" in said(done)


def test_holds_nobody_up_with_a_long_look(
    lead: FlaskClient, article: Project, monkeypatch: pytest.MonkeyPatch, exported: Callable[[str], bytes]
) -> None:
    address = brought(lead, exported("claims-jsonl"))
    seen = form(lead.get(address))
    monkeypatch.setattr(arriving, "AT_ONCE", 0)
    with closing(sqlite3.connect(article.path, isolation_level=None)) as db:
        db.execute("begin immediate")  # somebody is writing all the time
        assert form(lead.get(address)) == seen
    assert len(kept(article)) == 2
    assert "95 answers" in said(lead.post(address, data=seen))


def test_takes_nothing_in_unseen(
    lead: FlaskClient, article: Project, exported: Callable[[str], bytes]
) -> None:
    before = copies.state(article.db)
    address = brought(lead, exported("claims-jsonl"))
    assert lead.post(address, data={}).status_code == 409
    assert copies.state(article.db) == before


def test_leaves_a_file_out(lead: FlaskClient, article: Project, exported: Callable[[str], bytes]) -> None:
    address = brought(lead, exported("claims-jsonl"), "claims.jsonl")
    assert "claims.jsonl" in said(lead.get("/import/answers"))
    assert lead.post(f"{address}/leave").location == "/import/answers"
    assert "Nothing was changed" in said(lead.get("/import/answers"))
    assert kept(article) == []
    assert lead.get(address).status_code == 404
    assert lead.post(address, data={"seen": "x"}).status_code == 404


def test_notices_a_file_that_was_changed_where_it_waits(
    lead: FlaskClient, article: Project, exported: Callable[[str], bytes]
) -> None:
    address = brought(lead, exported("claims-jsonl"))
    (path,) = (one for one in incoming.folder_of(article.path).iterdir() if one.suffix == "")
    path.write_bytes(path.read_bytes().replace(b"russia", b"turkey"))
    assert lead.get(address).status_code == 404


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("a.ann", b" " * 30_000_000)
    return made.getvalue()


ODD: dict[bytes, str] = {
    b"": "empty",
    b"\0\xff nothing at all": "no answers that can be read",
    b"A text. It has two sentences.": "no answers that can be read",
    b'{"schema":"claims-jsonl/1"}': "Line 1 is not a record",
    b'{"schema":"claims-jsonl/9"}': "does not know",
    b"[1, 2]": "not one of Label Studio",
    b'{"text": "x", "entities": 5}': "not an example of doccano",
    b"SQLite format 3\0" + b"x" * 4000: "damaged",
    bomb(): "unpack to far more",
}


def test_refuses_what_it_cannot_read(lead: FlaskClient, article: Project) -> None:
    before = copies.state(article.db)
    for data, words in ODD.items():
        answered = send(lead, data, "odd.bin")
        if answered.status_code == 303:
            answered = lead.get(f"{answered.location}?as=Eda")
        assert answered.status_code == 422, words
        assert words in said(answered)
        assert str(article.path.parent) not in answered.text
        assert ".incoming" not in answered.text
    assert copies.state(article.db) == before


def test_refuses_a_bundle_that_was_cut(
    lead: FlaskClient, article: Project, exported: Callable[[str], bytes]
) -> None:
    data = exported("bundle")
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        changed = zipped.read("claims.jsonl").replace(b"russia", b"turkey", 1)
        members = {name: zipped.read(name) for name in zipped.namelist()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name, content in members.items():
            after.writestr(name, changed if name == "claims.jsonl" else content)
    page = lead.get(brought(lead, made.getvalue()))
    assert page.status_code == 422
    assert "Nothing was stored" in said(page)
    assert len(kept(article)) == 2  # the file, and what is known of it


def test_opens_no_file_with_rules_of_its_own(
    lead: FlaskClient, article: Project, other: Project, tmp_path: Path
) -> None:
    data = whole(other, tmp_path)
    for sql in (
        "create trigger theirs after insert on people begin delete from people; end",
        "create view theirs as select 1",
        "alter table people add column theirs text",
        "drop view current_answers",
        "create table theirs (a)",
        "pragma writable_schema = on; insert into sqlite_master values "
        "('table', 'sqlite_theirs', 'sqlite_theirs', 0, 'create virtual table sqlite_theirs using fts5(a)')",
    ):
        (tmp_path / "copy.db").write_bytes(data)
        with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
            db.executescript(sql)
        page = lead.get(brought(lead, (tmp_path / "copy.db").read_bytes(), "theirs.db"))
        assert page.status_code == 422
        assert "theirs.db holds tables, views or rules that Qawl does not make" in said(page)
    assert not list(incoming.folder_of(article.path).glob("*.db*"))


def test_refuses_rows_that_no_page_could_show(
    lead: FlaskClient, article: Project, other: Project, tmp_path: Path
) -> None:
    give(other, "Ana", {0: NO_CLAIM})
    data = whole(other, tmp_path)
    before = copies.state(article.db)
    for sql in (
        "update annotations set status = 'claims', claims = '[{\"speaker\": 7}]'",
        "insert into people (name, created_at) values ('Eve', '2026-01-01T00:00:00.000Z')",  # and no role
    ):
        (tmp_path / "copy.db").write_bytes(data)
        with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
            db.execute(sql)
            db.commit()
        address = brought(lead, (tmp_path / "copy.db").read_bytes(), "theirs.db")
        assert lead.get(address).status_code == 422
        assert lead.post(address, data={"seen": "x"}).status_code == 422
    assert copies.state(article.db) == before


def test_takes_no_more_than_it_says(
    lead: FlaskClient, article: Project, monkeypatch: pytest.MonkeyPatch, exported: Callable[[str], bytes]
) -> None:
    monkeypatch.setattr(arriving, "LARGEST", 10_000)
    for size in (10_001, 300_000):
        answered = send(lead, b"x" * size)
        assert answered.status_code == 422
        assert "larger than" in said(answered)
    monkeypatch.setattr(arriving, "LARGEST", 100_000_000)
    monkeypatch.setattr(arriving, "LARGEST_FOREIGN", 1000)
    assert "in parts" in said(send(lead, exported("label-studio")))
    monkeypatch.setattr(arriving, "UNPACKED", 1000)
    assert "unpacks to more than" in said(lead.get(brought(lead, exported("bundle"))))
    monkeypatch.setattr(incoming, "MOST", 1)
    assert "wait already" in said(send(lead, exported("claims-jsonl")))


def test_forgets_after_a_day(
    lead: FlaskClient, article: Project, monkeypatch: pytest.MonkeyPatch, exported: Callable[[str], bytes]
) -> None:
    first = brought(lead, exported("claims-jsonl"), "claims.jsonl")
    assert len(kept(article)) == 2
    monkeypatch.setattr(incoming, "DAY", -1)
    assert "claims.jsonl" not in said(lead.get("/import/answers")).partition("What can be brought")[0]
    assert kept(article) == []
    assert lead.get(first).status_code == 404


def test_keeps_from_a_lead_what_they_must_not_see_yet(
    lead: FlaskClient, article: Project, exported: Callable[[str], bytes]
) -> None:
    """Same or otherwise: that would tell what others answered."""
    address = brought(lead, exported("claims-jsonl"))
    round = article.make_round("First", 1, people=["Ana", "Cleo"])
    article.assign(round.id, give=[(ARTICLE, "Cleo")], by="Cleo")
    assert send(lead, exported("claims-jsonl")).status_code == 403
    assert lead.get(address).status_code == 403
    assert lead.post(address, data={"seen": "x"}).status_code == 403


def test_brings_documents_into_an_empty_project(
    project: Project, sign_in: SignIn, exported: Callable[[str], bytes]
) -> None:
    client = create_app(project.path, testing=True).test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    sign_in(client, "Cleo")
    assert 'href="/import/answers"' in client.get("/").text
    address = brought(client, exported("bundle"))
    assert "1 document" in said(client.get(address))
    take(client, address)
    assert b"".join(project.export_jsonl()) == exported("claims-jsonl")


def test_makes_no_path_from_a_name(
    lead: FlaskClient, article: Project, exported: Callable[[str], bytes]
) -> None:
    name = "../../\u202e<b>evil</b>.jsonl"
    page = lead.get(brought(lead, exported("claims-jsonl"), name))
    assert "<b>evil" not in page.text
    assert "\u202e" not in page.text
    assert not list(article.path.parent.glob("*evil*"))
    assert all(re.fullmatch(r"[0-9a-f]{64}(\.json)?", one) for one in kept(article))
    for id in ("..", "%2e%2e%2fproject.db", "x" * 64, "0" * 64):
        assert lead.get(f"/import/answers/{id}").status_code == 404

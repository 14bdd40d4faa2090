"""`/healthz`: a real write, shared by all who ask, and no word to strangers."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from annotator.project import Project
from annotator.web import create_app
from annotator.web.health import FRESH, PATIENCE, Probe
from tests.conftest import password
from tests.store.test_copies import close_folder

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
JSON = {"Accept": "application/json"}


def number_in(path: Path) -> int:
    """What the last look left in the file."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        found: int = db.execute("pragma user_version").fetchone()[0]
        return found


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_writes_to_the_project_file(app: Flask, article: Project) -> None:
    before = number_in(article.path)
    assert app.test_client().get("/healthz").status_code == 200
    assert number_in(article.path) == before + 1


def test_leaves_nothing_in_any_table(article: Project) -> None:
    def everything() -> list[str]:
        with contextlib.closing(sqlite3.connect(article.path)) as db:
            return list(db.iterdump())

    before = everything()
    size = article.path.stat().st_size
    for _ in range(3):
        assert Probe(article.path).found().ok
    assert everything() == before
    assert article.path.stat().st_size == size


def test_writes_once_however_many_ask(article: Project) -> None:
    clock = Clock()
    probe = Probe(article.path, clock)
    before = number_in(article.path)
    for _ in range(50):
        assert probe.found().ok
    assert number_in(article.path) == before + 1
    clock.now += FRESH
    assert probe.found().ok
    assert number_in(article.path) == before + 2


@pytest.mark.parametrize("accept", ["*/*", "text/plain", "text/html"])
def test_answers_a_person_in_plain_text(app: Flask, accept: str) -> None:
    answer = app.test_client().get("/healthz", headers={"Accept": accept})
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.splitlines()[0] == "ok"
    assert {"schema:", "write_ms:", "free_bytes:"} <= set(answer.text.split())


def test_answers_a_program_in_json(app: Flask, article: Project) -> None:
    answer = app.test_client().get("/healthz", headers=JSON)
    assert answer.json is not None
    assert answer.json["status"] == "ok"
    assert answer.json["free_bytes"] > 0
    assert answer.json["schema"] > 10


def test_says_how_old_the_last_copy_is(app: Flask, article: Project) -> None:
    def said() -> dict[str, Any]:
        app.extensions["health"]._found = None
        return dict(app.test_client().get("/healthz", headers=JSON).json or {})

    assert "backup_hours" not in said()
    article.make_copy()
    assert 0 <= said()["backup_hours"] < 1


def test_is_well_but_for_its_copies_where_their_folder_cannot_be_read(
    app: Flask, article: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People can work and save; what they save has no copy, which is said and nothing else."""
    close_folder(monkeypatch, article.make_copy().parent)
    answer = app.test_client().get("/healthz", headers=JSON)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "ok"
    assert answer.json["write_ms"] > 0
    assert "cannot be read (Permission denied)" in answer.json["backup_problem"]
    assert "backup_hours" not in answer.json


@pytest.mark.parametrize("name", [None, "Ana"])
@pytest.mark.parametrize("headers", [{}, JSON])
def test_tells_strangers_and_annotators_no_more(
    app: Flask, name: str | None, headers: dict[str, str]
) -> None:
    client = visitor(app, name)
    answer = client.get("/healthz", headers=headers, environ_base=ELSEWHERE)
    assert answer.text.strip() == ('{"status":"ok"}' if headers else "ok")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{}, JSON])
def test_tells_an_annotator_no_more_at_the_computer_itself(app: Flask, headers: dict[str, str]) -> None:
    answer = visitor(app, "Ana").get("/healthz", headers=headers)
    assert answer.text.strip() == ('{"status":"ok"}' if headers else "ok")


def test_tells_leads_everything(app: Flask) -> None:
    answer = visitor(app, "Cleo").get("/healthz", headers=JSON, environ_base=ELSEWHERE)
    assert answer.json is not None
    assert "free_bytes" in answer.json


def test_tells_programs_what_their_person_may_know(app: Flask, article: Project) -> None:
    tokens = [article.add_token("monitor", article.person(name))[1] for name in ("Cleo", "Ana")]
    client = app.test_client()
    said = [
        client.get("/healthz", headers={"Authorization": f"Bearer {token}"}, environ_base=ELSEWHERE)
        for token in (*tokens, "wrong", "")
    ]
    assert [one.status_code for one in said] == [200] * 4
    assert ["free_bytes" in one.text for one in said] == [True, False, False, False]


def test_believes_no_proxy_that_it_is_this_computer(article: Project) -> None:
    app = create_app(article.path, testing=True, address="https://qawl.example")
    for headers in ({"X-Forwarded-For": "127.0.0.1"}, {"X-Real-Ip": "::1"}, {}):
        assert app.test_client().get("/healthz", headers=headers).text == "ok\n"


def visitor(app: Flask, name: str | None) -> FlaskClient:
    client = app.test_client()
    if name:
        data = {"name": name, "password": password(name)}
        headers = {"Origin": "http://localhost"}
        assert client.post("/sign-in", data=data, headers=headers).status_code == 303
    return client


def gone(path: Path) -> None:
    path.unlink()


def damaged(path: Path) -> None:
    for companion in (path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        companion.unlink(missing_ok=True)
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)


@pytest.mark.parametrize("broken", [gone, damaged])
def test_notices_a_file_that_cannot_be_used(article_file: Path, tmp_path: Path, broken: Any) -> None:
    path = tmp_path / "broken.db"
    shutil.copy(article_file, path)
    app = create_app(path, testing=True)
    broken(path)
    here, elsewhere = (
        app.test_client().get("/healthz", environ_base={"REMOTE_ADDR": address})
        for address in ("127.0.0.1", "192.0.2.7")
    )
    assert (here.status_code, elsewhere.status_code) == (503, 503)
    assert "why: " in here.text
    assert elsewhere.text == "not ok\n"


def test_notices_a_file_that_cannot_be_written(article: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held by somebody else for longer than anybody holds it: reading still works, saving does not."""
    monkeypatch.setattr("annotator.web.health.PATIENCE", 0.01)
    probe = Probe(article.path)
    with contextlib.closing(sqlite3.connect(article.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        found = probe.found()
        other.execute("rollback")
    assert not found.ok
    assert "held by another program" in str(found.why)


def test_notices_a_full_disk(article: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.web.health.LEAST", 10**18)
    found = Probe(article.path).found()
    assert "MB left" in str(found.why)
    assert found.health is not None


def test_holds_no_thread_for_long_while_one_looks(article: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.web.health.MOMENT", 0.01)
    clock = Clock()
    probe = Probe(article.path, clock)
    with contextlib.closing(sqlite3.connect(article.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        looking = threading.Thread(target=probe.found)
        looking.start()
        while not probe._turn.locked():  # it has begun
            pass
        assert "longer" in str(probe.found().why)
        other.execute("rollback")
        looking.join()
    assert probe.found().ok
    clock.now += PATIENCE
    probe._turn.acquire()
    monkeypatch.setattr("annotator.web.health.MOMENT", None)  # who waited now would fail
    assert probe.found().ok, "what was found a moment ago is told on"
    monkeypatch.setattr("annotator.web.health.MOMENT", 0.01)
    clock.now += PATIENCE
    assert not probe.found().ok, "but not for ever"
    probe._turn.release()

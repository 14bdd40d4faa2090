"""Every address × everybody × every method: nothing breaks, and nothing changes by reading."""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from annotator.model import Role
from annotator.project import Project
from annotator.web import create_app, several
from annotator.web.permissions import Who
from annotator.web.security import CONTENT_SECURITY_POLICY
from tests.conftest import ARTICLE
from tests.cookies import DAY, of, signed, visitor
from tests.web.test_security import rows

SignIn = Callable[[FlaskClient, str], None]

OTHER_METHODS = ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "QAWL")
INSIDES = re.compile(r"Traceback|sqlite3?\.|werkzeug|Error:|/annotator/|\.py\b")
"""What no answer tells a stranger: how the tool is made inside."""


@pytest.fixture(autouse=True)
def at_work(article: Project) -> None:
    """There is something to leak: answers, a token, a link."""
    from werkzeug.datastructures import MultiDict

    for name in ("Ana", "Ben"):
        person = article.person(name)
        sid = article.desk(ARTICLE, person).queued[0]
        article.record(ARTICLE, sid, person, MultiDict({"action": "no_claim"}), seen=None, token="1")
    article.invite("Zoe", by="Cleo")


# ------------------------------------------------------------------ who they are


def nobodies(app: Flask, article: Project) -> dict[str, FlaskClient]:
    """Everybody who is nobody here, or is so no longer."""
    stamp = article.session_stamp("Ana")
    article.change_role("Ana", Role.LEAD, by="Cleo")
    article.change_role("Ana", Role.ANNOTATOR, by="Cleo")
    dan = of(article, "Dan", stamp=str(dict(_states(article))["Dan"]))
    out = of(article, "Ben", id="signed out")
    article.leave(article.person("Ben"), "signed out")
    _, words = article.add_token("a script", article.person("Cleo"))
    return {
        "anyone": visitor(app),
        "removed": visitor(app, signed(app, dan)),
        "of another role by now": visitor(app, signed(app, of(article, "Ana", stamp=stamp))),
        "gone for long": visitor(app, signed(app, of(article, "Cleo"), age=15 * DAY)),
        "here for long": visitor(app, signed(app, of(article, "Cleo", began=int(time.time() - 31 * DAY)))),
        "signed out": visitor(app, signed(app, out)),
        "of another project": visitor(app, signed(app, of(article, "Cleo"), secret="theirs")),
        "holder of a token": visitor(app, HTTP_AUTHORIZATION=f"Bearer {words}"),
    }


def _states(article: Project) -> Iterator[tuple[str, int]]:
    for row in article.db.query("select person, max(id) as id from people_states group by person"):
        yield row["person"], row["id"]


def addresses(app: Flask, *methods: str) -> dict[str, Who]:
    return {path: who for (method, path), who in rows(app).items() if method in methods}


def ask(client: FlaskClient, method: str, path: str, **headers: str) -> TestResponse:
    with client.open(path, method=method, headers=headers) as answer:
        return cast(TestResponse, answer)


def check_guarded(answer: TestResponse, path: str) -> None:
    """What every answer carries, whoever asked and whatever became of it."""
    headers = answer.headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert not [name for name, _ in headers if name.startswith("Access-Control-")]
    assert headers["Cache-Control"] == "no-store" or path.startswith("/static/")
    if answer.status_code not in (204, 304):
        kind = headers["Content-Type"]
        assert "charset=utf-8" in kind or not kind.startswith("text/"), (path, kind)


# ------------------------------------------------------------------ the walk


def test_treats_everybody_who_is_nobody_alike(app: Flask, article: Project) -> None:
    """The signed-out, removed, changed and expired are told what a stranger is told, at every address."""
    everybody = nobodies(app, article)
    reads = addresses(app, "GET")
    for path, who in reads.items():
        found = {name: ask(client, "GET", path) for name, client in everybody.items()}
        for answer in found.values():
            assert answer.status_code < 500
            check_guarded(answer, path)
        if who is Who.TOKEN:
            assert found.pop("holder of a token").status_code == 200
        assert len({(one.status_code, one.headers.get("Location")) for one in found.values()}) == 1, path
        assert (found["anyone"].status_code in (303, 401)) is (who is not Who.ANYONE), path
    assert len(reads) > 50


def test_changes_nothing_by_reading(app: Flask, article: Project) -> None:
    with closing(sqlite3.connect(article.path)) as file:
        for name in ("Ana", "Cleo"):
            client = visitor(app, signed(app, of(article, name)))
            client.get("/account")  # notes the day
            before = list(file.iterdump())
            version = file.execute("pragma data_version").fetchone()[0]
            for path in addresses(app, "GET"):
                answer = ask(client, "GET", path)
                assert answer.status_code < 500, path
                check_guarded(answer, path)
                if path != "/healthz":  # which proves that the file can be written to
                    assert file.execute("pragma data_version").fetchone()[0] == version, (name, path)
                version = file.execute("pragma data_version").fetchone()[0]
            assert list(file.iterdump()) == before


def test_changes_nothing_by_looking_at_the_headers_alone(app: Flask, article: Project) -> None:
    client = visitor(app, signed(app, of(article, "Ana")))
    client.get("/account")
    with closing(sqlite3.connect(article.path)) as file:
        before = file.execute("pragma data_version").fetchone()
        for path in addresses(app, "GET", "POST"):
            for method in ("HEAD", "OPTIONS"):
                answer = ask(client, method, path)
                assert answer.status_code < 500, path
                check_guarded(answer, path)
                assert not answer.data or method == "OPTIONS", path
                if path == "/healthz":  # which proves that the file can be written to
                    before = file.execute("pragma data_version").fetchone()
        assert file.execute("pragma data_version").fetchone() == before


def test_refuses_every_other_method_and_says_which_there_are(app: Flask, article: Project) -> None:
    leads, strangers = visitor(app, signed(app, of(article, "Cleo"))), visitor(app)
    allowed = app.url_map.bind("localhost").allowed_methods
    with closing(sqlite3.connect(article.path)) as file:
        for path in addresses(app, "GET", "POST"):
            for number, method in enumerate(OTHER_METHODS):
                answer = ask(strangers if number % 2 else leads, method, path, **{"HX-Request": "true"})
                assert answer.status_code == 405, (method, path)
                assert set(answer.headers.get("Allow", "").split(", ")) == set(allowed(path)), (method, path)
                check_guarded(answer, path)
                if not number:
                    before = file.execute("pragma data_version").fetchone()
        assert file.execute("pragma data_version").fetchone() == before


def test_echoes_no_request(app: Flask) -> None:
    answer = visitor(app).open("/sign-in", method="TRACE", headers={"X-Secret": "do not repeat"})
    assert answer.status_code == 405
    assert "do not repeat" not in answer.text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/documents/%00", "/documents/..%2f..%2fetc", "/static/../web.py"]
)
def test_tells_nobody_how_it_is_made(app: Flask, article: Project, path: str) -> None:
    for client in (visitor(app), visitor(app, signed(app, of(article, "Ana")))):
        for method in ("GET", "POST", "PUT"):
            answer = ask(client, method, path)
            assert answer.status_code in (303, 403, 404, 405)
            assert not INSIDES.search(answer.text)
            check_guarded(answer, path)


def test_asks_browsers_to_stay_with_https(article: Project, tmp_path: Path) -> None:
    app = create_app(article.path, testing=True, address="https://qawl.example")
    for path in ("/sign-in", "/nowhere", "/", "/healthz", "/static/base.css"):
        with visitor(app).get(path) as answer:
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    second = tmp_path / "second.db"
    shutil.copy(article.path, second)
    front = Client(several.application([article.path, second], address="https://qawl.example"))
    for path in ("/", "/nowhere", "/project/sign-in"):
        assert front.get(path).headers["Strict-Transport-Security"] == "max-age=31536000"
        check_guarded(front.get(path), path)
    with visitor(create_app(article.path, testing=True)).get("/sign-in") as answer:
        assert "Strict-Transport-Security" not in answer.headers


# ------------------------------------------------------------------ downloads

NAMES = (
    'a"b',
    "a\\b",
    "a;b=c",
    "a\u202egnp.exe",
    "\u0627\u0644\u0642\u0648\u0644",
    "a\u2028b",
    "a'b%22",
    "../../etc/passwd",
)


@pytest.mark.parametrize("name", NAMES)
def test_sends_files_under_names_that_say_nothing_else(app: Flask, article: Project, name: str) -> None:
    document = article.import_file(f"{name}.txt", b"One sentence is here. Another follows it.", by="Cleo")
    answer = ask(visitor(app, signed(app, of(article, "Cleo"))), "GET", f"/documents/{document.id}/file")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert disposition.isascii()
    assert disposition.isprintable()
    plain = re.fullmatch(
        r"""attachment; filename=("([^"\\]|\\.)*"|[\w.'%-]+)(; filename\*=UTF-8''[\w.%~!-]+)?""", disposition
    )
    assert plain, disposition
    assert "/" not in disposition

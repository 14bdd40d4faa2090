"""The log: what happened, when, how fast and to which pseudonym; and not a word of what was said."""

from __future__ import annotations

import functools
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from annotator.model import Invalid
from annotator.project import Project
from annotator.project.keeping import Keeper
from annotator.web import create_app, logs
from tests.conftest import ARTICLE, password

SignIn = Callable[[FlaskClient, str], None]
FIELDS = {"time", "level", "event", "id", "method", "route", "status", "ms", "bytes", "person", "from"}


class Log:
    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def events(self) -> list[str]:
        return [line["event"] for line in self.lines]


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    """One that takes answers whole, as a server sends them: only then there is a line."""
    client.open = functools.partial(client.open, buffered=True)  # type: ignore[method-assign]
    return client


@pytest.fixture
def log() -> Iterator[Log]:
    made = Log()
    detach = logs.attach(logging.StreamHandler(made.stream), logging.DEBUG)
    yield made
    detach()


def test_leaves_one_line_a_request(log: Log, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    page = client.get(f"/documents/{ARTICLE}/sentences/s001?claim=new")
    line = log.lines[-1]
    assert len(log.lines) == 2
    assert set(line) <= FIELDS
    assert line["route"] == "/documents/<doc_id>/sentences/<sid>"
    assert (line["method"], line["status"], line["bytes"]) == ("GET", page.status_code, len(page.data))
    assert line["ms"] > 0


def test_tells_people_and_computers_apart_without_naming_them(
    log: Log, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Ana")
    client.get("/")
    client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    sign_in(client, "Ben")
    ana, again, ben = log.lines
    assert ana["event"] == ben["event"] == "sign_in"
    assert ana["person"] == again["person"] != ben["person"]
    assert ana["from"] == again["from"] != ben["from"]
    assert re.fullmatch("[0-9a-f]{8}", ana["person"])


def test_gives_pseudonyms_that_hold_in_one_project_only() -> None:
    here, there = (logs._pseudonym(secret, "Ana") for secret in (b"of one", b"of another"))
    assert here != there


def test_names_what_an_operator_looks_for(log: Log, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    for path, form in (
        ("/team/roles", {"name": "Ben", "role": "lead"}),
        ("/team/passwords", {"name": "Ben", "days": "7"}),
        ("/team/invitations", {"name": "Eve", "role": "annotator", "days": "7"}),
        ("/team/sign-out", {"name": "Ben"}),
        ("/team/remove", {"name": "Ben"}),
        ("/sign-out", {}),
        ("/team/roles", {"name": "Ana", "role": "lead"}),
    ):
        client.post(path, data=form)
    assert log.events == [
        *(
            "sign_in",
            "role_changed",
            "reset",
            "invitation_made",
            "sessions_ended",
            "person_removed",
            "sign_out",
        ),
        "refused",
    ]


def test_knows_only_views_that_are_there(app: Flask) -> None:
    assert {*logs.ACTS, *logs.DOORS, *logs.QUIET} <= set(app.view_functions)


def test_warns_of_wrong_passwords_and_of_those_slowed_down(log: Log, client: FlaskClient) -> None:
    for _ in range(6):
        client.post("/sign-in", data={"name": "Nobody", "password": ""})
    assert log.events[0] == "sign_in_failed"
    assert log.events[-1] == "sign_in_slowed"
    assert {line["level"] for line in log.lines} == {"warning"}


def test_warns_of_other_sites_and_of_tokens_and_links_that_do_not_work(log: Log, client: FlaskClient) -> None:
    client.get("/api/v1/answers", headers={"Authorization": "Bearer wrong"})
    client.get("/api/v1/answers")
    client.get("/invitations/wrong")
    client.post("/sign-out", headers={"Origin": "https://elsewhere.example"})
    assert log.events == ["token_failed", "refused", "invitation_failed", "other_site_refused"]
    assert {line["level"] for line in log.lines} == {"warning"}


def test_counts_the_bytes_of_a_file_that_is_streamed(log: Log, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    with client.get("/export/claims.jsonl") as answer:
        sent = len(answer.data)
    assert log.lines[-1]["event"] == "export"
    assert log.lines[-1]["bytes"] == sent


# ------------------------------------------------------------------ what stays out

SECRETS = [
    "Zerlina Qamishli",  # a name
    "zqpassword",
    "zqcomment",
    "zqaddress",
    "zqquery",
    "zqcookie",
    "zqtoken",
    "zqheader",
    "zqmethod",
    "zqfile",
    "إدلب",  # in every text
    "9d8f5d389fa7129b",  # the document's id
    "127.0.0.1",
    "192.0.2.7",
]


def a_whole_session(client: FlaskClient, article: Project) -> None:
    """Signing in, annotating, importing, failing; with a marked secret wherever somebody can write one."""
    article.add_person("Zerlina Qamishli", password="zqpassword of many letters")
    headers = {"User-Agent": "zqheader", "X-Request-Id": "zqheader", "X-Forwarded-For": "192.0.2.7, zqheader"}
    client.environ_base |= {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()}
    client.set_cookie("qawl-zqcookie", "zqcookie")
    client.get("/zqaddress?q=zqquery")
    client.get("/", query_string={"next": "zqquery"})
    client.post("/sign-in", data={"name": "Zerlina Qamishli", "password": "zqpassword of others"})
    client.post("/sign-in", data={"name": "Zerlina Qamishli", "password": "zqpassword of many letters"})
    sentence = f"/documents/{ARTICLE}/sentences/s001"
    client.get(sentence)
    client.post(sentence, data={"action": "skip", "comment": "zqcomment", "seen": "", "token": "zqtoken"})
    client.get("/search", query_string={"words": "zqquery إدلب"})
    client.get("/api/v1/answers", headers={"Authorization": "Bearer zqtoken"})
    client.get("/invitations/zqtoken")
    client.open("/", method="zqmethod")
    client.post("/sign-out")
    client.post("/sign-in", data={"name": "Cleo", "password": password("Cleo")})
    client.post("/import", data={"files": (io.BytesIO(b"zqcomment"), "zqfile.txt"), "pasted": "zqcomment"})
    client.post("/team/roles", data={"name": "Zerlina Qamishli", "role": "lead"})


def test_writes_nothing_that_anybody_said(log: Log, client: FlaskClient, article: Project) -> None:
    a_whole_session(client, article)
    assert len(log.lines) > 12
    assert {"sign_in", "sign_in_failed", "sign_out", "role_changed"} <= set(log.events)
    assert [secret for secret in SECRETS if secret in log.text or json.dumps(secret)[1:-1] in log.text] == []


class Leaking(Exception):
    """An error whose message has what it broke on, as most have."""


def test_tells_where_it_broke_and_not_on_what(log: Log, article: Project) -> None:
    app = create_app(article.path)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def break_on(said: str) -> str:
        try:
            raise KeyError(said)
        except KeyError as error:
            raise Leaking(f"cannot use {said}") from error

    app.view_functions["healthz"] = lambda: break_on("zqcomment")
    assert app.test_client().get("/healthz?zqquery", buffered=True).status_code == 500
    error, request = log.lines
    assert error["event"] == "error"
    assert error["error"] == "Leaking"
    assert error["trace"][-1].endswith(" break_on")
    assert error["after"]["error"] == "KeyError"
    assert error["id"] == request["id"]
    assert (request["status"], request["level"]) == (500, "error")
    assert "zq" not in log.text


def test_writes_what_the_server_counts_but_not_what_it_quotes(log: Log) -> None:
    logging.getLogger("waitress.queue").warning("Task queue depth is %d", 7)
    logging.getLogger("waitress").warning("Unexpected %s", "zqaddress")
    logging.getLogger("waitress").warning("zqaddress")
    assert [line.get("said") for line in log.lines] == ["Task queue depth is 7", None, None]
    assert "zq" not in log.text


def test_tells_of_copies_and_of_those_that_fail(log: Log, article: Project, tmp_path: Path) -> None:
    Keeper(article.path).look()
    (tmp_path / "no folder").write_text("but a file")
    Keeper(article.path, tmp_path / "no folder").look()
    assert log.events == ["backup", "backup_failed"]
    assert log.lines[0]["bytes"] > 0
    assert log.lines[1]["level"] == "warning"
    assert str(tmp_path) not in log.text


@pytest.mark.parametrize("value", ['"}\n{"event": "sign_in"}', "\r\n\x1b[2J\x00", "\u2028", "\udcff"])
def test_keeps_every_event_on_one_line(log: Log, value: str) -> None:
    logs.note("trial", reason=value)
    assert len(log.text.splitlines()) == 1
    assert log.text.isascii()
    assert log.text.rstrip("\n").isprintable()
    assert json.loads(log.text)["event"] == "trial"


def test_goes_on_when_the_log_cannot_be_written(client: FlaskClient) -> None:
    closed = io.StringIO()
    closed.close()
    detach = logs.attach(logging.StreamHandler(closed), logging.DEBUG)
    try:
        assert client.get("/sign-in").status_code == 200
    finally:
        detach()


def test_says_where_no_log_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="The log cannot be written to"):
        logs.begin(tmp_path / "no such folder" / "log", logging.INFO)


def test_is_silent_unless_asked(client: FlaskClient, capfd: pytest.CaptureFixture[str]) -> None:
    client.post("/sign-in", data={"name": "Ana", "password": "wrong"})
    client.get("/")
    assert capfd.readouterr() == ("", "")

"""Sessions that somebody plants, steals, changes or keeps for too long."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from annotator.model import Role
from annotator.project import Project
from annotator.web import create_app
from annotator.web.security import LONGEST_SESSION
from tests.cookies import DAY, held, of, signed, visitor

SignIn = Callable[[FlaskClient, str], None]


def let_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


@pytest.fixture
def ana(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Ana")
    return client


@pytest.fixture
def thief(app: Flask, ana: FlaskClient) -> FlaskClient:
    """Has a copy of the cookie of Ana, who is signed in."""
    copied = visitor(app, held(ana))
    assert let_in(copied)
    return copied


# ------------------------------------------------------------------ planted


def test_replaces_a_planted_cookie_when_somebody_signs_in(app: Flask, sign_in: SignIn) -> None:
    planted = signed(app, {"_permanent": True, "id": "known to the planter"})
    client = visitor(app, planted)
    sign_in(client, "Ana")
    assert held(client) != planted
    with client.session_transaction() as session:
        assert session["id"] != "known to the planter"
    assert not let_in(visitor(app, planted))


def test_gives_each_sign_in_a_number_of_its_own(app: Flask, sign_in: SignIn) -> None:
    found = set()
    for _ in range(3):
        client = visitor(app)
        sign_in(client, "Ana")
        with client.session_transaction() as session:
            assert len(bytes.fromhex(session["id"])) == 16
            found.add(session["id"])
    assert len(found) == 3


def test_ends_the_session_before_when_somebody_else_signs_in(
    ana: FlaskClient, thief: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(ana, "Ben")
    assert not let_in(thief)


# ------------------------------------------------------------------ stolen


def test_ends_a_copied_cookie_with_the_sign_out(ana: FlaskClient, thief: FlaskClient) -> None:
    ana.post("/sign-out")
    assert not let_in(thief)
    assert thief.post("/account/tokens", data={"name": "mine", "days": "30"}).status_code == 403


def test_leaves_the_other_devices_alone_when_signing_out(
    app: Flask, ana: FlaskClient, sign_in: SignIn
) -> None:
    other = visitor(app)
    sign_in(other, "Ana")
    ana.post("/sign-out")
    assert let_in(other)


def test_ends_a_copied_cookie_with_every_change_of_the_person(
    article: Project, ana: FlaskClient, thief: FlaskClient
) -> None:
    kept = held(ana)

    def ended() -> bool:
        """Whether the change ended the session; then it begins anew."""
        over = not let_in(thief)
        client = visitor(thief.application, kept)
        client.post("/sign-in", data={"name": "Ana", "password": "secret-ana"})
        thief.set_cookie(str(thief.application.config["SESSION_COOKIE_NAME"]), held(client))
        return over

    article.change_role("Ana", Role.LEAD)
    assert ended()
    article.end_sessions("Ana")
    assert ended()
    article.accept(article.token(article.invite_to_new_password("Ana")), "", "secret-ana")
    assert ended()
    article.set_password("Ana", "secret-ana")
    assert ended()
    article.remove_person("Ana")
    assert ended()
    article.add_person("Ana", password="secret-ana")  # who comes back does not come back to old sessions
    assert not let_in(visitor(thief.application, kept))


def test_changes_the_password_only_for_who_knows_it(thief: FlaskClient) -> None:
    form = {"old": "guessed", "new": "mine from now on", "again": "mine from now on"}
    assert thief.post("/account/password", data=form).status_code == 422
    del form["old"]
    assert thief.post("/account/password", data=form).status_code == 422


def test_sends_its_cookie_to_this_site_alone(article: Project) -> None:
    for address, name in ((None, "qawl-"), ("https://qawl.example", "__Host-qawl-")):
        app = create_app(article.path, testing=True, address=address)
        form = {"name": "Ana", "password": "secret-ana"}
        answer = visitor(app).post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})
        given, *flags = answer.headers["Set-Cookie"].split("; ")
        assert given.startswith(name)
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(flags)
        assert ("Secure" in flags) is bool(address)
        assert not any(flag.startswith("Domain") for flag in flags)
        assert len(given) < 1000


# ------------------------------------------------------------------ kept for too long


def test_ends_a_session_that_is_not_used(app: Flask, article: Project) -> None:
    assert app.permanent_session_lifetime.days == 14
    assert let_in(visitor(app, signed(app, of(article, "Ana"), age=14 * DAY - 60)))
    assert not let_in(visitor(app, signed(app, of(article, "Ana"), age=14 * DAY + 60)))


def test_ends_every_session_after_a_month(app: Flask, article: Project) -> None:
    assert LONGEST_SESSION.days == 30
    for age, lasts in ((29.9, True), (30.1, False)):
        began = int(time.time() - age * DAY)
        assert let_in(visitor(app, signed(app, of(article, "Ana", began=began)))) is lasts


def test_does_not_prolong_a_session_by_using_it(app: Flask, article: Project) -> None:
    began = int(time.time() - 29 * DAY)
    client = visitor(app, signed(app, of(article, "Ana", began=began), age=DAY))
    assert let_in(client)
    with client.session_transaction() as session:
        assert session["began"] == began


def test_signs_a_cookie_anew_once_an_hour(app: Flask, thief: FlaskClient) -> None:
    assert let_in(thief)
    with thief.session_transaction() as session:
        kept = dict(session)
    for age, anew in ((60, False), (3500, False), (3700, True), (13 * DAY, True), (-600, True)):
        client = visitor(app, signed(app, kept, age=age))
        assert ("Set-Cookie" in client.get("/account").headers) is anew, age


# ------------------------------------------------------------------ changed, or another's


def test_takes_no_cookie_that_it_did_not_sign(app: Flask, article: Project) -> None:
    mine = signed(app, of(article, "Ana"))
    payload, moment, mark = mine.split(".")
    lead = base64.urlsafe_b64encode(json.dumps(of(article, "Cleo")).encode()).decode().rstrip("=")
    for changed in (
        signed(app, of(article, "Cleo"), secret="another project's"),
        f"{lead}.{moment}.{mark}",
        f"{payload}.{moment}.{mark[::-1]}",
        f"{payload}.{moment}.",
        f"{payload}.{moment}",
        f"{lead}..",
        "a",
        "",
        "." * 3000,
    ):
        client = visitor(app, changed)
        assert client.get("/account").status_code == 303, changed
        assert client.get("/sign-in").status_code == 200


def test_signs_its_cookies_with_sha256(app: Flask, article: Project) -> None:
    mark = signed(app, of(article, "Ana")).rpartition(".")[2]
    assert len(base64.urlsafe_b64decode(mark + "=")) == hashlib.sha256().digest_size


def test_names_its_cookie_after_the_project(article: Project) -> None:
    """Two projects on one computer: a browser has the cookies of both, and each reads its own."""
    one = create_app(article.path).config["SESSION_COOKIE_NAME"]
    article.db.execute("update settings set value = 'that of another' where name = 'secret'")
    assert create_app(article.path).config["SESSION_COOKIE_NAME"] != one


def test_does_not_believe_what_a_cookie_says_of_the_role(app: Flask, article: Project) -> None:
    client = visitor(app, signed(app, of(article, "Ana", role="lead", leads=True)))
    assert let_in(client)
    assert client.get("/team").status_code == 403


def test_looks_a_session_up_by_an_index(article: Project) -> None:
    """Asked with every request: it must not read all the visits there ever were."""
    asked: list[str] = []
    article.db.conn.set_trace_callback(asked.append)
    assert article.in_session("Ana", article.session_stamp("Ana"), "a session")
    article.db.conn.set_trace_callback(None)
    (looked,) = [sql for sql in asked if "visits" in sql]
    plan = " ".join(str(row[3]) for row in article.db.execute(f"explain query plan {looked}"))
    assert "SEARCH visits USING INDEX visits_by_session" in plan
    assert "SCAN" not in plan.replace("SCAN CONSTANT ROW", "")


@pytest.mark.parametrize("late", [False, True])
def test_ends_a_session_that_is_used_while_somebody_goes_back(
    late: bool, app: Flask, article: Project
) -> None:
    client = visitor(app, signed(app, of(article, "Ana"), age=7200))
    copy = article.make_copy()

    def meanwhile(*_: object) -> None:
        """What the request of a lead does in another thread."""
        if app.secret_key == before:
            article.go_back(copy)
            app.secret_key = article.secret()

    def after(response: Response) -> Response:
        meanwhile()
        return response

    before = app.secret_key
    if late:
        app.after_request(after)
    else:
        app.url_value_preprocessor(meanwhile)
    assert let_in(client) is late
    assert not let_in(client)

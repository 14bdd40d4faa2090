"""Who may do what, from where, and what every answer carries."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from annotator.project import Project
from annotator.web import create_app
from annotator.web.security import local_address
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]

DOCUMENT = f"/documents/{ARTICLE}"
OPEN = ("/sign-in", "/healthz")
PEOPLE = (
    "/",
    "/account",
    "/annotate",
    "/codebook",
    "/codebook/versions",
    "/codebook/versions/0.1.0",
    "/codebook/versions/0.1.0/file",
    "/export",
    "/export/claims.jsonl",
    DOCUMENT,
    f"{DOCUMENT}/sentences/s1",
    f"{DOCUMENT}/sentences/s1/history",
    f"{DOCUMENT}/chunks/0",
)
LEADS = (
    "/agreement",
    "/agreement.json",
    "/team",
    f"{DOCUMENT}/file",
    "/import",
    f"{DOCUMENT}/text",
    "/speakers",
    "/speakers/turkey",
    "/codebook/edit/page",
    "/codebook/edit/field/stance",
    "/codebook/edit/label/stance/ru",
    "/codebook/upload",
)
WRITES_OF_EVERYBODY = ("/language",)
WRITES_OF_PEOPLE = (
    f"{DOCUMENT}/sentences/s1",
    f"{DOCUMENT}/sentences/s1/compare",
    f"{DOCUMENT}/sentences/s1/mine",
    f"{DOCUMENT}/undo",
    f"{DOCUMENT}/redo",
    f"{DOCUMENT}/speakers",
    "/account/password",
    "/account/sign-out",
    "/codebook/read",
    "/hint",
)
WRITES_OF_LEADS = (
    "/demo",
    "/team/invitations",
    "/team/invitations/1/withdraw",
    "/team/passwords",
    "/team/remove",
    "/team/roles",
    "/team/sign-out",
    "/import",
    "/import/tables/0",
    "/import/ready",
    f"{DOCUMENT}/check",
    f"{DOCUMENT}/check/kinds",
    f"{DOCUMENT}/check/others",
    f"{DOCUMENT}/read",
    f"{DOCUMENT}/text",
    f"{DOCUMENT}/text/s1",
    f"{DOCUMENT}/changes/undo",
    f"{DOCUMENT}/stage",
    "/speakers",
    "/speakers/turkey",
    "/speakers/usa/merge",
    "/speaker-changes/1/undo",
    "/codebook/edit/page",
    "/codebook/edit/field/stance",
    "/codebook/edit/label/stance/ru",
    "/codebook/upload",
    "/codebook/versions",
)


# ------------------------------------------------------------------ person × page


@pytest.mark.parametrize("path", OPEN)
def test_shows_the_door_to_everybody(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PEOPLE + LEADS)
def test_asks_strangers_to_sign_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location == f"/sign-in?next={path}"


@pytest.mark.parametrize("path", WRITES_OF_PEOPLE + WRITES_OF_LEADS)
def test_refuses_writes_of_strangers(client: FlaskClient, path: str) -> None:
    answer = client.post(path)
    assert answer.status_code == 403
    assert "Sign in again" in answer.text


@pytest.mark.parametrize("path", WRITES_OF_EVERYBODY)
@pytest.mark.parametrize("name", [None, "Ana", "Cleo"])
def test_refuses_nobody_what_is_for_everybody(
    client: FlaskClient, sign_in: SignIn, name: str | None, path: str
) -> None:
    if name:
        sign_in(client, name)
    assert client.post(path).status_code == 422  # an empty form, but no closed door


@pytest.mark.parametrize("path", PEOPLE)
@pytest.mark.parametrize("name", ["Ana", "Cleo"])
def test_lets_people_in(client: FlaskClient, sign_in: SignIn, name: str, path: str) -> None:
    sign_in(client, name)
    with client.get(path) as answer:
        assert answer.status_code in (200, 303)
        assert "/sign-in" not in (answer.location or "")


@pytest.mark.parametrize("path", LEADS)
def test_keeps_the_pages_of_leads(client: FlaskClient, sign_in: SignIn, path: str) -> None:
    sign_in(client, "Ana")
    assert client.get(path).status_code == 403
    sign_in(client, "Cleo")
    with client.get(path) as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("path", WRITES_OF_LEADS)
def test_keeps_the_writes_of_leads(client: FlaskClient, sign_in: SignIn, path: str) -> None:
    sign_in(client, "Ana")
    assert client.post(path).status_code == 403


def test_has_a_row_here_for_every_address(app: Flask) -> None:
    named = {
        *OPEN,
        *PEOPLE,
        *LEADS,
        *WRITES_OF_EVERYBODY,
        *WRITES_OF_PEOPLE,
        *WRITES_OF_LEADS,
        "/sign-out",
        "/static/base.css",
    }
    adapter = app.url_map.bind("localhost")
    reached = {adapter.match(path, method=m)[0] for path in named for m in adapter.allowed_methods(path)}
    assert {rule.endpoint for rule in app.url_map.iter_rules()} - reached == set()


# ------------------------------------------------------------------ requests from elsewhere


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
    ],
)
def test_refuses_forms_of_other_sites(app: Flask, headers: dict[str, str]) -> None:
    answer = app.test_client().post(
        "/sign-in", data={"name": "Ana", "password": "secret-ana"}, headers=headers
    )
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
def test_takes_forms_of_its_own_pages(app: Flask, headers: dict[str, str]) -> None:
    answer = app.test_client().post(
        "/sign-in", data={"name": "Ana", "password": "secret-ana"}, headers=headers
    )
    assert answer.status_code == 303


def test_answers_only_to_its_own_name(client: FlaskClient) -> None:
    assert client.get("/sign-in", headers={"Host": "rebound.example"}).status_code == 400


def test_answers_to_a_name_it_was_given(article: Project) -> None:
    app = create_app(article.path, testing=True, trusted_hosts=["qawl.example"])
    assert app.test_client().get("/sign-in", headers={"Host": "qawl.example"}).status_code == 200


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/codebook#stance", True),
        ("/documents/1?claim=2", True),
        ("//elsewhere.example", False),
        ("/\\elsewhere.example", False),
        ("/\t/elsewhere.example", False),
        ("https://elsewhere.example/", False),
        ("javascript:alert(1)", False),
        ("", False),
        (None, False),
    ],
)
def test_goes_on_only_to_its_own_pages(address: str | None, kept: bool) -> None:
    assert local_address(address) == (address if kept else None)


# ------------------------------------------------------------------ headers


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/static/base.css", "/healthz"])
def test_sends_protection_with_every_answer(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_keeps_pages_out_of_caches(client: FlaskClient) -> None:
    answer = client.get("/sign-in")
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"HX-Request", "HX-Target", "Accept-Language", "Cookie"} <= {
        name.strip() for name in answer.headers["Vary"].split(",")
    }


def test_keeps_versioned_files_for_ever(client: FlaskClient) -> None:
    with client.get("/static/base.css?v=1") as versioned, client.get("/static/base.css") as plain:
        assert "immutable" in versioned.headers["Cache-Control"]
        assert plain.headers["Cache-Control"] == "no-cache"


def test_sends_files_compressed_and_without_a_cookie(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    for name in ("base.css", "annotate.js", "icons.svg"):
        with client.get(f"/static/{name}?v=1") as answer:
            plain = answer.data
        for _ in range(2):
            with client.get(f"/static/{name}?v=1", headers={"Accept-Encoding": "gzip"}) as answer:
                assert answer.headers["Content-Encoding"] == "gzip"
                assert gzip.decompress(answer.data) == plain
                assert len(answer.data) < len(plain) / 2
                assert "Set-Cookie" not in answer.headers
                assert "Cookie" not in answer.headers["Vary"]


def test_hides_its_cookie_from_scripts_and_other_sites(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"name": "Ana", "password": "secret-ana"})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


# ------------------------------------------------------------------ problems


@pytest.mark.parametrize("path", ["/nowhere", "/documents/0000", f"{DOCUMENT}/sentences/none"])
def test_gives_one_way_on_where_nothing_is(client: FlaskClient, sign_in: SignIn, path: str) -> None:
    sign_in(client, "Ana")
    answer = client.get(path)
    assert answer.status_code == 404
    assert "To the documents" in answer.text


def test_refuses_a_wrong_method_with_a_page(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    answer = client.post("/codebook")
    assert answer.status_code == 405
    assert "To the documents" in answer.text


def test_tells_problems_of_a_form_beside_it(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    answer = client.post("/speakers", headers={"HX-Request": "true", "HX-Target": "work"})
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#problem"
    assert "Type the name of the new speaker first" in answer.text
    assert "<html" not in answer.text


def test_sends_htmx_the_inside_of_the_page(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    answer = client.get("/codebook", headers={"HX-Request": "true", "HX-Target": "work"})
    assert "<html" not in answer.text
    assert "<title>Codebook" in answer.text
    assert 'hx-swap-oob="true"' in answer.text


def test_says_what_broke_without_details(app: Flask) -> None:
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.view_functions["healthz"] = lambda: 1 / 0
    app.logger.disabled = True
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 500
    assert "What was saved before is safe" in answer.text
    assert "ZeroDivisionError" not in answer.text

"""Who may do what, from where, and what every answer carries."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from annotator.project import Project
from annotator.store import people
from annotator.web import create_app
from annotator.web.permissions import WHO, Who
from annotator.web.security import local_address
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]

DOCUMENT = f"/documents/{ARTICLE}"
OPEN = ("/sign-in", "/healthz", "/api/v1/openapi.json", "/api/v1/claims-jsonl-1.json")
PROGRAMS = (
    "/api/v1/agreement",
    "/api/v1/answers",
    "/api/v1/documents",
    f"/api/v1{DOCUMENT}",
    f"/api/v1{DOCUMENT}/sentences",
    "/api/v1/exports",
    "/api/v1/exports/claims-jsonl",
)
PEOPLE = (
    "/",
    "/agreement",
    "/agreement.csv",
    "/agreement.json",
    "/agreement/sentences",
    "/analysis",
    "/analysis/brief",
    "/analysis/positions.csv",
    "/analysis/positions.svg",
    "/account",
    "/account/tokens",
    "/again",
    "/annotate",
    "/codebook",
    "/codebook/versions",
    "/codebook/versions/0.1.0",
    "/codebook/versions/0.1.0/file",
    "/export",
    "/export/claims.jsonl",
    "/search",
    "/export/files/csv",
    DOCUMENT,
    f"{DOCUMENT}/sentences/s1",
    f"{DOCUMENT}/sentences/s1/history",
    f"{DOCUMENT}/chunks/0",
)
LEADS = (
    "/settle",
    "/export/bundle.zip",
    "/team",
    "/backups",
    f"{DOCUMENT}/file",
    "/import",
    "/import/answers",
    f"{DOCUMENT}/text",
    "/speakers",
    "/speakers/turkey",
    "/codebook/edit/page",
    "/codebook/edit/field/stance",
    "/codebook/edit/label/stance/ru",
    "/codebook/upload",
)
WRITES_OF_EVERYBODY = ("/language", "/invitations/made-up")
WRITES_OF_PEOPLE = (
    f"{DOCUMENT}/sentences/s1",
    f"{DOCUMENT}/sentences/s1/compare",
    f"{DOCUMENT}/sentences/s1/mine",
    f"/again/{ARTICLE}/s1",
    f"{DOCUMENT}/undo",
    f"{DOCUMENT}/redo",
    f"{DOCUMENT}/finish",
    f"{DOCUMENT}/speakers",
    "/account/password",
    "/account/sign-out",
    "/account/tokens",
    "/account/tokens/1/withdraw",
    "/codebook/read",
    "/hint",
)
WRITES_OF_LEADS = (
    "/demo",
    "/backups",
    "/backups/plan",
    "/backups/made-up/back",
    "/backups/made-up/removal",
    "/team/reopen",
    "/team/rounds",
    "/team/rounds/1",
    "/team/rounds/1/cells",
    "/team/rounds/1/repeats",
    "/team/rounds/1/spread",
    "/team/rounds/1/withdraw",
    "/team/invitations",
    "/team/invitations/1/withdraw",
    "/team/passwords",
    "/team/remove",
    "/team/roles",
    "/team/sign-out",
    "/import",
    "/import/tables/0",
    "/import/answers",
    "/import/answers/0",
    "/import/answers/0/leave",
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
    "/settle/unanimous",
    f"/settle/{ARTICLE}/s1",
    f"/settle/{ARTICLE}/s1/reopen",
    "/codebook/edit/page",
    "/codebook/edit/field/stance",
    "/codebook/edit/label/stance/ru",
    "/codebook/upload",
    "/codebook/versions",
)


# ------------------------------------------------------------------ person × address × method

TABLE = {
    Who.ANYONE: ((*OPEN, "/static/base.css"), (*WRITES_OF_EVERYBODY, "/sign-in", "/sign-out")),
    Who.PERSON: (PEOPLE, WRITES_OF_PEOPLE),
    Who.LEAD: (LEADS, WRITES_OF_LEADS),
    Who.TOKEN: (PROGRAMS, ()),
}
"""Who may read and who may write what: written down a second time, so that nobody changes it by accident."""

READ = [path for reads, _ in TABLE.values() for path in reads]

IN = "let in"
TO_THE_DOOR = "asked to sign in"
NOT_SAVED = "told to sign in and repeat it"
FOR_LEADS = "told that this is for leads"
NO_TOKEN = "asked for a token"


def rows(app: Flask) -> dict[tuple[str, str], Who]:
    """(method, path) → who may."""
    allowed = app.url_map.bind("localhost").allowed_methods
    found: dict[tuple[str, str], Who] = {}
    for who, (reads, writes) in TABLE.items():
        found |= {(method, path): who for path in reads for method in ("GET", "HEAD")}
        found |= {("POST", path): who for path in writes}
        found |= {("GET", path): who for path in writes if path not in READ and "GET" in allowed(path)}
    return found


def expected(method: str, who: Who, name: str | None) -> str:
    if who is Who.ANYONE:
        return IN
    if who is Who.TOKEN:
        return NO_TOKEN  # whoever is signed in: no cookie counts here
    if name in (None, "Dan"):
        return NOT_SAVED if method == "POST" else TO_THE_DOOR
    return FOR_LEADS if who is Who.LEAD and name != "Cleo" else IN


def outcome(answer: TestResponse, method: str, path: str) -> str:
    if answer.status_code == 303 and answer.location.startswith("/sign-in?next="):
        assert answer.location == f"/sign-in?next={path}"
        return TO_THE_DOOR
    if answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer":
        return NO_TOKEN
    if answer.status_code == 403 and "Sign in again" in answer.text:
        return NOT_SAVED
    if answer.status_code == 403 and (method == "HEAD" or "Only the people who lead" in answer.text):
        return FOR_LEADS
    if path in READ and method != "POST":
        assert answer.status_code in (200, 303), path
    return IN


@pytest.mark.parametrize("name", [None, "Dan", "Ana", "Cleo"])
def test_lets_everybody_do_what_the_table_says(
    app: Flask, client: FlaskClient, article: Project, name: str | None
) -> None:
    found, table = {}, {}
    for (method, path), who in rows(app).items():
        state = people.state(article.db, name or "")
        with client.session_transaction() as session:  # anew each time: some of these sign out
            session.clear()
            session.update({"person": name, "stamp": str(state.id)} if state else {})
        with client.open(path, method=method) as answer:
            found[method, path] = outcome(cast(TestResponse, answer), method, path)
        table[method, path] = expected(method, who, name)
    assert found == table


@pytest.mark.parametrize("name", ["Ana", "Cleo"])
def test_lets_programs_read_what_the_table_says(app: Flask, article: Project, name: str) -> None:
    """With a token only the addresses for programs open; how people agree, an annotator may not see yet."""
    _, words = article.add_token("a script", article.person(name))
    client = app.test_client(use_cookies=False)
    for (method, path), who in rows(app).items():
        with client.open(path, method=method, headers={"Authorization": f"Bearer {words}"}) as answer:
            assert "Set-Cookie" not in answer.headers or who is not Who.TOKEN
            found = outcome(cast(TestResponse, answer), method, path) if answer.status_code != 403 else None
        if who is Who.TOKEN:
            blind = name == "Ana" and path == "/api/v1/agreement"
            assert answer.status_code == (403 if blind else 200), path
        elif who is not Who.ANYONE:
            assert found == TO_THE_DOOR or method == "POST", path
            assert method != "POST" or answer.status_code == 403, path


def test_has_a_row_here_for_every_address(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    reached = {
        (adapter.match(path, method=method, return_rule=True)[0].rule, method) for method, path in rows(app)
    }
    every = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}
    }
    assert every - reached == set()


def test_has_a_row_in_the_house_for_every_address(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(WHO)


@pytest.mark.parametrize("name", [None, "Ana", "Cleo"])
def test_refuses_an_address_without_a_row(
    app: Flask, client: FlaskClient, sign_in: SignIn, name: str | None
) -> None:
    app.add_url_rule("/new", "new", lambda: "something new", methods=["GET", "POST"])
    if name:
        sign_in(client, name)
    for answer in (client.get("/new"), client.post("/new"), client.options("/new")):
        assert answer.status_code == 403
        assert "something new" not in answer.text


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


def broken() -> str:
    raise ZeroDivisionError


def test_says_what_broke_without_details(app: Flask) -> None:
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.view_functions["healthz"] = broken
    app.logger.disabled = True
    answer = app.test_client().get("/healthz")
    app.logger.disabled = False
    assert answer.status_code == 500
    assert "What was saved before is safe" in answer.text
    assert "ZeroDivisionError" not in answer.text

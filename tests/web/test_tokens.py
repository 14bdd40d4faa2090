"""Tokens on the page: told once, listed, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from annotator.project import Project

SignIn = Callable[[FlaskClient, str], None]


def made(client: FlaskClient, name: str = "Notebook") -> str:
    answer = client.post("/account/tokens", data={"name": name, "days": "30"})
    assert answer.status_code == 200
    return re.findall(r"qawl_[\w-]{43}", answer.text)[0]


def test_tells_a_token_once(client: FlaskClient, sign_in: SignIn, article: Project) -> None:
    sign_in(client, "Ana")
    words = made(client)
    assert article.bearer(words).name == "Ana"
    again = client.get("/account/tokens").text
    assert words not in again
    assert "Notebook" in again


def test_keeps_only_its_hash(client: FlaskClient, sign_in: SignIn, article: Project) -> None:
    sign_in(client, "Ana")
    words = made(client)
    article.gather()
    assert words.encode() not in article.path.read_bytes()


def test_says_when_it_was_last_used(client: FlaskClient, sign_in: SignIn, article: Project) -> None:
    sign_in(client, "Ana")
    words = made(client)
    assert "never" in client.get("/account/tokens").text
    article.bearer(words)
    article.bearer(words)
    assert "never" not in client.get("/account/tokens").text
    assert article.db.execute("select count(*) from token_uses").fetchone()[0] == 1


def test_refuses_a_token_without_a_name(client: FlaskClient, sign_in: SignIn, article: Project) -> None:
    sign_in(client, "Ana")
    for form in ({"name": " ", "days": "30"}, {"name": "x", "days": "0"}, {"name": "x", "days": "366"}):
        assert client.post("/account/tokens", data=form).status_code == 422
    assert article.tokens() == []


def test_lets_people_withdraw_their_own_and_leads_all(
    client: FlaskClient, sign_in: SignIn, article: Project
) -> None:
    for name in ("Ana", "Ben", "Cleo"):
        article.add_token(f"Script of {name}", article.person(name))
    sign_in(client, "Ana")
    assert "Script of Ben" not in client.get("/account/tokens").text
    ana, ben, _ = article.tokens()
    assert client.post(f"/account/tokens/{ben.id}/withdraw").status_code == 404
    assert client.post(f"/account/tokens/{ana.id}/withdraw").status_code == 303
    assert client.post(f"/account/tokens/{ana.id}/withdraw").status_code == 404
    sign_in(client, "Cleo")
    assert "Script of Ben" in client.get("/account/tokens").text
    assert client.post(f"/account/tokens/{ben.id}/withdraw").status_code == 303
    assert [token.person for token in article.tokens()] == ["Cleo"]


def test_is_found_from_the_account_and_the_team(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    for path in ("/account", "/team"):
        assert 'href="/account/tokens"' in client.get(path).text

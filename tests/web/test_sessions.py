"""Signing in and out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from annotator.model import Role
from annotator.project import Project

SignIn = Callable[[FlaskClient, str], None]

ELSEWHERE = {"REMOTE_ADDR": "192.168.1.20"}
PROXIED = {"HTTP_X_FORWARDED_FOR": "192.168.1.20"}


def test_signs_in_with_name_and_password(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"name": "Ana", "password": "secret-ana"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Menu of Ana" in client.get("/").text


def test_goes_on_to_the_page_that_was_asked_for(client: FlaskClient) -> None:
    page = client.get("/codebook", follow_redirects=True)
    assert 'name="next" value="/codebook"' in page.text
    answer = client.post("/sign-in", data={"name": "Ana", "password": "secret-ana", "next": "/codebook"})
    assert answer.location == "/codebook"


def test_goes_home_rather_than_elsewhere(client: FlaskClient) -> None:
    form = {"name": "Ana", "password": "secret-ana", "next": "//elsewhere.example"}
    assert client.post("/sign-in", data=form).location == "/"


@pytest.mark.parametrize(
    ("name", "password"),
    [("Ana", "wrong"), ("Ana", ""), ("Nobody", "secret-ana"), ("", ""), ("Dan", "secret-dan")],
)
def test_refuses_who_it_does_not_know(client: FlaskClient, name: str, password: str) -> None:
    answer = client.post("/sign-in", data={"name": name, "password": password})
    assert answer.status_code == 422
    assert "Set-Cookie" not in answer.headers
    assert f'value="{name}"' in answer.text  # the form as typed


def test_refuses_simulated_people(client: FlaskClient, article: Project) -> None:
    article.add_person("Simulated A", Role.SIMULATED)
    assert client.post("/sign-in", data={"name": "Simulated A"}).status_code == 422


def test_lets_in_without_password_on_this_computer(client: FlaskClient, article: Project) -> None:
    article.add_person("Eve")
    assert client.post("/sign-in", data={"name": "Eve"}).status_code == 303


@pytest.mark.parametrize("environment", [ELSEWHERE, PROXIED, {"HTTP_X_REAL_IP": "192.0.2.7"}])
def test_asks_for_a_password_over_the_network(
    client: FlaskClient, article: Project, environment: dict[str, str]
) -> None:
    article.add_person("Eve")
    answer = client.post("/sign-in", data={"name": "Eve"}, environ_overrides=environment)
    assert answer.status_code == 422
    assert "no password yet" in answer.text


def test_begins_a_session_of_its_own(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    client.post("/sign-in", data={"name": "Ana", "password": "secret-ana"})
    with client.session_transaction() as session:
        assert "planted" not in session


def test_signs_out(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/").status_code == 303


def test_passes_by_the_door_when_signed_in(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    assert client.get("/sign-in").location == "/"


def test_ends_the_session_of_a_removed_person(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    article.remove_person("Ana")
    assert client.get("/").status_code == 303


def test_ends_sessions_when_the_password_changes(
    client: FlaskClient, article: Project, sign_in: SignIn
) -> None:
    sign_in(client, "Ana")
    article.set_password("Ana", "another-secret")
    assert client.get("/").status_code == 303


def test_does_not_take_a_session_of_another_project(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    app.secret_key = "another project's"
    assert client.get("/").status_code == 303

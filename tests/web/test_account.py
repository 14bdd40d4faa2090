"""One's own password and sessions, and the door that guessing makes slow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from annotator.project import Project
from annotator.web.attempts import ADDRESS, FORGOTTEN, NAME, REMEMBERED, Attempts, TooSoon

SignIn = Callable[[FlaskClient, str], None]


@pytest.fixture
def ana(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Ana")
    return client


@pytest.fixture
def elsewhere(app: Flask, sign_in: SignIn) -> FlaskClient:
    """Ana on another device."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    sign_in(client, "Ana")
    return client


def passwords(old: str, new: str, again: str | None = None) -> dict[str, str]:
    return {"old": old, "new": new, "again": new if again is None else again}


def test_changes_the_password_and_stays_signed_in(ana: FlaskClient, elsewhere: FlaskClient) -> None:
    answer = ana.post("/account/password", data=passwords("secret-ana", "secret-new"), follow_redirects=True)
    assert "Your password is changed" in answer.text
    assert ana.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303
    assert elsewhere.post("/sign-in", data={"name": "Ana", "password": "secret-ana"}).status_code == 422
    assert elsewhere.post("/sign-in", data={"name": "Ana", "password": "secret-new"}).status_code == 303


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (passwords("wrong", "secret-new"), "not your password now"),
        (passwords("", "secret-new"), "not your password now"),
        (passwords("secret-ana", "short"), "8 characters"),
        (passwords("secret-ana", "secret-new", "secret-old"), "two ways"),
        ({}, "not your password now"),
    ],
)
def test_keeps_the_password_otherwise(ana: FlaskClient, form: dict[str, str], said: str) -> None:
    answer = ana.post("/account/password", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert ana.post("/account/password", data=passwords("secret-ana", "secret-new")).status_code == 303


def test_lets_whoever_has_none_choose_a_password(client: FlaskClient, article: Project) -> None:
    article.add_person("Eve")
    client.post("/sign-in", data={"name": "Eve"})
    assert "Your password now" not in client.get("/account").text
    assert client.post("/account/password", data=passwords("", "secret-eve")).status_code == 303
    assert article.sign_in("Eve", "secret-eve").has_password


def test_signs_out_everywhere(ana: FlaskClient, elsewhere: FlaskClient) -> None:
    assert "On 2 devices" in ana.get("/account").text
    assert ana.post("/account/sign-out").location == "/sign-in"
    assert ana.get("/").status_code == 303
    assert elsewhere.get("/").status_code == 303


# ------------------------------------------------------------------ guessing


def guess(client: FlaskClient, name: str = "Ana", address: str = "192.0.2.1") -> tuple[int, str]:
    form = {"name": name, "password": "wrong"}
    answer = client.post("/sign-in", data=form, environ_overrides={"REMOTE_ADDR": address})
    return answer.status_code, answer.headers.get("Retry-After", "")


@pytest.mark.parametrize("name", ["Ana", "Nobody"])  # no name can be found out by waiting
def test_makes_guessing_slow(client: FlaskClient, name: str) -> None:
    for _ in range(NAME.free):
        assert guess(client, name) == (422, "")
    status, after = guess(client, name)
    assert status == 429
    assert 1 <= int(after) <= 2
    right = client.post("/sign-in", data={"name": name, "password": "secret-ana"})
    assert right.status_code == 429
    assert "Too many tries failed. Wait" in right.text
    assert f'value="{name}"' in right.text


def test_leaves_the_others_alone(client: FlaskClient) -> None:
    for _ in range(NAME.free + 1):
        guess(client)
    assert client.post("/sign-in", data={"name": "Ben", "password": "secret-ben"}).status_code == 303


def test_keeps_signed_in_people_at_work(ana: FlaskClient, app: Flask) -> None:
    for _ in range(NAME.free + 1):
        guess(app.test_client(), "Ana")
    assert ana.get("/").status_code == 200


def test_slows_guesses_at_the_old_password_too(ana: FlaskClient) -> None:
    for _ in range(NAME.free):
        assert ana.post("/account/password", data=passwords("wrong", "secret-new")).status_code == 422
    answer = ana.post("/account/password", data=passwords("secret-ana", "secret-new"))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_lets_in_with_a_new_link_whoever_has_to_wait(client: FlaskClient, article: Project) -> None:
    for _ in range(NAME.free + 1):
        guess(client)
    link = f"/invitations/{article.token(article.invite_to_new_password('Ana'))}"
    assert client.post(link, data={"password": "secret-new", "again": "secret-new"}).status_code == 303
    client.post("/sign-out")
    assert client.post("/sign-in", data={"name": "Ana", "password": "secret-new"}).status_code == 303


def test_slows_each_address_behind_a_proxy_by_itself(client: FlaskClient) -> None:
    def through(address: str, name: str) -> int:
        headers = {"X-Forwarded-For": f"10.0.0.1, {address}"}  # the first part is whatever the guesser wrote
        return client.post("/sign-in", data={"name": name, "password": "x"}, headers=headers).status_code

    for number in range(ADDRESS.free):
        assert through("192.0.2.1", f"name {number}") == 422
    assert through("192.0.2.1", "another") == 429
    assert through("192.0.2.2", "another") == 422


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def waits(attempts: Attempts, name: str, address: str) -> int:
    """How long an attempt has to wait; one that need not fails."""
    try:
        attempts.begin(name, address)
    except TooSoon as problem:
        return problem.seconds
    return 0


def test_waits_longer_each_time_but_never_for_good() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    found = []
    for number in range(20):
        wait = waits(attempts, "Ana", f"192.0.2.{number}")
        if wait:
            found.append(wait)
            clock.now += wait
            assert waits(attempts, "Ana", f"192.0.2.{number}") == 0
    assert found[:4] == [2, 4, 8, 16]
    assert max(found) == found[-1] == NAME.longest


def test_is_not_prolonged_by_knocking() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    while not waits(attempts, "Ana", "192.0.2.1"):
        pass
    for _ in range(50):
        assert waits(attempts, "Ana", "192.0.2.1") == 2
    clock.now += 2
    assert waits(attempts, "Ana", "192.0.2.1") == 0


def test_keeps_nobody_out_where_they_signed_in_before() -> None:
    attempts = Attempts(Clock())
    attempts.begin("Cleo", "192.0.2.1")
    attempts.succeed("Cleo", "192.0.2.1")
    for number in range(NAME.free):
        assert waits(attempts, "Cleo", f"198.51.100.{number}") == 0
    assert waits(attempts, "Cleo", "198.51.100.99") == 2
    assert [waits(attempts, "Cleo", "192.0.2.1") for _ in range(NAME.free)] == [0] * NAME.free
    assert waits(attempts, "Cleo", "192.0.2.1") == 2  # who guesses there waits as well
    attempts.forgive("Cleo")
    assert waits(attempts, "Cleo", "192.0.2.1") == waits(attempts, "Cleo", "198.51.100.99") == 0


def test_slows_an_address_that_tries_many_names() -> None:
    attempts = Attempts(Clock())
    for number in range(ADDRESS.free):
        assert waits(attempts, f"name {number}", "192.0.2.1") == 0
    assert waits(attempts, "another", "192.0.2.1") == 2
    assert waits(attempts, "another", "192.0.2.2") == 0


def test_does_not_forgive_an_address_for_its_own_name() -> None:
    attempts = Attempts(Clock())
    for number in range(ADDRESS.free):
        waits(attempts, f"name {number}", "192.0.2.1")
        if number < ADDRESS.free - 1:
            attempts.begin("Ana", "192.0.2.1")
            attempts.succeed("Ana", "192.0.2.1")
    assert waits(attempts, "Ben", "192.0.2.1") == 2


def test_forgets_after_an_hour() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    while not waits(attempts, "Ana", "192.0.2.1"):
        pass
    clock.now += FORGOTTEN + 1
    assert [waits(attempts, "Ana", "192.0.2.1") for _ in range(NAME.free)] == [0] * NAME.free


def test_takes_spellings_of_a_name_as_one() -> None:
    attempts = Attempts(Clock())
    for name in ("Ana", "ANA", " ana ", "aNa", "anA"):
        assert waits(attempts, name, "192.0.2.1") == 0
    assert waits(attempts, "ana", "192.0.2.1") == 2


def test_remembers_only_so_many() -> None:
    attempts = Attempts(Clock())
    for number in range(REMEMBERED):
        waits(attempts, f"name {number}", f"address {number}")
    assert len(attempts._failures) == REMEMBERED

"""The ways in: passwords that are guessed, and links that are used twice, changed, or opened at once."""

from __future__ import annotations

import datetime
import re
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.security import check_password_hash, generate_password_hash

from annotator.model import Invalid, Role
from annotator.project import Project, passwords
from tests.cookies import visitor

SignIn = Callable[[FlaskClient, str], None]


def form(password: str, name: str = "") -> dict[str, str]:
    return {"name": name, "password": password, "again": password}


# ------------------------------------------------------------------ what a password may be


@pytest.mark.parametrize(
    "password",
    [
        "abab ba!",
        "a" * 64,
        "correct horse battery staple " * 40,
        "كلمة سر طويلة",
        "🔑🔑🔑🔑🔑🔑🔑🔑",
        "   spaces at both ends   ",
        "no-digits-no-capitals",
        "\u00e9e\u0301 twice the same",
    ],
)
def test_takes_any_characters_from_8_on_as_they_are(article: Project, password: str) -> None:
    article.add_person("Eve", password=password)
    assert article.sign_in("Eve", password).name == "Eve"
    for other in (password[:-1], password.upper(), password.strip() + "x", password + " "):
        if other != password:
            with pytest.raises(Exception, match="do not fit together"):
                article.sign_in("Eve", other)


@pytest.mark.parametrize(
    "password", ["password1", "PASSWORD1", "12345678", "iloveyou", "qwertyuiop", "football"]
)
def test_refuses_what_guessers_try_first(client: FlaskClient, article: Project, password: str) -> None:
    with pytest.raises(Invalid, match="first that guessers try"):
        article.add_person("Eve", password=password)
    with pytest.raises(Invalid, match="first that guessers try"):
        article.set_password("Ana", password)
    link = f"/invitations/{article.token(article.invite('Zoe'))}"
    assert "first that guessers try" in client.post(link, data=form(password)).text
    client.post("/sign-in", data={"name": "Ana", "password": "secret-ana"})
    own = {"old": "secret-ana", "new": password, "again": password}
    assert "first that guessers try" in client.post("/account/password", data=own).text


@pytest.mark.parametrize("password", ["zoe-zoe-zoe", "Zoe12345", "qawl2026", "annotator!", "Lead2026!"])
def test_refuses_little_more_than_a_name(article: Project, password: str) -> None:
    with pytest.raises(Invalid, match="little more than a name"):
        article.add_person("Zoe", password=password)


def test_knows_the_commonest_3000_and_more() -> None:
    known = passwords._common()
    assert len(known) >= 3000
    assert min(map(len, known)) >= passwords.SHORTEST


def test_keeps_passwords_hard_to_guess(monkeypatch: pytest.MonkeyPatch, strength: str) -> None:
    monkeypatch.setattr(passwords, "METHOD", strength)
    one, other = passwords.hashed("the same"), passwords.hashed("the same")
    assert one != other  # salted
    n, r, p = map(int, re.fullmatch(r"scrypt:(\d+):(\d+):(\d+)\$.+", one).groups())  # type: ignore[union-attr]
    assert (n, r) == (2**15, 8)
    assert p >= 3
    assert passwords.fits(one, "the same")


def test_keeps_older_passwords_better_once_they_are_used(article: Project, client: FlaskClient) -> None:
    kept = generate_password_hash("secret-ana", "scrypt:512:8:1")
    article.db.execute("update people_states set password = ? where person = 'Ana'", [kept])
    assert client.post("/sign-in", data={"name": "Ana", "password": "wrong"}).status_code == 422
    assert client.post("/sign-in", data={"name": "Ana", "password": "secret-ana"}).status_code == 303
    assert client.get("/account").status_code == 200
    states = list(article.db.query("select password from people_states where person = 'Ana' order by id"))
    assert [one["password"].split("$")[0] for one in states] == ["scrypt:512:8:1", passwords.METHOD]
    assert article.sign_in("Ana", "secret-ana").name == "Ana"


def test_lets_password_managers_help(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    link = f"/invitations/{article.token(article.invite())}"
    door, invited = client.get("/sign-in").text, client.get(link).text
    sign_in(client, "Ana")
    for page, kinds in (
        (door, ["current-password"]),
        (invited, ["new-password"] * 2),
        (client.get("/account").text, ["current-password", "new-password", "new-password"]),
    ):
        fields = re.findall(r"<input[^>]*type=\"password\"[^>]*>", page)
        assert [re.findall(r'autocomplete="([\w-]+)"', field)[0] for field in fields] == kinds
        assert not re.search(r"onpaste|maxlength", "".join(fields))


# ------------------------------------------------------------------ who is here


def test_tells_nobody_who_is_here(app: Flask, article: Project) -> None:
    """An unknown name, a wrong password, a removed person: the same words, the same status, the same work."""
    article.add_person("Robot", Role.SIMULATED)
    found = set()
    for number, name in enumerate(("Ana", "Nobody", "Dan", "Robot", "x" * 500)):
        client = visitor(app, REMOTE_ADDR=f"192.0.2.{number}")
        answer = client.post("/sign-in", data={"name": name, "password": "wrong-password"})
        found.add((answer.status_code, answer.text.replace(name, "NAME"), answer.headers.get("Set-Cookie")))
    assert len(found) == 1


def test_works_as_hard_where_nobody_is(article: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: every refusal compares one password, kept in today's way."""
    compared: list[str] = []

    def counted(kept: str, password: str) -> bool:
        compared.append(kept.split("$")[0])
        return check_password_hash(kept, password)

    monkeypatch.setattr(passwords, "check_password_hash", counted)
    for name in ("Ana", "Nobody", "Dan", ""):
        with pytest.raises(Exception, match="do not fit together"):
            article.sign_in(name, "wrong-password")
    assert compared == [passwords.METHOD] * 4


# ------------------------------------------------------------------ links


def test_takes_no_link_that_was_changed(client: FlaskClient, article: Project) -> None:
    one, other = (article.token(article.invite(name)) for name in ("Zoe", "Zack"))
    payload, mark = one.split(".")
    made_up = [
        f"{other.split('.')[0]}.{mark}",
        f"{payload}.{mark[::-1]}",
        payload,
        f"{payload}.",
        mark,
        "MQ",
        ".",
    ]
    for token in made_up:
        assert client.get(f"/invitations/{token}").status_code == 404, token
        assert client.post(f"/invitations/{token}", data=form("a new secret")).status_code == 404
    assert len(payload) + len(mark) > 40  # nobody counts through them


def test_takes_no_link_of_another_kind_or_project(app: Flask, article: Project) -> None:
    """A session's mark is no link's, and a link's is no session's, though one secret makes both."""
    from tests.cookies import of, signed

    client = visitor(app)
    assert client.get(f"/invitations/{signed(app, of(article, 'Cleo'))}").status_code == 404
    token = article.token(article.invite(role=Role.LEAD))
    assert visitor(app, token).get("/account").status_code == 303
    article.db.execute("update settings set value = 'that of another' where name = 'secret'")
    assert client.get(f"/invitations/{token}").status_code == 404


def test_ends_links_with_their_day(client: FlaskClient, article: Project) -> None:
    token = article.token(article.invite("Zoe", days=1))
    assert client.get(f"/invitations/{token}").status_code == 200
    past = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=1)).isoformat()
    article.db.execute("update invitations set expires = ?", [past.replace("+00:00", "Z")])
    for answer in (
        client.get(f"/invitations/{token}"),
        client.post(f"/invitations/{token}", data=form("a new secret")),
    ):
        assert answer.status_code == 403
        assert "expired" in answer.text


def test_ends_links_of_who_may_invite_no_more(client: FlaskClient, article: Project) -> None:
    article.add_person("Eve", Role.LEAD, "secret-eve")
    to_join = article.token(article.invite("Zoe", Role.LEAD, by="Eve"))
    to_password = article.token(article.invite_to_new_password("Ana", by="Eve"))
    article.change_role("Eve", Role.ANNOTATOR, by="Cleo")
    for token in (to_join, to_password):
        assert client.post(f"/invitations/{token}", data=form("a new secret")).status_code == 403
    assert article.sign_in("Ana", "secret-ana").name == "Ana"


def test_ends_links_to_a_password_with_the_person(client: FlaskClient, article: Project) -> None:
    token = article.token(article.invite_to_new_password("Ana", by="Cleo"))
    article.remove_person("Ana", by="Cleo")
    article.add_person("Ana", password="secret-ana")
    assert client.post(f"/invitations/{token}", data=form("a new secret")).status_code == 403


def test_ends_every_session_with_a_new_password_by_link(
    app: Flask, article: Project, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Ana")
    token = article.token(article.invite_to_new_password("Ana", by="Cleo"))
    assert visitor(app).post(f"/invitations/{token}", data=form("a new secret")).status_code == 303
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize("named", ["Zoe", None])
def test_lets_in_one_of_two_who_use_a_link_at_the_same_moment(
    app: Flask, article: Project, named: str | None
) -> None:
    token = article.token(article.invite(named, by="Cleo"))
    ready, found = threading.Barrier(4), []

    def use(number: int) -> None:
        client = visitor(app, REMOTE_ADDR=f"192.0.2.{number}")
        ready.wait()
        answer = client.post(f"/invitations/{token}", data=form(f"a new secret {number}", f"Zoe{number}"))
        found.append((answer.status_code, client.get("/account").status_code))

    threads = [threading.Thread(target=use, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(303, 200), *[(403, 303)] * 3]
    assert sum(one.name.startswith("Zoe") for one in article.people()) == 1


def test_spends_no_work_on_links_that_were_made_up(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "METHOD", "no such method")  # whoever hashes anything breaks here
    for _ in range(3):
        assert client.post("/invitations/MQ.made-up", data=form("a new secret")).status_code == 404


# ------------------------------------------------------------------ tokens


def test_takes_tokens_only_as_a_header_and_only_for_programs(client: FlaskClient, article: Project) -> None:
    _, words = article.add_token("a script", article.person("Cleo"))
    right = {"Authorization": f"Bearer {words}"}
    assert client.get("/api/v1/documents", headers=right).status_code == 200
    assert client.get(f"/api/v1/documents?token={words}").status_code == 401
    assert client.get("/team", headers=right).status_code == 303
    for wrong in (words[:-1], words.upper(), f"{words}x", "", " ", "null", words.removeprefix("qawl_")):
        answer = client.get("/api/v1/documents", headers={"Authorization": f"Bearer {wrong}"})
        assert answer.status_code == 401
        assert words not in answer.text
    assert client.get("/api/v1/documents", headers={"Authorization": f"Basic {words}"}).status_code == 401


def test_makes_who_guesses_tokens_wait_and_no_one_else(app: Flask, article: Project) -> None:
    _, words = article.add_token("a script", article.person("Cleo"))
    client = app.test_client()
    found = [
        client.get("/api/v1/documents", headers={"Authorization": f"Bearer qawl_{number}"}).status_code
        for number in range(25)
    ]
    assert found[0] == 401
    assert found[-1] == 429
    assert client.get("/api/v1/documents", headers={"Authorization": f"Bearer {words}"}).status_code == 200

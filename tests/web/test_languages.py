"""The language of the interface: whose choice counts, where it is kept, and what follows it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from annotator.model import Figure
from annotator.project import Project
from annotator.web import words

SignIn = Callable[[FlaskClient, str], None]


def spoken(client: FlaskClient, asked: str = "", path: str = "/sign-in") -> tuple[str, str]:
    """The language and direction that a page names, when the browser asks for `asked`."""
    page = client.get(path, headers={"Accept-Language": asked}, follow_redirects=True).text
    found = re.search(r'<html lang="(\w+)" dir="(\w+)"', page)
    assert found
    return found[1], found[2]


def choose(client: FlaskClient, lang: str, **form: str) -> str:
    answer = client.post("/language", data={"lang": lang, **form})
    assert answer.status_code == 303
    return answer.location


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ("en", "ltr")),
        ("ar", ("ar", "rtl")),
        ("ru-RU,ru;q=0.9,en;q=0.8", ("ru", "ltr")),
        ("fr, tr;q=0.5", ("tr", "ltr")),
        ("fr", ("en", "ltr")),
        ("*", ("en", "ltr")),
        ("en-GB, ar;q=0.9", ("en", "ltr")),
    ],
)
def test_speaks_what_the_browser_asks_for(client: FlaskClient, asked: str, found: tuple[str, str]) -> None:
    assert spoken(client, asked) == found


def test_keeps_the_choice_of_somebody_at_the_door(client: FlaskClient) -> None:
    assert choose(client, "ar") == "/"
    assert spoken(client, "ru") == ("ar", "rtl")


def test_stays_in_the_chosen_language_through_the_door(client: FlaskClient, sign_in: SignIn) -> None:
    choose(client, "tr")
    sign_in(client, "Ana")
    assert spoken(client, "ru", "/") == ("tr", "ltr")
    client.post("/sign-out")
    assert spoken(client, "ru") == ("tr", "ltr")


def test_remembers_everybodys_own_choice(
    client: FlaskClient, app_client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Ana")
    choose(client, "ar")
    sign_in(app_client, "Ben")
    assert spoken(app_client, "ru", "/") == ("ru", "ltr")
    client.post("/sign-out")
    sign_in(app_client, "Ana")  # elsewhere, in a browser that asks for something else
    assert spoken(app_client, "ru", "/") == ("ar", "rtl")


def test_leaves_ones_own_choice_to_nobody_else(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    choose(client, "ar")
    client.post("/sign-out")
    assert spoken(client, "ru") == ("ar", "rtl")  # the door still speaks it
    sign_in(client, "Ben")
    assert spoken(client, "ru", "/") == ("ru", "ltr")


def test_refuses_in_the_language_of_the_person(
    client: FlaskClient, app_client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Ana")
    choose(client, "ar")
    sign_in(app_client, "Ana")
    assert app_client.get("/speakers").status_code == 403
    assert spoken(app_client, "ru", "/speakers") == ("ar", "rtl")


@pytest.fixture
def app_client(client: FlaskClient) -> FlaskClient:
    """Another browser."""
    another = client.application.test_client()
    another.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return another


def test_appends_every_choice_with_its_author(client: FlaskClient, sign_in: SignIn, article: Project) -> None:
    sign_in(client, "Ana")
    for lang in ("ar", "ru"):
        choose(client, lang)
    rows = article.db.query("select person, name, value, created_at from preferences order by id")
    assert [(row["person"], row["name"], row["value"]) for row in rows] == [
        ("Ana", "language", "ar"),
        ("Ana", "language", "ru"),
    ]
    assert article.language(article.person("Ana")) == "ru"
    assert article.language(article.person("Ben")) is None


@pytest.mark.parametrize("lang", ["", "de", "../en", "<b>"])
def test_refuses_a_language_it_does_not_speak(client: FlaskClient, lang: str) -> None:
    assert client.post("/language", data={"lang": lang}).status_code == 422
    assert spoken(client) == ("en", "ltr")


@pytest.mark.parametrize(
    ("next", "there"), [("/codebook?x=1", "/codebook?x=1"), ("//elsewhere.example", "/"), ("", "/")]
)
def test_goes_back_to_the_page_it_was_chosen_on(client: FlaskClient, next: str, there: str) -> None:
    assert choose(client, "ar", next=next) == there


@pytest.mark.parametrize(("name", "path"), [(None, "/sign-in?next=/codebook"), ("Ana", "/codebook")])
def test_offers_each_language_by_its_own_name(
    client: FlaskClient, sign_in: SignIn, name: str | None, path: str
) -> None:
    if name:
        sign_in(client, name)
    page = client.get(path).text
    for lang, own in [("ar", "العربية"), ("ru", "Русский"), ("tr", "Türkçe"), ("en", "English")]:
        assert re.search(rf'value="{lang}" lang="{lang}"[^>]*>{own}<', page)
    assert f'name="next" value="{path}"' in page


def test_writes_dates_and_wordings_in_the_language_of_the_page(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    assert "Aug 2019" in client.get("/").text
    choose(client, "ar")
    page = client.get("/").text
    assert "أغسطس 2019" in page
    assert "العربية" in page


def test_leaves_the_text_of_documents_in_their_own_language(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    choose(client, "ru")
    page = client.get("/annotate", follow_redirects=True).text
    assert '<html lang="ru" dir="ltr"' in page
    assert 'lang="ar" dir="rtl"' in page


@pytest.mark.parametrize(("lang", "mark"), [("en", ""), ("ar", "\u200e")])
def test_keeps_the_sign_before_its_number(app: Flask, lang: str, mark: str) -> None:
    with app.test_request_context(headers={"Accept-Language": lang}):
        assert words.spoken(Figure("−0.53")) == f"{mark}−0.53"
        assert words.spoken(Figure("0.53")) == "0.53"

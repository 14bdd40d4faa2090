"""The first minutes: an empty project, the demo, and what there is to do next on every page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import BadRequest, MethodNotAllowed, RequestEntityTooLarge

from annotator import codebook, demo
from annotator.model import Forbidden, Invalid, Missing, Role, Stale, Unavailable
from annotator.project import Project
from annotator.web import create_app
from annotator.web.permissions import WHO, Who
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]


def visiting(path: Path) -> FlaskClient:
    client = create_app(path, testing=True).test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client


@pytest.fixture
def lead(project: Project, sign_in: SignIn) -> FlaskClient:
    """Cleo, in a project without documents."""
    client = visiting(project.path)
    sign_in(client, "Cleo")
    return client


def test_opens_the_demo_ready_to_annotate(lead: FlaskClient, project: Project) -> None:
    assert "Open the demo" in lead.get("/").text
    answer = lead.post("/demo", follow_redirects=True)
    assert answer.request.path == f"/documents/{ARTICLE}/sentences/s1"
    simulated = [one.name for one in project.people() if one.role is Role.SIMULATED]
    (progress,) = project.documents(project.person("Cleo"))
    assert (progress.document.id, progress.queued, progress.mine) == (ARTICLE, 28, 0)
    assert [(name, by_rule) for name, by_rule, _ in progress.others] == [(name, True) for name in simulated]
    assert len(simulated) == 2
    assert project.agreement().sentences


def test_opens_the_demo_only_into_an_empty_project(lead: FlaskClient, project: Project) -> None:
    project.import_file("talks.txt", b"The talks go on. He said so.\n")
    assert "Open the demo" not in lead.get("/").text
    answer = lead.post("/demo")
    assert answer.status_code == 422
    assert "without documents" in answer.text
    assert not [one for one in project.people() if one.role is Role.SIMULATED]


def test_opens_the_demo_only_for_leads(project: Project, sign_in: SignIn) -> None:
    client = visiting(project.path)
    sign_in(client, "Ana")
    page = client.get("/").text
    assert "Open the demo" not in page
    assert "Read the codebook meanwhile" in page


def test_explains_why_another_codebook_has_no_demo(tmp_path: Path, sign_in: SignIn) -> None:
    with Project.create(tmp_path / "nile.db", codebook.bundled("nile-2020")) as project:
        project.add_person("Cleo", Role.LEAD, "secret-cleo")
    client = visiting(tmp_path / "nile.db")
    sign_in(client, "Cleo")
    page = client.get("/").text
    assert "Open the demo" not in page
    assert "belongs to another codebook" in page
    assert client.post("/demo").status_code == 422


def test_takes_no_name_of_a_person_for_the_demo(lead: FlaskClient, project: Project) -> None:
    project.add_person("Simulated A")
    answer = lead.post("/demo")
    assert answer.status_code == 422
    assert "Simulated A" in answer.text
    assert not project.documents(project.person("Cleo"))


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "qawl-demo.db"
    demo.build(path)
    return path


@pytest.mark.parametrize("name", ["Annotator", "Lead"])
def test_enters_the_demo_with_one_click(demo_file: Path, name: str) -> None:
    client = visiting(demo_file)
    assert f'name="demo" value="{name}"' in client.get("/sign-in").text
    assert client.post("/sign-in", data={"demo": name}).status_code == 303
    assert f"Menu of {name}" in client.get("/").text


def test_opens_the_demos_door_only_on_this_computer(demo_file: Path) -> None:
    client = visiting(demo_file)
    headers = {"X-Forwarded-For": "192.0.2.7"}
    assert "This is the demo" not in client.get("/sign-in", headers=headers).text
    assert client.post("/sign-in", data={"demo": "Lead"}, headers=headers).status_code == 422


def test_has_that_door_in_the_demo_alone(project: Project) -> None:
    project.add_person("Lead", Role.LEAD, demo.PASSWORD)
    client = visiting(project.path)
    assert "This is the demo" not in client.get("/sign-in").text
    assert client.post("/sign-in", data={"demo": "Lead"}).status_code == 422


def test_knows_who_works_alone_on_this_computer(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        project.add_person("Zelda", Role.LEAD)
        assert 'value="Zelda"' in visiting(path).get("/sign-in").text
        assert "Zelda" not in visiting(path).get("/sign-in", headers={"X-Forwarded-For": "192.0.2.7"}).text
        project.add_person("Ben")
        assert "Zelda" not in visiting(path).get("/sign-in").text


# ------------------------------------------------------------------ when something goes wrong


PROBLEMS = {
    400: BadRequest(),
    403: Forbidden("You may not."),
    404: Missing("It is not here."),
    405: MethodNotAllowed(),
    409: Stale("Somebody was first."),
    413: RequestEntityTooLarge(),
    422: Invalid("That does not fit."),
    500: ZeroDivisionError(),
    503: Unavailable("The disk is full."),
}


@pytest.mark.parametrize("status", PROBLEMS)
@pytest.mark.parametrize("name", ["Ana", ""])
def test_gives_one_way_on_from_every_problem(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, name: str, status: int
) -> None:
    def broken() -> str:
        raise PROBLEMS[status]

    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/broken", view_func=broken)
    monkeypatch.setitem(WHO, "broken", Who.ANYONE)
    monkeypatch.setattr(app.logger, "disabled", True)
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    if name:
        sign_in(client, name)
    answer = client.get("/broken")
    assert answer.status_code == status
    (way,) = ways_on(answer.text)
    with client.get(way, follow_redirects=True) as there:
        assert there.status_code == (status if way.startswith("/broken") else 200)


def ways_on(page: str) -> list[str]:
    """The addresses of the primary links of a page."""
    work = page.partition("<main")[2]
    return re.findall(r'class="button primary[^"]*" href="([^"]*)"', work) + re.findall(r"<form", work)


# ------------------------------------------------------------------ pages with nothing to show


@pytest.mark.parametrize(
    ("name", "path", "empty", "unanswered"),
    [
        ("Cleo", "/", "Open the demo", "Start"),
        ("Cleo", "/annotate", "Open the demo", "Save, next sentence"),
        ("Cleo", "/agreement", "Import documents", "To the documents"),
        ("Cleo", "/export", "To the documents", "To the documents"),
        ("Cleo", "/codebook/versions", "To the codebook", "To the codebook"),
        ("Ana", "/", "Read the codebook meanwhile", "Start"),
        ("Ana", "/annotate", "Read the codebook meanwhile", "Save, next sentence"),
        ("Ana", "/export", "To the documents", "To the documents"),
    ],
)
def test_says_what_to_do_next_where_nothing_is(
    project: Project, sign_in: SignIn, name: str, path: str, empty: str, unanswered: str
) -> None:
    client = visiting(project.path)
    sign_in(client, name)
    assert empty in words(client, path)
    project.import_file("talks.txt", b"The talks go on. He said so.\n")
    assert unanswered in words(client, path)


def words(client: FlaskClient, path: str) -> str:
    """What a page says, its links and buttons among it."""
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())


def test_clears_filters_that_leave_nothing_to_export(article: Project, sign_in: SignIn) -> None:
    client = visiting(article.path)
    sign_in(client, "Cleo")
    assert "There are no answers yet." in words(client, "/export")
    assert "No answer fits these filters." in words(client, "/export?person=Ana")

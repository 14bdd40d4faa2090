"""The team page: people, roles, and the links that let them in."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from annotator.model import Role
from annotator.project import Project
from annotator.web import create_app

SignIn = Callable[[FlaskClient, str], None]

PASSWORD = {"password": "secret-new", "again": "secret-new"}


@pytest.fixture
def lead(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Cleo")
    return client


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client


def row(page: str, name: str) -> str:
    """What the table of people says about one of them."""
    people = page[page.index('id="people-title"') :]
    rows = re.findall(r"<tr>.*?</tr>", people, flags=re.DOTALL)
    return next(one for one in rows if f'<th scope="row"><bdi>{name}</bdi>' in one)


def links(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'<code [^>]*id="link-\d+"[^>]*>([^<]+)</code>', page)]


def path_of(link: str) -> str:
    assert link.startswith("http://localhost/")
    return link.removeprefix("http://localhost")


@pytest.mark.parametrize("path", ["/team/invitations/{}/withdraw", "/team/rounds/{}/spread"])
def test_finds_nothing_under_a_number_too_large_for_the_file(lead: FlaskClient, path: str) -> None:
    assert lead.post(path.format(2**63 - 1)).status_code == 404
    assert lead.post(path.format(2**63)).status_code == 404


# ------------------------------------------------------------------ who is there


def test_lists_everybody_with_role(lead: FlaskClient, article: Project) -> None:
    article.add_person("Robot", Role.SIMULATED)
    page = lead.get("/team").text
    assert "Annotator" in row(page, "Ana")
    assert "Lead" in row(page, "Cleo")
    assert "removed" in row(page, "Dan")
    assert "simulated" in row(page, "Robot")
    assert "<form" not in row(page, "Robot")


def test_tells_when_people_were_seen_and_where(lead: FlaskClient, app: Flask, sign_in: SignIn) -> None:
    assert "device" not in row(lead.get("/team").text, "Ana")
    for _ in range(2):
        client = app.test_client()
        client.environ_base["HTTP_ORIGIN"] = "http://localhost"
        sign_in(client, "Ana")
    assert "on 2 devices" in row(lead.get("/team").text, "Ana")
    client.post("/sign-out")
    assert "on 1 device" in row(lead.get("/team").text, "Ana")


def test_notes_a_visit_once_a_day(lead: FlaskClient, article: Project) -> None:
    def visits() -> int:
        return article.db.table("visits").count

    lead.get("/")
    assert visits() == 1  # the sign-in
    with lead.session_transaction() as session:
        session["day"] = "2026-01-01"
    for _ in range(3):
        lead.get("/")
    assert visits() == 2


# ------------------------------------------------------------------ letting people in


def test_lets_in_whoever_has_the_link(lead: FlaskClient, stranger: FlaskClient) -> None:
    page = lead.post("/team/invitations", data={}, follow_redirects=True).text
    (link,) = links(page)
    door = stranger.get(path_of(link))
    assert door.status_code == 200
    assert "invited to annotate" in door.text
    answer = stranger.post(path_of(link), data={"name": "Zoe", **PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Menu of Zoe" in stranger.get("/").text
    assert links(lead.get("/team").text) == []
    assert "Annotator" in row(lead.get("/team").text, "Zoe")


def test_keeps_the_name_the_lead_gave(lead: FlaskClient, stranger: FlaskClient) -> None:
    page = lead.post("/team/invitations", data={"name": "Zoe", "role": "lead"}, follow_redirects=True).text
    (link,) = links(page)
    assert 'value="Zoe"' in stranger.get(path_of(link)).text
    stranger.post(path_of(link), data={"name": "Zack", **PASSWORD})
    assert "Lead" in row(stranger.get("/team").text, "Zoe")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "Ana", **PASSWORD}, "Choose another name"),
        ({"name": "Dan", **PASSWORD}, "Choose another name"),
        ({"name": "", **PASSWORD}, "1 to 60 characters"),
        ({"name": "Zoe", "password": "short", "again": "short"}, "8 characters"),
        ({"name": "Zoe", "password": "secret-new", "again": "secret-old"}, "typed in two ways"),
        ({}, "8 characters"),
    ],
)
def test_asks_again_for_what_does_not_fit(
    lead: FlaskClient, stranger: FlaskClient, form: dict[str, str], said: str
) -> None:
    (link,) = links(lead.post("/team/invitations", follow_redirects=True).text)
    answer = stranger.post(path_of(link), data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert "secret" not in answer.text  # no password comes back
    assert stranger.post(path_of(link), data={"name": "Zoe", **PASSWORD}).status_code == 303


def test_closes_a_link_that_was_used_or_withdrawn(lead: FlaskClient, stranger: FlaskClient) -> None:
    (used,) = links(lead.post("/team/invitations", follow_redirects=True).text)
    stranger.post(path_of(used), data={"name": "Zoe", **PASSWORD})
    (open_,) = links(lead.post("/team/invitations", follow_redirects=True).text)
    withdraw = re.search(r'action="(/team/invitations/\d+/withdraw)"', lead.get("/team").text)
    assert withdraw
    lead.post(withdraw[1])
    for link, said in ((used, "used already"), (open_, "withdrawn")):
        for answer in (stranger.get(path_of(link)), stranger.post(path_of(link), data=PASSWORD)):
            assert answer.status_code == 403
            assert said in answer.text
    assert lead.post(withdraw[1]).status_code == 404


def test_opens_nothing_to_made_up_links(stranger: FlaskClient) -> None:
    assert stranger.get("/invitations/MQ.abc").status_code == 404
    assert stranger.post("/invitations/MQ.abc", data={"name": "Zoe", **PASSWORD}).status_code == 404


@pytest.mark.parametrize("form", [{"days": "0"}, {"days": "365"}, {"days": "x"}, {"role": "simulated"}])
def test_refuses_other_links_than_it_offers(lead: FlaskClient, form: dict[str, str]) -> None:
    assert lead.post("/team/invitations", data=form).status_code == 422
    assert lead.post("/team/invitations", data={"role": "owner"}).status_code == 422


def test_names_the_host_that_the_lead_uses(article: Project) -> None:
    client = create_app(article.path, testing=True, trusted_hosts=["qawl.example"]).test_client()
    client.environ_base["HTTP_ORIGIN"] = base = "http://qawl.example"
    client.post("/sign-in", data={"name": "Cleo", "password": "secret-cleo"}, base_url=base)
    client.post("/team/invitations", base_url=base)
    assert links(client.get("/team", base_url=base).text)[0].startswith(f"{base}/invitations/")


def test_names_the_address_of_a_proxy(article: Project) -> None:
    app = create_app(article.path, testing=True, address="https://qawl.example/")
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "https://qawl.example"
    passed_on = "http://qawl.example"  # TLS ends at the proxy; the name is passed on
    door = client.post("/sign-in", data={"name": "Cleo", "password": "secret-cleo"}, base_url=passed_on)
    assert door.status_code == 303
    assert "Secure" in door.headers["Set-Cookie"]
    with client.session_transaction(base_url="https://qawl.example") as session:
        session.update(person="Cleo", stamp=article.session_stamp("Cleo"))
    article.invite(by="Cleo")
    page = client.get("/team", base_url="https://qawl.example").text
    assert links(page)[0].startswith("https://qawl.example/invitations/")


# ------------------------------------------------------------------ changing people


def test_gives_a_link_to_a_new_password(lead: FlaskClient, stranger: FlaskClient, sign_in: SignIn) -> None:
    page = lead.post("/team/passwords", data={"name": "Ana"}, follow_redirects=True).text
    assert "New password for <bdi>Ana</bdi>" in page
    (link,) = links(page)
    assert stranger.post(path_of(link), data={"name": "Ben", **PASSWORD}).status_code == 303
    assert "Menu of Ana" in stranger.get("/").text
    assert stranger.post("/sign-in", data={"name": "Ana", "password": "secret-ana"}).status_code == 422
    assert stranger.post("/sign-in", data={"name": "Ana", "password": "secret-new"}).status_code == 303


def test_makes_leads_and_annotators(lead: FlaskClient, stranger: FlaskClient, sign_in: SignIn) -> None:
    sign_in(stranger, "Ana")
    lead.post("/team/roles", data={"name": "Ana", "role": "lead"})
    assert stranger.get("/").status_code == 303  # signed out, to come back as a lead
    sign_in(stranger, "Ana")
    assert stranger.get("/team").status_code == 200
    lead.post("/team/roles", data={"name": "Ana", "role": "annotator"})
    sign_in(stranger, "Ana")
    assert stranger.get("/team").status_code == 403


@pytest.mark.parametrize("path", ["/team/remove", "/team/roles"])
def test_keeps_the_last_lead(lead: FlaskClient, path: str) -> None:
    answer = lead.post(path, data={"name": "Cleo", "role": "annotator"})
    assert answer.status_code == 422
    assert "only lead" in answer.text
    assert lead.get("/team").status_code == 200


def test_removes_a_person_and_keeps_the_answers(
    lead: FlaskClient, stranger: FlaskClient, sign_in: SignIn, article: Project
) -> None:
    sign_in(stranger, "Ana")
    doc_id = article.documents(article.person("Cleo"))[0].document.id
    queued = article.desk(doc_id, article.person("Ana")).queued
    article.record(doc_id, queued[0], article.person("Ana"), _no_claim(), seen=None, token="1")
    assert lead.post("/team/remove", data={"name": "Ana"}).status_code == 303
    assert stranger.get("/").status_code == 303
    assert article.count_records(people=["Ana"]) == 1
    page = lead.get("/team").text
    assert "removed" in row(page, "Ana")
    assert "Make a link to come back" in row(page, "Ana")
    (link,) = links(lead.post("/team/invitations", data={"name": "Ana"}, follow_redirects=True).text)
    assert stranger.post(path_of(link), data=PASSWORD).status_code == 303
    assert len(article.desk(doc_id, article.person("Ana")).annotations) == 1


def _no_claim() -> object:
    from werkzeug.datastructures import MultiDict

    return MultiDict({"action": "no_claim"})


def test_signs_somebody_out_everywhere(lead: FlaskClient, stranger: FlaskClient, sign_in: SignIn) -> None:
    sign_in(stranger, "Ana")
    lead.post("/team/sign-out", data={"name": "Ana"})
    assert stranger.get("/").status_code == 303
    assert "device" not in row(lead.get("/team").text, "Ana")


@pytest.mark.parametrize("path", ["passwords", "roles", "sign-out", "remove"])
@pytest.mark.parametrize("name", ["", "Nobody", "Dan"])
def test_changes_nobody_who_is_not_there(lead: FlaskClient, path: str, name: str) -> None:
    assert lead.post(f"/team/{path}", data={"name": name, "role": "lead"}).status_code == 404


def test_shows_names_as_typed(lead: FlaskClient, article: Project) -> None:
    article.add_person("<b>Mona")
    page = lead.get("/team").text
    assert "<b>Mona" not in page
    assert "&lt;b&gt;Mona" in page

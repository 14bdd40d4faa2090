"""Looking at sentences once more: what a lead chooses, and a card that knows nothing of the first answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from annotator.model import Answer, Claim, Status
from annotator.project import Project
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]

MOMENT = "2026-01-01T00:00:00.000Z"
FIRST = Answer(
    Status.CLAIMS,
    (Claim(speaker=("turkey",), stance="ru", polarity="support", attribution="direct", note="a-first-note"),),
    comment="a-first-comment",
    hard=True,
)


@pytest.fixture
def round(article: Project) -> int:
    """Ana answered everything long ago."""
    made = article.make_round("First", 1, documents=[ARTICLE])
    article.assign(made.id, give=[(ARTICLE, "Ana")])
    ana = article.person("Ana")
    queued = article.desk(ARTICLE, ana).queued
    article.take_answers(ARTICLE, ana, dict.fromkeys(queued, FIRST), MOMENT)
    return made.id


@pytest.fixture
def ana(article: Project, round: int, client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    article.plan_repeats(round, 5, 7)
    sign_in(client, "Ana")
    return client


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the card."""
    form = page[page.index('id="answers"') :]
    found = (
        re.search(rf'name="{name}" value="([^"]*)"', form) for name in ("shown", "seen", "token", "claim")
    )
    return dict(zip(("shown", "seen", "token", "claim"), (one[1] for one in found if one), strict=True))


def first_due(client: FlaskClient) -> str:
    return client.get("/again").location


def test_lets_a_lead_choose_share_and_days(
    article: Project, round: int, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Cleo")
    assert "Now none come again." in client.get("/team").text
    answer = client.post(f"/team/rounds/{round}/repeats", data={"share": "10", "days": "14"})
    assert answer.status_code == 303
    assert "Now 10 in 100 sentences come again after 14 days." in client.get("/team").text
    assert client.post(f"/team/rounds/{round}/repeats", data={"share": "x", "days": "1"}).status_code == 422
    assert article.repeats_planned()[round].share == 10


def test_says_how_many_there_are(ana: FlaskClient) -> None:
    assert "2 sentences to look at once more" in ana.get("/").text


def test_says_nothing_where_there_are_none(client: FlaskClient, round: int, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    assert "once more" not in client.get("/").text
    assert client.get("/again").location == "/"


def test_never_sends_the_first_answer(ana: FlaskClient) -> None:
    page = ana.get(first_due(ana)).text
    panel = page[page.index('id="panel"') : page.index("</aside>")]
    assert "a-first" not in page
    assert fields(page)["seen"] == ""
    assert not re.search(r'<input[^>]*type="(?:checkbox|radio)"[^>]* checked', panel)
    assert 'class="claims"' not in panel
    assert "/history" not in page
    assert "unit-number" not in page
    assert 'class="summary"' not in page
    assert f"/documents/{ARTICLE}/" not in page[page.index('id="desk"') : page.index("</aside>")].replace(
        f"/documents/{ARTICLE}/speakers", ""
    )


def test_goes_on_to_the_next_and_ends(article: Project, ana: FlaskClient) -> None:
    before = list(article.records())
    for _ in range(2):
        place = first_due(ana)
        data = {**fields(ana.get(place).text), "action": "no_claim", "seconds": "3.5"}
        assert ana.post(place, data=data).location == "/again"
    assert ana.get("/again").location == "/"
    assert "You looked at all of them once more." in ana.get("/").text
    assert list(article.records()) == before
    rows = article.db.execute("select status, seconds from second_answers").fetchall()
    assert rows == [("no_claim", 3.5)] * 2


def test_takes_several_claims(article: Project, ana: FlaskClient) -> None:
    place = first_due(ana)
    claim = {"action": "save", "speaker": "russia", "stance": "tr", "attribution": "direct"}
    answer = ana.post(f"{place}?then=new", data={**fields(ana.get(place).text), **claim})
    assert answer.location == f"{place}?claim=new"
    page = ana.get(answer.location).text
    assert page.count('class="claim"') == 1
    other = {**claim, "speaker": "turkey"}
    assert ana.post(place, data={**fields(page), **other}).location == "/again"
    (name,) = article.agreement_with_oneself()
    assert name == "Ana"


def test_keeps_what_was_typed_when_something_is_missing(ana: FlaskClient) -> None:
    place = first_due(ana)
    data = {**fields(ana.get(place).text), "action": "save", "speaker": "russia", "comment": "so far"}
    answer = ana.post(place, data=data)
    assert answer.status_code == 422
    assert "so far</textarea>" in answer.text
    assert re.search(r'value="russia"[^>]* checked', answer.text)
    assert first_due(ana) == place


def test_shows_what_another_window_saved(ana: FlaskClient) -> None:
    place = first_due(ana)
    data = {**fields(ana.get(place).text), "action": "no_claim"}
    ana.post(place, data=data)
    answer = ana.post(place, data={**data, "token": "other", "action": "skip"})
    assert answer.location == place
    assert "changed in another window" in ana.get(place).text


def test_opens_no_sentence_that_does_not_come_again(article: Project, ana: FlaskClient) -> None:
    due = {one.sid for one in article.repeats(article.person("Ana"))}
    other = next(sid for sid in article.desk(ARTICLE, article.person("Ana")).queued if sid not in due)
    assert ana.get(f"/again/{ARTICLE}/{other}").status_code == 404
    assert ana.post(f"/again/{ARTICLE}/{other}", data={"action": "no_claim"}).status_code == 404


def test_shows_leads_the_agreement_with_oneself(article: Project, ana: FlaskClient, sign_in: SignIn) -> None:
    person = article.person("Ana")
    for one in article.repeats(person):
        form = MultiDict({"action": "no_claim", "claim": "new"})
        article.answer_again(ARTICLE, one.sid, person, form, seen=None, token=one.sid)
    article.finish(ARTICLE, person)
    assert "Agreement with oneself" not in ana.get("/agreement").text
    assert "oneself" not in (ana.get("/agreement.json").json or {})
    sign_in(ana, "Cleo")
    assert "Agreement with oneself" in ana.get("/agreement").text
    found = (ana.get("/agreement.json").json or {})["oneself"]["Ana"]
    assert found["sentences"] == 2
    assert {layer["id"] for layer in found["layers"]} >= {"claim", "stance"}
    sign_in(ana, "Ana")  # figures are kept: what leads are shown beside them is not
    assert "Agreement with oneself" not in ana.get("/agreement").text

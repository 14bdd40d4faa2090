"""Rounds on the team page, and finishing: what a lead gives, what that opens and closes to annotators."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from annotator.model import Answer, Document, Status
from annotator.project import Project
from annotator.web import rounds
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]

MOMENT = "2026-01-01T00:00:00.000Z"
SENTENCE = f"/documents/{ARTICLE}/sentences/s1"
FINISH = f"/documents/{ARTICLE}/finish"


@pytest.fixture
def other(article: Project) -> Document:
    return article.import_file("talks.txt", b"The talks go on\n\nThe minister said so. He was tired.\n")


@pytest.fixture
def cleo(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Cleo")
    return client


@pytest.fixture
def ana(app_client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(app_client, "Ana")
    return app_client


@pytest.fixture
def app_client(client: FlaskClient) -> FlaskClient:
    """A second browser."""
    second = client.application.test_client()
    second.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return second


def answer_all(project: Project, name: str = "Ana", **more: Answer) -> None:
    person = project.person(name)
    queued = project.desk(ARTICLE, person).queued
    answers = {sid: more.get(sid, Answer(Status.NO_CLAIM)) for sid in queued}
    project.take_answers(ARTICLE, person, answers, MOMENT)


def make(cleo: FlaskClient, project: Project, **more: object) -> int:
    form = {
        "name": "First",
        "overlap": "2",
        "document": project.giveable(),
        "person": project.takers(),
        "then": "spread",
    }
    answer = cleo.post("/team/rounds", data={**form, **more})
    assert answer.status_code == 303, answer.text
    return project.rounds()[-1].id


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# ------------------------------------------------------------------ the team page


def test_offers_a_round_of_everything(cleo: FlaskClient, article: Project, other: Document) -> None:
    page = cleo.get("/team").text
    assert 'value="Round 1"' in page
    assert "People: 2 of 3" in page  # not the lead
    assert "Documents: 2 of 2" in page
    assert "every document is open to everybody" in page


def test_makes_a_round_and_spreads_it(cleo: FlaskClient, article: Project, other: Document) -> None:
    id = make(cleo, article, due="2026-12-24")
    assert len(article.assigned(id)) == 4
    page = words(cleo.get("/team").text)
    assert "2 people for each document. Due 24 Dec 2026. Codebook idlib-2019@0.1.0" in page
    assert "fewer people" not in page


def test_spreads_what_was_begun_by_hand(cleo: FlaskClient, article: Project, other: Document) -> None:
    id = make(cleo, article, then="")
    assert article.assigned(id) == []
    assert "2 documents are with fewer people than that." in cleo.get("/team").text
    cleo.post(f"/team/rounds/{id}/cells", data={"cell": [f"{ARTICLE}/Ana"]})
    assert article.assigned(id) == [(ARTICLE, "Ana")]
    cleo.post(f"/team/rounds/{id}/spread")
    assert (ARTICLE, "Ana") in article.assigned(id)
    assert len(article.assigned(id)) == 4


def test_keeps_what_another_lead_gave_meanwhile(cleo: FlaskClient, article: Project) -> None:
    id = make(cleo, article, then="")
    article.assign(id, give=[(ARTICLE, "Ana")])
    shown = {"was": [f"{ARTICLE}/Ana"]}
    article.assign(id, give=[(ARTICLE, "Ben")])
    answer = cleo.post(f"/team/rounds/{id}/cells", data={**shown, "cell": [f"{ARTICLE}/Cleo"]})
    assert answer.location == f"/team?round={id}"
    assert set(article.assigned(id)) == {(ARTICLE, "Ben"), (ARTICLE, "Cleo")}
    assert "1 given, 1 released." in cleo.get("/team").text


def test_names_every_box_of_the_grid(cleo: FlaskClient, article: Project, other: Document) -> None:
    make(cleo, article)
    page = cleo.get("/team").text
    names = re.findall(r'name="cell" value="[^"]+" aria-label="([^"]+)"', page)
    assert len(names) == len(set(names)) == 6
    assert f"Ana: {other.title}" in names


def test_shows_progress_in_the_cells(cleo: FlaskClient, article: Project) -> None:
    id = make(cleo, article, then="")
    article.assign(id, give=[(ARTICLE, "Ana"), (ARTICLE, "Ben")])
    answer_all(article)
    article.finish(ARTICLE, article.person("Ana"))
    article.record(
        ARTICLE, "s1", article.person("Ben"), {"action": "no_claim"}, seen=None, token="1", seconds=20
    )
    page = words(cleo.get("/team").text)
    assert "finished 28 of 28" in page
    assert "1 of 28" in page
    assert "180 sentences an hour" in page


def test_leads_to_flags_and_comments(cleo: FlaskClient, article: Project) -> None:
    article.take_answers(ARTICLE, article.person("Ana"), {"s3": Answer(comment="Who <says> so?")}, MOMENT)
    page = cleo.get("/team").text
    assert "Who &lt;says&gt; so?" in page
    assert f'href="/documents/{ARTICLE}/sentences/s3/history?everybody=1"' in page
    assert "Ana left a comment." in words(page)


def test_changes_a_round_and_takes_it_back(cleo: FlaskClient, article: Project) -> None:
    id = make(cleo, article)
    form = {"name": "Second", "overlap": "1", "document": [ARTICLE], "person": ["Ana"], "due": ""}
    assert cleo.post(f"/team/rounds/{id}", data=form).status_code == 303
    assert (article.round(id).name, article.round(id).people) == ("Second", ("Ana",))
    cleo.post(f"/team/rounds/{id}/withdraw", data={"sure": "1"})
    assert article.rounds() == []


def test_shows_the_round_that_is_asked_for(cleo: FlaskClient, article: Project) -> None:
    first = make(cleo, article)
    make(cleo, article, name="Later")
    assert "<h3><bdi>Later</bdi></h3>" in cleo.get("/team").text
    assert "<h3><bdi>First</bdi></h3>" in cleo.get(f"/team?round={first}").text
    assert "<h3><bdi>Later</bdi></h3>" in cleo.get("/team?round=99").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"overlap": "4"}, "not as many people"),
        ({"overlap": "many"}, "as a number"),
        ({"name": ""}, "1 to 60 characters"),
        ({"due": "soon"}, "is no day"),
        ({"document": []}, "at least one document"),
        ({"person": []}, "at least one person"),
    ],
)
def test_refuses_bad_rounds(
    cleo: FlaskClient, article: Project, change: dict[str, object], said: str
) -> None:
    form = {"name": "First", "overlap": "2", "document": [ARTICLE], "person": ["Ana", "Ben"], **change}
    answer = cleo.post("/team/rounds", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert article.rounds() == []


@pytest.mark.parametrize("act", ["", "/cells", "/spread", "/withdraw"])
def test_knows_no_other_round(cleo: FlaskClient, act: str) -> None:
    form = {"name": "First", "overlap": "1", "document": [ARTICLE], "person": ["Ana"]}
    assert cleo.post(f"/team/rounds/7{act}", data=form).status_code == 404


# ------------------------------------------------------------------ what annotators see


def test_hides_from_annotators_what_they_are_not_given(
    cleo: FlaskClient, ana: FlaskClient, article: Project, other: Document
) -> None:
    id = make(cleo, article, then="")
    page = ana.get("/").text
    assert "Nothing is given to you yet" in page
    assert other.title not in page
    article.assign(id, give=[(other.id, "Ana")])
    page = ana.get("/").text
    assert other.title in page
    assert ARTICLE not in page
    for path in ("", "/sentences/s1", "/sentences/s1/history", "/chunks/0"):
        assert ana.get(f"/documents/{ARTICLE}{path}").status_code == 404
    for path in ("/sentences/s1", "/undo", "/redo", "/finish", "/speakers", "/sentences/s1/mine"):
        assert ana.post(f"/documents/{ARTICLE}{path}", data={"name": "X"}).status_code == 404
    assert cleo.get(SENTENCE).status_code == 200


def test_says_what_is_next(cleo: FlaskClient, ana: FlaskClient, article: Project, other: Document) -> None:
    late = article.make_round("First", 1, due="2020-01-01")
    soon = article.make_round("Second", 1, due="2019-01-01")
    article.assign(late.id, give=[(ARTICLE, "Ana")])
    article.assign(soon.id, give=[(other.id, "Ana")])
    page = words(ana.get("/").text)
    assert "Given to you: 2 documents, 0 finished." in page
    assert "Was due 1 Jan 2020" in page
    assert ana.get("/annotate").location == f"/documents/{other.id}"


def test_tells_leads_what_is_given_to_others(cleo: FlaskClient, article: Project) -> None:
    id = make(cleo, article, then="")
    article.assign(id, give=[(ARTICLE, "Ana")])
    assert "Given to others" in cleo.get("/").text


# ------------------------------------------------------------------ finishing


def test_offers_to_finish_once_nothing_is_left(ana: FlaskClient, article: Project) -> None:
    assert "Finish" not in ana.get("/").text
    assert ana.post(FINISH).status_code == 422
    answer_all(article, s3=Answer(Status.SKIPPED))
    page = ana.get("/").text
    assert "Ready to finish" in page
    assert "Every sentence was looked at; 1 stays skipped." in page
    page = ana.get(SENTENCE).text
    assert "leaves these skipped" in page
    assert f'<form id="finish-document" method="post" action="{FINISH}"' in page
    asked = ana.post(FINISH)
    assert "You skipped 1 sentence of" in words(asked.text)
    assert not article.finished(ARTICLE, article.person("Ana"))
    assert ana.post(FINISH, data={"skipped": "2"}).status_code == 200
    assert ana.post(FINISH, data={"skipped": "1"}).location == "/"
    page = ana.get("/").text
    assert "You finished “" in page
    assert 'status done">' in page


def test_shows_a_finished_document_to_read_only(ana: FlaskClient, article: Project) -> None:
    answer_all(article, s3=Answer(Status.NO_CLAIM, comment="Hm."))
    ana.post(FINISH)
    page = ana.get(f"/documents/{ARTICLE}/sentences/s3").text
    assert "You finished this document, so its answers are closed." in page
    assert "ask the person who leads the project" in page
    assert 'id="answers"' not in page.partition("<template")[0]
    assert "Hm." in page
    for path, form in (
        ("/sentences/s3", {"action": "skip", "seen": "3", "token": "1"}),
        ("/undo", {}),
        ("/redo", {}),
    ):
        answer = ana.post(f"/documents/{ARTICLE}{path}", data=form)
        assert answer.status_code == 403
        assert "You finished this document" in answer.text


def test_tells_the_browser_to_keep_an_answer_that_comes_too_late(ana: FlaskClient, article: Project) -> None:
    answer_all(article)
    ana.post(FINISH)
    answer = ana.post(SENTENCE, data={"action": "skip", "token": "1"}, headers={"X-Kept": "1"})
    assert answer.status_code == 403
    assert "You finished this document" in answer.json["problem"]


def test_opens_it_again_for_a_reason(cleo: FlaskClient, ana: FlaskClient, article: Project) -> None:
    answer_all(article)
    ana.post(FINISH)
    assert "Why <bdi>Ana</bdi> may change it" in cleo.get("/team").text
    assert cleo.post("/team/reopen", data={"cell": f"{ARTICLE}/Ana"}).status_code == 422
    form = {"cell": f"{ARTICLE}/Ana", "reason": "A new rule for headlines."}
    assert cleo.post("/team/reopen", data=form).status_code == 303
    assert "Open again: A new rule for headlines." in ana.get("/").text
    assert "answers are closed" not in ana.get(SENTENCE).text
    assert cleo.post("/team/reopen", data=form).status_code == 404


def test_finishes_with_everything_skipped_and_tells_the_lead(
    cleo: FlaskClient, ana: FlaskClient, article: Project
) -> None:
    make(cleo, article)
    person = article.person("Ana")
    queued = article.desk(ARTICLE, person).queued
    skipped = {sid: Answer(Status.SKIPPED) for sid in queued}
    article.take_answers(ARTICLE, person, skipped, MOMENT)
    assert "You skipped every sentence of" in ana.post(FINISH).text
    assert ana.post(FINISH, data={"skipped": str(len(queued))}).location == "/"
    page = words(cleo.get("/team").text)
    assert f"{len(queued)} skipped" in page
    assert "every sentence skipped" in page


def test_asks_before_the_last_round_opens_everything(cleo: FlaskClient, article: Project) -> None:
    first = make(cleo, article)
    second = make(cleo, article, name="Second")
    assert cleo.post(f"/team/rounds/{second}/withdraw").status_code == 303
    page = cleo.post(f"/team/rounds/{first}/withdraw")
    assert "is the only round" in words(page.text)
    assert "Annotators: 2. Documents: 1." in words(page.text)
    assert [one.id for one in article.rounds()] == [first]
    assert cleo.post(f"/team/rounds/{first}/withdraw", data={"sure": "1"}).status_code == 303
    assert article.rounds() == []


def test_lists_no_documents_to_choose_from_where_there_are_too_many(
    cleo: FlaskClient, article: Project, other: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "LISTED", 1)
    assert "too many to choose from" in cleo.get("/team").text
    made = make(cleo, article, document=[], all="1")
    assert set(article.round(made).documents) == {ARTICLE, other.id}
    third = article.import_file("more.txt", b"More talks\n\nThey met again.\n")
    page = cleo.get(f"/team?round={made}").text
    assert 'name="document"' not in page
    assert "Documents: 2 of 3" in page
    form = {"name": "Other", "overlap": "1", "person": ["Ana"], "all": "1"}
    assert cleo.post(f"/team/rounds/{made}", data=form).status_code == 303
    assert article.round(made).name == "Other"
    assert third.id not in article.round(made).documents


def test_shows_fewer_documents_at_once_where_there_are_many_people(
    cleo: FlaskClient, article: Project, other: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred documents by four hundred people were a page of 33 MB."""
    monkeypatch.setattr(rounds, "CELLS", 5)
    made = make(cleo, article)  # for three people
    shown = []
    for start in (0, 1):
        page = cleo.get(f"/team?round={made}&from={start}").text
        shown.append(set(re.findall(r'name="cell" value="(\w+)/', page)))
        assert ("More documents" in page, "Documents before" in page) == (start == 0, start == 1)
    assert [len(one) for one in shown] == [1, 1]
    assert set.union(*shown) == {ARTICLE, other.id}

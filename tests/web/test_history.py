"""The history of a sentence: what was answered, undone and carried, and who may see it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from annotator.model import Answer as Stored
from annotator.model import Claim, Status
from annotator.project import Given, Project, Rewritten
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]

ADDRESS = f"/documents/{ARTICLE}/sentences/s11/history"
CLAIM = {"action": "save", "speaker": "turkey", "stance": "tr", "attribution": "indirect"}


def give(project: Project, name: str, sid: str = "s11", **form: str) -> None:
    person = project.person(name)
    found = project.desk(ARTICLE, person).annotations.get(sid)
    project.record(ARTICLE, sid, person, MultiDict(form), seen=found.id if found else None, token="")


def words(client: FlaskClient, address: str = ADDRESS) -> str:
    """The work on a page as text, newest step first."""
    page = client.get(address).text.partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_says_where_nothing_was_answered(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    assert "Nothing yet" in words(client)
    assert "Annotate this sentence" in words(client)


def test_shows_every_answer_in_words_newest_first(
    client: FlaskClient, article: Project, sign_in: SignIn
) -> None:
    give(article, "Ana", action="no_claim")
    give(article, "Ana", claim="new", comment="Why?", hard="1", **CLAIM)
    give(
        article, "Ana", claim="1", hard="1", comment="Why?", **{**CLAIM, "stance": "ru", "polarity": "oppose"}
    )
    sign_in(client, "Ana")
    told = words(client)
    newest, second, first = told.split(" Ana · ")[1:]
    assert "Turkish" in newest
    assert "rejects" in newest
    assert "Before:" in newest
    assert "changed" in newest
    assert "added" in second
    assert "Flagged" in second
    assert "Why?" in second
    assert "No claim" in first
    assert "codebook idlib-2019@" in first


def test_tells_what_was_undone_and_redone(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    give(article, "Ana", **CLAIM)
    article.undo(ARTICLE, article.person("Ana"))
    article.redo(ARTICLE, article.person("Ana"))
    past = article.history(ARTICLE, "s11", article.person("Ana"))
    assert [step.action for step in past.steps if isinstance(step, Given)] == ["redo", "undo", "answer"]
    sign_in(client, "Ana")
    told = words(client)
    assert told.index("Redone") < told.index("Undone") < told.index("Answered")
    assert "Taken away" in told


def test_keeps_the_answers_of_others_from_annotators(
    client: FlaskClient, article: Project, sign_in: SignIn
) -> None:
    give(article, "Ben", comment="From Ben", **CLAIM)
    sign_in(client, "Ana")
    for address in (ADDRESS, f"{ADDRESS}?everybody=1"):
        told = words(client, address)
        assert "Ben" not in told
        assert "Nothing yet" in told


def test_opens_the_answers_of_others_to_a_lead_who_asks(
    client: FlaskClient, article: Project, sign_in: SignIn
) -> None:
    give(article, "Ben", comment="From Ben", **CLAIM)
    give(article, "Cleo", action="no_claim")
    sign_in(client, "Cleo")
    told = words(client)
    assert "From Ben" not in told
    assert "Show 1 answer of others" in told
    assert "Cleo ·" in told
    assert "From Ben" in words(client, f"{ADDRESS}?everybody=1")


def test_shows_everybodys_to_a_lead_who_finished(article: Project) -> None:
    give(article, "Ben", **CLAIM)
    lead = article.person("Cleo")
    desk = article.desk(ARTICLE, lead)
    article.take_answers(
        ARTICLE, lead, {sid: Stored(Status.NO_CLAIM) for sid in desk.queued}, "2026-01-01T00:00:00.000Z"
    )
    past = article.history(ARTICLE, "s11", lead)
    assert past.open
    assert {step.annotation.person for step in past.steps if isinstance(step, Given)} == {"Ben", "Cleo"}


def test_follows_answers_back_through_a_split(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    text = article.sentence(ARTICLE, "s11").text
    at = text.index("وترى أنقرة")
    on_second = Claim(("turkey",), "tr", "support", "ascribed", content_spans=((at, len(text)),))
    on_first = Claim(("russia",), "ru", "support", "ascribed", content_spans=((0, at - 1),))
    answers = {"s11": Stored(Status.CLAIMS, (on_first, on_second))}
    article.take_answers(ARTICLE, article.person("Ana"), answers, "2026-01-01T00:00:00.000Z")
    lead = article.person("Cleo")
    article.split(ARTICLE, "s11", at, lead)
    half = next(one for one in article.sentences(ARTICLE) if one.text == text[at:])
    past = article.history(ARTICLE, half.id, article.person("Ana"))
    carried, change, given = past.steps
    assert isinstance(carried, Given)
    assert carried.action == "carried"
    assert isinstance(change, Rewritten)
    assert change.of == "split"
    assert isinstance(given, Given)
    assert given.sentence.text == text
    assert carried.difference
    assert carried.difference.gone == (on_first,)  # it went to the other half
    assert not carried.difference.altered  # the same words, in another place
    sign_in(client, "Ana")
    told = words(client, f"/documents/{ARTICLE}/sentences/{half.id}/history")
    assert "A sentence was split Cleo" in told
    assert "Carried along" in told
    article.undo_change(ARTICLE, lead)
    assert [
        (step.change.kind, step.of)
        for step in article.history(ARTICLE, "s11", lead).steps
        if isinstance(step, Rewritten)
    ][0] == ("undo", "split")
    assert "A split was undone" in words(client)


@pytest.mark.parametrize("address", [ADDRESS.replace("s11", "none"), ADDRESS.replace(ARTICLE, "0000")])
def test_knows_no_history_of_what_is_not_there(client: FlaskClient, sign_in: SignIn, address: str) -> None:
    sign_in(client, "Ana")
    assert client.get(address).status_code == 404

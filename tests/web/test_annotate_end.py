"""A document that one has been through: what is left of it, and where to go on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import pytest
from flask.testing import FlaskClient

from annotator.model import Answer, Status
from annotator.project import Project
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]

MOMENT = "2026-01-01T00:00:00.000Z"
LAST = f"/documents/{ARTICLE}/sentences/s1"


@pytest.fixture
def ana(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Ana")
    return client


def been_through(project: Project, *, without: Sequence[str] = (), **more: Answer) -> None:
    ana = project.person("Ana")
    answers: Mapping[str, Answer] = {
        sid: Answer(Status.NO_CLAIM) for sid in project.desk(ARTICLE, ana).queued
    }
    left = {sid: more.get(sid, answer) for sid, answer in answers.items() if sid not in without}
    project.take_answers(ARTICLE, ana, left, MOMENT)


def notice(client: FlaskClient) -> str:
    """What stands between the head of the panel and the card."""
    page = client.get(LAST).text
    return " ".join(
        re.sub(r"<[^>]+>", " ", page.partition('id="note"')[2].partition("open-claim")[0]).split()
    )


def test_leads_on_to_the_next_document(ana: FlaskClient, article: Project) -> None:
    been_through(article)
    assert "Next document" not in notice(ana)
    other = article.import_file("talks.txt", b"The talks go on\n\nThe minister said so. He was tired.\n")
    told = notice(ana)
    assert "All 28 sentences are done." in told
    assert f"Next document {other.title}" in told
    assert "Back to the documents" in told
    assert f'href="/documents/{other.id}"' in ana.get(LAST).text


def test_says_nothing_while_something_is_left(ana: FlaskClient, article: Project) -> None:
    been_through(article, without=["s7"])
    assert "Back to the documents" not in notice(ana)


def test_goes_back_to_what_was_skipped(ana: FlaskClient, article: Project) -> None:
    been_through(article, s3=Answer(Status.SKIPPED), s7=Answer(Status.SKIPPED))
    desk = article.desk(ARTICLE, article.person("Ana"))
    told = notice(ana)
    assert f"Only skipped sentences are left: {desk.numbers['s3']} {desk.numbers['s7']}" in told
    assert "are done" not in told
    assert f'href="/documents/{ARTICLE}/sentences/s7" aria-label="Sentence' in ana.get(LAST).text


def test_names_what_was_flagged(ana: FlaskClient, article: Project) -> None:
    been_through(article, s11=Answer(Status.NO_CLAIM, hard=True))
    desk = article.desk(ARTICLE, article.person("Ana"))
    assert f"Flagged for the lead: {desk.numbers['s11']} " in notice(ana)


def test_names_no_flags_of_others(ana: FlaskClient, article: Project) -> None:
    been_through(article)
    ben = article.person("Ben")
    article.take_answers(ARTICLE, ben, {"s11": Answer(Status.NO_CLAIM, hard=True)}, MOMENT)
    assert "Flagged" not in notice(ana)

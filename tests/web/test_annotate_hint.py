"""The hint for people who begin."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from annotator.model import Answer, Status
from annotator.project import Project
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]

PLACE = f"/documents/{ARTICLE}/sentences/s1"
SWAP = {"HX-Request": "true", "HX-Target": "panel"}
GONE = '<div id="hint" hidden></div>'


@pytest.fixture
def ana(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Ana")
    return client


def test_tells_the_three_answers_with_their_keys(ana: FlaskClient) -> None:
    hint = re.search(r'<section class="hint".*?</section>', ana.get(PLACE).text, re.S)
    assert hint
    told = " ".join(re.sub(r"<[^>]+>", " ", hint[0]).split())
    assert told.startswith(
        "1 Choose who speaks 1 – 9 2 whose position it is Q – Y 3 how it is attributed A – G"
    )
    assert "↵ Save" in told
    assert "Got it" in told


def test_stays_away_once_put_away(ana: FlaskClient, client: FlaskClient, sign_in: SignIn) -> None:
    answer = ana.post("/hint", data={"back": PLACE})
    assert (answer.status_code, answer.location) == (303, PLACE)
    assert GONE in ana.get(PLACE).text
    ana.post("/sign-out")
    sign_in(client, "Ana")
    assert GONE in client.get(PLACE).text
    sign_in(client, "Ben")
    assert 'class="hint"' in client.get(PLACE).text


def test_gives_way_without_a_page_of_its_own(ana: FlaskClient) -> None:
    assert ana.post("/hint", headers=SWAP).text.strip() == GONE


def test_goes_only_to_pages_of_its_own(ana: FlaskClient) -> None:
    assert ana.post("/hint", data={"back": "//elsewhere.example"}).location == "/annotate"


def test_needs_no_telling_after_a_few_answers(ana: FlaskClient, article: Project) -> None:
    person = article.person("Ana")
    for n, sid in enumerate(("s1", "s2", "s3")):
        assert 'class="hint"' in ana.get(PLACE).text, n
        assert 'id="hint"' not in ana.get(PLACE, headers=SWAP).text
        article.take_answers(ARTICLE, person, {sid: Answer(Status.NO_CLAIM)}, "2026-01-01T00:00:00.000Z")
    assert GONE in ana.get(PLACE).text
    assert '<div id="hint" hx-swap-oob="true" hidden></div>' in ana.get(PLACE, headers=SWAP).text

"""Parts of the card that are kept: each reader gets their own."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from annotator.project import Project
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]

PLACE = f"/documents/{ARTICLE}/sentences/s3"


def steps(client: FlaskClient) -> str:
    """What the card calls its questions."""
    found = re.search(r'class="question-steps.*?</div>', client.get(PLACE).text, re.S)
    assert found
    return found[0]


def speakers(client: FlaskClient) -> str:
    return client.get(PLACE).text.partition('data-question="speaker"')[2].partition("</fieldset>")[0]


def test_speaks_to_each_reader_in_their_language(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    english = steps(client)
    assert "Choose" in english
    client.post("/language", data={"lang": "ru"})
    assert "Choose" not in steps(client)
    client.post("/language", data={"lang": "en"})
    assert steps(client) == english


def test_shows_what_was_chosen_where_it_was(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    assert "checked" not in speakers(client)
    claim = {"action": "save", "speaker": "turkey", "stance": "tr", "attribution": "indirect"}
    article.record(ARTICLE, "s3", article.person("Ana"), MultiDict(claim), seen=None, token="one")
    assert re.search(r'value="turkey"[^>]* checked', speakers(client))
    sign_in(client, "Ben")
    assert "checked" not in speakers(client)


def test_shows_a_speaker_as_renamed(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    assert "Ankara" not in speakers(client)
    form = {"name-en": "Ankara", "short-en": "Ankara", "type": "state", "side": "tr"}
    article.edit_speaker("turkey", form, article.person("Cleo"), seen=article.speakers_version())
    assert "Ankara" in speakers(client)

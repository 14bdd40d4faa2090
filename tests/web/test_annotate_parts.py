"""What is sent when one goes on, poured into moulds: it says what the templates say on the whole page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from annotator.project import Project
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]

SENTENCES = f"/documents/{ARTICLE}/sentences/"
ANSWERS = (
    {"action": "no_claim"},
    {"action": "save", "speaker": "turkey", "stance": "tr", "attribution": "indirect", "claim": "new"},
    {"action": "skip", "hard": "1"},
    {"action": "save", "speaker": "russia", "stance": "ru", "attribution": "indirect", "claim": "new"},
    {"action": "no_claim", "comment": "a <b> & more"},
)


def shown(page: str, id: str) -> str:
    """One element of a page, as far as it is the same each time."""
    found = re.search(rf'<(\w+)[^>]* id="{id}".*?</\1>', page, re.S)
    assert found, id
    # What a script does not need, what marks a part as sent alone, and the word for one form alone.
    said = re.sub(r"<noscript>.*?</noscript>| hx-swap-oob=\"true\"| autofocus", "", found[0], flags=re.S)
    return re.sub(r"\s+", "", re.sub(r'(name="token" value=)"[^"]+"', r"\1", said))


def answered(client: FlaskClient, sid: str, answer: dict[str, str], seen: str = "") -> tuple[str, str]:
    """The sentence that comes next, and what is sent with it."""
    place = SENTENCES + sid
    page = {"HX-Request": "true", "HX-Target": "panel", "HX-Current-URL": f"http://localhost{place}"}
    response = client.post(
        place, data={**answer, "seen": seen, "token": sid}, headers={**page, "X-Text": "0"}
    )
    assert response.status_code == 200
    return response.headers["HX-Push-Url"].rpartition("/")[2], response.text


@pytest.mark.parametrize(("name", "lang"), [("Ana", "en"), ("Ben", "ar"), ("Cleo", "ru")])
def test_says_what_the_whole_page_says(
    client: FlaskClient, article: Project, sign_in: SignIn, name: str, lang: str
) -> None:
    sign_in(client, name)
    client.post("/language", data={"lang": lang})
    sid = article.next_unfinished(ARTICLE, article.person(name))
    for answer in ANSWERS:
        assert sid
        left, (sid, sent) = sid, answered(client, sid, answer)
        whole = client.get(SENTENCES + sid).text
        parts = [f"unit-{left}", f"unit-{sid}", f"mark-{left}", f"mark-{sid}", "progress", "annotate-tools"]
        for id in ("panel", *parts):
            assert shown(sent, id) == shown(whole, id)


def test_tells_nobody_what_another_chose(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    _, sent = answered(client, "s2", ANSWERS[1])
    assert "data-same" in sent
    assert "Ana" in sent
    sign_in(client, "Ben")
    _, sent = answered(client, "s2", ANSWERS[0])
    assert "data-same" not in sent
    assert "Ana" not in sent

"""Before a text is changed: what that costs is said, and finished documents are opened again if wanted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from annotator.model import Kind
from annotator.project import Project
from tests.conftest import ARTICLE
from tests.store.test_answers import NO_CLAIM, give
from tests.store.test_rounds import answer_all

SignIn = Callable[[FlaskClient, str], None]
TEXT = f"/documents/{ARTICLE}/text"


@pytest.fixture
def cleo(article: Project, client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    """s1 and s2 are final, and Ana finished."""
    for name in ("Ana", "Ben"):
        give(article, name, "s1", NO_CLAIM)
        give(article, name, "s2", NO_CLAIM)
    article.settle_unanimous(article.person("Cleo"))
    answer_all(article, article.person("Ana"))
    article.finish(ARTICLE, article.person("Ana"))
    sign_in(client, "Cleo")
    return client


def heading(project: Project) -> str:
    return next(one.id for one in project.sentences(ARTICLE) if one.kind is Kind.HEADING)


def cleo_sees(project: Project) -> str:
    """Why Ana's document is open again."""
    (progress,) = (one for one in project.documents(project.person("Ana")) if one.document.id == ARTICLE)
    return progress.reopened or ""


def test_says_how_many_final_answers_will_be_open_again(cleo: FlaskClient, article: Project) -> None:
    page = cleo.post(f"{TEXT}/s2", data={"action": "merge"}).text
    assert "2 final answers will be open again" in page
    assert article.missing_finals() == 0
    assert cleo.post(f"{TEXT}/s2", data={"action": "merge", "sure": "1"}).status_code == 303
    assert article.missing_finals() == 2
    undo = cleo.post(f"/documents/{ARTICLE}/changes/undo")
    assert undo.status_code == 303
    assert article.missing_finals() == 0
    page = cleo.post(f"/documents/{ARTICLE}/changes/redo").text
    assert "2 final answers will be open again" in page


def test_opens_a_finished_document_again_for_what_is_new(cleo: FlaskClient, article: Project) -> None:
    form = {"action": "kind", "kind": "body"}
    sid = heading(article)
    page = cleo.post(f"{TEXT}/{sid}", data=form).text
    assert "finished this document and will have no answer to 1 sentence of it." in page
    assert 'name="reopen" value="Ana" checked' in page
    assert article.sentence(ARTICLE, sid).kind is Kind.HEADING
    cleo.post(f"{TEXT}/{sid}", data={**form, "sure": "1", "reopen": ["Ana", "Ben"]})
    assert not article.finished(ARTICLE, article.person("Ana"))
    assert "The text was changed." in cleo_sees(article)


def test_tells_on_the_team_page_who_lacks_a_sentence(cleo: FlaskClient, article: Project) -> None:
    assert "no answer of theirs" not in cleo.get("/team").text
    cleo.post(f"{TEXT}/{heading(article)}", data={"action": "kind", "kind": "body", "sure": "1"})
    assert article.finished(ARTICLE, article.person("Ana"))
    page = cleo.get("/team").text
    assert "1 sentence came up that has no answer of theirs." in page
    form = {"cell": f"{ARTICLE}/Ana", "reason": "A heading is text now."}
    assert cleo.post("/team/reopen", data=form).status_code == 303
    assert "no answer of theirs" not in cleo.get("/team").text


def test_asks_nothing_where_nothing_was_answered(cleo: FlaskClient, article: Project) -> None:
    other = article.import_file("talks.txt", b"The talks go on\n\nThe minister said so. He was tired.\n")
    sid = next(one.id for one in article.sentences(other.id) if one.kind is Kind.BODY)
    answer = cleo.post(f"/documents/{other.id}/text/{sid}", data={"action": "kind", "kind": "heading"})
    assert answer.status_code == 303

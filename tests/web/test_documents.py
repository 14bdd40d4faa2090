"""The list of documents."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from annotator.model import Person, Role
from annotator.project import Project
from annotator.web import create_app
from tests.conftest import ARTICLE, sample

SignIn = Callable[[FlaskClient, str], None]

RUSSIAN = "Переговоры в Москве\n\nМинистр сказал, что переговоры идут. Ему возразили.\n".encode()
NO_CLAIM = {"action": "no_claim"}


def upload(client: FlaskClient, name: str, content: bytes) -> object:
    form = {"file": (io.BytesIO(content), name)}
    return client.post("/documents", data=form, content_type="multipart/form-data")


def answer_first(project: Project, name: str, role: Role = Role.ANNOTATOR) -> None:
    person = Person(name, role, has_password=False)
    sid = project.desk(ARTICLE, person).queued[0]
    project.record(ARTICLE, sid, person, NO_CLAIM, seen=None, token=name)


def test_lists_documents_in_their_own_direction(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    page = client.get("/").text
    assert 'lang="ar" dir="rtl">لقاء بوتين وأردوغان' in page
    assert "Arabic" in page
    assert "Not begun" in page


def test_offers_to_go_on(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    answer_first(article, "Ana")
    sign_in(client, "Ana")
    page = client.get("/").text
    assert "Continue where you stopped" in page
    assert "1 of 28 sentences done" in page
    assert client.get("/annotate").location == f"/documents/{ARTICLE}"


def test_keeps_the_progress_of_others_from_annotators(
    client: FlaskClient, article: Project, sign_in: SignIn
) -> None:
    answer_first(article, "Ben")
    sign_in(client, "Ana")
    assert "Ben" not in client.get("/").text


def test_shows_leads_who_is_where(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    article.add_person("Simulated A", Role.SIMULATED)
    answer_first(article, "Ben")
    answer_first(article, "Simulated A", Role.SIMULATED)
    sign_in(client, "Cleo")
    page = client.get("/").text
    assert "Ben: 1 of 28 sentences done" in page
    assert page.count(">simulated<") == 1


def test_adds_a_document(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    assert upload(client, "talks.txt", RUSSIAN).status_code == 303
    page = client.get("/").text
    assert "Переговоры в Москве” was added" in page
    assert 'lang="ru" dir="ltr"' in page


@pytest.mark.parametrize(
    ("name", "content"), [("empty.txt", b""), ("text.pdf", b"%PDF-1.7\x00\x01"), ("again.txt", None)]
)
def test_refuses_what_is_no_new_text(
    client: FlaskClient, article: Project, sign_in: SignIn, name: str, content: bytes | None
) -> None:
    sign_in(client, "Cleo")
    answer = upload(client, name, sample("idlib-article.txt") if content is None else content)
    assert answer.status_code == 422
    assert len(article.documents(article.person("Cleo"))) == 1


def test_asks_for_a_file(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    answer = client.post("/documents")
    assert answer.status_code == 422
    assert "Choose a text file first" in answer.text


def test_says_how_large_a_file_may_be(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    answer = client.post("/documents", environ_overrides={"CONTENT_LENGTH": "12000000"})
    assert answer.status_code == 413
    assert "10 MB" in answer.text


def test_gives_leads_the_file_as_imported(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    with client.get(f"/documents/{ARTICLE}/file") as answer:
        assert answer.data == sample("idlib-article.txt")
        assert "attachment" in answer.headers["Content-Disposition"]


def test_knows_no_file_of_another_document(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    assert client.get("/documents/0000/file").status_code == 404


def test_says_what_to_do_with_an_empty_project(project: Project, sign_in: SignIn) -> None:
    client = create_app(project.path, testing=True).test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    sign_in(client, "Ana")
    page = client.get("/").text
    assert "No documents yet" in page
    assert "Add a document" not in page
    assert client.get("/annotate").location == "/"
    sign_in(client, "Cleo")
    assert "Add a document" in client.get("/").text

"""The list of documents."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from annotator.model import Person, Role
from annotator.project import Project
from annotator.web import create_app
from tests.conftest import ARTICLE, sample

SignIn = Callable[[FlaskClient, str], None]

RUSSIAN = "Переговоры в Москве\n\nМинистр сказал, что переговоры идут. Ему возразили.\n".encode()
NO_CLAIM = {"action": "no_claim"}


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


def test_keeps_texts_that_wait_to_be_checked_from_annotators(
    client: FlaskClient, article: Project, sign_in: SignIn
) -> None:
    list(article.take_in("talks.txt", RUSSIAN, stage="checking", by="Cleo"))
    sign_in(client, "Ana")
    assert "Переговоры" not in client.get("/").text
    sign_in(client, "Cleo")
    page = client.get("/").text
    assert 'lang="ru" dir="ltr">Переговоры' in page
    assert "Check text" in page


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
    assert "Import documents" not in page
    assert client.get("/annotate").location == "/"
    sign_in(client, "Cleo")
    assert "Import documents" in client.get("/").text

"""Long documents: what is sent of them, and when."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from annotator.project import Project
from annotator.web import create_app

SENTENCES = 420
PARTS = re.compile(r'id="unit-(\w+)"')
MARKS = re.compile(r'id="mark-(\w+)"')


@pytest.fixture
def long(project: Project) -> Project:
    """A project with a document too long to be shown wholly."""
    text = "\n\n".join(
        f"Sentence number {n} says that the river rose again." for n in range(1, SENTENCES + 1)
    )
    project.import_file("long.txt", f"A long title\n\n{text}\n".encode(), lang="en")
    return project


@pytest.fixture
def ana(long: Project, sign_in: Callable[[FlaskClient, str], None]) -> FlaskClient:
    client = create_app(long.path, testing=True).test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    sign_in(client, "Ana")
    return client


@pytest.fixture
def doc(long: Project) -> str:
    (progress,) = long.documents(long.person("Ana"))
    return f"/documents/{progress.document.id}"


def ids(long: Project) -> list[str]:
    (progress,) = long.documents(long.person("Ana"))
    return [sentence.id for sentence in long.sentences(progress.document.id)]


def swapped(client: FlaskClient, doc: str, sid: str, left: str, text: str) -> TestResponse:
    came_from = {"HX-Current-URL": f"http://localhost{doc}/sentences/{left}", "X-Text": text}
    return client.get(
        f"{doc}/sentences/{sid}", headers={"HX-Request": "true", "HX-Target": "panel", **came_from}
    )


def test_shows_a_long_document_around_its_sentence(ana: FlaskClient, long: Project, doc: str) -> None:
    units = ids(long)
    page = ana.get(f"{doc}/sentences/{units[210]}").text
    assert PARTS.findall(page) == units[150:300]
    assert MARKS.findall(page) == units[150:300]
    assert '<div class="chunk rest" id="chunk-0">' in page
    assert ">Sentences 300–349</a>" in page  # the title is not counted
    assert page.count("Sentences 400–420") == 2  # beside the text and on the map


def test_gives_a_chunk_as_it_stands_in_the_document(ana: FlaskClient, long: Project, doc: str) -> None:
    units = ids(long)
    ana.post(f"{doc}/sentences/{units[7]}", data={"action": "no_claim"})
    told = ana.get(f"{doc}/chunks/0").text
    assert PARTS.findall(told) == units[:50]
    assert MARKS.findall(told) == units[1:50]
    assert 'aria-current="true"' not in told
    assert told.count("No claim") == 1
    assert PARTS.findall(ana.get(f"{doc}/chunks/8").text) == units[400:]


def test_gives_no_chunk_to_a_page_with_an_older_text(ana: FlaskClient, long: Project, doc: str) -> None:
    shown = ids(long)[:50]
    document = doc.rpartition("/")[2]
    text = long.sentence(document, shown[5]).text
    long.split(document, shown[5], text.index("says"), long.person("Cleo"))
    with ana.get(f"{doc}/chunks/1", headers={"X-Text": "0 0"}) as told:
        assert (told.status_code, told.data) == (204, b"")
    beside = ana.get(f"{doc}/chunks/1", headers={"X-Text": f"{long.text_version(document)} 0"}).text
    assert shown[49] in PARTS.findall(beside)  # moved on by the split: shown twice beside the older text


@pytest.mark.parametrize("n", ["9", "999999", "-1", "x"])
def test_has_no_chunk_behind_the_end(ana: FlaskClient, doc: str, n: str) -> None:
    assert ana.get(f"{doc}/chunks/{n}").status_code == 404


def test_sends_only_two_sentences_while_the_page_has_them(ana: FlaskClient, long: Project, doc: str) -> None:
    units = ids(long)
    told = swapped(ana, doc, units[211], units[210], "0 3 4 5").text
    assert sorted(PARTS.findall(told)) == sorted(units[210:212])
    assert 'id="units"' not in told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0 3 4", "the sentence lies behind what is shown"),
        ("1 3 4 5", "the text was changed"),
        (" ".join(map(str, range(14))), "the page grew too long"),
        ("x", "nothing is known of the page"),
    ],
)
def test_sends_the_text_anew(ana: FlaskClient, long: Project, doc: str, text: str, why: str) -> None:
    units = ids(long)
    told = swapped(ana, doc, units[250], units[249], text).text
    assert PARTS.findall(told) == units[200:350], why
    assert MARKS.findall(told) == units[200:350]
    assert 'id="units" data-version="0" hx-swap-oob="true"' in told
    assert 'id="marks" hx-swap-oob="true"' in told


def test_shows_both_ends(ana: FlaskClient, long: Project, doc: str) -> None:
    units = ids(long)
    assert PARTS.findall(ana.get(f"{doc}/sentences/{units[1]}").text) == units[:100]
    assert PARTS.findall(ana.get(f"{doc}/sentences/{units[-1]}").text) == units[350:]

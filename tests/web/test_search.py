"""Search: finds what the person may see, marks it, and the address says it all."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from annotator.project import Project
from annotator.search import folded
from annotator.store import sentences as sentence_rows
from annotator.web import search as page
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]


def claim(speaker: str, stance: str, **more: str) -> MultiDict[str, str]:
    return MultiDict(
        {"action": "save", "claim": "new", "speaker": speaker, "stance": stance, "attribution": "indirect"}
        | more
    )


@pytest.fixture(autouse=True)
def answered(article: Project) -> None:
    forms = {
        ("Ana", "s1"): claim("russia", "ru", comment="هل هو أردوغان؟", hard="1"),
        ("Ana", "s2"): MultiDict({"action": "no_claim"}),
        ("Ben", "s1"): claim("turkey", "tr", note="نقل عن إدلب"),
        ("Ben", "s3"): claim("russia", "tr"),
    }
    for n, ((name, id), form) in enumerate(forms.items()):
        article.record(ARTICLE, id, article.person(name), form, seen=None, token=f"t{n}")


def found(client: FlaskClient, address: str) -> list[str]:
    """The ids of the sentences on the page."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return re.findall(rf'search-of"><a href="/documents/{ARTICLE}/sentences/(\w+)"', answer.text)


def marked(client: FlaskClient, address: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r"<mark>(.*?)</mark>", client.get(address).text)]


def test_says_what_to_do_before_anything_is_asked(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    answer = client.get("/search")
    assert "Type some words" in answer.text
    assert client.get("/search?q=&label=&person=").location == "/search"


def test_takes_what_a_form_leaves_empty_out_of_the_address(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    answer = client.get("/search?q=a&in=text&label=&label=stance:ru&label=&person=&flag=1")
    assert answer.location == "/search?q=a&label=stance:ru&flag=1"


def test_finds_words_in_any_spelling(client: FlaskClient, sign_in: SignIn, article: Project) -> None:
    sign_in(client, "Ana")
    expected = [one.id for one in article.sentences(ARTICLE) if "أردوغان" in one.text]
    assert found(client, "/search?q=اردوغان") == expected[: page.PER_PAGE]
    assert set(marked(client, "/search?q=اردوغان")) == {"أردوغان"}
    assert f"{len(expected)} sentences" in client.get("/search?q=اردوغان").text


def test_wants_every_word(client: FlaskClient, sign_in: SignIn, article: Project) -> None:
    sign_in(client, "Ana")
    both = [one.id for one in article.sentences(ARTICLE) if "بوتين" in one.text and "أردوغان" in one.text]
    assert both
    assert found(client, "/search?q=بوتين+اردوغان") == both
    assert found(client, '/search?q="بوتين+وأردوغان"') == [
        one.id for one in article.sentences(ARTICLE) if "بوتين وأردوغان" in one.text
    ]


def test_says_when_nothing_is_there(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    answer = client.get("/search?q=nowhere")
    assert "Nothing was found" in answer.text
    assert "Try fewer words" in answer.text


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("label=speaker:russia", ["s1", "s3"]),
        ("label=speaker:russia&label=stance:tr", ["s3"]),
        ("label=speaker:russia&person=Ana", ["s1"]),
        ("person=Ben", ["s1", "s3"]),
        ("status=no_claim", ["s2"]),
        ("flag=1", ["s1"]),
        ("comment=1", ["s1"]),
        ("comment=1&person=Ben", ["s1"]),
        ("flag=1&person=Ben", []),
        ("q=اردوغان&in=remarks", ["s1"]),
        ("q=ادلب&in=remarks", ["s1"]),
        ("q=ادلب&in=remarks&person=Ana", []),
    ],
)
def test_finds_what_was_answered(client: FlaskClient, sign_in: SignIn, query: str, ids: list[str]) -> None:
    sign_in(client, "Cleo")
    assert found(client, f"/search?{query}") == ids


def test_shows_annotators_their_own_answers_only(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    assert found(client, "/search?label=speaker:russia") == ["s1"]
    assert found(client, "/search?label=speaker:turkey") == []
    assert found(client, "/search?person=Ben") == ["s1", "s2"]  # Ana's: of whom, nobody asks an annotator
    assert found(client, "/search?q=ادلب&in=remarks") == []
    sentence = client.get("/search?q=ادلب").text
    assert "Ben" not in sentence
    assert "نقل عن" not in sentence


def test_finds_only_documents_that_are_open_to_them(
    client: FlaskClient, sign_in: SignIn, article: Project
) -> None:
    article.make_round("First", 1, people=["Ben"], spread=True)
    sign_in(client, "Ana")
    assert found(client, "/search?q=اردوغان") == []
    assert client.get(f"/search?q=x&document={ARTICLE}").status_code == 404
    sign_in(client, "Ben")
    assert found(client, "/search?q=اردوغان") != []


def test_counts_merged_speakers_as_one(client: FlaskClient, sign_in: SignIn, article: Project) -> None:
    article.merge_speakers("putin", "usa", article.person("Cleo"), seen=article.speakers_version())
    form = claim("usa", "off")
    article.record(ARTICLE, "s4", article.person("Ana"), form, seen=None, token="merged")
    sign_in(client, "Cleo")
    for id in ("usa", "putin"):
        assert "s4" in found(client, f"/search?label=speaker:{id}")


def test_goes_on_where_the_page_before_ended(
    client: FlaskClient, sign_in: SignIn, article: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PER_PAGE", 5)
    sign_in(client, "Cleo")
    address = f"/search?q=ا&document={ARTICLE}"
    pages = []
    while address:
        pages.append(found(client, address))
        following = re.search(r'rel="next" href="([^"]+)"', client.get(address).text)
        address = html.unescape(following[1]) if following else ""
    assert [len(one) for one in pages[:-1]] == [5] * (len(pages) - 1)
    expected = [one.id for one in article.sentences(ARTICLE) if "ا" in folded(one.text)]
    assert [id for ids in pages for id in ids] == expected


def test_finds_new_sentences_and_forgets_those_gone(
    client: FlaskClient, sign_in: SignIn, article: Project
) -> None:
    sign_in(client, "Cleo")
    assert found(client, "/search?q=zanzibar") == []
    article.import_file("new.txt", b"A word from Zanzibar came.", lang="en")
    assert "<mark>Zanzibar</mark>" in client.get("/search?q=ZANZIBAR").text
    article.db.execute("delete from folded_sentences")  # a cache
    assert "<mark>Zanzibar</mark>" in client.get("/search?q=ZANZIBAR").text


@pytest.mark.parametrize(
    "query", ["label=odd", "status=odd", "document=none", "round=9", "label=stance:odd", "person=Nobody"]
)
def test_refuses_what_does_not_exist(client: FlaskClient, sign_in: SignIn, query: str) -> None:
    sign_in(client, "Cleo")
    assert client.get(f"/search?q=x&{query}").status_code in (404, 422)


def test_keeps_what_no_menu_shows(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    text = client.get("/search?label=polarity:support&label=stance:ru&label=stance:tr&status=claims").text
    for value in ("polarity:support", "stance:tr"):
        assert f'<input type="hidden" name="label" value="{value}">' in text
    assert 'value="stance:ru" selected' in text
    assert 'name="status" value="claims"' in text


def test_escapes_what_was_typed(client: FlaskClient, sign_in: SignIn, article: Project) -> None:
    article.import_file("new.txt", b"A <b>bold</b> claim & more of it.", lang="en")
    sign_in(client, "Cleo")
    text = client.get("/search?q=<b>bold").text
    assert "<b>bold" not in text
    assert "<mark>&lt;b&gt;bold</mark>" in text


def test_opens_each_sentence(client: FlaskClient, sign_in: SignIn, article: Project) -> None:
    sign_in(client, "Cleo")
    for id in found(client, "/search?label=speaker:russia"):
        assert sentence_rows.get(article.db, ARTICLE, id)
        assert client.get(f"/documents/{ARTICLE}/sentences/{id}").status_code == 200


def test_counts_sentences_as_the_annotate_page_does(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    link = rf'search-of"><a href="/documents/{ARTICLE}/sentences/(\w+)">([^<]+)<'
    hits = dict(re.findall(link, client.get("/search?q=بوتين").text))
    assert len(hits) > 3
    for sid, name in hits.items():
        heading = re.search(
            r'<h2 id="place">([^<]+)', client.get(f"/documents/{ARTICLE}/sentences/{sid}").text
        )
        assert heading
        counted = heading[1].strip() if heading[1].startswith("Sentence") else "Open it"
        assert name == counted, sid

"""Changing the codebook: what changes is shown first, then a new version is saved."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from annotator.codebook.edits import Place, change, retire, versioned
from annotator.model import Answer, Claim, Status
from annotator.project import Project
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]
NEITHER = Place("label", "neither", "stance")
LABEL = "/codebook/edit/label/stance/neither"
AT = "2026-01-12T09:00:00.000Z"


@pytest.fixture
def answered(article: Project) -> Project:
    """Ana chose “neither” in two sentences, Ben in one of them."""
    claim = Claim(speaker=("putin",), stance="neither", attribution="indirect")
    for name, sids in {"Ana": ("s1", "s2"), "Ben": ("s1",)}.items():
        given = {sid: Answer(Status.CLAIMS, (claim,)) for sid in sids}
        article.take_answers(ARTICLE, article.person(name), given, AT)
    return article


@pytest.fixture
def cleo(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Cleo")
    return client


def offered(page: TestResponse) -> dict[str, str]:
    """The form that saves what a page has shown."""
    assert page.status_code == 200, page.text
    found = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page.text)
        for name in ("source", "seen", "version")
    }
    return {name: html.unescape(match[1]) for name, match in found.items() if match}


def save(client: FlaskClient, page: TestResponse, **other: str) -> TestResponse:
    return client.post("/codebook/versions", data={**offered(page), **other})


def upload(client: FlaskClient, source: str | bytes) -> TestResponse:
    data = source.encode() if isinstance(source, str) else source
    return client.post("/codebook/upload", data={"file": (io.BytesIO(data), "edited.toml")})


# ------------------------------------------------------------------ works


def test_shows_what_an_edit_changes_before_saving_it(cleo: FlaskClient, answered: Project) -> None:
    page = cleo.post(LABEL, data={"action": "change", "guide.en": "Nobody’s.", "no": "one\r\n\r\ntwo "})
    assert "<ins>Nobody’s.</ins>" in page.text
    assert "<ins>one\ntwo</ins>" in page.text
    assert "In 2 claims" not in page.text
    assert "In 3 claims of 2 sentences" in page.text
    assert offered(page)["version"] == "0.1.1"
    assert answered.codebook().version == "0.1.0"
    assert save(cleo, page).status_code == 303
    book = answered.codebook()
    assert book.version == "0.1.1"
    stance = book.field("stance")
    label = stance and stance.label("neither")
    assert label is not None
    assert (label.guide["en"], label.no) == ("Nobody’s.", ("one", "two"))


def test_leaves_the_rest_of_the_file_as_it_is(cleo: FlaskClient, article: Project) -> None:
    before = article.codebook_source()
    form = cleo.get(LABEL).text
    sent = {
        name: html.unescape(value).strip()
        for name, value in re.findall(r'name="((?:name|short)\.\w\w)" value="([^"]*)"', form)
    }
    save(cleo, cleo.post(LABEL, data={"action": "change", **sent, "name.en": "No side’s"}))
    after = versioned(article.codebook_source(), "0.1.0")
    assert after == before.replace('en = "Neither side\'s"', 'en = "No side’s"')


def test_retires_merges_and_offers_again(cleo: FlaskClient, answered: Project) -> None:
    save(cleo, cleo.post(LABEL, data={"action": "retire"}))
    assert answered.codebook().version == "1.0.0"
    page = cleo.get("/codebook").text
    assert 'id="stance-neither"' in page
    assert "retired" in page
    save(cleo, cleo.post(LABEL, data={"action": "merge", "into": "unclear"}))
    assert answered.codebook().version == "2.0.0"
    assert "merged into" in cleo.get("/codebook").text
    save(cleo, cleo.post(LABEL, data={"action": "restore"}))
    assert answered.codebook().version == "2.1.0"
    assert "neither" in [label.id for label in answered.codebook().labels("stance")]


def test_shows_old_answers_with_both_names_and_offers_only_the_new(
    client: FlaskClient, sign_in: SignIn, answered: Project
) -> None:
    sign_in(client, "Cleo")
    save(client, client.post(LABEL, data={"action": "merge", "into": "unclear"}))
    sign_in(client, "Ana")
    page = client.get(f"/documents/{ARTICLE}/sentences/s1?claim=new").text
    assert "Unclear (was Neither)" in page
    assert 'name="stance" value="neither"' not in page
    assert 'name="stance" value="unclear"' in page
    old = client.get(f"/documents/{ARTICLE}/sentences/s1?claim=1").text
    assert re.search(r'name="stance" value="neither"[^>]* checked', old)


@pytest.mark.parametrize(
    ("path", "form", "anchor"),
    [
        (
            "/codebook/edit/label/stance/new",
            {"id": "mixed", "name.en": "Mixed", "sides": "ru", "guide.en": "So."},
            "stance-mixed",
        ),
        (
            "/codebook/edit/proposition/new",
            {"id": "R99", "text.en": "New.", "side": "ru", "issue": "deal", "pole": "+"},
            "propositions-R99",
        ),
        (
            "/codebook/edit/ruling/new",
            {"id": "new-case", "text.en": "So.", "field": "stance"},
            "ruling-new-case",
        ),
    ],
)
def test_adds_labels_propositions_and_rulings(
    cleo: FlaskClient, article: Project, path: str, form: dict[str, str], anchor: str
) -> None:
    assert cleo.get(path).status_code == 200
    save(cleo, cleo.post(path, data={"action": "add", **form}))
    assert article.codebook().version == "0.2.0"
    assert f'id="{anchor}"' in cleo.get("/codebook").text


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/codebook/edit/page", "page.en"),
        ("/codebook/edit/codebook", "title.en"),
        ("/codebook/edit/field/stance", "guide.en"),
        ("/codebook/edit/field/polarity", "name.en"),
        ("/codebook/edit/label/polarity/oppose", "name.en"),
        ("/codebook/edit/proposition/R1", "text.en"),
        ("/codebook/edit/ruling/silence", "text.en"),
    ],
)
def test_rewords_every_part(cleo: FlaskClient, article: Project, path: str, key: str) -> None:
    assert f'name="{key}"' in cleo.get(path).text
    save(cleo, cleo.post(path, data={"action": "change", key: "In other words"}))
    assert article.codebook().version == "0.1.1"
    assert "In other words" in cleo.get("/codebook").text


def test_takes_an_edited_file_and_gives_it_back(cleo: FlaskClient, article: Project) -> None:
    edited = versioned(retire(article.codebook_source(), NEITHER), "1.0.0") + "# mine\r\n"
    page = upload(cleo, edited)
    assert "Retired" in page.text
    assert save(cleo, page).status_code == 303
    with cleo.get("/codebook/versions/1.0.0/file") as file:
        assert file.data.decode() == edited
        assert file.headers["Content-Disposition"] == 'attachment; filename="idlib-2019-1.0.0.toml"'


def test_lists_every_version_and_shows_each(cleo: FlaskClient, article: Project) -> None:
    save(cleo, cleo.post(LABEL, data={"action": "change", "guide.en": "Anew."}))
    page = cleo.get("/codebook/versions").text
    assert page.index("0.1.1") < page.index("The project began with it")
    assert "Cleo" in page
    earlier = cleo.get("/codebook/versions/0.1.0").text
    assert "This is the earlier version 0.1.0" in earlier
    assert "Anew." not in earlier
    assert "/codebook/edit/" not in earlier


def test_tells_annotators_of_a_change_until_they_have_read_it(
    client: FlaskClient, sign_in: SignIn, answered: Project
) -> None:
    place = f"/documents/{ARTICLE}/sentences/s1"
    answered.update_codebook(retire(answered.codebook_source(), NEITHER), version="1.0.0")
    sign_in(client, "Ana")
    page = client.get(place).text
    assert "The codebook changed since your last answer (0.1.0 → 1.0.0)" in page
    assert "/codebook#stance-neither" in page
    assert client.post("/codebook/read", headers={"HX-Request": "true"}).status_code == 200
    assert "The codebook changed" not in client.get(place).text
    sign_in(client, "Ben")
    assert "The codebook changed" in client.get(place).text
    assert client.post("/codebook/read").status_code == 303


# ------------------------------------------------------------------ refuses bad input


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        (LABEL, {"action": "change"}, "Nothing was changed"),
        (LABEL, {"action": "add", "id": "x"}, "out of date"),
        (LABEL, {}, "out of date"),
        (LABEL, {"action": "merge"}, "Choose the answer"),
        (LABEL, {"action": "merge", "into": "neither"}, "Choose another label"),
        (LABEL, {"action": "change", "short.en": "much too long"}, "at most 9 letters"),
        (LABEL, {"action": "change", "name.en": ""}, "has no wording in “en”"),
        (LABEL, {"action": "change", "guide.en": "x" * 20_001}, "Shorten it"),
        (LABEL, {"action": "change", "name.en": "Unclear whose"}, None),
        ("/codebook/edit/label/stance/new", {"action": "add", "id": "", "name.en": "x"}, "Give it an id"),
        ("/codebook/edit/label/stance/new", {"action": "add", "id": "ru", "name.en": "x"}, "there already"),
        (
            "/codebook/edit/label/stance/new",
            {"action": "add", "id": "a b", "name.en": "x"},
            "cannot be an id",
        ),
        (
            "/codebook/edit/label/vouch/new",
            {"action": "add", "id": "maybe", "name.en": "x"},
            "an answer to “vouch”",
        ),
        ("/codebook/edit/label/attribution/own", {"action": "retire"}, "no longer offered"),
        ("/codebook/edit/page", {"action": "retire"}, "out of date"),
    ],
)
def test_refuses_what_makes_no_codebook(
    cleo: FlaskClient, article: Project, path: str, form: dict[str, str], said: str | None
) -> None:
    answer = cleo.post(path, data=form)
    assert answer.status_code == (422 if said else 200)
    assert html.escape(said or "Unclear whose", quote=True) in answer.text
    assert article.codebook().version == "0.1.0"


def test_refuses_files_that_cannot_follow(cleo: FlaskClient, answered: Project) -> None:
    source = answered.codebook_source()
    reworded = change(source, NEITHER, {"guide": {"en": "x"}})
    at = source.index('[[field.label]]\nid = "neither"')
    without = source[:at] + source[source.index("[[field.label]]", at + 5) :]
    refused = {
        "": "codebook",
        "not = toml = at all": "not readable as TOML",
        source: "Nothing was changed",
        reworded: "Raise the version in the file to 0.1.1 or higher",
        versioned(without.replace('"neither", ', ""), "1.0.0"): "stance: neither",
    }
    for file, said in refused.items():
        answer = upload(cleo, file)
        assert answer.status_code == 422
        assert said in html.unescape(answer.text)
    assert "UTF-8" in upload(cleo, b"\xff\xfe\xfa").text
    assert cleo.post("/codebook/upload").status_code == 422
    assert save(cleo, upload(cleo, versioned(reworded, "0.0.9"))).status_code == 422


@pytest.mark.parametrize("source", ["", "[", "[]", "12", "null"])
def test_refuses_a_draft_that_is_none(cleo: FlaskClient, source: str) -> None:
    data = {"source": source, "version": "0.1.1", "seen": "0.1.0"}
    assert cleo.post("/codebook/versions", data=data).status_code == 422


def test_refuses_to_save_over_a_version_nobody_has_seen(cleo: FlaskClient, article: Project) -> None:
    mine = cleo.post(LABEL, data={"action": "change", "guide.en": "Mine."})
    theirs = cleo.post(LABEL, data={"action": "change", "guide.en": "Theirs."})
    save(cleo, theirs)
    answer = save(cleo, mine)
    assert answer.status_code == 409
    assert "meanwhile" in answer.text
    assert "Theirs." in article.codebook_source()


@pytest.mark.parametrize("version", ["", "0.1.0", "0.0.9", "later", "1.0"])
def test_refuses_a_version_that_is_none(cleo: FlaskClient, article: Project, version: str) -> None:
    page = cleo.post(LABEL, data={"action": "change", "guide.en": "Mine."})
    assert save(cleo, page, version=version).status_code == 422
    assert article.codebook().version == "0.1.0"


# ------------------------------------------------------------------ unknown ids


@pytest.mark.parametrize(
    "path",
    [
        "/codebook/edit/nothing",
        "/codebook/edit/page/x",
        "/codebook/edit/field/nothing",
        "/codebook/edit/label/stance/nothing",
        "/codebook/edit/label/speaker/new",
        "/codebook/edit/label/nothing/new",
        "/codebook/edit/proposition/nothing",
        "/codebook/edit/ruling/nothing",
        "/codebook/versions/9.9.9",
        "/codebook/versions/9.9.9/file",
    ],
)
def test_finds_nothing_where_nothing_is(cleo: FlaskClient, path: str) -> None:
    assert cleo.get(path).status_code == 404
    if "/edit/" in path:
        assert cleo.post(path, data={"action": "change"}).status_code == 404


def test_keeps_edit_links_from_annotators(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    page = client.get("/codebook").text
    assert "/codebook/edit/" not in page
    assert "/codebook/upload" not in page
    assert "/codebook/versions" in page

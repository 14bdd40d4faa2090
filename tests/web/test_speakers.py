"""The registry of speakers: adding one while annotating, and what the lead does about them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from annotator.project import Project
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]

ADD = f"/documents/{ARTICLE}/speakers"
CLAIM = {"action": "save", "claim": "new", "stance": "tr", "attribution": "direct"}


@pytest.fixture
def ana(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Ana")
    return client


@pytest.fixture
def cleo(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Cleo")
    return client


def give(project: Project, sid: str, **more: str) -> None:
    person = project.person("Ana")
    known = project.desk(ARTICLE, person).annotations.get(sid)
    seen = known.id if known else None
    project.record(ARTICLE, sid, person, MultiDict(CLAIM | more), seen=seen, token=f"{sid}-{seen}")


def akar(project: Project) -> str:
    return project.add_speaker("Hulusi Akar", project.person("Ana")).id


def edited(project: Project, id: str, **more: str) -> dict[str, str]:
    """The form of a speaker's page with something changed."""
    actor = project.speaker(id)
    form = {"seen": str(project.speakers_version()), "type": actor.type, "side": actor.side or ""}
    form |= {f"name-{lang}": name for lang, name in actor.name.items()}
    return form | more


# ------------------------------------------------------------------ adding


def test_adds_a_speaker_while_annotating(ana: FlaskClient, article: Project) -> None:
    told = ana.post(ADD, data={"name": "هولوسي أكار"})
    assert told.status_code == 200
    assert 'data-id="hwlwsy_akar"' in told.text
    assert article.speaker("hwlwsy_akar").name == {"ar": "هولوسي أكار"}


def test_offers_the_speaker_who_is_there_already(ana: FlaskClient, article: Project) -> None:
    before = len(article.codebook().actors)
    assert 'data-id="turkey"' in ana.post(ADD, data={"name": " انقره "}).text
    assert len(article.codebook().actors) == before


@pytest.mark.parametrize("name", ["", "  ", "؟!", "a" * 101])
def test_refuses_what_is_no_name(ana: FlaskClient, name: str) -> None:
    assert ana.post(ADD, data={"name": name}).status_code == 422


def test_knows_no_such_document(ana: FlaskClient) -> None:
    assert ana.post("/documents/none/speakers", data={"name": "Akar"}).status_code == 404


def test_takes_a_new_speaker_without_a_script(ana: FlaskClient, article: Project) -> None:
    page = ana.get(f"/documents/{ARTICLE}/sentences/s1").text
    assert 'name="new_speaker"' in page
    sent = {**CLAIM, "seen": "", "token": "one", "new_speaker": "Hulusi Akar", "comment": ""}
    assert ana.post(f"/documents/{ARTICLE}/sentences/s1", data=sent).status_code == 303
    (claim,) = article.desk(ARTICLE, article.person("Ana")).annotations["s1"].answer.claims
    assert claim.speaker == ("hulusi_akar",)


def test_adds_nobody_with_a_refused_answer(ana: FlaskClient, article: Project) -> None:
    sent = {"action": "save", "claim": "new", "token": "one", "new_speaker": "Hulusi Akar"}
    told = ana.post(f"/documents/{ARTICLE}/sentences/s1", data=sent)
    assert told.status_code == 422
    assert 'name="new_speaker" value="Hulusi Akar"' in told.text
    assert article.codebook().actor("hulusi_akar") is None


def test_offers_a_new_speaker_to_everybody(client: FlaskClient, sign_in: SignIn, ana: FlaskClient) -> None:
    ana.post(ADD, data={"name": "Hulusi Akar"})
    sign_in(client, "Ben")
    assert 'data-id="hulusi_akar"' in client.get(f"/documents/{ARTICLE}/sentences/s1").text


def test_sends_new_speakers_along_with_the_next_sentence(ana: FlaskClient, article: Project) -> None:
    swap = {"HX-Request": "true", "HX-Target": "panel"}
    place = f"/documents/{ARTICLE}/sentences/s2"
    known = str(article.speakers_version())
    assert 'id="actors"' not in ana.get(place, headers={**swap, "X-Speakers": known}).text
    akar(article)
    assert 'data-id="hulusi_akar"' in ana.get(place, headers={**swap, "X-Speakers": known}).text


# ------------------------------------------------------------------ the list


def test_lists_everybody_and_finds_by_any_spelling(cleo: FlaskClient, article: Project) -> None:
    akar(article)
    page = cleo.get("/speakers").text
    assert "added by <bdi>Ana</bdi>" in page
    assert page.count("<tr>") == len(article.codebook().actors) + 1
    found = cleo.get("/speakers?q=وانقرة").text
    assert "/speakers/turkey" in found
    assert "/speakers/usa" not in found
    assert "Nobody is called" in cleo.get("/speakers?q=xyz").text


def test_adds_from_the_list(cleo: FlaskClient) -> None:
    told = cleo.post("/speakers", data={"name": "Hulusi Akar"})
    assert told.location == "/speakers/hulusi_akar"
    assert "Hulusi Akar" in cleo.get(told.location).text
    again = cleo.post("/speakers", data={"name": "HULUSİ AKAR"}, follow_redirects=True)
    assert "on the list already" in again.text


def test_refuses_an_empty_name_on_the_list(cleo: FlaskClient) -> None:
    assert cleo.post("/speakers", data={"name": ""}).status_code == 422


# ------------------------------------------------------------------ changing


def test_says_what_a_new_name_touches_and_renames(cleo: FlaskClient, article: Project) -> None:
    id = akar(article)
    give(article, "s1", speaker=id)
    page = cleo.get(f"/speakers/{id}").text
    assert '<dt>Claims</dt><dd class="number">1</dd>' in page
    told = cleo.post(f"/speakers/{id}", data=edited(article, id, **{"name-en": "H. Akar", "side": "tr"}))
    assert told.location == f"/speakers/{id}"
    assert "H. Akar" in cleo.get(f"/speakers/{id}").text
    assert article.speaker(id).side == "tr"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name-en": "", "name-ar": ""},
        {"name-en": "Turkey"},
        {"short-en": "thirteen letters"},
        {"type": "author"},
        {"type": "planet"},
        {"side": "mars"},
        {"wikidata": "7747"},
        {"wikidata": "Q43"},
        {"name-en": "a" * 101},
    ],
)
def test_refuses_a_speaker_that_is_none(cleo: FlaskClient, article: Project, wrong: dict[str, str]) -> None:
    id = akar(article)
    before = article.speaker(id)
    assert cleo.post(f"/speakers/{id}", data=edited(article, id, **wrong)).status_code == 422
    assert article.speaker(id) == before


def test_says_when_somebody_else_was_first(cleo: FlaskClient, article: Project) -> None:
    id = akar(article)
    form = edited(article, id, **{"name-en": "Other"})
    article.add_speaker("Somebody", article.person("Ben"))
    assert cleo.post(f"/speakers/{id}", data=form).status_code == 409


# ------------------------------------------------------------------ merging


def test_shows_a_merge_before_it_is_made(cleo: FlaskClient, article: Project) -> None:
    id = akar(article)
    give(article, "s1", speaker=id)
    give(article, "s1", speaker="turkey", attribution="ascribed")
    page = cleo.get(f"/speakers/{id}/merge?into=turkey").text
    assert "Merge <bdi>Hulusi Akar</bdi> into <bdi>Turkey (state)</bdi>?" in page
    assert "Sentences where claims will count as one: 1" in page
    assert article.sentence(ARTICLE, "s1").text in page
    assert [len(record["claims"]) for record in article.records()] == [2]


def test_merges_and_takes_it_back(cleo: FlaskClient, article: Project) -> None:
    id = akar(article)
    give(article, "s1", speaker=id)
    seen = str(article.speakers_version())
    told = cleo.post(f"/speakers/{id}/merge", data={"into": "turkey", "seen": seen})
    assert told.location == "/speakers/turkey"
    assert cleo.get(f"/speakers/{id}").location == "/speakers/turkey"
    assert "merged <bdi>Hulusi Akar</bdi> into" in cleo.get("/speakers/turkey").text
    change = article.speaker_history()[0].id
    assert cleo.post(f"/speaker-changes/{change}/undo").location == f"/speakers/{id}"
    assert "took back" in cleo.get(f"/speakers/{id}").text
    assert cleo.post(f"/speaker-changes/{change}/redo").status_code == 303
    assert article.speaker(id).id == "turkey"


@pytest.mark.parametrize("into", ["", "hulusi_akar", "author", "unnamed"])
def test_refuses_a_merge_that_makes_no_sense(cleo: FlaskClient, article: Project, into: str) -> None:
    id = akar(article)
    assert cleo.get(f"/speakers/{id}/merge?into={into}").status_code == 422


def test_refuses_an_undo_that_would_orphan_claims(cleo: FlaskClient, article: Project) -> None:
    give(article, "s1", speaker=akar(article))
    change = article.speaker_history()[0].id
    assert cleo.post(f"/speaker-changes/{change}/undo").status_code == 422


# ------------------------------------------------------------------ who may, and what is not there


@pytest.mark.parametrize("path", ["/speakers", "/speakers/turkey", "/speakers/usa/merge?into=turkey"])
def test_shows_the_registry_to_leads(client: FlaskClient, sign_in: SignIn, path: str) -> None:
    sign_in(client, "Ana")
    assert client.get(path).status_code == 403
    assert "Speakers</a>" not in client.get("/").text
    sign_in(client, "Cleo")
    assert client.get(path).status_code == 200
    assert "Speakers</a>" in client.get("/").text


@pytest.mark.parametrize("path", ["nobody", "nobody/merge?into=turkey", "usa/merge?into=x"])
def test_knows_no_such_speaker(cleo: FlaskClient, path: str) -> None:
    assert cleo.get(f"/speakers/{path}").status_code == 404


def test_knows_no_such_change(cleo: FlaskClient) -> None:
    assert cleo.post("/speaker-changes/7/undo").status_code == 404
    assert cleo.post("/speakers/nobody", data={"seen": "0", "name-en": "X"}).status_code == 404
    assert cleo.post("/speakers/nobody/merge", data={"seen": "0", "into": "usa"}).status_code == 404

"""Settling: the queue, a sentence with everybody's answers, the final answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from annotator.codebook.edits import Place, retire
from annotator.project import Project
from tests.conftest import ARTICLE
from tests.store.test_answers import CLAIM, NO_CLAIM, give

SignIn = Callable[[FlaskClient, str], None]
ITEM = f"/settle/{ARTICLE}/s1"
FINAL = {
    "1-found": "yes",
    "1-speaker": "turkey",
    "1-stance": "tr",
    "1-attribution": "ascribed",
    "1-base": "0",
}


@pytest.fixture
def lead(article: Project, client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    """s1: the position differs; s2: claim or none; s3: both the same."""
    for name, stance, other in (("Ana", "tr", CLAIM), ("Ben", "both", NO_CLAIM)):
        give(article, name, "s1", CLAIM | {"stance": stance, "note": f"note by {stance}"})
        give(article, name, "s2", other)
        give(article, name, "s3", CLAIM)
    sign_in(client, "Cleo")
    return client


def kept(page: str) -> dict[str, str]:
    """What the page sends along by itself."""
    return dict(
        re.findall(
            r'<input type="hidden" name="(seen|votes)" value="([^"]*)">', page.split('id="settle-answer"')[1]
        )
    )


def test_queues_what_differs(lead: FlaskClient) -> None:
    page = lead.get("/settle").text
    assert "2 sentences are answered differently." in page
    assert "1 sentence is answered the same way by all." in page
    assert "Claim or no claim" in page


def test_hides_names_until_asked(lead: FlaskClient) -> None:
    page = lead.get(ITEM).text
    assert "Annotator A" in page
    assert "Annotator B" in page
    assert not re.search(r"\b(Ana|Ben)\b", page)
    assert re.search(r"\bAna\b", lead.get(f"{ITEM}?names=1").text)


def test_outlines_the_odd_answer_and_fills_in_what_all_agree_on(lead: FlaskClient) -> None:
    page = lead.get(ITEM).text
    assert page.count('class="settle-odd"') == 2
    assert "filled in, all agree" in page
    assert (
        'name="1-attribution" value="ascribed" data-settle-key="KeyF" aria-keyshortcuts="F" checked' in page
    )


def test_sets_every_passage_in_the_direction_of_its_text(lead: FlaskClient) -> None:
    assert '<p class="text" lang="ar" dir="rtl">' in lead.get(ITEM).text


def test_takes_a_whole_answer_without_a_script(lead: FlaskClient) -> None:
    stances = [
        re.findall(r'name="1-stance" value="(\w+)"[^>]* checked', lead.get(f"{ITEM}?take={n}").text)
        for n in (1, 2)
    ]
    assert sorted(stances) == [["both"], ["tr"]]


def test_settles_and_moves_on(lead: FlaskClient, article: Project) -> None:
    answer = lead.post(ITEM, data=FINAL | kept(lead.get(ITEM).text) | {"reason": "slip", "note": "Typing."})
    assert answer.status_code == 303
    assert answer.location == f"/settle/{ARTICLE}/s2"
    found = next(iter(article.records(layer="final")))
    assert (found["claims"][0]["stance"], found["provenance"]["reason"]) == ("tr", "slip")
    assert "Settled by Cleo" in lead.get(ITEM).text


def test_says_what_is_missing_and_keeps_what_was_typed(lead: FlaskClient) -> None:
    form = FINAL | kept(lead.get(ITEM).text) | {"note": "My note"}
    del form["1-stance"]
    answer = lead.post(ITEM, data=form)
    assert answer.status_code == 422
    assert "has no answer to" in answer.text
    assert "My note" in answer.text


def test_settles_as_no_claim(lead: FlaskClient, article: Project) -> None:
    lead.post(ITEM, data=kept(lead.get(ITEM).text) | {"action": "no_claim"})
    assert [record["status"] for record in article.records(layer="final")] == ["no_claim"]


def test_settles_as_none_of_them(lead: FlaskClient, article: Project) -> None:
    own = {"1-found": "no", "2-speaker": "usa", "2-stance": "neither", "2-attribution": "direct"}
    lead.post(ITEM, data=kept(lead.get(ITEM).text) | own)
    assert [record["claims"][0]["speaker"] for record in article.records(layer="final")] == [["usa"]]
    assert 'name="2-stance" value="neither"' in lead.get(ITEM).text


def test_tells_a_second_lead_before_saving_and_keeps_their_answer(
    lead: FlaskClient, article: Project
) -> None:
    old = kept(lead.get(ITEM).text)
    lead.post(ITEM, data=FINAL | old)
    late = lead.post(ITEM, data=FINAL | old | {"1-stance": "both", "note": "Mine"})
    assert late.status_code == 409
    assert "Cleo settled this sentence meanwhile" in late.text
    assert "Mine" in late.text
    assert re.search(r'name="1-stance" value="both"[^>]* checked', late.text)
    again = lead.post(ITEM, data=FINAL | kept(late.text) | {"1-stance": "both"})
    assert again.status_code == 303
    assert [record["claims"][0]["stance"] for record in article.records(layer="final")] == ["both"]


def test_takes_a_final_answer_back(lead: FlaskClient, article: Project) -> None:
    lead.post(ITEM, data=FINAL | kept(lead.get(ITEM).text))
    seen = kept(lead.get(ITEM).text)["seen"]
    assert lead.post(f"{ITEM}/reopen", data={"seen": seen}).location == ITEM
    assert list(article.records(layer="final")) == []


def test_settles_all_unanimous_sentences_at_once(lead: FlaskClient, article: Project) -> None:
    assert lead.post("/settle/unanimous").status_code == 303
    assert [record["provenance"]["kind"] for record in article.records(layer="final")] == ["unanimous"]
    assert "1 unanimous sentence is final." in lead.get("/settle").text


def test_has_nothing_to_settle_where_one_person_answered(lead: FlaskClient) -> None:
    assert lead.get(f"/settle/{ARTICLE}/s5").status_code == 404
    assert lead.get("/settle/unknown/s1").status_code == 404


def test_is_for_leads(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    assert client.get("/settle").status_code == 403
    assert client.get(ITEM).status_code == 403
    assert client.post(ITEM).status_code == 403


def test_gathers_reasons_notes_and_flags_under_their_labels(
    lead: FlaskClient, article: Project, sign_in: SignIn
) -> None:
    give(article, "Ana", "s4", CLAIM | {"stance": "neither", "comment": "Neither of them?"})
    give(article, "Ana", "s5", CLAIM | {"stance": "neither", "attribution": "direct", "claim_hard": "1"})
    lead.post(ITEM, data=FINAL | kept(lead.get(ITEM).text) | {"reason": "rule", "note": "See 3.4."})
    remarks = article.remarks(article.person("Cleo"))
    found = {label: {(one.kind, one.text) for one in all} for label, all in remarks.items()}
    assert ("settled", "See 3.4.") in found["stance", "tr"] & found["stance", "both"]
    assert found["stance", "neither"] == {("comment", "Neither of them?"), ("flag", None)}
    assert ("flag", None) in found["attribution", "direct"]
    page = lead.get("/codebook").text
    assert "Settled: Rule unclear" in page
    assert "Neither of them?" in page
    sign_in(lead, "Ana")
    assert "from the work" not in lead.get("/codebook").text


def test_says_which_final_answers_a_change_of_the_text_opened(lead: FlaskClient, article: Project) -> None:
    lead.post(ITEM, data=FINAL | kept(lead.get(ITEM).text) | {"reason": "rule", "note": "See 3.4."})
    article.merge(ARTICLE, "s2", article.person("Cleo"))
    page = lead.get("/settle").text
    assert "Was settled; the text was changed since" in page
    assert "1 final answer no longer stands" in page
    page = lead.get(ITEM).text
    assert "before the text was changed" in page
    assert re.search(r'name="1-stance" value="tr"[^>]* checked', page)
    assert "See 3.4." in page
    assert "1 final answer is missing" in lead.get("/export?layer=final").text
    assert "is missing" not in lead.get("/export").text
    lead.post(ITEM, data=FINAL | kept(page))
    assert "Was settled; the text was changed since" not in lead.get("/settle").text
    assert "is missing" not in lead.get("/export?layer=final").text


def test_takes_a_speaker_by_any_name(lead: FlaskClient, article: Project) -> None:
    page = lead.get(ITEM).text
    assert '<option value="United States">' in page
    form = {key: value for key, value in FINAL.items() if key != "1-speaker"} | kept(page)
    answer = lead.post(ITEM, data=form | {"1-named": "Nobody at all"})
    assert answer.status_code == 422
    assert "There is no speaker named" in answer.text
    assert 'value="Nobody at all"' in answer.text
    assert lead.post(ITEM, data=form | {"1-named": " united  states "}).status_code == 303
    assert [record["claims"][0]["speaker"] for record in article.records(layer="final")] == [["usa"]]


def test_leaves_an_answer_that_is_no_longer_in_use_to_the_lead(lead: FlaskClient, article: Project) -> None:
    source = retire(article.codebook_source(), Place("label", "tr", "stance"))
    article.update_codebook(source, version="1.0.0")
    page = lead.get("/settle").text
    assert "which is no longer in use" in page
    assert "2 sentences are answered differently" in page
    assert "1 more is answered alike by all" in page
    assert f"/settle/{ARTICLE}/s3" in page
    lead.post("/settle/unanimous")
    assert list(article.records(layer="final")) == []


def test_leads_to_a_final_answer_whose_votes_changed(article: Project, lead: FlaskClient) -> None:
    for id in ("s1", "s2"):
        address = f"/settle/{ARTICLE}/{id}"
        lead.post(address, data=kept(lead.get(address).text) | {"action": "no_claim"})
    lead.post("/settle/unanimous")
    assert "Every difference is settled." in lead.get("/settle").text
    give(article, "Ben", "s3", CLAIM | {"stance": "ru"})
    page = lead.get("/settle").text
    assert "1 final answer rests on an answer that was changed since." in page
    assert f'href="/settle/{ARTICLE}/s3"' in page.split("changed since.")[1]

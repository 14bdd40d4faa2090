"""The annotate page: a document, one sentence in focus, and what is said about it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from annotator.project import Project
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]

DOCUMENT = f"/documents/{ARTICLE}"
TURKISH = {"action": "save", "speaker": "turkey", "stance": "tr", "attribution": "ascribed"}


def place(sid: str) -> str:
    return f"{DOCUMENT}/sentences/{sid}"


@pytest.fixture
def ana(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Ana")
    return client


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def answer(client: FlaskClient, sid: str, form: dict[str, Any], then: str = "") -> TestResponse:
    """Send the form of the page as a browser without a script would."""
    page = client.get(place(sid)).text
    sent = {
        "seen": hidden(page, "seen"),
        "token": hidden(page, "token"),
        "claim": "new",
        "comment": "",
        **form,
    }
    return client.post(place(sid) + then, data=sent)


def swapped(client: FlaskClient, sid: str, left: str) -> TestResponse:
    """What the script asks for on the way from one sentence to another, with the whole text on the page."""
    came_from = {"HX-Current-URL": f"http://localhost{place(left)}", "X-Text": "0"}
    return client.get(place(sid), headers={"HX-Request": "true", "HX-Target": "panel", **came_from})


def test_sends_to_the_first_unfinished_sentence(ana: FlaskClient) -> None:
    assert ana.get(DOCUMENT).location == place("s1")
    answer(ana, "s1", {"action": "no_claim"})
    assert ana.get(DOCUMENT).location == place("s2")


def test_shows_every_part_of_the_document_with_one_in_focus(ana: FlaskClient, article: Project) -> None:
    page = ana.get(place("s11")).text
    assert re.findall(r'id="unit-(\w+)"', page) == [sentence.id for sentence in article.sentences(ARTICLE)]
    assert page.count('id="mark-') == 28
    assert len(re.findall(r'class="unit \w+ focus"', page)) == 1
    assert "Pull quote, repeats sentence 17, not counted" in page


def test_stores_a_claim_and_goes_on(ana: FlaskClient, article: Project) -> None:
    assert answer(ana, "s1", TURKISH).location == place("s2")
    stored = article.desk(ARTICLE, article.person("Ana")).annotations["s1"].answer
    assert [claim.identity for claim in stored.claims] == [(("turkey",), (), "tr", "support")]


def test_stores_no_claim_and_goes_on(ana: FlaskClient, article: Project) -> None:
    assert answer(ana, "s1", {"action": "no_claim"}).location == place("s2")
    assert article.desk(ARTICLE, article.person("Ana")).annotations["s1"].answer.status == "no_claim"


def test_stays_for_another_claim(ana: FlaskClient) -> None:
    told = answer(ana, "s1", TURKISH, then="?then=new")
    assert told.location == f"{place('s1')}?claim=new"
    assert "Discard claim 2" in ana.get(told.location).text


def test_skips_what_is_finished_and_comes_back_to_what_is_not(ana: FlaskClient) -> None:
    assert answer(ana, "s27", {"action": "no_claim"}).location == place("s1")


def test_keeps_an_incomplete_claim_as_typed(ana: FlaskClient) -> None:
    told = answer(ana, "s1", {"action": "save", "speaker": "turkey", "stance": "tr", "comment": "hm"})
    assert told.status_code == 422
    assert 'data-look-at="attribution"' in told.text
    assert re.search(r'value="turkey"[^>]* checked', told.text)
    assert re.search(r'value="tr"[^>]* checked', told.text)
    assert ">hm</textarea>" in told.text


def test_asks_for_the_comment_of_an_unclear_position(ana: FlaskClient) -> None:
    told = answer(ana, "s1", {**TURKISH, "stance": "unclear"})
    assert told.status_code == 422
    assert 'data-look-at="comment"' in told.text


def test_opens_the_claim_that_is_already_there(ana: FlaskClient) -> None:
    answer(ana, "s1", {**TURKISH, "attribution": "direct"})
    told = answer(ana, "s1", TURKISH)
    assert told.status_code == 422
    assert 'name="claim" value="1"' in told.text
    assert re.search(r'value="direct"[^>]* checked', told.text)


def test_changes_a_claim_and_keeps_what_the_card_does_not_show(ana: FlaskClient, article: Project) -> None:
    kept = {"content_spans": "[[0, 5]]", "source_spans": "[[14, 18]]", "claim_hard": "1"}
    answer(ana, "s11", {**TURKISH, **kept, "propositions": "T1"})
    page = ana.get(f"{place('s11')}?claim=1").text
    sent = {name: hidden(page, name) for name in ("seen", "token", "claim", *kept)}
    again = {**sent, **TURKISH, "attribution": "direct"}
    again["propositions"] = re.findall(r'name="propositions"[^>]* value="(\w+)"[^>]* checked', page)
    ana.post(place("s11"), data=again)
    (claim,) = article.desk(ARTICLE, article.person("Ana")).annotations["s11"].answer.claims
    assert (claim.attribution, claim.propositions, claim.content_spans) == ("direct", ("T1",), ((0, 5),))
    assert claim.hard


def test_answers_numbers_no_page_would_send(ana: FlaskClient) -> None:
    endless = "9" * 5000
    assert ana.get(f"{place('s1')}?claim={endless}").status_code == 200
    assert answer(ana, "s1", {**TURKISH, "claim": endless}).status_code == 422
    assert answer(ana, "s1", {**TURKISH, "seen": endless}).status_code < 500


def test_deletes_the_open_claim_and_stays(ana: FlaskClient) -> None:
    answer(ana, "s1", TURKISH)
    assert answer(ana, "s1", {"action": "delete", "claim": "1"}).location == place("s1")
    assert "No claim, next" in ana.get(place("s1")).text


def test_takes_back_and_gives_again_across_sentences(ana: FlaskClient) -> None:
    answer(ana, "s1", TURKISH)
    answer(ana, "s2", {"action": "no_claim"})
    for expected in ("s2", "s1"):
        assert ana.post(f"{DOCUMENT}/undo").location == place(expected)
    assert "Undone in sentence 1: 1 claim" in ana.get(place("s1")).text
    assert ana.post(f"{DOCUMENT}/redo").location == place("s1")
    assert "Redone in sentence 1: 1 claim" in ana.get(place("s1")).text


def test_says_that_there_is_nothing_to_undo(ana: FlaskClient) -> None:
    told = ana.post(f"{DOCUMENT}/undo", headers={"HX-Current-URL": f"http://localhost{place('s3')}"})
    assert told.location == place("s3")
    assert "nothing to undo" in ana.get(place("s3")).text


def test_marks_a_pull_quote_as_a_repeat(ana: FlaskClient, article: Project) -> None:
    assert "It repeats sentence 17" in ana.get(place("q2")).text
    answer(ana, "q2", {"action": "save"})
    stored = article.desk(ARTICLE, article.person("Ana")).annotations["q2"].answer
    assert (stored.status, stored.duplicate_of) == ("duplicate", "s16")


def test_shows_the_state_when_another_window_was_first(ana: FlaskClient) -> None:
    old = ana.get(place("s1")).text
    answer(ana, "s1", {**TURKISH, "speaker": "usa"})
    late = {**TURKISH, "seen": hidden(old, "seen"), "token": hidden(old, "token"), "claim": "new"}
    told = ana.post(place("s1"), data=late)
    assert told.status_code == 409
    assert "another window" in told.text
    assert "Turkey" in told.text.split('id="compare-given"')[1][:2000]
    assert ">US<" in told.text.split('id="compare-saved"')[1].split('id="compare-given"')[0]
    assert answer(ana, "s1", {**TURKISH, "claim": "new"}).status_code == 303


def test_keeps_the_speaker_typed_through_a_merge_and_a_refusal(ana: FlaskClient, article: Project) -> None:
    lead = article.person("Cleo")
    article.merge_speakers("usa", "turkey", lead, seen=article.speakers_version())
    told = answer(ana, "s1", {"action": "save", "speaker": "usa", "stance": "tr"})
    assert told.status_code == 422
    assert re.search(r'value="turkey"[^>]* checked', told.text)


def test_stores_one_answer_for_a_form_sent_twice(ana: FlaskClient, article: Project) -> None:
    page = ana.get(place("s1")).text
    form = {**TURKISH, "seen": "", "token": hidden(page, "token"), "claim": "new"}
    assert [ana.post(place("s1"), data=form).status_code for _ in range(2)] == [303, 303]
    assert len(article.desk(ARTICLE, article.person("Ana")).annotations["s1"].answer.claims) == 1


def test_takes_no_answer_under_another_name_than_the_page_had(ana: FlaskClient, sign_in: SignIn) -> None:
    shown = ana.get(place("s1")).text
    assert hidden(shown, "person") == "Ana"
    sign_in(ana, "Ben")
    refused = ana.post(place("s1"), data={"action": "no_claim", "claim": "new", "person": "Ana"})
    assert refused.status_code == 403
    assert "This page belongs to" in refused.text


def test_sends_only_what_changes_on_the_way_to_the_next_sentence(ana: FlaskClient) -> None:
    answer(ana, "s10", TURKISH)
    told = swapped(ana, "s11", left="s10")
    assert re.findall(r'id="unit-(\w+)"', told.text) == ["s10", "s11"]
    assert re.findall(r'id="mark-(\w+)"', told.text) == ["s10", "s11"]
    assert "<html" not in told.text
    assert {"HX-Request", "HX-Target"} <= set(told.vary)
    assert len(gzip.compress(told.data)) < 6_000  # as it travels


def test_gives_the_next_sentence_with_the_answer_where_the_page_stays(ana: FlaskClient) -> None:
    page = ana.get(place("s10")).text
    sent = {"seen": hidden(page, "seen"), "token": hidden(page, "token"), "claim": "new", **TURKISH}
    came_from = {"HX-Current-URL": f"http://localhost{place('s10')}", "X-Text": "0"}
    swap = {"HX-Request": "true", "HX-Target": "panel", **came_from}
    told = [ana.post(place("s10"), data=sent, headers=swap) for _ in range(2)]  # again changes nothing
    for one in told:
        assert (one.status_code, one.headers["HX-Push-Url"]) == (200, place("s11"))
        assert re.findall(r'id="unit-(\w+)"', one.text) == ["s10", "s11"]
        assert f'action="{place("s11")}"' in one.text
    again = {
        "seen": hidden(ana.get(place("s10")).text, "seen"),
        "action": "save",
        "claim": "1",
        "token": "other",
    }
    more = ana.post(f"{place('s10')}?then=new", data={**TURKISH, **again}, headers=swap)
    assert more.headers["HX-Push-Url"] == f"{place('s10')}?claim=new"


def test_remembers_nothing_of_a_refused_form_in_the_history(ana: FlaskClient) -> None:
    told = ana.post(place("s1"), data={"action": "save", "claim": "new"}, headers={"HX-Target": "panel"})
    assert (told.status_code, told.headers["HX-Push-Url"]) == (422, "false")


def test_never_shows_what_others_answered(client: FlaskClient, sign_in: SignIn, ana: FlaskClient) -> None:
    answer(ana, "s1", {**TURKISH, "comment": "a secret thought", "hard": "1"})
    sign_in(client, "Ben")
    page = client.get(place("s1")).text
    assert "a secret thought" not in page
    assert 'class="chip"' not in page
    assert " checked" not in page.split('id="panel"')[1].split('id="keyboard"')[0]
    assert "<strong>0</strong>" in page


def test_marks_lost_numbers_without_changing_the_text(ana: FlaskClient, article: Project) -> None:
    unit = article.sentence(ARTICLE, "s2").unit
    shown = re.search(r'id="unit-s2".*?<p class="unit-text"[^>]*>(.*?)</p>', ana.get(place("s2")).text, re.S)
    assert shown is not None
    assert len(unit.lost_at) == shown[1].count('class="gap"') == 1
    assert re.sub(r"<[^>]+>", "", shown[1]) == unit.text


def test_says_when_the_document_is_finished(ana: FlaskClient, article: Project) -> None:
    for sid in article.desk(ARTICLE, article.person("Ana")).queued:
        answer(ana, sid, {"action": "no_claim"})
    assert "All 28 sentences are done." in ana.get(ana.get(DOCUMENT).location).text


def test_names_the_skipped_sentences_that_are_left(ana: FlaskClient, article: Project) -> None:
    answer(ana, "s3", {"action": "skip"})
    for sid in article.desk(ARTICLE, article.person("Ana")).queued:
        if sid != "s3":
            answer(ana, sid, {"action": "no_claim"})
    assert "Only skipped sentences are left:" in ana.get(place("s1")).text


@pytest.mark.parametrize("sid", ["s99", "u1", "by1"])
def test_knows_no_such_sentence(ana: FlaskClient, sid: str) -> None:
    assert ana.get(place(sid)).status_code == 404


def test_knows_no_such_document(ana: FlaskClient) -> None:
    assert ana.get("/documents/none").status_code == 404
    assert ana.post("/documents/none/undo", follow_redirects=True).status_code == 404


@pytest.mark.parametrize("path", [DOCUMENT, place("s1")])
def test_needs_a_person(client: FlaskClient, path: str) -> None:
    assert client.get(path).location.startswith("/sign-in")
    assert client.post(place("s1"), data=TURKISH).status_code == 403


def test_shows_an_answer_kept_in_the_browser_to_nobody_else(
    client: FlaskClient, sign_in: Callable[[FlaskClient, str], None]
) -> None:
    address = f"/documents/{ARTICLE}/sentences/s1/compare"
    kept = {"action": "save", "speaker": "turkey", "comment": "between us", "person": "Ana"}
    sign_in(client, "Ana")
    shown = client.post(address, data=kept)
    assert shown.status_code == 200
    assert "between us" in shown.text
    sign_in(client, "Ben")
    refused = client.post(address, data=kept)
    assert refused.status_code == 403
    assert "between us" not in refused.text

"""Settling as a lead does it: by keys, on a narrow screen, right to left; and the whole way of a team."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator import sample
from annotator.model import Answer
from annotator.project import Project
from tests.browser.at_desk import press
from tests.browser.test_accessibility import speak, violations
from tests.conftest import ARTICLE, Live, admitted, enter
from tests.store.test_answers import CLAIM, NO_CLAIM, give

ITEM = f"/settle/{ARTICLE}/s1"


@pytest.fixture
def lead(live: Live, page: Page) -> Page:
    """Cleo; s1 differs in position and attribution, s2 in whether there is a claim, s3 is unanimous."""
    with Project.open(live.path) as project:
        for name, stance, attribution, other in (
            ("Ana", "tr", "ascribed", CLAIM),
            ("Ben", "both", "direct", NO_CLAIM),
        ):
            give(project, name, "s1", CLAIM | {"stance": stance, "attribution": attribution})
            give(project, name, "s2", other)
            give(project, name, "s3", CLAIM)
    return admitted(page, live, "Cleo")


def final(live: Live) -> dict[str, dict[str, Any]]:
    with Project.open(live.path) as project:
        return {record["sent_id"]: record for record in project.records(layer="final")}


def first_answer(live: Live, sid: str) -> Answer:
    """That of Annotator A."""
    with Project.open(live.path) as project:
        return project.to_settle(ARTICLE, sid, project.person("Cleo")).case.votes[0].answer


def test_settles_with_two_keys(lead: Page, live: Live) -> None:
    lead.goto(live.url + ITEM)
    press(lead, "1 Enter")
    expect(lead).to_have_url(f"{live.url}/settle/{ARTICLE}/s2")
    claim = final(live)["s1"]["claims"][0]
    given = first_answer(live, "s1").claims[0]
    assert (claim["stance"], claim["attribution"]["type"]) == (given.stance, given.attribution)


def test_counts_a_claim_that_is_answered_by_mouse(lead: Page, live: Live) -> None:
    lead.goto(live.url + ITEM)
    no = lead.get_by_role("radiogroup", name="Part of the final answer?").get_by_role("radio", name="No")
    no.check()
    lead.get_by_role("radiogroup", name="Whose position?").get_by_role("radio", name="Neither").check()
    expect(no).not_to_be_checked()
    lead.get_by_role("radiogroup", name="Attribution").get_by_role("radio", name="Direct").check()
    lead.get_by_role("button", name="Save final, next").click()
    expect(lead).to_have_url(f"{live.url}/settle/{ARTICLE}/s2")
    assert [claim["stance"] for claim in final(live)["s1"]["claims"]] == ["neither"]


def test_changes_a_field_after_taking_an_answer(lead: Page, live: Live) -> None:
    lead.goto(live.url + ITEM)
    lead.get_by_role("radio", name="Slip").check()
    lead.get_by_label("Note").fill("See 3.4")
    lead.get_by_role("heading", name="Sentence").focus()
    press(lead, "2 R S Enter")
    expect(lead).to_have_url(f"{live.url}/settle/{ARTICLE}/s2")
    found = final(live)["s1"]
    assert (found["claims"][0]["stance"], found["claims"][0]["attribution"]["type"]) == ("neither", "mixed")
    assert (found["provenance"]["reason"], found["provenance"]["note"]) == ("slip", "See 3.4")


def test_leaves_for_later_and_takes_back(lead: Page, live: Live) -> None:
    lead.goto(live.url + ITEM)
    press(lead, "X")
    expect(lead).to_have_url(f"{live.url}/settle/{ARTICLE}/s2")
    expect(lead.get_by_role("heading", name="Sentence 2")).to_be_focused()
    press(lead, "0")
    expect(lead).to_have_url(f"{live.url}/settle/{ARTICLE}/s1")
    assert final(live)["s2"]["status"] == "no_claim"
    press(lead, "Z")
    expect(lead).to_have_url(f"{live.url}/settle/{ARTICLE}/s2")
    assert final(live) == {}


@pytest.mark.parametrize("width", [1220, 1030])
def test_covers_nothing_that_has_the_focus(lead: Page, live: Live, width: int) -> None:
    lead.set_viewport_size({"width": width, "height": 700})
    lead.goto(live.url + ITEM)
    speak(lead, "ru")  # the longest words
    lead.goto(live.url + ITEM)
    covered = """() => {
        const at = document.activeElement, foot = document.querySelector(".settle-foot");
        if (!at.closest("#settle-answer") || foot.contains(at) || at.matches(".settle-table")) return false;
        return at.getBoundingClientRect().bottom > foot.getBoundingClientRect().top;
    }"""
    seen = set()
    while (name := lead.evaluate("document.activeElement.name || ''")) != "reason":
        seen.add(name)
        lead.keyboard.press("Tab")
        assert not lead.evaluate(covered), lead.evaluate("document.activeElement.outerHTML")
    assert "1-attribution" in seen


def test_is_found_without_fault_by_axe(lead: Page, live: Live) -> None:
    found = []
    lead.goto(live.url + ITEM)
    for lang in ("en", "ar"):
        speak(lead, lang)
        for width in (1440, 360):
            lead.set_viewport_size({"width": width, "height": 900})
            for path in ("/settle", ITEM, f"/settle/{ARTICLE}/s2?names=1"):
                lead.goto(live.url + path)
                found += violations(lead, f"{lang} {width} {path}")
                if lead.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append(f"{lang} {width} {path} runs off the screen")
    speak(lead, "en")
    assert found == []


def test_settles_without_a_script(lead: Page, live: Live, browser: Browser) -> None:
    state = lead.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state, locale="en-GB")
    page = context.new_page()
    page.goto(live.url + ITEM)
    page.get_by_role("link", name="Take the whole answer of Annotator A").click()
    page.get_by_role("button", name="Save final, next").click()
    expect(page).to_have_url(f"{live.url}/settle/{ARTICLE}/s2")
    context.close()
    assert final(live)["s1"]["claims"][0]["stance"] == first_answer(live, "s1").claims[0].stance


# ------------------------------------------------------------------ a whole team


@pytest.fixture
def team(live: Live, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Somebody in a browser of their own."""
    contexts = []

    def come(name: str) -> Page:
        contexts.append(browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900}))
        return enter(contexts[-1].new_page(), live, name)

    yield come
    for context in contexts:
        context.close()


def prepared(live: Live) -> list[str]:
    """All but the last two sentences are answered: by Ana as in the reference, by Ben with mistakes."""
    with Project.open(live.path) as project:
        book, sentences = project.codebook(), project.sentences(ARTICLE)
        queued = [sentence.id for sentence in sentences if sentence.kind in book.queue_units]
        for name, given in (
            ("Ana", sample.reference()),
            ("Ben", sample.simulated("Simulated A", book, sentences)),
        ):
            answers = {sid: given[sid] for sid in queued[:-2]}
            project.take_answers(ARTICLE, project.person(name), answers, "2026-01-12T09:00:00.000Z")
    return queued


def of_kind(live: Live, kind: str) -> str:
    """A sentence that is still to settle because of this."""
    with Project.open(live.path) as project:
        queue = project.queue(project.person("Cleo"))
    return next(group.cases[0].sentence for group in queue.groups if group.pair.kind == kind)


def taken_home(page: Page, live: Live, layer: str) -> list[dict[str, Any]]:
    page.goto(f"{live.url}/export?layer={layer}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download", exact=True).click()
    return [json.loads(line) for line in Path(download.value.path()).read_text("utf-8").splitlines()]


def test_leads_a_team_from_blind_answers_to_final_ones(live: Live, team: Callable[[str], Page]) -> None:
    queued = prepared(live)
    desks = {name: team(name) for name in ("Ana", "Ben")}
    for desk in desks.values():
        desk.goto(f"{live.url}/documents/{ARTICLE}")
    press(desks["Ana"], "0")
    press(desks["Ben"], "5 W F Enter")
    for name, desk in desks.items():
        other = "Ben" if name == "Ana" else "Ana"
        expect(desk).to_have_url(f"{live.url}/documents/{ARTICLE}/sentences/{queued[-1]}")
        assert not re.search(rf"\b{other}\b", desk.content())
        press(desk, "0")
    for desk in desks.values():
        desk.get_by_role("button", name="Finish document").click()
        expect(desk.get_by_text("You finished")).to_be_visible()

    cleo = team("Cleo")
    cleo.goto(f"{live.url}/agreement")
    expect(cleo.get_by_role("main")).to_contain_text("α")
    with Project.open(live.path) as project:
        votes = list(project.records())
    for kind, keys in (("stance", "1 Enter"), ("attribution", "2 Enter"), ("claim", "0")):
        sid = of_kind(live, kind)
        cleo.goto(f"{live.url}/settle/{ARTICLE}/{sid}")
        cleo.get_by_role("radio", name="Rule unclear").check()
        cleo.get_by_role("heading", level=2, name="Sentence").focus()
        press(cleo, keys)
        expect(cleo.get_by_text("Settled. It can be taken back")).to_be_visible()
    cleo.goto(f"{live.url}/settle")
    cleo.get_by_role("button", name="Settle all unanimous sentences").click()
    expect(cleo.get_by_text("unanimous sentences are final")).to_be_visible()

    settled = taken_home(cleo, live, "final")
    assert sum(record["provenance"]["kind"] == "settled" for record in settled) == 3
    assert {record["role"] for record in settled} == {"final"}
    assert {record["provenance"]["by"] for record in settled} == {"Cleo"}
    assert taken_home(cleo, live, "votes") == votes

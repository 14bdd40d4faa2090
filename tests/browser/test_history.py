"""What was answered once is found again: undone after signing in again, told in the history."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.at_desk import at, claims, go, press, stored
from tests.browser.test_accessibility import RULES
from tests.conftest import ARTICLE, Live, sign_in_through

HISTORY = f"/documents/{ARTICLE}/sentences/s1/history"


def test_takes_back_across_sentences_after_signing_in_again(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F Enter 0")
    at(desk, "s3")
    desk.locator(".person summary").click()
    desk.get_by_role("button", name="Sign out").click()
    sign_in_through(desk, live, "Ana")
    go(desk, live, "s11")
    press(desk, "Z")
    at(desk, "s2")
    expect(desk.locator("#say")).to_contain_text("Undone in sentence 2: no claim")
    press(desk, "Z")
    at(desk, "s1")
    expect(desk.locator("#say")).to_contain_text("Undone in sentence 1: 1 claim")
    assert claims(live, "s1") == []
    go(desk, live, "s5")
    press(desk, "Shift+Z")
    at(desk, "s1")
    expect(desk.locator("#say")).to_contain_text("Redone in sentence 1: 1 claim")
    press(desk, "Shift+Z")
    at(desk, "s2")
    assert stored(live, "s2").status == "no_claim"
    assert len(claims(live, "s1")) == 1


def test_leads_from_the_panel_to_the_history_and_back(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    expect(desk.get_by_role("link", name="History of this sentence")).to_have_count(0)
    press(desk, "5 W F Enter")
    at(desk, "s2")
    press(desk, "Z")
    at(desk, "s1")
    desk.get_by_role("link", name="History of this sentence").click()
    expect(desk).to_have_url(live.url + HISTORY)
    steps = desk.locator("#work ol > li")
    expect(steps).to_have_count(2)
    expect(steps.nth(0)).to_contain_text("Undone")
    expect(steps.nth(0)).to_contain_text("Taken away")
    expect(steps.nth(1)).to_contain_text(re.compile(r"Answered.*1 claim.*Turkey.*Turkish.*Ascribed", re.S))
    desk.get_by_role("link", name="Back to the sentence").click()
    at(desk, "s1")


def test_keeps_the_unsaved_claim_from_being_left(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "0")
    at(desk, "s2")
    go(desk, live, "s1")
    press(desk, "5")
    desk.get_by_role("link", name="History of this sentence").click()
    expect(desk.locator("#note")).to_contain_text("Not saved yet")
    expect(desk).to_have_url(re.compile(r"/sentences/s1$"))


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_is_open_to_everybody(desk: Page, live: Live, width: int, scheme: str) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F Enter")
    at(desk, "s2")
    press(desk, "Z")
    at(desk, "s1")
    desk.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    desk.set_viewport_size({"width": width, "height": 800})
    desk.goto(live.url + HISTORY)
    found = Axe().run(desk, options=RULES).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width

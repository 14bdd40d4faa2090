"""Position lists, the relay, the speaker of the sentence before, and the rules beside the sentence."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.at_desk import at, claims, focus_is_at_work, go, press, stored
from tests.browser.test_accessibility import NARROW, RULES, WIDE
from tests.conftest import ARTICLE, Live, enter


def test_chooses_propositions_beside_the_sentence(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "5 W P")
    lists = desk.locator("#positions")
    expect(lists).to_be_visible()
    expect(lists.locator(":focus")).to_have_value("T1")
    expect(lists.locator("label", has=desk.locator("[value=T1]"))).to_contain_text("Terrorism")
    expect(lists.locator("label", has=desk.locator("[value=T1]")).locator("[lang=ar]")).to_be_visible()
    press(desk, "Space ArrowDown Space Escape")
    expect(lists).to_be_hidden()
    expect(desk.locator("[name=stance][value=tr]")).to_be_focused()
    expect(desk.locator("#chosen-positions li")).to_have_text([re.compile("T1"), re.compile("T2")])
    expect(desk.locator("#positions-note")).to_be_hidden()
    press(desk, "F Enter")
    at(desk, "s12")
    assert stored(live, "s11").claims[0].propositions == ("T1", "T2")
    expect(desk.locator("#chosen-positions li")).to_have_count(0)
    press(desk, "K")
    at(desk, "s11")
    expect(desk.locator("#chosen-positions li")).to_have_count(2)
    press(desk, "Enter")
    at(desk, "s12")
    assert stored(live, "s11").claims[0].propositions == ("T1", "T2")


def test_leaves_the_sentence_in_view_beside_the_lists(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "P")
    lists, text = (
        desk.locator("#positions").bounding_box(),
        desk.locator(".unit.focus .unit-text").bounding_box(),
    )
    assert lists is not None
    assert text is not None
    assert text["x"] + text["width"] <= lists["x"]


def test_warns_of_a_proposition_of_another_side_and_changes_nothing(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "5 W P")
    desk.locator("#positions [value=R1]").check()
    expect(desk.locator("#positions-warning")).to_contain_text("R1")
    press(desk, "Escape")
    expect(desk.locator("#positions-note")).to_contain_text("R1 is on the list “Russia”")
    expect(desk.locator("[name=stance]:checked")).to_have_value("tr")
    press(desk, "Q")
    expect(desk.locator("#positions-note")).to_be_hidden()
    press(desk, "W F Enter")
    at(desk, "s12")
    assert claims(live, "s11") == [("turkey", "tr", "support", "ascribed")]
    assert stored(live, "s11").claims[0].propositions == ("R1",)


def test_adds_and_removes_links_of_the_relay(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "3 W D L 5")
    desk.keyboard.type("media")
    press(desk, "Enter")
    expect(desk.locator("#relay-chain li")).to_have_count(2)
    press(desk, "9 Backspace Enter")
    at(desk, "s2")
    (claim,) = stored(live, "s1").claims
    assert claim.speaker == ("erdogan",)
    assert claim.via[0] == "turkey"
    assert len(claim.via) == 2
    go(desk, live, "s1")
    expect(desk.locator("#relay-chain li")).to_have_count(2)
    desk.locator("#relay-chain .remove").first.click()
    focus_is_at_work(desk)
    press(desk, "Enter")
    at(desk, "s2")
    assert stored(live, "s1").claims[0].via == claim.via[1:]


def test_hides_an_empty_relay_again(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "L Escape")
    expect(desk.locator("#relay")).to_be_hidden()
    focus_is_at_work(desk)


def test_offers_the_speaker_whose_quotation_is_open(desk: Page, live: Live) -> None:
    go(desk, live, "s15a")
    press(desk, "3 W A Enter")
    at(desk, "s15b")
    expect(desk.locator("[data-same]")).to_contain_text("Erdoğan")
    expect(desk.locator("[data-same]")).to_contain_text("open since sentence 15")
    expect(desk.locator("[name=speaker]:checked")).to_have_count(0)
    press(desk, "M W A Enter")
    at(desk, "s16")
    assert claims(live, "s15b") == [("erdogan", "tr", "support", "direct")]


def test_takes_the_speaker_of_the_sentence_before_by_its_key(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "2 Shift+3 Q D Enter")
    at(desk, "s2")
    expect(desk.locator("[data-same]")).to_be_hidden()
    press(desk, "M Q D Enter")
    at(desk, "s3")
    assert claims(live, "s2") == [("erdogan+putin", "ru", "support", "indirect")]


def test_shows_the_rule_with_its_examples_beside_the_sentence(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "5 W F H")
    rule = desk.locator("#rule")
    expect(rule).to_contain_text("Take the STRONGEST form")
    expect(rule.locator("[lang=ar]").first).to_be_visible()
    box, text = rule.bounding_box(), desk.locator(".unit.focus .unit-text").bounding_box()
    assert box is not None
    assert text is not None
    assert text["x"] + text["width"] <= box["x"]
    press(desk, "Escape")
    expect(desk.locator("[name=attribution][value=ascribed]")).to_be_focused()
    desk.locator("#words-button").focus()
    press(desk, "H")
    expect(rule).to_contain_text("In short")
    assert len(desk.context.pages) == 1


def test_tells_the_new_keys_on_the_keyboard_page(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    desk.keyboard.press("?")
    for cap, does in (
        ("P", "Position lists"),
        ("L", "Relayed by"),
        ("V", "Mark words"),
        ("M", "Same speaker"),
    ):
        expect(desk.locator(".keycap.action", has=desk.get_by_text(cap, exact=True))).to_contain_text(does)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_violation_while_marking_or_choosing(desk: Page, live: Live, colours: str) -> None:
    desk.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    found = []
    for width, height in (WIDE, NARROW):
        desk.set_viewport_size({"width": width, "height": height})
        go(desk, live, "s11")
        for keys in ("5 W V Shift+ArrowLeft 3 2", "Escape L 4", "Escape P Space", "Escape H"):
            press(desk, keys)
            if keys.endswith("H"):
                expect(desk.locator("#rule")).to_be_visible()
            result = Axe().run(desk, options=RULES)
            found += [
                f"{keys} at {width}: {v['id']}: {v['nodes'][0]['html']}"
                for v in result.response["violations"]
            ]
    assert found == []


def test_chooses_propositions_and_a_relay_without_a_script(browser: Browser, live: Live) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = enter(context.new_page(), live, "Ana")
    page.goto(f"{live.url}/documents/{ARTICLE}/sentences/s11")
    for label in ("Turkey", "Turkish", "Ascribed"):
        page.locator(".answer", has_text=label).click()
    page.locator("#relay-other").select_option("tr_media")
    page.locator("#positions [value=T1]").check()
    page.get_by_role("button", name="Save, next sentence").click()
    expect(page.locator("#place")).to_contain_text("Sentence 12")
    (claim,) = stored(live, "s11").claims
    assert (claim.via, claim.propositions) == (("tr_media",), ("T1",))
    context.close()

"""Two windows on one sentence: both answers side by side, and nothing overwritten without being asked."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.project import Project
from tests.browser.at_desk import TURKISH, at, claims, go, history_length, press, stored
from tests.browser.test_accessibility import violations
from tests.conftest import ARTICLE, Live, enter


@pytest.fixture
def late(desk: Page, live: Live) -> Page:
    """A window whose sentence was answered in another one since, and that answers it too."""
    go(desk, live, "s1")
    other = desk.context.new_page()
    go(other, live, "s1")
    press(other, "9 W D Enter")
    at(other, "s2")
    press(desk, "5 W F C")
    desk.keyboard.type("mine")
    desk.locator("[data-key=Enter]").click()
    expect(desk.locator("#compare")).to_be_focused()
    return desk


def test_shows_both_answers_side_by_side_in_words(late: Page) -> None:
    expect(late.locator("#problem")).to_contain_text("another window")
    expect(late.locator("#say")).to_contain_text("another window")
    saved, given = late.locator("#compare-saved"), late.locator("#compare-given")
    for part in ("by Ana", "US", "Turkish", "Reported"):
        expect(saved).to_contain_text(part)
    for part in ("by Ana, not stored yet", "Turkey", "Turkish", "Ascribed", "mine"):
        expect(given).to_contain_text(part)
    expect(given.locator("svg.glyph")).to_be_visible()
    left, right = saved.bounding_box(), given.bounding_box()
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    late.set_viewport_size({"width": 360, "height": 740})
    left, right = saved.bounding_box(), given.bounding_box()
    assert left is not None
    assert right is not None
    assert right["y"] >= left["y"] + left["height"]
    assert late.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_keeps_the_saved_answer_when_told_so(late: Page, live: Live) -> None:
    late.get_by_role("link", name="Keep the saved one").click()
    expect(late.locator("[name=speaker]:checked")).to_have_value("usa")
    assert [claim[0] for claim in claims(live, "s1")] == ["usa"]
    assert history_length(live) == 1


def test_fills_mine_in_again_on_top_of_the_saved_one(late: Page, live: Live) -> None:
    late.get_by_role("button", name="Use mine").click()
    expect(late.locator("#problem")).to_contain_text("filled in again")
    expect(late.locator("[name=speaker]:checked")).to_have_value("turkey")
    expect(late.locator("#comment")).to_have_value("mine")
    expect(late.locator("#panel a.claim")).to_contain_text("US")
    late.locator("[data-key=Enter]").click()
    at(late, "s2")
    assert [claim[0] for claim in claims(live, "s1")] == ["usa", "turkey"]
    assert stored(live, "s1").comment == "mine"
    assert history_length(live) == 2


def test_never_overwrites_another_claim_that_took_the_number(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F N 9 W D Enter")
    at(desk, "s2")
    go(desk, live, "s1")
    desk.goto(f"{live.url}/documents/{ARTICLE}/sentences/s1?claim=1")
    expect(desk.locator("[name=speaker]:checked")).to_have_value("turkey")
    other = desk.context.new_page()
    other.goto(f"{live.url}/documents/{ARTICLE}/sentences/s1?claim=1")
    press(other, "Delete")
    expect(other.locator("#panel")).to_contain_text("New claim")
    press(desk, "S Enter")
    desk.get_by_role("button", name="Use mine").click()
    expect(desk.locator("[name=claim]")).to_have_value("new")
    press(desk, "Enter")
    at(desk, "s2")
    assert [(claim[0], claim[3]) for claim in claims(live, "s1")] == [
        ("usa", "indirect"),
        ("turkey", "mixed"),
    ]


def test_says_no_claim_again_where_nothing_stands_against_it(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    other = desk.context.new_page()
    go(other, live, "s1")
    press(other, "X")
    at(other, "s2")
    press(desk, "0")
    expect(desk.locator("#compare-saved")).to_contain_text("Skipped")
    expect(desk.locator("#compare-given")).to_contain_text("No claim")
    desk.get_by_role("button", name="Use mine").click()
    at(desk, "s2")
    assert stored(live, "s1").status == "no_claim"


def test_never_says_no_claim_over_claims(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    other = desk.context.new_page()
    go(other, live, "s1")
    press(other, "5 W F Enter")
    at(other, "s2")
    press(desk, "0")
    expect(desk.locator("#compare-given")).to_contain_text("No claim")
    expect(desk.get_by_role("button", name="Use mine")).to_have_count(0)
    desk.get_by_role("link", name="Keep the saved one").click()
    expect(desk.locator("[name=speaker]:checked")).to_have_value("turkey")
    assert claims(live, "s1") == [TURKISH]


def test_shows_the_text_that_was_answered_when_it_was_changed(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F V 3 Escape")
    text = str(desk.locator(".unit.focus .unit-text").text_content())
    with Project.open(live.path) as project:
        project.split(ARTICLE, "s1", text.index(" ", 40) + 1, project.person("Cleo"))
    press(desk, "Enter")
    expect(desk.locator("#problem")).to_contain_text("The text of this sentence was changed")
    expect(desk.locator(".compare-text")).to_contain_text(text[-40:].strip())
    expect(desk.locator(".compare-text")).to_contain_text("mark them again")
    expect(desk.locator("#compare-given")).to_contain_text(text.split()[0])
    desk.get_by_role("button", name="Use mine").click()
    expect(desk.locator("[name=content_spans]")).to_have_value("[]")
    press(desk, "Enter")
    expect(desk.locator("#place")).to_contain_text("Sentence 2")
    assert claims(live, "s1") == [TURKISH]


def test_compares_without_a_script(browser: Browser, desk: Page, live: Live) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = enter(context.new_page(), live, "Ana")
    place = f"{live.url}/documents/{ARTICLE}/sentences/s1"
    page.goto(place)
    go(desk, live, "s1")
    press(desk, "9 W D Enter")
    at(desk, "s2")
    for label in ("Turkey", "Turkish", "Ascribed"):
        page.locator(".answer", has_text=label).click()
    page.get_by_role("button", name="Save, next sentence").click()
    expect(page.locator("#compare-saved")).to_contain_text("US")
    expect(page.locator("#compare-given")).to_contain_text("Turkey")
    page.get_by_role("button", name="Use mine").click()
    expect(page.locator("[name=speaker]:checked")).to_have_value("turkey")
    page.get_by_role("button", name="Save, next sentence").click()
    expect(page.locator(".unit.focus")).to_have_id("unit-s2")
    assert [claim[0] for claim in claims(live, "s1")] == ["usa", "turkey"]
    context.close()


def test_fills_a_changed_claim_in_again_in_its_own_place(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F Enter")
    at(desk, "s2")
    go(desk, live, "s1")
    other = desk.context.new_page()
    go(other, live, "s1")
    press(other, "N 9 Y D Enter")
    at(other, "s2")
    press(desk, "Q Enter")
    desk.get_by_role("button", name="Use mine").click()
    expect(desk.locator("[name=claim]")).to_have_value("1")
    press(desk, "Enter")
    at(desk, "s2")
    assert [(claim[0], claim[1]) for claim in claims(live, "s1")] == [("turkey", "ru"), ("usa", "off")]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_violation_beside_two_answers(late: Page, colours: Literal["light", "dark"]) -> None:
    late.emulate_media(color_scheme=colours)
    assert violations(late, "compare") == []

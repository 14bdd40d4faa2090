"""Finding and adding speakers at the annotate page, and what the lead makes of them."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.project import Project
from tests.browser.at_desk import at, claims, go, press, slow_down
from tests.conftest import Live, enter
from tests.spellings import APART, SAME


def exported(live: Live) -> list[str]:
    with Project.open(live.path) as project:
        records = [json.loads(line) for line in project.export_jsonl()]
    return ["+".join(claim["speaker"]) for record in records for claim in record["claims"]]


def add(page: Page, name: str) -> None:
    press(page, "Slash")
    page.keyboard.type(name)
    option = page.get_by_role("option", name=f"Add “{name}” as a new speaker")
    expect(option).to_be_visible()
    while option.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".answer", has=page.locator("[name=speaker]:checked"))).to_be_visible()


def test_adds_a_speaker_by_keyboard_and_the_lead_merges_and_parts_them_again(
    live: Live, desk: Page, browser: Browser
) -> None:
    go(desk, live, "s1")
    add(desk, "Hulusi Akar")
    press(desk, "W A Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [("hulusi_akar", "tr", "support", "direct")]

    # Everybody is offered the new one at once.
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    lead = enter(context.new_page(), live, "Cleo")
    go(lead, live, "s1")
    press(lead, "Slash")
    lead.keyboard.type("akar")
    expect(lead.get_by_role("option").first).to_have_text("Hulusi Akar")

    # The lead finds out that it is somebody who is there already.
    lead.get_by_role("link", name="Speakers", exact=True).click()
    lead.get_by_role("searchbox").fill("HULUSİ")
    lead.get_by_role("searchbox").press("Enter")
    lead.get_by_role("link", name="Hulusi Akar").click()
    lead.get_by_label("Merge into").select_option("Turkey (state)")
    lead.get_by_role("button", name="See what changes").click()
    expect(lead.get_by_role("heading", level=1)).to_contain_text("Merge Hulusi Akar into Turkey (state)?")
    assert exported(live) == ["hulusi_akar"]
    lead.get_by_role("button", name="Merge them").click()
    expect(lead.get_by_role("heading", level=1)).to_have_text("Turkey (state)")
    assert exported(live) == ["turkey"]

    lead.get_by_role("button", name="Undo").first.click()
    expect(lead.get_by_role("heading", level=1)).to_have_text("Hulusi Akar")
    assert exported(live) == ["hulusi_akar"]
    assert claims(live, "s1") == [("hulusi_akar", "tr", "support", "direct")]
    context.close()


def test_takes_one_key_more_to_add_than_to_find(live: Live, desk: Page) -> None:
    go(desk, live, "s1")
    press(desk, "Slash")
    desk.keyboard.type("tur")
    expect(desk.get_by_role("option").last).to_have_text("Add “tur” as a new speaker")
    press(desk, "ArrowUp Enter")
    expect(desk.locator("[name=speaker]:checked")).to_have_value("tur")


def test_offers_nobody_new_where_the_name_is_known(live: Live, desk: Page) -> None:
    go(desk, live, "s1")
    press(desk, "Slash")
    for spelling in ("انقره", "ANKARA’", "وموسكو"):
        desk.locator("#finder").fill(spelling)
        expect(desk.get_by_role("option").first).to_be_visible()
    desk.locator("#finder").fill("انقره")
    expect(desk.get_by_role("option")).to_have_count(1)
    press(desk, "Enter")
    expect(desk.locator("[name=speaker]:checked")).to_have_value("turkey")


def test_keeps_the_keys_typed_while_a_speaker_is_added(live: Live, desk: Page) -> None:
    go(desk, live, "s1")
    slow_down(desk, 300)
    press(desk, "Slash")
    desk.keyboard.type("Akar")
    press(desk, "Enter W A Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [("akar", "tr", "support", "direct")]


def test_says_why_nobody_was_added(live: Live, desk: Page) -> None:
    go(desk, live, "s1")
    press(desk, "Slash")
    desk.keyboard.type("?!")
    press(desk, "Enter")
    expect(desk.locator("#finder-count")).to_contain_text("at least one letter")
    expect(desk.locator("#finder")).to_have_value("?!")
    assert claims(live, "s1") == []


def test_gives_speakers_a_place_in_the_order_they_were_used(live: Live, desk: Page) -> None:
    go(desk, live, "s1")
    add(desk, "Akar")
    press(desk, "W A Enter")
    at(desk, "s2")
    rows = desk.locator("[data-question=speaker] .answers .answer")
    expect(rows).to_have_count(10)
    expect(rows.last).to_have_text("Akar")
    press(desk, "Slash")
    desk.keyboard.type("United Nations")
    press(desk, "Enter W A Enter")
    at(desk, "s3")
    expect(rows.nth(9)).to_have_text("Akar")
    expect(rows.nth(10)).to_have_text("UN")


def test_marks_who_is_named_chooses_nobody_and_remembers_to_stop(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    dots = desk.locator(".answers .named")
    expect(dots.first).to_be_visible()
    expect(desk.locator("[name=speaker]:checked")).to_have_count(0)
    press(desk, "Shift+Slash")
    desk.get_by_role("switch", name="Dots on speakers").uncheck()
    press(desk, "Escape")
    expect(dots.first).to_be_hidden()
    desk.reload()
    expect(desk.locator("#panel")).to_be_visible()
    expect(dots.first).to_be_hidden()
    press(desk, "Shift+Slash")
    desk.get_by_role("switch", name="Dots on speakers").check()
    expect(dots.first).to_be_visible()


@pytest.mark.parametrize("same", [True, False])
def test_folds_on_the_page_as_on_the_server(live: Live, desk: Page, same: bool) -> None:
    go(desk, live, "s1")
    pairs = [list(pair) for pair in (SAME if same else APART)]
    folded = desk.evaluate("pairs => pairs.map(pair => pair.map(qawl.finder.folded))", pairs)
    assert [one == other for one, other in folded] == [same] * len(pairs)

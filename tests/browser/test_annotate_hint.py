"""The hint for people who begin: it covers nothing and goes for good."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.at_desk import at, focus_is_at_work, go, press
from tests.conftest import Live


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1366, 768), (768, 900), (360, 740)])
def test_covers_neither_card_nor_answers(desk: Page, live: Live, width: int, height: int) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    for sid in ("s1", "s11"):
        go(desk, live, sid)
        hint = desk.locator("#hint").bounding_box()
        assert hint
        for other in ("#panel", ".unit.focus"):
            box = desk.locator(other).bounding_box()
            assert box
            apart = hint["y"] + hint["height"] <= box["y"] or hint["x"] + hint["width"] <= box["x"]
            assert apart, (sid, other)


def test_goes_with_escape_and_leads_back_to_the_answers(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    desk.get_by_role("button", name="Got it").focus()
    desk.keyboard.press("Escape")
    expect(desk.locator("#hint")).to_be_hidden()
    expect(desk.locator("#panel :focus")).to_be_visible()
    expect(desk.get_by_role("region", name="How it goes")).to_have_count(0)
    press(desk, "5 W F Enter")
    at(desk, "s2")
    desk.reload()
    expect(desk.locator("#hint")).to_be_hidden()


def test_goes_by_itself_after_a_few_answers(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    for sid in ("s2", "s3"):
        press(desk, "0")
        at(desk, sid)
        expect(desk.locator("#hint")).to_be_visible()
    press(desk, "0")
    expect(desk.locator("#hint")).to_be_hidden()
    focus_is_at_work(desk)

"""The accessibility gate, sentence by sentence.

axe finds nothing, light and dark, wide and narrow   test_accessibility.py
the same in Arabic, right to left                     test_languages.py
forced colours, reduced motion, twice the text        test_devices.py, test_devices_windows.py
everything by keyboard, mouse, without JavaScript     test_screens_annotate.py, a12
"""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.at_desk import at, go, press
from tests.conftest import Live


def test_gate_asks_by_groups_of_radios_with_one_stop_each(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    for name, first, key in (("Whose position?", "Russian", "Q"), ("Attribution", "Direct", "A")):
        group = desk.get_by_role("radiogroup", name=name)
        radios = group.get_by_role("radio")
        expect(radios.first).to_have_accessible_name(re.compile(first))
        expect(radios.first).to_have_attribute("aria-keyshortcuts", key)
        radios.first.focus()
        press(desk, "ArrowRight")
        expect(radios.nth(1)).to_be_focused()
        expect(radios.nth(1)).to_be_checked()
        press(desk, "Tab")
        expect(group.locator("[type=radio]:focus")).to_have_count(0)
    speakers = desk.get_by_role("group", name="Speaker").get_by_role("checkbox")
    assert (
        desk.evaluate("boxes => boxes.filter(b => b.tabIndex === 0).length", speakers.element_handles()) == 1
    )
    expect(speakers.first).to_have_attribute("aria-keyshortcuts", "1")


def test_gate_announces_how_many_speakers_were_found(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    finder = desk.get_by_role("combobox", name="Find a speaker")
    press(desk, "Slash")
    expect(finder).to_be_focused()
    expect(finder).to_have_attribute("aria-expanded", "false")
    desk.keyboard.type("media")
    expect(finder).to_have_attribute("aria-expanded", "true")
    expect(desk.get_by_role("listbox", name="Speakers")).to_be_visible()
    active = finder.get_attribute("aria-activedescendant")
    expect(desk.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    expect(desk.locator("#say")).to_have_text("1 found")
    press(desk, "Escape")
    expect(finder).to_have_attribute("aria-expanded", "false")


def test_gate_speaks_through_one_polite_region(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    region = desk.get_by_role("status").and_(desk.locator("[aria-live=polite]"))
    expect(region).to_have_count(1)
    press(desk, "5 Enter")
    expect(region).to_contain_text("Whose position?")
    press(desk, "W F Enter")
    at(desk, "s2")
    expect(region).to_contain_text("Sentence 2 of 28")
    press(desk, "Z")
    at(desk, "s1")
    expect(region).to_contain_text("Undone in sentence 1")

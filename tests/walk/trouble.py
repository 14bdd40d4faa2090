"""What else happens to a person: another window was first, the server is away, is killed, comes back."""

from __future__ import annotations

import random
import time

from playwright.sync_api import Page, expect

from tests.walk.actions import Place
from tests.walk.database import Database
from tests.walk.page import press
from tests.walk.server import Server
from tests.walk.windows import Window

PATIENCE = 30.0  # seconds until what the browser kept must have arrived
KEEPS = "Object.keys(localStorage).some((key) => key.startsWith('qawl-kept/'))"


def meet(place: Place, chance: random.Random) -> str:
    """The compare screen: keep what is saved, or put one's own on top of it."""
    page, window = place.page, place.window
    page.locator("#compare").wait_for()
    mine = page.locator(".compare-choices form button")
    possible = window.can_have_mine
    expect(mine).to_have_count(1 if possible else 0)
    window.moves += 1
    if possible and chance.random() < 0.6:
        mine.click()
        window.have_mine()
        return "use mine"
    page.locator(".compare-choices a").click()
    window.show(window.card.sid)
    return "keep the saved one"


def answer_away(place: Place, server: Server, chance: random.Random, keys: list[list[str]]) -> None:
    """Answers given while nobody takes them. Where the page leads is its own affair; what it keeps is not."""
    page, window = place.page, place.window
    server.stop(kill=chance.random() < 0.5)
    try:
        for one in keys:
            sid = _here(page)
            if window.card.sid != sid:
                window.show(sid)
                window.card.n = None
            if page.locator(".kept-line").count() and one == ["0"]:
                continue
            comment = chance.random() < 0.3
            if comment:
                press(page, "C")
                press(page, "Control+A")
                page.keyboard.type(f"away {sid}")
                press(page, "Escape")
                window.card.comment = f"away {sid}"
            if chance.random() < 0.2:
                press(page, "B")
                window.card.hard = not window.card.hard
            for key in one:
                press(page, key)
            expect(page.locator("#away")).to_be_visible()
            expect(page.locator(".htmx-request")).to_have_count(0)
            window.answer_unseen(one)
    finally:
        server.start()


def killed_while_saving(place: Place, server: Server, chance: random.Random, keys: list[str]) -> None:
    """The server dies at any moment of taking an answer: it is stored once, then or later."""
    for key in keys:
        press(place.page, key)
    time.sleep(chance.random() * 0.03)  # any moment
    server.stop(kill=True)
    server.start()
    for key in keys:
        place.window.press(key)


def come_back(page: Page, database: Database, rows: int) -> None:
    """The browser notices that the server is there again; everything kept arrives."""
    end = time.monotonic() + PATIENCE
    while database.rows() != rows and time.monotonic() < end:
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_timeout(50)
    while page.evaluate(KEEPS) and time.monotonic() < end:
        page.wait_for_timeout(20)
    assert not page.evaluate(KEEPS)


def _here(page: Page) -> str:
    found = page.locator(".unit.focus").get_attribute("id")
    assert found is not None
    return found.removeprefix("unit-")


def fresh(window: Window) -> bool:
    """Whether nothing is said about the sentence yet, nor typed."""
    return window.seen is None and not window.unsaved and not window.repeats

"""Kept answers where more happens: another tab, a browser without room, a document that is finished."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from werkzeug.datastructures import MultiDict

from annotator.project import Project
from tests.browser import away
from tests.browser.at_desk import TURKISH, at, claims, go, history_length, press
from tests.browser.away import Server, come_back, kept
from tests.conftest import ARTICLE

live, network = away.live, away.network
AMERICAN = ("usa", "off", None, "indirect")

FILL_UP = """() => {
    let n = 0;
    for (let size = 1 << 20; size >= 1; size >>= 1) {
        try { for (;;) localStorage.setItem(`filler-${n++}`, "x".repeat(size)); } catch { /* full */ }
    }
}"""


def finish(live: Server, name: str) -> None:
    with Project.open(live.path) as project:
        person = project.person(name)
        for sid in project.desk(ARTICLE, person).queued:
            form = MultiDict({"action": "skip"})
            project.record(ARTICLE, sid, person, form, seen=None, token=f"elsewhere-{sid}")
        project.finish(ARTICLE, person)


def test_compares_what_another_tab_changed_while_the_server_was_away(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F Enter")
    at(desk, "s2")
    go(desk, live, "s1")
    other = desk.context.new_page()
    go(other, live, "s1")
    live.stop()
    press(desk, "9 Enter")
    at(desk, "s2")
    press(other, "Q")
    live.start()
    come_back(desk)
    assert [claim[0] for claim in claims(live, "s1")] == ["usa"]
    expect(other.locator("#away")).to_be_hidden()
    press(other, "Enter")
    expect(other.locator("#compare")).to_be_focused()
    assert [claim[0] for claim in claims(live, "s1")] == ["usa"]
    expect(other.locator("#compare-given")).to_contain_text("Russian")


def test_compares_what_two_tabs_kept_about_one_claim(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F Enter")
    at(desk, "s2")
    go(desk, live, "s1")
    other = desk.context.new_page()
    go(other, live, "s1")
    live.stop()
    press(desk, "9 Enter")
    at(desk, "s2")
    press(other, "Q Enter")
    at(other, "s2")
    live.start()
    desk.evaluate("window.dispatchEvent(new Event('online'))")
    expect(desk.locator("#away-words")).to_contain_text("1 kept answer was not taken")
    assert [claim[:2] for claim in claims(live, "s1")] == [("usa", "tr")]


def test_shows_what_came_after_the_document_was_finished_elsewhere(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    live.stop()
    press(desk, "5 W F Enter")
    at(desk, "s2")
    finish(live, "Ana")
    live.start()
    desk.evaluate("window.dispatchEvent(new Event('online'))")
    expect(desk.locator("#away-words")).to_contain_text("1 kept answer was not taken")
    desk.locator("#away-look").click()
    expect(desk.locator("#kept-list")).to_contain_text("You finished this document")
    expect(desk.get_by_role("button", name="Compare and fill in again")).to_be_hidden()


def test_sends_what_it_keeps_from_a_browser_without_room(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    live.stop()
    press(desk, "5 W F Enter")
    at(desk, "s2")
    desk.evaluate(FILL_UP)
    press(desk, "9 Y D Enter")
    expect(desk.locator("#saved")).to_contain_text("Your answer is still here")
    at(desk, "s2")
    live.start()
    come_back(desk)
    assert claims(live, "s1") == [TURKISH]
    assert kept(desk) == 0
    press(desk, "Enter")
    at(desk, "s3")
    assert claims(live, "s2") == [AMERICAN]
    assert history_length(live) == 2


def test_keeps_what_a_browser_without_room_was_refused(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    live.stop()
    press(desk, "5 W F Enter")
    at(desk, "s2")
    desk.evaluate(FILL_UP)
    finish(live, "Ana")
    live.start()
    desk.evaluate("window.dispatchEvent(new Event('online'))")
    expect(desk.locator("#away-words")).to_contain_text("1 kept answer was not taken")
    assert kept(desk) == 1

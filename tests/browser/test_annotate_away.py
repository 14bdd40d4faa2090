"""Answers given while the server is away: kept in the browser, sent in order, each stored once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, Page, Route, expect
from werkzeug.datastructures import MultiDict

from annotator.project import Project
from tests.browser import away
from tests.browser.at_desk import TURKISH, at, claims, focus_is_at_work, go, history_length, press, stored
from tests.browser.away import Server, come_back, keeps, kept
from tests.browser.test_accessibility import violations
from tests.conftest import ARTICLE, enter, sign_in_through

live, network = away.live, away.network


def in_order(live: Server, name: str = "Ana") -> list[str]:
    """The sentences a person answered, as they were stored."""
    sql = """
        select s.id from annotations a join sentences s on s.key = a.sentence
        where a.person = ? order by a.id
    """
    with Project.open(live.path) as project:
        return [row[0] for row in project.db.execute(sql, [name]).fetchall()]


def test_keeps_three_answers_over_a_reload_and_sends_them_once_each(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    live.stop()
    press(desk, "5 W F Enter")
    at(desk, "s2")
    expect(desk.locator("#away")).to_contain_text("Not connected. 1 answer is kept in this browser")
    press(desk, "0")
    at(desk, "s3")
    press(desk, "9 Y D N")
    at(desk, "s3")
    expect(desk.locator("#away-words")).to_have_text(
        "Not connected. 3 answers are kept in this browser and will be sent."
    )
    expect(desk.locator("#unit-s1")).to_contain_text("Kept in this browser")
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        desk.reload()
    desk.wait_for_url("chrome-error://**")
    assert history_length(live) == 0
    live.start()
    go(desk, live, "s1")
    expect(desk.locator("#away")).to_be_hidden()
    assert in_order(live) == ["s1", "s2", "s3"]
    assert claims(live, "s1") == [TURKISH]
    assert stored(live, "s2").status == "no_claim"
    assert [claim[0] for claim in claims(live, "s3")] == ["usa"]
    assert kept(desk) == 0
    expect(desk.locator("#mark-s2 .dash")).to_be_visible()


def test_annotates_by_single_keys_without_the_server(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    live.stop()
    press(desk, "5 W F N 9 Y D Enter 0 5 W F Enter")
    at(desk, "s4")
    focus_is_at_work(desk)
    expect(desk.locator("#panel .kept-line")).to_have_count(0)
    live.start()
    come_back(desk)
    at(desk, "s4")
    assert in_order(live) == ["s1", "s1", "s2", "s3"]
    assert [claim[0] for claim in claims(live, "s1")] == ["turkey", "usa"]
    expect(desk.locator("#mark-s3 .glyph")).to_be_visible()
    press(desk, "0")
    at(desk, "s5")
    assert stored(live, "s4").status == "no_claim"


def test_shows_a_kept_answer_again_and_lets_it_be_given_anew(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    live.stop()
    press(desk, "5 W F Enter")
    at(desk, "s2")
    press(desk, "K")
    at(desk, "s1")
    expect(desk.locator("#panel .kept-line")).to_contain_text("Turkey")
    expect(desk.locator("#panel .kept-line")).to_contain_text("To answer otherwise, throw it away")
    desk.locator("#away-look").click()
    desk.get_by_role("button", name="Throw away", exact=True).click()
    desk.get_by_role("button", name="Throw it away for good").click()
    desk.keyboard.press("Escape")
    desk.locator("#panel [data-key=KeyJ]").click()
    at(desk, "s2")
    press(desk, "K")
    at(desk, "s1")
    expect(desk.locator("#panel .kept-line")).to_have_count(0)
    press(desk, "9 Y D Enter")
    at(desk, "s2")
    live.start()
    come_back(desk)
    assert [claim[0] for claim in claims(live, "s1")] == ["usa"]
    assert in_order(live) == ["s1"]


def test_sends_by_itself_when_the_server_is_back(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    with live.away():
        press(desk, "0")
        at(desk, "s2")
    expect(desk.locator("#away")).to_be_hidden(timeout=30_000)
    assert in_order(live) == ["s1"]
    expect(desk.locator("#saved")).to_contain_text("All changes saved")


def test_leaves_what_is_being_filled_in_when_answers_are_sent(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    live.stop()
    press(desk, "5 W F N 9 Y")
    live.start()
    come_back(desk)
    expect(desk.locator("[name=speaker]:checked")).to_have_value("usa")
    press(desk, "D Enter")
    at(desk, "s2")
    assert [claim[0] for claim in claims(live, "s1")] == ["turkey", "usa"]


def test_stores_an_answer_once_whose_reply_was_lost(desk: Page, live: Server) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            route.fetch(max_redirects=0)
            lost.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.fallback()

    desk.route("**/sentences/s1", lose)
    go(desk, live, "s1")
    press(desk, "5 W F Enter")
    at(desk, "s2")
    expect(desk.locator("#away")).to_be_hidden(timeout=30_000)
    assert len(lost) == 1
    assert in_order(live) == ["s1"]
    press(desk, "0")
    at(desk, "s3")
    assert in_order(live) == ["s1", "s2"]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_keeps_an_answer_that_a_proxy_could_not_pass_on(desk: Page, live: Server, status: int) -> None:
    refuse = "**/sentences/s*"

    def pass_on(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, body="Bad gateway")
        else:
            route.fallback()

    # Before the page stands: one that is there already may send its next request past a new route.
    desk.route(refuse, pass_on)
    go(desk, live, "s1")
    press(desk, "0")
    at(desk, "s2")
    expect(desk.locator("#away")).to_contain_text("1 answer is kept")
    desk.unroute(refuse)
    come_back(desk)
    assert in_order(live) == ["s1"]


def test_sends_from_one_tab_at_a_time(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    other = desk.context.new_page()
    go(other, live, "s11")
    live.stop()
    press(desk, "0")
    at(desk, "s2")
    press(other, "0")
    at(other, "s12")
    press(desk, "0")
    at(desk, "s3")
    expect(other.locator("#away")).to_contain_text("3 answers are kept")
    live.start()
    for page in (desk, other):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    for page in (desk, other):
        expect(page.locator("#away")).to_be_hidden()
        expect(page.locator("#mark-s2 .dash")).to_be_visible()
        expect(page.locator("#mark-s11 .dash")).to_be_visible()
    assert in_order(live) == ["s1", "s11", "s2"]


def test_never_sends_what_another_person_gave(desk: Page, live: Server) -> None:
    desk.route(
        "**/sentences/*", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
    )
    go(desk, live, "s1")
    press(desk, "5 W F Enter 0")
    at(desk, "s3")
    desk.goto(f"{live.url}/export")
    desk.locator(".person summary").click()
    desk.get_by_role("button", name="Sign out").click()
    expect(desk.locator("#away")).to_contain_text("Answers of Ana are kept in this browser")
    desk.unroute("**/sentences/*")
    enter(desk, live, "Ben")
    go(desk, live, "s1")
    press(desk, "0")
    at(desk, "s2")
    expect(desk.locator("#away")).to_contain_text("They are sent when Ana signs in here")
    assert (in_order(live), in_order(live, "Ben")) == ([], ["s1"])
    desk.context.clear_cookies()
    sign_in_through(desk, live, "Ana")  # her first session has ended for good
    expect(desk.locator("#away")).to_be_hidden()
    assert (in_order(live), in_order(live, "Ben")) == (["s1", "s2"], ["s1"])


def test_refuses_a_page_of_somebody_who_is_not_signed_in_any_more(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    desk.context.clear_cookies()
    enter(desk.context.new_page(), live, "Ben")
    press(desk, "5 W F Enter")
    expect(desk.locator("#problem")).to_contain_text("This page belongs to Ana")
    assert (history_length(live), history_length(live, "Ben")) == (0, 0)


def test_says_what_cannot_be_done_without_the_server(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    press(desk, "0")
    at(desk, "s2")
    live.stop()
    press(desk, "0")
    at(desk, "s3")
    press(desk, "Z")
    expect(desk.locator("#note")).to_contain_text("Undo and redo work again")
    press(desk, "V")
    expect(desk.locator("#note")).to_contain_text("Words of this sentence can be marked")
    press(desk, "H")
    expect(desk.locator("#note")).to_contain_text("The guidelines open when the server is back")
    desk.locator("#mark-s1 a").click()
    expect(desk.locator("#note")).to_contain_text("sentences without an answer can be opened now")
    press(desk, "J")
    at(desk, "s4")
    live.start()
    come_back(desk)
    assert in_order(live) == ["s1", "s2"]


def test_asks_for_what_is_missing_without_the_server_too(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    with live.away():
        press(desk, "5 W Enter")
        at(desk, "s1")
        expect(desk.locator("#left")).to_contain_text("1 answer left")
        assert kept(desk) == 0
        press(desk, "F Enter")
        at(desk, "s2")
    come_back(desk)
    assert claims(live, "s1") == [TURKISH]


def test_loses_nothing_to_a_conflict_on_return(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    live.stop()
    press(desk, "5 W F Enter 0")
    at(desk, "s3")
    live.start()
    with Project.open(live.path) as project:
        form = MultiDict({"action": "no_claim"})
        project.record(ARTICLE, "s1", project.person("Ana"), form, seen=None, token="elsewhere")
    desk.evaluate("window.dispatchEvent(new Event('online'))")
    expect(desk.locator("#away")).to_contain_text("1 kept answer was not taken")
    keeps(desk, 1)  # the second was taken all the same
    assert stored(live, "s1").status == "no_claim"
    assert stored(live, "s2").status == "no_claim"
    desk.get_by_role("button", name="See them").click()
    expect(desk.locator("#kept-list")).to_contain_text("changed in another window")
    expect(desk.locator("#kept-list")).to_contain_text("Turkey")
    desk.get_by_role("button", name="Compare and fill in again").click()
    expect(desk.locator("#compare-saved")).to_contain_text("No claim")
    expect(desk.locator("#compare-given")).to_contain_text("Turkey")
    assert kept(desk) == 1
    desk.get_by_role("button", name="Use mine").click()
    expect(desk.locator("[name=speaker]:checked")).to_have_value("turkey")
    press(desk, "Enter")
    at(desk, "s3")
    assert claims(live, "s1") == [TURKISH]
    expect(desk.locator("#away")).to_be_hidden()
    assert kept(desk) == 0


def test_throws_a_kept_answer_away_only_when_told_twice(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    live.stop()
    press(desk, "5 W F Enter")
    at(desk, "s2")
    desk.get_by_role("button", name="See them").click()
    desk.get_by_role("button", name="Throw away").click()
    assert kept(desk) == 1
    desk.get_by_role("button", name="Throw it away for good").click()
    expect(desk.locator("#kept-none")).to_be_visible()
    assert kept(desk) == 0
    live.start()
    go(desk, live, "s1")
    expect(desk.locator("#answers :checked")).to_have_count(0)
    assert history_length(live) == 0


def test_keeps_the_comment_and_the_flag_with_every_answer_about_a_sentence(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    live.stop()
    press(desk, "B C")
    desk.keyboard.type("why")
    press(desk, "Escape 5 W F N")
    expect(desk.locator("#panel .kept-line")).to_have_count(1)
    expect(desk.locator("#comment")).to_have_value("why")
    press(desk, "9 Y D Enter")
    at(desk, "s2")
    live.start()
    come_back(desk)
    answer = stored(live, "s1")
    assert ([claim.speaker for claim in answer.claims], answer.comment, answer.hard) == (
        [("turkey",), ("usa",)],
        "why",
        True,
    )


def test_has_no_violation_while_the_server_is_away(desk: Page, live: Server) -> None:
    go(desk, live, "s1")
    live.stop()
    press(desk, "5 W F Enter 0")
    at(desk, "s3")
    assert violations(desk, "kept") == []
    desk.get_by_role("button", name="See them").click()
    assert violations(desk, "the list of what is kept") == []

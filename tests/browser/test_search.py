"""Ana looks for a sentence; Cleo lets a program in."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ARTICLE, Live, admitted, enter

pytestmark = pytest.mark.browser


def test_finds_a_sentence_and_opens_it(desk: Page, live: Live) -> None:
    desk.goto(live.url)
    desk.get_by_role("link", name="Search", exact=True).click()
    desk.get_by_label("Words in a sentence").fill("اردوغان")
    desk.get_by_role("button", name="Search").click()
    expect(desk.get_by_role("heading", name="sentences")).to_be_focused()
    expect(desk.locator("mark").first).to_have_css("direction", "rtl")
    assert set(desk.locator("mark").all_inner_texts()) == {"أردوغان"}
    assert unquote(desk.url) == f"{live.url}/search?q=اردوغان"  # a short one, to be sent to somebody
    first = desk.locator(".search-list a").first
    address = first.get_attribute("href")
    first.click()
    expect(desk).to_have_url(f"{live.url}{address}")
    expect(desk.locator(".unit.focus")).to_be_visible()


def test_shares_a_search_by_its_address(desk: Page, live: Live) -> None:
    desk.goto(f"{live.url}/search")
    desk.get_by_label("Speaker").select_option(index=1)
    desk.get_by_label("Flagged").check()
    desk.get_by_role("button", name="Search").click()
    expect(desk.get_by_role("heading", name="Nothing was found.")).to_be_visible()
    shared = desk.url
    desk.goto(f"{live.url}/search")
    desk.goto(shared)
    expect(desk.get_by_label("Flagged")).to_be_checked()
    assert desk.get_by_label("Speaker").input_value().startswith("speaker:")
    desk.get_by_role("link", name="Begin anew").click()
    expect(desk.get_by_label("Flagged")).not_to_be_checked()


def test_makes_a_token_that_a_program_reads_with(page: Page, live: Live) -> None:
    enter(page, live, "Cleo")
    page.goto(f"{live.url}/account")
    page.get_by_role("link", name="See and make tokens").click()
    page.get_by_label("What it is for").fill("Notebook")
    page.get_by_role("button", name="Make a token").click()
    words = page.locator("#token").inner_text()
    expect(page.get_by_role("heading", name="The token Notebook is made")).to_be_focused()
    request = urllib.request.Request(
        f"{live.url}/api/v1/documents", headers={"Authorization": f"Bearer {words}"}
    )
    with urllib.request.urlopen(request) as answer:
        assert [one["id"] for one in json.load(answer)["items"]] == [ARTICLE]
    page.get_by_role("button", name="Withdraw Notebook").click()
    expect(page.get_by_text("The token Notebook no longer works.")).to_be_visible()
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(request)


def test_searches_without_javascript(live: Live, page: Page) -> None:
    admitted(page, live, "Ana")
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    plain = context.new_page()
    plain.goto(f"{live.url}/search")
    plain.get_by_label("Words in a sentence").fill("بوتين")
    plain.get_by_role("button", name="Search").click()
    expect(plain.locator(".search-list > li").first).to_be_visible()
    context.close()

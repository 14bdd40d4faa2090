"""Letting somebody in: a lead copies a link, the invited person opens it and is in."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accessibility import violations
from tests.conftest import Live, admitted

NARROW = {"width": 360, "height": 740}


def test_invites_a_person_who_comes_in(live: Live, page: Page, browser: Browser) -> None:
    admitted(page, live, "Cleo")
    page.goto(f"{live.url}/team")
    page.get_by_label("Name (empty: they choose it)").fill("Zoe")
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator("#problem")).to_contain_text("The link is made")
    link = page.locator("code.people-link").inner_text()
    found = violations(page, "team with a link")

    zoe = browser.new_context(viewport=NARROW, locale="en-GB").new_page()
    zoe.goto(link)
    found += violations(zoe, "invitation")
    zoe.get_by_label("New password").fill("secret-zoe")
    zoe.get_by_label("The same again").fill("secret-zeo")
    zoe.get_by_role("button", name="Go in").click()
    expect(zoe.get_by_role("alert")).to_contain_text("typed in two ways")
    found += violations(zoe, "invitation with a problem")
    zoe.get_by_label("New password").fill("secret-zoe")
    zoe.get_by_label("The same again").fill("secret-zoe")
    zoe.get_by_label("The same again").press("Enter")
    expect(zoe).to_have_url(f"{live.url}/")
    expect(zoe.locator("details.person summary")).to_have_accessible_name("Menu of Zoe")

    page.reload()
    row = page.locator(".people-table tr", has_text="Zoe")
    expect(row).to_contain_text("on 1 device")
    row.locator("summary").click()
    found += violations(page, "team with a menu")
    row.get_by_role("button", name="Make lead").click()
    expect(page.locator("#problem")).to_contain_text("Zoe leads the project")
    zoe.reload()
    expect(zoe).to_have_url(f"{live.url}/sign-in?next=/")
    zoe.context.close()
    page.goto(f"{live.url}/account")
    found += violations(page, "account")
    assert found == []

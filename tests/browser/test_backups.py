"""Cleo makes a copy, Ana works on, Cleo goes back: what Ana said since is kept, and she goes on."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from annotator.project import Project, backups
from tests.browser.test_accessibility import RULES
from tests.conftest import ARTICLE, Live, admitted, enter, sign_in_through
from tests.store.test_backups import answer

pytestmark = pytest.mark.browser


def clean(page: Page) -> bool:
    return not Axe().run(page, options=RULES).response["violations"]


def test_goes_back_to_a_copy_and_on_from_there(page: Page, live: Live, browser: Browser) -> None:
    with Project.open(live.path) as project:
        answer(project, "Ana", "s1")
    enter(page, live, "Cleo")
    page.get_by_role("link", name="Team").click()
    page.get_by_role("link", name="Backups").click()
    expect(page.get_by_text("There is no copy yet.")).to_be_visible()
    page.get_by_role("button", name="Make a copy now").click()
    expect(page.get_by_role("row").filter(has_text="by hand")).to_contain_text("Download")

    with browser.new_context(locale="en-GB") as elsewhere:
        ana = admitted(elsewhere.new_page(), live, "Ana")
        ana.goto(f"{live.url}/documents/{ARTICLE}/sentences/s2")
        ana.keyboard.press("0")
        expect(ana).not_to_have_url(f"{live.url}/documents/{ARTICLE}/sentences/s2")

        page.get_by_role("link", name="Go back…").click()
        expect(page.get_by_role("heading", name="This would be undone")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text="1 answer")).to_contain_text("Ana 1")
        expect(page.locator(".backups-newest")).to_contain_text("sentence s2")
        assert clean(page)
        page.get_by_label("Yes, make the project what it was then").check()
        page.get_by_role("button", name="Go back to this copy").click()
        expect(page.locator("#problem")).to_contain_text("What it was before is kept in")
        expect(page.get_by_role("row").filter(has_text="before going back")).to_be_visible()
        assert clean(page)

        ana.goto(f"{live.url}/documents/{ARTICLE}/sentences/s2")
        ana.wait_for_url("**/sign-in**")
        sign_in_through(ana, live, "Ana")
        ana.goto(f"{live.url}/documents/{ARTICLE}/sentences/s2")
        ana.keyboard.press("0")
        expect(ana).not_to_have_url(f"{live.url}/documents/{ARTICLE}/sentences/s2")

    with Project.open(live.path) as project:
        kept = next(copy for copy in project.copies() if copy.why == backups.BEFORE_RESTORE)
        assert kept.held
        assert kept.held.answers == 2
        assert project.db.execute("select count(*) from annotations").fetchone()[0] == 2

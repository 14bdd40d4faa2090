"""Cleo brings what the other office answered: she sees what the file would bring, and takes it in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from annotator.project import Project
from tests.browser.test_accessibility import RULES
from tests.conftest import ARTICLE, Live, enter
from tests.store.test_backups import answer

pytestmark = pytest.mark.browser


def check(page: Page) -> None:
    """Nothing is wrong with the page, wide or narrow, and the focus is on what came."""
    expect(page.locator("#work")).to_be_focused()
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert not Axe().run(page, options=RULES).response["violations"]


def test_brings_the_answers_of_another_office(page: Page, live: Live, tmp_path: Path) -> None:
    office = tmp_path / "office two.db"
    shutil.copy(live.path, office)
    with Project.open(office) as project:
        project.add_person("ليلى سعد", by="Cleo")
        for name, sid in (("Ana", "s1"), ("Ben", "s1"), ("ليلى سعد", "s2")):
            answer(project, name, sid)
        project.gather()
    with Project.open(live.path) as project:
        answer(project, "Ben", "s1", comment="otherwise")

    enter(page, live, "Cleo")
    page.get_by_role("link", name="Import answers").click()
    page.get_by_label("Choose a file, or drop it here").set_input_files(office)
    page.get_by_role("button", name="See what it would bring").click()
    expect(page.get_by_role("heading", name="What this file would bring")).to_be_visible()
    expect(page.get_by_text("office two.db")).to_be_visible()
    new = page.get_by_role("region", name="New here")
    expect(new).to_contain_text("2 answers")
    expect(new).to_contain_text("ليلى سعد")
    left = page.get_by_role("region", name="1 stays in the file")
    expect(left).to_contain_text("Ben: answered otherwise in the other file")
    check(page)

    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("heading", name="Taken in")).to_be_visible()
    expect(page).to_have_url(f"{live.url}/import/answers")
    check(page)
    page.get_by_role("link", name="sentence s1").click()
    expect(page).to_have_url(f"{live.url}/documents/{ARTICLE}/sentences/s1/history?everybody=1")
    with Project.open(live.path) as project:
        given = {(one["sent_id"], one["annotator"]) for one in project.records()}
    assert given == {("s1", "Ana"), ("s1", "Ben"), ("s2", "ليلى سعد")}

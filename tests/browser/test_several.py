"""Two projects under one server, in one browser: each is annotated, and each keeps its own answers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotator.project import Project
from annotator.web import several
from tests.browser import away
from tests.browser.at_desk import TURKISH, at, claims, go, press, stored
from tests.browser.away import Server, come_back, keeps, kept
from tests.conftest import Live, sign_in_through

network = away.network


class House(Server):
    """The server of both; `url` is where the first one is."""

    def __init__(self, paths: list[Path]):
        self.paths = paths
        super().__init__(paths[0])
        self.door = self.url
        self.url = f"{self.door}/first"

    def start(self, app: object = None) -> None:
        super().start(several.application(self.paths))


@pytest.fixture
def live(article_file: Path, tmp_path: Path) -> Iterator[House]:
    paths = [tmp_path / "first.db", tmp_path / "second.db"]
    for path in paths:
        shutil.copy(article_file, path)
    # Every new project has a secret of its own; these two are copies of one.
    with Project.open(paths[1]) as project, project.db.conn:
        project.db.execute("update settings set value = 'another' || value where name = 'secret'")
    server = House(paths)
    yield server
    server.stop()


def second(live: House) -> Live:
    return Live(f"{live.door}/second", live.paths[1])


def test_annotates_two_projects_side_by_side(page: Page, live: House) -> None:
    page.goto(live.door)
    page.get_by_role("link", name="first").click()
    expect(page).to_have_url(re.compile(r"/first/sign-in"))
    for one in (live, second(live)):
        sign_in_through(page, one, "Ana")
        expect(page).to_have_url(f"{one.url}/")
    go(page, live, "s1")
    press(page, "5 W F Enter")
    at(page, "s2")
    go(page, second(live), "s1")
    press(page, "0")
    at(page, "s2")
    assert claims(live, "s1") == [TURKISH]
    assert stored(second(live), "s1").status == "no_claim"
    page.locator("nav a", has_text="Codebook").click()
    expect(page).to_have_url(f"{live.door}/second/codebook")


def test_keeps_answers_of_each_project_apart(page: Page, live: House) -> None:
    for one in (live, second(live)):
        sign_in_through(page, one, "Ana")
    go(page, live, "s1")
    other = page.context.new_page()
    go(other, second(live), "s1")
    live.stop()
    press(page, "5 W F Enter")
    at(page, "s2")
    keeps(page, 1)
    expect(other.locator("#away")).to_be_hidden()
    press(other, "0")
    at(other, "s2")
    keeps(other, 2)
    live.start()
    for one in (page, other):
        come_back(one)
    keeps(page, 0)
    assert claims(live, "s1") == [TURKISH]
    assert stored(second(live), "s1").status == "no_claim"
    assert kept(other) == 0

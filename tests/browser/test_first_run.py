"""From nothing to the first saved label, counted in clicks, key presses and filled fields."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotator import codebook, demo
from annotator.model import Role
from annotator.project import Project
from tests.browser.at_desk import at, stored
from tests.conftest import Live, serve

MOST = 6


class Actions:
    """Whatever a person does is counted."""

    def __init__(self, page: Page):
        self.page = page
        self.count = 0

    def click(self, name: str) -> None:
        self.count += 1
        self.page.locator("#work").get_by_role("button", name=name, exact=True).or_(
            self.page.locator("#work").get_by_role("link", name=name, exact=True)
        ).first.click()

    def press(self, keys: str) -> None:
        for key in keys.split():
            self.count += 1
            self.page.keyboard.press(key)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Live]:
    """A project as its lead has just made it, for herself on her own computer."""
    path = tmp_path / "own.db"
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        project.add_person("Cleo", Role.LEAD)
    yield from serve(path)


@pytest.fixture
def tried(tmp_path: Path) -> Iterator[Live]:
    path = tmp_path / "qawl-demo.db"
    demo.build(path)
    yield from serve(path)


def test_saves_the_first_label_in_an_empty_project(empty: Live, page: Page) -> None:
    does = Actions(page)
    page.goto(empty.url)
    does.press("Enter")
    expect(page.get_by_role("heading", name="No documents yet")).to_be_visible()
    does.click("Open the demo")
    at(page, "s1")
    expect(page.locator("#panel :focus")).to_be_visible()
    does.press("Digit5 KeyW KeyF Enter")
    at(page, "s2")
    assert len(stored(empty, "s1", "Cleo").claims) == 1
    assert does.count <= MOST


def test_saves_the_first_label_in_the_demo(tried: Live, page: Page) -> None:
    does = Actions(page)
    page.goto(tried.url)
    does.click("Annotator")
    does.click("Start")
    at(page, "s1")
    expect(page.locator("#panel :focus")).to_be_visible()
    does.press("Digit5 KeyW KeyF Enter")
    at(page, "s2")
    assert len(stored(tried, "s1", "Annotator").claims) == 1
    assert does.count <= MOST

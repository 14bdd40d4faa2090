"""A long document: the text around the sentence is there, the rest comes when it is looked at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from annotator.project import Project
from tests.browser.at_desk import press
from tests.conftest import Live, enter, serve

SENTENCES = 420


@pytest.fixture
def long(project: Project) -> Iterator[Live]:
    text = "\n\n".join(
        f"Sentence number {n} says that the river rose again." for n in range(1, SENTENCES + 1)
    )
    project.import_file("long.txt", f"A long title\n\n{text}\n".encode(), lang="en")
    yield from serve(project.path)


def test_goes_through_a_long_document(page: Page, long: Live) -> None:
    enter(page, long, "Ana")
    page.get_by_role("link", name="Annotate", exact=True).click()
    expect(page.locator("#place")).to_contain_text("Sentence 1 ")
    expect(page.locator("[data-chunk]")).to_have_count(2)
    for _ in range(3):
        press(page, "0")
    expect(page.locator("#place")).to_contain_text("Sentence 4 ")
    expect(page.locator("[data-chunk]")).to_have_count(2)
    page.locator("#chunk-5").scroll_into_view_if_needed()
    expect(page.locator("#chunk-5 .unit")).to_have_count(50)
    expect(page.locator("#map-5 li")).to_have_count(50)
    page.locator("#chunk-5 .unit-number").first.click()
    expect(page.locator("#place")).to_contain_text("Sentence 250 ")
    expect(page.locator("#chunk-5 .unit.focus")).to_be_in_viewport()
    press(page, "U")
    expect(page.locator("#place")).to_contain_text("Sentence 251 ")
    press(page, "Z")
    expect(page.locator("#place")).to_contain_text("Sentence 3 ")
    expect(page.locator(".unit.focus")).to_be_in_viewport()
    expect(page.locator("#panel:focus, #panel :focus")).to_have_count(1)


def test_opens_a_part_that_is_not_loaded_from_its_link(page: Page, long: Live) -> None:
    enter(page, long, "Ana")
    page.get_by_role("link", name="Annotate", exact=True).click()
    expect(page.locator("#panel :focus")).to_be_visible()
    page.locator("#map-7 a").first.dispatch_event("click")
    expect(page.locator("#place")).to_contain_text("Sentence 350 ")
    expect(page.locator(".unit.focus")).to_be_in_viewport()
    expect(page.locator("#chunk-1 .unit")).to_have_count(0)

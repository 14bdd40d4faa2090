"""The lead reads the agreement page: filters, opens what a figure counts, on wide and narrow screens."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from annotator import agreement, sample
from annotator.model import Role
from annotator.project import Project
from tests.browser.test_accessibility import RULES
from tests.conftest import ARTICLE, Live, enter


@pytest.fixture
def answered(live: Live) -> Iterator[Live]:
    """Ana, Ben and a simulated annotator have finished the article."""
    with Project.open(live.path) as project:
        project.add_person("Sim", Role.SIMULATED)
        sentences = project.sentences(ARTICLE)
        book = project.codebook()
        for name, answers in {
            "Ana": sample.reference(),
            "Ben": sample.simulated("Simulated A", book, sentences),
            "Sim": sample.simulated("Simulated B", book, sentences),
        }.items():
            project.take_answers(ARTICLE, project.person(name), answers, "2026-01-12T09:00:00.000Z")
    return live


def test_a_filter_changes_the_figures_and_the_address(answered: Live, page: Page) -> None:
    enter(page, answered, "Cleo").goto(f"{answered.url}/agreement")
    page.locator("summary", has_text="People").click()
    page.get_by_role("checkbox", name="Ana").check()
    page.get_by_role("checkbox", name="Ben").check()
    expect(page).to_have_url(re.compile(r"person=Ana&person=Ben"))
    with Project.open(answered.path) as project:
        layer = project.agreement(people=["Ana", "Ben"]).layer("stance")
    expect(page.get_by_role("row", name="Whose position?")).to_contain_text(agreement.figure(layer.value))
    expect(page.locator("#chosen-people")).to_have_text("2")
    expect(page.get_by_role("checkbox", name="Ben")).to_be_focused()
    expect(page.locator("#say")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(page.get_by_role("checkbox", name="Ben")).to_be_hidden()


def test_a_figure_leads_to_its_sentences_and_they_to_the_document(answered: Live, page: Page) -> None:
    enter(page, answered, "Cleo").goto(f"{answered.url}/agreement")
    with Project.open(answered.path) as project:
        report = project.agreement()
    differing = [each for each in report.disagreements if "stance" in each.differs]
    row = page.get_by_role("row", name="Whose position?")
    row.get_by_role("link", name=f"{len(differing)} sentences").click()
    items = page.locator("details.agreement-item")
    expect(items).to_have_count(len(differing))
    expect(items.first.locator(".agreement-readings .text")).to_have_css("direction", "rtl")
    items.nth(1).locator("summary").click()
    items.nth(1).get_by_role("link", name="Open in the document").click()
    expect(page).to_have_url(re.compile(f"/sentences/{differing[1].sentence_id}$"))


def test_cuts_no_table_and_no_head_where_there_is_room(answered: Live, page: Page) -> None:
    enter(page, answered, "Cleo").goto(f"{answered.url}/agreement?question=speaker")
    # Hidden words of a table may stand out of their cell; what is seen may not.
    cut = page.locator(".agreement .table-wrap").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
    )
    assert cut == []
    page.goto(f"{answered.url}/agreement?question=stance")
    heads = page.locator(".agreement-habits thead th").evaluate_all(
        """all => all.map(one => {
            const within = document.createRange();
            within.selectNodeContents(one);
            const [words, cell] = [within.getBoundingClientRect(), one.getBoundingClientRect()];
            return words.left >= cell.left && words.right <= cell.right;
        })"""
    )
    assert len(heads) > 5
    assert all(heads)


def test_a_cell_opens_the_sentences_with_both_answers(answered: Live, page: Page) -> None:
    enter(page, answered, "Cleo").goto(f"{answered.url}/agreement")
    with Project.open(answered.path) as project:
        report = project.figures()
    most = max(
        (cell for cell in agreement.mixups_of(report, "stance").cells if cell.share), key=lambda c: c.units
    )
    page.locator("td.most-mixed a").click()
    expected = agreement.behind(report, "stance", labels=most.labels)
    expect(page.locator("details.agreement-item")).to_have_count(len(expected))
    page.get_by_role("link", name="Back to agreement").click()
    expect(page.get_by_role("heading", name="Where answers go apart")).to_be_visible()


def test_menus_stay_within_a_narrow_screen(answered: Live, page: Page) -> None:
    with Project.open(answered.path) as project:
        project.add_person("Simulated by another rule", Role.SIMULATED)
    enter(page, answered, "Cleo").set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{answered.url}/agreement")
    menus = page.locator(".agreement-menu")
    assert menus.count() > 1
    for menu in menus.all():
        menu.locator("summary").click()
        expect(menu.locator("fieldset")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_has_no_violation_and_fits(answered: Live, browser: Browser, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, locale="en-GB")
    page = enter(context.new_page(), answered, "Cleo")
    for width in (1440, 768, 360, 320) if scheme == "light" else (1440, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{answered.url}/agreement/sentences?differs=any")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(each["id"], node["html"]) for each in found for node in each["nodes"]] == []
        page.goto(f"{answered.url}/agreement")
        page.locator("summary", has_text="People").click()
        page.evaluate("document.fonts.ready.then(() => true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(each["id"], node["html"]) for each in found for node in each["nodes"]] == []
    context.close()

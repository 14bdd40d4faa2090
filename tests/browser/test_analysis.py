"""The lead reads who said what: chooses numbers by hand and by keyboard, takes pictures, prints a brief."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from pdfminer.pdfpage import PDFPage
from playwright.sync_api import Browser, Page, expect

from annotator import sample
from annotator.filter import made
from annotator.model import Role
from annotator.project import Project
from tests.browser.test_accessibility import RULES, speak
from tests.conftest import ARTICLE, Live, enter

ANA = "layer=votes&person=Ana"


@pytest.fixture
def answered(live: Live) -> Iterator[Live]:
    """Ana, Ben and a simulated annotator have finished the article."""
    with Project.open(live.path) as project:
        project.add_person("Sim", Role.SIMULATED)
        sentences, book = project.sentences(ARTICLE), project.codebook()
        for name, answers in {
            "Ana": sample.reference(),
            "Ben": sample.simulated("Simulated A", book, sentences),
            "Sim": sample.simulated("Simulated B", book, sentences),
        }.items():
            project.take_answers(ARTICLE, project.person(name), answers, "2026-01-12T09:00:00.000Z")
    return live


def test_a_number_opens_its_claims_and_goes_back(answered: Live, page: Page) -> None:
    enter(page, answered, "Cleo").goto(f"{answered.url}/analysis?{ANA}")
    cell = page.get_by_role("link", name=re.compile("^Erdoğan, Turkish: 6 claims"))
    cell.focus()
    page.keyboard.press("Enter")
    claims = page.locator("#claims")
    expect(claims.locator(".text")).to_have_count(6)
    expect(claims.locator("h2")).to_be_focused()
    expect(claims.locator(".text").first).to_have_css("direction", "rtl")
    expect(cell).to_have_attribute("aria-current", "true")
    claims.get_by_role("link", name="Clear").click()
    expect(claims).to_have_count(0)


def test_other_labels_change_the_numbers_and_the_address(answered: Live, page: Page) -> None:
    enter(page, answered, "Cleo").goto(f"{answered.url}/analysis")
    page.locator("summary", has_text="Labels").click()
    page.get_by_role("checkbox", name="Ana").check()
    expect(page).to_have_url(re.compile("person=Ana"))
    expect(page.locator("#analysis-labels")).to_have_text("Ana")
    expect(page.locator("#say")).to_contain_text("Answers of Ana: 54 claims")
    page.keyboard.press("Escape")
    page.locator("summary", has_text="The author’s claims").click()
    page.get_by_role("radio", name="Not counted").check()
    with Project.open(answered.path) as project:
        n = len(project.analysis(made(people=["Ana"], own_voice=False)).claims)
    expect(page.locator("[data-say]").first).to_contain_text(f"{n} claims")


def test_nodes_of_a_network_are_reached_by_keyboard(answered: Live, page: Page) -> None:
    enter(page, answered, "Cleo").goto(f"{answered.url}/analysis?{ANA}")
    node = page.locator("#drawn-affiliation a").first
    name = node.get_attribute("aria-label") or ""
    node.focus()
    page.keyboard.press("Enter")
    n = int(re.findall(r"(\d+) claims?$", name)[0])
    expect(page.locator("#claims .text")).to_have_count(n)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")


def test_makes_a_picture_in_the_browser(answered: Live, page: Page) -> None:
    enter(page, answered, "Cleo").goto(f"{answered.url}/analysis?{ANA}")
    with page.expect_download() as taken:
        page.get_by_role("button", name="PNG: Speaker by position").click()
    picture = Path(taken.value.path()).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000
    assert taken.value.suggested_filename == "live.positions.png"
    with page.expect_download() as taken:
        page.get_by_role("link", name="SVG: Who stands with whom").click()
    assert taken.value.suggested_filename == "live.ties.svg"


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_prints_a_brief_of_one_page(answered: Live, page: Page, lang: str) -> None:
    enter(page, answered, "Cleo")
    speak(page, lang)
    page.goto(f"{answered.url}/analysis/brief?{ANA}")
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(list(PDFPage.get_pages(io.BytesIO(paper)))) == 1
    expect(page.locator("blockquote").first).to_have_css("direction", "rtl")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_violation_and_fits_narrow_screens(answered: Live, browser: Browser, colours: str) -> None:
    found = []
    with browser.new_context(color_scheme=colours, locale="en-GB") as context:  # type: ignore[arg-type]
        page = enter(context.new_page(), answered, "Cleo")
        for lang in ("en", "ar"):
            speak(page, lang)
            for path in (f"/analysis?{ANA}&of=speaker:author", "/analysis/brief"):
                page.goto(answered.url + path)
                page.evaluate("for (const one of document.querySelectorAll('#work details')) one.open = true")
                page.evaluate("document.fonts.ready.then(() => true)")
                for width in (1440, 360):
                    page.set_viewport_size({"width": width, "height": 800})
                    if page.evaluate("document.documentElement.scrollWidth") > width:
                        found.append(f"{path} {lang} runs off {width}")
                    if (width == 1440) == ((lang == "en") == (colours == "light")):
                        continue  # every two of colours, language and width meet elsewhere
                    found += [
                        f"{path} {lang} {width}: {violation['id']}: {node['html']}"
                        for violation in Axe().run(page, options=RULES).response["violations"]
                        for node in violation["nodes"]
                    ]
    assert found == []


def test_shows_an_annotator_their_own(answered: Live, page: Page) -> None:
    enter(page, answered, "Ana").goto(f"{answered.url}/analysis")
    expect(page.get_by_text("Your own answers: 54 claims in 1 document.")).to_be_visible()
    expect(page.locator("summary", has_text="Labels")).to_have_count(0)

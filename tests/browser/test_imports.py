"""A lead brings the article in, checks its text, cuts its sentences, and an annotator goes to work."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from annotator.model import Kind, RepairState
from annotator.project import Project
from tests.browser.at_desk import press, press_layout
from tests.browser.test_accessibility import NARROW, RULES, WIDE
from tests.conftest import ARTICLE, Live, enter, sample, serve

CHECK, TEXT = f"/documents/{ARTICLE}/check", f"/documents/{ARTICLE}/text"
FILE = {"name": "idlib-article.txt", "mimeType": "text/plain", "buffer": sample("idlib-article.txt")}


@pytest.fixture
def fresh(empty_file: Path, tmp_path: Path) -> Iterator[Live]:
    """A server on a project without documents."""
    path = tmp_path / "fresh.db"
    shutil.copy(empty_file, path)
    yield from serve(path)


@pytest.fixture
def damaged(fresh: Live) -> Live:
    """The same with the article as its file has it, waiting to be checked."""
    with Project.open(fresh.path) as project:
        list(project.take_in("idlib-article.txt", sample("idlib-article.txt"), stage="checking", by="Cleo"))
    return fresh


@pytest.fixture
def lead(damaged: Live, page: Page) -> Page:
    """Cleo, at the check of the article."""
    enter(page, damaged, "Cleo")
    page.goto(damaged.url + CHECK)
    return page


def line(page: Page, number: int) -> Locator:
    return page.locator(f"#line-{number}")


def sentence(live: Live, sid: str) -> str:
    with Project.open(live.path) as project:
        return project.sentence(ARTICLE, sid).text


def states(live: Live, kind: str) -> list[RepairState]:
    with Project.open(live.path) as project:
        return [repair.state for repair in project.repairs(ARTICLE) if repair.kind == kind]


def turned_lines(live: Live) -> list[tuple[int, str]]:
    """(number, text in the file) of lines whose order can be another."""
    with Project.open(live.path) as project:
        found = [repair for repair in project.repairs(ARTICLE) if repair.choices > 2]
    return [(repair.line or 0, repair.before) for repair in found]


# ------------------------------------------------------------------ from a file to an answer


def test_goes_from_a_file_to_an_answer(fresh: Live, page: Page) -> None:
    enter(page, fresh, "Cleo")
    page.get_by_role("link", name="Import documents").click()
    page.get_by_label("Choose one file or many").set_input_files(FILE)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page).to_have_title("Check the text – Qawl")
    raw = sample("idlib-article.txt").decode()
    with Project.open(fresh.path) as project:
        found = project.sentences(ARTICLE)
    removed = raw.count("ـ") - sum(unit.text.count("ـ") for unit in found)
    expect(page.locator("[data-kind=tatweel] .finding-count")).to_have_text(str(removed))
    lost = sum(len(unit.unit.lost_at) for unit in found)
    expect(page.locator("[data-kind=lost-number] .finding-count")).to_have_text(str(lost))
    expect(page.locator("[data-kind=turned-line] .finding-count")).to_have_text("31")
    page.get_by_role("button", name="Accept the other").click()
    expect(page.locator("#checked")).to_have_text(re.compile(r"^(\d+) of \1 checked$"))
    page.get_by_role("link", name="Next, split into sentences").click()
    bodies = sum(unit.kind is Kind.BODY for unit in found)
    expect(page.get_by_role("heading", level=2, name=f"{bodies} sentences")).to_be_visible()
    page.get_by_label("Outlet").fill("A newspaper")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("Saved")
    page.get_by_role("button", name="Ready for annotators").click()
    expect(page).to_have_title("Documents – Qawl")
    expect(page.get_by_text("A newspaper")).to_be_visible()
    page.context.clear_cookies()
    enter(page, fresh, "Ana")
    page.get_by_role("link", name="Start").first.click()
    expect(page.locator("#panel")).to_be_visible()
    press(page, "0")
    expect(page.locator("#mark-s1")).to_contain_text("done")


def test_sends_a_folder_file_by_file(fresh: Live, page: Page, tmp_path: Path) -> None:
    enter(page, fresh, "Cleo")
    page.goto(f"{fresh.url}/import")
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "one.txt").write_text("They met in the city. They left.")
    (folder / "two.txt").write_text("Nobody came to the talks.")
    (folder / "bad.pdf").write_text("no pdf")
    page.get_by_label("Or a whole folder").set_input_files(folder)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Added 2 of 3")).to_be_visible()
    expect(page.locator("#sending .refused")).to_contain_text("is not a PDF")
    expect(page.locator("#say")).to_have_text("Added 2 of 3")
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("heading", name="Waiting to be checked: 2")).to_be_visible()


def test_tells_beside_the_form_why_a_file_is_refused(fresh: Live, page: Page) -> None:
    enter(page, fresh, "Cleo")
    page.goto(f"{fresh.url}/import")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Choose files or a folder")


# ------------------------------------------------------------------ checking by keys


def test_decides_by_keys_wherever_they_type(damaged: Live, lead: Page) -> None:
    rows = lead.locator(".line-row[data-asks]")
    press(lead, "J")
    expect(rows.nth(0)).to_be_focused()
    press(lead, "Enter")
    expect(lead.locator("#checked")).to_contain_text("1 of")
    expect(rows.nth(0).get_by_role("button", name="Accept, line")).to_have_attribute("aria-pressed", "true")
    expect(rows.nth(1)).to_be_focused()
    press(lead, "Backspace")
    expect(lead.locator("#checked")).to_contain_text("2 of")
    expect(rows.nth(1)).to_contain_text("original kept")
    expect(rows.nth(2)).to_be_focused()
    press_layout(lead, [("л", "KeyK")])
    expect(rows.nth(1)).to_be_focused()
    press_layout(lead, [("ز", "KeyZ")])
    expect(lead.locator("#checked")).to_contain_text("1 of")
    press(lead, "Shift+Z")
    expect(lead.locator("#checked")).to_contain_text("2 of")


def test_gives_the_original_characters_back(damaged: Live, lead: Page) -> None:
    number, original = turned_lines(damaged)[0]
    row = line(lead, number)
    expect(row.locator(".mended").first).to_be_visible()
    row.get_by_role("button", name="Keep the original").last.click()
    expect(row).to_contain_text("original kept")
    expect(row.locator(".mended")).to_have_count(0)
    lead.locator("[data-kind=tatweel] button").click()
    expect(lead.locator("[data-kind=tatweel] button")).to_have_attribute("aria-checked", "false")
    expect(row.locator(".line-after .text")).to_contain_text(original.strip())
    with lead.expect_download() as download:
        lead.get_by_role("link", name="Download the file").click()
    assert download.value.path().read_bytes() == sample("idlib-article.txt")


def test_goes_through_the_other_orders_by_key(damaged: Live, lead: Page) -> None:
    number, _ = turned_lines(damaged)[0]
    row = line(lead, number)
    text = row.locator(".line-after .text")
    seen = [text.inner_text()]
    row.focus()
    for n in (2, 3):
        press(lead, "O")
        expect(row.get_by_role("button", name=f"Other order {n} of")).to_be_visible()
        expect(row).to_be_focused()
        seen.append(text.inner_text())
    assert len(set(seen)) == 3
    press(lead, "Enter")
    expect(row).not_to_be_focused()
    assert text.inner_text() == seen[-1]
    assert states(damaged, "turned-line")[0] is RepairState.ACCEPTED


def test_loses_nothing_when_one_leaves(damaged: Live, lead: Page) -> None:
    lead.locator("[data-kind=lost-number] button").click()
    expect(lead.locator("[data-kind=lost-number] .finding-count")).to_have_text("0")
    lead.get_by_role("link", name="Documents", exact=True).click()
    lead.get_by_role("link", name="Check", exact=False).last.click()
    expect(lead.locator("[data-kind=lost-number] .finding-count")).to_have_text("0")
    assert set(states(damaged, "lost-number")) == {RepairState.REJECTED}


def test_leaves_keys_alone_in_lists_and_when_switched_off(damaged: Live, lead: Page) -> None:
    lead.locator("#lang").focus()
    press(lead, "J")
    expect(lead.locator("#lang")).to_be_focused()
    lead.get_by_label("Keys").uncheck()
    lead.locator("#work").focus()
    press(lead, "J")
    expect(lead.locator(".line-row:focus")).to_have_count(0)


def test_sets_the_text_in_its_own_direction(lead: Page) -> None:
    for text in (".line-before .text", ".line-after .text"):
        expect(lead.locator(text).first).to_have_attribute("lang", "ar")
        expect(lead.locator(text).first).to_have_css("direction", "rtl")


# ------------------------------------------------------------------ sentences


def test_splits_and_joins_by_keys(damaged: Live, lead: Page) -> None:
    before = sentence(damaged, "s1")
    lead.goto(damaged.url + TEXT)
    unit = lead.locator("#cut-s1")
    unit.focus()
    press(lead, "S")
    expect(unit.locator(".gap-here").first).to_be_focused()
    press(lead, "ArrowLeft ArrowLeft ArrowRight")
    expect(unit.locator(".gap-here").nth(1)).to_be_focused()
    press(lead, "Enter")
    expect(lead.locator("#cut-s1b")).to_be_visible()
    assert sentence(damaged, "s1") == " ".join(before.split()[:2])
    lead.locator("#cut-s1b").focus()
    press(lead, "M")
    expect(lead.locator("#cut-s1b")).to_have_count(0)
    assert sentence(damaged, "s1") == before
    press(lead, "Z")
    expect(lead.locator("#cut-s1b")).to_be_visible()


def test_names_another_kind(damaged: Live, lead: Page) -> None:
    lead.goto(damaged.url + TEXT)
    lead.locator("#cut-s2").get_by_label("Kind").focus()
    lead.locator("#cut-s2").get_by_label("Kind").select_option("heading")
    lead.locator("#cut-s2").get_by_role("button", name="Set").click()
    expect(lead.locator("#cut-s2")).to_have_class(re.compile("heading"))
    expect(lead.locator(":focus")).to_have_count(1)


def test_works_without_javascript(damaged: Live, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    enter(page, damaged, "Cleo")
    page.goto(damaged.url + CHECK)
    row = page.locator(".line-row[data-asks]").first
    row.get_by_role("button", name="Accept, line").click()
    expect(page.locator("#checked")).to_contain_text("1 of")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#checked")).to_contain_text("0 of")
    page.goto(damaged.url + TEXT)
    page.locator("#cut-s1").get_by_role("link", name="Split").click()
    page.locator("#cut-s1 .gap-here").nth(3).click()
    expect(page.locator("#cut-s1b")).to_be_visible()
    context.close()


# ------------------------------------------------------------------ for everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_has_no_violation_on_the_bench(damaged: Live, browser: Browser, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
    page = enter(context.new_page(), damaged, "Cleo")
    found = []
    for width, height in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        for path in (CHECK, f"{TEXT}?cut=s3"):
            page.goto(damaged.url + path)
            page.evaluate("document.fonts.ready.then(() => true)")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            found += [
                f"{path} at {width}: {violation['id']}: {node['html']}"
                for violation in Axe().run(page, options=RULES).response["violations"]
                for node in violation["nodes"]
            ]
    context.close()
    assert found == []

"""Cleo changes the codebook while Ana annotates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from annotator.model import Answer, Claim, Status
from annotator.project import Project
from tests.browser.at_desk import at, go, press, stored
from tests.browser.test_accessibility import RULES
from tests.conftest import ARTICLE, Live, enter

AT = "2026-01-12T09:00:00.000Z"


@pytest.fixture
def answered(live: Live) -> Live:
    """Ana has chosen “neither” in the second sentence."""
    claim = Claim(speaker=("putin",), stance="neither", attribution="indirect")
    with Project.open(live.path) as project:
        project.take_answers(ARTICLE, project.person("Ana"), {"s2": Answer(Status.CLAIMS, (claim,))}, AT)
    return live


def reword_and_retire(page: Page, live: Live) -> None:
    """Cleo gives “neither” another rule, then retires it."""
    page.goto(f"{live.url}/codebook")
    page.get_by_role("link", name="Edit Neither side's").click()
    page.get_by_role("group", name="Rule").get_by_label("English").fill("On nobody’s list.")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.locator("ins")).to_have_text("On nobody’s list.")
    expect(page.get_by_label("Saved as version")).to_have_value("0.1.1")
    page.get_by_role("button", name="Save the new version").click()
    expect(page.get_by_text("Version 0.1.1 is in force.")).to_be_visible()
    expect(page.locator("#stance-neither")).to_contain_text("On nobody’s list.")
    page.get_by_role("link", name="Edit Neither side's").click()
    page.get_by_role("button", name="Retire it").click()
    expect(page.get_by_role("region", name="Answers it touches")).to_contain_text("In 1 claim: Ana 1")
    page.get_by_role("button", name="Save the new version").click()
    expect(page.get_by_text("Version 1.0.0 is in force.")).to_be_visible()
    expect(page.locator("#stance-neither")).to_contain_text("retired")


def test_reaches_annotators_and_leaves_old_answers_alone(
    answered: Live, browser: Browser, page: Page
) -> None:
    lead = browser.new_context(locale="en-GB")
    reword_and_retire(enter(lead.new_page(), answered, "Cleo"), answered)
    lead.close()

    enter(page, answered, "Ana")
    go(page, answered, "s1")
    notice = page.locator("#codebook-news")
    expect(notice).to_contain_text("The codebook changed since your last answer (0.1.0 → 1.0.0)")
    expect(page.locator("[name=stance][value=neither]")).to_have_count(0)
    press(page, "5 W F")
    notice.get_by_role("button", name="I have read it").click()
    expect(notice).to_have_text("You have read how the codebook changed.")
    expect(notice).to_be_focused()
    expect(page.locator("[name=stance][value=tr]")).to_be_checked()  # what was chosen is still there
    press(page, "Enter")
    at(page, "s3")
    assert [claim.stance for claim in stored(answered, "s1").claims] == ["tr"]

    go(page, answered, "s2")
    expect(page.get_by_text("The codebook changed")).to_have_count(0)
    expect(page.locator("[name=stance][value=neither]")).to_be_checked()  # as she gave it

    page.goto(f"{answered.url}/export")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download").click()
    records = map(json.loads, Path(started.value.path()).read_text(encoding="utf-8").splitlines())
    exported = {record["sent_id"]: (record["codebook"], record["claims"][0]["stance"]) for record in records}
    assert exported == {"s1": ("idlib-2019@1.0.0", "tr"), "s2": ("idlib-2019@0.1.0", "neither")}


def test_keeps_the_keys_of_other_labels(answered: Live, page: Page) -> None:
    enter(page, answered, "Cleo")
    reword_and_retire(page, answered)
    go(page, answered, "s1")
    press(page, "5 T")
    expect(page.locator("[name=stance][value=unclear]")).to_be_checked()
    press(page, "R")
    expect(page.locator("[name=stance][value=unclear]")).to_be_checked()


def test_uploads_an_edited_file(answered: Live, page: Page, tmp_path: Path) -> None:
    enter(page, answered, "Cleo")
    page.goto(f"{answered.url}/codebook")
    with page.expect_download() as started:
        page.get_by_role("link", name="TOML file").click()
    file = tmp_path / started.value.suggested_filename
    source = Path(started.value.path()).read_text(encoding="utf-8")
    file.write_text(source.replace('en = "Neither side\'s"', 'en = "No side’s"'), encoding="utf-8")
    page.get_by_role("link", name="Upload").click()
    page.get_by_label("TOML file").set_input_files(file)
    page.get_by_role("button", name="Show the differences").click()
    expect(page.get_by_role("alert")).to_contain_text("0.1.1 or higher")
    file.write_text(file.read_text(encoding="utf-8").replace("0.1.0", "0.1.1", 1), encoding="utf-8")
    page.get_by_label("TOML file").set_input_files(file)
    page.get_by_role("button", name="Show the differences").click()
    expect(page.locator("ins")).to_have_text("No side’s")
    page.get_by_role("button", name="Save the new version").click()
    expect(page.get_by_text("Version 0.1.1 is in force.")).to_be_visible()
    page.get_by_role("link", name="all versions").click()
    expect(page.get_by_role("region", name="0.1.1")).to_contain_text("Cleo")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_violation_while_changing_it(answered: Live, page: Page, colours: str) -> None:
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    enter(page, answered, "Cleo")
    reword_and_retire(page, answered)
    edit = "/codebook/edit/label/stance"
    found = []
    for path in (
        "/codebook",
        "/codebook/versions",
        f"{edit}/neither",
        f"{edit}/off",
        f"{edit}/new",
        "/codebook/upload",
    ):
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(answered.url + path)
            result = Axe().run(page, options=RULES)
            found += [f"{path} at {width}: {one['id']}" for one in result.response["violations"]]
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(f"{answered.url}{edit}/off")
    page.get_by_label("Or merge it into").select_option("unclear")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    assert Axe().run(page, options=RULES).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found == []

"""Cleo exports what two people answered."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from annotator import sample
from annotator.outputs import flat
from annotator.project import Project
from tests.conftest import ARTICLE, Live, enter


@pytest.fixture
def export_page(live: Live, page: Page) -> Page:
    """Ana and Ben have answered; Cleo is on the export page."""
    with Project.open(live.path) as project:
        for name in ("Ana", "Ben"):
            project.take_answers(
                ARTICLE, project.person(name), sample.reference(), "2026-01-12T09:00:00.000Z"
            )
    enter(page, live, "Cleo")
    page.goto(f"{live.url}/export")
    return page


def test_counts_again_with_every_filter_and_keeps_it_in_the_address(export_page: Page) -> None:
    count = export_page.locator(".export-count strong")
    expect(count).to_have_text("78 records")
    export_page.get_by_label("Ben").check()
    expect(count).to_have_text("39 records")
    export_page.get_by_label("No claim").check()
    expect(count).to_have_text("6 records")
    expect(export_page.locator("#say")).to_have_text(re.compile(r"^6 records\s+0 claims$"))
    expect(export_page.get_by_label("No claim")).to_be_focused()
    expect(export_page).to_have_url(
        re.compile(r"/export\?format=claims-jsonl&layer=votes&person=Ben&status=no_claim$")
    )
    export_page.reload()
    expect(count).to_have_text("6 records")
    expect(export_page.get_by_label("Ben")).to_be_checked()


def test_downloads_the_records_it_previews(export_page: Page) -> None:
    export_page.get_by_label("Ana", exact=True).check()
    expect(export_page.locator(".export-count strong")).to_have_text("39 records")
    with export_page.expect_download() as started:
        export_page.get_by_role("link", name="Download", exact=True).click()
    lines = Path(started.value.path()).read_bytes().splitlines()
    assert len(lines) == 39
    shown = [json.loads(text) for text in export_page.locator("pre.export-json").all_text_contents()]
    assert shown == [json.loads(line) for line in lines[:3]]
    assert started.value.suggested_filename == "live.claims.jsonl"


def test_copies_the_command(export_page: Page) -> None:
    export_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    export_page.get_by_label("Ana", exact=True).check()
    expect(export_page.locator("#command")).to_have_text("qawl export live.db --person Ana")
    export_page.get_by_role("button", name="Copy command").click()
    expect(export_page.locator("#say")).to_have_text("Copied.")
    assert export_page.evaluate("navigator.clipboard.readText()") == "qawl export live.db --person Ana"


@pytest.mark.parametrize("width", [1440, 768, 360])
def test_reads_arabic_from_the_right_and_fits(width: int, export_page: Page) -> None:
    export_page.set_viewport_size({"width": width, "height": 900})
    export_page.locator("details.export-record").evaluate_all(
        "all => { for (const one of all) one.open = true }"
    )
    passage = export_page.locator("pre .json-passage[lang=ar]").last
    expect(passage).to_have_css("direction", "rtl")
    expect(passage).to_have_css("letter-spacing", "normal")
    first, box = passage.evaluate(
        """element => {
            const range = document.createRange();
            range.setStart(element.firstChild, 1);
            range.setEnd(element.firstChild, 2);
            return [range.getBoundingClientRect().right, element.getBoundingClientRect().right];
        }"""
    )
    assert box - first < 40
    assert export_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_downloads_a_workbook_with_the_claims_the_page_counts(export_page: Page) -> None:
    export_page.get_by_label("Excel").check()
    expect(export_page.locator("#format-title")).to_contain_text("Excel")
    export_page.get_by_text("Only some claims").click()
    export_page.get_by_label("Without the author’s own claims").check()
    expect(export_page.locator(".export-count span")).to_have_text("76 claims")
    expect(export_page).to_have_url(re.compile("format=xlsx.*own_voice=0"))
    with export_page.expect_download() as started:
        export_page.get_by_role("link", name="Download", exact=True).click()
    expect(export_page.locator(".export-so-far")).to_have_text("The file is complete.")
    expect(export_page.locator(".export-progress progress")).to_have_attribute("value", "100")
    assert started.value.suggested_filename == "live.claims.xlsx"
    path = Path(started.value.path()).rename(Path(started.value.path()).with_suffix(".xlsx"))
    sheet = openpyxl.load_workbook(path)["Claims"]
    names, *rows = sheet.iter_rows(values_only=True)
    assert names == flat.NAMES
    assert len(rows) == 76
    assert sheet.sheet_view.rightToLeft
    records = {row[0] for row in rows}
    expect(export_page.locator(".export-count strong")).to_have_text(f"{len(records)} records")
    first = export_page.locator(".export-table tbody tr").first.locator("td")
    assert first.nth(0).text_content() == rows[0][0]


def test_stops_making_a_file(export_page: Page) -> None:
    export_page.route("**/export/claims.jsonl*", lambda route: None)  # a server that takes its time
    export_page.get_by_role("link", name="Download", exact=True).click()
    export_page.get_by_role("button", name="Stop").click()
    expect(export_page.locator(".export-so-far")).to_have_text("Stopped. Nothing was saved.")


def test_downloads_without_scripts(live: Live, browser: Browser, export_page: Page) -> None:
    plain = browser.new_page(java_script_enabled=False)
    enter(plain, live, "Cleo")
    plain.goto(f"{live.url}/export")
    plain.get_by_role("radio", name="CSV .csv", exact=True).check()
    plain.get_by_role("button", name="Apply").click()
    expect(plain.locator("#format-title")).to_contain_text("CSV")
    with plain.expect_download() as started:
        plain.get_by_role("link", name="Download", exact=True).click()
    assert Path(started.value.path()).read_bytes().startswith(b"\xef\xbb\xbfrecord_id,")
    plain.close()

"""First run and errors, point by point.

h1, from a fresh start to the first saved label in at most 6 actions: test_first_run.py, which counts them.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ARTICLE, Live

DOCUMENT = f"/documents/{ARTICLE}"
WRONG = {
    "/nowhere": 404,
    f"{DOCUMENT}/sentences/s999": 404,
    "/documents/0000000000000000": 404,
    "/codebook/versions/9.9.9": 404,
    "/speakers": 403,
    "/import": 403,
    "/speakers/nobody": 403,
}


@pytest.mark.parametrize("path", WRONG)
def test_h2_has_one_way_on_from_every_error(desk: Page, live: Live, console: list[str], path: str) -> None:
    answer = desk.goto(live.url + path)
    assert answer is not None
    assert answer.status == WRONG[path]
    expect(desk.locator("#work .problem")).to_be_visible()
    ways = desk.locator("#work").get_by_role("link").or_(desk.locator("#work").get_by_role("button"))
    expect(ways).to_have_count(1)
    ways.click()
    expect(desk.locator("#work .problem")).to_have_count(0)
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    console[:] = [line for line in console if "Failed to load resource" not in line]

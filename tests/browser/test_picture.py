"""The picture in README, taken of the program as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotator import sample
from annotator.project import Project
from tests.conftest import ARTICLE, Live, enter

PICTURE = Path(__file__).parents[1] / "pictures" / "annotate.png"
PLACE = "s11"


@pytest.fixture
def half_done(live: Live) -> Live:
    """Ana's desk with every sentence before the pictured one answered as in the reference."""
    with Project.open(live.path) as project:
        ids = [sentence.id for sentence in project.sentences(ARTICLE)]
        before = ids[: ids.index(PLACE)]
        answers = {sid: answer for sid, answer in sample.reference().items() if sid in before}
        project.take_answers(ARTICLE, project.person("Ana"), answers, "2026-01-12T09:00:00.000Z")
    return live


def test_shows_a_sentence_with_a_second_claim_under_way(
    half_done: Live, page: Page, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    enter(page, half_done, "Ana")
    page.goto(f"{half_done.url}/documents/{ARTICLE}/sentences/{PLACE}")
    for key in "4qsn5wf":
        page.keyboard.press(key)
    expect(page.locator("#panel")).to_contain_text("Ready to save")
    expect(page.locator("#panel a.claim")).to_have_count(1)
    page.evaluate("document.fonts.ready")
    wanted = pytestconfig.getoption("--pictures") or not PICTURE.exists()
    taken = PICTURE if wanted else tmp_path / PICTURE.name
    page.screenshot(path=taken)
    assert taken.stat().st_size > 20_000

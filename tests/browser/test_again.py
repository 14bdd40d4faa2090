"""A person looks at sentences once more, by the same keys, and sees nothing of what they answered before."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from annotator.model import Answer, Status
from annotator.project import Project
from tests.browser.at_desk import press
from tests.browser.test_accessibility import violations
from tests.conftest import ARTICLE, Live


def prepare(live: Live) -> None:
    with Project.open(live.path) as project:
        made = project.make_round("First", 1)
        project.assign(made.id, give=[(ARTICLE, "Ana")])
        ana = project.person("Ana")
        queued = project.desk(ARTICLE, ana).queued
        answers = dict.fromkeys(queued, Answer(Status.NO_CLAIM))
        project.take_answers(ARTICLE, ana, answers, "2026-01-01T00:00:00.000Z")
        project.plan_repeats(made.id, 5, 7)


def test_looks_once_more_by_the_same_keys(live: Live, desk: Page) -> None:
    prepare(live)
    desk.goto(live.url)
    desk.get_by_role("link", name="Look once more").click()
    expect(desk.get_by_text("2 sentences to look at once more")).to_be_visible()
    expect(desk.locator("#panel :focus")).to_be_visible()
    assert violations(desk, "once more") == []
    press(desk, "5 W F Enter")
    expect(desk.get_by_text("1 sentence to look at once more")).to_be_visible()
    expect(desk.locator("#panel input:checked")).to_have_count(0)
    press(desk, "0")
    expect(desk.get_by_text("You looked at all of them once more.")).to_be_visible()
    with Project.open(live.path) as project:
        rows = project.db.execute("select status, seconds is not null from second_answers").fetchall()
        answers = project.desk(ARTICLE, project.person("Ana")).annotations.values()
    assert rows == [("claims", 1), ("no_claim", 1)]
    assert {one.answer.status for one in answers} == {Status.NO_CLAIM}

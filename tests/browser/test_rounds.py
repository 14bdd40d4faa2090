"""A lead gives documents out; an annotator finishes one; the lead opens it again."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.model import Answer, Status
from annotator.project import Project
from tests.browser.test_accessibility import violations
from tests.conftest import ARTICLE, Live, enter

SENTENCE = f"/documents/{ARTICLE}/sentences"


@pytest.fixture
def texts(live: Live) -> list[str]:
    """Five more documents."""
    with Project.open(live.path) as project:
        words = ("first", "second", "third", "fourth", "fifth")
        made = [
            project.import_file(f"{word}.txt", f"The {word} talks\n\nThe minister said so.\n".encode())
            for word in words
        ]
        return [document.id for document in made]


@pytest.fixture
def cleo(live: Live, page: Page) -> Page:
    enter(page, live, "Cleo")
    return page


def answered(live: Live, *, without: tuple[str, ...] = ()) -> None:
    """Ana answered the article, but for these."""
    with Project.open(live.path) as project:
        ana = project.person("Ana")
        queued = project.desk(ARTICLE, ana).queued
        answers = {sid: Answer(Status.NO_CLAIM) for sid in queued if sid not in without}
        project.take_answers(ARTICLE, ana, answers, "2026-01-01T00:00:00.000Z")


def count_clicks(page: Page) -> None:
    page.evaluate(
        "window.clicks = 0; addEventListener('click', (event) => { window.clicks += event.isTrusted; }, true)"
    )


def test_gives_every_document_to_two_people_in_three_clicks(live: Live, cleo: Page, texts: list[str]) -> None:
    cleo.get_by_role("link", name="Team").click()
    count_clicks(cleo)
    cleo.get_by_role("button", name="Make the round and spread evenly").click()
    expect(cleo.get_by_role("heading", name="Round 1")).to_be_visible()
    expect(cleo.get_by_text("2 people for each document.")).to_be_visible()
    assert cleo.evaluate("window.clicks") <= 3
    with Project.open(live.path) as project:
        (round,) = project.rounds()
        cells = project.assigned(round.id)
    assert Counter(document for document, _ in cells) == dict.fromkeys([ARTICLE, *texts], 2)
    assert Counter(person for _, person in cells) == {"Ana": 6, "Ben": 6}


def test_gives_and_releases_by_hand(live: Live, cleo: Page, texts: list[str]) -> None:
    cleo.goto(f"{live.url}/team")
    cleo.get_by_role("button", name="Make it and give by hand").click()
    box = cleo.get_by_role("checkbox", name="Ana: The first talks")
    box.check()
    cleo.get_by_role("button", name="Save the table").click()
    expect(cleo.get_by_text("1 given, 0 released.")).to_be_visible()
    expect(box).to_be_checked()
    cleo.get_by_role("button", name="Spread evenly").click()
    expect(cleo.get_by_text("11 more were given.")).to_be_visible()
    expect(box).to_be_checked()
    box.uncheck()
    cleo.get_by_role("button", name="Save the table").click()
    expect(cleo.get_by_text("0 given, 1 released.")).to_be_visible()
    expect(box).not_to_be_checked()


def test_keeps_what_was_typed_beside_a_refusal(live: Live, cleo: Page) -> None:
    cleo.goto(f"{live.url}/team")
    cleo.get_by_label("Name of the round").fill("Pilot")
    cleo.get_by_text("People: 2 of 3").click()
    cleo.get_by_role("checkbox", name="Ben").uncheck()
    cleo.get_by_role("button", name="Make the round and spread evenly").click()
    expect(cleo.get_by_role("alert")).to_contain_text("not as many people")
    expect(cleo.get_by_label("Name of the round")).to_have_value("Pilot")


def test_gives_out_without_javascript_on_a_narrow_screen(
    live: Live, browser: Browser, texts: list[str]
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = enter(context.new_page(), live, "Cleo")
    page.goto(f"{live.url}/team")
    page.get_by_role("button", name="Make it and give by hand").click()
    page.get_by_role("checkbox", name="Ben: The second talks").check()
    page.get_by_role("button", name="Save the table").click()
    expect(page.get_by_role("checkbox", name="Ben: The second talks")).to_be_checked()
    page.goto(f"{live.url}/")
    context.close()
    with Project.open(live.path) as project:
        assert project.assigned(project.rounds()[0].id) == [(texts[1], "Ben")]


def test_finishes_a_document_and_has_it_opened_again(live: Live, desk: Page, browser: Browser) -> None:
    answered(live, without=("s7",))
    desk.goto(f"{live.url}{SENTENCE}/s7")
    desk.keyboard.press("x")
    finish = desk.get_by_role("button", name="Finish document")
    expect(desk.locator("#panel")).to_contain_text("Finishing closes your answers and leaves these skipped")
    finish.click()
    expect(desk.get_by_text("You skipped 1 sentence of")).to_be_visible()
    desk.get_by_role("button", name="Finish and leave them skipped").click()
    expect(desk.get_by_text("Its answers are closed.")).to_be_visible()
    expect(desk.locator(".status.done")).to_have_text("Finished")

    desk.get_by_role("link", name="Open").click()
    expect(desk.get_by_text("You finished this document, so its answers are closed.")).to_be_visible()
    place = desk.locator("#place").inner_text()
    desk.keyboard.press("j")
    expect(desk.locator("#place")).not_to_have_text(place)
    expect(desk.locator("#closed")).to_be_visible()
    for key in ("0", "n", "x", "c", "b", "1", "q", "Enter", "Escape", "z"):
        desk.keyboard.press(key)
    expect(desk.locator("#closed")).to_be_visible()

    context = browser.new_context(locale="en-GB")
    lead = enter(context.new_page(), live, "Cleo")
    lead.goto(f"{live.url}/team")
    lead.get_by_text("Finished documents: open one again").click()
    lead.get_by_label("Why Ana may change it").fill("A new rule for headlines.")
    lead.get_by_role("button", name="Open again").click()
    expect(lead.get_by_text("The document is open again for Ana.")).to_be_visible()
    context.close()

    desk.goto(f"{live.url}/")
    expect(desk.get_by_text("Open again: A new rule for headlines.")).to_be_visible()
    desk.goto(f"{live.url}{SENTENCE}/s7")
    desk.keyboard.press("0")
    expect(desk.locator("#panel")).to_contain_text("All 28 sentences are done.")


def test_leaves_nothing_unsaved_behind_by_finishing(live: Live, desk: Page) -> None:
    answered(live)
    desk.goto(f"{live.url}{SENTENCE}/s7")
    expect(desk.locator("#answers input:focus")).to_have_count(1)
    desk.keyboard.press("1")
    expect(desk.locator("[data-question=speaker] input:checked")).to_have_count(1)
    desk.get_by_role("button", name="Finish document").click()
    expect(desk.locator("#note")).to_be_visible()
    with Project.open(live.path) as project:
        assert project.finishes() == []


def test_refuses_in_an_open_window_what_was_finished_in_another(
    live: Live, desk: Page, console: list[str]
) -> None:
    answered(live)
    desk.goto(f"{live.url}{SENTENCE}/s7")
    with Project.open(live.path) as project:
        project.finish(ARTICLE, project.person("Ana"))
        before = list(project.records())
    with desk.expect_response(lambda answer: answer.request.method == "POST") as told:
        desk.keyboard.press("x")
    assert told.value.status == 403
    expect(desk.locator("#problem")).to_contain_text("You finished this document")
    console.clear()  # the browser notes a refused request
    with Project.open(live.path) as project:
        assert list(project.records()) == before


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_violation_in_the_grid_or_a_finished_document(
    live: Live, browser: Browser, texts: list[str], colours: str
) -> None:
    answered(live)
    with Project.open(live.path) as project:
        round = project.make_round("Pilot", people=["Ana", "Ben", "Cleo"], due="2026-12-24")
        project.assign(round.id, give=[(ARTICLE, "Ana"), (texts[0], "Ben"), (texts[0], "Cleo")])
        project.finish(ARTICLE, project.person("Ana"))
    found = []
    for name, paths in (
        ("Cleo", ("/team", "/settle", "/agreement", "/export")),
        ("Ana", ("/", f"{SENTENCE}/s7")),
    ):
        context = browser.new_context(color_scheme="dark" if colours == "dark" else "light", locale="en-GB")
        page = enter(context.new_page(), live, name)
        for path in paths:
            page.goto(live.url + path)
            page.evaluate("for (const part of document.querySelectorAll('#rounds details')) part.open = true")
            for width in (1440, 360):
                page.set_viewport_size({"width": width, "height": 800})
                found += violations(page, f"{path} at {width}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        context.close()
    assert found == []

"""The annotate page on screens of all kinds, with the pointer, without a script, and in another dispute."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.datastructures import MultiDict

from annotator import codebook as codebooks
from annotator.model import Role
from annotator.project import Project
from tests.browser.at_desk import at, go, press, stored
from tests.conftest import ARTICLE, Live, enter, password, serve

TURKISH = ("turkey", "tr", "support", "ascribed")
STYLES = """names => {
    const style = getComputedStyle(document.querySelector('.unit.focus .unit-text'));
    return Object.fromEntries(names.map(name => [name, style[name]]));
}"""


def test_keeps_the_rows_of_the_keyboard_in_order(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    desk.evaluate("document.documentElement.dir = 'rtl'")
    for question, first, last in (("speaker", "1", "3"), ("stance", "Q", "Y"), ("attribution", "A", "G")):
        rows = desk.locator(f"[data-question={question}] .answer")
        left = rows.filter(has_text=first).first.bounding_box()
        right = rows.filter(has_text=last).first.bounding_box()
        assert left is not None
        assert right is not None
        assert left["x"] < right["x"], question


def test_knows_the_height_of_the_bar_all_the_way_to_another_page(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    top = "document.documentElement.style.getPropertyValue('--top')"
    known = desk.evaluate(top)
    desk.evaluate(
        f"""window.heights = [];
        new MutationObserver(() => heights.push({top}))
          .observe(document.documentElement, {{ attributes: true }})"""
    )
    desk.get_by_role("link", name="Documents", exact=True).click()
    expect(desk.locator("#desk")).to_have_count(0)
    desk.get_by_role("link", name="Annotate", exact=True).click()
    expect(desk.locator("#panel :focus")).to_be_visible()
    assert known.endswith("px")
    assert set(desk.evaluate("heights")) == {known}


def test_keeps_the_focus_clear_of_what_sticks_on_every_way_to_the_page(desk: Page, live: Live) -> None:
    room = "getComputedStyle(document.documentElement).scrollPaddingBlockStart"
    go(desk, live, "s1")
    at_work = desk.evaluate(room)
    desk.locator("#top .brand").click()
    expect(desk.locator("#desk")).to_have_count(0)
    assert desk.evaluate(room) != at_work
    desk.locator(f"#work a[href*='{ARTICLE}']").first.click()
    expect(desk.locator("#desk")).to_be_visible()
    assert desk.evaluate(room) == at_work


def test_notes_the_seconds_spent(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "0 1 R Enter")
    at(desk, "s3")
    with Project.open(live.path) as project:
        given = project.desk(ARTICLE, project.person("Ana")).annotations
    spent = [given[sid].seconds for sid in ("s1", "s2")]
    assert all(seconds is not None and 0 <= seconds < 60 for seconds in spent)


def test_marks_who_is_named_and_chooses_nobody(desk: Page, live: Live) -> None:
    go(desk, live, "s12")
    named = desk.locator(".answer:has(.named)")
    assert {text.strip()[1:].strip() for text in named.all_inner_texts()} >= {"Putin", "Syrian gov’t"}
    expect(desk.locator("#answers :checked")).to_have_count(0)


def test_marks_a_pull_quote_as_a_repeat(desk: Page, live: Live) -> None:
    go(desk, live, "q2")
    expect(desk.locator("#panel")).to_contain_text("It repeats sentence 17")
    press(desk, "Enter")
    at(desk, "s11")
    assert stored(live, "q2").duplicate_of == "s16"


def test_says_when_everything_is_done(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    for done in range(1, 29):
        press(desk, "0")
        expect(desk.locator("#progress strong")).to_have_text(str(done))
    expect(desk.locator(".finished")).to_contain_text("All 28 sentences are done.")
    expect(desk.locator("#say")).to_contain_text("All 28 sentences are done.")
    desk.get_by_role("link", name="Back to the documents").click()
    expect(desk).to_have_url(f"{live.url}/")


def test_takes_no_more_than_15_kilobytes_for_a_sentence(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    answered = []
    desk.on("requestfinished", lambda request: answered.append(request))
    press(desk, "5 W F N 4 Q S Enter")
    at(desk, "s2")
    sizes = [request.sizes()["responseBodySize"] for request in answered]
    assert max(sizes) > 1_000
    assert max(sizes) < 15_000


@pytest.fixture
def nile(tmp_path: Path) -> Iterator[Live]:
    """Another dispute, with three sides and an English text."""
    path = tmp_path / "nile.db"
    text = (
        "Talks on the dam\n\nCairo demanded a binding deal. Addis Ababa said the reservoir will be filled.\n"
    )
    with Project.create(path, codebooks.bundled("nile-2020")) as project:
        project.add_person("Ana", Role.ANNOTATOR, password("Ana"))
        project.import_file("dam.txt", text.encode(), lang="en")
    yield from serve(path)


def test_serves_another_dispute_unchanged(page: Page, nile: Live) -> None:
    enter(page, nile, "Ana")
    page.get_by_role("link", name="Annotate", exact=True).click()
    expect(page.locator("#place")).to_contain_text("Sentence 1")
    assert page.evaluate(STYLES, ["direction"]) == {"direction": "ltr"}
    glyph = page.locator("[data-question=stance] .answer", has_text="Ethiopian").locator(".glyph").first
    expect(glyph.locator("circle")).to_have_count(3)
    expect(glyph.locator(".side-3.on")).to_have_count(1)
    press(page, "2 Q D N 4 Shift+E D Enter")
    expect(page.locator("#place")).to_contain_text("Sentence 2")
    expect(page.locator(".summary").first).to_contain_text("Egypt")
    with Project.open(nile.path) as project:
        ana = project.person("Ana")
        (progress,) = project.documents(ana)
        desk = project.desk(progress.document.id, ana)
        found = desk.annotations[desk.queued[0]].answer.claims
    assert [(c.speaker, c.stance, c.polarity) for c in found] == [
        (("egypt",), "eg", "support"),
        (("ethiopia",), "et", "oppose"),
    ]


@pytest.mark.parametrize("width", [1440, 390])
def test_reads_a_finished_document_by_keys(desk: Page, live: Live, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 844})
    with Project.open(live.path) as project:
        ana = project.person("Ana")
        for sid in project.desk(ARTICLE, ana).queued:
            form = MultiDict({"action": "skip"})
            project.record(ARTICLE, sid, ana, form, seen=None, token=f"finish-{sid}")
        project.finish(ARTICLE, ana)
    desk.goto(f"{live.url}/documents/{ARTICLE}/sentences/s1")
    expect(desk.locator("#panel")).to_be_focused()
    for key, sid in (("J", "h1"), ("Enter", "s2"), ("J", "s3"), ("K", "s2")):
        press(desk, key)
        at(desk, sid)
        expect(desk.locator("#panel")).to_be_focused()
    press(desk, "H")
    expect(desk.locator("#rule")).to_be_visible()
    press(desk, "Escape")
    expect(desk.locator("#rule")).to_be_hidden()
    at(desk, "s2")

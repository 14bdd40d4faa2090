"""The annotate page on screens of all kinds, with the pointer, without a script, and in another dispute."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator import codebook as codebooks
from annotator.model import Role
from annotator.project import Project
from tests.browser.at_desk import at, claims, focus_is_at_work, go, press, stored
from tests.conftest import ARTICLE, Live, enter, password, serve

TURKISH = ("turkey", "tr", "support", "ascribed")
STYLES = """names => {
    const style = getComputedStyle(document.querySelector('.unit.focus .unit-text'));
    return Object.fromEntries(names.map(name => [name, style[name]]));
}"""


def test_sets_the_text_as_its_language_wants(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    names = [
        "direction",
        "letterSpacing",
        "fontStyle",
        "fontFamily",
        "fontSize",
        "lineHeight",
        "textTransform",
    ]
    style = desk.evaluate(STYLES, names)
    assert (style["direction"], style["letterSpacing"], style["fontStyle"]) == ("rtl", "normal", "normal")
    assert style["textTransform"] == "none"
    assert style["fontFamily"].startswith('"Noto Naskh Arabic"')
    assert float(style["lineHeight"][:-2]) >= 1.9 * float(style["fontSize"][:-2])
    expect(desk.locator(".unit.focus .unit-text")).to_have_attribute("lang", "ar")
    assert desk.evaluate(
        "[...document.fonts].some(f => f.family.includes('Noto Naskh') && f.status === 'loaded')"
    )


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


def test_shows_the_questions_and_save_at_once_on_a_small_laptop(desk: Page, live: Live) -> None:
    desk.set_viewport_size({"width": 1366, "height": 768})
    go(desk, live, "s11")
    for part in [*desk.locator("[data-question] .answer").all(), desk.locator("[data-key=Enter]")]:
        expect(part).to_be_in_viewport(ratio=1)
        box = part.bounding_box()
        assert box is not None
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        on_top = "([x, y]) => !!document.elementFromPoint(x, y).closest('.answer, [data-key=Enter]')"
        assert desk.evaluate(on_top, middle)


@pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 256), (768, 1024)])
def test_works_on_a_narrow_screen_without_sideways_scrolling(
    desk: Page, live: Live, width: int, height: int
) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    go(desk, live, "s1")
    for label in ("Turkey", "Turkish", "Ascribed"):
        desk.locator(".answer", has_text=label).click()
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    desk.get_by_role("button", name="Save, next sentence").click()
    at(desk, "s2")
    assert claims(live, "s1") == [TURKISH]
    assert focus_is_at_work(desk)


def test_can_be_used_by_the_pointer_alone(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    for label in ("Putin", "Erdoğan", "rejects it", "Russian", "Partial"):
        desk.locator("label", has_text=label).first.click()
    desk.get_by_role("button", name="New claim").click()
    expect(desk.locator("#panel a.claim")).to_have_count(1)
    desk.get_by_role("combobox", name="Find a speaker").fill("media")
    desk.get_by_role("option", name="Turkish media").click()
    desk.locator(".answer", has_text="Neither").click()
    desk.locator(".answer", has_text="Reported").click()
    desk.get_by_role("button", name="Save, next sentence").click()
    at(desk, "s2")
    assert claims(live, "s1") == [
        ("erdogan+putin", "ru", "oppose", "mixed"),
        ("tr_media", "neither", None, "indirect"),
    ]
    desk.locator("#unit-s4 .unit-text").click()
    at(desk, "s4")
    desk.get_by_role("button", name="No claim, next").click()
    at(desk, "s5")
    desk.get_by_role("button", name="Undo").click()
    at(desk, "s4")
    desk.locator("#mark-s9 a").click()
    at(desk, "s9")


def test_loses_nothing_saved_on_reload_and_on_the_way_back(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F N")
    expect(desk.locator("#panel a.claim")).to_have_count(1)
    desk.reload()
    expect(desk.locator("#panel a.claim")).to_contain_text("Turkey")
    press(desk, "Escape Enter 0")
    at(desk, "s3")
    desk.go_back()
    at(desk, "s2")
    expect(desk.locator("#mark-s2 .dash")).to_be_visible()


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


def test_says_when_another_window_was_first(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    other = desk.context.new_page()
    go(other, live, "s1")
    press(other, "9 Y D Enter")
    at(other, "s2")
    press(desk, "5 W F Enter")
    expect(desk.locator("#problem")).to_contain_text("another window")
    expect(desk.locator("#problem")).to_contain_text("Turkey")
    expect(desk.locator("[name=speaker]:checked")).to_have_value("usa")
    press(desk, "N 5 W F Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [("usa", "off", None, "indirect"), TURKISH]


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
def scriptless(browser: Browser, live: Live) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{live.url}/sign-in")
    page.locator("[name=name]").fill("Ana")
    page.locator("[name=password]").fill(password("Ana"))
    page.locator("[name=password]").press("Enter")
    yield page
    context.close()


def test_works_without_a_script(scriptless: Page, live: Live) -> None:
    page = scriptless
    page.goto(f"{live.url}/documents/{ARTICLE}/sentences/s8")
    expect(page.locator(".unit.focus")).to_be_in_viewport()
    for label in ("Turkey", "Turkish"):
        page.locator(".answer", has_text=label).click()
    page.get_by_role("button", name="Save, next sentence").click()
    expect(page.locator("#problem")).to_contain_text("Attribution")
    page.locator(".answer", has_text="Ascribed").click()
    page.get_by_role("button", name="New claim").click()
    page.locator("#other-speaker").select_option("un")
    page.locator(".answer", has_text="Neither").click()
    page.locator(".answer", has_text="Reported").click()
    page.locator("#comment").fill("said so")
    page.get_by_role("button", name="Save, next sentence").click()
    expect(page.locator("#place")).to_contain_text("Sentence 9")
    page.get_by_role("button", name="No claim, next").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#place")).to_contain_text("Sentence 9")
    assert claims(live, "s8") == [TURKISH, ("un", "neither", None, "indirect")]
    assert stored(live, "s8").comment == "said so"


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

"""The annotate screen, point by point: a test's number is the point's in the list of what it must do.

Proven elsewhere, under the same numbers:
  a7   test_annotate_mark.py: marking words, in both directions of writing
  a9   test_annotate_away.py: answers given while the server is away
  a10  tests/bench/annotating.py: the milliseconds
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.at_desk import (
    at,
    claims,
    focus_is_at_work,
    go,
    history_length,
    press,
    press_layout,
    slow_down,
    stored,
)
from tests.conftest import ARTICLE, Live, enter, password

TURKISH = ("turkey", "tr", "support", "ascribed")
STYLES = """names => {
    const style = getComputedStyle(document.querySelector('.unit.focus .unit-text'));
    return Object.fromEntries(names.map(name => [name, style[name]]));
}"""


def test_a1_four_presses_store_a_claim_and_move_on(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [TURKISH]


def test_a1_one_press_stores_no_claim_and_moves_on(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "0")
    at(desk, "s2")
    assert stored(live, "s1").status == "no_claim"


def test_a1_four_presses_add_a_claim(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F N 4 Q S Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [TURKISH, ("russia", "ru", "support", "mixed")]


LAYOUTS = {
    "Arabic": [("٥", "Digit5"), ("ص", "KeyW"), ("ب", "KeyF"), ("Enter", "Enter"), ("٠", "Digit0")],
    "Russian": [("5", "Digit5"), ("ц", "KeyW"), ("а", "KeyF"), ("Enter", "Enter"), ("0", "Digit0")],
    "French": [("(", "Digit5"), ("z", "KeyW"), ("f", "KeyF"), ("Enter", "Enter"), ("à", "Digit0")],
    "number pad": [
        ("5", "Numpad5"),
        ("w", "KeyW"),
        ("f", "KeyF"),
        ("Enter", "NumpadEnter"),
        ("0", "Numpad0"),
    ],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a2_goes_by_the_place_of_a_key_on_every_layout(desk: Page, live: Live, layout: str) -> None:
    go(desk, live, "s1")
    press_layout(desk, LAYOUTS[layout])
    at(desk, "s3")
    assert claims(live, "s1") == [TURKISH]
    assert stored(live, "s2").status == "no_claim"


@pytest.mark.parametrize("held", ["0", "Enter"])
def test_a3_saves_once_for_a_key_held_down(desk: Page, live: Live, held: str) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F" if held == "Enter" else "")
    for _ in range(12):
        desk.keyboard.down(held)
    at(desk, "s2")
    for _ in range(12):
        desk.keyboard.down(held)
    desk.keyboard.up(held)
    press(desk, "J")
    at(desk, "s3")
    assert history_length(live) == 1


def test_a4_takes_typed_text_for_text(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 C")
    desk.keyboard.type("1qa0")
    press(desk, "Escape /")
    desk.keyboard.type("1qa0")
    press(desk, "Escape Escape W F Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [TURKISH]
    assert stored(live, "s1").comment == "1qa0"


def test_a5_keeps_the_focus_at_work_after_every_swap(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    for keys, sid in (
        ("0", "s2"),
        ("5 W F Enter", "s3"),
        ("J", "q1"),
        ("Enter", "s4"),
        ("Z", "q1"),
        ("K", "s3"),
    ):
        press(desk, keys)
        at(desk, sid)
        focus_is_at_work(desk)
    press(desk, "5 Enter")
    expect(desk.locator("#problem")).not_to_be_empty()
    focus_is_at_work(desk)


def test_a6_sets_the_text_as_its_language_wants(desk: Page, live: Live) -> None:
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


def test_a8_takes_back_and_gives_again_across_sentences(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F Enter 0")
    at(desk, "s3")
    press(desk, "Z")
    at(desk, "s2")
    expect(desk.locator("#say")).to_contain_text("Undone in sentence 2: no claim")
    press(desk, "Control+Z")
    at(desk, "s1")
    assert claims(live, "s1") == []
    expect(desk.locator("#mark-s1 .todo")).to_be_visible()
    press(desk, "Shift+Z")
    expect(desk.locator("#say")).to_contain_text("Redone in sentence 1: 1 claim")
    assert claims(live, "s1") == [TURKISH]
    press(desk, "Shift+Z")
    at(desk, "s2")
    assert stored(live, "s2").status == "no_claim"


TURNS = {
    "a claim": ("5 W F Enter", "1 claim", "todo"),
    "no claim": ("0", "no claim", "todo"),
    "a skip": ("X", "skip", "todo"),
    "a second claim": ("5 W F N 4 Q S Enter", "2 claims", "claims"),
    "a deleted claim": ("5 W F N BracketLeft Delete", "a deleted claim", "claims"),
    "marked words": ("5 W F V ArrowLeft 3 Enter", "1 claim", "todo"),
    "a repeat": ("Enter", "repeat", "todo"),
}
"""What is done from the first sentence on, what undo calls it, and the status it leaves."""


@pytest.mark.parametrize("what", TURNS)
def test_a8_undo_restores_the_state_before_and_says_what_it_undid(desk: Page, live: Live, what: str) -> None:
    keys, said, before = TURNS[what]
    go(desk, live, "q1" if what == "a repeat" else "s1")
    for key in keys.split():
        press(desk, key)
        expect(desk.locator(".htmx-request")).to_have_count(0)
    expect(desk.locator("#annotate-tools [data-key=KeyZ]")).to_be_enabled()
    rows = history_length(live)
    press(desk, "Z")
    expect(desk.locator("#say")).to_contain_text(f": {said}")
    sid = desk.locator(".unit.focus").get_attribute("id")
    assert sid is not None
    assert stored(live, sid.removeprefix("unit-")).status == before
    assert history_length(live) == rows + 1
    press(desk, "Shift+Z")
    expect(desk.locator("#say")).to_contain_text("Redone")


def test_a9_loses_nothing_saved_on_reload_and_on_the_way_back(desk: Page, live: Live) -> None:
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


def test_a10_keeps_every_key_pressed_at_300_ms_delay(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    slow_down(desk, 300)
    press(desk, "5 W F Enter 0 1 R N 4 Q D C")
    desk.keyboard.type("then 1qa0")
    press(desk, "Escape Enter")
    at(desk, "s4")
    assert claims(live, "s1") == [TURKISH]
    assert stored(live, "s2").status == "no_claim"
    assert claims(live, "s3") == [("author", "neither", None, "own"), ("russia", "ru", "support", "indirect")]
    assert stored(live, "s3").comment == "then 1qa0"


def test_a11_shows_the_questions_and_save_at_once_on_a_small_laptop(desk: Page, live: Live) -> None:
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
def test_a11_works_on_a_narrow_screen_without_sideways_scrolling(
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
    focus_is_at_work(desk)


def test_a12_remembers_that_single_keys_are_off(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    desk.keyboard.press("?")
    desk.locator("#single-keys").click()
    press(desk, "Escape 0 5")
    desk.reload()
    expect(desk.locator("#keys-button")).to_contain_text("Keys off")
    press(desk, "0 5")
    expect(desk.locator("#answers :checked")).to_have_count(0)
    at(desk, "s1")
    assert history_length(live) == 0


def test_a12_can_be_used_by_tab_space_and_enter_with_single_keys_off(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    desk.evaluate("qawl.keys.turn(false)")
    press(desk, "ArrowRight Space Tab")
    desk.locator("[name=stance]").first.focus()
    press(desk, "ArrowRight")
    desk.locator("[name=attribution]").first.focus()
    press(desk, "Space Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [("putin", "tr", "support", "direct")]


def test_a12_can_be_used_by_the_pointer_alone(desk: Page, live: Live) -> None:
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


def test_a12_works_without_a_script(scriptless: Page, live: Live) -> None:
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


def test_a13_shows_nobody_elses_labels_before_the_document_is_finished(
    page: Page, live: Live, browser: Browser
) -> None:
    there = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    ben = enter(there.new_page(), live, "Ben")
    go(ben, live, "s1")
    press(ben, "9 W F C")
    ben.keyboard.type("only Ben wrote this")
    press(ben, "Escape Enter")
    at(ben, "s2")
    there.close()
    sources: list[str] = []

    def kept(route: Route) -> None:
        answer = route.fetch()
        if "text/html" in answer.headers.get("content-type", "") and answer.status == 200:
            sources.append(answer.text())
        route.fulfill(response=answer)

    # On its way: once the browser has gone on, the body of a reply may be gone.
    page.route(f"{live.url}/**", kept)
    enter(page, live, "Ana")
    for sid in ("s1", "s2"):
        go(page, live, sid)
    press(page, "K 0")
    at(page, "s2")
    page.goto(f"{live.url}/")
    assert len(sources) >= 4
    told = "\n".join(sources)
    assert "only Ben wrote this" not in told
    assert "Ben" not in told
    go(page, live, "s1")
    expect(page.locator("#answers :checked")).to_have_count(0)

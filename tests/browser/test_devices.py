"""Annotating on a phone: one question at a time in a sheet below the text."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from annotator.model import Answer, Status
from annotator.project import Project
from tests.browser.at_desk import at, claims, go, press, stored
from tests.conftest import ARTICLE, Live

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
phone = pytest.mark.browser_context_args(**PHONE)

MOMENT = "2026-01-01T00:00:00.000Z"

# Whether one sees the whole of it, with nothing lying over its middle.
IN_VIEW = """(part) => {
  const box = part.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.top >= 0 && box.bottom <= innerHeight + .5 && part.contains(top);
}"""

# Everything one can press that is smaller than `least`. What stands in a sentence may be lower.
TOO_SMALL = """(least) => [...document.querySelectorAll(
    "#top :is(a, button, summary), #desk :is(a[href], button, input, textarea, select)")]
  .filter((part) => part.checkVisibility() && !part.matches("p a, .visually-hidden"))
  .map((part) => [part, (part.closest("label") || part).getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.width < least - .5 || box.height < least - .5))
  .map(([part, box]) => `${part.outerHTML.slice(0, 90)} ${box.width}×${box.height}`)"""


def answer(page: Page, words: str) -> Locator:
    """The answer of the card that is called so."""
    return page.locator(".question .answer").filter(has=page.get_by_text(words, exact=True))


def step(page: Page, field: str) -> Locator:
    return page.locator(f"[data-step={field}]")


# ------------------------------------------------------------------ a phone: one question at a time


@phone
def test_shows_the_way_on_after_the_last_answer(live: Live, desk: Page) -> None:
    with Project.open(live.path) as project:
        ana = project.person("Ana")
        *first, last = project.desk(ARTICLE, ana).queued
        project.take_answers(ARTICLE, ana, dict.fromkeys(first, Answer(Status.NO_CLAIM)), MOMENT)
    go(desk, live, last)
    desk.get_by_role("button", name="Skip").tap()
    expect(desk.locator("#panel")).to_contain_text("Only skipped sentences are left")
    expect(desk.get_by_role("button", name="Finish document")).to_be_in_viewport(ratio=1)
    go(desk, live, last)
    expect(step(desk, "speaker")).to_be_in_viewport(ratio=1)


@phone
def test_asks_one_question_at_a_time_on_a_phone(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    expect(answer(desk, "Russian")).to_be_hidden()
    answer(desk, "Turkey").tap()
    expect(step(desk, "speaker")).to_contain_text("Turkey")
    expect(step(desk, "stance")).to_have_attribute("aria-current", "step")
    expect(answer(desk, "Turkey")).to_be_hidden()
    answer(desk, "Turkish").tap()
    answer(desk, "Reported").tap()
    expect(desk.locator("#left")).to_have_text("Ready to save")
    expect(answer(desk, "Reported")).to_be_visible()  # nothing is left to go on to
    desk.get_by_role("button", name="Save, next sentence").tap()
    at(desk, "s12")
    assert claims(live, "s11") == [("turkey", "tr", "support", "indirect")]


@phone
def test_goes_back_to_an_answer_on_a_phone(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    answer(desk, "Turkey").tap()
    answer(desk, "Turkish").tap()
    step(desk, "stance").tap()
    expect(desk.locator(".question.stance, [data-question=stance]")).to_be_visible()
    answer(desk, "Both").tap()
    expect(step(desk, "stance")).to_contain_text("Both")
    expect(step(desk, "attribution")).to_have_attribute("aria-current", "step")


@phone
def test_goes_to_the_missing_answer_on_a_phone(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    answer(desk, "Turkey").tap()
    step(desk, "speaker").tap()
    desk.get_by_role("button", name="Save, next sentence").tap()
    expect(desk.locator("#problem")).to_contain_text("position")
    expect(answer(desk, "Turkish")).to_be_visible()


@phone
def test_asks_for_the_words_before_going_on(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    answer(desk, "Unnamed").tap()
    expect(step(desk, "speaker")).to_have_attribute("aria-current", "step")
    expect(desk.locator("#marking")).to_be_visible()


def test_takes_keys_on_a_small_screen_too(live: Live, desk: Page) -> None:
    desk.set_viewport_size({"width": 360, "height": 740})
    go(desk, live, "s11")
    press(desk, "5 W")
    expect(step(desk, "attribution")).to_have_attribute("aria-current", "step")
    press(desk, "F Enter")
    at(desk, "s12")
    assert claims(live, "s11") == [("turkey", "tr", "support", "ascribed")]


def test_leaves_the_arrows_inside_a_question(live: Live, desk: Page) -> None:
    desk.set_viewport_size({"width": 360, "height": 740})
    go(desk, live, "s11")
    press(desk, "5 ArrowRight ArrowRight")
    expect(step(desk, "stance")).to_have_attribute("aria-current", "step")
    expect(answer(desk, "Both").locator("input")).to_be_focused()


@phone
@pytest.mark.parametrize("height", [844, 640, 500])
def test_keeps_the_sentence_and_save_in_view(live: Live, desk: Page, height: int) -> None:
    desk.set_viewport_size({"width": 360, "height": height})
    go(desk, live, "s11")
    press(desk, "4 Q A N")
    expect(desk.locator("a.claim")).to_have_count(1)
    for field in ("speaker", "stance", "attribution"):
        step(desk, field).tap()
        for button in desk.locator(".save > *").all():
            assert button.evaluate(IN_VIEW), field
        text = desk.locator(".unit.focus .unit-text").bounding_box()
        sheet = desk.locator("#panel").bounding_box()
        assert text
        assert sheet
        assert text["y"] + 50 < sheet["y"], f"{field} at {height}"


@phone
def test_keeps_save_above_the_software_keyboard(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    expect(desk.locator("meta[name=viewport]")).to_have_attribute("content", re.compile("resizes-content"))
    desk.get_by_role("button", name="Comment").tap()
    for height in (510, 400, 340):  # what is left above the keyboards of common phones
        desk.set_viewport_size({"width": 390, "height": height})
        comment = desk.get_by_label("Comment on this sentence")
        expect(comment).to_be_focused()
        comment.scroll_into_view_if_needed()  # as the browsers of phones do
        save = desk.get_by_role("button", name="Save, next sentence")
        assert save.evaluate(IN_VIEW), height


@phone
def test_stays_clear_of_the_edge_of_the_screen(live: Live, desk: Page) -> None:
    insets = {"insets": {"bottom": 34}}
    desk.context.new_cdp_session(desk).send("Emulation.setSafeAreaInsetsOverride", insets)
    go(desk, live, "s11")
    save = desk.get_by_role("button", name="Save, next sentence").bounding_box()
    assert save
    assert save["y"] + save["height"] <= 844 - 34


@phone
def test_reaches_everything_on_a_phone(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    desk.get_by_label("Find a speaker").fill("united nations")
    expect(desk.locator("#finder-count")).to_be_visible()
    desk.locator("#finder-list [role=option]").first.tap()
    expect(step(desk, "speaker")).to_contain_text("UN")
    desk.get_by_role("button", name="Position lists").tap()
    desk.locator("#positions .proposition").first.tap()
    desk.locator("#positions").get_by_role("button", name="Close").tap()
    desk.get_by_role("button", name="Relayed by").tap()
    desk.get_by_label("Add who passed it on").press("Digit2")
    desk.get_by_role("button", name="Mark words").tap()
    desk.locator(".unit.focus .word").nth(2).tap()
    desk.locator("#marking [data-role=content]").tap()
    desk.get_by_role("button", name="Done").tap()
    desk.get_by_role("link", name="Guidelines").tap()
    expect(desk.locator("#rule-text")).to_be_visible()
    desk.locator("#rule").get_by_role("button", name="Close").tap()
    desk.get_by_role("button", name="Comment").tap()
    desk.get_by_label("Comment on this sentence").fill("Look again")
    desk.locator(".action.flag").tap()
    step(desk, "stance").tap()
    answer(desk, "Neither").tap()
    answer(desk, "Ascribed").tap()
    desk.get_by_role("button", name="New claim").tap()
    expect(desk.locator("a.claim")).to_have_count(1)
    found = stored(live, "s11")
    (claim,) = found.claims
    assert (claim.speaker, claim.stance, claim.attribution) == (("un",), "neither", "ascribed")
    assert claim.via
    assert claim.propositions
    assert claim.content_spans
    assert (found.comment, found.hard) == ("Look again", True)
    desk.get_by_role("link", name="Next sentence").tap()
    at(desk, "s12")
    desk.get_by_role("button", name="Skip").tap()
    at(desk, "s13")
    desk.get_by_role("button", name="No claim, next").tap()
    at(desk, "s14")
    desk.get_by_role("button", name="Undo").tap()
    at(desk, "s13")


@phone
def test_has_room_for_fingers(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    for field in ("speaker", "stance", "attribution"):
        step(desk, field).tap()
        assert desk.evaluate(TOO_SMALL, 44) == []
    desk.set_viewport_size({"width": 1024, "height": 768})
    assert desk.evaluate(TOO_SMALL, 44) == []


@pytest.mark.parametrize("width", [1440, 768, 360])
def test_has_room_for_the_pointer(live: Live, desk: Page, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    go(desk, live, "s11")
    press(desk, "5 W F N")
    expect(desk.locator("a.claim")).to_have_count(1)
    assert desk.evaluate(TOO_SMALL, 24) == []

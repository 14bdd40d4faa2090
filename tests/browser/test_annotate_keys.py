"""Annotating from the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.at_desk import (
    at,
    claims,
    go,
    history_length,
    press,
    slow_down,
    stored,
)
from tests.conftest import Live

TURKISH = ("turkey", "tr", "support", "ascribed")


def test_leaves_the_browser_its_own_shortcuts(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "Control+5 Alt+5 Meta+5")
    expect(desk.locator("#answers :checked")).to_have_count(0)


@pytest.mark.parametrize("sign", [{"isComposing": True}, {"key": "Process"}, {"keyCode": 229}])
def test_takes_no_key_of_a_composition_for_an_answer(desk: Page, live: Live, sign: dict[str, object]) -> None:
    go(desk, live, "s1")
    press = """sign => document.activeElement.dispatchEvent(new KeyboardEvent(
        "keydown", { key: "5", code: "Digit5", bubbles: true, cancelable: true, ...sign }))"""
    desk.evaluate(press, sign)
    expect(desk.locator("#answers [name=speaker]:checked")).to_have_count(0)
    desk.evaluate(press, {})
    expect(desk.locator("#answers [name=speaker]:checked")).to_have_count(1)


def test_sets_own_voice_with_the_author_and_the_author_with_own_voice(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "1")
    expect(desk.locator("[name=attribution][value=own]")).to_be_checked()
    press(desk, "5")
    expect(desk.locator("[name=attribution]:checked")).to_have_count(0)
    press(desk, "G")
    expect(desk.locator("[name=speaker]:checked")).to_have_value("author")
    press(desk, "R Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [("author", "neither", None, "own")]


def test_takes_a_second_speaker_and_a_rejected_position_with_shift(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "2 Shift+3 Shift+Q D Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [("erdogan+putin", "ru", "oppose", "indirect")]


def test_drops_the_rejection_where_a_position_has_no_side(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 Shift+W")
    expect(desk.locator("[name=polarity]")).to_be_checked()
    press(desk, "Shift+R")
    expect(desk.locator("[name=polarity]")).not_to_be_checked()
    expect(desk.locator("[name=polarity]")).to_be_disabled()


def test_finds_a_speaker_without_a_digit_by_any_name(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    for typed in ("un", "الامم", "оон"):
        press(desk, "/")
        desk.keyboard.type(typed)
        expect(desk.locator("#finder")).to_have_attribute("aria-activedescendant", "actor-un")
        press(desk, "Enter")
        expect(desk.locator("[name=speaker]:checked")).to_have_value("un")
    press(desk, "R D Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [("un", "neither", None, "indirect")]


def test_asks_for_the_words_of_an_unnamed_speaker_at_once(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "8")
    expect(desk.locator("#speaker_text")).to_be_focused()
    desk.keyboard.type("الكثيرين")
    press(desk, "Enter W D Enter")
    at(desk, "s2")
    assert stored(live, "s1").claims[0].speaker_text == "الكثيرين"


def test_goes_to_the_missing_answer_and_says_so(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W Enter")
    expect(desk.locator("#problem")).to_contain_text("Attribution")
    expect(desk.locator("#say")).to_contain_text("Attribution")
    expect(desk.locator("[data-question=attribution] :focus")).to_be_visible()
    expect(desk.locator("#left")).to_have_text("1 answer left")
    press(desk, "F Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [TURKISH]


def test_asks_why_a_position_is_unclear(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 T F Enter")
    expect(desk.locator("#comment")).to_be_focused()
    desk.keyboard.type("could be either")
    press(desk, "Escape Enter")
    at(desk, "s2")
    assert stored(live, "s1").comment == "could be either"


def test_drops_the_keys_after_a_refusal(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    slow_down(desk, 300)
    press(desk, "5 W Enter 0 0")
    expect(desk.locator("#note")).to_contain_text("not used")
    assert history_length(live) == 0


def test_shows_saving_when_it_takes_long(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    slow_down(desk, 500)
    press(desk, "0")
    expect(desk.locator("#saved")).to_contain_text("Saving…")
    at(desk, "s2")
    expect(desk.locator("#saved")).to_contain_text("All changes saved")


def test_goes_between_sentences_and_claims(desk: Page, live: Live) -> None:
    go(desk, live, "s8")
    press(desk, "1 R N 5 W F Enter")
    at(desk, "s9")
    press(desk, "K K")
    at(desk, "s8")
    expect(desk.locator("[name=claim]")).to_have_value("2")
    press(desk, "BracketLeft")
    expect(desk.locator("[name=claim]")).to_have_value("1")
    press(desk, "BracketRight")
    expect(desk.locator("[name=claim]")).to_have_value("2")
    press(desk, "Delete")
    expect(desk.locator("#panel a.claim")).to_have_count(0)
    assert claims(live, "s8") == [("author", "neither", None, "own")]
    press(desk, "U")
    at(desk, "s9")
    press(desk, "J")
    at(desk, "s10")


def test_flags_and_skips(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "B X")
    at(desk, "s2")
    assert (stored(live, "s1").status, stored(live, "s1").hard) == ("skipped", True)
    expect(desk.locator("#mark-s1 .flag")).to_be_visible()


def test_never_leaves_unsaved_answers_behind(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 J")
    expect(desk.locator("#note")).to_contain_text("Not saved yet")
    desk.get_by_role("link", name="Codebook").click()
    at(desk, "s1")
    press(desk, "Escape J")
    at(desk, "h1")
    assert history_length(live) == 0


def test_discards_an_open_new_claim(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F N 4 Q Escape")
    expect(desk.locator("[name=claim]")).to_have_value("1")
    assert claims(live, "s1") == [TURKISH]


def test_opens_the_claim_that_is_already_there(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W F N 5 W D Enter")
    expect(desk.locator("#problem")).to_contain_text("already")
    expect(desk.locator("[name=claim]")).to_have_value("1")
    assert claims(live, "s1") == [TURKISH]


def test_is_ready_when_reached_from_another_page(desk: Page, live: Live) -> None:
    desk.goto(live.url)
    desk.get_by_role("link", name="Annotate", exact=True).click()
    at(desk, "s1")
    expect(desk.locator("#panel :focus")).to_be_visible()
    press(desk, "0")
    at(desk, "s2")


def test_shows_what_every_key_does(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    desk.keyboard.press("?")
    keyboard = desk.locator("#keyboard")
    expect(keyboard).to_be_visible()
    expect(keyboard.locator(".keycap.speaker")).to_have_count(9)
    expect(keyboard.locator(".keycap", has_text="Q")).to_contain_text("Russian")
    press(desk, "5 Escape")
    expect(keyboard).to_be_hidden()
    expect(desk.locator("#answers :checked")).to_have_count(0)


def test_shows_the_rule_for_the_question_in_focus(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 W H")
    expect(desk.locator("#rule")).to_contain_text("do not look at who speaks")
    press(desk, "Escape F H")
    expect(desk.locator("#rule")).to_contain_text("Take the STRONGEST form")


def test_leaves_a_text_with_escape_though_it_is_asked_for(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 T F Enter")
    expect(desk.locator("#comment")).to_be_focused()
    press(desk, "Escape W Enter")
    at(desk, "s2")
    assert claims(live, "s1") == [TURKISH]


def test_keeps_a_new_claim_when_another_one_lacks_its_comment(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "5 T F C")
    desk.keyboard.type("why")
    press(desk, "Escape N")
    expect(desk.locator("#panel a.claim")).to_have_count(1)
    press(desk, "4 Q D C Control+A Backspace Escape Enter")
    expect(desk.locator("#problem")).to_contain_text("comment")
    expect(desk.locator("[name=claim]")).to_have_value("new")
    expect(desk.locator("[name=speaker]:checked")).to_have_value("russia")
    assert len(claims(live, "s1")) == 1


def test_shows_the_whole_keyboard_in_a_narrow_window(desk: Page, live: Live) -> None:
    desk.set_viewport_size({"width": 768, "height": 1024})
    go(desk, live, "s1")
    desk.keyboard.press("?")
    rows = desk.locator(".key-rows")
    expect(rows).to_be_visible()
    assert rows.evaluate("rows => rows.scrollWidth <= rows.clientWidth")
    assert desk.locator("#keyboard").evaluate("dialog => dialog.scrollHeight <= dialog.clientHeight")

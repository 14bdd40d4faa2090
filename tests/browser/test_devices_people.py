"""Annotating without a script, by mouse alone, by Tab alone, and by ear."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.at_desk import at, claims, go, press, stored
from tests.conftest import ARTICLE, Live, enter


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=False)


def answer(page: Page, words: str) -> Locator:
    return page.locator(".question .answer").filter(has=page.get_by_text(words, exact=True))


# ------------------------------------------------------------------ without a script


@pytest.fixture(params=[1440, 360])
def plain(live: Live, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Ana in a browser that runs no script."""
    size = {"width": request.param, "height": 800}
    context = browser.new_context(java_script_enabled=False, locale="en-GB", viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    enter(page, live, "Ana")
    page.goto(f"{live.url}/documents/{ARTICLE}/sentences/s11")
    yield page
    context.close()


def test_does_everything_without_a_script(live: Live, plain: Page) -> None:
    for words in ("Turkey", "Turkish", "Reported"):  # the questions stand below one another
        answer(plain, words).click()
    plain.locator(".rejects").click()
    plain.locator("#positions .proposition").first.click()
    plain.locator("#relay-other").select_option("putin")
    plain.get_by_label("Comment on this sentence").fill("Look again")
    plain.locator(".action.flag").click()
    button(plain, "New claim").click()
    (claim,) = stored(live, "s11").claims
    assert (claim.speaker, claim.stance, claim.polarity, claim.attribution) == (
        ("turkey",),
        "tr",
        "oppose",
        "indirect",
    )
    assert claim.via == ("putin",)
    assert claim.propositions
    assert (stored(live, "s11").comment, stored(live, "s11").hard) == ("Look again", True)

    plain.get_by_label("Another speaker").select_option("un")
    for words in ("Neither", "Ascribed"):
        answer(plain, words).click()
    button(plain, "Save, next sentence").click()
    at(plain, "s12")
    assert len(claims(live, "s11")) == 2
    plain.get_by_role("link", name="Previous sentence").click()
    plain.get_by_role("link", name="Change claim 1").click()
    button(plain, "Delete claim 1").click()
    assert [speaker for speaker, *_ in claims(live, "s11")] == ["un"]
    button(plain, "Undo").click()
    assert len(claims(live, "s11")) == 2
    button(plain, "Redo").click()
    assert len(claims(live, "s11")) == 1
    plain.goto(f"{live.url}/documents/{ARTICLE}/sentences/s12")
    button(plain, "No claim, next").click()
    button(plain, "Skip").click()
    assert (stored(live, "s12").status, stored(live, "s13").status) == ("no_claim", "skipped")
    plain.locator("#unit-s2 a").click()
    at(plain, "s2")
    plain.get_by_role("link", name="Next unfinished sentence").click()
    at(plain, "s3")
    plain.get_by_role("link", name="Guidelines").click()
    # It opens beside the work, so that no answer is lost.
    expect(plain).to_have_url(re.compile("/sentences/s3"))


def test_says_what_is_missing_without_a_script(live: Live, plain: Page) -> None:
    answer(plain, "Turkey").click()
    button(plain, "Save, next sentence").click()
    expect(plain.locator("#problem")).to_contain_text("position")
    expect(answer(plain, "Turkey").locator("input")).to_be_checked()


# ------------------------------------------------------------------ one means alone


def test_does_everything_with_the_mouse(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    for words in ("Turkey", "Turkish", "Reported"):
        answer(desk, words).click()
    desk.locator(".rejects").click()
    button(desk, "Position lists").click()
    desk.locator("#positions .proposition").first.click()
    desk.locator("#positions").get_by_role("button", name="Close").click()
    button(desk, "Mark words").click()
    desk.locator(".unit.focus .word").nth(2).click()
    desk.locator(".unit.focus .word").nth(4).click()
    desk.locator("#marking [data-role=content]").click()
    button(desk, "Done").click()
    button(desk, "Comment").click()
    desk.locator(".action.flag").click()
    desk.get_by_role("link", name="Guidelines").click()
    desk.locator("#rule").get_by_role("button", name="Close").click()
    button(desk, "New claim").click()
    expect(desk.locator("a.claim")).to_have_count(1)
    (claim,) = stored(live, "s11").claims
    assert (claim.polarity, len(claim.content_spans)) == ("oppose", 1)
    desk.locator("a.claim").click()
    button(desk, "Delete claim 1").click()
    expect(button(desk, "No claim, next")).to_be_visible()  # the deletion is stored
    button(desk, "Undo").click()
    expect(button(desk, "Delete claim 1")).to_be_visible()
    button(desk, "Redo").click()
    expect(button(desk, "No claim, next")).to_be_visible()
    button(desk, "No claim, next").click()
    at(desk, "s12")
    button(desk, "Skip").click()
    at(desk, "s13")
    desk.locator("#unit-s12 .unit-text").click()
    at(desk, "s12")
    desk.get_by_role("link", name="Next unfinished sentence").click()
    at(desk, "s13")


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    for _ in range(160):
        if wanted.evaluate(
            "part => part === document.activeElement || part.contains(document.activeElement)"
        ):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never came to {wanted}.")


def test_does_everything_by_tab_and_enter(live: Live, desk: Page) -> None:
    desk.add_init_script("localStorage.setItem('qawl-single-keys-off', '1')")
    go(desk, live, "s11")
    press(desk, "5 W F")
    expect(desk.locator("#left")).to_have_text("3 answers left")
    desk.locator(".question.actors .answers input").first.focus()
    press(desk, "ArrowRight ArrowRight ArrowRight ArrowRight Space")
    tab_to(desk, desk.locator("[data-question=stance] .answers"))
    press(desk, "Space ArrowRight")
    tab_to(desk, desk.locator("[data-positions]"))
    press(desk, "Enter Space Enter")
    expect(desk.locator("#positions")).to_be_hidden()
    tab_to(desk, desk.locator("[data-question=attribution] .answers"))
    press(desk, "Space")
    tab_to(desk, desk.locator("[data-relay]"))
    press(desk, "Enter")
    desk.keyboard.type("put")
    press(desk, "Enter")
    tab_to(desk, desk.locator("#words-button"))
    press(desk, "Enter Shift+ArrowLeft")
    tab_to(desk, desk.locator("#marking [data-role=content]"))
    press(desk, "Enter")
    tab_to(desk, desk.locator("#marking [data-end-marking]"))
    press(desk, "Enter")
    tab_to(desk, desk.locator("[data-do=comment]"))
    press(desk, "Enter")
    desk.keyboard.type("1qa0")
    tab_to(desk, desk.locator(".action.flag input"))
    press(desk, "Space")
    desk.locator("#comment").focus()
    tab_to(desk, button(desk, "New claim"))
    press(desk, "Enter")
    expect(desk.locator("a.claim")).to_have_count(1)
    found = stored(live, "s11")
    (claim,) = found.claims
    assert (claim.speaker, claim.stance, claim.attribution) == (("turkey",), "tr", "direct")
    assert (claim.via, len(claim.content_spans), len(claim.propositions)) == (("putin",), 1, 1)
    assert (found.comment, found.hard) == ("1qa0", True)
    tab_to(desk, desk.locator("[data-discard]"))
    press(desk, "Enter")
    expect(button(desk, "Delete claim 1")).to_be_visible()
    tab_to(desk, button(desk, "Delete claim 1"))
    press(desk, "Enter")
    expect(button(desk, "No claim, next")).to_be_visible()
    tab_to(desk, button(desk, "No claim, next"))
    press(desk, "Enter")
    at(desk, "s12")
    tab_to(desk, button(desk, "Skip"))
    press(desk, "Enter")
    at(desk, "s13")
    button(desk, "Undo").focus()
    press(desk, "Enter")
    at(desk, "s12")


# ------------------------------------------------------------------ by ear


def test_tells_a_screen_reader_what_stands_there(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    expect(desk.locator("#panel")).to_match_aria_snapshot(
        """
        - complementary "Your answers":
          - heading "Sentence 11 of 28" [level=2]
          - link /Guidelines/
          - link "Previous sentence"
          - link "Next sentence"
          - region /New claim/:
            - heading /New claim/ [level=3]
            - group "Speaker":
              - combobox "Find a speaker"
              - checkbox /The author/
            - radiogroup "Whose position?":
              - checkbox /rejects it/
              - radio /Russian/
            - radiogroup "Attribution":
              - radio /Direct/
            - button /Mark words/
          - button /New claim/
          - button /Comment/
          - checkbox /Flag/
          - button /Skip/
          - button /No claim, next/
          - button /Save, next sentence/
        """
    )
    expect(desk.locator("#top")).to_have_role("banner")
    for name in ("Main", "Sentences of this document"):
        expect(desk.get_by_role("navigation", name=name)).to_be_visible()
    expect(desk.get_by_role("main")).to_have_count(1)
    levels = desk.locator("h1, h2, h3, h4").evaluate_all(
        "parts => parts.filter((part) => part.checkVisibility()).map((part) => +part.tagName[1])"
    )
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)), levels


def test_makes_every_group_one_stop_for_tab(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    press(desk, "5 W F")
    stops = """group => [...group.querySelectorAll(".answers input")]
      .filter((input) => input.type === "radio" ? input.checked : input.tabIndex === 0)
      .map((input) => input.value)"""
    expected = {"speaker": ["turkey"], "stance": ["tr"], "attribution": ["ascribed"]}
    for field, values in expected.items():
        assert desk.locator(f"[data-question={field}]").evaluate(stops) == values
    expect(answer(desk, "Turkish").locator("input")).to_have_attribute("aria-keyshortcuts", "W")
    expect(answer(desk, "Turkey").locator("input")).to_have_attribute("aria-keyshortcuts", "5")


def test_says_everything_in_one_polite_place(live: Live, desk: Page) -> None:
    go(desk, live, "s16")
    # What lies outside an open dialog is silent, so a dialog may have one of its own.
    live_regions = ":is([aria-live]:not([aria-live=off]), [role=status], [role=alert], output):not(dialog *)"
    expect(desk.locator(live_regions)).to_have_count(1)
    say = desk.locator("#say")
    expect(say).to_have_attribute("aria-live", "polite")
    press(desk, "Slash")
    desk.keyboard.type("put")
    expect(desk.get_by_role("combobox", name="Find a speaker")).to_have_attribute("aria-expanded", "true")
    expect(say).to_have_text(re.compile(r"^\d+ found$"))
    press(desk, "Escape Escape 5 W Enter")
    expect(say).to_contain_text("attribution", ignore_case=True)
    press(desk, "F Enter")
    at(desk, "s17")
    expect(say).to_have_text("All changes saved Sentence 18 of 28")
    press(desk, "Z")
    at(desk, "s16")
    expect(say).to_contain_text("Undone in sentence 17")
    expect(desk.locator(live_regions)).to_have_count(1)

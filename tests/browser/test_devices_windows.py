"""Annotating in a small window, with large text, in few colours, without motion: it is all still there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.at_desk import go, press
from tests.conftest import Live

OVERFLOW = "document.documentElement.scrollWidth - innerWidth"

# Whether one sees the whole of it, with nothing lying over its middle.
IN_VIEW = """(part) => {
  const box = part.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.top >= 0 && box.bottom <= innerHeight && part.contains(top.closest("label") || top);
}"""

# Where the focus is, and whether something lies over the middle of it.
FOCUS = """() => {
  const part = document.activeElement;
  const shown = part.closest("label") || part;
  const box = shown.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, Math.min(box.y + box.height / 2, box.y + 40)];
  const top = document.elementFromPoint(x, y);
  const seen = shown.contains(top) || top?.contains(part) && part.matches(".unit");
  return [part.outerHTML.slice(0, 80), Boolean(seen)];
}"""

LOOK = "(part) => { const look = getComputedStyle(part); return [look.backgroundColor, look.color]; }"


def with_two_claims(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "4 Q A N 5 W S N")
    expect(desk.locator("a.claim")).to_have_count(2)


# ------------------------------------------------------------------ what stands in view


def test_shows_questions_words_and_save_beside_two_claims(live: Live, desk: Page) -> None:
    with_two_claims(desk, live)  # at 1440 by 900
    for part in (*desk.locator(".question .answer").all(), desk.locator("#words-button")):
        assert part.evaluate(IN_VIEW)
    assert desk.get_by_role("button", name="Save, next sentence").evaluate(IN_VIEW)
    for claim in desk.locator("a.claim").all():
        assert claim.evaluate("part => part.offsetHeight") < 44  # one line


def test_shows_the_three_questions_and_save_at_1366(live: Live, desk: Page) -> None:
    desk.set_viewport_size({"width": 1366, "height": 768})
    go(desk, live, "s11")
    for part in desk.locator(".question .answer").all():
        assert part.evaluate(IN_VIEW)
    assert desk.get_by_role("button", name="Save, next sentence").evaluate(IN_VIEW)


@pytest.mark.parametrize(
    ("width", "height", "text"),
    [
        (360, 740, 100),
        (320, 256, 100),  # 1280 by 1024 at 400 per cent
        (844, 390, 100),  # a phone on its side
        (768, 1024, 200),
        (1440, 900, 200),
    ],
)
def test_runs_off_no_side(live: Live, desk: Page, width: int, height: int, text: int) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    with_two_claims(desk, live)
    desk.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
    assert desk.evaluate(OVERFLOW) <= 0
    for dialog in ("keyboard", "positions", "rule"):
        desk.evaluate("id => document.getElementById(id).showModal()", dialog)
        assert desk.evaluate(OVERFLOW) <= 0, dialog
        assert desk.locator(f"#{dialog}").evaluate("part => part.getBoundingClientRect().width") <= width
        desk.keyboard.press("Escape")
    for name in ("Save, next sentence", "New claim", "Comment", "Skip", "Mark words", "Relayed by"):
        button = desk.get_by_role("button", name=name)
        button.scroll_into_view_if_needed()
        button.click(trial=True)  # nothing lies over it
    for question in desk.locator("[data-step]").all():
        if question.is_visible():
            question.click()
        desk.locator(".question .answer:visible").last.click(trial=True)


@pytest.mark.parametrize(("width", "height"), [(320, 256), (360, 640), (900, 700), (1366, 768)])
def test_never_covers_the_focus(live: Live, desk: Page, width: int, height: int) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    go(desk, live, "s11")
    passed = 0
    for start, key in (("#guidelines", "Tab"), (".save .primary", "Shift+Tab"), ("#guidelines", "Shift+Tab")):
        desk.locator(start).focus()
        for _ in range(14):
            desk.keyboard.press(key)
            what, seen = desk.evaluate(FOCUS)
            if what.startswith("<body"):
                break  # out of the page
            assert seen, what
            passed += 1
    assert passed > 24


# ------------------------------------------------------------------ few colours, no motion


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_stands_out_in_forced_colours(live: Live, desk: Page, scheme: str) -> None:
    desk.emulate_media(forced_colors="active", color_scheme=scheme)  # type: ignore[arg-type]
    go(desk, live, "s11")
    press(desk, "4 Shift+W A V Shift+ArrowLeft 3 Escape N")
    expect(desk.locator("a.claim")).to_have_count(1)
    go(desk, live, "s11")  # with its claim open
    chosen = desk.locator(".question.choice .answer:has(:checked)").first
    other = desk.locator(".question.choice .answer:not(:has(:checked))").first
    assert chosen.evaluate(LOOK)[0] != other.evaluate(LOOK)[0]
    dots = desk.locator(".question .answer:not(:has(:checked)) .glyph circle")
    filled, empty = dots.locator("xpath=self::*[contains(@class, ' on')]").first, dots.nth(1)
    fill = "part => getComputedStyle(part).fill"
    assert filled.evaluate(fill) != empty.evaluate(fill)
    mark = desk.locator(".marks .mark.content").first
    line = mark.evaluate("part => getComputedStyle(part).borderBlockEndColor")
    assert line != desk.locator(".unit.focus").evaluate(LOOK)[0]
    plate = "part => getComputedStyle(part).forcedColorAdjust"  # would lie over the marks
    assert desk.locator(".unit.focus .unit-text").evaluate(plate) == "none"
    here = desk.locator("#map a[aria-current]")
    border = "part => getComputedStyle(part).borderTopColor"
    assert here.evaluate(border) != desk.locator("#mark-s20 a").evaluate(border)
    desk.keyboard.press("Tab")
    focused = "document.activeElement.closest('label') || document.activeElement"
    assert desk.evaluate(f"getComputedStyle({focused}).outline").endswith("solid 3px")


def test_moves_nothing(live: Live, desk: Page) -> None:
    go(desk, live, "s11")
    moving = """() => [...document.querySelectorAll("*")].filter((part) => {
      const look = getComputedStyle(part);
      const moved = look.transitionDuration !== "0s" || look.animationName !== "none";
      return moved || look.scrollBehavior === "smooth";
    }).map((part) => part.outerHTML.slice(0, 80))"""
    assert desk.evaluate(moving) == []
    press(desk, "5 W F Enter")
    assert desk.evaluate("document.getAnimations().length") == 0

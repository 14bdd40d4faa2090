"""The interface in the reader's language, whatever language the document is in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from annotator.project import Project
from tests.browser.at_desk import at, claims, go, press
from tests.conftest import Live, enter

TALKS = "Переговоры в городе\n\nМинистр сказал, что переговоры идут. Ему возразили.\n".encode()


def choose(page: Page, own_name: str) -> None:
    page.locator(".person > summary").click()
    page.get_by_role("button", name=own_name, exact=True).click()


def speaks(page: Page, lang: str, direction: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("html")).to_have_attribute("dir", direction)


def left(place: Locator) -> float:
    box = place.bounding_box()
    assert box
    return box["x"]


@pytest.fixture
def arabic(desk: Page, live: Live) -> Page:
    """Ana's desk after she chose Arabic there."""
    go(desk, live, "s1")
    choose(desk, "العربية")
    speaks(desk, "ar", "rtl")
    at(desk, "s1")  # the page she was on
    return desk


def test_mirrors_the_page_but_neither_keys_nor_dots(arabic: Page) -> None:
    panel, text = arabic.locator("#panel"), arabic.locator("#text")
    assert left(panel) < left(text) < left(arabic.locator("#map"))
    assert left(arabic.locator(".person")) < left(arabic.locator(".brand"))
    for row in ("123", "456", "789"):
        keys = [arabic.locator(f"#answers [data-key=Digit{key}]").locator("..") for key in row]
        assert sorted(map(left, keys)) == list(map(left, keys))
    for row in ("QWERTY", "ASDFG"):
        keys = [arabic.locator(f"#answers [data-key=Key{key}]").locator("..") for key in row]
        assert sorted(map(left, keys)) == list(map(left, keys))
    glyph = arabic.locator("#answers [data-question=stance] .glyph").first
    assert left(glyph.locator(".side-1").first) < left(glyph.locator(".side-2").first)


def test_draws_the_keyboard_from_left_to_right(arabic: Page) -> None:
    press(arabic, "Shift+Slash")
    caps = arabic.locator("#keyboard .key-row").first.locator(".cap")
    places = [cap.bounding_box() for cap in caps.all()]
    assert caps.all_text_contents() == list("1234567890")
    assert [box["x"] for box in places if box] == sorted(box["x"] for box in places if box)


def test_stores_a_claim_with_four_presses(arabic: Page, live: Live) -> None:
    press(arabic, "5 W F Enter")
    at(arabic, "s2")
    assert claims(live, "s1") == [("turkey", "tr", "support", "ascribed")]
    speaks(arabic, "ar", "rtl")


def test_leaves_every_document_in_its_own_direction(arabic: Page, live: Live) -> None:
    expect(arabic.locator(".unit.focus .unit-text")).to_have_css("direction", "rtl")
    with Project.open(live.path) as project:
        talks = project.import_file("talks.txt", TALKS, lang="ru")
    arabic.goto(f"{live.url}/documents/{talks.id}")
    expect(arabic.locator(".unit.focus .unit-text")).to_have_css("direction", "ltr")
    expect(arabic.locator("#text h1")).to_have_css("direction", "ltr")
    speaks(arabic, "ar", "rtl")


def test_lets_chips_follow_each_other_as_it_reads(arabic: Page, live: Live) -> None:
    press(arabic, "5 W F N 9 Y D Enter")
    at(arabic, "s2")
    chips = arabic.locator("#unit-s1 .summary .chip")
    expect(chips).to_have_count(2)
    assert left(chips.first) > left(chips.last)
    text = arabic.locator("#unit-s1 .unit-text").bounding_box()
    first = chips.first.bounding_box()
    assert text
    assert first
    assert abs(text["x"] + text["width"] - first["x"] - first["width"]) < 1  # where the text begins


def test_asks_for_lost_numbers_with_its_own_sign(arabic: Page) -> None:
    sign = "getComputedStyle(document.querySelector('.gap'), '::before').content"
    assert arabic.evaluate(sign) == '"؟"'
    choose(arabic, "English")
    speaks(arabic, "en", "ltr")
    assert arabic.evaluate(sign) == '"?"'


BROKEN = """() => [...document.querySelectorAll(".answer bdi")].flatMap((name) => {
    const text = name.firstChild;
    return [...text.data.matchAll(/\\S+/g)].filter((word) => {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        return new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size > 1;
    }).map((word) => word[0]);
})"""


@pytest.mark.parametrize("lang", ["English", "العربية", "Русский", "Türkçe"])
def test_breaks_no_word_on_an_answer(desk: Page, live: Live, lang: str) -> None:
    go(desk, live, "s11")
    choose(desk, lang)
    at(desk, "s11")
    desk.evaluate("document.fonts.ready.then(() => true)")
    for width in (1920, 1440, 1280, 1024, 768, 360):
        desk.set_viewport_size({"width": width, "height": 900})
        assert desk.evaluate(BROKEN) == [], width


def test_goes_back_to_english(arabic: Page, live: Live) -> None:
    choose(arabic, "English")
    speaks(arabic, "en", "ltr")
    at(arabic, "s1")
    assert left(arabic.locator("#map")) < left(arabic.locator("#text")) < left(arabic.locator("#panel"))
    expect(arabic.locator(".unit.focus .unit-text")).to_have_css("direction", "rtl")


def test_offers_languages_at_the_door(page: Page, live: Live) -> None:
    page.goto(f"{live.url}/sign-in?next=/codebook")
    page.get_by_role("button", name="Türkçe", exact=True).click()
    speaks(page, "tr", "ltr")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=/codebook$"))
    expect(page.get_by_role("button", name="Türkçe", exact=True)).to_have_attribute("aria-pressed", "true")


# At 360 px and below: test_accessibility.py.
def test_fits_every_page_when_mirrored(page: Page, live: Live) -> None:
    enter(page, live, "Cleo")
    choose(page, "العربية")
    speaks(page, "ar", "rtl")
    for path in ("/", "/agreement", "/export", "/codebook", "/speakers", "/import"):
        page.goto(live.url + path)
        speaks(page, "ar", "rtl")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_counts_for_scripts_as_the_language_does(arabic: Page) -> None:
    forms = '{"one": "واحد", "two": "اثنان", "few": "# أقوال", "other": "# قول"}'
    told = arabic.evaluate("forms => [1, 2, 3, 100].map((n) => qawl.form(forms, n))", forms)
    assert told == ["واحد", "اثنان", "3 أقوال", "100 قول"]

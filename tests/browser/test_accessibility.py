"""Every page for everybody: axe finds nothing, and nothing runs off a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.datastructures import MultiDict

from annotator.project import Project
from tests.conftest import ARTICLE, Live, admitted, enter

DOCUMENT = f"/documents/{ARTICLE}"
SIGNED_OUT = ("/sign-in", "/nowhere")
PEOPLE = (
    "/",
    "/account",
    "/account/tokens",
    "/codebook",
    "/export",
    "/analysis",
    "/analysis/brief",
    "/agreement",
    "/search",
    "/search?q=بوتين",
    f"{DOCUMENT}/sentences/s11",
)
LEADS = (
    "/team",
    "/backups",
    "/import",
    "/import/answers",
    "/speakers",
    "/speakers/turkey",
    "/speakers/usa/merge?into=un",
)
ALL = (*SIGNED_OUT, *PEOPLE, *LEADS)  # a lead sees all that an annotator sees

WIDE, NARROW = (1440, 900), (360, 740)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # to describe all that is well as well takes as long again
}


@pytest.fixture(params=["light", "dark"])
def look(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in light and in dark colours."""
    context = browser.new_context(color_scheme=request.param, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")  # the missing page is a message on the console
    yield context.new_page()
    context.close()


def violations(page: Page, where: str) -> list[str]:
    page.evaluate("document.fonts.ready.then(() => true)")
    return [
        f"{where}: {violation['id']}: {node['html']}"
        for violation in Axe().run(page, options=RULES).response["violations"]
        for node in violation["nodes"]
    ]


def speak(page: Page, lang: str) -> None:
    """The interface in another language, from now on."""
    sent = "lang => fetch('/language', { method: 'POST', body: new URLSearchParams({ lang }) })"
    page.evaluate(f"({sent})('{lang}').then(() => true)")


def every_page(page: Page, live: Live, lang: str) -> Iterator[str]:
    """The signed-out pages, then all that the lead sees, one after another."""
    page.goto(f"{live.url}/sign-in")
    speak(page, lang)
    for path in ALL:
        if path == PEOPLE[0]:
            admitted(page, live, "Cleo")
            speak(page, lang)
        page.goto(live.url + path)
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if lang == "ar" else "ltr")
        yield path


# Arabic once with each size and each colouring: whether a rule holds hangs on no pair of three.
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_has_no_violation_on_any_page(live: Live, look: Page, lang: str) -> None:
    look.goto(f"{live.url}/sign-in")
    dark = look.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    sizes = (WIDE, NARROW) if lang == "en" else (WIDE,) if dark else (NARROW,)
    found = []
    for path in every_page(look, live, lang):
        for width, height in sizes:
            look.set_viewport_size({"width": width, "height": height})
            found += violations(look, f"{path} at {width}")
    assert found == []


# What an annotator sees of "/" a lead does not see: what comes next, and how far one is.
def test_has_no_violation_at_the_end_of_a_document(live: Live, look: Page) -> None:
    with Project.open(live.path) as project:
        ana = project.person("Ana")
        *queued, last = project.desk(ARTICLE, ana).queued
        for sid in queued:
            form = MultiDict(
                {"action": "no_claim", "hard": "1"} if sid == queued[0] else {"action": "no_claim"}
            )
            project.record(ARTICLE, sid, ana, form, seen=None, token=sid)
    enter(look, live, "Ana")
    if look.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"):
        speak(look, "ar")
    found = []
    for width, height in (WIDE, NARROW):
        look.set_viewport_size({"width": width, "height": height})
        look.goto(live.url)
        found += violations(look, f"/ at {width}")
    look.goto(f"{live.url}{DOCUMENT}/sentences/{last}")
    look.locator("[name=action][value=skip]").click()
    expect(look.locator(".notice .skipped-link").first).to_be_visible()
    found += violations(look, "only skipped ones left")
    with Project.open(live.path) as project:
        project.finish(ARTICLE, project.person("Ana"))
    for path in (f"{DOCUMENT}/sentences/{last}", "/"):
        look.goto(live.url + path)
        found += violations(look, f"{path} finished")
    assert found == []


def test_has_no_violation_in_a_dialog_or_a_step(live: Live, look: Page) -> None:
    enter(look, live, "Ana")
    if look.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"):
        speak(look, "ar")
    found = []
    for width, height in (WIDE, NARROW):
        look.set_viewport_size({"width": width, "height": height})
        look.goto(f"{live.url}{DOCUMENT}/sentences/s11")
        for dialog in ("keyboard", "positions"):
            look.evaluate("id => document.getElementById(id).showModal()", dialog)
            found += violations(look, f"{dialog} at {width}")
            look.keyboard.press("Escape")
    for field in ("speaker", "stance", "attribution"):
        look.locator(f"[data-step={field}]").click()
        look.locator(f"[data-question={field}] .answer").nth(3).click()
        found += violations(look, f"after {field}")
    look.locator("#guidelines").click()
    expect(look.locator("#rule")).to_be_visible()
    found += violations(look, "rule")
    assert found == []


WHERE_ENTRIES_ARE = """() => {
    const at = [...document.querySelectorAll(".nav a")].map((one) => one.getBoundingClientRect());
    const here = document.querySelector(".nav [aria-current]")?.getBoundingClientRect();
    const rows = new Set(at.map((one) => Math.round(one.top))).size;
    return [rows, here ? here.left >= 0 && here.right <= innerWidth : null];
}"""


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_has_the_way_through_in_one_row_on_a_narrow_screen(live: Live, narrow: Page, lang: str) -> None:
    admitted(narrow, live, "Cleo")
    narrow.goto(live.url)
    speak(narrow, lang)
    narrow.set_viewport_size({"width": 360, "height": 640})
    for path in ("/", "/export", "/speakers"):
        narrow.goto(live.url + path)
        assert narrow.evaluate(WHERE_ENTRIES_ARE) == [1, True]
    narrow.locator(".nav a").first.click()
    expect(narrow.locator(".nav a").first).to_have_attribute("aria-current", "page")
    assert narrow.evaluate(WHERE_ENTRIES_ARE) == [1, True]


@pytest.mark.parametrize("lang", ["en", "ar", "ru", "tr"])
def test_fits_a_narrow_screen(live: Live, narrow: Page, lang: str) -> None:
    wide = []
    for path in every_page(narrow, live, lang):
        for width in (360, 320):  # 320 is a 1280 screen at 400 per cent
            narrow.set_viewport_size({"width": width, "height": 640})
            if narrow.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(f"{path} at {width}")
    assert wide == []


def test_has_no_violation_with_menus_open_or_an_error_shown(live: Live, look: Page) -> None:
    look.goto(f"{live.url}/sign-in")
    look.get_by_label("Name").fill("Ana")
    look.get_by_label("Password").fill("wrong")
    look.get_by_role("button", name="Sign in").click()
    expect(look.get_by_role("alert")).to_contain_text("do not fit together")
    assert violations(look, "an error") == []
    enter(look, live, "Cleo")
    look.get_by_label("Menu of Cleo").click()
    assert violations(look, "the menu") == []


def test_remembers_the_colours(live: Live, page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{live.url}/sign-in")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    theme = page.get_by_role("button", name="Colours")
    theme.click()
    theme.click()
    expect(theme).to_have_accessible_name("Colours: dark. Change to those of the computer")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark
    enter(page, live, "Ana")
    assert page.evaluate(ground) == dark


def test_keeps_the_focus_on_the_work_after_a_link(live: Live, desk: Page) -> None:
    desk.goto(live.url)
    desk.get_by_role("link", name="Codebook").click()
    expect(desk).to_have_title("Codebook – Qawl")
    expect(desk.get_by_role("link", name="Codebook")).to_have_attribute("aria-current", "page")
    expect(desk.locator("#work")).to_be_focused()


def test_goes_back_to_the_whole_page(live: Live, desk: Page) -> None:
    desk.goto(live.url)
    desk.get_by_role("link", name="Codebook").click()
    expect(desk).to_have_title("Codebook – Qawl")
    desk.go_back()
    expect(desk).to_have_title("Documents – Qawl")
    expect(desk.get_by_role("link", name="Documents", exact=True)).to_have_attribute("aria-current", "page")


def test_asks_to_sign_in_again_where_the_session_ended(live: Live, desk: Page) -> None:
    desk.goto(live.url)
    desk.context.clear_cookies()
    desk.get_by_role("link", name="Codebook").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Sign in")
    desk.get_by_label("Name").fill("Ana")
    desk.get_by_label("Password").fill("secret-ana")
    desk.get_by_label("Password").press("Enter")
    expect(desk).to_have_title("Codebook – Qawl")


def test_skips_to_the_work(live: Live, desk: Page) -> None:
    desk.goto(live.url)
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="Skip to the work")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#work")).to_be_focused()


def test_closes_the_menu_with_escape(live: Live, desk: Page) -> None:
    desk.goto(live.url)
    menu = desk.get_by_label("Menu of Ana")
    menu.click()
    expect(desk.get_by_role("button", name="Sign out")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(menu).to_be_focused()


def test_sets_titles_in_their_own_script(live: Live, desk: Page) -> None:
    desk.goto(live.url)
    title = desk.locator("a.title[lang=ar]")
    expect(title).to_have_css("direction", "rtl")
    expect(title).to_have_css("letter-spacing", "normal")
    expect(title).to_have_css("font-style", "normal")
    desk.evaluate("document.fonts.ready.then(() => true)")
    assert desk.evaluate("document.fonts.check('500 16px \"IBM Plex Sans Arabic\"', 'ق')")


def test_works_without_javascript(live: Live, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    enter(page, live, "Cleo")
    page.get_by_role("link", name="Codebook").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="Documents", exact=True).click()
    page.get_by_label("Menu of Cleo").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{live.url}/sign-in")
    context.close()

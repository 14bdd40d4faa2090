"""python -m tests.screens FOLDER: every screen wide and narrow, light and dark; all in FOLDER/index.html."""

from __future__ import annotations

import argparse
import html
import json
import logging
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as BrowserError

from annotator import codebook, demo, sample
from annotator.demo import PASSWORD
from annotator.model import Role
from annotator.project import Project
from annotator.setup import browser as browsers
from tests import screens_team
from tests.browser.at_desk import press
from tests.conftest import ARTICLE, Live, serve
from tests.conftest import sample as sample_file
from tests.screens_team import READERS

SIZES = {1440: 900, 768: 1024, 360: 740}
COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOCALES = {"en": "en-GB", "ar": "ar", "ru": "ru-RU", "tr": "tr-TR"}

Steps = Callable[[Page], object]


@dataclass(frozen=True)
class Screen:
    name: str
    path: str
    who: str | None = "Annotator"
    steps: Steps = lambda page: None
    project: str = "demo"
    whole: bool = True  # all of a long page, not only what the window shows


def keys(*presses: str) -> Steps:
    """Presses, each when the page has come to rest."""

    def do(page: Page) -> None:
        for one in presses:
            expect(page.locator(".htmx-request")).to_have_count(0)
            press(page, one)
        expect(page.locator(".htmx-request")).to_have_count(0)

    return do


def desk(name: str, sid: str, *presses: str, project: str = "demo") -> Screen:
    return Screen(name, f"{DOCUMENT}/sentences/{sid}", "Annotator", keys(*presses), project, whole=False)


def _keyboard(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keyboard")).to_be_visible()


def _rule(page: Page) -> None:
    press(page, "5 H")
    expect(page.locator("#rule")).to_be_visible()


def _compare(page: Page) -> None:
    """Another window is first."""
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#panel :focus")).to_be_visible()
    press(other, "Escape N 9 Y D" if other.locator("a.claim").count() else "9 Y D")
    press(other, "C")
    other.keyboard.insert_text(page.url[-3:])
    press(other, "Escape Enter")
    expect(other.locator("#saved")).to_be_visible()
    expect(other.locator(".htmx-request")).to_have_count(0)
    other.close()
    press(page, "5 W F Enter")
    expect(page.locator("#problem")).not_to_be_empty()


def _table(page: Page) -> None:
    rows = "id,text,date\n1,Cairo demanded a deal.,2020-07-01\n2,Addis Ababa refused.,2020-07-02\n"
    file = {"name": "talks.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("input[type=file]").first.set_input_files([file])  # type: ignore[list-item]
    page.locator("form:has(input[type=file]) button").first.click()
    page.wait_for_url("**/import/tables/**")


def _bring(page: Page, name: str, data: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator("#homecoming-file").set_input_files([file])  # type: ignore[list-item]
    page.locator("form:has(#homecoming-file) button").click()
    page.wait_for_url(re.compile("/import/answers/[0-9a-f]+$"))


def _answers(page: Page, voice: str) -> bytes:
    """What the project has, with some of it said otherwise and some by somebody who is not here."""
    found = page.context.request.get(urljoin(page.url, "/export/claims.jsonl")).body()
    lines = [line for line in found.decode().splitlines() if '"annotator":"Reference"' in line]
    theirs = [
        line.replace('/Reference"', f'/{voice}"').replace('"Reference"', f'"{voice}"') for line in lines
    ]
    otherwise = [line.replace('"comment":null', '"comment":"?"') for line in lines[:4]]
    return "\n".join([*otherwise, *lines[4:12], *theirs[:20]]).encode()


def _brought(page: Page) -> None:
    _bring(page, "office-two.claims.jsonl", _answers(page, "منى حداد"))


def _whose(page: Page) -> None:
    text = page.context.request.get(urljoin(page.url, "/export/files/doccano")).body().splitlines()[0]
    example = {**json.loads(text), "annotator": None}
    _bring(page, "doccano.jsonl", json.dumps(example, ensure_ascii=False).encode())


def _taken(page: Page) -> None:
    _bring(page, "office-two.claims.jsonl", _answers(page, f"Eda {page.evaluate('Date.now()')}"))
    page.locator("button.primary").click()
    page.get_by_role("status").get_by_role("link").first.wait_for()


def _wrong(page: Page) -> None:
    page.locator("#name").fill("Annotator")
    page.locator("#password").fill("wrong")
    page.locator("#password").press("Enter")
    expect(page.locator("#problem")).not_to_be_empty()


def _merge(page: Page) -> None:
    page.locator("[name=merge_into], [name=into]").first.select_option("unclear")


def _unsettled(page: Page) -> None:
    page.locator("#settle-answer [type=radio]:not([name=reason]):checked").evaluate_all(
        "all => all.forEach((one) => { one.checked = false; })"
    )
    page.locator("button[value=save]").last.click()
    expect(page.locator(".problem")).to_be_visible()


def _opened(page: Page) -> None:
    page.locator("main details").evaluate_all("all => all.forEach((one) => { one.open = true; })")


def _unlike(page: Page) -> None:
    for name in ("password", "again"):
        page.locator(f"[name={name}]").fill(f"not the same {name}")
    page.locator("[name=again]").press("Enter")
    expect(page.locator(".problem, [role=alert]").first).to_be_visible()


DOCUMENT = f"/documents/{ARTICLE}"
READER = READERS[0]
MIXED = "/agreement/sentences?question=stance&answer=ru:support&answer=both:support"
PAIR = f"/agreement/sentences?differs=stance&who={READERS[0]}&who={READERS[1]}"
SECOND = "SECOND"  # in a path, as the other words in capitals: the document whose text is being checked
SCREENS = (
    Screen("sign-in", "/sign-in", None),
    Screen("sign-in-wrong", "/sign-in", None, _wrong),
    Screen("first-run", "/", "Cleo", project="empty"),
    Screen("documents-lead", "/", "Lead"),
    Screen("documents", "/"),
    desk("annotate-fresh", "s14"),
    desk("annotate-claims", "s11", "N 5 W"),
    desk("annotate-refused", "s14", "5 W Enter"),
    desk("annotate-unnamed", "s14", "8"),
    desk("annotate-open-quotation", "s15b"),
    desk("annotate-marking", "s15a", "3 W A V ArrowLeft Shift+ArrowLeft Shift+ArrowLeft 3"),
    desk("annotate-positions", "s11", "P"),
    desk("annotate-relay", "s11", "L"),
    desk("annotate-search", "s14", "Slash T U"),
    Screen("annotate-rule", f"{DOCUMENT}/sentences/s14", steps=_rule, whole=False),
    desk("annotate-unsaved", "s14", "5 J"),
    desk("annotate-undone", "s12", "Z"),
    desk("annotate-pull-quote", "q2"),
    Screen("annotate-keyboard", f"{DOCUMENT}/sentences/s14", steps=_keyboard, whole=False),
    Screen("annotate-compare", f"{DOCUMENT}/sentences/s20", steps=_compare, whole=False),
    desk("annotate-finished", "s1", project="finished"),
    Screen("history", f"{DOCUMENT}/sentences/s11/history"),
    Screen("history-lead", f"{DOCUMENT}/sentences/s11/history", "Lead"),
    Screen("import-add", "/import", "Lead"),
    Screen("import-table", "/import", "Lead", _table),
    Screen("answers", "/import/answers", "Lead"),
    Screen("answers-check", "/import/answers", "Lead", _brought),
    Screen("answers-whose", "/import/answers", "Lead", _whose),
    Screen("answers-taken", "/import/answers", "Lead", _taken, "finished"),
    Screen("import-check", f"/documents/{SECOND}/check", "Lead"),
    Screen("import-sentences", f"/documents/{SECOND}/text", "Lead"),
    Screen("codebook", "/codebook"),
    Screen("codebook-lead", "/codebook", "Lead"),
    Screen("codebook-edit", "/codebook/edit/label/stance/neither", "Lead"),
    Screen("codebook-merge", "/codebook/edit/label/stance/off", "Lead", _merge),
    Screen("codebook-versions", "/codebook/versions", "Lead"),
    Screen("codebook-upload", "/codebook/upload", "Lead"),
    Screen("speakers", "/speakers", "Lead"),
    Screen("speaker", "/speakers/turkey", "Lead"),
    Screen("speaker-merge", "/speakers/usa/merge?into=un", "Lead"),
    Screen("agreement", "/agreement", "Lead"),
    Screen("agreement-annotator", "/agreement"),
    Screen("analysis", "/analysis?of=speaker:author", "Lead"),
    Screen("analysis-brief", "/analysis/brief", "Lead"),
    Screen("export", "/export", "Lead"),
    Screen("search", "/search?q=بوتين&label=stance:ru", "Lead"),
    Screen("tokens", "/account/tokens", "Lead"),
    Screen("backups", "/backups", "Lead"),
    Screen("error-missing", "/nowhere"),
    Screen("error-forbidden", "/speakers"),
    Screen("settle", "/settle", "Lead", project="team"),
    Screen("settle-many", "/settle/MANY", "Lead", keys("1"), "team"),
    Screen("settle-names", "/settle/QUEUED?names=1", "Lead", project="team"),
    Screen("settle-settled", "/settle/SETTLED", "Lead", project="team"),
    Screen("settle-refused", "/settle/MANY", "Lead", _unsettled, "team"),
    Screen("settle-nothing", "/settle", "Cleo", project="empty"),
    Screen("team", "/team", "Lead", project="team"),
    Screen("team-open", "/team", "Lead", _opened, "team"),
    Screen("team-alone", "/team", "Cleo", project="empty"),
    Screen("invitation", "/invitations/ANYBODY", None, project="team"),
    Screen("invitation-named", "/invitations/NAMED", None, _unlike, "team"),
    Screen("invitation-password", "/invitations/PASSWORD", None, project="team"),
    Screen("invitation-broken", "/invitations/ANYBODYx", None, project="team"),
    Screen("account", "/account", READER, project="team"),
    Screen("again", "/again/AGAIN", READER, project="team", whole=False),
    Screen("team-documents", "/", READER, project="team"),
    Screen("team-documents-lead", "/", "Lead", project="team"),
    Screen("team-finished", f"{DOCUMENT}/sentences/s11", READER, project="team", whole=False),
    Screen("team-history", f"{DOCUMENT}/sentences/s11/history?everybody=1", "Lead", project="team"),
    Screen("team-codebook", "/codebook", "Lead", project="team"),
    Screen("team-export", "/export?layer=final", "Lead", project="team"),
    Screen("team-agreement", "/agreement", "Lead", project="team"),
    Screen(
        "team-agreement-speaker", "/agreement?question=speaker&author=not-counted", "Lead", project="team"
    ),
    Screen("team-agreement-one", "/agreement?document=ENGLISH", "Lead", project="team"),
    Screen("team-agreement-reader", "/agreement", READER, project="team"),
    Screen("agreement-nothing", "/agreement", "Cleo", project="empty"),
    Screen("agreement-sentences", "/agreement/sentences?differs=any", "Lead", project="team"),
    Screen("agreement-pair", PAIR, "Lead", project="team"),
    Screen("agreement-mixed", MIXED, "Lead", project="team"),
)


# ------------------------------------------------------------------ projects


def _demo(path: Path, answered: int) -> str:
    """The demo, with this many answers of its annotator; the id of a second document."""
    demo.build(path)
    with Project.open(path) as project:
        annotator, lead = project.person("Annotator"), project.person("Lead")
        queued = project.desk(ARTICLE, annotator).queued[:answered]
        answers = {sid: answer for sid, answer in sample.reference().items() if sid in queued}
        project.take_answers(ARTICLE, annotator, answers, "2026-01-12T09:00:00.000Z")
        if answered == len(sample.reference()):
            return ARTICLE
        text = sample_file("idlib-article.txt") + b"\n"
        second = project.import_file("idlib-article-2.txt", text, lang="ar")
        project.add_speaker("Hulusi Akar", lead)
    return str(second.id)


def _empty(path: Path) -> str:
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        project.add_person("Cleo", Role.LEAD, PASSWORD)
    return ""


@contextmanager
def _served(path: Path) -> Iterator[Live]:
    yield from serve(path)


# ------------------------------------------------------------------ pictures


@dataclass
class Camera:
    browser: Browser
    folder: Path
    sites: dict[str, Live]
    places: Mapping[str, str]
    failed: list[str]

    def round(self, screens: list[Screen], size: int, colours: Literal["light", "dark"], lang: str) -> None:
        """All screens once, as one visitor sees them."""
        visitors = sorted({(screen.project, screen.who or "") for screen in screens})
        for project, who in visitors:
            context = self.browser.new_context(
                viewport={"width": size, "height": SIZES[size]},
                color_scheme=colours,
                locale=LOCALES[lang],
                reduced_motion="reduce",
            )
            page = context.new_page()
            if who:
                self._enter(page, self.sites[project], who)
            for screen in screens:
                if (screen.project, screen.who or "") == (project, who):
                    self._take(context, screen, f"{screen.name}-{size}-{colours}-{lang}")
            context.close()

    @staticmethod
    def _enter(page: Page, live: Live, who: str) -> None:
        page.goto(f"{live.url}/sign-in")
        page.locator("#name").fill(who)
        page.locator("#password").fill(PASSWORD)
        page.locator("#password").press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)

    def _take(self, context: BrowserContext, screen: Screen, name: str) -> None:
        page = context.new_page()
        page.set_default_timeout(8_000)
        try:
            path = re.sub(r"[A-Z]{4,}", lambda word: self.places.get(word[0], word[0]), screen.path)
            page.goto(self.sites[screen.project].url + path)
            if not screen.whole:
                expect(page.locator("#panel :focus, #closed").first).to_be_visible()
            page.evaluate("document.fonts.ready.then(() => true)")
            screen.steps(page)
        except (BrowserError, AssertionError) as error:
            self.failed.append(f"{name}: {str(error).splitlines()[0]}")
        page.screenshot(path=self.folder / f"{name}.png", full_page=screen.whole, timeout=60_000)
        page.close()


def contact_sheet(folder: Path, screens: list[Screen], ways: list[str]) -> None:
    """All pictures on one page, a row for each screen."""
    rows = []
    for screen in screens:
        cells = "".join(
            f'<a href="{screen.name}-{way}.png"><img loading="lazy" src="{screen.name}-{way}.png" alt="">'
            f"{html.escape(way)}</a>"
            for way in ways
        )
        rows.append(f"<h2>{html.escape(screen.name)}</h2><div>{cells}</div>")
    style = (
        "body{font:14px sans-serif}div{display:flex;gap:8px;overflow-x:auto;align-items:start}"
        "a{flex:none}img{display:block;height:420px;max-width:640px;object-fit:cover;object-position:top}"
    )
    head = f"<!doctype html><meta charset=utf-8><title>Screens</title><style>{style}</style>"
    (folder / "index.html").write_text(head + "".join(rows), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", help="only these screens, by the beginning of their names: a,b")
    parser.add_argument("--lang", default="en,ar", help="languages of the interface (default: en,ar)")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="widths in px")
    parser.add_argument("--colours", default=",".join(COLOURS))
    chosen = parser.parse_args()
    begins = tuple(chosen.pages.split(",")) if chosen.pages else ("",)
    screens = [screen for screen in SCREENS if screen.name.startswith(begins)]
    sizes = [size for size in SIZES if str(size) in chosen.sizes.split(",")]
    colours = [one for one in COLOURS if one in chosen.colours.split(",")]
    ways = [(size, one, lang) for lang in chosen.lang.split(",") for size in sizes for one in colours]
    found = browsers.find()
    if found is None:
        print(browsers.REMEDY)
        return 2
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright, ExitStack() as stack:
        paths = {name: Path(made) / f"{name}.db" for name in ("demo", "finished", "empty", "team")}
        places = screens_team.build(paths["team"])
        places[SECOND] = _demo(paths["demo"], 12)
        _demo(paths["finished"], len(sample.reference()))
        _empty(paths["empty"])
        sites = {name: stack.enter_context(_served(path)) for name, path in paths.items()}
        browser = playwright.chromium.launch(**browsers.launch_options(found))  # type: ignore[arg-type]
        camera = Camera(browser, chosen.folder, sites, places, failed)
        for size, one, lang in ways:
            camera.round(screens, size, one, lang)
        browser.close()
    contact_sheet(chosen.folder, screens, [f"{size}-{one}-{lang}" for size, one, lang in ways])
    print(f"{len(screens) * len(ways)} pictures: {chosen.folder / 'index.html'}")
    print("\n".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

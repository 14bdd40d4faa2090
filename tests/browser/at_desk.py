"""Working at the annotate page as a person does: going somewhere, pressing keys, seeing what is stored."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from annotator.model import Answer
from annotator.project import Project
from tests.conftest import ARTICLE, Live

TURKISH = ("turkey", "tr", "support", "ascribed")
"""Speaker, position, polarity and attribution of the claim that 5 W F makes."""


def go(page: Page, live: Live, sid: str) -> None:
    page.goto(f"{live.url}/documents/{ARTICLE}/sentences/{sid}")
    expect(page.locator("#panel :focus")).to_be_visible()


def press(page: Page, keys: str) -> None:
    """Keys one after another, as fast as they come: "5 W F Enter", "Shift+3"."""
    for key in keys.split():
        *held, last = key.split("+") if key != "+" else [key]
        code = (
            f"Digit{last}"
            if last.isdigit()
            else f"Key{last.upper()}"
            if last.isalpha() and len(last) == 1
            else last
        )
        page.keyboard.press("+".join([*held, code]))


def press_layout(page: Page, keys: list[tuple[str, str]]) -> None:
    """Real key events as another keyboard layout reports them: (character, place on the keyboard)."""
    session = page.context.new_cdp_session(page)
    for key, code in keys:
        text = {"text": key} if len(key) == 1 else {}
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": key, "code": code, **text})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": key, "code": code})


def slow_down(page: Page, milliseconds: int) -> None:
    """Every answer of the server comes this much later."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1},
    )


def at(page: Page, sid: str) -> None:
    """The page has arrived at a sentence, in the address and on the screen."""
    expect(page).to_have_url(re.compile(rf"/sentences/{sid}(\?|$)"))
    expect(page.locator(".unit.focus")).to_have_attribute("id", f"unit-{sid}")


def focus_is_at_work(page: Page) -> None:
    """It is set when what came has settled."""
    expect(page.locator(":is(#panel, .unit.focus):focus, :is(#panel, .unit.focus) :focus")).to_have_count(1)


def stored(live: Live, sid: str, name: str = "Ana") -> Answer:
    with Project.open(live.path) as project:
        found = project.desk(ARTICLE, project.person(name)).annotations.get(sid)
        return found.answer if found else Answer()


def claims(live: Live, sid: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """(speakers, stance, polarity, attribution) of every stored claim."""
    return [("+".join(c.speaker), c.stance, c.polarity, c.attribution) for c in stored(live, sid).claims]


def history_length(live: Live, name: str = "Ana") -> int:
    """How many answers a person has ever stored."""
    with Project.open(live.path) as project:
        (count,) = project.db.execute("select count(*) from annotations where person = ?", [name]).fetchone()
        return int(count)

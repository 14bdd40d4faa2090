"""A page of somebody else in the browser of a signed-in lead: it sends, frames, loads and opens."""

from __future__ import annotations

import http.server
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from annotator.project import Project
from tests.conftest import ARTICLE, Live, admitted, password

DOCUMENT = f"/documents/{ARTICLE}"
READS = (
    "/export/claims.jsonl",
    "/agreement.json",
    "/team",
    "/account",
    "/api/v1/answers",
    "/analysis/positions.svg",
)


# ------------------------------------------------------------------ their site


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another site on this computer. As only the port differs, browsers send it our cookies, SameSite or not:
    what holds it off is what the server checks."""

    class Empty(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = b"<!doctype html><title>A kind offer</title><body>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Empty)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def lured(live: Live, page: Page, elsewhere: str) -> Page:
    """The lead, signed in and at work in one tab, who follows a link to that page in another."""
    admitted(page, live, "Cleo").goto(live.url)
    lured = page.context.new_page()
    lured.goto(elsewhere)
    return lured


def rows(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


def worth_asking(path: Path) -> dict[str, dict[str, str]]:
    """Where a request of the lead's would hurt, and with what."""
    with Project.open(path) as project:
        sid = project.desk(ARTICLE, project.person("Cleo")).queued[0]
    return {
        f"{DOCUMENT}/sentences/{sid}": {"action": "no_claim", "token": "x"},
        f"{DOCUMENT}/undo": {},
        "/sign-out": {},
        "/account/sign-out": {},
        "/team/remove": {"name": "Ana"},
        "/team/roles": {"name": "Ana", "role": "lead"},
        "/account/tokens": {"name": "theirs", "days": "30"},
        "/team/invitations": {"role": "lead"},
        "/import": {"text": "A planted text. It has two sentences.", "title": "Planted"},
        "/team/passwords": {"name": "Ana"},
        "/backups/first.db/back": {"sure": "1"},
        "/backups/plan": {"hourly": "0", "daily": "0", "weekly": "0"},
        "/sign-in": {"name": "Ana", "password": password("Ana")},
        "/language": {"language": "tr"},
        "/team/sign-out": {"name": "Cleo"},
        "/backups": {},
    }


SUBMIT = """([address, fields]) => {
    const form = document.createElement("form");
    Object.assign(form, {method: "post", action: address, target: "_blank"});
    for (const [name, value] of Object.entries(fields)) {
        form.append(Object.assign(document.createElement("input"), {name, value}));
    }
    document.body.append(form);
    form.submit();
}"""

FETCH = """async ([address, fields]) => {
    const found = [];
    const body = new URLSearchParams(fields);
    const ways = [
        {method: "POST", body, mode: "no-cors"},
        {method: "POST", body, mode: "cors"},
        {method: "POST", body: JSON.stringify(fields), mode: "cors", headers: {"HX-Request": "true"}},
        {method: "DELETE", mode: "cors"},
    ];
    for (const way of ways) {
        try {
            const answer = await fetch(address, {credentials: "include", ...way});
            found.push(answer.type === "opaque" ? "opaque" : await answer.text());
        } catch (error) {
            found.push("refused");
        }
    }
    return found;
}"""

LOAD = """async (addresses) => {
    const found = {};
    for (const tag of ["img", "script", "link"]) {
        for (const address of addresses) {
            const element = document.createElement(tag);
            if (tag === "link") element.rel = "stylesheet";
            element[tag === "link" ? "href" : "src"] = address;
            found[tag + " " + address] = await new Promise((resolve) => {
                element.onload = () => resolve("loaded");
                element.onerror = () => resolve("refused");
                document.body.append(element);
            });
        }
    }
    return found;
}"""

OPEN = """async (address) => {
    const opened = window.open(address);
    const began = performance.now();
    // Opened in a group of its own, it looks closed from here as soon as it has arrived.
    while (!opened.closed && performance.now() - began < 10000) await new Promise((go) => setTimeout(go, 50));
    return opened.closed;
}"""


# ------------------------------------------------------------------ what becomes of it


def test_does_nothing_that_a_form_of_another_site_asks_for(
    live: Live, page: Page, lured: Page, context: BrowserContext, console: list[str]
) -> None:
    before = rows(live.path)
    for address, fields in list(worth_asking(live.path).items())[::2]:  # the others are left to scripts
        with context.expect_page() as opened:
            lured.evaluate(SUBMIT, [f"{live.url}{address}", fields])
        opened.value.wait_for_load_state()
        assert "came from another site" in opened.value.inner_text("body"), address
        opened.value.close()
    assert rows(live.path) == before
    page.goto(f"{live.url}/team")  # still signed in, as the same person, who still leads
    assert "Menu of Cleo" in page.content()
    assert {line for line in console if "403" not in line} == set()
    console.clear()


def test_tells_another_site_nothing_and_does_nothing(live: Live, lured: Page, console: list[str]) -> None:
    before = rows(live.path)
    for address, fields in worth_asking(live.path).items():
        assert set(lured.evaluate(FETCH, [f"{live.url}{address}", fields])) == {"refused"}, address
    loaded = lured.evaluate(LOAD, [f"{live.url}{address}" for address in READS])
    assert set(loaded.values()) == {"refused"}, loaded
    assert rows(live.path) == before
    console.clear()  # the browser says of each that it was refused


def test_is_neither_framed_nor_held_by_who_opened_it(live: Live, lured: Page, console: list[str]) -> None:
    lured.evaluate(
        "(address) => document.body.append(Object.assign(document.createElement('iframe'), {src: address}))",
        f"{live.url}/team",
    )
    lured.wait_for_function("() => window.length === 1")
    frame = lured.frames[1]
    frame.wait_for_load_state()
    assert frame.locator("h1").count() == 0
    with lured.context.expect_page() as found:
        assert lured.evaluate(OPEN, f"{live.url}/team")
    opened = found.value
    opened.wait_for_url(f"{live.url}/team")
    assert opened.locator("h1").count() == 1  # the link itself works, the page is as it always is
    assert opened.evaluate("() => window.opener") is None
    console.clear()

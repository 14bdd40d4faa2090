"""How long it takes from Enter to the next sentence, and how much goes over the network for it.

    python -m tests.bench.annotating [SENTENCES …]

Makes a document of each length (200 and 5,000 unless told otherwise) with its first half answered,
serves it as `qawl serve` does, and answers 60 sentences from the middle on in Chromium with four key
presses each, through real key events. “ready” is when the new card has the focus and takes keys, counted
from the key event; “painted” is the frame after. Bytes are as they came over the wire, headers included.
The last line of each document types on while every answer is held up for 300 ms.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from annotator import codebook
from annotator.model import Answer, Claim, Status
from annotator.project import Project
from annotator.setup import browser as browsers
from tests.conftest import password, sample

ANSWERS = 60
KEYS = ("Digit5", "KeyW", "KeyF")
DELAYED = 12
KILOBYTE = 1_000

# Listens behind the page's own scripts, so that it hears of a change when they are through with it.
WATCH = """() => {
  let began = 0;
  let done = null;
  window.ready = () => new Promise((resolve, reject) => {
    const told = () => document.getElementById("panel").innerText;
    const late = setTimeout(() => reject(Error(`not ready: ${told()}`)), 10_000);
    done = (times) => { clearTimeout(late); resolve(times); };
  });
  addEventListener("keydown", (event) => { if (event.key === "Enter") began = event.timeStamp; }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.target?.id !== "panel") return;
    setTimeout(() => {
      if (!document.activeElement.closest("#answers")) return;
      const ready = performance.now() - began;
      requestAnimationFrame(() => setTimeout(() => done?.([ready, performance.now() - began])));
    });
  });
}"""


class Wire:
    """What came over the network since the last time it was asked."""

    def __init__(self, session: CDPSession):
        self._kinds: dict[str, str] = {}
        self._bytes = 0
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._came)
        session.send("Network.enable")

    def _sent(self, event: dict[str, object]) -> None:
        self._kinds[str(event["requestId"])] = str(event.get("type"))
        redirect = event.get("redirectResponse")
        if isinstance(redirect, dict):
            self._bytes += int(redirect["encodedDataLength"])

    def _came(self, event: dict[str, object]) -> None:
        # What was asked for before this listened belongs to the page before.
        if self._kinds.get(str(event["requestId"]), "Font") != "Font":
            self._bytes += int(float(str(event["encodedDataLength"])))

    def take(self) -> int:
        came, self._bytes = self._bytes, 0
        return came


def build(path: Path, sentences: int) -> str:
    """A project with one document of so many sentences, its first half answered; the document's id."""
    units = json.loads(sample("idlib-article.json"))["units"]
    bodies = [unit["text"].rstrip(".") for unit in units if unit["kind"] == "body"]
    numbered = [f"{bodies[n % len(bodies)]} رقم {n + 1}." for n in range(sentences)]
    paragraphs = [" ".join(numbered[n : n + 4]) for n in range(0, sentences, 4)]
    claim = Claim(("turkey",), "tr", "support", "ascribed")
    given = [Answer(Status.CLAIMS, (claim,)), Answer(Status.NO_CLAIM), Answer(Status.NO_CLAIM)]
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        ana = project.add_person("Ana", password=password("Ana"))
        text = "\n\n".join(["عنوان طويل", *paragraphs])
        document = project.import_file("long.txt", text.encode(), lang="ar")
        queued = project.desk(document.id, ana).queued
        half = queued[: len(queued) // 2]
        answers = {sid: given[n % len(given)] for n, sid in enumerate(half)}
        project.take_answers(document.id, ana, answers, "2026-01-01T00:00:00.000Z")
    return document.id


@contextmanager
def served(path: Path) -> Iterator[str]:
    """The address of a server of its own process."""
    command = [sys.executable, "-m", "annotator.cli", "serve", str(path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = next(filter(None, (re.search(r"http://[^/\s]+", line) for line in server.stdout)))
        try:
            yield found[0]
        finally:
            server.terminate()


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.locator("[name=name]").fill("Ana")
    page.locator("[name=password]").fill(password("Ana"))
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)


def answer(page: Page) -> tuple[float, float]:
    """Milliseconds from Enter until the next sentence is ready, and painted."""
    for key in KEYS:
        page.keyboard.press(key)
    page.evaluate("void (window.next = ready())")
    page.keyboard.press("Enter")
    ready, painted = page.evaluate("next")
    return ready, painted


def typed_ahead(page: Page, session: CDPSession) -> int:
    """How many sentences get done by keys typed on while every answer takes 300 ms longer."""
    done = page.locator("#progress strong")
    before = int(done.inner_text())
    slow = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", slow)
    for n in range(DELAYED):
        for key in ("Digit0",) if n % 2 else (*KEYS, "Enter"):
            page.keyboard.press(key)
    with suppress(AssertionError):  # fewer are what the table is there to show
        expect(done).to_have_text(str(before + DELAYED), timeout=30_000)
    return int(done.inner_text()) - before


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def measure(browser: Browser, url: str, doc_id: str, sentences: int) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB").new_page()
    sign_in(page, url)
    session = page.context.new_cdp_session(page)
    wire = Wire(session)
    session.send("Network.clearBrowserCache")
    page.goto(f"{url}/documents/{doc_id}", wait_until="networkidle")
    first = wire.take()
    page.evaluate(WATCH)
    page.evaluate("document.fonts.ready.then(() => 1)")
    times: list[tuple[float, float]] = []
    moved: list[float] = []
    for _ in range(ANSWERS):
        times.append(answer(page))
        moved.append(wire.take())
    ready, painted = ([pair[n] for pair in times] for n in (0, 1))
    elements = page.evaluate("document.querySelectorAll('*').length")
    kept = typed_ahead(page, session)
    print(
        f"{sentences:>9,}  {percentile(ready, 0.5):>6.0f} {percentile(ready, 0.95):>6.0f} {max(ready):>6.0f}"
        f"  {percentile(painted, 0.95):>7.0f}  {first / KILOBYTE:>8.1f}"
        f"  {sum(moved) / len(moved) / KILOBYTE:>6.1f} {max(moved) / KILOBYTE:>6.1f}"
        f"  {elements:>8,}  {kept} of {DELAYED}"
    )
    page.context.close()


def main() -> None:
    lengths = [int(text) for text in sys.argv[1:]] or [200, 5_000]
    found = browsers.find()
    if found is None:
        sys.exit(browsers.REMEDY)
    load = ", ".join(f"{each:.2f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}; {ANSWERS} sentences answered")
    print("           Enter to ready, ms  painted  first kB  kB a sentence            typed ahead")
    print("sentences     p50    p95    max      p95   no fonts    mean    max  elements  in 300 ms")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        options: dict[str, Any] = browsers.launch_options(found)
        browser = playwright.chromium.launch(**options)
        for sentences in lengths:
            path = Path(folder) / f"{sentences}.db"
            doc_id = build(path, sentences)
            with served(path) as url:
                measure(browser, url, doc_id, sentences)
        browser.close()
    print(f"load after: {', '.join(f'{each:.2f}' for each in os.getloadavg())}")


if __name__ == "__main__":
    main()

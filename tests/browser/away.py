"""A server that goes away and comes back at the same address, and what the browser says of that."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotator.web import create_app
from tests.conftest import Live
from tests.serving import running


class Server(Live):
    """The real server; `stop` takes it away, `start` brings it back."""

    def __init__(self, path: Path):
        self._running = ExitStack()
        self._port = 0
        self.path = path
        self.start()
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self, app: Any = None) -> None:
        app = app or create_app(self.path, testing=True)
        self._port = self._running.enter_context(running(app, port=self._port))

    def stop(self) -> None:
        self._running.close()

    @contextmanager
    def away(self) -> Iterator[None]:
        self.stop()
        yield
        self.start()


@pytest.fixture
def live(article_file: Path, tmp_path: Path) -> Iterator[Server]:
    """The server of `desk`, in modules that say `live = away.live`."""
    path = tmp_path / "live.db"
    shutil.copy(article_file, path)
    server = Server(path)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def network(page: Page, console: list[str]) -> Iterator[None]:
    """Requests that failed are what these tests are about."""
    yield
    page.evaluate("0")  # what the browser still had to say is said now
    unreached(console)


def unreached(console: list[str]) -> None:
    """Forget what Chromium itself notes of requests that failed, and nothing else."""
    noted = re.compile(
        r"Failed to load resource: (net::ERR_|the server responded with a status of (403|50[234]))"
    )
    console[:] = [line for line in console if not noted.search(line)]


def come_back(page: Page) -> None:
    """The browser notices that it is connected again, and everything kept is sent."""
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#away")).to_be_hidden()


def keeps(page: Page, answers: int) -> None:
    """Wait until this browser keeps so many answers."""
    end = time.monotonic() + 15
    while kept(page) != answers:  # a condition in words would be evaluated by the page, which forbids that
        assert time.monotonic() < end, f"{kept(page)} answers are kept, not {answers}"
        page.wait_for_timeout(20)


def kept(page: Page) -> int:
    """How many answers this browser keeps, of whomever."""
    return int(page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('qawl-kept/')).length"))

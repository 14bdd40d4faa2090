"""The walk: action by action, the page and the file are as the model says, or the walk ends."""

from __future__ import annotations

import json
import random
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError
from playwright.sync_api import Error as BrowserError

from tests.walk import facts
from tests.walk.actions import Actions, Place, Told
from tests.walk.answers import Notebook
from tests.walk.database import Database
from tests.walk.page import SCRIPT, arrived, mode, shown
from tests.walk.server import Server
from tests.walk.trouble import answer_away, come_back, fresh, killed_while_saving, meet
from tests.walk.windows import Window

REMEMBERED = 20
HEARD = 300  # ms until another window has heard what was sent
UNREMARKABLE = r"status of (409|422)|net::ERR_"
"""What Chromium notes of refusals and of a server that is away."""


class Difference(AssertionError):
    """The page, the file or the console is not as the model says."""


@dataclass
class Walk:
    context: BrowserContext
    server: Server
    project: Path
    person: str
    seed: int
    steps: int = 0
    told: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    noise: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.actions = Actions(self.chance)
        self.facts = facts.read(self.project)
        self.book = Notebook(list(self.facts.sentences), self.facts.queued)
        self.database = Database(self.project, self.facts.document, self.person)
        self.context.add_init_script(SCRIPT)
        self.context.on("console", self._heard)
        self.context.on("weberror", self._broke)
        self.places = [self._opened(name) for name in ("first", "second")]

    def _opened(self, name: str) -> Place:
        place = Place(name, self.context.new_page(), Window(self.facts, self.book))
        self._load(place, self.book.queued[0])
        return place

    def _load(self, place: Place, sid: str) -> None:
        place.page.goto(f"{self.server.url}/documents/{self.facts.document}/sentences/{sid}")
        place.window.show(sid)
        place.window.moves = 0

    # ------------------------------------------------------------ walking

    def go(self, steps: int) -> None:
        for _ in range(steps):
            self.step()
        self.compare()

    def step(self) -> None:
        self.steps += 1
        place = self.places[self.chance.random() < 0.12]
        others: list[tuple[float, Callable[[Place], Told]]] = [
            (0.015, self._reload),
            (0.015, self._back),
            (0.003, self._restart),
            (0.003, self._kill),
            (0.004, self._away),
            (0.004, self._killed),
        ]
        draw = self.chance.random()
        for share, do in others:
            if draw < share:
                told, act = do(place)
                break
            draw -= share
        else:
            if mode(place.page) == "lost":
                raise self._difference(f"Nothing has the focus in {place.name}.")
            told, act = self.actions.choose(place)
        self.told.append(f"{self.steps} {place.name} at {place.window.card.sid}: {told}")
        kind = next(iter(told.split()), "nothing")
        self.counts[kind] = self.counts.get(kind, 0) + 1
        place.window.refused = place.window.outdated = False
        try:
            act()
            if place.window.outdated:
                self.told[-1] += " → changed in another window: " + meet(place, self.chance)
        except BrowserError as error:
            raise self._difference(f"This could not be done: {error}") from error
        self._settled(place)
        if self.noise:
            raise self._difference("The console spoke: " + "; ".join(self.noise))
        if self.database.rows() != len(self.book.rows) or self.steps % 50 == 0:
            self.compare()

    # ------------------------------------------------------------ comparing

    def _settled(self, place: Place) -> None:
        wanted = json.dumps(place.window.expected, ensure_ascii=False, separators=(",", ":"))
        if not arrived(place.page, wanted):
            raise self._difference(_unlike(place.window.expected, shown(place.page)))

    def compare(self) -> None:
        stored = self.database.answers()
        wanted = {sid: row.after for sid, row in self.book.current.items()}
        if stored != wanted or self.database.rows() != len(self.book.rows):
            differing = [sid for sid in {*stored, *wanted} if stored.get(sid) != wanted.get(sid)]
            lines = [f"{sid}: file {stored.get(sid)}\n  model {wanted.get(sid)}" for sid in sorted(differing)]
            lines.append(f"rows: file {self.database.rows()}, model {len(self.book.rows)}")
            raise self._difference("\n".join(lines))

    def _difference(self, what: str) -> Difference:
        last = "\n".join(self.told)
        return Difference(f"seed {self.seed}, step {self.steps}\n{what}\nThe last actions:\n{last}")

    def _heard(self, message: ConsoleMessage) -> None:
        if "Failed to load resource" in message.text and re.search(UNREMARKABLE, message.text):
            return
        self.noise.append(f"{message.type}: {message.text}")

    def _broke(self, error: WebError) -> None:
        self.noise.append(f"uncaught: {error.error}")

    # ------------------------------------------------------------ around the page

    def _reload(self, place: Place) -> Told:
        def do() -> None:
            asked = re.search(r"[?&]claim=(\w+)", place.page.url)
            sid = self._address(place.page)
            place.page.reload()
            place.window.show(sid, asked[1] if asked else None)

        return "reload", do

    def _address(self, page: Page) -> str:
        found = re.search(r"/sentences/([^/?#]+)", page.url)
        assert found, page.url
        return found[1]

    def _back(self, place: Place) -> Told:
        """Where back leads is the browser's business; what stands there is ours."""
        if place.window.moves < 2:
            return self._reload(place)

        def do() -> None:
            place.page.go_back(wait_until="commit")
            place.window.moves -= 1
            asked = re.search(r"[?&]claim=(\w+)", place.page.url)
            place.window.show(self._address(place.page), asked[1] if asked else None)

        return "back", do

    def _restart(self, place: Place) -> Told:
        def do() -> None:
            self.server.stop()
            self.server.start()

        return "restart", do

    def _kill(self, place: Place) -> Told:
        def do() -> None:
            self.server.stop(kill=True)
            self.server.start()

        return "kill", do

    def _away(self, place: Place) -> Told:
        if not fresh(place.window):
            return self._restart(place)
        keys = [
            self.actions.whole() if self.chance.random() < 0.7 else ["0"]
            for _ in range(self.chance.randint(1, 4))
        ]

        def do() -> None:
            answer_away(place, self.server, self.chance, keys)
            self._return(place)

        return "away: " + ", ".join(" ".join(one) for one in keys), do

    def _killed(self, place: Place) -> Told:
        if not fresh(place.window):
            return self._kill(place)
        keys = self.actions.whole()[:-1] + ["Enter"] if self.chance.random() < 0.7 else ["0"]

        def do() -> None:
            killed_while_saving(place, self.server, self.chance, keys)
            self._return(place)

        return f"killed-while {' '.join(keys)}", do

    def _return(self, place: Place) -> None:
        come_back(place.page, self.database, len(self.book.rows))
        self._load(place, place.window.card.sid)
        for other in self.places:
            if other is not place:
                self._told_by_storage(other)

    def _told_by_storage(self, place: Place) -> None:
        """The other window hears that kept answers were sent, and shows the true state beside its card."""
        place.page.wait_for_timeout(HEARD)
        found, window = shown(place.page), place.window
        if found is None or (found["undo"], found["redo"]) == (window.undo_of, window.redo_of):
            return
        if window.unsaved:
            window.undo_of, window.redo_of = self.book.undo_of, self.book.redo_of
        else:
            asked = re.search(r"[?&]claim=(\w+)", place.page.url)
            window.show(window.card.sid, asked[1] if asked else None)


def _unlike(wanted: dict[str, Any], found: dict[str, Any] | None) -> str:
    if found is None:
        return "The page is not the annotate page."
    lines = [
        f"{key}: page {found[key]!r}, model {wanted[key]!r}" for key in wanted if found[key] != wanted[key]
    ]
    return "The page is not as foretold:\n" + ("\n".join(lines) or "still waiting for the server")


def timed(walk: Walk, steps: int) -> float:
    begun = time.monotonic()
    walk.go(steps)
    return time.monotonic() - begun

"""`/healthz`: whether people can work and save. Strangers are told no more than that."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson
from flask import Flask, Response, g, request, session

from annotator import __version__
from annotator.model import Problem
from annotator.project import Failure, Health, Project, keeping
from annotator.web import security
from annotator.web.bearers import holder

FRESH = 5.0  # seconds: however many ask, the disk is written to once in so many
LEAST = 50_000_000  # bytes left on the disk below which the next import, or the next hour, fills it
MOMENT = 1.0
PATIENCE = 10.0  # seconds: longer than answers wait for each other, shorter than a prober waits


@dataclass(frozen=True, slots=True)
class Found:
    """What one look at a project found: `why` it is not well, in English, or None."""

    why: str | None = None
    health: Health | None = None
    copied: datetime.datetime | None = None  # when the last good copy was made
    uncopied: str | None = None  # why no copy can be made

    @property
    def ok(self) -> bool:
        return self.why is None


class Probe:
    """Looks at one project, once in a while; everybody who asks in between is told the same."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic):
        self._path = path
        self._clock = clock
        self._turn = threading.Lock()
        self._found: tuple[float, Found] | None = None

    def found(self) -> Found:
        # One looks. Who asks meanwhile is told what was found last, or waits a moment and no longer:
        # strangers may ask, and must not hold the server's few threads while somebody else holds the file.
        if not self._turn.acquire(blocking=False):
            if last := self._last(PATIENCE + FRESH):
                return last
            if not self._turn.acquire(timeout=MOMENT):
                return Found("Looking takes longer than it should.")
        try:
            found = self._last(FRESH)
            if found is None:
                found = _look(self._path)
                self._found = self._clock(), found
            return found
        finally:
            self._turn.release()

    def _last(self, seconds: float) -> Found | None:
        """What was found, if that was at most so long ago."""
        if self._found is None or self._clock() - self._found[0] >= seconds:
            return None
        return self._found[1]


def _look(path: Path) -> Found:
    """Opened anew: a file that was moved away or replaced is found out here first."""
    try:
        with Project.open(path) as project:
            health = project.health(patience=PATIENCE)
            copied, uncopied = _copied(project)
    except (Problem, Failure, OSError) as problem:
        return Found(str(problem))
    full = f"The disk has only {health.room // 1_000_000} MB left." if health.room < LEAST else None
    return Found(full, health, copied, uncopied)


def _copied(project: Project) -> tuple[datetime.datetime | None, str | None]:
    """When the last good copy was made, and why there are none just now: people work on all the same."""
    keeper = keeping.keeper(project.path)
    try:
        good = [one.time for one in project.copies(keeper.folder if keeper else None) if one.held]
    except Problem as problem:
        return None, str(problem)
    return max(good, default=None), str(keeper.problem) if keeper and keeper.problem else None


def furnish(app: Flask, path: Path) -> None:
    probe = Probe(path)
    app.extensions["health"] = probe
    app.add_url_rule("/healthz", "healthz", lambda: told({"": probe.found()}, _trusted(path)))


def told(found: dict[str, Found], trusted: bool) -> Response:
    """The answer for one project, or for several by the name of each; 503 as soon as one is not well."""
    ok = all(one.ok for one in found.values())
    said: dict[str, object] = _said(found) if trusted else {"status": _word(ok)}
    wanted = request.accept_mimetypes.best_match(["text/plain", "application/json"])
    if wanted == "application/json":
        body, kind = orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE), "application/json"
    else:
        body, kind = "".join(_lines(said)).encode(), "text/plain; charset=utf-8"
    return Response(body, 200 if ok else 503, content_type=kind)


def _said(found: dict[str, Found]) -> dict[str, object]:
    said: dict[str, object] = {"status": _word(all(one.ok for one in found.values())), "qawl": __version__}
    if set(found) == {""}:
        return said | _described(found[""])
    return said | {"projects": {name: _described(one) for name, one in found.items()}}


def _described(one: Found) -> dict[str, object]:
    described: dict[str, object] = {"status": _word(one.ok)}
    if one.why:
        described["why"] = one.why
    if one.health:
        described |= {
            "schema": one.health.schema,
            "write_ms": round(one.health.write_ms, 1),
            "free_bytes": one.health.room,
        }
    if one.copied:
        age = datetime.datetime.now(datetime.UTC) - one.copied
        described["backup_hours"] = round(age.total_seconds() / 3600, 1)
    if one.uncopied:
        described["backup_problem"] = one.uncopied
    return described


def _word(ok: bool) -> str:
    return "ok" if ok else "not ok"


def _lines(said: dict[str, object], before: str = "") -> Iterable[str]:
    """The first line is the whole answer; what follows is `name: value`."""
    for name, value in said.items():
        if isinstance(value, dict):
            yield from _lines(value, f"{before}{name} ")
        elif name == "status" and not before:
            yield f"{value}\n"
        else:
            yield f"{before}{name}: {value}\n"


def _trusted(path: Path) -> bool:
    """Who leads the project, or their program with a token; of strangers, whoever sits at the computer that
    serves, where operators and their monitors are. Annotators need not know."""
    with_token = "Authorization" in request.headers
    if not with_token and "person" not in session:
        return security.on_this_computer()
    try:
        with Project.open(path) as g.project:
            person = holder() if with_token else security.signed_in_person()
    except (Problem, Failure):
        return False
    return person is not None and person.leads

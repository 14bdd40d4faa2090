"""What the server tells its operator: a line of JSON for each request and each event, and nobody's words.

A line holds named fields that are made here, never what a request, an answer or an error says: no names,
texts, answers, passwords, addresses as they were asked for, cookies or tokens. People and the computers they
come from are pseudonyms under the project's secret, so that who reads the log can tell them apart, no more.
"""

from __future__ import annotations

import datetime
import errno
import functools
import hashlib
import json
import logging
import secrets
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from logging.handlers import WatchedFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, has_request_context, request, session

from annotator.model import Invalid
from annotator.web import security, whence
from annotator.web.bearers import by_program

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOGGER = logging.getLogger("qawl")
LOGGER.addHandler(logging.NullHandler())  # as long as nobody asked for a log, there is none
OTHERS = ("annotator", "waitress", "waitress.queue")  # Flask's, by the application's name; the server's
NAMED = {"annotator.project.keeping": "backup_failed"}  # it says what only leads are told
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
QUIET = ("static", "healthz")  # they would drown everything else

ACTS = {
    "sessions.start": "sign_in",
    "sessions.sign_out": "sign_out",
    "sessions.sign_out_everywhere": "sessions_ended",
    "sessions.change_password": "password_changed",
    "people.sign_out": "sessions_ended",
    "people.change_role": "role_changed",
    "people.remove": "person_removed",
    "people.invite": "invitation_made",
    "people.withdraw": "invitation_withdrawn",
    "people.reset": "reset",
    "invitations.accept": "invitation_used",
    "tokens.make": "token_made",
    "tokens.withdraw": "token_withdrawn",
    "export.download": "export",
    "export.bundle": "export",
    "api.export": "export",
    "backups.make": "backup",
    "backups.download": "backup_taken",
    "backups.go_back": "restore",
    "backups.remove": "backup_removed",
    "codebook_edit.save": "codebook_saved",
    "imports.take": "import",
    "homecoming.take": "import",
    "imports.take_table": "import",
}
"""Requests that an operator looks for, by view; the event where they succeed."""

DOORS = {
    "sessions.start": "sign_in",
    "sessions.change_password": "password",
    "invitations.accept": "invitation",
    "invitations.show": "invitation",
}
"""Where somebody says a secret, and what failed where it was wrong."""


def begin(to: Path | None, level: int) -> None:
    """Write the log to this file, made anew when somebody moves it away, or to standard error."""
    handler: logging.Handler
    try:
        handler = WatchedFileHandler(to, encoding="utf-8") if to else logging.StreamHandler(sys.stderr)
    except OSError as error:
        raise Invalid(
            "The log cannot be written to %(path)s (%(why)s).", path=to, why=error.strerror
        ) from error
    attach(handler, level)


def attach(handler: logging.Handler, level: int) -> Callable[[], None]:
    """Let `handler` write lines from this level up. What it gives back takes it away again."""
    handler.setFormatter(Lines())
    handler.setLevel(level)
    handler.handleError = _lost  # type: ignore[assignment, method-assign]
    loggers = [LOGGER, *map(logging.getLogger, OTHERS)]
    for one in loggers:
        one.addHandler(handler)
        one.propagate = False
    LOGGER.setLevel(level)

    def detach() -> None:
        for one in loggers:
            one.removeHandler(handler)
            one.propagate = True
        LOGGER.setLevel(logging.NOTSET)
        handler.close()

    return detach


def _lost(_record: logging.LogRecord) -> None:
    """A full disk must not keep anybody from working, and there is nowhere to tell of it."""


def note(event: str, *, level: int = logging.INFO, **fields: int | float | str | None) -> None:
    """One event. Its fields are numbers and words of ours, never of a person."""
    LOGGER.log(level, event, extra={"fields": fields})


# ------------------------------------------------------------------ a line


class Lines(logging.Formatter):
    """A record as one line of JSON: there is no way to begin another one from inside a value."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
        }
        fields = getattr(record, "fields", None)
        if fields is None:
            line |= _of_others(record)
        else:
            line |= {
                "event": record.msg,
                **{name: value for name, value in fields.items() if value is not None},
            }
        return json.dumps(line, separators=(",", ":"), default=lambda _: None)  # in ASCII: no other line ends


def _of_others(record: logging.LogRecord) -> dict[str, Any]:
    """What a library says holds an address or worse. Only numbers in a sentence of its own are harmless."""
    line: dict[str, Any] = {
        "event": NAMED.get(record.name, "error" if record.levelno >= logging.ERROR else "remark"),
        "of": record.name,
    }
    if has_request_context():
        line |= {"id": request.environ.get("qawl.id"), "route": _route()}
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        return line | broken(error)
    if isinstance(record.args, tuple) and record.args and all(isinstance(one, int) for one in record.args):
        line["said"] = record.getMessage()
    return line


def broken(error: BaseException) -> dict[str, Any]:
    """Where it broke and on what kind of error. Its message may hold what somebody wrote, so it stays out."""
    found: dict[str, Any] = {"error": type(error).__qualname__, "trace": _trace(error.__traceback__)}
    if isinstance(error, sqlite3.Error):
        found["code"] = getattr(error, "sqlite_errorname", None)
    elif isinstance(error, OSError):
        found["code"] = errno.errorcode.get(error.errno or 0)
    before = error.__cause__ or error.__context__
    if before is not None and before is not error:
        found["after"] = {"error": type(before).__qualname__, "trace": _trace(before.__traceback__)}
    return found


def _trace(trace: TracebackType | None) -> list[str]:
    return [
        f"{frame.f_globals.get('__name__')}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]


# ------------------------------------------------------------------ requests


def listen(app: Flask, secret: str) -> None:
    """One line for every request of `app`, once the last byte of its answer is on its way."""
    key = hashlib.sha256(f"log {secret}".encode()).digest()
    pseudonym = functools.lru_cache(maxsize=1000)(functools.partial(_pseudonym, key))

    @app.after_request
    def remember(response: Response) -> Response:
        request.environ["qawl.rule"] = request.url_rule
        if LOGGER.isEnabledFor(logging.INFO) or response.status_code >= 400:
            person = g.get("person")
            name = session.get("person") if request.endpoint in DOORS else person.name if person else None
            request.environ["qawl.person"] = pseudonym(name) if name else None
            request.environ["qawl.from"] = pseudonym(whence.address())
            request.environ["qawl.event"] = _refusal(response.status_code)
        return response

    app.wsgi_app = Logged(app.wsgi_app)  # type: ignore[method-assign]


def _refusal(status: int) -> str | None:
    """What only the request itself tells: a form of another site, a token that does not work."""
    if status == 403 and request.method not in security.READING and not by_program():
        return None if security.comes_from_here() else "other_site_refused"
    return "token_failed" if status == 401 and "Authorization" in request.headers else None


def _pseudonym(key: bytes, name: str) -> str:
    return hashlib.blake2b(name.encode("utf-8", "replace"), key=key, digest_size=4).hexdigest()


class Logged:
    """An application whose requests leave a line each."""

    def __init__(self, app: WSGIApplication):
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        environ["qawl.id"] = secrets.token_hex(4)
        seen: dict[str, Any] = {"status": 500, "bytes": None}

        def heard(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            seen["status"] = int(status[:3])
            length = next((value for name, value in headers if name.lower() == "content-length"), "")
            seen["bytes"] = int(length) if length.isdecimal() else None
            return start_response(status, headers, *rest)

        def leave(sent: int | None = None) -> None:
            if seen["bytes"] is None:
                seen["bytes"] = sent
            _leave(environ, seen["status"], seen["bytes"], (time.perf_counter() - began) * 1000)

        try:
            answer = self._app(environ, heard)
        except BaseException:
            leave()
            raise
        by_server: bool = isinstance(answer, environ.get("wsgi.file_wrapper", _Counted))
        if by_server:
            leave()  # a file that the server sends by itself, and knows by its type
            return answer
        return _Counted(answer, leave)


class _Counted:
    """The parts of an answer; once it is closed, it says how many bytes they had."""

    def __init__(self, parts: Iterable[bytes], closed: Callable[[int], None]):
        self._parts = parts
        self._closed: Callable[[int], None] | None = closed
        self._sent = 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            self._sent += len(part)
            yield part

    def close(self) -> None:
        try:
            if hasattr(self._parts, "close"):
                self._parts.close()
        finally:
            if self._closed:
                closed, self._closed = self._closed, None
                closed(self._sent)


def _leave(environ: WSGIEnvironment, status: int, sent: int | None, ms: float) -> None:
    rule = environ.get("qawl.rule")
    endpoint = rule.endpoint if rule else None
    event = environ.get("qawl.event") or _event(endpoint, status)
    level = _level(endpoint, event, status)
    if not LOGGER.isEnabledFor(level):
        return
    method = environ.get("REQUEST_METHOD", "")
    note(
        event,
        level=level,
        id=environ["qawl.id"],
        project=environ.get("SCRIPT_NAME", "").strip("/") or None,
        method=method if method in METHODS else "other",
        route=rule.rule if rule else None,
        status=status,
        ms=round(ms, 1),
        bytes=sent,
        person=environ.get("qawl.person"),
        **{"from": environ.get("qawl.from")},
    )


def _event(endpoint: str | None, status: int) -> str:
    """
    >>> _event("sessions.start", 303), _event("sessions.start", 429), _event("annotate.record", 403)
    ('sign_in', 'sign_in_slowed', 'refused')
    """
    door = DOORS.get(endpoint or "")
    if status == 429:
        return f"{door}_slowed" if door else "slowed"
    if door and 400 <= status < 500:
        return f"{door}_failed"
    if status in (401, 403):
        return "refused"
    return ACTS.get(endpoint or "", "request") if status < 400 else "request"


def _level(endpoint: str | None, event: str, status: int) -> int:
    if status >= 500:
        return logging.ERROR
    if event.endswith(("_failed", "slowed", "refused")):
        return logging.WARNING
    return logging.DEBUG if endpoint in QUIET else logging.INFO


def _route() -> str | None:
    return request.url_rule.rule if request.url_rule else None

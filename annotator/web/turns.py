"""Turns at the processor, for what everybody asks for all day long.

Python works for one thread at a time, and SQLite lets go of it at every statement: eight threads that each
save an answer take it from one another hundreds of times, and every answer costs three times as much.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

QUICK = re.compile(r"/documents/[^/]+/sentences/[^/]+")
"""A sentence that is opened or answered."""

LONGEST = 0.1  # seconds: who waits for the disk must not hold up others, and nothing depends on turns

_turn = threading.Lock()


def take_turns(app: Flask) -> None:
    app.wsgi_app = _InTurn(app.wsgi_app)  # type: ignore[method-assign]


def has_turn() -> bool:
    """Whether nobody else has the turn until this request is answered."""
    return bool(request.environ.get("qawl.turn"))


class _InTurn:
    """An application that takes its turn before it so much as looks at such a request."""

    def __init__(self, app: WSGIApplication):
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not QUICK.fullmatch(environ.get("PATH_INFO", "")) or not _turn.acquire(timeout=LONGEST):
            environ.pop("qawl.turn", None)
            return self._app(environ, start_response)
        environ["qawl.turn"] = True
        try:
            return self._app(environ, start_response)
        finally:
            _turn.release()

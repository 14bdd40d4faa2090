"""Turns at the processor, for what everybody asks for all day long.

Python works for one thread at a time, and SQLite lets go of it at every statement: eight threads that each
save an answer take it from one another hundreds of times, and every answer costs three times as much.
"""

from __future__ import annotations

import threading

from flask import Flask, g, request

QUICK = ("annotate.record", "annotate.sentence")
LONGEST = 0.1  # seconds: who waits for the disk must not hold up others, and nothing depends on turns

_turn = threading.Lock()


def take_turns(app: Flask) -> None:
    @app.before_request
    def wait() -> None:
        if request.endpoint in QUICK:
            g.has_turn = _turn.acquire(timeout=LONGEST)

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        if g.pop("has_turn", False):
            _turn.release()

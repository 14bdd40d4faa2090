"""A time limit on work inside a library that never looks at a clock."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from annotator.model import Invalid


class _Late(BaseException):
    """Passes through libraries that catch every Exception."""


@contextmanager
def within(seconds: float, problem: str) -> Iterator[None]:
    """Raise `Invalid` with `problem` when the work inside takes longer.

    Only a main thread with alarms can do that; elsewhere the process that reads apart is ended as a whole.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: Any) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _Late:
        raise Invalid(problem) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

"""The server that the command starts, in a thread beside the test."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from waitress import wasyncore

from annotator.serve import CAPACITY
from annotator.web import wire


@contextlib.contextmanager
def running(app: Any, **settings: Any) -> Iterator[int]:
    """The port at which `app` answers until the block ends; `settings` are waitress's."""
    server = wire.create(app, **{"host": "127.0.0.1", "port": 0, **CAPACITY, **settings})
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.effective_port
    finally:
        _stop(server)
        thread.join()


def _stop(server: Any) -> None:
    """Hang up inside the server's own loop: from here, sockets would be pulled from under its select().

    What wakes the loop goes last, when no thread is left that wakes it too.
    """
    server.trigger.pull_trigger(lambda: _hang_up(server))
    server.task_dispatcher.shutdown()
    server.trigger.pull_trigger(server.trigger.close)


def _hang_up(server: Any) -> None:
    for channel in list(server.active_channels.values()):
        channel.handle_close()  # and the files it was sending
    for one in list(server._map.values()):
        if one is not server.trigger:
            wasyncore.dispatcher.close(one)

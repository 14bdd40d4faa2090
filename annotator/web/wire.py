"""What comes over the wire, before any page: requests that leave no doubt where they end, and come in time.

waitress reads requests without a thread for each, so slow people cost it nothing but a connection. It is more
lenient than this tool needs: what two readers could take for two different requests is refused here, and
whoever takes for ever makes room.
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.server import BaseWSGIServer, create_server  # type: ignore[import-untyped]
from waitress.task import ErrorTask  # type: ignore[import-untyped]

from annotator.web import logs

MEGABYTE = 1_000_000
IN_TIME = 30  # seconds for a request to arrive,
SLOWEST = 2_000  # and one more for each so many bytes of it
ROOM = 1_000 * MEGABYTE  # on the disk, for requests that have not arrived whole: anybody may begin one
CROWDED = 0.9  # of the connections there may be: from then on, each new one takes the place of an old one
QUIET = 5  # seconds without a byte from us, from which on it counts what the reader takes
EACH = 60  # seconds in which one line says how many were turned away, for each reason
FILES = 4096  # a connection is a file to the system, which often grants fewer

DEFENCES: dict[str, Any] = {
    "ident": "qawl",
    # Cleared, what a proxy passes on would look as if it was asked for on this computer (web/security.py).
    "clear_untrusted_proxy_headers": False,
    "max_request_header_size": 32_768,
    "max_request_body_size": 201 * MEGABYTE,  # the largest import; pages take far less
    "inbuf_overflow": 65_536,  # of each request in the memory; the rest of it on the disk
    "channel_timeout": 60,  # seconds in which nothing happens
    "cleanup_interval": 10,
    # An answer larger than this would hold its thread until it is read: whoever does not read holds all.
    "outbuf_high_watermark": 2**30,
}


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """One request, refused where RFC 9112 lets a server refuse it."""

    def parse_header(self, header_plus: bytes) -> None:
        doubt = _doubt(header_plus)
        if doubt:
            raise ParsingError(doubt)
        super().parse_header(header_plus)
        doubt = self._doubt()
        if doubt:
            self.headers.pop("CONNECTION", None)  # whatever it asks: it is closed
            raise ParsingError(doubt)

    def _doubt(self) -> str | None:
        if self.version not in ("1.0", "1.1"):
            return "HTTP/1.0 or HTTP/1.1 is spoken here"
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            return "Content-Length beside Transfer-Encoding"
        if "TRANSFER_ENCODING" in self.headers:  # what is left of it after 1.1 was read
            return "Transfer-Encoding in HTTP/1.0"
        host = self.headers.get("HOST", "")
        if "," in host or (self.proxy_netloc and self.proxy_netloc.lower() != host.lower()):
            return "More than one host"
        return None


class TurnedAway:
    """Requests that no page hears of, for the log: strangers must not be able to fill it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._turn = threading.Lock()
        self._said: dict[str, tuple[float, int]] = {}  # when there was a line, and how many since

    def note(self, why: str, status: int | None = None) -> None:
        """One line, or one more for the next line: `n` is how many since the line before."""
        with self._turn:
            now = self._clock()
            at, n = self._said.get(why, (now - EACH, 0))
            due = now - at >= EACH
            self._said[why] = (now, 0) if due else (at, n + 1)
        if due:
            logs.note("turned_away", level=logging.WARNING, why=why, status=status, n=n + 1)


class Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to what is no request; what breaks in a page is in the log already."""

    def execute(self) -> None:
        code = self.request.error.code
        if code != 500:
            why = "too_large" if code in (413, 431) else "malformed"
            self.channel.server.turned_away.note(why, code)
        super().execute()


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection, closed when its request does not arrive in time or others need the place."""

    parser_class = Parser
    error_task_class = Refusal
    will_close: bool

    def __init__(
        self,
        server: BaseWSGIServer,
        sock: socket.socket,
        addr: tuple[str, int],
        adj: Any,
        map: dict[int, Any] | None = None,
    ) -> None:
        self._reading: Parser | None = None
        self._since = time.monotonic()  # when that began to arrive
        self._so_far = 0  # bytes of it
        self._on_its_way: int | None = None  # bytes that the reader had not taken at the last look
        super().__init__(server, sock, addr, adj, map=map)
        if len(server.active_channels) > adj.connection_limit * CROWDED:
            self._send_away(self._others(), "crowded")

    def _heed_reader(self) -> None:
        """Who reads slowly takes what the system holds for them, long before it takes more from us."""
        left = _on_its_way(self.socket)
        if self._on_its_way is not None and left is not None and left < self._on_its_way:
            self.last_activity = time.time()
        self._on_its_way = left

    def received(self, data: bytes) -> bool:
        taken: bool = super().received(data)
        if self.request is not self._reading:
            self._reading, self._since, self._so_far = self.request, time.monotonic(), 0
        before, self._so_far = self._so_far, self._so_far + len(data)
        if self._so_far // MEGABYTE > before // MEGABYTE:
            self._keep_room()
        return taken

    def readable(self) -> bool:
        """Asked of each connection at least once a second."""
        late = self._reading and time.monotonic() - self._since > IN_TIME + self._so_far / SLOWEST
        if late and not self.will_close:
            self.will_close = True
            self.server.turned_away.note("too_slow")
        if self.total_outbufs_len and time.time() - self.last_activity > QUIET:
            self._heed_reader()
        return bool(super().readable())

    def handle_close(self) -> None:
        if self.request is not None:
            self.request.close()  # and with it what lies on the disk
        super().handle_close()

    def _keep_room(self) -> None:
        """Where all that is on its way is too much, others who sent much begin again."""
        every = self.server.active_channels.values()
        if sum(one._so_far for one in every if one._reading) > ROOM:
            large = [one for one in self._others() if one._reading and one._so_far >= MEGABYTE]
            self._send_away(large, "no_room")

    def _others(self) -> list[Channel]:
        """Those for whom nothing is being done."""
        every = self.server.active_channels.values()
        return [one for one in every if one is not self and not one.requests and not one.will_close]

    def _send_away(self, channels: list[Channel], why: str) -> None:
        """Whose request is on its way for longest, or else whoever was quiet for longest, comes again."""
        if channels:
            min(channels, key=lambda one: one._turn).will_close = True
            self.server.turned_away.note(why)

    @property
    def _turn(self) -> tuple[bool, float]:
        return (self._reading is None, self._since if self._reading else self.last_activity)


def create(app: Any, **settings: Any) -> Any:
    """A server of `app` with all of this, not running yet; `settings` are waitress's."""
    _allow_files()
    sockets: dict[int, Any] = {}
    server = create_server(app, map=sockets, **{**DEFENCES, **settings})
    turned_away = TurnedAway()
    for one in sockets.values():
        if isinstance(one, BaseWSGIServer):  # a name may stand for several addresses
            one.channel_class = Channel
            one.turned_away = turned_away
    return server


def _doubt(header: bytes) -> str | None:
    """Why two readers could disagree about this header.

    >>> _doubt(b"GET / HTTP/1.1\\r\\nHost: a\\r\\n"), _doubt(b"GET / HTTP/1.1\\r\\nHost: a\\r\\n b\\r\\n")
    (None, 'A header on two lines')
    """
    if re.search(rb"\r\n[ \t]", header):
        return "A header on two lines"
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", header):
        return "A control character"
    return None


def _on_its_way(connection: socket.socket) -> int | None:
    """Bytes that the system holds until the other side took them, where it tells."""
    try:
        import fcntl
        import termios

        told = fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))
    except (ImportError, AttributeError, OSError, ValueError):
        return None  # then who takes less than about 15 kB a second may be taken for gone
    return int.from_bytes(told, sys.byteorder)


def _allow_files() -> None:
    """As many open files as this account may have, where the system asks."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no such limit
        import resource

        least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
        if least != resource.RLIM_INFINITY and least < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))

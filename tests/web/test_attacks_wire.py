"""Requests no browser sends, and people who take for ever: over sockets, against the server as it is run."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from waitress.server import BaseWSGIServer

from annotator.project import Project
from annotator.web import create_app, logs, wire
from tests.serving import running

HOST = b"Host: localhost\r\n"


@dataclass
class Asked:
    """What reached the application, in order."""

    lines: list[str]

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        self.lines.append(
            f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {body.decode('latin-1')}".strip()
        )
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[int, Asked]]:
    app = Asked([])
    with running(app) as port:
        yield port, app


def said(port: int, *pieces: bytes) -> bytes:
    """Everything the server answers until it closes the connection, or has nothing more to say."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        with contextlib.suppress(OSError):  # it does not read on once it has refused
            for piece in pieces:
                wire.sendall(piece)
            wire.shutdown(socket.SHUT_WR)
        return rest(wire)


def rest(wire: socket.socket) -> bytes:
    answer = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while more := wire.recv(65536):
            answer += more
    return bytes(answer)


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
REFUSED = {
    "both lengths": b"POST / HTTP/1.1\r\n%bContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    % HOST,
    "both, turned": b"POST / HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
    % HOST,
    "two lengths": b"POST / HTTP/1.1\r\n%bContent-Length: 0\r\nContent-Length: 44\r\n\r\n" % HOST,
    "twice the same length": b"POST / HTTP/1.1\r\n%bContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"
    % HOST,
    "a signed length": b"POST / HTTP/1.1\r\n%bContent-Length: +5\r\n\r\nhello" % HOST,
    "a length of letters": b"POST / HTTP/1.1\r\n%bContent-Length: 0x5\r\n\r\nhello" % HOST,
    "space before the colon": b"POST / HTTP/1.1\r\n%bContent-Length : 44\r\n\r\n" % HOST,
    "another encoding": b"POST / HTTP/1.1\r\n%bTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" % HOST,
    "two encodings": b"POST / HTTP/1.1\r\n%bTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" % HOST,
    "chunks in 1.0": b"POST / HTTP/1.0\r\n%bConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
    % HOST,
    "a folded encoding": b"POST / HTTP/1.1\r\n%bTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" % HOST,
    "a folded header": b"GET / HTTP/1.1\r\n%bX: a\r\n\tb\r\n\r\n" % HOST,
    "a bare line feed": b"GET / HTTP/1.1\r\n%bX: a\nTransfer-Encoding: chunked\r\n\r\n" % HOST,
    "a bare return": b"GET / HTTP/1.1\r\n%bX: a\rTransfer-Encoding: chunked\r\n\r\n" % HOST,
    "a null byte": b"GET / HTTP/1.1\r\n%bX: a\x00b\r\n\r\n" % HOST,
    "a null byte in the address": b"GET /\x00 HTTP/1.1\r\n%b\r\n" % HOST,
    "a header without a name": b"GET / HTTP/1.1\r\n%b: a\r\n\r\n" % HOST,
    "0.9": b"GET /\r\n\r\n",
    "2.0": b"GET / HTTP/2.0\r\n%b\r\n" % HOST,
    "no method": b"/ HTTP/1.1\r\n%b\r\n" % HOST,
    "two hosts": b"GET / HTTP/1.1\r\n%bHost: elsewhere.example\r\n\r\n" % HOST,
    "another host in the address": b"GET http://elsewhere.example/ HTTP/1.1\r\n%b\r\n" % HOST,
    "too large a header": b"GET / HTTP/1.1\r\n%bX: %b\r\n\r\n" % (HOST, b"a" * 40_000),
    "too many headers": b"GET / HTTP/1.1\r\n%b%b\r\n"
    % (HOST, b"".join(b"X-%d: a\r\n" % n for n in range(5000))),
    "too long an address": b"GET /%b HTTP/1.1\r\n%b\r\n" % (b"a" * 40_000, HOST),
    "a chunk of no size": b"POST / HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" % HOST,
    "a chunk without an end": b"POST / HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\n\r\n1\r\naXX0\r\n\r\n"
    % HOST,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 40 + b"\r\n\r\n",
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refuses_what_could_be_read_in_two_ways(asked: tuple[int, Asked], kind: str) -> None:
    """And closes the connection, so that nothing behind it is taken for another request."""
    port, app = asked
    app.lines.clear()
    answer = said(port, REFUSED[kind] + SMUGGLED)
    assert app.lines == []
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/1.1 501")), answer[:200]
    assert answer.count(b"Server: qawl") == answer.count(b"Connection: ") == answer.count(b"close") == 1
    assert b"waitress" not in answer


ONE = {
    "a chunk with an extension": (
        b'POST / HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\n\r\n5;a="GET / b"\r\nhello\r\n0\r\n\r\n' % HOST,
        "POST / hello",
    ),
    "a trailer": (
        b"POST / HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n" % HOST,
        "POST / a",
    ),
    "its own host in the address": (b"GET http://localhost/a HTTP/1.1\r\n%b\r\n" % HOST, "GET /a"),
    "the same in capitals": (b"GET http://LOCALHOST/a HTTP/1.1\r\n%b\r\n" % HOST, "GET /a"),
    "an underscore for a hyphen": (b"POST / HTTP/1.1\r\n%bContent_Length: 44\r\n\r\n" % HOST, "POST /"),
    "empty lines before": (b"\r\n\r\nGET /a HTTP/1.1\r\n%b\r\n" % HOST, "GET /a"),
    "a body nobody asked for": (b"GET /a HTTP/1.1\r\n%bContent-Length: 4\r\n\r\nbody" % HOST, "GET /a body"),
}


@pytest.mark.parametrize("kind", ONE)
def test_takes_for_one_request_what_is_one(asked: tuple[int, Asked], kind: str) -> None:
    port, app = asked
    request, line = ONE[kind]
    app.lines.clear()
    answer = said(port, request, b"GET /next HTTP/1.1\r\n%bConnection: close\r\n\r\n" % HOST)
    assert app.lines == [line, "GET /next"]
    assert answer.count(b"HTTP/1.1 200 OK") == 2


def test_reads_alike_at_every_address_of_a_name() -> None:
    server = wire.create(Asked([]), listen="127.0.0.1:0 127.0.0.1:0")
    doors = [one for one in server.map.values() if isinstance(one, BaseWSGIServer)]
    assert len(doors) == 2
    assert {one.channel_class for one in doors} == {wire.Channel}
    server.close()


def test_answers_requests_sent_ahead_in_their_order(asked: tuple[int, Asked]) -> None:
    port, app = asked
    app.lines.clear()
    said(port, b"".join(b"GET /%d HTTP/1.1\r\n%b\r\n" % (number, HOST) for number in range(20)))
    assert app.lines == [f"GET /{number}" for number in range(20)]


# ------------------------------------------------------------------ names and addresses that are only claimed


def test_builds_no_link_from_a_host_that_was_made_up(article: Project) -> None:
    app = create_app(article.path)
    with running(app) as port:
        for host in (
            b"elsewhere.example",
            b"localhost.elsewhere.example",
            b"localhost@elsewhere.example",
            b"",
        ):
            for extra in (b"", b"X-Forwarded-Host: localhost\r\n", b"Forwarded: host=localhost\r\n"):
                answer = said(port, b"GET /sign-in HTTP/1.1\r\nHost: %b\r\n%b\r\n" % (host, extra))
                assert answer.startswith(b"HTTP/1.1 400"), (host, answer[:100])
                assert b"elsewhere" not in answer
        claimed = (
            b"X-Forwarded-Host: elsewhere.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 81\r\n"
        )
        answer = said(port, b"GET / HTTP/1.1\r\n%b%b\r\n" % (HOST, claimed))
        assert b"Location: /sign-in?next=/\r\n" in answer


PROXY = "10.0.0.9"


@pytest.mark.parametrize(
    ("sender", "proxies", "believed"),
    [
        ("127.0.0.1", (), True),
        ("192.0.2.66", (), False),
        (PROXY, (), False),
        (PROXY, (PROXY,), True),
        ("192.0.2.66", (PROXY,), False),
    ],
)
def test_believes_only_its_own_proxy_where_a_request_comes_from(
    article: Project, sender: str, proxies: tuple[str, ...], believed: bool
) -> None:
    """Otherwise a guesser would write another address each time, and never have to wait."""
    from annotator.web.attempts import ADDRESS

    app = create_app(article.path, testing=True, address="http://localhost", proxies=proxies)
    client = app.test_client()

    def guess(number: int) -> int:
        return client.post(
            "/sign-in",
            data={"name": f"name {number}", "password": "wrong"},
            headers={"Origin": "http://localhost", "X-Forwarded-For": f"198.51.100.{number}"},
            environ_overrides={"REMOTE_ADDR": sender},
        ).status_code

    found = [guess(number) for number in range(ADDRESS.free + 1)]
    assert found[-1] == (422 if believed else 429)


def test_takes_a_whole_network_of_one_machine_for_one_address(app: Flask) -> None:
    from annotator.web.attempts import ADDRESS

    client = app.test_client()
    for number in range(ADDRESS.free + 1):
        answer = client.post(
            "/sign-in",
            data={"name": f"name {number}", "password": "wrong"},
            headers={"Origin": "http://localhost"},
            environ_overrides={"REMOTE_ADDR": f"2001:db8::{number:x}"},
        )
    assert answer.status_code == 429


# ------------------------------------------------------------------ people who take for ever


@contextlib.contextmanager
def slow(port: int, count: int, begun: bytes) -> Iterator[list[socket.socket]]:
    """So many connections that have sent only this."""
    with contextlib.ExitStack() as opened:
        every = []
        for _ in range(count):
            one = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            one.sendall(begun)
            every.append(one)
        yield every


def test_answers_others_while_200_send_a_byte_at_a_time(asked: tuple[int, Asked]) -> None:
    port, _ = asked
    request = b"GET /slow HTTP/1.1\r\n%bX: a" % HOST
    with slow(port, 200, b"") as every:
        for byte in request:
            for one in every:
                one.sendall(bytes([byte]))
            answer = said(port, b"GET /quick HTTP/1.1\r\n%b\r\n" % HOST)
            assert answer.startswith(b"HTTP/1.1 200")


def test_makes_room_when_strangers_hold_every_connection() -> None:
    """More than there may be: the one that waits longest goes, and whoever comes is answered."""
    with running(Asked([]), connection_limit=30) as port:
        for begun in (
            b"",
            b"GET / HTTP/1.1\r\n",
            b"POST / HTTP/1.1\r\n%bContent-Length: 100\r\n\r\nabc" % HOST,
        ):
            with slow(port, 60, begun):
                for _ in range(3):
                    assert said(port, b"GET / HTTP/1.1\r\n%b\r\n" % HOST).startswith(b"HTTP/1.1 200")


def test_keeps_the_disk_from_requests_that_do_not_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may begin to send; before anything is asked of them, it lies on the disk."""
    monkeypatch.setattr(wire, "ROOM", 3_000_000)
    begun = b"POST / HTTP/1.1\r\n%bContent-Length: 5000000\r\n\r\n%b" % (HOST, b"a" * 1_200_000)
    with running(Asked([])) as port, slow(port, 1, begun) as (first,), slow(port, 1, begun) as (second,):
        whole = b"POST / HTTP/1.1\r\n%bContent-Length: 1500000\r\n\r\n%b" % (HOST, b"a" * 1_500_000)
        assert said(port, whole).startswith(b"HTTP/1.1 200")
        assert rest(first) == b""  # it came first, so it is sent away first
        second.sendall(b"a" * 3_800_000)
        second.shutdown(socket.SHUT_WR)
        assert rest(second).startswith(b"HTTP/1.1 200")


def test_ends_a_request_that_does_not_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busily it is sent: a byte now and then kept a connection for ever."""
    monkeypatch.setattr(wire, "IN_TIME", 0.2)
    with running(Asked([])) as port, slow(port, 1, b"GET / HTTP/1.1\r\n") as (one,):
        one.settimeout(0.05)
        for _ in range(1000):
            if _closed(one):
                break
        else:
            pytest.fail("It goes on for ever.")
        assert said(port, b"GET / HTTP/1.1\r\n%b\r\n" % HOST).startswith(b"HTTP/1.1 200")


def _closed(one: socket.socket) -> bool:
    """Whether the server has had enough, sending one more byte if not."""
    try:
        one.sendall(b"X")
        return one.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_keeps_no_thread_for_who_does_not_read() -> None:
    """Each downloads more than the system takes over for it; one thread answers everybody."""
    large = b"a" * 1_000_000

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return (large for _ in range(24)) if environ["PATH_INFO"] == "/large" else [b"ok"]

    with running(app, threads=1) as port, slow(port, 2, b"GET /large HTTP/1.1\r\n%b\r\n" % HOST) as every:
        assert said(port, b"GET / HTTP/1.1\r\n%b\r\n" % HOST).startswith(b"HTTP/1.1 200")
        for one in every:
            assert len(rest(one)) > 24_000_000


@pytest.fixture
def reader() -> Iterator[tuple[Any, wire.Channel, socket.socket]]:
    """A server that nobody runs, its one connection, and who asked for more than the system takes over."""
    server = wire.create(Asked([]), host="127.0.0.1", port=0)
    with socket.create_connection(("127.0.0.1", server.effective_port), timeout=10) as asking:
        while not server.active_channels:
            server.handle_accept()
        (channel,) = server.active_channels.values()
        channel.write_soon(b"a" * 24_000_000)
        channel.handle_write()
        assert channel.total_outbufs_len
        yield server, channel, asking
        channel.handle_close()
    server.task_dispatcher.shutdown()
    server.close()


LONG_AGO = 1000.0


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere the system does not tell how much was taken.")
def test_waits_for_who_reads_slowly(reader: tuple[Any, wire.Channel, socket.socket]) -> None:
    """The system asks for more of an answer when much of what it holds is taken: that can take minutes."""
    server, channel, asking = reader
    channel.last_activity = LONG_AGO
    channel.readable()
    while channel.last_activity == LONG_AGO:
        assert asking.recv(10_000)
        channel.readable()
    server.maintenance(time.time())
    assert not channel.will_close


def test_does_not_wait_for_who_reads_nothing(reader: tuple[Any, wire.Channel, socket.socket]) -> None:
    server, channel, _ = reader
    channel.last_activity = LONG_AGO
    for _ in range(3):
        channel.readable()
    server.maintenance(time.time())
    assert channel.will_close


# ------------------------------------------------------------------ what the operator hears of it


@pytest.fixture
def heard() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines of the log, as far as it is written."""
    stream = io.StringIO()
    detach = logs.attach(logging.StreamHandler(stream), logging.WARNING)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    detach()


def test_notes_what_it_turns_away_and_nothing_of_what_it_says(
    heard: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {"both lengths": 400, "another encoding": 501, "too large a header": 431}
    with running(Asked([])) as port:
        for kind in kinds:
            said(port, REFUSED[kind])
        monkeypatch.setattr(wire, "IN_TIME", -1)
        assert said(port, b"GET /secret HTTP/1.1\r\n") == b""
    lines = heard()
    assert [(line["event"], line["why"], line.get("status")) for line in lines] == [
        ("turned_away", "malformed", 400),
        ("turned_away", "too_large", 431),
        ("turned_away", "too_slow", None),
    ], "a second malformed one within a minute is only counted"
    assert {name for line in lines for name in line} == {"time", "level", "event", "why", "status", "n"}


def test_notes_whom_it_sends_away_when_strangers_hold_every_connection(
    heard: Callable[[], list[dict[str, Any]]],
) -> None:
    with running(Asked([]), connection_limit=30) as port, slow(port, 60, b""):
        said(port, b"GET / HTTP/1.1\r\n%b\r\n" % HOST)
    assert "crowded" in {line.get("why") for line in heard()}


def test_fills_no_log_however_many_it_turns_away(heard: Callable[[], list[dict[str, Any]]]) -> None:
    now = 0.0
    turned_away = wire.TurnedAway(lambda: now)
    for _ in range(1000):
        turned_away.note("malformed", 400)
    now += wire.EACH
    turned_away.note("malformed", 400)
    assert [line["n"] for line in heard()] == [1, 1000]

"""The look for known holes: what it makes of an answer, and of none. The service here is our own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests import holes

Advisory = Callable[[dict[str, object]], object]


@pytest.fixture
def advised() -> Iterator[Callable[[Advisory], str]]:
    """A service that answers each query so, in the form that OSV.dev describes; its address."""
    servers: list[tuple[HTTPServer, threading.Thread]] = []

    def start(answer: Advisory) -> str:
        class Service(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps(answer(asked)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Nobody reads it."""

        server = HTTPServer(("127.0.0.1", 0), Service)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/v1/querybatch"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def of_flask(asked: dict[str, object]) -> object:
    queries = asked["queries"]
    assert isinstance(queries, list)
    flask = {"vulns": [{"id": "GHSA-0000", "modified": "2026-01-01T00:00:00Z"}]}
    return {"results": [flask if one["package"]["name"] == "flask" else {} for one in queries]}


def test_names_the_package_with_a_hole(
    advised: Callable[[Advisory], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert holes.main(advised(of_flask)) == 1
    assert capsys.readouterr().out == f"flask {holes.installed()['flask']} has a known hole: GHSA-0000\n"


def test_passes_over_what_does_not_touch_us(
    advised: Callable[[Advisory], str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(holes.HARMLESS, "GHSA-0000", "we do not use that")
    assert holes.main(advised(of_flask)) == 0
    assert "None of the" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [{"results": []}, {"code": 3}, {}], ids=str)
def test_never_takes_a_strange_answer_for_none(
    advised: Callable[[Advisory], str], answer: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert holes.main(advised(lambda _: answer)) == 0
    assert "were not looked for" in capsys.readouterr().out


def test_says_when_nobody_could_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert holes.main("http://127.0.0.1:9/") == 0
    assert "were not looked for" in capsys.readouterr().out

"""The server: waitress, one process, stopped without losing a request."""

from __future__ import annotations

import signal
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from waitress.server import create_server  # type: ignore[import-untyped]

from annotator import create_app
from annotator.model import Invalid, Role
from annotator.project import Project

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_THREADS = 8


def check_exposure(project: Project, host: str) -> None:
    """Refuse to show a project to a network where anybody could sign in."""
    if host in _LOOPBACK:
        return
    if project.demo:
        raise Invalid(
            "The demo's passwords are known to everybody, so it is only served to this computer. "
            "Make a project of your own with “qawl init”."
        )
    # Removed people and samples cannot sign in.
    may = [p for p in project.people() if not p.removed and p.role is not Role.SIMULATED]
    if not any(person.has_password for person in may):
        raise Invalid(
            "Nobody in this project has a password, so serving it on %(host)s would let anybody "
            "in. Set one first: qawl people password PROJECT NAME",
            host=host,
        )


def run(
    path: Path,
    host: str,
    port: int,
    *,
    started: Callable[[str], None],
    browse: bool = False,
    public: str | None = None,
) -> None:
    """Serve until told to stop. `started` gets the address once the door is open.

    Port 0 takes a free one. `public` is the address of a proxy that passes requests on.
    """
    app = create_app(path, trusted_hosts=None if host in _LOOPBACK else _names(host), address=public)
    try:
        server = create_server(
            app, host=host, port=port, threads=_THREADS, ident="qawl", clear_untrusted_proxy_headers=False
        )
    except (OSError, ValueError) as error:
        raise Invalid(
            "Port %(port)s on %(host)s cannot be used (%(why)s). Choose another: --port.",
            port=str(port),
            host=host,
            why=error,
        ) from error
    signal.signal(signal.SIGTERM, _stop)
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{getattr(server, 'effective_port', port)}/"
    started(address)
    if browse:
        webbrowser.open(address)
    try:
        server.run()
    finally:
        server.close()
        with Project.open(path) as project:
            project.gather()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _names(host: str) -> list[str]:
    """What a browser may call this computer; a rebinding attacker's name is none of these."""
    found = {host, socket.gethostname(), socket.getfqdn(), *_LOOPBACK}
    if host in ("0.0.0.0", "::"):
        found |= {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None)}
    return sorted(found)

"""The server: waitress, one process, stopped without losing a request."""

from __future__ import annotations

import contextlib
import gc
import logging
import select
import signal
import socket
import sys
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from annotator import __version__, model
from annotator.model import Invalid, Problem, Role, Said, Unavailable
from annotator.project import Damaged, Failure, Project, Unrecognised, keeping, told, with_way_back
from annotator.web import logs, several, wire

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
CAPACITY = {
    "threads": 8,
    # A browser keeps its connection open while somebody reads: a team has more of them than requests.
    "connection_limit": 1000,
    "asyncore_use_poll": hasattr(select, "poll"),  # select() cannot watch over a thousand
}
"""How much the server takes on at a time."""


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


def unserved(
    paths: Sequence[Path], host: str, *, tell: Callable[[Said], object], backups: Path | None = None
) -> dict[Path, Problem]:
    """Which files in these folders cannot be served, and why: nobody else has to wait until one is mended.

    A file that was asked for by its name, and a folder with nothing else in it, is refused.
    """
    found: dict[Path, Problem] = {}
    files = several.project_files(paths)
    for path in files:
        problem = _unfit(path, host, tell, backups)
        if problem and (path in paths or len(files) == 1):
            raise problem
        if problem:
            found[path] = problem
    if len(found) == len(files):
        raise Unavailable(model.several([problem.said for problem in found.values()]))
    return found


def _unfit(path: Path, host: str, tell: Callable[[Said], object], backups: Path | None) -> Problem | None:
    """Why this file cannot be served, with the way back where it is damaged."""
    try:
        with Project.open(path, tell=tell) as opened:
            check_exposure(opened, host)
            if opened.quick_to_check:
                opened.check_soundness()
    except (Damaged, Unrecognised) as problem:
        return type(problem)(with_way_back(problem, path, backups))
    except Problem as problem:
        return problem
    except Failure as error:
        return told(error, path)
    except OSError as error:
        return Unavailable("%(path)s cannot be used (%(why)s).", path=path, why=error.strerror)
    return None


def run(
    paths: Sequence[Path],
    host: str,
    port: int,
    *,
    started: Callable[[str], None],
    browse: bool = False,
    public: str | None = None,
    proxies: Sequence[str] = (),
    backups: Path | None = None,
    unserved: Mapping[Path, Problem] = {},
) -> None:
    """Serve until told to stop. `started` gets the address once the door is open.

    Port 0 takes a free one. `public` is the address of a proxy that passes requests on, and `proxies` are
    those on other computers. Several projects are served each under a path of its own, but for those that are
    `unserved`. Copies go into the folder `backups`, or beside each project.
    """
    hosts = None if host in _LOOPBACK else _names(host)
    app = several.application(paths, trusted_hosts=hosts, address=public, proxies=proxies, unserved=unserved)
    paths = [path for path in several.project_files(paths) if path not in unserved]
    try:
        server = wire.create(app, host=host, port=port, **CAPACITY)
    except (OSError, ValueError) as error:
        raise Invalid(
            "Port %(port)s on %(host)s cannot be used (%(why)s). Choose another: --port.",
            port=str(port),
            host=host,
            why=error,
        ) from error
    signal.signal(signal.SIGTERM, _stop)
    _prepare()
    logs.note("start", qawl=__version__, projects=len(paths))
    for path, problem in unserved.items():
        place, kind = several.slug(path.stem), type(problem).__name__
        logs.note("not_served", level=logging.ERROR, project=place, error=kind)
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{getattr(server, 'effective_port', port)}/"
    started(address)
    if browse:
        webbrowser.open(address)
    try:
        with keeping.kept(paths, backups):
            server.run()
    finally:
        server.close()
        with contextlib.ExitStack() as each:  # whatever became of the others
            each.callback(logs.note, "stop")
            for path in paths:
                each.callback(_gather, path)


def _gather(path: Path) -> None:
    with Project.open(path) as project:
        project.gather()


def _prepare() -> None:
    """What a process does that serves many at once, and for weeks."""
    # What is loaded by now stays: to look through it for what can go would stop everybody, again and again.
    gc.collect()
    gc.freeze()
    # Who holds the file's turn must not wait for the processor behind pages that are being written out.
    sys.setswitchinterval(0.0005)
    # A request that waits for a moment is nothing to tell about.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _names(host: str) -> list[str]:
    """What a browser may call this computer; a rebinding attacker's name is none of these."""
    found = {host, socket.gethostname(), socket.getfqdn(), *_LOOPBACK}
    if host in ("0.0.0.0", "::"):
        found |= {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None)}
    return sorted(found)

"""A thread beside the server that keeps copies of a project while people work in it."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from annotator.model import Problem, Said
from annotator.project import Project
from annotator.store.file import Failure, told

LOOK = 60.0  # seconds
FAILED = 600.0  # until it is tried again: a copy that fails has cost as much as one that does not

_log = logging.getLogger(__name__)
_events = logging.getLogger("qawl")  # what the server's log takes as it is
_keepers: dict[Path, Keeper] = {}


class Keeper:
    """Looks once in a while whether a copy is due. `problem` is why the last one failed."""

    def __init__(self, path: Path, folder: Path | None = None, *, look: float = LOOK):
        self.path = path
        self.folder = folder
        self.problem: Problem | None = None
        self._damage: Problem | None = None
        self._look = look
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="qawl-copies", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """A copy under way is finished first: it is checked then, and half of one is nothing."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        self._look_for_damage()
        while not self._stopped.wait(FAILED if self.problem else self._look):
            self.look()

    def _look_for_damage(self) -> None:
        """In a file that is too large for people to wait for it at the start."""
        try:
            with Project.open(self.path) as project:
                if not project.quick_to_check:
                    project.check_soundness()
        except Problem as problem:
            _log.warning("%s", problem)
            self.problem = self._damage = problem

    def look(self) -> None:
        problem = self._damage
        try:
            with Project.open(self.path) as project:
                made = project.keep_copies(self.folder)
                if made:
                    problem = self._damage = None  # all of the copy was read, and all of it was well
                    _events.info("backup", extra={"fields": {"bytes": made.stat().st_size}})
        except Problem as error:
            problem = error
        except Failure as error:
            problem = told(error, self.path)
        except OSError as error:
            problem = Problem("The folder of the copies cannot be used (%(why)s).", why=error.strerror)
        if problem and str(problem) != str(self.problem):
            _log.warning(
                "%s", Said("No copy of %(path)s was kept. %(why)s", path=self.path, why=problem.said)
            )
        self.problem = problem


@contextlib.contextmanager
def kept(paths: Sequence[Path], folder: Path | None = None) -> Iterator[None]:
    """Copies of these projects are made as long as this lasts."""
    keepers = {path.resolve(): Keeper(path, folder) for path in paths}
    _keepers.update(keepers)
    with contextlib.ExitStack() as stack:
        for path, keeper in keepers.items():
            # Open as long as the server runs, which tells “qawl restore” that it does.
            held = stack.enter_context(Project.open(path))
            stack.callback(_gather, held)
            stack.callback(_keepers.pop, path)
            keeper.start()
            stack.callback(keeper.stop)
        yield


def _gather(project: Project) -> None:
    """By a connection that was there from the start: it still has a log whose name somebody removed."""
    with contextlib.suppress(Failure):  # what cannot be gathered stays in the log
        project.gather()


def keeper(path: Path) -> Keeper | None:
    """Who keeps copies of this project just now, in this server."""
    return _keepers.get(path.resolve())

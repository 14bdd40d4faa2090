"""Servers in processes of their own, as people start them, and what they take of the machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Server:
    host: str  # with its port
    pid: int

    def resident(self) -> float:
        """Megabytes of memory now."""
        return self._status("VmRSS")

    def peak(self) -> float:
        """Megabytes of memory at most since it started."""
        return self._status("VmHWM")

    def processor(self) -> float:
        """Seconds of the processor since it started."""
        return processor(self.pid)

    def _status(self, name: str) -> float:
        """Linux tells it; elsewhere there is no such file, and the bench says so."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(rf"{name}:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0


def processor(pid: int) -> float:
    if not pid:
        return 0.0
    # The name may hold spaces; what follows its bracket does not.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def served(path: Path) -> Iterator[Server]:
    """`qawl serve` on a project, from this checkout."""
    with started([sys.executable, "-m", "annotator.cli", "serve", str(path), "--port", "0"]) as server:
        yield server


@contextmanager
def started(command: Sequence[str], folder: Path | None = None) -> Iterator[Server]:
    """A command that says where it serves, until the end of the block."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as process:
        try:
            assert process.stdout is not None
            found = next(filter(None, (re.search(r"http://([^/\s]+)", line) for line in process.stdout)))
            yield Server(found[1], process.pid)
        finally:
            process.terminate()

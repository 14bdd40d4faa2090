"""Running pip in the environment, also where neither the environment nor the system has one."""

from __future__ import annotations

import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from annotator.setup import wheel
from annotator.setup.problem import NO_INDEX, SetupFailed

QUIET_FOR = 10.0
"""Seconds without news after which a line says that it is still going on."""

FIRST_WITH_PYTHON_OPTION = (22, 3)

STEP = re.compile(r"^\s*(?:Downloading|Using cached|Processing) (?P<file>\S+)(?: (?P<size>\([^)]*B\)))?")

NO_NETWORK = (
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "getaddrinfo failed",
    "nodename nor servname",
    "ConnectTimeoutError",
    "ProxyError",
    "(from versions: none)",  # all that pip says when it may not retry
)


def for_environment(python: Path) -> list[str]:
    """The command that runs pip there: the environment's own, the system's, or one fetched from the index."""
    own = [str(python), "-m", "pip"]
    if _version(own):
        return own
    system = [sys.executable, "-m", "pip"]
    if _version(system) >= FIRST_WITH_PYTHON_OPTION:
        return [*system, "--python", str(python)]
    print("This Python comes without pip: fetching it from the package index.", flush=True)
    fetched = wheel.fetch("pip", python.parent.parent)
    install([str(python), f"{fetched}/pip"], [str(fetched)], python.parent)
    fetched.unlink()
    return own


def install(pip: Sequence[str], what: Sequence[str], folder: Path) -> None:
    """Install, telling in plain lines what is being done."""
    # Compiling all of it takes a third of the time; Python compiles what is used, when it is.
    options = [
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
        "--no-color",
        "--no-compile",
    ]
    began = time.monotonic()
    said: list[str] = []
    process = subprocess.Popen(
        [*pip, "install", *options, *what],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        for line in _lines(process):
            news = _news(line) if line is not None else "still working"
            if line is not None:
                said.append(line.strip())
            if news:
                print(f"  {time.monotonic() - began:4.0f} s  {news}", flush=True)
    except KeyboardInterrupt:
        process.terminate()
        raise
    finally:
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    if process.returncode:
        raise SetupFailed(_reason(said))


def _lines(process: subprocess.Popen[str]) -> Iterator[str | None]:
    """The lines it prints, and None whenever it has been silent for a while."""
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=QUIET_FOR)
        except queue.Empty:
            yield None
            continue
        if not line:
            return
        yield line


def _news(line: str) -> str | None:
    """What a line of pip's means to a person, or None.

    >>> _news("  Downloading numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64.whl (16.9 MB)")
    'numpy 2.4.6 (16.9 MB)'
    """
    step = STEP.match(line)
    if step:
        file = step["file"].rsplit("/", 1)[-1]
        if not file.endswith((".whl", ".tar.gz")):
            return None
        name, _, version = file.removesuffix(".tar.gz").partition("-")
        return " ".join(filter(None, (name, version.split("-")[0], step["size"])))
    if line.startswith("Installing collected packages"):
        return f"installing {line.count(',') + 1} packages"
    return None


def _reason(said: Sequence[str]) -> str:
    """One sentence out of pip's many lines."""
    everything = "\n".join(said)
    if any(sign in everything for sign in NO_NETWORK):
        return NO_INDEX
    if "No space left on device" in everything:
        return (
            "The disk is full: Qawl needs about 400 MB, with its tests 1.5 GB. Make room, then run the same "
            "command again."
        )
    errors = [line for line in said if re.match(r"(?:ERROR|\w*Error): ", line)] or list(said[-1:])
    reason = errors[-1].removeprefix("ERROR: ") if errors else "it gave no reason"
    return f"pip could not install: {reason}"


def _version(pip: Sequence[str]) -> tuple[int, ...]:
    try:
        done = subprocess.run([*pip, "--version"], capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.match(r"pip (\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found and done.returncode == 0 else ()

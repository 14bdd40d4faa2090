"""Reads files that can hang or fill the memory in a process of its own, which can be ended.

A compressed stream in a PDF may unpack to gigabytes inside a library, where no check of ours looks;
threads cannot be stopped. A process is kept for the next files, because starting one takes half a second.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import orjson

from annotator.model import Invalid, from_json
from annotator.text.formats.source import Source

SECONDS = {"pdf": 150.0, "html": 20.0, "docx": 60.0}
KEPT = 2  # processes waiting for the next file
JOBS = 200  # files a process reads before it gives its memory back

_ROOT = Path(__file__).parents[3]
_idle: list[_Reader] = []
_lock = threading.Lock()


def read(method: str, data: bytes, encoding: str | None = None) -> Source:
    """The text of one file, or the sentence saying why not."""
    with _lock:
        reader = _idle.pop() if _idle else None
    reader = reader or _Reader()
    try:
        answer = reader.ask(method, data, encoding)
    except BaseException:
        reader.end()
        raise
    _keep(reader)
    if "invalid" in answer:
        raise Invalid(from_json(answer["invalid"]))
    warnings = tuple(map(from_json, answer["warnings"]))
    return Source(**{**answer["source"], "warnings": warnings, "given": ()})


def _keep(reader: _Reader) -> None:
    with _lock:
        if len(_idle) < KEPT and reader.jobs < JOBS:
            _idle.append(reader)
            return
    reader.end()


@atexit.register
def end() -> None:
    """End the waiting processes."""
    with _lock:
        ending, _idle[:] = _idle[:], []
    for reader in ending:
        reader.end()


class _Reader:
    """One process, and the pipe to it."""

    def __init__(self) -> None:
        above = os.environ.get("PYTHONPATH")
        self.jobs = 0
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "annotator.text.formats.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), above]))},
        )

    def ask(self, method: str, data: bytes, encoding: str | None) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.jobs += 1
        late = threading.Event()

        def stop() -> None:
            late.set()
            self.process.kill()

        clock = threading.Timer(SECONDS[method], stop)
        clock.start()
        try:
            send(self.process.stdin, orjson.dumps({"method": method, "encoding": encoding}))
            send(self.process.stdin, data)
            answer = receive(self.process.stdout)
        except (BrokenPipeError, EOFError):
            answer = None
        finally:
            clock.cancel()
        if answer is not None:
            return dict(orjson.loads(answer))
        if late.is_set():
            raise Invalid(
                "Reading the file took more than %(seconds)s seconds and was stopped. Cut it into "
                "several files, or copy its text and paste it.",
                seconds=round(SECONDS[method]),
            )
        raise Invalid("The file could not be read: the reader broke on it. Copy its text and paste it.")

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):  # what was still to be sent no longer matters
                    pipe.close()


def send(pipe: Any, message: bytes) -> None:
    pipe.write(len(message).to_bytes(8, "big"))
    pipe.write(message)
    pipe.flush()


def receive(pipe: Any) -> bytes:
    size = pipe.read(8)
    if len(size) < 8:
        raise EOFError
    message = pipe.read(int.from_bytes(size, "big"))
    if len(message) < int.from_bytes(size, "big"):
        raise EOFError
    return bytes(message)

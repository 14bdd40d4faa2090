"""Tries to break every parser of bytes from outside, and keeps what broke one.

Run: python -m tests.bench.fuzz [MINUTES] [--parser NAME ...]

Each parser has a process of its own for its share of the time. Inputs are honest ones mutated, as bytes and
as the JSON or zip they are; those that reach new lines of ours are mutated again. With atheris installed,
its coverage guides; else a trace of our own lines does. A result or a sentence is right. Everything else is
kept under tests/corpus, made as small as it goes, and played again by tests/test_corpus.py: another
exception, something written although it was refused, more than 10 seconds, more than 500 MB.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from tests.fuzzing.mutation import LONGEST, mutated

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

try:
    import atheris
except ImportError:
    atheris = None

KEPT = Path(__file__).parents[1] / "corpus"
OURS = str(Path(__file__).parents[2] / "annotator")
SECONDS = 10
MEGABYTES = 500
SMALL, FEW = 3_000, 8  # bytes and number of the inputs kept because they reach what no other does
POOL = 400


class Late(BaseException):
    """Passes through whatever catches every Exception."""


def main() -> int:
    if "--alone" in sys.argv:
        return _alone(sys.argv[-1], float(sys.argv[-2]))
    from tests.fuzzing.parsers import PARSERS

    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("minutes", type=float, nargs="?", default=30.0)
    asked.add_argument("--parser", action="append", choices=list(PARSERS), help="only this one")
    given = asked.parse_args()
    names = given.parser or list(PARSERS)
    print(f"guided by {'atheris' if atheris else 'a trace of our lines'}")
    print(f"{'parser':<14}{'tried':>9}{'taken':>8}{'a second':>10}{'reached':>9}{'faults':>8}", flush=True)
    faults = 0
    for name in names:
        told = _apart(name, given.minutes * 60 / len(names))
        rate, count = f"{told['rate']:.0f}", len(told["faults"])
        print(f"{name:<14}{told['tried']:>9}{told['taken']:>8}{rate:>10}{told['reached']:>9}{count:>8}")
        for fault, times in told["faults"].items():
            print(f"    {times} × {fault}")
        sys.stdout.flush()
        faults += count
    return 1 if faults else 0


def _apart(name: str, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.fuzz", "--alone", str(seconds), name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return dict(json.loads(done.stdout.splitlines()[-1]))
    except (IndexError, ValueError):
        fault = f"ended with {done.returncode}: {done.stderr[-1500:]}"
        return {"tried": 0, "taken": 0, "rate": 0, "reached": 0, "faults": {fault: 1}}


# ------------------------------------------------------------------ one parser


class Trial:
    """Gives inputs to one parser, and remembers what they did."""

    def __init__(self, name: str, folder: Path) -> None:
        from tests.fuzzing.parsers import PARSERS, World

        self.name, self.parser, self.world = name, PARSERS[name], World(folder)
        self.tried = self.taken = 0
        self.faults: Counter[str] = Counter()
        self.first: dict[str, bytes] = {}
        self.began = 0.0
        self._most = _most()

    def give(self, data: bytes) -> str | None:
        """What went wrong, in words that are the same for the same fault."""
        self.tried += 1
        fault = self.fault(data)
        if fault:
            self.faults[fault] += 1
            if self.faults[fault] == 1:
                self.first[fault] = data
                _store(self.name, fault, data)
        return fault

    def fault(self, data: bytes) -> str | None:
        from tests.fuzzing.parsers import tried

        signal.signal(signal.SIGPROF, _late)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        found = None
        try:
            self.taken += tried(self.parser, self.world, data)
        except Late:
            found = f"took more than {SECONDS} seconds"
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            found = _named(error)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        if _most() > self._most + MEGABYTES * 1024:
            self._most = _most()
            found = found or f"took more than {MEGABYTES} MB"
        if found:
            self.world.forget()
        return found


def _late(*_: Any) -> None:
    raise Late


def _most() -> int:
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) if resource else 0


def _named(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(OURS)]
    last = (ours or frames)[-1]
    words = (
        str(error)[:60].encode("ascii", "backslashreplace").decode()
        if isinstance(error, AssertionError)
        else ""
    )
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.name} {words}".strip()


def _store(name: str, fault: str, data: bytes) -> None:
    folder = KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"broke-{hashlib.sha256(fault.encode()).hexdigest()[:10]}").write_bytes(data)


def _alone(name: str, seconds: float) -> int:
    with atheris.instrument_imports(include=["annotator"]) if atheris else contextlib.nullcontext():
        from tests.fuzzing import parsers

        assert parsers
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(name, Path(folder))
        kept = sorted((KEPT / name).glob("*")) if (KEPT / name).is_dir() else []
        pool = [*trial.parser.seeds(), *(path.read_bytes() for path in kept)]
        trial.began = time.monotonic()
        (_guided if atheris else _drawn)(trial, pool, trial.began + seconds)
    return 0


def _guided(trial: Trial, pool: list[bytes], ending: float) -> None:
    """libFuzzer keeps what reaches new branches; half of its mutations are ours."""
    corpus = trial.world.folder / "corpus"
    corpus.mkdir()
    for number, one in enumerate(pool):
        (corpus / f"seed-{number}").write_bytes(one)

    def give(data: bytes) -> None:
        trial.give(data)
        if time.monotonic() > ending:
            _end(trial, [path.read_bytes() for path in corpus.iterdir() if not path.name.startswith("seed-")])
            sys.stdout.flush()
            shutil.rmtree(trial.world.folder)
            os._exit(0)  # libFuzzer has no other end

    def mutate(data: bytes, longest: int, seed: int) -> bytes:
        if seed % 2:
            return bytes(atheris.Mutate(data, longest))
        return mutated(data, pool, random.Random(seed))[:longest]

    options = ["-timeout=100000", "-rss_limit_mb=0", f"-max_len={LONGEST}", "-print_final_stats=0"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], give, custom_mutator=mutate)
    atheris.Fuzz()


def _drawn(trial: Trial, pool: list[bytes], ending: float) -> None:
    """Mutate until the time is over; what reaches new lines joins the pool."""
    draw, lines, found = random.Random(), Lines(), []
    for one in pool:
        lines.of(trial, one)
    while time.monotonic() < ending:
        # The newest are the least tried.
        newest = pool[-1 - min(int(draw.expovariate(1 / 20)), len(pool) - 1)]
        data = mutated(draw.choice((newest, draw.choice(pool))), pool, draw)
        if lines.of(trial, data):
            found.append(data)
            pool.append(data)
            if len(pool) > POOL:
                del pool[draw.randrange(len(pool) // 2)]
    _end(trial, found)


def _end(trial: Trial, found: list[bytes]) -> None:
    tried, taken, rate = trial.tried, trial.taken, trial.tried / (time.monotonic() - trial.began)
    for fault, data in trial.first.items():
        _store(trial.name, fault, _smaller(data, lambda one, fault=fault: trial.fault(one) == fault))
    _keep(trial.name, found)
    told = {"tried": tried, "taken": taken, "rate": rate, "reached": len(found), "faults": trial.faults}
    trial.world.forget()
    print("\n" + json.dumps(told))


class Lines:
    """Which lines of ours were run; each of them tells of itself only once, so that it costs little."""

    def __init__(self) -> None:
        self.seen: set[tuple[CodeType, int]] = set()

    def of(self, trial: Trial, data: bytes) -> int:
        """How many lines were run for the first time by an input that broke nothing."""
        before = len(self.seen)
        sys.settrace(self._called)
        try:
            fault = trial.give(data)
        finally:
            sys.settrace(None)
        return 0 if fault else len(self.seen) - before

    def _called(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        return self._line if frame.f_code.co_filename.startswith(OURS) else None

    def _line(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
        self.seen.add((frame.f_code, frame.f_lineno))
        return self._line


def _smaller(data: bytes, still: Callable[[bytes], bool], seconds: float = 20) -> bytes:
    """The same fault with less: pieces are left out as long as it stays."""
    ending, size = time.monotonic() + seconds, max(1, len(data) // 2)
    while size and time.monotonic() < ending:
        at = 0
        while at < len(data) and time.monotonic() < ending:
            less = data[:at] + data[at + size :]
            if still(less):
                data = less
            else:
                at += size
        size //= 2
    return data


def _keep(name: str, found: list[bytes]) -> None:
    """The smallest of what reached new lines."""
    folder = KEPT / name
    there = len(list(folder.glob("reached-*"))) if folder.is_dir() else 0
    small = sorted((one for one in found if len(one) <= SMALL), key=len)
    for data in small[: max(0, FEW - there)]:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"reached-{hashlib.sha256(data).hexdigest()[:10]}").write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())

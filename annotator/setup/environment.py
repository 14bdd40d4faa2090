"""The environment in .venv: made on first use, mended if half made, kept in step with pyproject.toml."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from annotator.setup import pip
from annotator.setup.problem import SetupFailed

FOLDER = ".venv"
STAMP = "qawl-installed.json"
UNFINISHED = "qawl-unfinished"


def is_running(python: Path) -> bool:
    """Whether we run in that interpreter's environment. (Its own path is often a link.)"""
    home = python.parent.parent
    return python == Path(sys.executable) or home.resolve() == Path(sys.prefix).resolve()


def suits(extras: Sequence[str]) -> bool:
    """Whether the running environment already holds Qawl and all it needs, as under uv."""
    try:
        needed = importlib.metadata.requires("qawl") or []
        for requirement in needed:
            name, extra = _parts(requirement)
            if extra is None or extra in extras:
                importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return not _is_ours(Path(sys.prefix)) or _stamp_fits(Path(sys.prefix), extras)


def is_made(checkout: Path, extras: Sequence[str]) -> bool:
    return _stamp_fits(checkout / FOLDER, extras)


def make(checkout: Path, extras: Sequence[str]) -> Path:
    """The interpreter of an environment that holds the project and the extras, made or mended if need be."""
    home = checkout / FOLDER
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with _alone(checkout):
        if not _stamp_fits(home, extras):
            _install(checkout, home, python, extras)
    return python


def _install(checkout: Path, home: Path, python: Path, extras: Sequence[str]) -> None:
    began = time.monotonic()
    extras = sorted({*extras, *_stamp(home).get("extras", [])})
    (home / STAMP).unlink(missing_ok=True)
    if home.exists() and ((home / UNFINISHED).exists() or not _works(python)):
        print(f"The environment in {FOLDER} is unfinished or broken: making it again.", flush=True)
        _remove(home)
    if not home.exists():
        version = ".".join(map(str, sys.version_info[:3]))
        print(f"Making an environment in {FOLDER} (Python {version}). This happens once.", flush=True)
        _make_empty(home)
    (home / UNFINISHED).touch()
    installer = pip.for_environment(python)
    named = f"{checkout}[{','.join(extras)}]" if extras else str(checkout)
    print("Installing Qawl, what it needs" + (" and its tests" if extras else "") + ":", flush=True)
    pip.install(installer, ["--editable", named], checkout)
    (home / STAMP).write_text(json.dumps(_wanted(checkout, extras)), encoding="utf-8")
    (home / UNFINISHED).unlink()
    print(f"Ready after {time.monotonic() - began:.0f} s.", flush=True)


def _make_empty(home: Path) -> None:
    try:
        import ensurepip  # noqa: F401  (Debian ships it apart, in python3-venv)

        ways: list[list[str]] = [[], ["--without-pip"]]
    except ImportError:
        ways = [["--without-pip"]]
    for way in ways:
        done = subprocess.run(
            [sys.executable, "-m", "venv", *way, str(home)], capture_output=True, text=True, errors="replace"
        )
        if done.returncode == 0:
            return
        _remove(home)
    said = (done.stderr or done.stdout).strip() or "no reason given"
    raise SetupFailed(f"Python could not make an environment in {home}: {said.splitlines()[-1]}")


def _works(python: Path) -> bool:
    """Whether it starts, and is the Python that asks: another one's packages would not fit."""
    ask = [str(python), "-c", "import sys; print(sys.version_info[:2])"]
    try:
        done = subprocess.run(ask, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == str(sys.version_info[:2])


def _remove(home: Path) -> None:
    """Delete an environment, and nothing that is not one."""
    if home.exists() and not ((home / "pyvenv.cfg").exists() or _hardly_begun(home)):
        raise SetupFailed(f"{home} is not a Python environment. Move it away, then try again.")
    shutil.rmtree(home, ignore_errors=True)
    if home.exists():
        raise SetupFailed(f"{home} could not be removed. Delete it, then try again.")


def _hardly_begun(home: Path) -> bool:
    return home.is_dir() and {p.name for p in home.iterdir()} <= {"bin", "include", "lib", "lib64", "Scripts"}


# ------------------------------------------------------------------ the stamp


def _wanted(checkout: Path, extras: Sequence[str]) -> dict[str, object]:
    """Everything that makes an environment out of date when it changes."""
    return {"project": _digest(checkout), "checkout": str(checkout), "extras": sorted(extras)}


def _digest(checkout: Path) -> str:
    """Of what pip would install: comments and the settings of other tools do not count."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    counted = [project.get("build-system"), project.get("project")]
    return hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()


def _stamp(home: Path) -> dict[str, list[str]]:
    try:
        found = json.loads((home / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _stamp_fits(home: Path, extras: Sequence[str]) -> bool:
    stamp = _stamp(home)
    return bool(stamp) and {*extras} <= {*stamp["extras"]} and stamp == _wanted(home.parent, stamp["extras"])


def _is_ours(home: Path) -> bool:
    return (home / STAMP).exists()


def _parts(requirement: str) -> tuple[str, str | None]:
    """
    >>> _parts('pytest>=8.3; extra == "test"')
    ('pytest', 'test')
    """
    name = re.split(r"[\s<>=!~;\[(]", requirement, maxsplit=1)[0]
    extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", requirement)
    return name, extra.group(1) if extra else None


@contextlib.contextmanager
def _alone(checkout: Path) -> Iterator[None]:
    """Only one command at a time sets up: `demo` in one window and `test` in another would collide."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with (checkout / "pyproject.toml").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another command is setting up here. Waiting for it …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield

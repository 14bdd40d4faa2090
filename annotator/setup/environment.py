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

NEVER_BUILT = "numpy,pandas,pyarrow,duckdb,opencv-python-headless"
"""Where these have no wheel, building them from source would take half an hour, and fail."""


def is_running(python: Path) -> bool:
    """Whether we run in that interpreter's environment. (Its own path is often a link.)"""
    home = python.parent.parent
    return python == Path(sys.executable) or home.resolve() == Path(sys.prefix).resolve()


def suits(extras: Sequence[str], welcome: Sequence[str] = ()) -> bool:
    """Whether the running environment already holds Qawl and all it needs, as under uv.

    `welcome` extras are put in as far as they can be had, and only into an environment of our own.
    """
    try:
        needed = importlib.metadata.requires("qawl") or []
        for requirement in needed:
            name, extra = _parts(requirement)
            if extra is None or extra in extras:
                importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return not _is_ours(Path(sys.prefix)) or _stamp_fits(Path(sys.prefix), [*extras, *welcome])


def is_made(checkout: Path, extras: Sequence[str]) -> bool:
    return _stamp_fits(checkout / FOLDER, extras)


def make(checkout: Path, extras: Sequence[str], welcome: Sequence[str] = ()) -> Path:
    """The interpreter of an environment that holds the project and the extras, made or mended if need be.

    What cannot be had of the `welcome` ones on this computer is named and left out.
    """
    home = checkout / FOLDER
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with _alone(checkout):
        if not _stamp_fits(home, [*extras, *welcome]):
            _install(checkout, home, python, extras, welcome)
    return python


def _install(checkout: Path, home: Path, python: Path, extras: Sequence[str], welcome: Sequence[str]) -> None:
    began = time.monotonic()
    before = _stamp(home)
    welcome = sorted({*welcome, *before.get("welcome", [])})
    extras = sorted({*extras, *before.get("extras", [])} - {*welcome})
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
    print("Installing Qawl, what it needs" + (" and its tests" if extras else "") + ":", flush=True)
    _install_with(installer, checkout, extras, welcome)
    (home / STAMP).write_text(json.dumps(_wanted(checkout, extras, welcome)), encoding="utf-8")
    (home / UNFINISHED).unlink()
    print(f"Ready after {time.monotonic() - began:.0f} s.", flush=True)


def _install_with(
    installer: Sequence[str], checkout: Path, extras: Sequence[str], welcome: Sequence[str]
) -> None:
    if welcome:
        project = ["--editable", _named(checkout, [*extras, *welcome])]
        try:
            pip.install(installer, ["--only-binary", NEVER_BUILT, *project], checkout)
            return
        except SetupFailed as problem:
            print(f"  {problem}\nTrying again, one after the other:", flush=True)
    pip.install(installer, ["--editable", _named(checkout, extras)], checkout)
    for requirement in _requirements(checkout, welcome):
        try:
            pip.install(installer, ["--only-binary", NEVER_BUILT, requirement], checkout)
        except SetupFailed as problem:
            print(f"  Going on without {_parts(requirement)[0]}: {problem}", flush=True)


def _named(checkout: Path, extras: Sequence[str]) -> str:
    return f"{checkout}[{','.join(extras)}]" if extras else str(checkout)


def _requirements(checkout: Path, extras: Sequence[str]) -> list[str]:
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [one for extra in extras for one in project["optional-dependencies"][extra]]


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


def _wanted(checkout: Path, extras: Sequence[str], welcome: Sequence[str] = ()) -> dict[str, object]:
    """Everything that makes an environment out of date when it changes."""
    return {
        "project": _digest(checkout),
        "checkout": str(checkout),
        "extras": sorted(extras),
        "welcome": sorted(welcome),
    }


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
    if not stamp:
        return False
    there, tried = stamp["extras"], stamp.get("welcome", [])
    return {*extras} <= {*there, *tried} and stamp == _wanted(home.parent, there, tried)


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

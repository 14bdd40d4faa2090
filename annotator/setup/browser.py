"""Which browser drives the tests, and how to get one where there is none."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "QAWL_BROWSER"

FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

ON_PATH = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
)

ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)

REMEDY = (
    "No browser for the browser tests. Get one with “python3 -m annotator test”, or install Chromium, Chrome "
    f"or Edge, or name one in the environment variable {VARIABLE}."
)


def find() -> str | None:
    """The path of the first browser that starts, or None.

    A browser named in QAWL_BROWSER is the only candidate: a wrong name should be noticed, not passed over.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    return next((path for path in _candidates() if _starts(path)), None)


def launch_options(path: str) -> dict[str, object]:
    """What Playwright needs to start the browser at `path`."""
    return {"executable_path": path, "args": FLAGS, "chromium_sandbox": not _root()}


def get() -> str | None:
    """A browser, installed now if there is none."""
    for install in (None, _install_from_playwright, _install_from_debian):
        if install is not None:
            install()
        found = find()
        if found or os.environ.get(VARIABLE):
            return found
    return None


def _candidates() -> Iterator[str]:
    yield from _from_playwright()
    for name in ON_PATH:
        path = shutil.which(name)
        if path:
            yield path
    yield from (path for path in ELSEWHERE if Path(path).is_file())


def _from_playwright() -> Iterator[str]:
    """The browsers Playwright downloaded, of exactly the revision its driver speaks."""
    package = importlib.util.find_spec("playwright")
    if package is None or package.origin is None:
        return
    driver = Path(package.origin).parent / "driver" / "package"
    try:
        listed = json.loads((driver / "browsers.json").read_text(encoding="utf-8"))["browsers"]
    except (OSError, ValueError, KeyError):
        return
    revision = {entry["name"]: entry["revision"] for entry in listed}
    for name in ("chromium-headless-shell", "chromium"):
        folder = _downloads(driver) / f"{name.replace('-', '_')}-{revision.get(name)}"
        if (folder / "INSTALLATION_COMPLETE").exists():
            yield from (str(path) for path in sorted(folder.glob("*/*")) if _is_browser(path))


def _downloads(driver: Path) -> Path:
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if chosen == "0":
        return driver / ".local-browsers"
    if chosen:
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "ms-playwright"


def _is_browser(path: Path) -> bool:
    return path.stem in ("chrome-headless-shell", "headless_shell", "chrome") and path.is_file()


def _starts(path: str) -> bool:
    """Whether it runs here: a downloaded browser may lack the system's libraries."""
    if os.name == "nt":
        return True  # there, --version opens a window
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install_from_playwright() -> None:
    print("No browser found. Downloading Playwright's Chromium (about 110 MB) …", flush=True)
    options = {**os.environ, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "15000"}
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    _try(command, options, seconds=600)


def _install_from_debian() -> None:
    if not (_root() and shutil.which("apt-get")):
        return
    print("Installing chromium-headless-shell with apt-get …", flush=True)
    options = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _try(["apt-get", "-q", "update"], options, seconds=300)
    install = ["apt-get", "-q", "install", "-y", "--no-install-recommends", "chromium-headless-shell"]
    _try(install, options, seconds=600)


def _try(command: list[str], options: dict[str, str], seconds: int) -> None:
    """Run it; when it fails, show why and go on to the next way."""
    try:
        done = subprocess.run(
            command, env=options, timeout=seconds, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        print(f"  did not work: {problem}", flush=True)
        return
    if done.returncode:
        print("  did not work: " + " ".join(done.stdout.split())[-300:], flush=True)


def _root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0

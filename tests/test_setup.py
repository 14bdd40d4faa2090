"""Setting up: `python3 -m annotator` where nothing is installed yet."""

from __future__ import annotations

import ast
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from annotator.setup import browser, environment, pip, wheel
from annotator.setup.problem import SetupFailed

CHECKOUT = Path(__file__).parents[1]
OUTSIDE = getattr(sys, "_base_executable", sys.executable)
"""The Python our own environment was made with, which has nothing of Qawl's."""

UNREACHABLE = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_FIND_LINKS": "",
    "PIP_RETRIES": "0",
    "PIP_NO_CACHE_DIR": "1",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh clone, as far as setting up looks at it."""
    copy = tmp_path / "qawl"
    skipped = shutil.ignore_patterns("__pycache__", "*.db*")
    shutil.copytree(CHECKOUT / "annotator", copy / "annotator", ignore=skipped)
    for name in ("templates", "static"):
        (copy / name).mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, copy / name)
    return copy


def run(checkout: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [OUTSIDE, "-m", "annotator", *arguments],
        cwd=checkout,
        env={**kept, **settings},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", ["__main__.py", "__init__.py"])
def test_can_tell_an_old_python_that_it_is_too_old(name: str) -> None:
    ast.parse((CHECKOUT / "annotator" / name).read_text(encoding="utf-8"), feature_version=(3, 4))


def test_shows_help_without_installing_anything(checkout: Path) -> None:
    done = run(checkout)
    assert done.returncode == 0, done.stderr
    assert "python3 -m annotator demo" in done.stdout
    assert not (checkout / ".venv").exists()


def test_says_plainly_that_it_needs_the_network_once(checkout: Path) -> None:
    done = run(checkout, "demo", "--no-serve", **UNREACHABLE)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The package index could not be reached.")
    assert len(done.stderr.splitlines()) == 1
    assert "Making an environment in .venv" in done.stdout
    assert "unfinished" in run(checkout, "demo", "--no-serve", **UNREACHABLE).stdout


def test_leaves_alone_what_is_no_environment(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "diary.txt").write_text("mine", encoding="utf-8")
    done = run(checkout, "demo", **UNREACHABLE)
    assert "is not a Python environment" in done.stderr
    assert (checkout / ".venv" / "diary.txt").read_text(encoding="utf-8") == "mine"


# ------------------------------------------------------------------ the stamp


def stamped(checkout: Path, *extras: str) -> None:
    home = checkout / ".venv"
    home.mkdir(exist_ok=True)
    wanted = environment._wanted(checkout, extras)
    (home / environment.STAMP).write_text(environment.json.dumps(wanted), encoding="utf-8")


def test_installs_again_when_the_project_needs_something_else(checkout: Path) -> None:
    stamped(checkout)
    assert environment.is_made(checkout, ())
    project = checkout / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    assert environment.is_made(checkout, ())
    changed = project.read_text(encoding="utf-8").replace('"waitress>=3.0.2"', '"waitress>=3.0.3"')
    project.write_text(changed, encoding="utf-8")
    assert not environment.is_made(checkout, ())


def test_installs_the_test_tools_only_when_they_are_needed(checkout: Path) -> None:
    stamped(checkout)
    assert not environment.is_made(checkout, ("test",))
    stamped(checkout, "test")
    assert environment.is_made(checkout, ("test",))
    assert environment.is_made(checkout, ())


def test_tries_what_is_welcome_once(checkout: Path) -> None:
    stamped(checkout, "test")
    assert not environment.is_made(checkout, ("test", "readers"))
    wanted = environment._wanted(checkout, ("test",), ("readers",))
    (checkout / ".venv" / environment.STAMP).write_text(environment.json.dumps(wanted), encoding="utf-8")
    assert environment.is_made(checkout, ("test", "readers"))
    assert environment.is_made(checkout, ("test",))


def test_goes_on_without_what_cannot_be_had(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    installed = checkout / "installed.txt"
    installer = checkout / "installer.py"
    installer.write_text(
        f"""
import sys
what = sys.argv[-1]
if "readers" in what or "duckdb" in what:
    sys.exit("ERROR: No matching distribution found for duckdb")
with open({str(installed)!r}, "a") as told:
    print(what, file=told)
""",
        encoding="utf-8",
    )
    environment._install_with([sys.executable, str(installer)], checkout, ("test",), ("readers",))
    project, *others = installed.read_text(encoding="utf-8").splitlines()
    assert project.endswith("[test]")
    wanted = environment._requirements(checkout, ("readers",))
    assert others == [one for one in wanted if not one.startswith("duckdb")]
    assert "Going on without duckdb" in capsys.readouterr().out


def test_installs_again_in_a_moved_checkout(checkout: Path, tmp_path: Path) -> None:
    stamped(checkout)
    moved = checkout.rename(tmp_path / "moved")
    assert not environment.is_made(moved, ())


# ------------------------------------------------------------------ pip from the index


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package index of our own, on this computer."""
    folder = tmp_path / "index"
    (folder / "simple" / "pip").mkdir(parents=True)
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        for name, value in UNREACHABLE.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
        yield folder
        server.shutdown()
        thread.join()


def offer(index: Path, *versions: str, attributes: str = "", content: bytes = b"a wheel") -> None:
    page = ""
    for version in versions:
        name = f"pip-{version}-py3-none-any.whl"
        (index / name).write_bytes(content)
        digest = hashlib.sha256(b"a wheel").hexdigest()
        page += f'<a href="../../{name}#sha256={digest}" {attributes}>{name}</a>\n'
    (index / "simple" / "pip" / "index.html").write_text(page, encoding="utf-8")


def test_fetches_the_newest_pip(index: Path, tmp_path: Path) -> None:
    offer(index, "25.3", "26.10", "26.9")
    fetched = wheel.fetch("pip", tmp_path)
    assert fetched.name == "pip-26.10-py3-none-any.whl"
    assert fetched.read_bytes() == b"a wheel"


def test_refuses_pip_that_is_not_what_was_announced(index: Path, tmp_path: Path) -> None:
    offer(index, "26.0", content=b"something else")
    with pytest.raises(SetupFailed, match="not the one"):
        wheel.fetch("pip", tmp_path)


@pytest.mark.parametrize("attributes", ["data-yanked", 'data-requires-python="&gt;=3.99"'])
def test_passes_over_pip_that_does_not_fit(index: Path, tmp_path: Path, attributes: str) -> None:
    offer(index, "26.0", attributes=attributes)
    with pytest.raises(SetupFailed, match="apt install python3-venv"):
        wheel.fetch("pip", tmp_path)


# ------------------------------------------------------------------ words and browsers


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (["WARNING: NewConnectionError", "ERROR: No matching distribution"], "could not be reached"),
        (["ERROR: Could not install: [Errno 28] No space left on device"], "disk is full"),
        (["building", "FileNotFoundError: templates", "hint: see above"], "FileNotFoundError: templates"),
    ],
)
def test_tells_why_pip_failed(said: list[str], reason: str) -> None:
    assert reason in pip._reason(said)


def test_takes_the_browser_that_is_named_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(browser.VARIABLE, sys.executable)
    assert browser.find() == sys.executable
    monkeypatch.setenv(browser.VARIABLE, "no-such-browser")
    assert browser.find() is None
    assert browser.get() is None

"""The wheel, in an environment without the checkout: pages, styles, fonts and samples come from inside it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest

from annotator import __version__

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new environment that holds the wheel and borrows its dependencies from ours."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=sys.platform != "win32")
    inside = Path(sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)}))
    zipfile.ZipFile(wheel).extractall(inside)
    # A folder named in a .pth file is searched; the .pth files in it, one naming the checkout, are not.
    (inside / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


@pytest.fixture(scope="module")
def address(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo, served from the wheel."""
    command = [str(python), "-I", "-m", "annotator", "demo", "--no-browser"]
    with subprocess.Popen(
        command, cwd=tmp_path_factory.mktemp("work"), stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as server:
        assert server.stdout is not None
        found = (re.search(r"http://\S+", line) for line in server.stdout)
        yield next(match.group() for match in found if match)
        server.terminate()


def fetched(url: str) -> str:
    with urlopen(url) as answer:
        assert answer.status == 200
        content: bytes = answer.read()
    assert content
    return content.decode("utf-8", "replace")


def test_holds_all_and_only_the_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"annotator", "qawl"}
    kept = {
        path.relative_to(CHECKOUT).as_posix()
        for folder in ("templates", "static")
        for path in (CHECKOUT / folder).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert {f"annotator/{name}" for name in kept} <= set(names)
    translations = {f"annotator/translations/{lang}/LC_MESSAGES/messages.mo" for lang in ("ar", "ru", "tr")}
    assert translations <= set(names)


def test_runs_from_inside_the_wheel(python: Path, tmp_path: Path) -> None:
    command = [str(python), "-I", "-c", "import annotator; print(annotator.__file__)"]
    where = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert Path(where.strip()).is_relative_to(python.parent.parent)


def test_serves_page_with_styles_scripts_and_fonts(address: str) -> None:
    page = fetched(urljoin(address, "/sign-in"))
    parts = re.findall(r'(?:href|src)="(/static/[^"#]+)', page)
    styles = [part for part in parts if ".css" in part]
    assert styles
    assert any(".js" in part for part in parts)
    fonts: list[str] = []
    for part in dict.fromkeys(parts):
        content = fetched(urljoin(address, part))
        if part in styles:
            named = re.findall(r"url\([\"']?([^\"')]+\.woff2[^\"')]*)", content)
            fonts += [urljoin(urljoin(address, part), font) for font in named]
    assert fonts
    for font in dict.fromkeys(fonts):
        assert fetched(font).startswith("wOF2")


def test_finds_its_codebooks_samples_and_schema(python: Path, tmp_path: Path) -> None:
    script = (
        "from annotator import codebook, export, sample\n"
        "from annotator.setup import handover\n"
        "assert codebook.load(codebook.bundled('idlib-2019')).actors\n"
        "assert export.schema()['$id'] and sample.reference()\n"
        "print(handover.CHECKOUT)"
    )
    command = [str(python), "-I", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_sends_those_who_want_the_tests_to_the_source(python: Path, tmp_path: Path) -> None:
    command = [str(python), "-I", "-m", "annotator", "test"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "git clone" in done.stderr


# ------------------------------------------------------------------ the same bytes, everywhere

NOT_OF_THE_SOURCE = (".*", "build", "dist", "tests", "__pycache__", "*.db", "*.egg-info")


def built(place: Path, mode: int, day: int, **environment: str) -> Path:
    """A wheel from a copy of the source in this place, whose files have this mode and age."""
    shutil.copytree(CHECKOUT, place, ignore=shutil.ignore_patterns(*NOT_OF_THE_SOURCE))
    shutil.copy(CHECKOUT / ".gitignore", place)
    for path in place.rglob("*"):
        path.chmod(mode | 0o100 if path.is_dir() else mode)
        os.utime(path, (day * 86_400, day * 86_400))
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place / "made")]
    subprocess.run(command, cwd=place, check=True, capture_output=True, env=os.environ | environment)
    return next((place / "made").glob("*.whl"))


def test_is_the_same_to_the_byte_wherever_it_is_built(tmp_path: Path) -> None:
    one = built(tmp_path / "one", 0o600, 10_000, TZ="Asia/Tokyo", PYTHONHASHSEED="1")
    other = built(tmp_path / "an other place", 0o664, 20_000, TZ="America/New_York", PYTHONHASHSEED="2")
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()


# ------------------------------------------------------------------ the release


def test_says_one_version_everywhere(wheel: Path) -> None:
    """The code, the wheel and the newest section of the changelog; and the tag, where this commit has one."""
    changes = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## \[(\d+\.\d+\.\d+)\] – (\d{4}-\d\d-\d\d)$", changes, re.MULTILINE)
    assert wheel.name.split("-")[1] == __version__ == sections[0][0]
    days = [day for _, day in sections]
    assert days == sorted(days, reverse=True)
    assert [f"v{__version__}"] == (tags_here() or [f"v{__version__}"])


def tags_here() -> list[str]:
    """The releases this very commit is; none in an archive without its history."""
    command = ["git", "tag", "--points-at", "HEAD", "v*"]
    with contextlib.suppress(FileNotFoundError):
        return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True).stdout.split()
    return []

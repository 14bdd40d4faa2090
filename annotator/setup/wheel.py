"""Fetching one pure wheel from the package index, checked by its hash, where there is no pip to do it."""

from __future__ import annotations

import configparser
import hashlib
import html.parser
import os
import re
import socket
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from annotator.setup.problem import NO_INDEX, SetupFailed

PYPI = "https://pypi.org/simple"
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """One file an index offers."""

    url: str
    version: tuple[int, ...]
    sha256: str | None


def fetch(name: str, folder: Path) -> Path:
    """The newest wheel of `name` that any configured index offers, put in `folder`."""
    offers: list[Offer] = []
    problem: Exception | None = None
    for index in _indexes():
        try:
            offers += _offers(index, name)
        except urllib.error.URLError as failed:
            problem = failed.reason if isinstance(failed.reason, Exception) else failed
        except (OSError, ValueError) as failed:
            problem = failed
    if not offers and isinstance(problem, ConnectionError | TimeoutError | socket.gaierror):
        raise SetupFailed(NO_INDEX)
    if not offers:
        raise SetupFailed(
            f"No pip here, and none could be fetched from the package index ({problem or 'none offered'}). "
            "Install it (on Debian or Ubuntu: apt install python3-venv), then run the same command again."
        )
    best = max(offers, key=lambda offer: offer.version)
    try:
        content = _read(best.url)
    except OSError as failed:
        raise SetupFailed(f"pip could not be fetched from {best.url}: {failed}") from failed
    if best.sha256 and hashlib.sha256(content).hexdigest() != best.sha256:
        raise SetupFailed(f"The file at {best.url} is not the one the package index announced. Try later.")
    path = folder / urllib.parse.unquote(best.url.rsplit("/", 1)[-1])
    path.write_bytes(content)
    return path


def _offers(index: str, name: str) -> Iterator[Offer]:
    """What the index, or a plain folder of wheels, has."""
    page = _Links()
    if index.startswith("file:") and (folder := _folder(index, name)):
        page.links = [(path.as_uri(), {}) for path in folder.iterdir()]
        base = index
    else:
        base = f"{index.rstrip('/')}/{name}/"
        page.feed(_read(base).decode("utf-8", "replace"))
    for link, attributes in page.links:
        address, _, fragment = urllib.parse.urljoin(base, link).partition("#")
        version = re.search(rf"/{name}-(\d+(?:\.\d+)*)-py3-none-any\.whl$", address)
        if version is None or "data-yanked" in attributes:
            continue
        if not _accepts(attributes.get("data-requires-python") or ""):
            continue
        digest = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else None
        if digest or address.startswith("file:"):
            yield Offer(address, tuple(map(int, version[1].split("."))), digest)


def _accepts(needed: str) -> bool:
    """Whether this Python is new enough.

    >>> _accepts(">=3.9"), _accepts(">=3.99")
    (True, False)
    """
    lowest = re.search(r">=\s*(\d+)\.(\d+)", needed)
    return lowest is None or sys.version_info[:2] >= (int(lowest[1]), int(lowest[2]))


def _folder(index: str, name: str) -> Path | None:
    folder = Path(urllib.request.url2pathname(urllib.parse.urlsplit(index).path))
    if (folder / name / "index.html").is_file():
        return None
    found = next((place for place in (folder / name, folder) if place.is_dir()), None)
    if found is None:
        raise ValueError(f"no folder {folder}")
    return found


def _read(url: str) -> bytes:
    if url.startswith("file:") and url.endswith("/"):
        url += "index.html"
    certificates = _setting("cert")
    trust = ssl.create_default_context(cafile=certificates) if certificates else ssl.create_default_context()
    with urllib.request.urlopen(url, timeout=SECONDS, context=trust) as answer:
        content: bytes = answer.read()
    return content


class _Links(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "a" and attributes.get("href"):
            self.links.append((str(attributes["href"]), attributes))


# ------------------------------------------------------------------ pip's own configuration


def _indexes() -> Iterator[str]:
    """Where pip would look: index, extra indexes, and folders of wheels."""
    if not _setting("no-index"):
        yield _setting("index-url") or PYPI
        yield from (_setting("extra-index-url") or "").split()
    for place in (_setting("find-links") or "").split():
        yield place if "://" in place or place.startswith("file:") else Path(place).expanduser().as_uri()


def _setting(name: str) -> str | None:
    """A setting of pip's: the environment first, then its files, the most particular first."""
    value = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if value:
        return value
    for path in _files():
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("install", "global"):
            if parser.has_option(section, name):
                return parser.get(section, name)
    return None


def _files() -> Iterator[Path]:
    chosen = os.environ.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return
    if chosen:
        yield Path(chosen)
    home = Path.home()
    yield Path(os.environ.get("XDG_CONFIG_HOME", str(home / ".config"))) / "pip" / "pip.conf"
    yield home / "Library" / "Application Support" / "pip" / "pip.conf"
    yield home / ".pip" / "pip.conf"
    yield Path("/etc/xdg/pip/pip.conf")
    yield Path("/etc/pip.conf")

"""The cast, the projects they work on, a running server and a browser that looks at it.

Ana and Ben annotate, Cleo leads, Dan has no access (he was removed). Everybody's password is
"secret-" and the name in small letters.
"""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from annotator.model import Codebook, Role
from annotator.setup import browser as browsers

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError

    from annotator.project import Project

# A merge must not hang on luck: in CI the same examples every time, elsewhere new ones.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

ARTICLE = "9d8f5d389fa7129b"
"""The id of the bundled article."""

CAST = {"Ana": Role.ANNOTATOR, "Ben": Role.ANNOTATOR, "Cleo": Role.LEAD, "Dan": Role.ANNOTATOR}


def password(name: str) -> str:
    return f"secret-{name.lower()}"


def sample(name: str) -> bytes:
    return (resources.files("annotator") / "samples" / name).read_bytes()


# ------------------------------------------------------------------ projects


@pytest.fixture(scope="session")
def codebook_source() -> str:
    from annotator import codebook

    return codebook.bundled("idlib-2019")


@pytest.fixture(scope="session")
def codebook(codebook_source: str) -> Codebook:
    from annotator.codebook import load

    return load(codebook_source, "idlib-2019")


@pytest.fixture(scope="session", autouse=True)
def strength() -> Iterator[str]:
    """How slowly passwords are kept. Here they are kept quickly: most tests sign in."""
    from annotator.project import passwords

    real, passwords.METHOD = passwords.METHOD, "scrypt:1024:8:1"
    yield real
    passwords.METHOD = real


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory, codebook_source: str) -> Path:
    """A project file with the cast and no document, copied for each test."""
    from annotator.project import Project

    path = tmp_path_factory.mktemp("made-once") / "empty.db"
    project = Project.create(path, codebook_source)
    for name, role in CAST.items():
        project.add_person(name, role, password(name))
    project.remove_person("Dan")
    project.close()
    return path


@pytest.fixture(scope="session")
def article_file(empty_file: Path) -> Path:
    """The same with the bundled article and its checked reading."""
    from annotator.project import Project

    path = empty_file.with_name("article.db")
    shutil.copy(empty_file, path)
    reading = sample("idlib-article.json").decode("utf-8")
    described = dict(tomllib.loads(sample("demo.toml").decode("utf-8"))["document"])
    lang = described.pop("lang")
    with Project.open(path) as project:
        article = sample("idlib-article.txt")
        project.import_file("idlib-article.txt", article, lang=lang, reading=reading, fields=described)
    return path


@pytest.fixture
def project(empty_file: Path, tmp_path: Path) -> Iterator[Project]:
    yield from _opened_copy(empty_file, tmp_path)


@pytest.fixture
def article(article_file: Path, tmp_path: Path) -> Iterator[Project]:
    yield from _opened_copy(article_file, tmp_path)


def _opened_copy(made: Path, folder: Path) -> Iterator[Project]:
    from annotator.project import Project

    path = folder / "project.db"
    shutil.copy(made, path)
    project = Project.open(path)
    yield project
    project.close()


# ------------------------------------------------------------------ the application


@pytest.fixture
def app(article: Project) -> Flask:
    """The application on the article project."""
    from annotator.web import create_app

    return create_app(article.path, testing=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody has signed in; requests come from the application's own pages."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client


@pytest.fixture
def sign_in() -> Callable[[FlaskClient, str], None]:
    def sign_in(client: FlaskClient, name: str) -> None:
        with client.post("/sign-in", data={"name": name, "password": password(name)}) as answer:
            assert answer.status_code == 303, answer.text

    return sign_in


@dataclass
class Live:
    """A running server and the project file it serves."""

    url: str
    path: Path


@pytest.fixture
def live(article_file: Path, tmp_path: Path) -> Iterator[Live]:
    path = tmp_path / "live.db"
    shutil.copy(article_file, path)
    yield from serve(path)


def serve(path: Path) -> Iterator[Live]:
    """The real server on a free port, until the generator goes on."""
    from annotator.web import create_app
    from tests.serving import running

    with running(create_app(path, testing=True)) as port:
        yield Live(f"http://127.0.0.1:{port}", path)


# ------------------------------------------------------------------ the browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = browsers.find()
    if found is None and os.environ.get("CI"):
        pytest.fail(browsers.REMEDY)
    if found is None:
        pytest.skip(browsers.REMEDY)
    from playwright.sync_api import expect

    expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong
    return {**browser_type_launch_args, **browsers.launch_options(found)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "locale": "en-GB"}


@pytest.fixture
def console() -> list[str]:
    """What the pages said on the console. A test that expects something there checks and clears it."""
    return []


@pytest.fixture
def context(context: BrowserContext, console: list[str]) -> Iterator[BrowserContext]:
    """Every test fails on a console message or an uncaught error in any of its pages."""

    def heard(message: ConsoleMessage) -> None:
        if not _refusal(message.text):
            console.append(f"{message.type}: {message.text}")

    def broke(error: WebError) -> None:
        console.append(f"uncaught: {error.error}")

    context.on("console", heard)
    context.on("weberror", broke)
    yield context
    assert console == []


def _refusal(text: str) -> bool:
    """Chromium notes refused answers as failed loads; being refused (422) or late (409) is ordinary here."""
    return "Failed to load resource" in text and ("status of 422" in text or "status of 409" in text)


@pytest.fixture
def desk(live: Live, page: Page) -> Page:
    """Ana, signed in, before any page."""
    return admitted(page, live, "Ana")


def enter(page: Page, live: Live, name: str) -> Page:
    """Signed in, on the first page one sees."""
    admitted(page, live, name).goto(live.url)
    return page


_PASSES: dict[tuple[str, str, str], Any] = {}
"""The session cookies of who signed in before: good for every copy of the project, which has its secret."""


def admitted(page: Page, live: Live, name: str) -> Page:
    """Signed in: through the page for the first time, with the same cookie later."""
    from annotator.project import Project

    with Project.open(live.path) as project:
        who = (project.secret(), name, project.session_stamp(name))
    if who not in _PASSES:
        sign_in_through(page, live, name)
        _PASSES[who] = [one for one in page.context.cookies() if one.get("httpOnly")]
    page.context.add_cookies(_PASSES[who])
    return page


def sign_in_through(page: Page, live: Live, name: str) -> None:
    page.goto(f"{live.url}/sign-in")
    page.locator("[name=name]").fill(name)
    page.locator("[name=password]").fill(password(name))
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


# ------------------------------------------------------------------ the run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="Take the pictures in the manual again.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What lies in tests/browser, or asks for a page, needs a browser."""
    for item in items:
        if "browser" in item.path.parts[-2:-1] or "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A skip nobody reads is a test nobody runs: say it where it is seen."""
    every = terminalreporter.stats.get("skipped", [])  # a whole file skipped while it is read has no keywords
    skipped = [report for report in every if "browser" in getattr(report, "keywords", ())]
    if skipped:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", red=True, bold=True)
        terminalreporter.write_line(f"{len(skipped)} browser tests were skipped. {browsers.REMEDY}")

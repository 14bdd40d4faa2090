"""Whatever people type, import or send, pages hold only what our templates wrote."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict

from annotator import outputs
from annotator.filter import Filter
from annotator.project import Project
from annotator.web import create_app
from tests.conftest import password
from tests.web import hostile
from tests.web.hostile import ALL, HEADER, SHORT
from tests.web.hostile_checks import file_faults, header_faults, page_faults, turned

OF_ONE_KIND = 2  # pages of one address pattern that are looked at
TYPED = (ALL, SHORT, HEADER)  # one after the other into forms of one address
ENDING = (
    "sessions.sign_out",
    "sessions.sign_out_everywhere",
    "sessions.change_password",
    "people.change_role",
)
KEPT = ("seen", "token", "of", "action", "person", "version", "shown")
"""Without these a form is not looked at."""
QUERIED = (
    "q", "in", "label", "person", "document", "round", "status", "layer", "next", "claim", "after", "of",
    "question", "line", "from", "by", "view", "lang", "number", "compare", "show", "kind", "sort",
)  # fmt: skip
HEADERS = ("Referer", "User-Agent", "Accept-Language", "X-Forwarded-For", "X-Person", "X-Text", "X-Speakers",
           "HX-Current-URL", "HX-Target", "HX-Request", "Accept", "If-None-Match", "Range")  # fmt: skip
PAGES = ("text/html", "application/xhtml+xml")
FILES = {"image/svg+xml": "svg", "text/csv": "csv", "application/json": "json", "application/zip": "zip"}
LINES = ("application/jsonl", "application/x-ndjson")


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "hostile.db"
    hostile.make(path).close()
    return path


@pytest.fixture
def app(hostile_file: Path, tmp_path: Path) -> Flask:
    return _copied(hostile_file, tmp_path)


def _copied(made: Path, folder: Path) -> Flask:
    path = folder / "hostile.db"
    shutil.copy(made, path)
    app = create_app(path, testing=True)
    app.config["PATH_OF_TEST"] = path
    return app


@pytest.fixture(scope="module")
def lead(hostile_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    """Who has been everywhere that pages lead the lead to."""
    app = _copied(hostile_file, tmp_path_factory.mktemp("lead"))
    visitor = Visitor(visiting(app, "Cleo"), app)
    visitor.go_everywhere()
    visitor.go_everywhere("/search?q=minister&in=text")
    return visitor


class Visitor:
    """Goes wherever pages lead to, and looks at each."""

    def __init__(self, client: FlaskClient, app: Flask) -> None:
        self._client = client
        self._urls = app.url_map.bind("localhost")
        self.addresses: set[str] = set()
        self.visits: Counter[str] = Counter()
        self.faults: list[str] = []
        self.forms: list[tuple[str, MultiDict[str, str]]] = []

    def go_everywhere(self, start: str = "/") -> None:
        waiting = [start]
        while waiting:
            address = waiting.pop(0)
            endpoint = self.endpoint(address, "GET")
            if address in self.addresses or endpoint is None or self.visits[endpoint] >= OF_ONE_KIND:
                continue
            self.addresses.add(address)
            self.visits[endpoint] += 1
            waiting += self.look("GET", address)

    def endpoint(self, address: str, method: str) -> str | None:
        """Which view it is, or None where it leads elsewhere or signs out."""
        parts = urlsplit(address)
        if parts.netloc not in ("", "localhost") or not self._urls.test(parts.path, method):
            return None
        found: str = self._urls.match(parts.path, method)[0]
        return None if found in ("static", "sessions.sign_out") else found

    def look(self, method: str, address: str, data: MultiDict[str, str] | None = None) -> list[str]:
        with self._client.open(address, method=method, data=data) as answer:
            assert answer.status_code < 500, (method, address)
            told = [f"{method} {address}: {fault}" for fault in header_faults(answer.headers)]
            onward = [answer.headers["Location"]] if "Location" in answer.headers else []
            if answer.mimetype in PAGES and answer.data:
                told += [f"{method} {address}: {fault}" for fault in page_faults(answer.text)]
                told += [f"{method} {address}: turns {words}" for words in turned(answer.text)]
                onward += self._links(answer.text, address)
            elif answer.mimetype in FILES:
                found = file_faults(f"x.{FILES[answer.mimetype]}", answer.data)
                told += [f"{method} {address}: {fault}" for fault in found]
        self.faults += told
        return onward

    def _links(self, page: str, address: str) -> Iterator[str]:
        root = html.document_fromstring(page, base_url=f"http://localhost{address}")
        root.make_links_absolute()
        for form in root.forms:
            if form.method == "POST":
                self.forms.append((str(form.action or ""), MultiDict(form.form_values())))
        for element, name, link, _ in root.iterlinks():
            if name == "href" and element.tag == "a":
                yield link.removeprefix("http://localhost").partition("#")[0] or "/"


def test_shows_the_lead_only_what_templates_wrote(lead: Visitor) -> None:
    assert len(lead.visits) >= 25, lead.visits
    assert not lead.faults, "\n".join(lead.faults[:20])


def test_shows_annotators_only_what_templates_wrote(app: Flask) -> None:
    visitor = Visitor(visiting(app, "Ana"), app)
    visitor.go_everywhere()
    assert len(visitor.visits) >= 12, visitor.visits
    assert not visitor.faults, "\n".join(visitor.faults[:20])


def test_tells_back_what_was_typed_as_text(app: Flask, lead: Visitor) -> None:
    """Every form of the lead's pages, sent with a payload in every field; whatever the page answers."""
    visitor = Visitor(visiting(app, "Cleo"), app)
    sent: Counter[str] = Counter()
    for address, fields in lead.forms:
        address = address.removeprefix("http://localhost")
        endpoint = visitor.endpoint(address, "POST")
        if endpoint is None or endpoint in ENDING or sent[endpoint] >= len(TYPED):
            continue
        words = TYPED[sent[endpoint]]
        sent[endpoint] += 1
        typed = MultiDict(
            (name, value if name in KEPT else words) for name, value in fields.items(multi=True)
        )
        visitor.look("POST", address, typed)
    assert len(sent) >= 20, sent
    visitor.go_everywhere()
    assert not visitor.faults, "\n".join(visitor.faults[:20])


def test_tells_back_addresses_and_headers_as_text(app: Flask, lead: Visitor) -> None:
    client = visiting(app, "Cleo")
    client.environ_base |= {
        f"HTTP_{name.upper().replace('-', '_')}": quote(ALL, safe="<>\"'") for name in HEADERS
    }
    visitor = Visitor(client, app)
    for path in sorted({urlsplit(address).path for address in lead.addresses}):
        visitor.look("GET", f"{path}?{urlencode(dict.fromkeys(QUERIED, ALL))}")
        visitor.look("GET", f"{path}{quote(SHORT, safe='')}")
    assert not visitor.faults, "\n".join(visitor.faults[:20])


@pytest.mark.parametrize("id", [id for id, format in outputs.FORMATS.items() if outputs.installed(format)])
def test_writes_files_that_only_say_what_was_typed(id: str, hostile_file: Path) -> None:
    with Project.open(hostile_file) as project:
        data = b"".join(project.export(id, Filter(layer="both")))
    assert not list(islice(file_faults(outputs.FORMATS[id].extension, data), 9))


def test_writes_bundles_that_every_system_unpacks(hostile_file: Path) -> None:
    with Project.open(hostile_file) as project:
        data = b"".join(project.bundle())
    assert not list(islice(file_faults("bundle.zip", data), 9))


def test_answers_programs_in_json(app: Flask, hostile_file: Path) -> None:
    with Project.open(app.config["PATH_OF_TEST"]) as project:
        _, words = project.add_token("program", project.person("Cleo"))
        documents = [one.document.id for one in project.documents(project.person("Cleo"))]
    client = app.test_client()
    addresses = ["/agreement", "/answers", "/documents", "/exports", f"/documents/{quote(ALL, safe='')}"]
    for id in documents[:3]:
        addresses += [f"/documents/{id}", f"/documents/{id}/sentences"]
    for address in addresses:
        asked = f"/api/v1{address}?{urlencode({'person': ALL})}" if "=" in address else f"/api/v1{address}"
        with client.get(asked, headers={"Authorization": f"Bearer {words}"}) as answer:
            assert answer.status_code < 500
            assert not list(header_faults(answer.headers))
            assert answer.mimetype.endswith("json") or answer.mimetype in LINES
            for line in answer.text.splitlines() if answer.mimetype in LINES else [answer.text]:
                json.loads(line)


def visiting(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    with client.post("/sign-in", data={"name": name, "password": password(name)}) as answer:
        assert answer.status_code == 303
    return client

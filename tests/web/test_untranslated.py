"""No sentence is left out of the catalogues: in a made-up language every one stands in ⟦brackets⟧."""

from __future__ import annotations

import io
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from lxml.etree import _Element

from annotator import codebook, sample
from annotator.model import Answer, Role
from annotator.project import Project
from annotator.web.languages import LANGUAGES
from tests import catalogues
from tests.conftest import ARTICLE
from tests.web.test_security import LEADS, PEOPLE

SignIn = Callable[[FlaskClient, str], None]

MADE_UP = "tr"  # a language the interface speaks, so that nothing else need be told apart
DOCUMENT = f"/documents/{ARTICLE}"
TALKS = "Переговоры в городе\n\nМинистр сказал, что переговоры идут. Ему возразили.\n".encode()
TABLE = b"nr,words,title\na1,The talks go on. They end soon.,Talks\na2,Nobody came.,Nobody\n"

TOLD = ("aria-label", "title", "placeholder", "alt", "aria-description", "aria-roledescription")
"""Attributes that people are told."""
OWN = {"bdi", "code", "kbd", "time", "script", "style", "textarea"}
"""Elements whose text is nobody's to translate: names, files, keys."""
NOT_SENTENCES = {
    "data-parts",
    "data-words",
    "data-chosen",
    "data-sides",
    "data-halves",
    "data-same",
    "data-rules",
    "data-letters",
    "data-before",
}


def _texts_of(table: Any) -> Iterator[str]:
    if isinstance(table, dict | list):
        for value in table.values() if isinstance(table, dict) else table:
            yield from _texts_of(value)
    elif isinstance(table, str):
        yield from (" ".join(line.split()).removeprefix("- ") for line in table.splitlines())


NAMES = {Locale.parse(MADE_UP).languages[lang] for lang in LANGUAGES}
OTHERS = {*_texts_of(tomllib.loads(codebook.bundled("idlib-2019"))), *NAMES, "ve"}
"""What the codebook says is its own to translate; names of languages, and how a list ends, are Babel's."""
BRAND = re.compile(
    r"\bQawl\b|\bF1\b|\bCtrl\b|\bUTC\b|\bUTF-[\w-]+|\bWindows-\d+|\bKoi8-r\b|[\w-]+@[\d.]+|\bby\d+\b"
    r"|\u2068[^\u2069]*\u2069"  # a name, walled off
)
WRITING = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of translations in which every sentence of the program stands in brackets."""
    folder = tmp_path_factory.mktemp("translations")
    text = catalogues.HEADER.format(lang=MADE_UP, plurals=catalogues.PLURALS[MADE_UP])
    catalogue = catalogues.from_text(catalogues.brought_up_to_date(text, MADE_UP, catalogues.said()), MADE_UP)
    for message in catalogue:
        if message.id:
            bracketed = tuple(f"⟦{form}⟧" for form in catalogues.forms(message.id))
            message.string = bracketed if len(bracketed) > 1 else bracketed[0]
    place = folder / MADE_UP / "LC_MESSAGES" / "messages.mo"
    place.parent.mkdir(parents=True)
    place.write_bytes(catalogues.compiled(catalogue))
    return folder


@pytest.fixture
def bracketed(app: Flask, made_up: Path) -> Flask:
    app.extensions["babel"].translation_directories = [str(made_up)]
    return app


@pytest.fixture
def answered(article: Project) -> Project:
    book, sentences = article.codebook(), article.sentences(ARTICLE)
    article.add_person("Sim", Role.SIMULATED)
    given: Mapping[str, Mapping[str, Answer]] = {
        "Ana": dict(list(sample.reference().items())[:20]),
        "Ben": sample.simulated("Simulated A", book, sentences),
        "Sim": sample.simulated("Simulated B", book, sentences),
    }
    for name, answers in given.items():
        article.take_answers(ARTICLE, article.person(name), answers, "2026-01-12T09:00:00.000Z")
    return article


@pytest.fixture
def reader(bracketed: Flask, answered: Project) -> FlaskClient:
    client = bracketed.test_client()
    client.environ_base.update(HTTP_ORIGIN="http://localhost", HTTP_ACCEPT_LANGUAGE=MADE_UP)
    return client


# ------------------------------------------------------------------ what a page says


def untranslated(page: str) -> list[str]:
    """What the page says outside brackets, except what is nobody's to translate."""
    root = html.document_fromstring(page)
    found = [f"<{node.tag} {name}> {text}" for node, name, text in _attributes(root) if _bare(text)]
    depth = 0
    for node, text in _texts(root):
        outside, depth = _outside(text, depth)
        if _writing(outside) and not _left_alone(node):
            found.append(f"<{node.tag}> {' '.join(text.split())}")
    return found


def _bare(text: str) -> bool:
    return _writing(_outside(text, 0)[0])


def _writing(text: str) -> bool:
    pieces = re.split(r"\s*–\s*|, ", " ".join(BRAND.sub("", text).split()))
    whole = " ".join(text.split()).removeprefix("- ")
    return whole not in OTHERS and any(WRITING.search(piece) and piece not in OTHERS for piece in pieces)


def _outside(text: str, depth: int) -> tuple[str, int]:
    """The part of `text` outside brackets, and how many are open at its end."""
    kept = []
    for sign in text:
        depth += (sign == "⟦") - (sign == "⟧")
        if not depth:
            kept.append(" – " if sign == "⟧" else sign)
    return "".join(kept), depth


def _texts(root: _Element) -> Iterator[tuple[_Element, str]]:
    """The text of the page in the order it is read, each piece with the element it stands in."""
    if not isinstance(root.tag, str):
        return
    yield root, root.text or ""
    for child in root:
        yield from _texts(child)
        yield root, child.tail or ""


def _attributes(root: _Element) -> Iterator[tuple[_Element, str, str]]:
    for node in root.iter("*"):
        for name, value in node.attrib.items():
            spoken = name in TOLD or (
                # A sentence for a script: words with a space between.
                name.startswith("data-") and name not in NOT_SENTENCES and " " in value.strip()
            )
            if spoken and not _left_alone(node, itself=False):
                yield from ((node, name, text) for text in _sentences(value))


def _sentences(value: str) -> list[str]:
    """Those of an attribute, which may hold several for a script."""
    held = json.loads(value) if value[:1] in ("[", "{") else [value]
    return [str(text) for text in (held.values() if isinstance(held, dict) else held)]


def _left_alone(node: _Element, *, itself: bool = True) -> bool:
    """Whether this is a name, a file, a key, or text that says which language it is in."""
    around = [node, *node.iterancestors()] if itself else list(node.iterancestors())
    return any(
        one.tag in OWN or one.get("dir") == "auto" or (one.get("lang") and one.tag != "html")
        for one in around
    )


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("<p>⟦Saved.⟧</p>", 0),
        ("<p>Saved.</p>", 1),
        ("<p>⟦A ⟦b⟧ and c⟧ d e ff</p>", 1),
        ("<p>⟦Press <b>here</b> now⟧</p>", 0),
        ("<p><bdi>Ana</bdi>, <span lang='ru'>да нет</span> 12 %</p>", 0),
        ("<input placeholder='Find'>", 1),
        ("<p data-left='one left' data-id='s1'></p>", 1),
    ],
)
def test_tells_brackets_from_none(page: str, wrong: int) -> None:
    assert len(untranslated(page)) == wrong


# ------------------------------------------------------------------ every page


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere"])
def test_translates_what_strangers_see(reader: FlaskClient, path: str) -> None:
    assert untranslated(reader.get(path).text) == []


def pages(client: FlaskClient, paths: tuple[str, ...]) -> dict[str, str]:
    """What pages leave untranslated, each with the address it was first seen at."""
    found: dict[str, str] = {}
    for path in paths:
        with client.get(path, follow_redirects=True) as answer:
            if answer.mimetype == "text/html":
                for wrong in untranslated(answer.text):
                    found.setdefault(wrong, path)
    return found


SENTENCES = tuple(f"{DOCUMENT}/sentences/s{n}" for n in (1, 4, 11, 16, 22, 28))


def test_translates_every_page_of_annotators(reader: FlaskClient, sign_in: SignIn) -> None:
    sign_in(reader, "Ana")
    claims = tuple(f"{path}?claim={n}" for path in SENTENCES for n in ("1", "new"))
    assert pages(reader, (*PEOPLE, *SENTENCES, *claims, "/agreement")) == {}


def test_translates_every_page_of_leads(reader: FlaskClient, sign_in: SignIn) -> None:
    sign_in(reader, "Cleo")
    filtered = ("/agreement?differs=stance", "/agreement?person=Ana", "/export?person=Ana", "/speakers?q=zz")
    assert pages(reader, (*PEOPLE, *LEADS, *SENTENCES, *filtered)) == {}


def test_translates_every_step_of_importing(reader: FlaskClient, sign_in: SignIn) -> None:
    sign_in(reader, "Cleo")
    files = [
        (io.BytesIO(TALKS), "talks.txt"),
        (io.BytesIO(TABLE), "table.csv"),
        (io.BytesIO(b""), "empty.txt"),
    ]
    answer = reader.post(
        "/import", data={"file": files}, content_type="multipart/form-data", follow_redirects=True
    )
    assert untranslated(answer.text) == []
    checked = re.search(r"/documents/(\w+)/check", answer.text)
    assert checked
    paths = (
        "/import",
        checked[0],
        checked[0].replace("check", "text"),
        f"{DOCUMENT}/check",
        f"{DOCUMENT}/text",
    )
    assert pages(reader, paths) == {}


@pytest.mark.parametrize(
    "form",
    [
        {"action": "save"},
        {"action": "save", "speaker": "turkey"},
        {"action": "save", "speaker": "nobody", "stance": "tr", "attribution": "ascribed"},
        {"action": "no_claim", "seen": "1"},
    ],
)
def test_translates_every_refusal(reader: FlaskClient, sign_in: SignIn, form: dict[str, str]) -> None:
    sign_in(reader, "Ana")
    answer = reader.post(f"{DOCUMENT}/sentences/s25", data={"token": "t", "claim": "new", **form})
    assert untranslated(answer.text) == []

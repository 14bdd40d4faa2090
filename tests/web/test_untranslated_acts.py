"""No answer to an act is left out of the catalogues either: refusals, findings, what was done."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from annotator import codebook
from tests.conftest import ARTICLE
from tests.web.test_untranslated import (  # noqa: F401 - fixtures
    answered,
    bracketed,
    made_up,
    reader,
    untranslated,
)

SignIn = Callable[[FlaskClient, str], None]

BOOK = codebook.bundled("idlib-2019")


def lead(reader: FlaskClient, sign_in: SignIn) -> FlaskClient:  # noqa: F811
    sign_in(reader, "Cleo")
    return reader


def upload(client: FlaskClient, source: str) -> str:
    data = {"file": (io.BytesIO(source.encode()), "new.toml")}
    return client.post("/codebook/upload", data=data, content_type="multipart/form-data").text


@pytest.mark.parametrize(
    "source",
    [
        "",
        "[codebook",
        BOOK,
        BOOK.replace('key = "Q"', 'key = "N"'),
        BOOK.replace('key = "Q"', 'key = "q"'),
        BOOK.replace('type = "state"', 'type = "stat"'),
        BOOK.replace("core = true", 'core = "yes"'),
        BOOK.replace("[[field]]", "[[feld]]"),
        BOOK.replace('id = "idlib-2019"', 'id = "another"'),
        re.sub(r'version = "[\d.]+"', 'version = "9.0.0"', BOOK).replace("[[ruling]]", "[[rulings]]"),
    ],
    ids=range(10),
)
def test_translates_every_fault_of_a_codebook(reader: FlaskClient, sign_in: SignIn, source: str) -> None:  # noqa: F811
    assert untranslated(upload(lead(reader, sign_in), source)) == []


def test_translates_the_differences_of_versions(reader: FlaskClient, sign_in: SignIn) -> None:  # noqa: F811
    client = lead(reader, sign_in)
    source = re.sub(r'version = "[\d.]+"', 'version = "9.0.0"', BOOK, count=1)
    source = source.replace('type = "state"', 'type = "media"').replace(
        "context_before = 2", "context_before = 3"
    )
    assert untranslated(upload(client, source)) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("damaged.pdf", b"%PDF-1.7 nothing"),
        ("damaged.docx", b"PK\x03\x04"),
        ("named.pdf", b"no pdf at all, but some words"),
        ("picture.txt", b"\x89PNG\r\n"),
        ("zeros.txt", bytes(range(256)) * 9),
        ("blank.txt", b"  \n "),
        ("page.html", b"<html><body></body></html>"),
        ("lines.jsonl", b"[1]"),
        ("old.txt", "Городская библиотека снова открыта для всех жителей".encode("cp1251")),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_translates_what_is_wrong_with_a_file(
    reader: FlaskClient,  # noqa: F811
    sign_in: SignIn,
    name: str,
    data: bytes,
) -> None:
    client = lead(reader, sign_in)
    form = {"file": (io.BytesIO(data), name)}
    answer = client.post("/import", data=form, content_type="multipart/form-data", follow_redirects=True)
    assert untranslated(answer.text) == []


def test_translates_what_is_done_to_a_text(reader: FlaskClient, sign_in: SignIn) -> None:  # noqa: F811
    client = lead(reader, sign_in)
    text = f"/documents/{ARTICLE}/text"
    for path, form in [
        (f"{text}/s9", {"action": "merge"}),
        (f"{text}/s9", {"action": "merge", "sure": "1"}),
        (f"{text}/s10", {"action": "kind", "kind": "caption", "sure": "1"}),
        (f"{text}/s11", {"action": "split", "at": "0", "sure": "1"}),
        (f"{text}/s11", {"action": "split", "at": "x", "sure": "1"}),
        (f"{text}/s11", {"action": "kind", "kind": "x", "sure": "1"}),
        (f"/documents/{ARTICLE}/changes/undo", {}),
        (f"/documents/{ARTICLE}/changes/redo", {}),
        (f"/documents/{ARTICLE}/changes/redo", {}),
        (text, {"lang": "x1"}),
        (text, {"title": "Another"}),
        (f"/documents/{ARTICLE}/stage", {"stage": "withdrawn"}),
    ]:
        assert untranslated(client.post(path, data=form, follow_redirects=True).text) == [], path


def test_translates_what_is_done_to_speakers(reader: FlaskClient, sign_in: SignIn) -> None:  # noqa: F811
    client = lead(reader, sign_in)
    made = client.post("/speakers", data={"name": "K 9"})  # too short to be taken for a sentence
    one = made.headers["Location"]
    seen = re.search(r'name="seen" value="(\d+)"', client.get(one).text)
    assert seen
    for path, form in [
        ("/speakers", {"name": ""}),
        ("/speakers", {"name": "!"}),
        ("/speakers", {"name": "x" * 200}),
        ("/speakers", {"name": "K 9"}),
        (one, {"seen": seen[1], "name-en": "K 9", "type": "x"}),
        (one, {"seen": seen[1], "name-en": "K 9", "side": "x"}),
        (one, {"seen": seen[1], "name-en": "K 9", "wikidata": "x"}),
        (one, {"seen": seen[1]}),
        (one, {"seen": "0", "name-en": "K"}),
        (one, {"seen": seen[1], "name-en": "K"}),
        ("/speaker-changes/1/undo", {}),
        ("/speaker-changes/2/undo", {}),
        ("/speaker-changes/2/redo", {}),
        (f"{one}/merge", {"into": one.rpartition("/")[2], "seen": "9"}),
    ]:
        assert untranslated(client.post(path, data=form, follow_redirects=True).text) == [], (path, form)


def test_translates_what_is_undone(reader: FlaskClient, sign_in: SignIn) -> None:  # noqa: F811
    sign_in(reader, "Ana")
    for way in ("undo", "undo", "redo", "undo"):
        answer = reader.post(f"/documents/{ARTICLE}/{way}", follow_redirects=True)
        assert untranslated(answer.text) == []

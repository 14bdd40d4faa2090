"""The codebook, to read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from annotator.model import Codebook
from annotator.web.codebook import language_of, paragraphs, remark

SignIn = Callable[[FlaskClient, str], None]


def test_shows_every_label_at_an_address_of_its_own(
    client: FlaskClient, codebook: Codebook, sign_in: SignIn
) -> None:
    sign_in(client, "Ana")
    page = client.get("/codebook").text
    for field in (field for field in codebook.fields if field.core):
        assert f'id="{field.id}"' in page
        for label in field.labels:
            assert f'id="{field.id}-{label.id}"' in page


def test_shows_speakers_positions_and_rulings(
    client: FlaskClient, codebook: Codebook, sign_in: SignIn
) -> None:
    sign_in(client, "Ana")
    page = client.get("/codebook").text
    ids = [f"speaker-{actor.id}" for actor in codebook.actors]
    ids += [f"propositions-{proposition.id}" for proposition in codebook.propositions]
    ids += [f"ruling-{ruling.id}" for ruling in codebook.rulings]
    assert [id for id in ids if f'id="{id}"' not in page] == []


def test_marks_examples_with_their_language(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    assert 'class="text" dir="auto" lang="ar"' in client.get("/codebook").text


@pytest.mark.parametrize(
    ("text", "languages", "lang"),
    [
        ("“وترى أنقرة", ("ru", "ar"), "ar"),
        ("quotation marks", ("ar",), None),
        ("по словам", ("ru",), "ru"),
        ("…", ("ar",), None),
    ],
)
def test_finds_the_language_of_an_example(text: str, languages: tuple[str, ...], lang: str | None) -> None:
    assert language_of(text, languages) == lang


def test_sets_lists_apart_from_paragraphs() -> None:
    assert paragraphs("Who?\n- a person\n- a state\n\nNobody: the author.") == [
        ("p", ["Who?"]),
        ("ul", ["a person", "a state"]),
        ("p", ["Nobody: the author."]),
    ]


def test_sets_remarks_apart_from_quoted_words() -> None:
    assert remark("وافقت تركيا (press conference)") == ("وافقت تركيا", "press conference")
    assert remark("بدعوى محاربة الإرهاب") == ("بدعوى محاربة الإرهاب", None)

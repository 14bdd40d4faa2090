"""At the web's door a sentence is said in the reader's language, and nothing in it is taken for markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from annotator.model import Counted, Missing, Problem, Said, several, worded
from annotator.web.words import _, told
from tests import catalogues

SignIn = Callable[[FlaskClient, str], None]

RUSSIAN = {
    "There is no %(thing)s “%(id)s”.": "Здесь нет: %(thing)s «%(id)s».",
    "speaker": "говорящий",
    "100 % agreement": "Согласие 100 %",
    "Only %(share)s %% of the words are known.": "Известны только %(share)s %% слов.",
    "Save it and go on.": "Сохраните & <продолжайте>.",
    "Said by %(name)s": "Сказал %(name)s",
    "More than %(limit)s rows": "Больше %(limit)s строк",
    ", ": "; ",
}
CLAIMS = ("%(n)s claim", "%(n)s claims")


@pytest.fixture
def russian(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    catalogue = catalogues.from_text(
        catalogues.HEADER.format(lang="ru", plurals=catalogues.PLURALS["ru"]), "ru"
    )
    for message, translation in RUSSIAN.items():
        catalogue.add(message, translation)
    catalogue.add(CLAIMS, ("%(n)s утверждение", "%(n)s утверждения", "%(n)s утверждений"))
    place = tmp_path / "ru" / "LC_MESSAGES" / "messages.mo"
    place.parent.mkdir(parents=True)
    place.write_bytes(catalogues.compiled(catalogue))
    app.extensions["babel"].translation_directories = [str(tmp_path)]
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        yield app


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("said", "russian_words"),
    [
        (Said("There is no %(thing)s “%(id)s”.", thing=Said("speaker"), id="s9"),
         "Здесь нет: говорящий «s9»."),
        (Problem("There is no %(thing)s “%(id)s”.", thing=Said("speaker"), id="s9"),
         "Здесь нет: говорящий «s9»."),
        (Said("100 % agreement"), "Согласие 100 %"),
        (Said("Only %(share)s %% of the words are known.", share="7"), "Известны только 7 % слов."),
        (Said("More than %(limit)s rows", limit=12000), "Больше 12\xa0000 строк"),
        (Said("There is no %(thing)s “%(id)s”.", thing=Said("speaker"), id=["a", "b"]),
         "Здесь нет: говорящий «a; b»."),
        (Said("Said by %(name)s", name={"en": "The author", "ru": "Автор"}), "Сказал Автор"),
        (Said("Said by %(name)s", name=Problem("There is no %(thing)s “%(id)s”.", thing="x", id="y")),
         "Сказал Здесь нет: x «y»."),
        (Counted(*CLAIMS, 1), "1 утверждение"),
        (Counted(*CLAIMS, 3), "3 утверждения"),
        (Counted(*CLAIMS, 5), "5 утверждений"),
        (several([Counted(*CLAIMS, 21), Said("100 % agreement"), "as typed"]),
         "21 утверждение\nСогласие 100 %\nas typed"),
        (worded({"en": "Ask twice.", "ru": "Спросите дважды."}), "Спросите дважды."),
        (Said("Nobody translated this %(word)s.", word="yet"), "Nobody translated this yet."),
        ("as typed: 100 % %(n)s", "as typed: 100 % %(n)s"),
        (Said(""), ""),
    ],
)  # fmt: skip
def test_says_it_in_the_readers_language(said: Problem | str, russian_words: str) -> None:
    assert told(said) == russian_words


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize("typed", ["<img src=x onerror=alert(1)>", "100 % %(id)s %s %%", "&amp; \"'"])
@pytest.mark.parametrize("around", [lambda typed: typed, lambda typed: Said("Said by %(name)s", name=typed)])
def test_takes_nothing_typed_for_markup(typed: str, around: Callable[[str], str]) -> None:
    said = Said("There is no %(thing)s “%(id)s”.", thing=around(typed), id=typed)
    for shown in (
        told(said),
        _("Said by %(name)s", name=said),
        render_template_string("{{ said }}", said=said),
    ):
        assert "<" not in shown
    assert told(Said("Said by %(name)s", name=typed)).unescape() == f"Сказал {typed}"


@pytest.mark.usefixtures("russian")
def test_takes_no_message_for_markup() -> None:
    assert told(Said("Save it and go on.")) == "Сохраните &amp; &lt;продолжайте&gt;."
    assert told(worded({"en": "<b>Ask</b>"})) == "&lt;b&gt;Ask&lt;/b&gt;"


@pytest.mark.usefixtures("russian")
def test_says_what_a_template_puts_out() -> None:
    page = render_template_string("{{ one }} {{ _('Said by %(name)s', name=two) }}", **{
        "one": Said("100 % agreement"), "two": Missing("There is no %(thing)s “%(id)s”.", thing="x", id=1),
    })  # fmt: skip
    assert page == "Согласие 100 % Сказал Здесь нет: x «1»."


@pytest.mark.parametrize("typed", ["%3Cb%3E", "%25%28id%29s", "100%25"])
def test_shows_an_address_as_it_was_typed(client: FlaskClient, sign_in: SignIn, typed: str) -> None:
    sign_in(client, "Ana")
    for path in (f"/documents/{typed}", f"/history/{typed}", f"/documents/{typed}/sentences/s1"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "<b>" not in answer.text

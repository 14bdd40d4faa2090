"""The translations: none missing, none left over, none that says something with other values."""

from __future__ import annotations

import gettext
import io
import re
import string
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message

from annotator.web.languages import FIRST, LANGUAGES
from tests import catalogues
from tests.catalogues import forms

RENEW = "run: python -m tests.catalogues --tidy"
SMALL = {"ar": {0, 1, 2}, "tr": {0}}
"""Plural forms that mean one number only, and may say it in words: not the Russian one, also said of 21."""


@pytest.fixture(scope="module")
def sentences() -> Catalog:
    return catalogues.said()


def test_has_a_catalogue_for_every_language() -> None:
    assert {path.name for path in catalogues.CATALOGUES.iterdir()} == set(LANGUAGES) - {FIRST}
    assert set(catalogues.PLURALS) == set(LANGUAGES) - {FIRST}


@pytest.mark.parametrize("lang", catalogues.PLURALS)
def test_says_everything_in_every_language(lang: str) -> None:
    missing = [message.id for message in catalogues.read(lang) if not all(forms(message.string))]
    assert [id for id in missing if id] == []


@pytest.mark.parametrize("lang", catalogues.PLURALS)
def test_is_up_to_date(lang: str, sentences: Catalog) -> None:
    text = catalogues.place(lang).read_text(encoding="utf-8")
    assert catalogues.brought_up_to_date(text, lang, sentences, tidy=True) == text, RENEW
    catalogue = catalogues.read(lang)
    assert [message.id for message in catalogue if message.fuzzy] == []
    assert not catalogue.obsolete, RENEW


@pytest.mark.parametrize("lang", catalogues.PLURALS)
def test_is_compiled(lang: str) -> None:
    shipped = gettext.GNUTranslations(io.BytesIO(catalogues.place(lang, ".mo").read_bytes()))
    fresh = gettext.GNUTranslations(io.BytesIO(catalogues.compiled(catalogues.read(lang))))
    assert _sentences(shipped) == _sentences(fresh), RENEW
    assert [shipped.plural(n) for n in range(200)] == [fresh.plural(n) for n in range(200)]  # type: ignore[attr-defined]


def _sentences(translations: gettext.GNUTranslations) -> dict[Any, str]:
    known: dict[Any, str] = translations._catalog  # type: ignore[attr-defined]
    return {key: text for key, text in known.items() if key}


@pytest.mark.parametrize("lang", catalogues.PLURALS)
def test_keeps_the_values_and_signs_of_every_sentence(lang: str) -> None:
    wrong = [fault for message in catalogues.read(lang) for fault in faults(message, lang)]
    assert wrong == []


def faults(message: Message, lang: str) -> list[str]:
    """What a translation says otherwise than with the values, the HTML and the outer spaces it was given."""
    translated = forms(message.string)
    if not message.id or not all(translated):
        return []
    ids = forms(message.id)
    if len(ids) > 1 and len(translated) != int(catalogues.PLURALS[lang][len("nplurals=")]):
        return [f"{ids[0]}: {len(translated)} plural forms"]
    found = []
    for number, text in enumerate(translated):
        must = values(ids[-1])
        may_leave = {"n"} if len(ids) > 1 and number in SMALL.get(lang, ()) else set()
        if not must - may_leave <= values(text) <= must:
            found.append(f"{text}: other values than {ids[-1]}")
        elif values(text):
            text % dict.fromkeys(must, 0)  # a stray % breaks here
        if sorted(re.findall(r"<[^>]*>|&\w+;", text)) != sorted(re.findall(r"<[^>]*>|&\w+;", ids[-1])):
            found.append(f"{text}: other HTML than {ids[-1]}")
        if _edges(text) != _edges(ids[-1]):
            found.append(f"{text!r}: other spaces at its ends than {ids[-1]!r}")
    return found


def values(text: str) -> set[str]:
    """The names of the values in a message.

    >>> sorted(values("%(n)s of %(all)s"))
    ['all', 'n']
    """
    return set(re.findall(r"%\((\w+)\)s", text))


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1] in string.whitespace, text[-1:] in string.whitespace


@pytest.mark.parametrize(
    ("id", "translation", "lang", "good"),
    [
        ("%(n)s of %(all)s", "%(all)s içinde %(n)s", "tr", True),
        ("%(n)s of %(all)s", "%(all)s içinde", "tr", False),
        ("%(n)s of %(all)s", "%(all)s içinde %(sayi)s", "tr", False),
        ("Save", "<b>Kaydet</b>", "tr", False),
        (" and ", " ve ", "tr", True),
        (" and ", "ve", "tr", False),
        (("%(n)s claim", "%(n)s claims"), ("Bir sav", "%(n)s sav"), "tr", True),
        (("%(n)s claim", "%(n)s claims"), ("%(n)s sav", "savlar"), "tr", False),
        (("%(n)s claim", "%(n)s claims"), ("одно", "%(n)s", "%(n)s"), "ru", False),
        (("%(n)s claim", "%(n)s claims"), ("%(n)s", "%(n)s"), "ru", False),
    ],
)
def test_finds_faults_in_a_translation(id: Any, translation: Any, lang: str, good: bool) -> None:
    assert (faults(Message(id, translation), lang) == []) is good


def test_keeps_translations_when_sentences_come_and_go() -> None:
    old, new = Catalog(), Catalog()
    old.add("Save")
    new.add("Keep")
    first = catalogues.brought_up_to_date(catalogues.HEADER.format(lang="tr", plurals=""), "tr", old)
    first = first.replace('msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "Kaydet"')
    without = catalogues.brought_up_to_date(first, "tr", new)
    assert '#~ msgid "Save"' in without
    assert catalogues.brought_up_to_date(without, "tr", old, tidy=True) == first
    assert "Kaydet" not in catalogues.brought_up_to_date(without, "tr", new, tidy=True)

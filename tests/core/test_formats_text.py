"""Plain text and pasted text: the encoding found, shown and changeable, the characters kept."""

from __future__ import annotations

import codecs
import random

import pytest

from annotator.model import Invalid
from annotator.text import formats
from annotator.text.formats import Options, Source
from tests.formats.written import TEXTS


def opened(name: str, data: bytes, **options: str) -> Source:
    (source,) = formats.open_file(name, data, Options(**options))
    return source


@pytest.mark.parametrize(
    ("lang", "codec", "encoding"),
    [
        *((lang, "utf-8", "utf-8") for lang in TEXTS),
        *((lang, "utf-8-sig", "utf-8") for lang in TEXTS),
        *((lang, "utf-16", "utf-16-le") for lang in TEXTS),
        *((lang, "utf-16-le", "utf-16-le") for lang in TEXTS),
        *((lang, "utf-16-be", "utf-16-be") for lang in TEXTS),
        ("ar", "cp1256", "windows-1256"),
        ("ru", "cp1251", "windows-1251"),
        ("tr", "cp1254", "windows-1254"),
        ("en", "cp1252", "windows-1252"),
    ],
)
def test_finds_the_encoding_and_keeps_every_character(lang: str, codec: str, encoding: str) -> None:
    source = opened("a.txt", TEXTS[lang].encode(codec))
    mark = "\ufeff" if codec in ("utf-8-sig", "utf-16") else ""
    assert (source.text, source.encoding, source.method) == (mark + TEXTS[lang], encoding, "txt")


@pytest.mark.parametrize(
    ("lang", "codec"), [("ar", "cp1256"), ("ru", "cp1251"), ("ru", "koi8-r"), ("tr", "cp1254")]
)
def test_finds_the_encoding_of_a_few_words(lang: str, codec: str) -> None:
    first = TEXTS[lang].splitlines()[0]
    assert opened("a.txt", first.encode(codec)).text == first


def test_says_which_encoding_it_took_unless_that_is_certain() -> None:
    assert "windows-1256" in opened("a.txt", TEXTS["ar"].encode("cp1256")).warnings[0]
    assert not opened("a.txt", TEXTS["ar"].encode()).warnings


def test_offers_the_other_encodings_and_takes_the_chosen_one() -> None:
    data = TEXTS["ru"].encode("cp1251")
    offered = formats.encodings(data)
    assert offered[0] == "windows-1251"
    assert "windows-1256" in offered
    assert opened("a.txt", data, encoding="cp1256") == Source(data.decode("cp1256"), "txt", "windows-1256")


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (b"", {}, "empty"),
        (b" \n\t ", {}, "only white space"),
        ("\ufeff \n".encode(), {}, "only white space"),
        (b"\x89PNG\r\n", {}, "an image"),
        (b"\xff\xd8\xff\xe0", {}, "an image"),
        (b"{\\rtf1 text}", {}, "rich text"),
        (b"one\0two", {}, "binary"),
        (bytes(range(256)) * 50, {}, "binary"),
        (random.Random(1).randbytes(5000), {}, "binary"),
        (b"A word\n\xed\xa0\x80 and more words", {}, "half a character"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8a\x00", {}, "binary"),
        (TEXTS["ar"].encode() + b"\xff", {}, "line 10"),
        (b"a word", {"encoding": "rot13"}, "no encoding Qawl reads"),
        (b"\x98", {"encoding": "windows-1251"}, "line 1 has a byte"),
        (b"a b " * 1_400_000, {}, "limit is 5 million"),
    ],
)
def test_refuses(data: bytes, options: dict[str, str], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        opened("a.txt", data, **options)


@pytest.mark.parametrize("text", ["Сирия", "سوريا\r\n", "\ufeffone", "a\u0301 😀", " x "])
def test_keeps_every_character(text: str) -> None:
    assert opened("a.txt", text.encode()).text == text


def test_refuses_a_file_of_200_megabytes_unread() -> None:
    with pytest.raises(Invalid, match="200 MB, the limit is 20 MB"):
        opened("a.pdf", bytes(200_000_000))


def test_keeps_direction_marks_as_they_are() -> None:
    text = "One \u202eowt\u202c three."
    assert opened("a.txt", text.encode()).text == text


def test_takes_pasted_text() -> None:
    assert formats.pasted("سوريا\n") == Source("سوريا\n", "paste")
    with pytest.raises(Invalid, match="line 2"):
        formats.pasted("one\n\ud800")

"""Bytes to characters, and the sentence that says why not."""

import pytest

from annotator.model import Invalid
from annotator.text import LIMIT, decode


@pytest.mark.parametrize("text", ["Сирия", "سوريا\r\n", "\ufeffone", "a\u0301 😀", " x "])
def test_keeps_every_character(text):
    assert decode(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\t ", "only white space"),
        ("\ufeff \n".encode(), "only white space"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04rest", "Word file"),
        (b"\x89PNG\r\n", "an image"),
        (b"\xff\xd8\xff\xe0", "an image"),
        (b"text\0text", "binary"),
        ("Сирия".encode("cp1251"), "line 1"),
        (b"one\ntwo\n" + "سوريا".encode("cp1256"), "line 3"),
        ("Сирия".encode("utf-16"), "UTF-16"),
        (b"a" * (LIMIT + 1), "limit is 5 MB"),
    ],
)
def test_refuses(data, words):
    with pytest.raises(Invalid, match=words):
        decode(data)


def test_reads_a_file_of_the_limit():
    assert len(decode(b"a" * LIMIT)[0]) == LIMIT

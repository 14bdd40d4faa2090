"""Web pages, Word files and PDFs, and files whose names say another format."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from annotator.model import Invalid
from annotator.text import formats
from annotator.text.formats import Source, apart
from tests.formats import pdf_files
from tests.formats.printing import web_page
from tests.formats.written import TEXTS

ENGLISH = "The library opened its doors again this morning."


def opened(name: str, data: bytes) -> Source:
    (source,) = formats.open_file(name, data)
    return source


def word(text: str) -> docx.document.Document:
    document = docx.Document()
    head, *paragraphs = text.strip().split("\n\n")
    document.add_heading(head, 1)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return document


def saved(document: docx.document.Document) -> bytes:
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return written.getvalue()


# ------------------------------------------------------------------ web pages


@pytest.mark.parametrize("lang", TEXTS)
def test_reads_the_article_of_a_page(lang: str) -> None:
    source = opened("a.html", web_page(TEXTS[lang], lang).encode())
    assert source.text == TEXTS[lang]
    assert source.fields["title"] == TEXTS[lang].splitlines()[0]


@pytest.mark.parametrize(
    ("lang", "codec"), [("ar", "windows-1256"), ("ru", "windows-1251"), ("tr", "iso-8859-9")]
)
def test_reads_the_encoding_a_page_declares(lang: str, codec: str) -> None:
    page = web_page(TEXTS[lang], lang).replace('charset="utf-8"', f'charset="{codec}"')
    source = opened("a.html", page.encode(codec, "xmlcharrefreplace"))
    assert source.text == TEXTS[lang]


def test_takes_the_address_a_browser_saved() -> None:
    page = "<!-- saved from url=(0021)https://example.org/a -->" + web_page(TEXTS["en"], "en")
    assert opened("a.htm", page.encode()).fields["url"] == "https://example.org/a"


def test_runs_no_script() -> None:
    script = "<script>document.body.innerHTML = '<p>Written by a script, which nobody ran.</p>'</script>"
    page = web_page(TEXTS["en"], "en").replace("</body>", script + "</body>")
    assert opened("a.html", page.encode()).text == TEXTS["en"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<div>" * 1_000_000, "nests more than 1,000 tags"),
        (b"<html><body><script>write('x')</script></body></html>", "no text in it"),
    ],
)
def test_refuses_pages(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        opened("a.html", data)


# ------------------------------------------------------------------ Word


@pytest.mark.parametrize("lang", TEXTS)
def test_reads_a_word_file(lang: str) -> None:
    document = word(TEXTS[lang])
    document.core_properties.title = "A title"
    source = opened("a.docx", saved(document))
    assert (source.text, source.method, source.fields) == (TEXTS[lang], "docx", {"title": "A title"})


def test_keeps_a_row_of_a_table_on_a_line() -> None:
    document = word("Head\n\nBefore.")
    table = document.add_table(2, 2)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"c{number}"
    document.add_paragraph("After.")
    assert opened("a.docx", saved(document)).text == "Head\n\nBefore.\n\nc0\tc1\n\nc2\tc3\n\nAfter.\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped("word/document.xml", bytes(300_000_000)), "would unpack to 300 MB"),
        (zipped("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "its own XML words"),
        (zipped("word/document.xml", b"<a/>"), "damaged"),
        (zipped("word/document.xml", b"<a/>")[:60], "damaged"),
        (zipped("a.txt", b"One."), "zip archive. Unpack it"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "old Word or Excel file"),
        (b"One.", "is not a Word file"),
        (saved(docx.Document()), "no text in it"),
    ],
    ids=["large", "entities", "bare", "cut", "zip", "old", "text", "empty"],  # the bytes hold the time of day
)
def test_refuses_word_files(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        opened("a.docx", data)


# ------------------------------------------------------------------ PDF


def test_parts_the_pages_of_a_pdf() -> None:
    source = opened("a.pdf", pdf_files.pages([pdf_files.shown(ENGLISH), pdf_files.shown("It was full.")]))
    assert (source.text, source.method) == (f"{ENGLISH}\n\f\nIt was full.\n", "pdf")


def test_warns_of_a_page_that_is_a_picture() -> None:
    source = opened("a.pdf", pdf_files.pages([pdf_files.shown(ENGLISH), pdf_files.PICTURE]))
    assert source.warnings == ("Page 2 is a picture; its text is missing.",)


def test_warns_of_unknown_words() -> None:
    source = opened(
        "a.pdf", pdf_files.pages([pdf_files.shown("The library dghf opened its qwrt doors fghj")])
    )
    assert source.warnings == ("Only 62% of the words are known. Compare the text with the PDF.",)


@pytest.mark.parametrize("lang", TEXTS)
def test_refuses_a_broken_character_map(lang: str) -> None:
    with pytest.raises(Invalid, match="unreadable"):
        opened("a.pdf", pdf_files.wrongly_mapped(TEXTS[lang]))


FORM = pdf_files.stream(
    b"/X Do /X Do",
    b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 3 0 R >> >>",
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (pdf_files.pages([pdf_files.PICTURE]), "pictures without text"),
        (pdf_files.pages([pdf_files.stream(b"")]), "no text in it"),
        (pdf_files.pages([pdf_files.shown(ENGLISH)] * 10_000), "more than 2,000 pages"),
        (
            pdf_files.pages([pdf_files.stream(b"/X Do")], font=FORM, more={"XObject": b"<< /X 3 0 R >>"}),
            "no text in it",
        ),
        (
            pdf_files.assembled(
                [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]
            ),
            "no pages",
        ),
        (pdf_files.pages([pdf_files.shown(ENGLISH)])[:400], "damaged"),
        (pdf_files.bomb(5_000), "memory"),
        (pdf_files.locked(), "locked with a password"),
    ],
    ids=["picture", "empty", "many pages", "form loop", "page loop", "cut off", "bomb", "locked"],
)
def test_refuses_pdf_files(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        opened("a.pdf", data)


def test_stops_a_reader_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(apart.SECONDS, "pdf", 1.0)
    endless = pdf_files.assembled([b"<< /Type /Catalog /Pages 2 0 R >>", b"2 0 R"])
    with pytest.raises(Invalid, match="took more than 1 seconds"):
        opened("a.pdf", endless)


def test_reads_the_next_file_after_a_hostile_one() -> None:
    with pytest.raises(Invalid):
        opened("a.docx", zipped("word/document.xml", b"<a/>"))
    assert opened("a.pdf", pdf_files.pages([pdf_files.shown(ENGLISH)])).text == ENGLISH + "\n"


# ------------------------------------------------------------------ names and contents


@pytest.mark.parametrize(
    ("data", "method", "words"),
    [
        (pdf_files.pages([pdf_files.shown(ENGLISH)]), "pdf", "a PDF, although its name ends in .txt"),
        (saved(word(TEXTS["en"])), "docx", "a Word file"),
        (web_page(TEXTS["en"], "en").encode(), "html", "a web page"),
    ],
)
def test_goes_by_the_content_where_the_name_says_another(data: bytes, method: str, words: str) -> None:
    source = opened("a.txt", data)
    assert source.method == method
    assert words in source.warnings[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n", "an image"),
        (b"{\\rtf1", "rich text"),
        (b"From: <Saved by Blink>\r\n", "web archive"),
        (b"\x1f\x8b\x08", "compressed"),
    ],
)
def test_says_what_a_file_looks_like(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        opened("a.txt", data)

"""Files made to fill the memory or to take for ever are refused with a sentence, before they do."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from annotator import annotate, codebook, text
from annotator.homecoming import bundle, doccano, label_studio, statements
from annotator.homecoming.records import Reader
from annotator.model import Answer, Invalid, Kind, Problem, Sentence, Unit
from annotator.project.importing import _reading_file
from annotator.text.formats import columns, open_file
from annotator.web.annotate_draft import spans_of
from tests.formats import pdf_files

DEEP = 100_000
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">'
    '<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&c;&x;</a>'
)


def zipped(members: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


def overlapping(name: str, megabytes: int, times: int) -> bytes:
    """A zip whose table of contents names one packed member many times over."""
    content = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = content.compress(bytes(megabytes * 1_000_000)) + content.flush()
    crc = zlib.crc32(bytes(megabytes * 1_000_000))
    sizes = struct.pack("<III", crc, len(packed), megabytes * 1_000_000)
    head = struct.pack("<IHHHHH", 0x04034B50, 20, 0, 8, 0, 0x21) + sizes + struct.pack("<HH", len(name), 0)
    body = head + name.encode() + packed
    entries = b""
    for number in range(times):
        own = name.encode() if number == 0 else f"word/{number:05}.xml".encode()
        entries += struct.pack("<IHHHHHH", 0x02014B50, 20, 20, 0, 8, 0, 0x21) + sizes
        entries += struct.pack("<HHHHHII", len(own), 0, 0, 0, 0, 0, 0) + own
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, times, times, len(entries), len(body), 0)
    return body + entries + end


def in_word(content: bytes, name: str = "word/document.xml") -> bytes:
    return zipped({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>", name: content})


def in_excel(content: bytes) -> bytes:
    return zipped({"xl/workbook.xml": content, "xl/worksheets/sheet1.xml": content})


MAINFRAME = b'<?xml version="1.0" encoding="cp037"?>' + LAUGHS.encode("cp037")
UTF_7 = b'<?xml version="1.0" encoding="UTF-7"?>' + LAUGHS.replace("!", "+ACE-").encode()
WORD = {"word/document.xml": b"<a/>"}
ARCHIVES: dict[str, Callable[[], bytes]] = {
    "a part of gigabytes": lambda: in_word(bytes(60_000_001)),
    "more parts than a document has": lambda: zipped({f"word/{n}.xml": b"" for n in range(5_001)} | WORD),
    "a zip in a zip in a zip": lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c": bytes(9_000_000)})})}),
    "a part told of many times over": lambda: overlapping("word/document.xml", 1, 900),
    "entities": lambda: in_word(LAUGHS.encode()),
    "entities in UTF-16": lambda: in_word(LAUGHS.encode("utf-16")),
    "entities in UTF-32": lambda: in_word(LAUGHS.encode("utf-32")),
    "entities in an encoding of mainframes": lambda: in_word(MAINFRAME),
    "entities in UTF-7": lambda: in_word(UTF_7),
    "entities in a part of another name": lambda: in_word(LAUGHS.encode(), "word/media/evil.png"),
    "entities in Excel": lambda: in_excel(LAUGHS.encode()),
    "entities in Excel of mainframes": lambda: in_excel(MAINFRAME),
}


@pytest.mark.parametrize("what", ARCHIVES)
def test_refuses_archives_with(what: str) -> None:
    with pytest.raises(Invalid, match=r"not (?:unpacked|read)|more than|zip archive"):
        list(open_file("a.bin", ARCHIVES[what]()))


WIDE = b"text," + b",".join(b"c%d" % n for n in range(100_000)) + b"\n" + b"1," * 100_000
TABLES: dict[str, Callable[[], bytes]] = {
    "a line of 20 MB": lambda: b"text\n" + b"a" * 19_999_000,
    "100,000 columns": lambda: WIDE,
    "quotation marks without end": lambda: b'text\n"' + b'a""' * 3_000_000,
}


@pytest.mark.parametrize("what", TABLES)
def test_refuses_tables_with(what: str) -> None:
    with pytest.raises(Invalid):
        list(open_file("a.csv", TABLES[what]()))
    with pytest.raises(Invalid):
        columns("a.csv", TABLES[what]())


PAGES = {
    "a million tags in each other": b"<html>" + b"<b>" * 1_000_000,
    "a tag without end": b"<html><" + b"a" * 3_000_000,
    "a million attributes": b"<html><p>One.</p><a " + b"b=c " * 1_000_000,
    "a million beginnings": b"<html>" + b"<!--" * 1_000_000 + b"<a" * 1_000_000,
}


@pytest.mark.parametrize("what", PAGES)
def test_takes_or_refuses_pages_with(what: str) -> None:
    """Within the time that a reader has; the next file is read as if nothing had been."""
    with contextlib.suppress(Invalid):
        list(open_file("a.html", PAGES[what]))
    assert list(open_file("a.html", b"<html><p>The council met again in the town.</p>"))


PDFS = {
    "pages that hold themselves": pdf_files.assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9999999 >>"]
    ),
    "lists in lists": pdf_files.assembled([b"[" * DEEP + b"]" * DEEP]),
    "a stream in itself": pdf_files.pages([pdf_files.stream(b"x", b"/Filter [" + b"/Fl " * 5_000 + b"]")]),
    "a length of another kind": pdf_files.pages([b"<< /Length 99999999999999999 >>\nstream\nx\nendstream"]),
}  # fmt: skip


@pytest.mark.parametrize("what", PDFS)
def test_refuses_pdf_files_with(what: str) -> None:
    with pytest.raises(Invalid):
        list(open_file("a.pdf", PDFS[what]))


# ------------------------------------------------------------------ JSON, TOML and numbers

_BOOK = codebook.load(codebook.bundled("idlib-2019"))
_SENTENCE = Sentence(1, "a", 1, 1, Unit("s1", Kind.BODY, "One two.", ((0, 8),)))


def _answered(words: str) -> object:
    form = _Form(speaker="putin", stance="ru", attribution="indirect", content_spans=words)
    return annotate.apply(Answer(), form, _SENTENCE, _BOOK)


class _Form(dict[str, str]):
    def getlist(self, key: str) -> list[str]:
        return [self[key]] if key in self else []


def _kept_as_note(words: str) -> object:
    from annotator.homecoming import brat

    return brat.statements(f"T1\tContent 0 3\tOne\nE1\tContent:T1\n#1\tA E1\t{words}\n", "One two.", "a.ann")


READERS: dict[str, Callable[[str], object]] = {
    "a table": lambda words: list(open_file("a.jsonl", words.encode())),
    "records": lambda words: list(Reader(lambda _: None).read([words.encode()])),
    "Label Studio": lambda words: list(label_studio.read(words.encode())),
    "doccano": lambda words: list(doccano.read(words.encode())),
    "brat": _kept_as_note,
    "a checked reading": lambda words: text.checked("One.", _reading_file(words)),
    "a codebook": lambda words: codebook.load(f"format = {words}"),
    "marked words": _answered,
    "a draft": spans_of,
}
NUMBERS = {
    "brackets": "[" * DEEP + "]" * DEEP,
    "open brackets": "[" * DEEP,
    "objects": '{"a":' * DEEP,
    "a number of 5,000 digits": "9" * 5_000,
    "a number of 4,000 hexadecimal digits": "0x" + "f" * 4_000,
    "lists of endless numbers": "[[1e999,1e999]]",
    "numbers that are none": "[[NaN,Infinity]]",
    "half a character": '"\\ud800"',
}


@pytest.mark.parametrize("what", NUMBERS)
@pytest.mark.parametrize("reader", READERS)
def test_takes_or_refuses_with_a_sentence(reader: str, what: str) -> None:
    try:
        READERS[reader](NUMBERS[what])
    except Problem as problem:
        told = str(problem)
    else:
        told = "taken"
    assert told.encode()


@pytest.mark.parametrize(
    "pattern",
    [r"(a+)+$", r"((\w*)x)*y", r"(?:a|a)*b", r"(.*)(.*)(.*)(.*)z", r"(?:(?=a+)a)*b", r"(\w{0,50}){9,60}"],
)
def test_refuses_codebooks_whose_patterns_take_for_ever(pattern: str) -> None:
    source = codebook.bundled("idlib-2019")
    hostile = re.sub(r"require_text = '.*?'", lambda _: f"require_text = '{pattern}'", source)
    with pytest.raises(Invalid, match="for ever"):
        codebook.load(hostile)


def test_refuses_a_bundle_that_unpacks_to_more_than_a_project(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    for members in (
        {"claims.jsonl": bytes(9_000_000), "manifest.json": b"{}"},
        {"../x": b"", "manifest.json": b"{}"},
        {"manifest.json": b"[" * DEEP},
    ):
        path.write_bytes(zipped(members))
        with pytest.raises(Invalid), bundle.opened(path):
            pass


def test_refuses_a_zip_of_texts_that_unpacks_to_more_than_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(overlapping("a.ann", 1, 900).replace(b".xml", b".ann"))
    with pytest.raises(Invalid, match="unpack"):
        list(statements.files(path, (".ann",)))


def test_reads_packed_bytes_as_they_are() -> None:
    with pytest.raises(Invalid, match="compressed"):
        list(open_file("a.txt", gzip.compress(b"One." * 1_000)))


def test_reads_a_long_line_of_every_trap() -> None:
    """A text of one line in which every pattern finds something again and again."""
    line = "قال “ال، 12.5% - ماكس- ـــ (a.b) www.x @ 1/2 " * 400
    assert list(islice(_units(line), 3))


def _units(line: str) -> Iterator[str]:
    reading = text.read(f"Title\n\n{line}\n")
    text.verify(f"Title\n\n{line}\n", reading)
    yield from (unit.text for unit in reading.units)


def test_keeps_json_of_a_form_apart() -> None:
    assert spans_of(json.dumps([[0, 3]])) == ((0, 3),)

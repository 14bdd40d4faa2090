"""CSV, Excel and JSON lines: one text or one sentence a row."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Sequence
from itertools import islice

import openpyxl
import pytest

from annotator.model import Invalid
from annotator.text import formats
from annotator.text.formats import Options, Source
from tests.formats.written import TEXTS

Rows = Sequence[dict[str, object]]


def as_csv(rows: Rows, delimiter: str = ",", codec: str = "utf-8") -> bytes:
    written = io.StringIO()
    table = csv.DictWriter(written, list(rows[0]), delimiter=delimiter)
    table.writeheader()
    table.writerows(rows)
    return written.getvalue().encode(codec)


def as_excel(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_json_lines(rows: Rows) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


WRITERS = {"csv": as_csv, "xlsx": as_excel, "jsonl": as_json_lines}


def opened(name: str, data: bytes, **options: str) -> list[Source]:
    return list(formats.open_file(name, data, Options(**options)))


@pytest.mark.parametrize("method", WRITERS)
def test_takes_one_text_a_row(method: str) -> None:
    rows = [
        {"id": lang, "text": text, "Title": f"About {lang}", "outlet": "Own"} for lang, text in TEXTS.items()
    ]
    found = opened(f"a.{method}", WRITERS[method](rows))
    assert [(source.part, source.text, source.method) for source in found] == [
        (lang, text, method) for lang, text in TEXTS.items()
    ]
    assert found[0].fields == {"title": "About ar", "publisher": "Own"}


@pytest.mark.parametrize("method", WRITERS)
def test_takes_one_sentence_a_row(method: str) -> None:
    rows = [
        {"doc_id": "a", "sentence": "Один. Два?"},
        {"doc_id": "b", "sentence": "واحد."},
        {"doc_id": "a", "sentence": " Три "},
    ]
    first, second = opened(f"a.{method}", WRITERS[method](rows), rows="sentences")
    assert (first.part, [first.text[start:end] for start, end in first.given]) == ("a", ["Один. Два?", "Три"])
    assert (second.part, second.text, second.given) == ("b", "واحد.", ((0, 5),))


def test_makes_one_document_of_sentences_without_document_ids() -> None:
    (source,) = opened("a.csv", b"sentence\nOne.\nTwo.\n", rows="sentences")
    assert (source.part, source.text, source.given) == (None, "One.\nTwo.", ((0, 4), (5, 9)))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_the_delimiter(delimiter: str) -> None:
    rows = [{"id": number, "text": f"One, two; three | {number}\nand more"} for number in range(5)]
    assert [source.text for source in opened("a.csv", as_csv(rows, delimiter))] == [
        str(row["text"]) for row in rows
    ]


@pytest.mark.parametrize(
    ("lang", "codec", "encoding"),
    [("ar", "cp1256", "windows-1256"), ("ru", "cp1251", "windows-1251"), ("tr", "utf-16", "utf-16-le")],
)
def test_finds_the_encoding(lang: str, codec: str, encoding: str) -> None:
    (source,) = opened("a.csv", as_csv([{"id": 1, "text": TEXTS[lang]}], codec=codec))
    assert (source.text, source.encoding) == (TEXTS[lang], encoding)


def test_takes_chosen_columns() -> None:
    data = as_csv([{"a": "One.", "b": "x"}])
    (source,) = opened("a.csv", data, text_column="a", id_column="b")
    assert (source.text, source.part) == ("One.", "x")


@pytest.mark.parametrize("method", WRITERS)
def test_names_the_columns(method: str) -> None:
    assert formats.columns(f"a.{method}", WRITERS[method]([{"number": 1, "words": "One."}])) == (
        "number",
        "words",
    )


def test_names_no_columns_of_a_text() -> None:
    assert formats.columns("a.txt", b"One.") is None


def test_never_evaluates_a_formula() -> None:
    data = as_csv([{"id": "=1+1", "text": "=HYPERLINK(1)"}])
    (source,) = opened("a.csv", data)
    assert (source.part, source.text) == ("=1+1", "=HYPERLINK(1)")


def test_reads_numbers_and_dates_of_excel_as_shown() -> None:
    day = datetime.datetime(2019, 3, 14)
    (source,) = opened("a.xlsx", as_excel([{"id": 7.0, "text": "One.", "date": day}]))
    assert (source.part, source.fields) == ("7", {"date": "2019-03-14"})


def test_says_which_rows_were_left_out_and_which_ids_repeat() -> None:
    first, second = opened("a.csv", b"id,text\n1,One.\n2,\n1,Two.\n")
    assert first.warnings == ()
    assert second.part == "1/4"
    assert second.warnings[0] == "Rows without text were left out: 3."
    assert "Row 4 has the id “1” of row 2" in second.warnings[1]


def test_reads_rows_only_when_asked() -> None:
    data = b"".join(b'{"id": %d, "text": "One."}\n' % number for number in range(1000)) + b"broken"
    first = list(islice(formats.open_file("a.jsonl", data), 3))
    assert [source.part for source in first] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("name", "data", "options", "words"),
    [
        ("a.csv", b"a,b\n1,2\n", {}, "No column is called text. The columns are a, b"),
        ("a.csv", b"text\nOne.\n", {"text_column": "words"}, "No column is called “words”"),
        ("a.csv", b"text\nOne.\n", {"rows": "words"}, "no kind of row"),
        ("a.csv", b"id,text\n1,\n", {}, "No row has text"),
        ("a.csv", b"text\n", {}, "no rows"),
        ("a.csv", b"id,text\n1,a\0b\n", {}, "binary|NUL"),
        ("a.jsonl", b"[1]", {}, "Line 1 is not a JSON object"),
        ("a.jsonl", b'{"text": "One."}\n{', {}, "Line 2 is not JSON"),
        ("a.jsonl", b'{"text": "\\ud800"}', {}, "Line 1 is not JSON"),
        ("a.jsonl", b'{"text": "a\\u0000"}', {}, "Row 1 has a character that no text has"),
        ("a.xlsx", b"One.", {}, "is not an Excel file"),
    ],
)
def test_refuses(name: str, data: bytes, options: dict[str, str], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        opened(name, data, **options)

"""Tables: CSV, Excel and JSON lines, with one text or one sentence a row.

A row is read when it is asked for. A cell's formula is never evaluated: its text is text.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import orjson

from annotator.model import Invalid, Said, Span
from annotator.text.formats import archive, plain
from annotator.text.formats.source import LONGEST_TEXT, SURROGATE, Options, Source, first, tidy

METHODS = ("csv", "xlsx", "jsonl")
ROWS = 1_000_000
COLUMNS = 500

TEXT = (
    "text",
    "sentence",
    "content",
    "body",
    "full_text",
    "article",
    "نص",
    "النص",
    "جملة",
    "текст",
    "предложение",
    "metin",
    "cümle",
)
ID = ("doc_id", "document_id", "text_id", "article_id", "id", "document", "doc")
GROUP = ("doc_id", "document_id", "text_id", "article_id", "document", "doc")
FIELDS = {
    "title": ("title", "headline", "العنوان", "عنوان", "заголовок", "başlık"),
    "author": ("author", "byline", "writer", "الكاتب", "автор", "yazar"),
    "publisher": ("publisher", "outlet", "source", "sitename", "newspaper", "المصدر", "источник", "kaynak"),
    "date": ("date", "published", "publication_date", "pub_date", "التاريخ", "дата", "tarih"),
    "url": ("url", "link", "address", "الرابط", "ссылка"),
    "lang": ("lang", "language", "اللغة", "язык", "dil"),
}

Row = tuple[int, Mapping[str, str]]
"""The number of the row as the person's program counts, and its cells by column."""


def columns(method: str, filename: str, data: bytes) -> tuple[str, ...]:
    """The names in the first row; of JSON lines, all keys of the first hundred."""
    found: dict[str, None] = {}
    for _, row in islice(_rows(method, data, None)[1], 100 if method == "jsonl" else 1):
        found.update(dict.fromkeys(row))
    if found:
        return tuple(found)
    raise Invalid("The table has no rows.")


def read(method: str, filename: str, data: bytes, options: Options) -> Iterator[Source]:
    if options.rows not in ("texts", "sentences"):
        raise Invalid(
            "“%(rows)s” is no kind of row. Choose texts or sentences.", rows=options.rows, field="rows"
        )
    encoding, rows = _rows(method, data, options.encoding)
    first = next(rows, None)
    if first is None:
        raise Invalid("The table has no rows.")
    names = columns(method, filename, data) if method == "jsonl" else tuple(first[1])
    text = _column(options.text_column, TEXT, names, "text_column")
    if text is None and len(names) == 1:
        text = names[0]
    if text is None:
        raise Invalid(
            "No column is called text. The columns are %(columns)s. Choose the one with the text.",
            columns=names[:20],
            field="text_column",
        )
    all_rows = _from(first, rows)
    if options.rows == "sentences":
        group = _column(options.id_column, GROUP, names, "id_column")
        yield from _documents(method, encoding, all_rows, text, group)
    else:
        named = _column(options.id_column, ID, names, "id_column")
        yield from _texts(method, encoding, all_rows, text, named)


def _from(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def _column(chosen: str | None, usual: Sequence[str], names: Sequence[str], field: str) -> str | None:
    if chosen is not None:
        if chosen not in names:
            raise Invalid(
                "No column is called “%(chosen)s”. The columns are %(columns)s.",
                chosen=chosen,
                columns=names[:20],
                field=field,
            )
        return chosen
    folded = {name.strip().casefold(): name for name in reversed(names)}
    return next((folded[name] for name in usual if name in folded), None)


# ------------------------------------------------------------------ texts and sentences


def _texts(
    method: str, encoding: str | None, rows: Iterator[Row], column: str, named: str | None
) -> Iterator[Source]:
    used: dict[str, int] = {}
    empty: list[int] = []
    some = False
    for number, row in rows:
        text = _checked(row.get(column, ""), number)
        if not text.strip():
            empty.append(number)
            continue
        part = (named and tidy(row.get(named))) or str(number)
        told = _told_empty(empty)
        if part in used:
            told += (
                Said(
                    "Row %(number)s has the id “%(part)s” of row %(other)s; it was named “%(new)s”.",
                    number=str(number),
                    part=part,
                    other=str(used[part]),
                    new=f"{part}/{number}",
                ),
            )
            part = f"{part}/{number}"
        used[part] = number
        empty, some = [], True
        yield Source(text, method, encoding, part, _fields(row, column), told)
    if not some:
        raise Invalid("No row has text in the column “%(column)s”.", column=column, field="text_column")


def _documents(
    method: str, encoding: str | None, rows: Iterator[Row], column: str, group: str | None
) -> Iterator[Source]:
    """Rows of one document made one text; they may stand anywhere in the table, so all are read first."""
    sentences: dict[str | None, list[str]] = {}
    fields: dict[str | None, Mapping[str, str]] = {}
    empty: list[int] = []
    for number, row in rows:
        text = _checked(row.get(column, ""), number).strip()
        part = (tidy(row.get(group)) or f"row {number}") if group else None
        if not text:
            empty.append(number)
            continue
        sentences.setdefault(part, []).append(text)
        fields.setdefault(part, _fields(row, column))
    if not sentences:
        raise Invalid("No row has text in the column “%(column)s”.", column=column, field="text_column")
    told = _told_empty(empty)
    for part, texts in sentences.items():
        whole = "\n".join(texts)
        if len(whole) > LONGEST_TEXT:
            raise Invalid(
                "One document has more than %(limit)s characters. Cut the table into several files.",
                limit=LONGEST_TEXT,
            )
        yield Source(whole, method, encoding, part, fields[part], told, _spans(texts))
        told = ()


def _spans(texts: Sequence[str]) -> tuple[Span, ...]:
    """
    >>> _spans(["One.", "Two."])
    ((0, 4), (5, 9))
    """
    spans: list[Span] = []
    at = 0
    for text in texts:
        spans.append((at, at + len(text)))
        at += len(text) + 1
    return tuple(spans)


def _told_empty(empty: Sequence[int]) -> tuple[str, ...]:
    if not empty:
        return ()
    return (Said("Rows without text were left out: %(rows)s.", rows=first(empty)),)


def _checked(text: str, number: int) -> str:
    if "\0" in text or SURROGATE.search(text):
        raise Invalid(
            "Row %(number)s has a character that no text has (NUL or half a character). Mend it "
            "and try again.",
            number=str(number),
        )
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            "Row %(number)s has more than %(limit)s characters. Cut it into several rows.",
            number=str(number),
            limit=LONGEST_TEXT,
        )
    return text


def _fields(row: Mapping[str, str], text_column: str) -> dict[str, str]:
    folded = {name.strip().casefold(): value for name, value in row.items() if name != text_column}
    found = {
        field: next((value for name in names if (value := tidy(folded.get(name)))), "")
        for field, names in FIELDS.items()
    }
    return {field: value for field, value in found.items() if value}


# ------------------------------------------------------------------ rows


def _rows(method: str, data: bytes, encoding: str | None) -> tuple[str | None, Iterator[Row]]:
    if method == "xlsx":
        archive.check(data)
        return None, _limited(_excel(data))
    # Only the name is wanted: the characters are decoded again as the rows are asked for.
    used = _encoding(data, encoding)
    return used, _limited(_csv(data, used) if method == "csv" else _json_lines(data, used))


def _encoding(data: bytes, encoding: str | None) -> str:
    text, used = plain.decoded(data, encoding)
    if "\0" in text:
        raise Invalid("The file has a NUL character in it, which no text has. Save it again and add that.")
    return used


def _limited(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count >= ROWS:
            raise Invalid("The table has more than %(limit)s rows. Cut it into several files.", limit=ROWS)
        if len(row[1]) > COLUMNS:
            raise Invalid("The table has more than %(limit)s columns. Leave some out.", limit=COLUMNS)
        yield row


def _lines(data: bytes, encoding: str) -> io.TextIOWrapper:
    marks = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    stream = io.BytesIO(data)
    mark = marks.get(encoding, b"")
    stream.seek(len(mark) if mark and data.startswith(mark) else 0)
    return io.TextIOWrapper(stream, encoding=encoding, newline="")


def _csv(data: bytes, encoding: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_TEXT)
    reader = csv.reader(_lines(data, encoding), delimiter=_delimiter(data, encoding))
    try:
        header = next(reader, [])
        for cells in reader:
            if cells:
                yield reader.line_num, _named(header, cells)
    except csv.Error as error:
        raise Invalid(
            "Line %(line)s of the table cannot be read. Check its quotation marks.", line=str(reader.line_num)
        ) from error


def _delimiter(data: bytes, encoding: str) -> str:
    """The sign that cuts most first rows into equally many columns; prose easily misleads csv.Sniffer."""
    best, delimiter = (0, 0), ","
    for candidate in ",;\t|":
        try:
            first = list(islice(csv.reader(_lines(data, encoding), delimiter=candidate), 20))
        except csv.Error:
            continue
        widths = [len(cells) for cells in first if cells]
        same = sum(width == widths[0] for width in widths) if widths and widths[0] > 1 else 0
        if same * 2 > len(widths) and (same, widths[0]) > best:
            best, delimiter = (same, widths[0]), candidate
    return delimiter


def _excel(data: bytes) -> Iterator[Row]:
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and print settings
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        rows = enumerate(sheet.iter_rows(max_col=COLUMNS, values_only=True), 1)
        header: list[str] = []
        for number, cells in rows:
            texts = [_cell(cell) for cell in cells]
            if not any(texts):
                continue
            if not header:
                header = texts
            else:
                yield number, _named(header, texts)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError, OSError) as error:
        # SyntaxError is what both XML parsers raise on broken XML.
        raise Invalid("The Excel file is damaged. Open it in Excel, save it again and add that.") from error
    book.close()


def _cell(value: Any) -> str:
    """
    >>> _cell(2019.0), _cell(datetime.datetime(2019, 3, 14))
    ('2019', '2019-03-14')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)


def _named(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(header, cells, strict=False) if name.strip()}


def _json_lines(data: bytes, encoding: str) -> Iterator[Row]:
    for number, line in enumerate(_lines(data, encoding), 1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise Invalid(
                "Line %(number)s is not JSON: %(why)s.", number=str(number), why=error.msg
            ) from error
        if not isinstance(record, dict):
            raise Invalid(
                'Line %(number)s is not a JSON object. Each line must look like {"text": "…"}.',
                number=str(number),
            )
        yield (
            number,
            {
                name: _cell(value) if not isinstance(value, (dict, list)) else ""
                for name, value in record.items()
            },
        )

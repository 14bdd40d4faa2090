"""Rows for spreadsheets: CSV and XLSX, one row for each claim."""

from __future__ import annotations

import csv
import io
import itertools
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any
from xml.sax.saxutils import escape

import orjson

from annotator.model import N_
from annotator.outputs.archive import archive
from annotator.outputs.flat import COLUMNS, NAMES, Row, rows
from annotator.outputs.format import Context, Format, Record

APART = ";"  # between ids in one cell

# What spreadsheets take for a formula at the start of a cell, by OWASP's page “CSV Injection”; and the
# apostrophe that is put before it, so that one can be taken away again without asking.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
APOSTROPHE = "'"
DEFUSED = (*DANGEROUS, APOSTROPHE)

ROWS_AT_ONCE = 200


def cell(value: Any, kind: str) -> str | int | float | bool | None:
    """A value of a row as one cell: ids with semicolons between, places in the text as JSON, empty as None.

    >>> cell(["a", "b"], "texts"), cell([None, "tr"], "texts"), cell([[0, 7]], "spans"), cell([], "spans")
    ('a;b', ';tr', '[[0,7]]', None)
    """
    if not isinstance(value, list):
        found: str | int | float | bool | None = value
        return found
    if not value:
        return None
    if kind == "texts":
        return APART.join(one or "" for one in value)
    return orjson.dumps(value).decode()


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `restored` gives it back.

    >>> defused("=1+1"), defused("'tis"), defused("قال"), restored(defused("=1+1"))
    ("'=1+1", "''tis", 'قال', '=1+1')
    """
    return APOSTROPHE + text if text.startswith(DEFUSED) else text


def restored(text: str) -> str:
    return text[1:] if text.startswith(APOSTROPHE) else text


# ------------------------------------------------------------------ CSV


def write_csv(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    """RFC 4180 in UTF-8, with the mark at the start by which Excel knows UTF-8."""
    yield "\ufeff".encode()
    written = io.StringIO()
    sheet = csv.writer(written, lineterminator="\r\n")
    sheet.writerow(NAMES)
    for some in _chunks(rows(records), ROWS_AT_ONCE):
        sheet.writerows(_csv_row(row) for row in some)
        yield _taken(written)
    yield _taken(written)


def _csv_row(row: Row) -> list[str | int | float | None]:
    return [_csv(value, column.kind) for value, column in zip(row.values(), COLUMNS, strict=True)]


def _csv(value: Any, kind: str) -> str | int | float | None:
    found = cell(value, kind)
    if isinstance(found, bool):
        return "true" if found else "false"
    return defused(found) if isinstance(found, str) else found


def _taken(written: io.StringIO) -> bytes:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text.encode()


def _chunks(found: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while some := list(itertools.islice(found, size)):
        yield some


CSV = Format(
    id="csv",
    name="CSV",
    extension="claims.csv",
    media_type="text/csv; charset=utf-8",
    unit="claim",
    holds=N_("One row for each claim, and one with claim_n 0 for a sentence without claims. Opens in Excel."),
    loses=N_(
        "Everything is text: lists of ids have semicolons between them, and an empty text looks like none. "
        "A text that a spreadsheet would take for a formula has an apostrophe before it."
    ),
    fields=NAMES,
    write=write_csv,
)

# ------------------------------------------------------------------ XLSX

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767  # in a cell, counted as UTF-16 does
MOST_BYTES = 1_500_000_000  # of a sheet: well below what an old zip may hold
GOES_ON = " … (goes on in the sheet “Longer texts”)"
LONGER = ("sheet", "row", "column", "part", "text")

RIGHT_TO_LEFT = ("ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi")

# Office Open XML, ST_Xstring: _x000B_ is the character with that number. What looks like it in a text is
# written with its own first character so, _x005F_x000B_.
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(f"{_ILLEGAL.pattern}|_(?=x[0-9A-Fa-f]{{4}}(?:_|{_ILLEGAL.pattern}))")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def write_xlsx(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    """A workbook, written as it leaves: openpyxl keeps all of it on disk first, and takes ten times as long.

    Nothing is cut: more rows than a sheet holds go on in another, and the end of a text that is longer than
    a cell stands in the sheet “Longer texts”.
    """
    return archive(_Workbook(records).files())


class _Workbook:
    def __init__(self, records: Iterable[Record]) -> None:
        found = iter(records)
        first = next(found, None)
        self._rows = rows(itertools.chain([first] if first else [], found))
        self._turned = first is not None and first["doc"]["lang"].split("-")[0] in RIGHT_TO_LEFT
        self._longer: IO[bytes]  # the ends of long texts; rarely anything
        self._left: Row | None = None  # the next row of the next sheet
        self._longer_rows = 0
        self._names: list[str] = []

    def files(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        with tempfile.SpooledTemporaryFile(1_000_000) as self._longer:
            yield "[Content_Types].xml", [_content_types()]
            yield "_rels/.rels", [_relations([("officeDocument", "xl/workbook.xml")])]
            self._left = next(self._rows, None)
            while self._left is not None or not self._names:
                yield self._sheet("Claims" if not self._names else f"Claims {len(self._names) + 1}")
            if self._longer_rows:
                yield self._sheet_of_longer()
            yield "xl/workbook.xml", [self._workbook()]
            sheets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(self._names) + 1)]
            yield "xl/_rels/workbook.xml.rels", [_relations([*sheets, ("styles", "styles.xml")])]
            yield "xl/styles.xml", [_styles()]

    def _sheet(self, name: str) -> tuple[str, Iterable[bytes]]:
        self._names.append(name)
        return f"xl/worksheets/sheet{len(self._names)}.xml", self._filled(name)

    def _filled(self, name: str) -> Iterator[bytes]:
        """The rows from `_left` on that fit into this sheet; the first that does not is left there."""
        yield self._start(NAMES)
        size, number, written = 0, 2, []
        row, self._left = self._left, None
        while row is not None:
            line = self._row(name, number, row)
            written.append(line)
            size, number = size + len(line), number + 1
            if len(written) == ROWS_AT_ONCE:
                yield "".join(written).encode()
                written.clear()
            row = next(self._rows, None)
            if number > MOST_ROWS or size > MOST_BYTES // 3:
                self._left = row
                break
        yield "".join(written).encode() + b"</sheetData></worksheet>"

    def _row(self, sheet: str, number: int, row: Row) -> str:
        cells = [f'<row r="{number}">']
        for column, letters, value in zip(COLUMNS, LETTERS, row.values(), strict=True):
            found = cell(value, column.kind)
            if found is None:
                continue
            if isinstance(found, str):
                if len(found) > MOST_CHARACTERS // 2 and _utf16(found) > MOST_CHARACTERS:
                    found = self._shortened(found, sheet, number, column.name)
                cells.append(_text(f"{letters}{number}", found))
            elif isinstance(found, bool):
                cells.append(f'<c r="{letters}{number}" t="b"><v>{found:d}</v></c>')
            else:
                cells.append(f'<c r="{letters}{number}"><v>{found}</v></c>')
        cells.append("</row>")
        return "".join(cells)

    def _shortened(self, text: str, sheet: str, row: int, column: str) -> str:
        """The beginning of the text; all of it goes into the other sheet, in parts."""
        size = MOST_CHARACTERS // 2  # of any characters
        for part, start in enumerate(range(0, len(text), size), start=1):
            self._longer_rows += 1
            number = self._longer_rows + 1
            values = (sheet, row, column, part, text[start : start + size])
            self._longer.write(_plain_row(number, values).encode())
        return text[: size - len(GOES_ON)] + GOES_ON

    def _sheet_of_longer(self) -> tuple[str, Iterable[bytes]]:
        self._names.append("Longer texts")
        self._longer.seek(0)
        kept = iter(lambda: self._longer.read(1_000_000), b"")
        contents = itertools.chain([self._start(LONGER)], kept, [b"</sheetData></worksheet>"])
        return f"xl/worksheets/sheet{len(self._names)}.xml", contents

    def _start(self, names: Sequence[str]) -> bytes:
        turned = ' rightToLeft="1"' if self._turned else ""
        selected = ' tabSelected="1"' if len(self._names) == 1 else ""
        return (
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{turned}{selected} workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
            f"</sheetViews><sheetData>{_plain_row(1, names)}"
        ).encode()

    def _workbook(self) -> bytes:
        sheets = "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>'
            for n, name in enumerate(self._names, start=1)
        )
        names = f'xmlns="{_MAIN}" xmlns:r="{_OFFICE}"'
        return f"{_HEAD}<workbook {names}><sheets>{sheets}</sheets></workbook>".encode()


def _plain_row(number: int, values: Sequence[str | int]) -> str:
    cells = (
        _text(f"{letters}{number}", value)
        if isinstance(value, str)
        else f'<c r="{letters}{number}"><v>{value}</v></c>'
        for letters, value in zip(LETTERS, values, strict=False)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _text(place: str, text: str) -> str:
    """A cell that is text whatever it begins with, so there is no formula in the file."""
    if "_x" in text or _ILLEGAL.search(text):
        text = _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _letters(number: int) -> str:
    """
    >>> _letters(0), _letters(25), _letters(26), _letters(48)
    ('A', 'Z', 'AA', 'AW')
    """
    return chr(65 + number) if number < 26 else _letters(number // 26 - 1) + _letters(number % 26)


LETTERS = tuple(_letters(number) for number in range(len(COLUMNS)))


def _content_types() -> bytes:
    """Said first, when nobody knows how many sheets there will be: what is not said otherwise is a sheet."""
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    ).encode()


def _relations(found: Sequence[tuple[str, str]]) -> bytes:
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(found, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'.encode()


def _styles() -> bytes:
    """The least that every program takes for styles."""
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ).encode()


XLSX = Format(
    id="xlsx",
    name="Excel",
    extension="claims.xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    unit="claim",
    holds=N_("The same rows as a workbook, right to left where the text is. No formulas."),
    loses=N_(
        "A sheet holds 1,048,576 rows and a cell 32,767 characters: further rows go into another sheet, and "
        "longer texts into the sheet “Longer texts”. Lists of ids have semicolons between them."
    ),
    fields=NAMES,
    write=write_xlsx,
)

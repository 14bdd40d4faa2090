"""Rows as CSV, XLSX and Parquet: the same rows come back, and none of them is a formula."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openpyxl
import orjson
import pytest
from openpyxl.utils.escape import unescape

from annotator import export, outputs
from annotator.export import Origin
from annotator.model import Codebook, Invalid, Kind, Sentence, Status, Unit
from annotator.outputs import Context, DocumentText, flat, sheets
from tests.core.test_export import DOCUMENT, README
from tests.drawn_projects import TYPED, WORDS, answer

Record = dict[str, Any]


def drawn(codebook: Codebook, seed: int = 1, count: int = 40) -> list[Record]:
    """Records of every kind: each status, empty and missing fields, everything people type."""
    draw = random.Random(seed)
    maker = export.Maker(codebook)
    found = []
    for n in range(count):
        text = " ".join(draw.choices(WORDS, k=draw.randint(1, 9)))
        of = export.shown(DOCUMENT, export.described(DOCUMENT), f"s{n}", n, "body", text)
        unit = Unit(f"s{n}", Kind.BODY, text, ())
        given = answer(draw, codebook, Sentence(n, DOCUMENT.id, n, n, unit))
        status = Status.SKIPPED if given.status is Status.TODO else given.status
        settled = Origin("settled", "Cleo", "text", TYPED[n % len(TYPED)], "2026-01-12", (3, 14))
        found.append(
            maker.record(
                of,
                annotator="Ana",
                role="annotator",
                codebook=codebook.name,
                status=status,
                claims=orjson.dumps(given.claims),
                created_at="2026-01-12T09:00:00.000Z",
                updated_at="2026-01-12T09:00:01.000Z",
                duplicate_of=given.duplicate_of,
                hard=given.hard,
                comment=given.comment,
                seconds=draw.choice([None, 0.0, 12.25]),
                origin=settled if draw.random() < 0.3 else None,
            )
        )
    return found


def context(codebook: Codebook) -> Context:
    return Context(codebook, lambda _: DocumentText(DOCUMENT, "", {}))


def written(id: str, records: list[Record], codebook: Codebook) -> bytes:
    return b"".join(outputs.get(id).write(iter(records), context(codebook)))


def cells(records: list[Record]) -> list[list[Any]]:
    """What every cell of a sheet holds."""
    return [
        [sheets.cell(value, column.kind) for value, column in zip(row.values(), flat.COLUMNS, strict=True)]
        for row in flat.rows(records)
    ]


# ------------------------------------------------------------------ rows


def test_gives_one_row_a_claim_and_one_for_none(codebook: Codebook) -> None:
    records = drawn(codebook)
    rows = list(flat.rows(records))
    assert [tuple(row) for row in rows] == [flat.NAMES] * len(rows)
    expected = [(r["sent_id"], n) for r in records for n in range(bool(r["claims"]), len(r["claims"]) + 1)]
    assert [(row["sent_id"], row["claim_n"]) for row in rows] == expected
    assert {row["claim_n"] > 0 for row in rows if row["status"] == "claims"} == {True}
    assert {row["claim_n"] for row in rows if row["status"] != "claims"} == {0}


def test_loses_nothing_of_a_claim(codebook: Codebook) -> None:
    records = drawn(codebook, 2)
    given = [(record, claim) for record in records for claim in record["claims"]]
    rows = [row for row in flat.rows(records) if row["claim_n"]]
    for (record, claim), row in zip(given, rows, strict=True):
        said = {**claim, **claim["attribution"], "attribution": claim["attribution"]["type"]}
        said |= {"claim_n": said.pop("n"), "claim_hard": said.pop("hard"), "claim_note": said.pop("note")}
        del said["type"]
        assert {name: row[name] for name in said} == said
        whole = set(record) - {"schema", "doc", "claims", "provenance"}
        assert {name: row[name] for name in whole} == {name: record[name] for name in whole}
        assert {name: row[f"doc_{name}"] for name in record["doc"]} == record["doc"]
        if record["provenance"]:
            assert {name: row[f"provenance_{name}"] for name in record["provenance"]} == record["provenance"]


@pytest.mark.parametrize("id", ["csv", "xlsx", "parquet"])
def test_describes_every_column_in_the_readme(id: str) -> None:
    described = README.read_text(encoding="utf-8")
    assert outputs.FORMATS[id].fields == flat.NAMES
    for column in flat.COLUMNS:
        assert f"| `{column.name}` |" in described
        assert column.description


# ------------------------------------------------------------------ CSV


def read_csv(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def as_csv(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_writes_csv_that_comes_back(codebook: Codebook) -> None:
    records = drawn(codebook, 3)
    header, *rows = read_csv(written("csv", records, codebook))
    assert header == list(flat.NAMES)
    expected = [[as_csv(value) for value in row] for row in cells(records)]
    text = [column.kind not in ("integer", "number", "flag") for column in flat.COLUMNS]
    found = [
        [sheets.restored(value) if is_text else value for value, is_text in zip(row, text, strict=True)]
        for row in rows
    ]
    assert found == expected


def test_ends_every_line_of_csv_as_the_rfc_says(codebook: Codebook) -> None:
    data = written("csv", drawn(codebook, 3), codebook).decode("utf-8-sig")
    outside = "".join(data.split('"')[::2])  # between quotation marks people's own breaks stay
    assert outside.count("\r\n") == outside.count("\n") == len(read_csv(data.encode("utf-8-sig")))


def test_defuses_every_formula(codebook: Codebook) -> None:
    records = [{**one, "comment": typed} for one in drawn(codebook, 4) for typed in TYPED if typed]
    _, *rows = read_csv(written("csv", records, codebook))
    assert not [value for row in rows for value in row if value.startswith(sheets.DANGEROUS)]


@pytest.mark.parametrize("text", [*TYPED, "=1+1", "'", "''=1", "＝1", "\r\n=1", "-", "قال"])
def test_gives_a_defused_text_back(text: str) -> None:
    assert sheets.restored(sheets.defused(text)) == text
    assert not sheets.defused(text).startswith(sheets.DANGEROUS)


# ------------------------------------------------------------------ XLSX


def read_xlsx(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def values(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows(max_col=len(flat.NAMES))]


def test_writes_a_workbook_that_comes_back(codebook: Codebook) -> None:
    records = drawn(codebook, 5)
    book = read_xlsx(written("xlsx", records, codebook))
    assert book.sheetnames == ["Claims"]
    header, *rows = values(book["Claims"])
    assert header == list(flat.NAMES)
    assert rows == cells(records)
    kinds = {cell.data_type for row in book["Claims"].iter_rows() for cell in row}
    assert kinds == {"s", "n", "b"}  # no "f", a formula


@pytest.mark.parametrize(("lang", "turned"), [("ar", True), ("en", None), ("fa-IR", True), ("ru", None)])
def test_turns_the_sheet_where_the_text_runs_right_to_left(
    lang: str, turned: bool | None, codebook: Codebook
) -> None:
    records = [{**one, "doc": {**one["doc"], "lang": lang}} for one in drawn(codebook, 5, 3)]
    sheet = read_xlsx(written("xlsx", records, codebook))["Claims"]
    assert sheet.sheet_view.rightToLeft is turned
    assert sheet.freeze_panes == "A2"


def test_goes_on_in_another_sheet(codebook: Codebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 11)
    records = drawn(codebook, 6)
    book = read_xlsx(written("xlsx", records, codebook))
    each = [values(sheet) for sheet in book.worksheets]
    assert {len(rows) for rows in each[:-1]} == {11}
    assert book.sheetnames == ["Claims", *(f"Claims {n}" for n in range(2, len(each) + 1))]
    assert {tuple(rows[0]) for rows in each} == {flat.NAMES}
    found = [row for rows in each for row in rows[1:]]
    assert found == cells(records)


def test_cuts_no_long_text(codebook: Codebook) -> None:
    longest = sheets.MOST_CHARACTERS
    texts = ["ق" * longest, "ق" * (longest + 1), "😀" * longest, "ab" * 60_000]
    records = [{**one, "text": text} for one, text in zip(drawn(codebook, 7, 4), texts, strict=True)]
    records = [{**one, "claims": []} for one in records]
    book = read_xlsx(written("xlsx", records, codebook))
    _, *rows = values(book["Claims"])
    shown = [row[flat.NAMES.index("text")] for row in rows]
    assert shown[0] == texts[0]
    assert all(text.endswith(sheets.GOES_ON) and sheets._utf16(text) <= longest for text in shown[1:])
    whole: dict[int, str] = {}
    header, *parts = book["Longer texts"].iter_rows(values_only=True)
    assert header == sheets.LONGER
    for sheet, row, column, _, text in parts:
        assert (sheet, column) == ("Claims", "text")
        whole[row] = whole.get(row, "") + text
    assert whole == dict(zip((3, 4, 5), texts[1:], strict=True))


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ('a\x0bb\x00c<&>"]]>', 'a_x000B_b_x0000_c<&>"]]>'),
        ("_x0041_", "_x005F_x0041_"),
        ("_x0041_x0042_ _x005f_", "_x005F_x0041_x005F_x0042_ _x005F_x005f_"),
        ("_x000B\x0b", "_x005F_x000B_x000B_"),
        ("_x41_ _xyzwu_ x0041_", "_x41_ _xyzwu_ x0041_"),
    ],
)
def test_writes_signs_that_xml_cannot_hold(typed: str, stands: str, codebook: Codebook) -> None:
    """openpyxl gives them as they stand in the file, Excel and LibreOffice as they were typed."""
    (record,) = drawn(codebook, 8, 1)
    record["comment"] = typed
    data = written("xlsx", [record], codebook)
    (row, *_) = values(read_xlsx(data)["Claims"])[1:]
    assert row[flat.NAMES.index("comment")] == stands
    assert unescape(stands) == typed


def test_writes_a_sheet_without_rows(codebook: Codebook) -> None:
    assert values(read_xlsx(written("xlsx", [], codebook))["Claims"]) == [list(flat.NAMES)]
    assert read_csv(written("csv", [], codebook)) == [list(flat.NAMES)]


# ------------------------------------------------------------------ Parquet


def test_writes_parquet_that_comes_back(codebook: Codebook, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra “parquet”")
    monkeypatch.setattr("annotator.outputs.parquet.ROWS_AT_ONCE", 7)
    records = drawn(codebook, 9)
    file = parquet.ParquetFile(io.BytesIO(written("parquet", records, codebook)))
    assert file.num_row_groups > 3
    assert file.read().to_pylist() == list(flat.rows(records))
    described = {field.name: field.metadata[b"description"].decode() for field in file.schema_arrow}
    assert described == {column.name: column.description for column in flat.COLUMNS}


def test_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    there = outputs.FORMATS["parquet"]
    monkeypatch.setitem(outputs.FORMATS, "parquet", replace(there, needs="no_such_module"))
    with pytest.raises(Invalid, match=r"pip install 'qawl\[parquet\]'"):
        outputs.get("parquet")


# ------------------------------------------------------------------ streams


@pytest.mark.parametrize("id", ["csv", "xlsx", "parquet", "claims-jsonl"])
def test_sends_while_it_reads(id: str, codebook: Codebook) -> None:
    """The first piece is there long before the last record is asked for."""
    if not outputs.installed(outputs.FORMATS[id]):
        pytest.skip("needs an extra")
    (record,) = drawn(codebook, 10, 1)
    asked = 0

    def records() -> Iterator[Record]:
        nonlocal asked
        for _ in range(30_000):
            asked += 1
            yield record

    pieces = outputs.get(id).write(records(), context(codebook))
    size = 0
    while size < 1000:
        size += len(next(pieces))
    assert asked < 30_000

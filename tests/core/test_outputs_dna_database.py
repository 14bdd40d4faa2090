"""DNA's database: what its importer reads of one that DNA 2 made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from annotator.model import Codebook
from annotator.outputs import dna_database
from tests.core.exported import HARD, context, hard_records, records, written
from tests.core.test_outputs_networks import table

READ = """
SELECT D.Notes, S.Start, S.Stop, D.Text, C.Name,
    (SELECT Value FROM DATASHORTTEXT V WHERE V.StatementId = S.ID AND V.VariableId = 1),
    (SELECT Value FROM DATASHORTTEXT V WHERE V.StatementId = S.ID AND V.VariableId = 2),
    (SELECT Value FROM DATASHORTTEXT V WHERE V.StatementId = S.ID AND V.VariableId = 3),
    (SELECT Value FROM DATABOOLEAN V WHERE V.StatementId = S.ID AND V.VariableId = 4)
FROM STATEMENTS S JOIN DOCUMENTS D ON D.ID = S.DocumentId JOIN CODERS C ON C.ID = S.Coder ORDER BY S.ID
"""


@pytest.fixture
def made(tmp_path: Path, codebook: Codebook) -> Iterator[Any]:
    connections = []

    def make(found: list[dict[str, Any]]) -> sqlite3.Connection:
        path = tmp_path / "out.dna"
        path.write_bytes(written(dna_database.FORMAT, found, codebook))
        connections.append(sqlite3.connect(path))
        return connections[-1]

    yield make
    for connection in connections:
        connection.close()


def test_has_the_statements_of_the_rows(made: Any, codebook: Codebook) -> None:
    found = records(codebook) + hard_records(codebook)
    read = made(found).execute(READ).fetchall()
    assert [
        (notes.splitlines()[0], coder, person, organization, concept, str(agrees))
        for notes, _, _, _, coder, person, organization, concept, agrees in read
    ] == [
        (row["document"], row["coder"], row["person"], row["organization"], row["concept"], row["agreement"])
        for row in table(found, codebook)
    ]


def test_marks_the_words_where_java_counts_them(made: Any, codebook: Codebook) -> None:
    found = records(codebook) + hard_records(codebook)
    for (_, start, stop, text, *_), row in zip(
        made(found).execute(READ), table(found, codebook), strict=True
    ):
        words = text.encode("utf-16-le")[2 * start : 2 * stop].decode("utf-16-le")
        whole = context(codebook).texts(row["document"]).text
        assert words == whole[int(row["start"]) : int(row["stop"])]


def test_holds_together(made: Any, codebook: Codebook) -> None:
    db = made(records(codebook) + hard_records(codebook))
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    orphans = """SELECT count(*) FROM DATASHORTTEXT D WHERE NOT EXISTS
        (SELECT 1 FROM ATTRIBUTES A WHERE A.VariableId = D.VariableId AND A.Value = D.Value)"""
    assert db.execute(orphans).fetchone() == (0,)
    version = db.execute("SELECT Value FROM SETTINGS WHERE Property = 'version'").fetchone()
    assert version[0].startswith("2")


def test_dates_documents_by_the_day(made: Any, codebook: Codebook) -> None:
    db = made(records(codebook) + hard_records(codebook))
    (known,), (unknown,) = db.execute("SELECT Date FROM DOCUMENTS ORDER BY ID")
    assert datetime.fromtimestamp(known / 1000, UTC).date().isoformat() == "2019-08-01"
    assert unknown == 0
    assert db.execute("SELECT Title FROM DOCUMENTS ORDER BY ID").fetchall()[1] == (HARD.title,)


@pytest.mark.parametrize("date", ["2019-02-31", "0000", "soon"])
def test_takes_no_date_for_one_of_no_calendar(date: str) -> None:
    assert dna_database.milliseconds(date) == 0


def test_is_a_database_even_where_nothing_was_found(made: Any) -> None:
    assert made([]).execute(READ).fetchall() == []


def test_gives_the_same_bytes_each_time(codebook: Codebook) -> None:
    found = records(codebook)
    assert written(dna_database.FORMAT, found, codebook) == written(dna_database.FORMAT, found, codebook)

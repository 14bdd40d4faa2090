"""Rows for programs: Parquet, with the type of every column, a few thousand rows at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from annotator.model import N_
from annotator.outputs.flat import COLUMNS, NAMES, rows
from annotator.outputs.format import Context, Format, Record

ROWS_AT_ONCE = 10_000


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    import pyarrow  # heavy, so an extra
    import pyarrow.parquet

    schema = _schema(pyarrow)
    sent = _Sent()
    found = rows(records)
    with pyarrow.parquet.ParquetWriter(sent, schema, compression="zstd") as file:
        while some := list(itertools.islice(found, ROWS_AT_ONCE)):
            columns = [
                pyarrow.array([row[column.name] for row in some], type=schema.field(column.name).type)
                for column in COLUMNS
            ]
            file.write_table(pyarrow.Table.from_arrays(columns, schema=schema))
            yield sent.take()
    yield sent.take()


def _schema(pyarrow: Any) -> Any:
    types = {
        "text": pyarrow.string(),
        "integer": pyarrow.int32(),
        "number": pyarrow.float64(),
        "flag": pyarrow.bool_(),
        "texts": pyarrow.list_(pyarrow.string()),
        "integers": pyarrow.list_(pyarrow.int64()),
        "spans": pyarrow.list_(pyarrow.list_(pyarrow.int32())),
    }
    return pyarrow.schema(
        [
            pyarrow.field(column.name, types[column.kind], metadata={"description": column.description})
            for column in COLUMNS
        ]
    )


class _Sent:
    """A file that only grows, and forgets what was taken."""

    closed = False

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._at = 0

    def write(self, chunk: bytes) -> int:
        self._written.append(bytes(chunk))
        self._at += len(chunk)
        return len(chunk)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        self.closed = True

    def take(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken


FORMAT = Format(
    id="parquet",
    name="Parquet",
    extension="claims.parquet",
    media_type="application/vnd.apache.parquet",
    unit="claim",
    holds=N_("The same rows with the type of every column and real lists, for pandas, DuckDB, R and others."),
    loses=N_("Nothing of a claim is lost; the nesting of claims in sentences is."),
    fields=NAMES,
    write=write,
    extra="parquet",
    needs="pyarrow",
)

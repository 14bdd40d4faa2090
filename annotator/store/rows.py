"""Rows of a query as dictionaries, without the savepoint that sqlite-utils puts around each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlite_utils import Database


def select(
    db: Database, sql: str, values: Mapping[str, Any] | Sequence[Any] = ()
) -> Iterator[dict[str, Any]]:
    cursor = db.conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)

"""The only SQL: one module per table, plain functions, `db` first."""

import sys


def _without_pandas() -> None:
    """sqlite-utils takes pandas in wherever it is installed: half a second and 80 MB, for nothing here."""
    if "pandas" in sys.modules:
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        import sqlite_utils  # noqa: F401
    finally:
        del sys.modules["pandas"]


_without_pandas()

"""Every table and column is described, and the description stands where it is needed in ten years."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import orjson
from click.testing import CliRunner

from annotator.cli import main
from annotator.homecoming import bundle
from annotator.project import Project
from annotator.store import schema, tables
from tests.store.test_backups import answer


def names(project: Project, kind: str) -> set[str]:
    found = project.db.execute(
        "select name from sqlite_master where type = ? and name not like 'sqlite_%'", (kind,)
    )
    return {row[0] for row in found} - set(schema.OURS)


def test_describes_every_table_and_column(project: Project) -> None:
    assert set(schema.TABLES) == names(project, "table")
    assert set(schema.VIEWS) == names(project, "view")
    for table, (about, columns) in schema.TABLES.items():
        there = {row[0] for row in project.db.execute("select name from pragma_table_info(?)", (table,))}
        assert about.endswith(".")
        assert set(columns) <= there
        assert there - set(columns) <= set(schema.EVERYWHERE), table
    words = "".join(schema.described(project.db))
    assert all(f"## {table}\n" in words for table in schema.TABLES)


def test_prints_the_same(project: Project) -> None:
    said = CliRunner().invoke(main, ["schema", str(project.path)])
    assert said.exit_code == 0
    assert "| `spans` | text | JSON [[start, end], …]" in said.stdout


def test_makes_a_database_of_a_bundle_without_qawl(article: Project, tmp_path: Path) -> None:
    """Only with what the bundle says: its statements, its lines, its files."""
    answer(article, "Ana", "s1", comment="one")
    (tmp_path / "b.zip").write_bytes(b"".join(article.bundle()))
    with (
        zipfile.ZipFile(tmp_path / "b.zip") as zipped,
        closing(sqlite3.connect(tmp_path / "plain.db", isolation_level=None)) as plain,
    ):
        assert "## annotations\n" in zipped.read(bundle.SCHEMA_WORDS).decode()
        plain.executescript(zipped.read(bundle.SCHEMA_SQL).decode())
        for path in zipped.namelist():
            if not path.startswith("tables/"):
                continue
            table = path[7:-6]
            for line in zipped.read(path).splitlines():
                row = orjson.loads(line)
                if table == "files":
                    folder = f"files/{row['sha256']}/"
                    [inside] = [name for name in zipped.namelist() if name.startswith(folder)]
                    row["bytes"] = zipped.read(inside)
                sql = f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})"
                plain.execute(sql, [*row.values()])
        assert not plain.execute("pragma foreign_key_check").fetchall()
        for table in tables.CARRIED:
            if table == "settings":
                continue  # of which the secrets stay
            count = f"select count(*) from {table}"
            assert plain.execute(count).fetchone() == article.db.execute(count).fetchone()
        query = "select person, sentence, status, comment from current_answers"
        assert plain.execute(query).fetchall() == article.db.execute(query).fetchall()

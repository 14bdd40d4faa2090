"""Taking files in: what becomes of their texts."""

from __future__ import annotations

from annotator.project import Project


def test_calls_rows_without_a_title_by_their_ids(project: Project) -> None:
    rows = b"id,text,title\nr1,The talks go on.,\nr2,Nobody came.,Nobody\n"
    titles = [taken.document and taken.document.title for taken in project.take_in("a.csv", rows)]
    assert titles == ["a.csv, row r1", "Nobody"]

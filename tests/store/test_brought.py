"""Project files from elsewhere: those of earlier versions are ours too."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from annotator.project import Project
from annotator.store import brought

KEPT = sorted((Path(__file__).parents[1] / "kept").glob("*.db.gz"))


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.name)
def test_knows_what_earlier_versions_made(kept: Path, tmp_path: Path) -> None:
    sent, copied = tmp_path / "sent", tmp_path / "copied"
    sent.write_bytes(gzip.decompress(kept.read_bytes()))
    before = sent.read_bytes()
    brought.copy(sent, copied)
    assert sent.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copied", "sent"]
    with Project.open(copied) as project:
        assert project.people()


def test_knows_a_file_that_was_brought_up_to_date(tmp_path: Path) -> None:
    """Steps that change a table leave other words than one that makes it."""
    path = tmp_path / "earlier.db"
    path.write_bytes(gzip.decompress(KEPT[0].read_bytes()))
    with Project.open(path) as project:
        project.copy_to(tmp_path / "sent")
    brought.copy(tmp_path / "sent", tmp_path / "copied")

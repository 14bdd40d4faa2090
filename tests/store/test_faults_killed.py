"""The server killed or stopped while people save: what it called saved is there."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from annotator.project import Project
from tests.bench.killed import Killing, gone
from tests.conftest import ARTICLE
from tests.store.at_work import Writer, started

KILLS = 8  # two hundred: python -m tests.bench.killed


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is for POSIX systems")
def test_keeps_every_answer_it_called_saved_when_killed(article_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "killed.db"
    shutil.copy(article_file, path)
    killing = Killing(path, random.Random(7))
    kills = [killing.once() for _ in range(KILLS)]
    assert [kill.lost for kill in kills if kill.lost] == []
    assert [kill.refused for kill in kills if kill.refused] == []
    assert all(kill.sound for kill in kills)
    assert gone(path, kills) == []
    everything = sum(len(writer.seen) for writer in kills[0].writers)
    assert any(0 < len(kill.saved) < everything for kill in kills)  # killed while they answered


@pytest.mark.skipif(os.name == "nt", reason="SIGTERM is for POSIX systems")
def test_leaves_everything_in_one_file_when_stopped(article: Project, tmp_path: Path) -> None:
    server = started(article.path)
    writer = Writer("Ana", server.address, {"s1": None}, 0)
    writer.work()
    assert server.stop() == 0
    copy = tmp_path / "copy" / "copied.db"
    copy.parent.mkdir()
    shutil.copy(article.path, copy)
    with Project.open(copy) as project:
        assert list(project.desk(ARTICLE, project.person("Ana")).annotations) == list(writer.saved) == ["s1"]

"""The file moved, removed or replaced under a running server: nobody is told that something was saved."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from annotator.model import Unavailable
from annotator.project import Project
from annotator.store import file, settings
from annotator.store.file import write
from tests.store.at_work import Writer, all_work, missing, serving, sound, writers_at

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows refuses to move a file that is open")


def remove(path: Path) -> None:
    path.unlink()


def replace(path: Path) -> None:
    shutil.copy(path, other := path.with_name("other.db"))
    other.replace(path)


def remove_log(path: Path) -> None:
    path.with_name(path.name + "-wal").unlink()


def remove_index(path: Path) -> None:
    path.with_name(path.name + "-shm").unlink()


@pytest.mark.parametrize("act", [remove, replace, remove_log, remove_index], ids=lambda act: act.__name__)
def test_saves_nothing_where_nobody_would_find_it(article: Project, act: Callable[[Path], None]) -> None:
    with write(article.db):
        settings.append(article.db, "colour", "teal")
    act(article.path)
    with pytest.raises(Unavailable, match="Nothing was saved"), write(article.db):
        settings.append(article.db, "colour", "brick")
    assert settings.get(article.db, "colour") == "teal"


def test_goes_on_when_the_file_is_put_back(article: Project) -> None:
    away = article.path.with_name("away.db")
    article.path.rename(away)
    with pytest.raises(Unavailable), write(article.db):
        settings.append(article.db, "colour", "teal")
    away.rename(article.path)
    with write(article.db):
        settings.append(article.db, "colour", "brick")
    assert settings.get(article.db, "colour") == "brick"


def test_makes_no_file_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises((Unavailable, OSError, file.Failure)):
        file.connect(tmp_path / "gone.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("act", [replace, remove_log], ids=lambda act: act.__name__)
def test_tells_everybody_at_work(article_file: Path, tmp_path: Path, act: Callable[[Path], None]) -> None:
    path = tmp_path / "work.db"
    shutil.copy(article_file, path)
    with serving(path) as server:
        before = writers_at(path, server.address, 1)
        for writer in before:
            writer.seen = {"s1": None}
        all_work(before)
        assert all(writer.saved for writer in before)
        names = {one.name for one in tmp_path.iterdir()}
        act(path)
        after = [
            Writer(writer.name, server.address, {"s2": None, "s3": None}, 2, writer.cookie)
            for writer in before
        ]
        all_work(after)
        assert [writer.saved for writer in after] == [{}, {}, {}]
        said = {told for writer in after for told in writer.told}
        assert all(told.startswith("503") and "Nothing was saved" in told for told in said), said
        assert len(said) == 1
        assert {one.name for one in tmp_path.iterdir()} <= names  # no new, empty file
    if act is remove_log:  # what was saved before has come into the file itself on stopping
        assert missing(path, before) == []
        assert sound(path)


def test_shows_no_page_of_a_file_that_is_gone(article: Project, app: Flask) -> None:
    client = app.test_client()
    assert client.get("/sign-in").status_code == 200
    article.path.unlink()
    answer = client.get("/sign-in")
    assert answer.status_code == 503
    assert "moved, removed or replaced" in answer.text
    assert not article.path.exists()

"""A short random walk; the long one is `python -m tests.walk`."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import BrowserContext

from tests.conftest import Live, enter
from tests.walk.server import Server
from tests.walk.walk import Walk


def test_ends_with_the_same_answers_as_its_model(
    context: BrowserContext, article_file: Path, tmp_path: Path
) -> None:
    project = Path(shutil.copy(article_file, tmp_path / "walk.db"))
    server = Server(project)
    server.start()
    try:
        enter(context.new_page(), Live(server.url, project), "Ana")
        walk = Walk(context, server, project, "Ana", seed=11)
        walk.go(100)
        assert len(walk.book.rows) > 10
    finally:
        server.stop()

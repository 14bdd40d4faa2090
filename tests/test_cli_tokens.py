"""Tokens on the command line."""

from __future__ import annotations

from click.testing import CliRunner

from annotator.cli import main
from annotator.project import Project


def run(*words: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(main, words)
    return found.exit_code, found.stdout, found.stderr


def test_makes_lists_and_removes_a_token(article: Project) -> None:
    path = str(article.path)
    status, words, told = run("token", "add", path, "Ana", "Nightly export", "--days", "7")
    assert status == 0
    assert "shown only now" in told
    assert article.bearer(words.strip()).name == "Ana"
    listed = run("token", "list", path)[1]
    assert "Ana\tNightly export\t" in listed
    assert words.strip() not in listed
    assert run("token", "remove", path, listed.split("\t")[0])[0] == 0
    assert run("token", "list", path)[1] == ""


def test_refuses_strangers_and_tokens_that_are_gone(article: Project) -> None:
    path = str(article.path)
    for words in (("add", path, "Dan", "x"), ("add", path, "Ana", " "), ("remove", path, "7")):
        status, _, told = run("token", *words)
        assert status == 1
        assert told.startswith("Error: ")

"""Rounds, as a person types them."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.model import Answer, Status
from annotator.project import Project
from tests.conftest import ARTICLE

Run = Callable[..., Result]

EVERYBODY = [word for name in ("Ana", "Ben", "Cleo") for word in ("--person", name)]


@pytest.fixture
def run(article: Project) -> Run:
    """Run a command about the rounds of the article's project."""

    def run(command: str, *words: str, answer: int = 0) -> Result:
        result = CliRunner().invoke(main, ["rounds", command, str(article.path), *words])
        assert result.exit_code == answer, result.output
        return result

    return run


def test_makes_a_round_and_spreads_it_at_once(article: Project, run: Run) -> None:
    made = run("make", "First", "--spread", "--due", "2026-12-24")
    assert made.output == "Made First: 1 document, 2 people, 2 given.\n"
    (round,) = article.rounds()
    assert (round.overlap, round.due, len(article.assigned(round.id))) == (2, "2026-12-24", 2)


def test_gives_by_hand_and_spreads_the_rest(article: Project, run: Run) -> None:
    assert "Next: qawl rounds spread" in run("make", "First", *EVERYBODY).output
    assert run("assign", "First", ARTICLE, "Cleo").output == f"Gave {ARTICLE}: Cleo.\n"
    assert run("assign", "First", ARTICLE, "Cleo").output == f"Already given: {ARTICLE}: Cleo.\n"
    assert run("spread", "First").output == "Gave 1 more.\n"
    run("assign", "First", ARTICLE, "Cleo", "--release")
    (round,) = article.rounds()
    assert len(article.assigned(round.id)) == 1
    assert (ARTICLE, "Cleo") not in article.assigned(round.id)
    assert "does not have" in run("assign", "First", ARTICLE, "Cleo", "--release", answer=1).output


def test_names_a_next_command_that_can_be_typed(article: Project, run: Run) -> None:
    said = run("make", "The first one", *EVERYBODY).output
    _, *words = shlex.split(said.partition("Next: ")[2])
    assert words == ["rounds", "spread", str(article.path), "The first one"]
    assert CliRunner().invoke(main, words).output == "Gave 2 more.\n"


def test_shows_rounds_and_how_far_everybody_is(article: Project, run: Run) -> None:
    run("make", "First", "--person", "Ana", "--person", "Ben", "--spread")
    ana = article.person("Ana")
    queued = article.desk(ARTICLE, ana).queued
    moment = "2026-01-01T00:00:00.000Z"
    article.take_answers(ARTICLE, ana, {sid: Answer(Status.NO_CLAIM) for sid in queued}, moment)
    article.finish(ARTICLE, ana)
    assert run("show").output == "First\t1 document\t2 people\toverlap 2\n"
    assert run("show", "First").output == f"{ARTICLE}\tAna\t28\t28\tfinished\n{ARTICLE}\tBen\t0\t28\n"


def test_tells_how_many_are_skipped(article: Project, run: Run) -> None:
    run("make", "First", "--person", "Ana", "--overlap", "1", "--spread")
    ana = article.person("Ana")
    queued = article.desk(ARTICLE, ana).queued
    given = {sid: Answer(Status.SKIPPED if sid in queued[:3] else Status.NO_CLAIM) for sid in queued}
    article.take_answers(ARTICLE, ana, given, "2026-01-01T00:00:00.000Z")
    article.finish(ARTICLE, ana)
    assert run("show", "First").output == f"{ARTICLE}\tAna\t25\t28\t3 skipped\tfinished\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "Second"), "no round named Second"),
        (("spread", "Second"), "no round named Second"),
        (("assign", "First", "0000", "Ana"), "no document 0000 in this round"),
        (("assign", "First", ARTICLE, "Nobody"), "nobody named Nobody in this round"),
        (("make", "First"), "already a round named First"),
        (("make", "Second", "--overlap", "9"), "not as many people"),
        (("make", "Second", "--due", "soon"), "is no day"),
        (("make", "Second", "--document", "0000"), "no document 0000"),
    ],
)
def test_says_in_a_sentence_what_is_wrong(run: Run, words: tuple[str, ...], said: str) -> None:
    run("make", "First")
    answer = run(*words, answer=1)
    assert said in answer.output
    assert "Traceback" not in answer.output

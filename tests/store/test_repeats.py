"""Sentences that come again: which, when, and that second answers touch nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from annotator.model import Answer, Invalid, Missing, Person, Stale, Status
from annotator.project import Project
from tests.conftest import ARTICLE

MOMENT = "2026-01-01T00:00:00.000Z"
NO_CLAIM = MultiDict({"action": "no_claim"})
SKIP = MultiDict({"action": "skip"})


@pytest.fixture
def ana(article: Project) -> Person:
    return article.person("Ana")


@pytest.fixture
def round(article: Project, ana: Person) -> int:
    """Ana answered her document long ago."""
    made = article.make_round("First", 1)
    article.assign(made.id, give=[(ARTICLE, "Ana"), (ARTICLE, "Ben")])
    queued = article.desk(ARTICLE, ana).queued
    article.take_answers(ARTICLE, ana, dict.fromkeys(queued, Answer(Status.NO_CLAIM)), MOMENT)
    return made.id


def due(project: Project, person: Person) -> list[str]:
    return [one.sid for one in project.repeats(person) if not one.done]


def test_gives_nothing_again_unless_asked(article: Project, ana: Person, round: int) -> None:
    assert article.repeats(ana) == []
    article.plan_repeats(round, 0, 7, by="Cleo")
    assert article.repeats(ana) == []


@pytest.mark.parametrize(("share", "n"), [(1, 1), (5, 2), (50, 14), (100, 28)])
def test_draws_a_share_rounded_up(article: Project, ana: Person, round: int, share: int, n: int) -> None:
    article.plan_repeats(round, share, 7)
    queued = article.desk(ARTICLE, ana).queued
    assert len(queued) == 28
    drawn = due(article, ana)
    assert len(drawn) == n
    assert set(drawn) <= set(queued)
    assert due(article, ana) == drawn
    assert due(article, article.person("Ben")) == []


def test_waits_for_the_days(article: Project, round: int) -> None:
    ben = article.person("Ben")
    article.record(ARTICLE, "s1", ben, NO_CLAIM, seen=None, token="1")
    article.plan_repeats(round, 100, 1)
    assert article.repeats(ben) == []


def test_gives_again_only_what_is_given(article: Project, ana: Person, round: int) -> None:
    article.plan_repeats(round, 100, 7)
    article.assign(round, release=[(ARTICLE, "Ana")])
    assert article.repeats(ana) == []


@pytest.mark.parametrize(
    ("share", "days", "field"), [(-1, 7, "share"), (101, 7, "share"), (5, 0, "days"), (5, 366, "days")]
)
def test_refuses_shares_and_days_that_cannot_be(
    article: Project, round: int, share: int, days: int, field: str
) -> None:
    with pytest.raises(Invalid) as problem:
        article.plan_repeats(round, share, days)
    assert problem.value.field == field
    assert article.repeats_planned() == {}


def test_keeps_every_choice(article: Project, round: int) -> None:
    for share in (5, 5, 10):
        article.plan_repeats(round, share, 7, by="Cleo")
    assert article.db.execute("select share, person from repeats order by id").fetchall() == [
        (5, "Cleo"),
        (10, "Cleo"),
    ]


def everything(project: Project, person: Person) -> dict[str, Any]:
    """What second answers must not touch."""
    return {
        "records": list(project.records()),
        "desk": project.desk(ARTICLE, person),
        "documents": project.documents(person),
        "figures": project.agreement().sentences,
        "rows": project.db.execute("select count(*), max(id) from annotations").fetchall(),
    }


def test_touches_no_answer_no_progress_and_no_figure(article: Project, ana: Person, round: int) -> None:
    article.record(ARTICLE, "s1", article.person("Ben"), NO_CLAIM, seen=None, token="1")
    article.finish(ARTICLE, ana)
    article.plan_repeats(round, 100, 7)
    before = everything(article, ana)
    first, second, *_ = due(article, ana)
    article.answer_again(ARTICLE, first, ana, SKIP, seen=None, token="2")
    article.answer_again(ARTICLE, second, ana, NO_CLAIM, seen=None, token="3")
    assert everything(article, ana) == before
    assert len(due(article, ana)) == 26


def test_shows_nothing_of_the_first_answers(article: Project, ana: Person, round: int) -> None:
    article.plan_repeats(round, 5, 7)
    sid = due(article, ana)[0]
    assert article.desk(ARTICLE, ana).annotations
    desk = article.again_desk(ARTICLE, sid, ana)
    assert (desk.annotations, desk.undo, desk.redo, desk.closed) == ({}, None, None, False)
    given = article.answer_again(ARTICLE, sid, ana, NO_CLAIM, seen=None, token="1")
    assert article.again_desk(ARTICLE, sid, ana).annotations == {sid: given.annotation}


def test_takes_a_second_answer_once(article: Project, ana: Person, round: int) -> None:
    article.plan_repeats(round, 5, 7)
    sid = due(article, ana)[0]
    first = article.answer_again(ARTICLE, sid, ana, NO_CLAIM, seen=None, token="1", seconds=4.5)
    assert article.answer_again(ARTICLE, sid, ana, NO_CLAIM, seen=None, token="1") == first
    assert article.db.execute("select count(*), sum(seconds) from second_answers").fetchone() == (1, 4.5)
    with pytest.raises(Stale):
        article.answer_again(ARTICLE, sid, ana, SKIP, seen=None, token="2")
    seen = first.annotation.id
    article.answer_again(ARTICLE, sid, ana, SKIP, seen=seen, token="3")
    assert [one.sid for one in article.repeats(ana) if one.done] == [sid]


def test_opens_nothing_else_again(article: Project, ana: Person, round: int) -> None:
    article.plan_repeats(round, 5, 7)
    other = next(sid for sid in article.desk(ARTICLE, ana).queued if sid not in due(article, ana))
    drawn, ben = due(article, ana)[0], article.person("Ben")
    asks: list[Callable[[], object]] = [
        lambda: article.again_desk(ARTICLE, other, ana),
        lambda: article.answer_again(ARTICLE, other, ana, NO_CLAIM, seen=None, token="1"),
        lambda: article.answer_again(ARTICLE, drawn, ben, NO_CLAIM, seen=None, token="1"),
    ]
    for ask in asks:
        with pytest.raises(Missing):
            ask()


def test_counts_agreement_with_oneself(article: Project, ana: Person, round: int) -> None:
    article.plan_repeats(round, 10, 7)
    first, *others = due(article, ana)
    for sid in others:
        article.answer_again(ARTICLE, sid, ana, NO_CLAIM, seen=None, token=sid)
    assert article.agreement_with_oneself()["Ana"].layer("claim").observed == 1
    claim = {"action": "save", "claim": "new", "speaker": "turkey", "stance": "ru", "attribution": "direct"}
    article.answer_again(ARTICLE, first, ana, MultiDict(claim), seen=None, token="1")
    (found,) = article.agreement_with_oneself().values()
    assert (found.sentences, found.people) == (3, ("first", "second"))
    assert found.layer("claim").observed == pytest.approx(2 / 3)
    assert article.agreement_with_oneself(people=["Ben"]) == {}


def test_compares_with_the_answer_as_it_was_before(article: Project, ana: Person, round: int) -> None:
    article.plan_repeats(round, 5, 7)
    sid = due(article, ana)[0]
    article.answer_again(ARTICLE, sid, ana, NO_CLAIM, seen=None, token="1")
    seen = article.desk(ARTICLE, ana).annotations[sid].id
    article.record(ARTICLE, sid, ana, SKIP, seen=seen, token="2")
    assert article.agreement_with_oneself()["Ana"].sentences == 1

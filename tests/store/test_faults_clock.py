"""The computer's clock set back, or a year ahead and back: nobody is locked out, and the order stays."""

from __future__ import annotations

import http.client
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from annotator.model import Answer, Status
from annotator.project import Project
from tests.conftest import ARTICLE
from tests.store import clock
from tests.store.at_work import Writer, current, missing, serving

YEAR = 365 * clock.DAY


@dataclass
class Timed:
    """A server, its file and its clock."""

    path: Path
    address: str
    place: Path

    def set_clock(self, seconds: float) -> None:
        self.place.write_text(str(seconds))

    def writer(self, name: str, sids: list[str], number: int, cookie: str = "") -> Writer:
        with Project.open(self.path) as project:
            seen = current(project, name)
        return Writer(name, self.address, {sid: seen[sid] for sid in sids}, number, cookie)

    def page(self, address: str, cookie: str) -> tuple[int, str]:
        server = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        server.request("GET", address, headers={"Cookie": cookie})
        answer = server.getresponse()
        page = answer.read().decode()
        server.close()
        return answer.status, page


@pytest.fixture
def timed(article_file: Path, tmp_path: Path) -> Iterator[Timed]:
    path, place = tmp_path / "timed.db", tmp_path / "clock"
    shutil.copy(article_file, path)
    with serving(path, command=clock.command(place)) as server:
        yield Timed(path, server.address, place)


def test_goes_on_when_the_clock_is_set_back(timed: Timed) -> None:
    first = timed.writer("Ana", ["s1", "s2"], 1)
    first.work()
    timed.set_clock(-3600)
    second = timed.writer("Ana", ["s2", "s3"], 2, first.cookie)
    second.work()
    assert second.told == []  # still signed in
    first.saved.pop("s2")
    assert missing(timed.path, [first, second]) == []
    with Project.open(timed.path) as project:
        ana = project.person("Ana")
        assert project.undo(ARTICLE, ana) is not None
        answers = project.desk(ARTICLE, ana).annotations
        assert answers["s2"].answer.comment == "round 2, Ana, s2"
        assert "s3" not in answers or answers["s3"].answer.comment is None  # what was saved last goes first
        steps = project.history(ARTICLE, "s2", ana).steps
    comments = [step.annotation.answer.comment for step in steps if hasattr(step, "annotation")]
    assert comments == ["round 2, Ana, s2", "round 1, Ana, s2"]


def test_locks_nobody_out_after_a_year_that_was_none(timed: Timed) -> None:
    before = timed.writer("Ben", ["s1"], 1)
    before.work()
    timed.set_clock(YEAR)
    ahead = timed.writer("Ana", ["s1", "s2"], 1)
    ahead.work()
    assert len(ahead.saved) == 2
    timed.set_clock(0)
    kept = timed.writer("Ben", ["s2"], 2, before.cookie)
    kept.work()
    late = timed.writer("Ana", ["s3"], 2, ahead.cookie)
    late.work()
    assert kept.saved
    assert [said[:3] for said in late.told] in ([], ["403"])  # told to sign in again, and can
    again = timed.writer("Ana", ["s1", "s4"], 3)
    again.work()
    assert again.told == []
    ahead.saved.pop("s1")
    assert missing(timed.path, [before, ahead, kept, late, again]) == []
    lead = timed.writer("Cleo", ["s1"], 1)
    lead.work()
    for address in ("/", "/team", "/agreement", f"/documents/{ARTICLE}/sentences/s1/history"):
        assert timed.page(address, lead.cookie)[0] == 200, address


def test_compares_both_answers_of_a_person_though_the_second_seems_older(article: Project) -> None:
    ana = article.person("Ana")
    round = article.make_round("First", 1)
    article.assign(round.id, give=[(ARTICLE, "Ana")])
    queued = article.desk(ARTICLE, ana).queued
    answers = dict.fromkeys(queued, Answer(Status.NO_CLAIM))
    article.take_answers(ARTICLE, ana, answers, "2026-01-01T00:00:00.000Z")
    article.plan_repeats(round.id, 100, 1)
    article.answer_again(ARTICLE, "s1", ana, MultiDict({"action": "no_claim"}), seen=None, token="1")
    # What the clock said, had it been set back a year in between.
    article.db.execute("update second_answers set created_at = '2025-01-01T00:00:00.000Z'")
    assert article.agreement_with_oneself()["Ana"].layers[0].n == 2  # both readings of one sentence

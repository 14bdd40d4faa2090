"""Rounds in the project file: what is given to whom, what that opens and closes, and what is finished."""

from __future__ import annotations

from collections import Counter

import pytest

from annotator.model import Answer, Document, Forbidden, Invalid, Missing, Person, Role, Status
from annotator.project import Project
from annotator.store import pace
from tests.conftest import ARTICLE

MOMENT = "2026-01-01T00:00:00.000Z"
NO_CLAIM = {"action": "no_claim"}

EVERYBODY = ["Ana", "Ben", "Cleo"]


def text(project: Project, n: int) -> Document:
    words = " ".join(f"The minister said it for the {word} time." for word in range(n + 1))
    return project.import_file(f"text-{n}.txt", f"Talks {n}\n\n{words}\n".encode())


@pytest.fixture
def ana(article: Project) -> Person:
    return article.person("Ana")


@pytest.fixture
def cleo(article: Project) -> Person:
    return article.person("Cleo")


def answer_all(project: Project, person: Person, *, skipped: tuple[str, ...] = (), without: str = "") -> None:
    queued = [sid for sid in project.desk(ARTICLE, person).queued if sid != without]
    answers = {sid: Answer(Status.SKIPPED if sid in skipped else Status.NO_CLAIM) for sid in queued}
    project.take_answers(ARTICLE, person, answers, MOMENT)


def listed(project: Project, person: Person) -> list[str]:
    return [one.document.id for one in project.documents(person)]


# ------------------------------------------------------------------ who sees what


def test_leaves_every_document_open_without_a_round(article: Project, ana: Person) -> None:
    assert listed(article, ana) == [ARTICLE]
    assert article.open_to(ARTICLE, ana).id == ARTICLE


def test_shows_annotators_only_what_they_are_given(article: Project, ana: Person, cleo: Person) -> None:
    other = text(article, 1)
    round = article.make_round("First", 1, due="2026-12-24", by="Cleo")
    assert listed(article, ana) == []
    article.assign(round.id, give=[(other.id, "Ana")], by="Cleo")
    (mine,) = article.documents(ana)
    assert (mine.document.id, mine.given, mine.due) == (other.id, True, "2026-12-24")
    assert listed(article, cleo) == [ARTICLE, other.id]
    assert [one.given for one in article.documents(cleo)] == [False, False]


def test_opens_nothing_of_others(article: Project, ana: Person, cleo: Person) -> None:
    round = article.make_round("First", 1, by="Cleo")
    article.assign(round.id, give=[(ARTICLE, "Ben")])
    for ask in (
        lambda: article.open_to(ARTICLE, ana),
        lambda: article.desk(ARTICLE, ana),
        lambda: article.whereabouts(ARTICLE, "s1", ana),
        lambda: article.history(ARTICLE, "s1", ana),
        lambda: article.record(ARTICLE, "s1", ana, NO_CLAIM, seen=None, token="1"),
        lambda: article.undo(ARTICLE, ana),
        lambda: article.redo(ARTICLE, ana),
        lambda: article.finish(ARTICLE, ana),
    ):
        with pytest.raises(Missing, match="There is no document"):
            ask()
    assert article.open_to(ARTICLE, cleo).id == ARTICLE
    article.record(ARTICLE, "s1", cleo, NO_CLAIM, seen=None, token="1")


def test_keeps_answers_of_what_is_released(article: Project, ana: Person) -> None:
    round = article.make_round("First", 1)
    article.assign(round.id, give=[(ARTICLE, "Ana")])
    article.record(ARTICLE, "s1", ana, NO_CLAIM, seen=None, token="1")
    article.assign(round.id, release=[(ARTICLE, "Ana")])
    assert listed(article, ana) == []
    assert [record["annotator"] for record in article.records()] == ["Ana"]
    article.assign(round.id, give=[(ARTICLE, "Ana")])
    assert article.desk(ARTICLE, ana).done == 1


def test_opens_everything_again_when_the_round_is_taken_back(article: Project, ana: Person) -> None:
    round = article.make_round("First", 1)
    assert listed(article, ana) == []
    article.withdraw_round(round.id, by="Cleo")
    assert listed(article, ana) == [ARTICLE]
    assert article.rounds() == []
    with pytest.raises(Missing):
        article.round(round.id)


def test_opens_a_document_through_any_of_its_rounds(article: Project, ana: Person) -> None:
    first, second = (article.make_round(name, 1, due=due) for name, due in (("1", "2026-12-02"), ("2", None)))
    for round in (first, second):
        article.assign(round.id, give=[(ARTICLE, "Ana")])
    article.assign(second.id, release=[(ARTICLE, "Ana")])
    assert [one.due for one in article.documents(ana)] == ["2026-12-02"]
    article.withdraw_round(first.id)
    assert listed(article, ana) == []


# ------------------------------------------------------------------ making and spreading


def test_spreads_a_round_over_everybody_who_can_annotate(article: Project) -> None:
    article.add_person("Simulated A", Role.SIMULATED)
    ids = [ARTICLE, *(text(article, n).id for n in range(5))]
    round = article.make_round("First", 2, people=EVERYBODY, spread=True, by="Cleo")
    assert (set(round.documents), round.people) == (set(ids), ("Ana", "Ben", "Cleo"))
    assert round.codebook == article.codebook().name
    cells = article.assigned(round.id)
    assert Counter(document for document, _ in cells) == dict.fromkeys(ids, 2)
    assert Counter(person for _, person in cells) == {"Ana": 4, "Ben": 4, "Cleo": 4}
    assert article.spread_round(round.id) == 0


def test_gives_leads_nothing_unless_told_or_needed(article: Project) -> None:
    assert article.make_round("First", 2).people == ("Ana", "Ben")
    assert article.make_round("Second", 3).people == tuple(EVERYBODY)


def test_spreads_around_what_was_given_by_hand(article: Project) -> None:
    text(article, 1)
    round = article.make_round("First", 1, people=EVERYBODY)
    article.assign(round.id, give=[(ARTICLE, "Cleo")])
    assert article.spread_round(round.id) == 1
    assert (ARTICLE, "Cleo") in article.assigned(round.id)
    assert len({person for _, person in article.assigned(round.id)}) == 2


def test_changes_a_round_and_releases_what_leaves_it(article: Project) -> None:
    other = text(article, 1)
    round = article.make_round("First", 2, spread=True)
    before = {cell for cell in article.assigned(round.id) if cell[0] == other.id and cell[1] != "Ben"}
    changed = article.change_round(
        round.id, name=" Second  one ", overlap=1, due="2027-01-31", documents=[other.id],
        people=["Ana", "Cleo"], by="Cleo",
    )  # fmt: skip
    assert (changed.name, changed.overlap, changed.due) == ("Second one", 1, "2027-01-31")
    assert set(article.assigned(round.id)) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "Taken"}, "name"),
        ({"overlap": 0}, "overlap"),
        ({"overlap": 4}, "overlap"),
        ({"due": "24.12.2026"}, "due"),
        ({"documents": []}, "documents"),
        ({"people": []}, "people"),
    ],
)
def test_refuses_rounds_that_cannot_be(article: Project, change: dict[str, object], field: str) -> None:
    article.make_round("Taken")
    with pytest.raises(Invalid) as problem:
        article.make_round(**{"name": "First", **change})  # type: ignore[arg-type]
    assert problem.value.field == field
    assert [round.name for round in article.rounds()] == ["Taken"]


@pytest.mark.parametrize("change", [{"documents": ["0000"]}, {"people": ["Dan"]}, {"people": ["Nobody"]}])
def test_knows_documents_and_people_of_the_project_only(article: Project, change: dict[str, object]) -> None:
    with pytest.raises(Missing):
        article.make_round("First", 1, **change)  # type: ignore[arg-type]


def test_gives_only_what_is_in_the_round(article: Project) -> None:
    round = article.make_round("First", 1, people=["Ana"])
    for cell in ((ARTICLE, "Ben"), ("0000", "Ana")):
        with pytest.raises(Missing, match="in this round"):
            article.assign(round.id, give=[(ARTICLE, "Ana"), cell])
    assert article.assigned(round.id) == []


# ------------------------------------------------------------------ finishing


def test_finishes_a_document_once_nothing_is_left(article: Project, ana: Person) -> None:
    answer_all(article, ana, without="s7")
    with pytest.raises(Invalid, match="no answer yet"):
        article.finish(ARTICLE, ana)
    article.record(ARTICLE, "s7", ana, {"action": "skip"}, seen=None, token="1")
    assert article.documents(ana)[0].to_finish
    article.finish(ARTICLE, ana)
    article.finish(ARTICLE, ana)
    assert article.finished(ARTICLE, ana)
    (mine,) = article.documents(ana)
    assert mine.finished
    assert not mine.to_finish
    assert len(article.finishes()) == 1


def test_closes_the_answers_of_what_is_finished(article: Project, ana: Person) -> None:
    answer_all(article, ana)
    seen = article.desk(ARTICLE, ana).annotations["s7"].id
    given = article.record(ARTICLE, "s7", ana, {"action": "skip"}, seen=seen, token="1")
    article.finish(ARTICLE, ana)
    before = list(article.records())
    for change in (
        lambda: article.record(ARTICLE, "s7", ana, NO_CLAIM, seen=given.annotation.id, token="2"),
        lambda: article.record(ARTICLE, "s8", ana, NO_CLAIM, seen=None, token="3"),
        lambda: article.undo(ARTICLE, ana),
        lambda: article.redo(ARTICLE, ana),
    ):
        with pytest.raises(Forbidden, match="You finished this document"):
            change()
    assert list(article.records()) == before
    assert article.desk(ARTICLE, ana).closed


def test_takes_an_answer_sent_twice_though_finished_meanwhile(article: Project, ana: Person) -> None:
    answer_all(article, ana, without="s7")
    first = article.record(ARTICLE, "s7", ana, NO_CLAIM, seen=None, token="1")
    article.finish(ARTICLE, ana)
    assert article.record(ARTICLE, "s7", ana, NO_CLAIM, seen=None, token="1") == first


def test_lets_the_lead_open_it_again_with_a_reason(article: Project, ana: Person) -> None:
    answer_all(article, ana)
    article.finish(ARTICLE, ana)
    with pytest.raises(Invalid, match="in a few words"):
        article.reopen(ARTICLE, "Ana", "  ", by="Cleo")
    article.reopen(ARTICLE, "Ana", "The rule about headlines changed.", by="Cleo")
    assert not article.finished(ARTICLE, ana)
    (mine,) = article.documents(ana)
    assert (mine.finished, mine.reopened) == (None, "The rule about headlines changed.")
    assert article.undo(ARTICLE, ana)
    with pytest.raises(Missing, match="has not finished"):
        article.reopen(ARTICLE, "Ana", "Once more.", by="Cleo")
    rows = article.db.query("select action, reason, changed_by from finishes order by id")
    assert [tuple(row.values()) for row in rows] == [
        ("finish", None, None),
        ("reopen", "The rule about headlines changed.", "Cleo"),
    ]


def test_closes_nobody_else_out(article: Project, ana: Person) -> None:
    answer_all(article, ana)
    article.finish(ARTICLE, ana)
    article.record(ARTICLE, "s1", article.person("Ben"), NO_CLAIM, seen=None, token="1")


def test_shows_agreement_of_a_document_only_after_finishing_it(
    article: Project, ana: Person, cleo: Person
) -> None:
    answer_all(article, ana)
    assert article.blind_in(ana) == (ARTICLE,)
    assert article.blind_in(cleo) == ()
    article.finish(ARTICLE, ana)
    assert article.blind_in(ana) == ()
    assert article.blind_in(article.person("Ben")) == (ARTICLE,)
    article.reopen(ARTICLE, "Ana", "A new rule.")
    assert article.blind_in(ana) == (ARTICLE,)
    article.finish(ARTICLE, ana)
    article.make_round("First", 1)
    assert article.blind_in(ana) == (ARTICLE,)


def test_keeps_a_lead_from_the_answers_of_others_in_a_document_given_to_them(
    article: Project, ana: Person, cleo: Person
) -> None:
    other = text(article, 2)
    round = article.make_round("First", 1, people=EVERYBODY)
    assert article.blind_in(cleo) == ()
    article.assign(round.id, give=[(ARTICLE, "Ana"), (ARTICLE, "Cleo"), (other.id, "Ana")])
    assert article.blind_in(cleo) == (ARTICLE,)
    assert article.seen_by(cleo) == (other.id,)
    assert article.seen_by(cleo, [ARTICLE]) == ()
    with pytest.raises(Forbidden, match="you have not finished it"):
        article.must_see(ARTICLE, cleo)
    answer_all(article, cleo)
    assert article.blind_in(cleo) == (ARTICLE,)
    article.finish(ARTICLE, cleo)
    assert (article.blind_in(cleo), article.seen_by(cleo)) == ((), None)
    article.reopen(ARTICLE, "Cleo", "A slip.", by="Cleo")
    assert article.blind_in(cleo) == (ARTICLE,)


def test_opens_them_to_a_lead_from_whom_the_document_is_taken_back(article: Project, cleo: Person) -> None:
    round = article.make_round("First", 1, people=EVERYBODY)
    article.assign(round.id, give=[(ARTICLE, "Cleo")], by="Cleo")
    article.assign(round.id, release=[(ARTICLE, "Cleo")], by="Cleo")
    assert article.blind_in(cleo) == ()
    rows = article.db.query("select action, changed_by from assignments order by id")
    assert [tuple(row.values()) for row in rows] == [("assign", "Cleo"), ("release", "Cleo")]
    article.assign(round.id, give=[(ARTICLE, "Cleo")])
    article.withdraw_round(round.id)
    assert article.blind_in(cleo) == ()


# ------------------------------------------------------------------ progress


def test_counts_the_progress_of_each_cell(article: Project, ana: Person) -> None:
    other = text(article, 4)
    round = article.make_round("First", 2, people=EVERYBODY)
    article.assign(round.id, give=[(ARTICLE, "Ana"), (ARTICLE, "Ben"), (other.id, "Ana")])
    answer_all(article, ana, skipped=("s3", "s7"))
    article.finish(ARTICLE, ana)
    grid = article.grid(round.id)
    (first, second) = grid.rows
    share = first.shares["Ana"]
    assert (share.given, share.done, share.skipped, share.finished) == (True, 26, 2, True)
    assert (first.people, second.people, grid.lacking) == (2, 1, 1)
    load = grid.load("Ana")
    assert (load.documents, load.finished, load.done) == (2, 1, 26)
    assert load.sentences == first.queued + second.queued
    assert grid.load("Cleo").documents == 0


@pytest.mark.parametrize(
    ("times", "hourly"), [([30], 120), ([10, 20, 90], 180), ([10, 20, 40, 90], 120), ([], None)]
)
def test_tells_the_pace_by_the_median(article: Project, ana: Person, times: list[float], hourly: int) -> None:
    for sid, seconds in zip(article.desk(ARTICLE, ana).queued, times, strict=False):
        article.record(ARTICLE, sid, ana, NO_CLAIM, seen=None, token=sid, seconds=seconds)
    assert article.paces()["Ana"].hourly == hourly


def test_tells_the_pace_of_late(article: Project, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a project of years a lead does not wait until all of it is read."""
    monkeypatch.setattr(pace, "LATELY", 1)
    for sid, seconds in zip(article.desk(ARTICLE, ana).queued, (10, 90), strict=False):
        article.record(ARTICLE, sid, ana, NO_CLAIM, seen=None, token=sid, seconds=seconds)
    assert article.paces()["Ana"].hourly == 40


def test_lists_flags_and_comments_that_wait(article: Project, ana: Person) -> None:
    article.add_person("Simulated A", Role.SIMULATED)
    flagged = Answer(Status.NO_CLAIM, hard=True)
    article.take_answers(ARTICLE, ana, {"s1": flagged, "s2": Answer(comment="Who says so?")}, MOMENT)
    article.take_answers(ARTICLE, article.person("Simulated A"), {"s3": flagged}, MOMENT)
    assert [
        (one.waiting.sentence, one.waiting.person, one.waiting.flagged, one.waiting.comment)
        for one in article.waiting(10, article.person("Cleo"))
    ] == [
        ("s2", "Ana", False, "Who says so?"),
        ("s1", "Ana", True, None),
    ]
    paces = article.paces()
    assert (paces["Ana"].flags, paces["Ana"].comments) == (1, 1)
    assert (paces["Simulated A"].flags, paces["Ben"].flags) == (0, 0)
    assert len(article.waiting(1, article.person("Cleo"))) == 1

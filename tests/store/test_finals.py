"""Final answers through changes of the text: carried along, open again, never lost unsaid."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlite_utils import Database
from werkzeug.datastructures import MultiDict

from annotator.filter import Filter
from annotator.model import Invalid, Kind, Person
from annotator.project import Project
from annotator.project.settling import votes_seen
from tests.conftest import ARTICLE
from tests.store.test_answers import CLAIM, NO_CLAIM, give
from tests.store.test_rounds import answer_all

FINAL = {
    "1-found": "yes",
    "1-speaker": "turkey",
    "1-stance": "tr",
    "1-attribution": "ascribed",
    "1-base": "0",
}


@pytest.fixture
def lead(article: Project) -> Person:
    """s1 is settled by hand, s2 by all."""
    for name, stance in (("Ana", "tr"), ("Ben", "both")):
        give(article, name, "s1", CLAIM | {"stance": stance})
        give(article, name, "s2", NO_CLAIM)
    cleo = article.person("Cleo")
    item = article.to_settle(ARTICLE, "s1", cleo)
    form = MultiDict(FINAL | {"reason": "rule", "note": "See 3.4."})
    article.settle(ARTICLE, "s1", cleo, form, seen=item.seen, votes=votes_seen(item.case))
    article.settle_unanimous(cleo)
    return cleo


def final(project: Project) -> dict[str, dict[str, object]]:
    return {record["sent_id"]: record["provenance"] for record in project.records(layer="final")}


def middle(project: Project, sid: str) -> int:
    text = project.sentence(ARTICLE, sid).text
    return text.index(" ", len(text) // 2) + 1


def test_opens_a_final_answer_again_when_its_sentence_is_split(article: Project, lead: Person) -> None:
    article.split(ARTICLE, "s1", middle(article, "s1"), lead)
    assert set(final(article)) == {"s2"}
    assert article.missing_finals() == article.missing_finals(Filter(documents=(ARTICLE,))) == 1
    (left,) = article.unsettled()
    assert (left.was.id, left.settlement.note) == ("s1", "See 3.4.")
    assert left.was.text.startswith(left.waiting[0].text)
    assert len(left.waiting) == 2


def test_brings_it_back_with_the_sentence(article: Project, lead: Person) -> None:
    before = final(article)
    article.split(ARTICLE, "s1", middle(article, "s1"), lead)
    article.undo_change(ARTICLE, lead)
    after = final(article)
    assert {sid: {**came, "votes": ()} for sid, came in after.items()} == {
        sid: {**came, "votes": ()} for sid, came in before.items()
    }
    assert article.missing_finals() == 0
    assert not article.to_settle(ARTICLE, "s1", lead).stale
    article.redo_change(ARTICLE, lead)
    assert article.missing_finals() == 1


def test_brings_it_back_each_time_a_change_is_turned_back(article: Project, lead: Person) -> None:
    changes: tuple[Callable[[], None], ...] = (
        lambda: article.split(ARTICLE, "s1", middle(article, "s1"), lead),
        lambda: article.merge(ARTICLE, "s2", lead),
        lambda: article.set_kind(ARTICLE, "s1", Kind.BYLINE, lead),
    )
    for change in changes:
        change()
        for _ in range(3):
            assert "s1" not in final(article)
            article.undo_change(ARTICLE, lead)
            assert set(final(article)) == {"s1", "s2"}
            assert not article.to_settle(ARTICLE, "s1", lead).stale
            article.redo_change(ARTICLE, lead)
        article.undo_change(ARTICLE, lead)


def test_brings_back_what_was_settled_in_between(article: Project, lead: Person) -> None:
    article.split(ARTICLE, "s1", middle(article, "s1"), lead)
    halves = [one.id for one in article.unsettled()[0].waiting]
    for sid in halves:
        item = article.to_settle(ARTICLE, sid, lead)
        form = MultiDict(FINAL)
        article.settle(ARTICLE, sid, lead, form, seen=item.seen, votes=votes_seen(item.case))
    article.undo_change(ARTICLE, lead)
    assert set(final(article)) == {"s1", "s2"}
    article.redo_change(ARTICLE, lead)
    assert set(final(article)) == {*halves, "s2"}
    assert article.missing_finals() == 0


def test_carries_it_along_where_the_text_stays(article: Project, lead: Person) -> None:
    article.set_kind(ARTICLE, "s1", Kind.HEADING, lead)
    assert final(article)["s1"]["note"] == "See 3.4."
    assert not article.to_settle(ARTICLE, "s1", lead).stale
    article.undo_change(ARTICLE, lead)
    assert set(final(article)) == {"s1", "s2"}
    assert article.missing_finals() == 0


def test_keeps_saying_that_a_vote_was_changed(article: Project, lead: Person) -> None:
    give(article, "Ana", "s1", CLAIM | {"stance": "neither"})
    article.set_kind(ARTICLE, "s1", Kind.HEADING, lead)
    assert article.to_settle(ARTICLE, "s1", lead).stale


def test_counts_a_merge_of_two_settled_sentences_twice(article: Project, lead: Person) -> None:
    article.merge(ARTICLE, "s2", lead)
    assert final(article) == {}
    assert article.missing_finals() == 2
    item = article.to_settle(ARTICLE, "s1", lead)
    form = MultiDict(FINAL)
    article.settle(ARTICLE, "s1", lead, form, seen=item.seen, votes=votes_seen(item.case))
    assert article.missing_finals() == 0


def test_takes_back_what_was_carried_for_good(article: Project, lead: Person) -> None:
    article.set_kind(ARTICLE, "s1", Kind.HEADING, lead)
    article.reopen_settled(ARTICLE, "s1", lead, seen=article.to_settle(ARTICLE, "s1", lead).seen)
    article.undo_change(ARTICLE, lead)
    assert set(final(article)) == {"s2"}
    assert article.missing_finals() == 0


def rows(db: Database) -> list[int]:
    tables = ("annotations", "changes", "retirements", "sentences", "settlements")
    return [db.execute(f"select count(*) from {table}").fetchone()[0] for table in tables]


def test_foresees_what_a_change_costs_and_leaves_nothing_behind(article: Project, lead: Person) -> None:
    answer_all(article, article.person("Ana"))
    article.finish(ARTICLE, article.person("Ana"))
    before = rows(article.db)
    at = middle(article, "s1")
    assert article.foreseen(ARTICLE, lambda: article.split(ARTICLE, "s1", at, lead)).finals == 1
    assert article.foreseen(ARTICLE, lambda: article.merge(ARTICLE, "s2", lead)).finals == 2
    kind = article.foreseen(ARTICLE, lambda: article.set_kind(ARTICLE, "s1", Kind.HEADING, lead))
    assert not kind
    heading = next(one.id for one in article.sentences(ARTICLE) if one.kind is Kind.HEADING)
    more = article.foreseen(ARTICLE, lambda: article.set_kind(ARTICLE, heading, Kind.BODY, lead))
    assert more.behind == (("Ana", 1),)
    assert rows(article.db) == before


def test_shows_the_text_as_it_is_after_a_trial(article: Project, lead: Person) -> None:
    desk = article.desk(ARTICLE, lead)
    article.foreseen(ARTICLE, lambda: article.merge(ARTICLE, "s2", lead))
    assert article.desk(ARTICLE, lead).numbers == desk.numbers
    article.split(ARTICLE, "s1", middle(article, "s1"), lead)
    assert article.desk(ARTICLE, lead).total == desk.total + 1


def test_names_who_finished_before_a_sentence_was_there(article: Project, lead: Person) -> None:
    ana = article.person("Ana")
    answer_all(article, ana)
    article.finish(ARTICLE, ana)
    assert article.behind() == []
    heading = next(one.id for one in article.sentences(ARTICLE) if one.kind is Kind.HEADING)
    article.set_kind(ARTICLE, heading, Kind.BODY, lead)
    (found,) = article.behind()
    assert (found.document, found.person, found.unanswered) == (ARTICLE, "Ana", 1)
    article.reopen(ARTICLE, "Ana", "The text was changed.", by="Cleo")
    assert article.behind() == []


def test_tells_apart_what_can_no_longer_be_annotated(article: Project, lead: Person) -> None:
    def act() -> None:
        article.set_kind(ARTICLE, "s1", Kind.BYLINE, lead)

    found = article.foreseen(ARTICLE, act)
    assert (found.finals, found.lost) == (0, 1)
    act()
    assert set(final(article)) == {"s2"}
    assert article.missing_finals() == 0
    article.undo_change(ARTICLE, lead)
    assert set(final(article)) == {"s1", "s2"}


def test_changes_the_text_and_opens_the_document_again_or_does_neither(
    article: Project, lead: Person
) -> None:
    ana = article.person("Ana")
    answer_all(article, ana)
    article.finish(ARTICLE, ana)
    heading = next(one.id for one in article.sentences(ARTICLE) if one.kind is Kind.HEADING)

    def act() -> None:
        article.set_kind(ARTICLE, heading, Kind.BODY, lead)

    with pytest.raises(Invalid, match="Say in a few words"):
        article.change_and_reopen(ARTICLE, act, ["Ana"], " ", "Cleo")
    assert article.sentence(ARTICLE, heading).kind is Kind.HEADING
    assert article.finished(ARTICLE, ana)
    _, opened = article.change_and_reopen(ARTICLE, act, ["Ana", "Ben"], "The text was changed.", "Cleo")
    assert opened == ("Ana",)
    assert article.sentence(ARTICLE, heading).kind is Kind.BODY
    assert not article.finished(ARTICLE, ana)

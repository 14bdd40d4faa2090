"""The list of documents and where to go on: a stretch at a time, and never by looking through everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from werkzeug.datastructures import MultiDict

from annotator.model import Answer, Document, Person, Status, Unavailable
from annotator.project import Project
from tests.conftest import ARTICLE

NO_CLAIM = MultiDict({"action": "no_claim"})
MOMENT = "2026-01-01T00:00:00.000Z"
GROWING = ("annotations", "assignments", "finishes", "sentences", "document_states", "round_states")


def text(project: Project, n: int) -> Document:
    return project.import_file(f"text-{n}.txt", f"Talks {n}\n\nThe minister spoke. He left.\n".encode())


@pytest.fixture
def many(project: Project) -> Project:
    """Five documents, of which three are given to Ana and three to Ben."""
    documents = [text(project, n).id for n in range(5)]
    round = project.make_round("First", 1, due="2026-12-24", by="Cleo")
    give = [*((doc_id, "Ana") for doc_id in documents[:3]), *((doc_id, "Ben") for doc_id in documents[2:])]
    project.assign(round.id, give=give, by="Cleo")
    return project


def titles(project: Project, person: Person, after: int = 0, most: int = 50) -> list[str]:
    return [one.document.title for one in project.listed(person, after, most).documents]


def answer(project: Project, doc_id: str, person: Person, status: Status = Status.NO_CLAIM) -> None:
    queued = project.desk(doc_id, person).queued
    project.take_answers(doc_id, person, dict.fromkeys(queued, Answer(status)), MOMENT)


@contextmanager
def asked(project: Project) -> Iterator[list[str]]:
    """The statements that are put to the file."""
    found: list[str] = []
    project.db.conn.set_trace_callback(found.append)
    try:
        yield found
    finally:
        project.db.conn.set_trace_callback(None)


def test_lists_a_stretch_after_the_other(many: Project) -> None:
    cleo = many.person("Cleo")
    first = many.listed(cleo, 0, 2)
    assert [one.document.title for one in first.documents] == ["Talks 0", "Talks 1"]
    assert first.total == 5
    assert first.after is not None
    assert titles(many, cleo, first.after, 2) == ["Talks 2", "Talks 3"]
    assert many.listed(cleo, 0, 5).after is None


def test_lists_to_annotators_only_what_is_theirs(many: Project) -> None:
    ana = many.person("Ana")
    assert titles(many, ana) == ["Talks 0", "Talks 1", "Talks 2"]
    assert many.listed(ana, 0, 2).total == 3


def test_shows_the_same_progress_as_the_whole_list(many: Project) -> None:
    ana, ben = many.person("Ana"), many.person("Ben")
    every = many.documents(many.person("Cleo"))
    answer(many, every[2].document.id, ana)
    answer(many, every[2].document.id, ben, Status.SKIPPED)
    many.finish(every[2].document.id, ana)
    for name in ("Ana", "Ben", "Cleo"):
        person = many.person(name)
        assert list(many.listed(person).documents) == many.documents(person)


def test_counts_anew_when_a_document_comes(many: Project) -> None:
    cleo = many.person("Cleo")
    assert many.listed(cleo).total == 5
    text(many, 9)
    assert many.listed(cleo).total == 6


def test_goes_on_with_what_was_touched_last(article: Project) -> None:
    other, ana = text(article, 1), article.person("Ana")
    for doc_id in (other.id, ARTICLE):
        sid = article.desk(doc_id, ana).queued[0]
        article.take_answers(doc_id, ana, {sid: Answer(Status.NO_CLAIM)}, MOMENT)
    found = article.next_document(ana)
    assert found
    assert found.document.id == ARTICLE
    found = article.next_document(ana, but=ARTICLE)
    assert found
    assert found.document.id == other.id


def test_goes_on_with_what_is_due_first(many: Project) -> None:
    ana = many.person("Ana")
    documents = [one.document.id for one in many.listed(ana).documents]
    urgent = many.make_round("Second", 1, documents=[documents[2]], due="2026-12-01", by="Cleo")
    many.assign(urgent.id, give=[(documents[2], "Ana")], by="Cleo")
    found = many.next_document(ana)
    assert found
    assert found.document.id == documents[2]
    answer(many, documents[2], ana)
    found = many.next_document(ana)
    assert found
    assert found.document.id == documents[0]
    many.finish(documents[2], ana)
    assert many.given(ana) == (3, 1)


@pytest.mark.parametrize(
    "act",
    [
        lambda project, ana, doc_id: project.listed(ana),
        lambda project, ana, doc_id: project.next_document(ana),
        lambda project, ana, doc_id: project.given(ana),
        lambda project, ana, doc_id: project.open_to(doc_id, ana),
        lambda project, ana, doc_id: project.wants_hint(ana),
        lambda project, ana, doc_id: project.sees_agreement(ana),
        lambda project, ana, doc_id: project.repeats(ana),
        lambda project, ana, doc_id: project.desk(doc_id, ana, range(2)),
        lambda project, ana, doc_id: project.whereabouts(doc_id, "s1", ana),
    ],
    ids=("list", "next", "given", "open", "hint", "agreement", "repeats", "desk", "place"),
)
def test_looks_nothing_up_by_reading_everything(
    many: Project, act: Callable[[Project, Person, str], object]
) -> None:
    ana = many.person("Ana")
    doc_id = many.listed(ana).documents[0].document.id
    with asked(many) as statements:
        act(many, ana, doc_id)
    plans = [
        row[3]
        for statement in statements
        if statement.lstrip().startswith(("select", "with"))
        for row in many.db.execute("explain query plan " + statement.replace("Inf", "9e999")).fetchall()
    ]
    assert plans
    scanned = [plan for plan in plans if plan.startswith("SCAN") and plan.split()[1] in GROWING]
    assert not scanned


def test_asks_as_much_for_a_stretch_of_a_longer_list(many: Project) -> None:
    cleo = many.person("Cleo")
    with asked(many) as before:
        many.listed(cleo, 0, 2)
    for n in range(10, 20):
        text(many, n)
    many.listed(cleo, 0, 2)  # the length of the list is counted anew, once
    with asked(many) as after:
        many.listed(cleo, 0, 2)
    assert len(after) <= len(before)


def test_saves_an_answer_with_few_statements(many: Project) -> None:
    ana = many.person("Ana")
    doc_id = many.listed(ana).documents[0].document.id
    (first, second, *_) = many.desk(doc_id, ana).queued
    many.record(doc_id, first, ana, NO_CLAIM, seen=None, token="one")
    with asked(many) as statements:
        many.record(doc_id, second, ana, NO_CLAIM, seen=None, token="two")
    assert len(statements) < 30


def test_reads_the_same_twice_at_one_moment(many: Project) -> None:
    ana = many.person("Ana")
    doc_id = many.listed(ana).documents[0].document.id
    with Project.open(many.path) as other, many.at_one_moment():
        before = many.codebook()
        other.add_speaker("Somebody new", other.person("Ben"))
        assert many.codebook() is before
        assert many.desk(doc_id, ana).total == 2
    assert {actor.id for actor in many.codebook().actors} - {actor.id for actor in before.actors}


def test_writes_nothing_at_one_moment(many: Project) -> None:
    with many.at_one_moment(), pytest.raises(Unavailable):
        many.add_speaker("Somebody new", many.person("Ben"))

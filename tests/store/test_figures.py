"""Figures of agreement read as columns are those of the answers read one by one."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sqlite_utils import Database

from annotator import agreement, sample
from annotator.model import Answer, Claim, Codebook, Role, Status
from annotator.project import Project
from annotator.store import file, ratings
from tests.conftest import ARTICLE

WHEN = "2026-01-12T09:00:00.000Z"


@pytest.fixture
def answered(article: Project, codebook: Codebook) -> Project:
    sentences = article.sentences(ARTICLE)
    article.add_person("Sim", Role.SIMULATED)
    for name, answers in {
        "Ana": sample.reference(),
        "Ben": sample.simulated("Simulated A", codebook, sentences),
        "Sim": sample.simulated("Simulated B", codebook, sentences),
    }.items():
        article.take_answers(ARTICLE, article.person(name), answers, WHEN)
    return article


def slowly(project: Project, people: list[str] | None = None) -> agreement.Report:
    names = [(ARTICLE, sentence.id) for sentence in project.sentences(ARTICLE)]
    return agreement.report(project.rated(names, people=people))


def check(project: Project, people: list[str] | None = None) -> None:
    fast, slow = project.figures(people=people), slowly(project, people)
    assert fast.sentences == slow.sentences
    assert fast.people == slow.people
    for layer in fast.layers:
        assert layer == slow.layer(layer.id)
    found = tuple((each.document, each.sentence_id) for each in slow.disagreements)
    assert agreement.differing(fast) == found


@pytest.mark.parametrize(
    "moments",
    [
        ["2026-01-12T09:00:00.000Z"],
        ["2026-12-31T09:00:00.000Z", "2026-01-01T09:00:00.000Z", "2026-12-31T23:59:59.999Z"],
        ["2026-01-12T09:00:00.000Z", "2026-07-01", "2025-01-12T09:00:00.000Z"],
    ],
)
def test_days_are_those_of_the_moments(answered: Project, moments: list[str]) -> None:
    size = len(moments)
    for n, moment in enumerate(moments):
        answered.db.execute("update annotations set created_at = ? where id % ? = ?", (moment, size, n))
    with ratings.reading(answered.db, answered.codebook().queue_units, None, None) as reading:
        assert len(list(reading.claims())) == 1
        read = reading.columns()
    days = [read.days[day] for day in read.day.tolist()]
    assert days == [moments[number % size][:10] for number in read.number.tolist()]


def test_columns_give_what_records_give(answered: Project) -> None:
    check(answered)
    check(answered, ["Ana", "Sim"])


def test_numbers_that_are_left_out_put_nothing_in_another_place(answered: Project) -> None:
    answered.db.execute("delete from annotations where id % 7 = 3")
    check(answered)


def test_two_connections_read_what_one_does(answered: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratings, "MANY", 0)
    check(answered)
    check(answered, ["Ana", "Sim"])
    assert not answered.db.conn.in_transaction


def test_many_people_are_told_apart_by_their_names(
    answered: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratings, "FEW", 2)
    check(answered)
    check(answered, ["Ana", "Sim"])


def test_claims_that_are_stored_in_another_way_are_read_all_the_same(
    answered: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answered.figures()
    one = "select id, claims from annotations where status = 'claims' and person = 'Ben' limit 1"
    id, claims = answered.db.execute(one).fetchone()
    otherwise = json.dumps(json.loads(claims), indent=1)
    answered.db.execute("update annotations set claims = ? where id = ?", (otherwise, id))
    assert answered.figures() == before
    monkeypatch.setattr(ratings, "MANY", 0)
    assert answered.figures() == before


def test_nothing_written_meanwhile_is_in_half_of_the_figures(
    answered: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratings, "MANY", 0)
    before, another = answered.figures(), file.another

    def late(db: Database) -> Database:
        with Project.open(answered.path) as other:
            first = other.sentences(ARTICLE)[0].id
            other.take_answers(ARTICLE, other.person("Ana"), {first: Answer(Status.SKIPPED)}, WHEN)
        return another(db)

    monkeypatch.setattr(file, "another", late)
    assert answered.figures() == before


def test_texts_are_those_of_their_sentences_whatever_they_hold(answered: Project) -> None:
    every = {s.key: s.text for s in answered.sentences(ARTICLE)}
    for some in (list(every), list(every)[2::-1], []):
        found = ratings.texts(answered.db, np.array(some, np.int64))
        cut = [found.letters[a:b].decode() for a, b in zip(found.begin, found.end, strict=True)]
        assert cut == [every[key] for key in some]
        odd = next(iter(every))
        every[odd] += ratings.END + "ش"
        answered.db.execute("update sentences set text = ? where key = ?", (every[odd], odd))


def test_only_the_newest_answer_counts_and_only_while_it_is_finished(answered: Project) -> None:
    sentences = [sentence.id for sentence in answered.sentences(ARTICLE) if sentence.kind == "body"]
    before, changed = answered.figures(), answered.last_change()
    answered.take_answers(
        ARTICLE,
        answered.person("Ben"),
        {
            sentences[0]: Answer(Status.SKIPPED),
            sentences[1]: Answer(Status.CLAIMS, (Claim(("putin",), "tr", "oppose", "direct"),)),
        },
        WHEN,
    )
    assert answered.last_change() != changed
    check(answered)
    assert answered.figures(people=["Ana", "Ben"]).sentences == before.sentences - 1


def test_a_round_narrows_documents_and_people(answered: Project) -> None:
    made = answered.make_round("Pilot", documents=[ARTICLE], people=["Ana", "Ben"])
    inside = answered.figures(round=made.id)
    assert inside == answered.figures(people=["Ana", "Ben"])
    assert not answered.figures(round=made.id, people=["Ana", "Sim"]).sentences


def test_a_sheet_runs_nothing(answered: Project) -> None:
    sheet = agreement.as_csv(answered.figures())
    assert sheet.startswith(b"\xef\xbb\xbf" + ",".join(agreement.COLUMNS).encode())
    for line in sheet.decode("utf-8-sig").splitlines()[1:]:
        assert line[0] not in "=+@"

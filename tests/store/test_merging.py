"""Two project files of one codebook become one: nothing is lost, and what contradicts is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annotator import codebook
from annotator.model import Answer, Claim, Invalid, Kind, Role, Status
from annotator.project import Project
from annotator.store import annotations as answer_rows
from annotator.store import settlements, tables
from annotator.store.annotations import Draft
from annotator.store.file import write
from tests import drawn_projects
from tests.conftest import ARTICLE

NO_CLAIM, SKIPPED = Answer(Status.NO_CLAIM), Answer(Status.SKIPPED)


@pytest.fixture
def offices(article: Project, tmp_path: Path) -> Iterator[tuple[Project, Project]]:
    """Two copies of one project, on which people go on apart."""
    shutil.copy(article.path, tmp_path / "other.db")
    with Project.open(tmp_path / "other.db") as other:
        yield article, other


def give(project: Project, person: str, answers: dict[int, Answer]) -> list[int]:
    """Answer the numbered body sentences of the article; the ids of the answers."""
    body = [one for one in project.sentences(ARTICLE) if one.kind is Kind.BODY]
    row, _ = project._codebook_in_force()
    with write(project.db):
        return [
            answer_rows.append(project.db, Draft(body[n], person, answer, row))
            for n, answer in answers.items()
        ]


def current(project: Project) -> dict[tuple[str, str], str]:
    return {(one["sent_id"], one["annotator"]): one["status"] for one in project.records()}


def rows(project: Project, table: str) -> int:
    return tables.count(project.db, table)


def test_puts_answers_of_both_together(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    give(ours, "Ana", {0: NO_CLAIM, 1: SKIPPED})
    give(theirs, "Ben", {0: NO_CLAIM, 2: NO_CLAIM})
    expected = current(ours) | current(theirs)
    merged = ours.take_project(theirs.path)
    assert (merged.answers, merged.same, merged.conflicts) == (2, 0, [])
    assert current(ours) == expected
    assert not [one.difference for one in ours.verify() if one.difference]


def test_does_nothing_the_second_time(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    give(ours, "Ana", {0: NO_CLAIM})
    give(theirs, "Ana", {1: NO_CLAIM})
    ours.take_project(theirs.path)
    before = b"".join(ours.bundle())
    merged = ours.take_project(theirs.path)
    assert (merged.documents, merged.answers, merged.same, merged.conflicts) == (0, 0, 1, [])
    assert b"".join(ours.bundle()) == before


def test_goes_on_where_the_other_office_went_on(article: Project, tmp_path: Path) -> None:
    give(article, "Ana", {0: SKIPPED, 1: SKIPPED})
    article.gather()
    shutil.copy(article.path, tmp_path / "other.db")
    with Project.open(tmp_path / "other.db") as theirs:
        give(theirs, "Ana", {0: NO_CLAIM})
        merged = article.take_project(theirs.path)
        assert (merged.answers, merged.same, merged.conflicts) == (1, 1, [])
        assert current(article) == current(theirs)
        assert rows(article, "annotations") == 3


def test_names_conflicts_and_changes_nothing_of_them(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    give(ours, "Ana", {0: NO_CLAIM, 1: NO_CLAIM})
    give(theirs, "Ana", {0: SKIPPED, 1: NO_CLAIM, 2: NO_CLAIM})
    before, sid = current(ours), [one.id for one in ours.sentences(ARTICLE) if one.kind is Kind.BODY]
    merged = ours.take_project(theirs.path)
    assert [str(one) for one in merged.conflicts] == [
        f"{ARTICLE}/{sid[0]}/Ana: answered otherwise in the other file."
    ]
    assert (merged.answers, merged.same) == (1, 1)
    assert current(ours) == before | {(sid[2], "Ana"): "no_claim"}
    assert current(theirs)[sid[0], "Ana"] == "skipped"


def test_only_says_what_would_be_merged(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    give(theirs, "Ben", {0: NO_CLAIM})
    before = b"".join(ours.bundle())
    assert ours.take_project(theirs.path, dry_run=True).answers == 1
    assert b"".join(ours.bundle()) == before


def test_brings_undone_answers_and_settlements(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    give(ours, "Ben", {5: NO_CLAIM})
    votes = give(theirs, "Ana", {0: NO_CLAIM}) + give(theirs, "Ben", {0: NO_CLAIM})
    sentence = next(one for one in theirs.sentences(ARTICLE) if one.kind is Kind.BODY)
    with write(theirs.db):
        settlements.append(
            theirs.db, settlements.Draft(sentence, NO_CLAIM, "unanimous", None, None, tuple(votes), 1, "Cleo")
        )
    give(theirs, "Ana", {1: SKIPPED})
    theirs.undo(ARTICLE, theirs.person("Ana"))
    merged = ours.take_project(theirs.path)
    assert (merged.answers, merged.finals, merged.conflicts) == (4, 1, [])
    (final,) = ours.records(layer="final")
    held = answer_rows.of_sentences(ours.db, [sentence.key])
    assert final["provenance"]["votes"] == sorted(annotation.id for annotation, _ in held)
    assert ours.queue(ours.person("Cleo")).stale == ()
    assert ours.redo(ARTICLE, ours.person("Ana")) is not None


def test_brings_documents_people_and_their_history(article: Project, tmp_path: Path) -> None:
    for seed in range(8):
        path = tmp_path / f"{seed}.db"
        with Project.create(path, codebook.bundled("idlib-2019")) as theirs:
            for name in (*drawn_projects.WHO, f"Eda {seed}"):
                theirs.add_person(name, Role.ANNOTATOR, "secret-of-office")
            drawn_projects.fill(theirs, seed, documents=2, sentences=4)
            cleo = theirs.person("Cleo")
            (first, *_) = [progress.document for progress in theirs.documents(cleo)]
            body = [one for one in theirs.sentences(first.id) if one.kind is Kind.BODY]
            theirs.merge(first.id, body[1].id, cleo)
            theirs.undo_change(first.id, cleo)
            added = theirs.add_speaker(f"وكالة {seed}", cleo)
            records = list(theirs.records())
        merged = article.take_project(path)
        assert (merged.documents, merged.people, merged.conflicts) == (2, [f"Eda {seed}"], [])
        ids = {record["doc_id"] for record in records}
        assert (
            list(article.records(documents=sorted(ids, key=[one["doc_id"] for one in records].index)))
            == records
        )
        assert article.speaker(added.id)
    assert not [one.difference for one in article.verify() if one.difference]
    assert not article.person("Eda 3").has_password


def test_names_sentences_that_are_cut_otherwise(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    votes = tuple(give(theirs, "Ben", {0: NO_CLAIM, 1: NO_CLAIM}))
    body = [one for one in theirs.sentences(ARTICLE) if one.kind is Kind.BODY]
    with write(theirs.db):
        settlements.append(
            theirs.db, settlements.Draft(body[1], NO_CLAIM, "unanimous", None, None, votes[1:], 1, "Cleo")
        )
    ours.merge(ARTICLE, body[1].id, ours.person("Cleo"))
    merged = ours.take_project(theirs.path)
    assert f"{ARTICLE}/{body[1].id}/final" in {str(one).partition(":")[0] for one in merged.conflicts}
    assert all("is cut in another way here" in str(one) for one in merged.conflicts)


CHANGES: dict[str, Callable[[str], str]] = {
    "other codebook": lambda source: source.replace('id = "idlib-2019"', 'id = "other"', 1),
    "other version": lambda source: source.replace('version = "0.1.0"', 'version = "0.2.0"', 1),
    "other words": lambda source: source + "\n# mine\n",
}


@pytest.mark.parametrize("name", CHANGES)
def test_refuses_another_codebook(name: str, article: Project, tmp_path: Path, codebook_source: str) -> None:
    changed = CHANGES[name](codebook_source)
    assert changed != codebook_source
    Project.create(tmp_path / "other.db", changed).close()
    before = b"".join(article.bundle())
    with pytest.raises(Invalid):
        article.take_project(tmp_path / "other.db")
    assert b"".join(article.bundle()) == before


def test_refuses_itself(article: Project) -> None:
    with pytest.raises(Invalid, match="same file"):
        article.take_project(article.path)


def test_names_speakers_who_are_others_in_the_other_file(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    cleo = ours.person("Cleo")
    for office, name, merged, into in ((ours, "سعيد", "putin", "usa"), (theirs, "صعيد", "putin", "un")):
        office.add_speaker("وكالة", cleo)
        same = office.add_speaker(name, cleo)
        office.merge_speakers(merged, into, cleo, seen=office.speakers_version())
        office.merge_speakers("erdogan", "usa", cleo, seen=office.speakers_version())
    merged_here = ours.registry().merged
    merged = ours.take_project(theirs.path)
    assert [str(one).partition(":")[0] for one in merged.conflicts] == [same.id, "putin"]
    assert ours.registry().merged == merged_here


def test_names_no_speaker_who_went_on_only_here(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    cleo = ours.person("Cleo")
    theirs.add_speaker("وكالة", cleo)
    ours.take_project(theirs.path)
    agency = ours.add_speaker("وكالة", cleo)
    ours.merge_speakers(agency.id, "usa", cleo, seen=ours.speakers_version())
    theirs.add_speaker("هيئة", cleo)
    assert ours.take_project(theirs.path).conflicts == []
    assert ours.registry().merged == {agency.id: "usa"}


def test_keeps_claims_from_a_speaker_they_are_not_about(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    cleo = ours.person("Cleo")
    here = ours.add_speaker("سعيد", cleo)
    assert theirs.add_speaker("صعيد", cleo).id == here.id
    for office, name in ((ours, "Ana"), (theirs, "Ben")):
        give(office, name, {0: Answer(Status.CLAIMS, (Claim(speaker=(here.id,)),)), 1: NO_CLAIM})
    give(theirs, "Ana", {0: Answer(Status.CLAIMS, (Claim(speaker=("putin",), via=(here.id,)),))})
    merged = ours.take_project(theirs.path)
    sid = next(one.id for one in ours.sentences(ARTICLE) if one.kind is Kind.BODY)
    assert [str(one) for one in merged.conflicts[:2]] == [
        f"{ARTICLE}/{sid}/{name}: names a speaker whose id is another speaker’s here."
        for name in ("Ben", "Ana")
    ]
    assert [one["annotator"] for one in ours.records() if one["sent_id"] == sid] == ["Ana"]


def test_takes_the_same_speaker_spelt_otherwise_for_one(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    one = ours.add_speaker("أحمد", ours.person("Cleo"))
    assert theirs.add_speaker("احمد", ours.person("Cleo")).id == one.id
    give(theirs, "Ben", {0: Answer(Status.CLAIMS, (Claim(speaker=(one.id,)),))})
    assert ours.take_project(theirs.path).answers == 1


def finish(project: Project, name: str) -> None:
    queued = [one for one in project.sentences(ARTICLE) if one.kind is Kind.BODY]
    give(project, name, dict.fromkeys(range(len(queued)), NO_CLAIM))
    project.finish(ARTICLE, project.person(name))


def test_leaves_open_what_was_finished_with_answers_that_stay(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    give(ours, "Ana", {0: SKIPPED})
    for name in ("Ana", "Ben"):
        finish(theirs, name)
    merged = ours.take_project(theirs.path)
    assert str(merged.conflicts[-1]).startswith(f"{ARTICLE}/Ana: finished in the other file, and open here")
    assert [one.person for one in ours.finishes()] == ["Ben"]


def test_goes_on_with_what_the_other_office_wrote_of_a_document(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    cleo = ours.person("Cleo")
    theirs.describe(ARTICLE, {"date": "2019-09-01"}, cleo)
    assert ours.take_project(theirs.path).conflicts == []
    assert ours.document(ARTICLE).date == "2019-09-01"
    for office, title in ((ours, "one"), (theirs, "another")):
        office.describe(ARTICLE, {"title": title}, cleo)
    merged = ours.take_project(theirs.path)
    assert [str(one) for one in merged.conflicts] == [f"{ARTICLE}: described otherwise in the other file."]
    assert ours.document(ARTICLE).title == "one"


def test_takes_no_document_back_that_was_answered_here(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    give(ours, "Ana", {0: NO_CLAIM})
    theirs.set_stage(ARTICLE, "withdrawn", theirs.person("Cleo"))
    merged = ours.take_project(theirs.path)
    assert [str(one) for one in merged.conflicts] == [f"{ARTICLE}: described otherwise in the other file."]
    assert ours.document(ARTICLE).stage == "ready"
    assert ours.desk(ARTICLE, ours.person("Ana")).done == 1


def test_gives_no_number_that_a_page_knows_from_before_a_restore(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    copy = ours.make_copy()
    [known] = give(ours, "Ana", {0: NO_CLAIM})
    ours.go_back(copy)
    give(theirs, "Ana", {0: SKIPPED})
    assert ours.take_project(theirs.path).answers == 1
    [one] = ours.desk(ARTICLE, ours.person("Ana")).annotations.values()
    assert one.id > known


def test_takes_nobody_for_a_simulated_person(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    ours.add_person("Eda", Role.SIMULATED)
    theirs.add_person("Eda", Role.ANNOTATOR)
    before = b"".join(ours.bundle())
    with pytest.raises(Invalid, match="Eda gave simulated answers in one of the two files"):
        ours.take_project(theirs.path)
    assert b"".join(ours.bundle()) == before


def test_names_people_who_look_like_somebody_here(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    ours.add_person("Eda", Role.ANNOTATOR)
    theirs.add_person("eda", Role.ANNOTATOR)
    merged = ours.take_project(theirs.path)
    assert [str(one) for one in merged.conflicts] == ["“eda” looks like Eda, who is here already."]
    assert ours.take_project(theirs.path).conflicts == []


def test_names_sentences_of_another_kind(offices: tuple[Project, Project]) -> None:
    ours, theirs = offices
    sid = next(one.id for one in ours.sentences(ARTICLE) if one.kind is Kind.BODY)
    theirs.set_kind(ARTICLE, sid, Kind.HEADING, theirs.person("Cleo"))
    (conflict,) = ours.take_project(theirs.path).conflicts
    assert str(conflict).startswith(f"{ARTICLE}/{sid}: of another kind in the other file")
    assert ours.sentence(ARTICLE, sid).kind is Kind.BODY

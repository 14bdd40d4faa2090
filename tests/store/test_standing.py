"""What is found once of a project and kept: it never outlives what it follows from."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from annotator.model import Forbidden, Invalid, Missing, Person
from annotator.project import Project
from annotator.store import preferences, standing
from annotator.store.file import write
from tests.conftest import ARTICLE

NO_CLAIM = MultiDict({"action": "no_claim"})


def looked(project: Project, person: Person, sid: str = "s2") -> None:
    """As a page looks at the desk; what it finds is kept."""
    with project.at_one_moment():
        project.whereabouts(ARTICLE, sid, person)
        project.desk(ARTICLE, person, range(0), also=[sid])


@pytest.fixture
def ana(article: Project) -> Person:
    ana = article.person("Ana")
    looked(article, ana)
    return ana


def test_closes_a_document_at_once_that_was_open(article: Project, ana: Person) -> None:
    for n, sid in enumerate(article.desk(ARTICLE, ana).queued):
        article.record(ARTICLE, sid, ana, NO_CLAIM, seen=None, token=str(n))
    looked(article, ana)
    article.finish(ARTICLE, ana)
    with pytest.raises(Forbidden):
        article.record(ARTICLE, "s2", ana, MultiDict({"action": "skip"}), seen=None, token="late")


def test_takes_a_document_away_at_once_that_was_given(article: Project, ana: Person) -> None:
    with Project.open(article.path) as other:
        other.make_round("One", 1, documents=[ARTICLE], people=["Ben"], spread=True, by="Cleo")
    with pytest.raises(Missing):
        article.record(ARTICLE, "s2", ana, NO_CLAIM, seen=None, token="one")
    with pytest.raises(Missing), article.at_one_moment():
        article.desk(ARTICLE, ana)


def test_shows_a_changed_text_at_once(article: Project, ana: Person) -> None:
    text = article.sentence(ARTICLE, "s2").text
    with Project.open(article.path) as other:
        other.split(ARTICLE, "s2", text.index(" ") + 1, other.person("Cleo"))
    with article.at_one_moment():
        shown = article.desk(ARTICLE, ana).sentences
        assert text not in {one.text for one in shown}
        assert list(shown) == article.sentences(ARTICLE)


def test_keeps_no_speaker_that_was_taken_back(article: Project, ana: Person) -> None:
    unfinished = MultiDict({"action": "save", "new_speaker": "Nobody", "stance": "tr"})
    with pytest.raises(Invalid):
        article.record(ARTICLE, "s2", ana, unfinished, seen=None, token="one")
    with Project.open(article.path) as other:
        other.add_speaker("Somebody", ana)
    for _ in range(2):  # the second time from what the first one kept
        assert article.codebook().actor("somebody")
        looked(article, ana)
        with article.at_one_moment():
            assert article.codebook().actor("somebody")


def test_keeps_nothing_found_while_writing(article: Project, ana: Person) -> None:
    with contextlib.suppress(ZeroDivisionError), write(article.db):
        preferences.append(article.db, "Ana", "hint", "away")
        with article.at_one_moment():
            assert not article.wants_hint(ana)
        raise ZeroDivisionError
    preferences.append(article.db, "Ben", "hint", "away")
    with article.at_one_moment():
        assert article.wants_hint(ana)


def test_knows_copies_of_one_file_apart(article: Project, ana: Person, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    article.gather()
    shutil.copy(article.path, copy)
    with Project.open(copy) as other:
        assert other.secret() == article.secret()
        looked(other, ana)
        other.add_speaker("There", ana)
        article.add_speaker("Here", ana)
        for project, name in ((article, "here"), (other, "there")):
            with project.at_one_moment():
                assert project.codebook().actors[-1].id == name


def test_is_another_state_after_everything_but_an_answer(article: Project, ana: Person) -> None:
    before = standing.state(article.db)
    article.record(ARTICLE, "s2", ana, NO_CLAIM, seen=None, token="one")
    assert standing.state(article.db) == before
    article.choose_language(ana, "ar")
    assert standing.state(article.db) != before

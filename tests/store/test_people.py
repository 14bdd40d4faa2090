"""People of a project."""

from __future__ import annotations

import pytest

from annotator.model import Forbidden, Invalid, Missing, Role
from annotator.project import Project
from tests.conftest import password


def test_lets_people_in_by_name_and_password(project: Project) -> None:
    assert project.sign_in("Ana", password("Ana")).role is Role.ANNOTATOR
    assert project.sign_in("Cleo", password("Cleo")).leads


@pytest.mark.parametrize(
    ("name", "secret"),
    [("Ana", "wrong"), ("Ana", ""), ("Nobody", "secret-nobody"), ("Nobody", ""), ("Dan", "secret-dan")],
)
def test_keeps_others_out_with_one_and_the_same_sentence(project: Project, name: str, secret: str) -> None:
    with pytest.raises(Forbidden, match="do not fit together"):
        project.sign_in(name, secret)


def test_lets_a_person_without_a_password_in_by_name_alone(project: Project) -> None:
    project.add_person("Eve")
    assert project.sign_in("Eve", "").name == "Eve"
    with pytest.raises(Forbidden):
        project.sign_in("Eve", "guess")


def test_keeps_simulated_people_out(project: Project) -> None:
    project.add_person("Robot", Role.SIMULATED, "secret-robot")
    with pytest.raises(Forbidden):
        project.sign_in("Robot", "secret-robot")


def test_stores_no_password_in_the_clear(project: Project) -> None:
    stored = [row[0] for row in project.db.execute("select password from people_states")]
    assert all(hashed.startswith("scrypt:") for hashed in stored)


@pytest.mark.parametrize("name", ["", "   ", "a/b", "a\u202eb", "x" * 61, "Final"])
def test_refuses_names_that_would_confuse(project: Project, name: str) -> None:
    with pytest.raises(Invalid):
        project.add_person(name)


@pytest.mark.parametrize("name", ["Ana", "ana", " Ana "])
def test_refuses_a_second_person_of_the_same_name(project: Project, name: str) -> None:
    with pytest.raises(Invalid, match="already a person named Ana"):
        project.add_person(name)


def test_takes_names_in_any_script(project: Project) -> None:
    assert project.add_person("ليلى  حسن", password="secret-layla").name == "ليلى حسن"
    assert project.sign_in("ليلى حسن", "secret-layla").name == "ليلى حسن"


def test_takes_names_with_joiners_and_knows_them_without(project: Project) -> None:
    assert project.add_person("علی\u200cرضا").name == "علی\u200cرضا"
    with pytest.raises(Invalid, match="already a person"):
        project.add_person("علیرضا")


def test_takes_a_removed_person_back_and_keeps_the_history(project: Project) -> None:
    project.add_person("Dan", password=password("Dan"))
    assert project.sign_in("Dan", password("Dan")).name == "Dan"
    rows = project.db.execute("select removed from people_states where person = 'Dan' order by id").fetchall()
    assert [row[0] for row in rows] == [0, 1, 0]


def test_makes_nobody_of_the_sample_a_person(project: Project) -> None:
    project.add_person("Robot", Role.SIMULATED)
    project.remove_person("Robot")
    with pytest.raises(Invalid, match="simulated"):
        project.add_person("robot")
    assert project.add_person("Robot", Role.SIMULATED).role is Role.SIMULATED


def test_ends_sessions_when_the_password_changes_or_the_person_goes(project: Project) -> None:
    stamp = project.session_stamp("Ana")
    assert stamp == project.session_stamp("Ana")
    project.set_password("Ana", "another-secret")
    changed = project.session_stamp("Ana")
    assert changed not in ("", stamp)
    project.remove_person("Ana")
    assert project.session_stamp("Ana") == ""


def test_says_that_somebody_unknown_is_unknown(project: Project) -> None:
    with pytest.raises(Missing, match="nobody named Zoe"):
        project.remove_person("Zoe")
    with pytest.raises(Missing):
        project.set_password("Dan", "secret-dan")


def test_refuses_a_short_password(project: Project) -> None:
    with pytest.raises(Invalid, match="at least 8"):
        project.set_password("Ana", "short")

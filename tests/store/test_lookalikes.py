"""Nobody comes in under a name that looks like somebody else's."""

from __future__ import annotations

import pytest

from annotator.model import Invalid, Role
from annotator.project import Project


@pytest.mark.parametrize("name", ["Аna", "Аnа", "CIeo", "C1eo", "Ｂｅｎ", "B\u0435n", "Cle\u03bf", "Dаn"])
def test_refuses_names_that_look_like_another(name: str, project: Project) -> None:
    with pytest.raises(Invalid, match="looks like"):
        project.add_person(name)
    with pytest.raises(Invalid, match="looks like"):
        project.invite(name)
    token = project.token(project.invite())
    with pytest.raises(Invalid, match="looks like"):
        project.accept(token, name, "a long password of hers")


@pytest.mark.parametrize("name", ["Анна", "Anna", "Cléo", "Beth", "أنا", "Lan", "مراجع ١٥"])
def test_takes_names_that_only_resemble(name: str, project: Project) -> None:
    project.add_person("مراجع ١٠")
    assert project.add_person(name).name == name


def test_takes_back_a_person_who_was_removed(project: Project) -> None:
    assert project.add_person("Dan", Role.LEAD).leads

"""Nobody comes in under a name that looks like somebody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator import export
from annotator.model import Invalid, Role
from annotator.project import Project
from tests.conftest import ARTICLE
from tests.store.test_backups import answer


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


def test_says_which_names_in_a_file_of_records_look_like_others(article: Project, tmp_path: Path) -> None:
    """They are taken: whose answers these are, the file says. But nobody must overlook it."""
    answer(article, "Ana", "s1")
    (record,) = article.records()
    records = [{**record, "annotator": name, "record_id": f"{ARTICLE}/s1/{name}"} for name in ("Аnа", "Eda")]
    source = tmp_path / "claims.jsonl"
    source.write_bytes(b"".join(export.line(one) for one in records))
    report = article.take_records(source)
    assert report.people == ["Аnа", "Eda"]
    assert report.left == 0
    assert [str(one) for one in report.alike] == ["“Аnа” looks like Ana, who is here already."]


def test_says_which_speakers_of_a_merged_file_look_like_others(article: Project, tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    article.copy_to(path)
    article.add_speaker("Cleo News", article.person("Cleo"))
    with Project.open(path) as theirs:
        theirs.add_speaker("Сleo News", article.person("Cleo"))
        theirs.add_speaker("Cleo Press", article.person("Cleo"))
    merged = article.take_project(path)
    assert merged.conflicts == []
    (said,) = merged.alike
    assert str(said).startswith("The new speaker Сleo News looks like Cleo News, who is here already.")

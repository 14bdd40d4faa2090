"""Proof that sentences and claims follow from the bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from annotator import sample
from annotator.project import Project, importing
from annotator.text.formats import Source, open_file
from tests.conftest import ARTICLE
from tests.conftest import sample as bytes_of


def difference(project: Project) -> str | None:
    (verified,) = project.verify()
    return verified.difference


@pytest.fixture
def answered(article: Project) -> Project:
    article.take_answers(ARTICLE, article.person("Ana"), sample.reference(), "2026-01-01T00:00:00.000Z")
    return article


def test_finds_nothing_in_a_sound_project(answered: Project) -> None:
    assert difference(answered) is None


def test_finds_nothing_after_sentences_were_split_and_merged(answered: Project) -> None:
    lead = answered.person("Cleo")
    answered.split(ARTICLE, "s11", answered.sentence(ARTICLE, "s11").text.index("وترى أنقرة"), lead)
    answered.merge(ARTICLE, "s15b", lead)
    assert difference(answered) is None
    answered.undo_change(ARTICLE, lead)
    assert difference(answered) is None


def test_finds_nothing_in_an_automatic_reading(project: Project) -> None:
    project.import_file("a.txt", bytes_of("idlib-article.txt"), lang="ar")
    assert difference(project) is None


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            "update files set bytes = cast(replace(cast(bytes as text), 'إدلب', 'ادلب') as blob)",
            "differs from the file at character",
        ),
        ("update texts set text = replace(text, 'موسكو', 'موسكر')", "differs from the file at character"),
        ("update sentences set text = text || '!' where id = 's4'", "Unit s4"),
        ("update sentences set runs = '[[0,0,3]]' where id = 's4'", "Unit s4"),
        ("delete from sentences where id = 's1'", "is in no unit"),
        (
            "update annotations set claims = json_set(claims, '$[0].content_spans', json('[[0,9999]]')) "
            "where sentence = (select key from sentences where id = 's11')",
            "s11",
        ),
    ],
)
def test_names_the_first_difference(answered: Project, damage: str, said: str) -> None:
    answered.db.execute("pragma foreign_keys = off")
    answered.db.execute(damage)
    found = difference(answered)
    assert found is not None
    assert said in found


def test_reads_the_rows_of_a_table_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"{number},Text {number}.\n" for number in range(20))
    assert len(list(project.take_in("a.csv", f"id,text\n{rows}".encode()))) == 20
    read: list[str | None] = []

    def counted(*given: Any) -> Iterator[Source]:
        for source in open_file(*given):
            read.append(source.part)
            yield source

    monkeypatch.setattr(importing, "open_file", counted)
    assert [verified.difference for verified in project.verify()] == [None] * 20
    assert len(read) == 20

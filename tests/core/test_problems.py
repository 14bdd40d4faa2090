"""Sentences for people: English at once, and all that it takes to say them in another language."""

from __future__ import annotations

import pathlib

import pytest

from annotator.model import (
    Counted,
    Forbidden,
    Invalid,
    Missing,
    Problem,
    Said,
    Stale,
    Unavailable,
    as_json,
    from_json,
    several,
    worded,
)

SENTENCES: list[tuple[str, str]] = [
    (Said("The file is empty."), "The file is empty."),
    (Said("100 % agreement"), "100 % agreement"),
    (Said("%(share)s %% of %(n)s", share="7", n=12), "7 % of 12"),
    (Said("“%(id)s” is no id.", id="100 %(n)s"), "“100 %(n)s” is no id."),
    (Said("More than %(limit)s rows, in line %(line)s.", limit=12000, line="12000"),
     "More than 12,000 rows, in line 12000."),
    (Said("Choose one of %(names)s.", names=["a", Said("nothing")]), "Choose one of a, nothing."),
    (Said("The file is %(what)s.", what=Said("a %(kind)s", kind="PDF")), "The file is a PDF."),
    (Said("“%(name)s” is gone.", name={"ar": "القاهرة", "en": "Cairo"}), "“Cairo” is gone."),
    (Said("“%(name)s” is gone.", name={"ar": "القاهرة"}), "“القاهرة” is gone."),
    (Counted("%(n)s claim", "%(n)s claims", 1), "1 claim"),
    (Counted("%(n)s claim", "%(n)s claims", 1200), "1,200 claims"),
    (Counted("Page %(pages)s is a picture.", "Pages %(pages)s are pictures.", 2, pages=["3", "4"]),
     "Pages 3, 4 are pictures."),
    (several([Said("%(a)s is gone.", a="A"), "B stays."]), "A is gone.\nB stays."),
    (worded({"en": "Ask twice, 100 %.", "ru": "Спросите"}), "Ask twice, 100 %."),
]  # fmt: skip


@pytest.mark.parametrize(("said", "english"), SENTENCES, ids=[english for _, english in SENTENCES])
def test_reads_as_english(said: str, english: str) -> None:
    assert said == english
    assert str(Problem(said)) == english


@pytest.mark.parametrize(("said", "english"), SENTENCES, ids=[english for _, english in SENTENCES])
def test_is_the_same_sentence_after_a_way_through_json(said: Said, english: str) -> None:
    again = from_json(as_json(said))
    assert isinstance(again, Said)
    assert (again, again.message, as_json(again)) == (english, said.message, as_json(said))


def test_leaves_a_text_of_nobody_as_it_is() -> None:
    assert from_json(as_json("as typed: %(n)s")) == "as typed: %(n)s"
    assert not isinstance(from_json("as typed"), Said)


@pytest.mark.parametrize("kind", [Problem, Invalid, Missing, Forbidden, Stale, Unavailable])
def test_keeps_a_problems_message_and_values(kind: type[Problem]) -> None:
    problem = kind("There is no %(thing)s “%(id)s”.", thing=Said("speaker"), id="x")
    assert str(problem) == "There is no speaker “x”."
    assert problem.message == "There is no %(thing)s “%(id)s”."
    assert problem.values == {"thing": "speaker", "id": "x"}


def test_keeps_where_to_look_apart_from_the_values() -> None:
    problem = Invalid("Claim %(n)s is empty.", n=2, field="speaker", claim=2)
    assert (problem.field, problem.claim, dict(problem.values)) == ("speaker", 2, {"n": 2})


def test_takes_a_problem_into_another() -> None:
    inner = Missing("There is no file %(path)s.", path=pathlib.PurePosixPath("a.txt"))
    assert str(Problem("Nothing was read: %(why)s", why=inner)) == "Nothing was read: There is no file a.txt."
    assert str(Stale(inner.said)) == str(inner)

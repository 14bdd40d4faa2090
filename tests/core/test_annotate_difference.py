"""What changed between two answers about a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from annotator.annotate import difference
from annotator.model import Answer, Claim, Status

TEXT = "He said the talks go on."
A = Claim(("a",), "for", "support", "direct")
B = Claim(("b",), "against", "support", "indirect")


def claims(*given: Claim, comment: str | None = None) -> Answer:
    return Answer(Status.CLAIMS, given, comment)


def test_finds_nothing_between_an_answer_and_itself() -> None:
    assert not difference(claims(A, B), claims(A, B), TEXT, TEXT)


@pytest.mark.parametrize(
    ("field", "value"),
    [("stance", "against"), ("polarity", "oppose"), ("attribution", "own"), ("speaker", ("a", "b"))],
)
def test_names_the_question_answered_anew(field: str, value: Any) -> None:
    found = difference(claims(B, A), claims(B, replace(A, **{field: value})), TEXT, TEXT)
    assert [(one.n, one.before, one.fields) for one in found.altered] == [(2, A, frozenset({field}))]
    assert not found.added
    assert not found.gone
    assert not found.status


def test_tells_added_from_deleted() -> None:
    assert difference(claims(A), claims(A, B), TEXT, TEXT).added == {2}
    found = difference(claims(A, B), claims(B), TEXT, TEXT)
    assert found.gone == (A,)
    assert not found.added
    assert not found.altered


def test_knows_a_claim_again_in_another_place() -> None:
    assert not difference(claims(A, B), claims(B, A), TEXT, TEXT)


def test_pairs_nothing_that_shares_nothing() -> None:
    found = difference(claims(A), claims(B), TEXT, TEXT)
    assert (found.added, found.gone) == (frozenset({1}), (A,))


def test_compares_marked_words_and_not_their_places() -> None:
    before = Claim(("a",), "for", content_spans=((8, 17),))
    after = Claim(("a",), "for", content_spans=((0, 9),))
    assert not difference(claims(before), claims(after), TEXT, TEXT[8:])
    assert difference(claims(before), claims(after), TEXT, TEXT).of(1)


def test_sees_status_comment_and_flag() -> None:
    found = difference(Answer(), Answer(Status.NO_CLAIM, comment="Why?", hard=True), TEXT, TEXT)
    assert (found.status, found.comment, found.flag) == (True, True, True)

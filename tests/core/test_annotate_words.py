"""The words of a sentence, as they are marked."""

from __future__ import annotations

import pytest

from annotator.annotate.words import inside_letter, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("وقال: “لا نريد”.", ["وقال", "لا", "نريد"]),
        ("بـ“الإرهابية”، وترى", ["بـ“الإرهابية", "وترى"]),
        ("gov’t, 3.5 % – “yes” (x)", ["gov’t", "3.5", "%", "yes", "x"]),
        ("🕌 deal", ["🕌", "deal"]),
        ("…  –", []),
        ("", []),
    ],
)
def test_ends_words_at_their_letters(text: str, found: list[str]) -> None:
    assert [text[word.start : word.end] for word in words(text)] == found


def test_knows_both_halves_of_a_quotation() -> None:
    first, second = words("“a (b)”.")
    assert first.opens == ((0, 6),)
    assert second.opens == ((3, 5),)
    assert second.closes == ((5, 3), (6, 0))


def test_knows_a_quotation_that_runs_on() -> None:
    (word,) = words("“a")
    assert word.opens == ((0, None),)


def test_takes_no_closing_mark_for_an_opening_one() -> None:
    (word,) = words("a”")
    assert word.closes == ()


@pytest.mark.parametrize(
    ("text", "at"), [("أَن", 1), ("🇪🇬", 1), ("👩‍👧", 1), ("👩‍👧", 2), ("👍🏽", 1), ("a\u0301", 1)]
)
def test_cuts_no_letter(text: str, at: int) -> None:
    assert inside_letter(text, at)


@pytest.mark.parametrize(("text", "at"), [("وقال", 1), ("🇪🇬🇷🇺", 2), ("ab", 0), ("ab", 2), ("👩👧", 1)])
def test_cuts_between_letters(text: str, at: int) -> None:
    assert not inside_letter(text, at)

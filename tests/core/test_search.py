"""Words found in any spelling, and marked where they stand."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies

from annotator import search
from annotator.filter import Filter
from annotator.model import Answer, Claim, Status
from annotator.search import Search
from annotator.speakers import folding

LETTERS = strategies.text(
    strategies.sampled_from("اأإآٱءؤئىيیةهـكکلﻻپَُِّْ \u200f\u200d\n abİIıiŞşЙйЁёÅ😀’'ﬁ,.3٣"), max_size=30
)


@hypothesis.given(LETTERS)
def test_folds_as_names_of_speakers_are_folded(text: str) -> None:
    assert search.folded(text) == folding.folded(text)


@hypothesis.given(LETTERS, LETTERS)
def test_marks_every_place_and_nothing_else(text: str, typed: str) -> None:
    words = search.words(typed)
    spans = search.spans(text, words)
    assert bool(spans) == any(word in search.folded(text) for word in words)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    for start, end in spans:
        assert any(word in search.folded(text[start:end]) for word in words)


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("قال أردوغان إنّ", "اردوغان", ["أردوغان"]),
        ("في القاهرةِ", "القاهره", ["القاهرةِ"]),
        ("على الرؤساء", "علي الروسا", ["على", "الرؤساء"]),
        ("قـــال", "قال", ["قـــال"]),
        ("İstanbul ve Iğdır", "istanbul igdir", ["İstanbul", "Iğdır"]),
        ("وقف إطلاق النار ثم إطلاق", "«اطلاق النار»", ["إطلاق النار"]),
        ("وطهران", "طهران", ["طهران"]),
        ("aaa", "aa", ["aaa"]),
        ("👍🏽 قول", "قول", ["قول"]),
        ("nothing here", "else", []),
    ],
)
def test_marks_the_words_as_they_are_spelled(text: str, typed: str, marked: list[str]) -> None:
    spans = search.spans(text, search.words(typed))
    assert [text[start:end] for start, end in spans] == marked


def test_asks_for_few_words() -> None:
    assert len(search.words(" ".join(map(str, range(1000))))) == search.MOST_WORDS


CLAIM = Claim(speaker=("a", "b"), stance="x", attribution="direct", note="Ünlü mü?")
ANSWER = Answer(Status.CLAIMS, (CLAIM,), comment="أسأل", hard=True)


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        (Search(), True),
        (Search(flagged=True, commented=True), True),
        (Search(filter=Filter(people=("Ben",))), False),
        (Search(filter=Filter(statuses=("skipped",))), False),
        (Search(filter=Filter(labels={"speaker": ("b", "c"), "stance": ("x",)})), True),
        (Search(filter=Filter(labels={"speaker": ("b",), "stance": ("y",)})), False),
        (Search(words=search.words("اسال unlu"), where="remarks"), True),
        (Search(words=search.words("missing"), where="remarks"), False),
        (Search(words=search.words("missing")), True),  # that is for the sentence
    ],
)
def test_knows_the_answers_looked_for(asked: Search, fits: bool) -> None:
    assert search.fits(asked, "Ana", ANSWER) is fits


def test_knows_an_empty_search() -> None:
    assert Search().empty
    assert not Search(words=("a",)).empty
    assert not Search(filter=Filter(round=1)).empty
    assert Search(filter=Filter(layer="final")).empty

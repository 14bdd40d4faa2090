"""Speakers: spellings of one name, finding by any of them, whom a sentence names, what was changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from annotator.model import Codebook, Invalid
from annotator.speakers import (
    BEFORE,
    LETTERS,
    SpeakerChange,
    added,
    checked,
    described,
    exactly,
    folded,
    found,
    named,
    registered,
    slug,
    spellings,
    standing,
)
from tests.spellings import APART, SAME


@pytest.mark.parametrize(
    ("lang", "text", "wanted"),
    [
        ("ar", "وترى أنقرة ضرورة", {"turkey"}),
        ("ar", "وأنقرةُ", {"turkey"}),  # "and" written onto the word, a vowel mark
        ("ar", "انقره", {"turkey"}),  # spelt without hamza
        ("ar", "بين بوتين وأردوغان", {"putin", "erdogan"}),
        ("ar", "الروسي", set()),  # an adjective names no state
        ("ar", "الكاتب", set()),  # the author is never marked
        ("en", "Putin’s men left Turkey", {"putin", "turkey"}),
        ("ru", "слова Путина", {"putin"}),
        ("tr", "ERDOĞAN'IN SÖZLERİ", {"erdogan"}),
        ("en", "", set()),
    ],
)
def test_finds_who_is_named(codebook: Codebook, lang: str, text: str, wanted: set[str]) -> None:
    assert named(codebook, lang, text) == wanted


# ------------------------------------------------------------------ folding


@pytest.mark.parametrize(("one", "other"), SAME)
def test_folds_spellings_together(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_keeps_names_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_folds_what_is_folded_no_further() -> None:
    for pair in (*SAME, *APART):
        for name in pair:
            assert folded(folded(name)) == folded(name)


@pytest.mark.parametrize("before", BEFORE)
def test_takes_off_what_is_written_onto_a_word(before: str) -> None:
    assert "بيروت" in spellings(f"{before}بيروت")


def test_takes_no_word_apart_until_nothing_is_left() -> None:
    assert spellings("بي") == ["بي"]
    assert spellings("") == [""]


def test_maps_only_single_letters() -> None:
    assert {len(letter) for letter in LETTERS} == {1}


# ------------------------------------------------------------------ finding


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("أنقرة", "turkey"),
        ("وانقره", "turkey"),
        ("لموسكو", "russia"),
        ("للأمم المتحدة", "un"),
        ("امم", "un"),
        ("PUTIN", "putin"),
        ("путин", "putin"),
        ("erdogan", "erdogan"),
        ("TÜRK BASINI", "tr_media"),
        ("türk basini", "tr_media"),
        ("gov't", "syria_gov"),
    ],
)
def test_finds_by_any_name_in_any_spelling(codebook: Codebook, query: str, first: str) -> None:
    assert found(codebook.actors, query)[0].id == first


def test_finds_nobody_by_another_name(codebook: Codebook) -> None:
    assert found(codebook.actors, "zzz") == []
    assert exactly(codebook.actors, "Tur") is None
    assert exactly(codebook.actors, "انقره") == codebook.actor("turkey")


# ------------------------------------------------------------------ adding


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Hulusi Akar", "hulusi_akar"),
        ("Çavuşoğlu", "cavusoglu"),
        ("İsmail Işık", "ismail_isik"),
        ("Сергей Шойгу", "sergei_shoigu"),
        ("هولوسي أكار", "hwlwsy_akar"),
        ("李", "speaker"),
        ("a" * 90, "a" * 36),
    ],
)
def test_makes_an_id_of_a_name_in_any_script(name: str, id: str) -> None:
    assert slug(name, ()) == id
    assert slug(name, {id}) == f"{id}_2"
    assert slug(name, {id, f"{id}_2"}) == f"{id}_3"


@pytest.mark.parametrize(
    ("name", "beside", "lang"),
    [
        ("هولوسي أكار", "ar", "ar"),
        ("Шойгу", "ar", "ru"),
        ("Akar", "ar", "en"),
        ("Akar", "tr", "tr"),
        ("Акар", "tr", "ru"),
        ("007", "xx", "en"),
    ],
)
def test_takes_a_new_name_for_one_in_the_language_it_is_written_in(
    codebook: Codebook, name: str, beside: str, lang: str
) -> None:
    assert list(added(name, codebook, beside).name) == [lang]


@pytest.mark.parametrize("name", ["", " \t", "…", "x" * 101])
def test_takes_nothing_else_for_a_name(codebook: Codebook, name: str) -> None:
    with pytest.raises(Invalid):
        added(name, codebook, "ar")


# ------------------------------------------------------------------ describing


def test_takes_a_whole_description(codebook: Codebook) -> None:
    one = replace(added("Hulusi Akar", codebook, "en"), id="akar")
    form = {
        "name-en": " Hulusi  Akar ",
        "name-ar": "خلوصي أكار",
        "short-en": "Akar",
        "aliases-ar": "وزير الدفاع التركي\n\nأكار\nأكار",
        "type": "person",
        "side": "tr",
        "wikidata": "https://www.wikidata.org/wiki/Q1635860",
    }
    after = checked(one, form, codebook)
    assert after.name == {"en": "Hulusi Akar", "ar": "خلوصي أكار"}
    assert after.short == {"en": "Akar", "ar": "خلوصي أكار"}
    assert after.aliases == {"ar": ("وزير الدفاع التركي", "أكار")}
    assert (after.side, after.wikidata) == ("tr", "Q1635860")


@pytest.mark.parametrize("id", ["Q", "Q0", "q-1", "P31", "7747", "Q7747 ", "http://elsewhere.example/Q1"])
def test_knows_a_wikidata_id(codebook: Codebook, id: str) -> None:
    one = replace(added("Akar", codebook, "en"), id="akar")
    if id.strip() == "Q7747":
        with pytest.raises(Invalid, match="already the Wikidata id"):
            checked(one, {"name-en": "Akar", "wikidata": id}, codebook)
    else:
        with pytest.raises(Invalid, match="not a Wikidata id"):
            checked(one, {"name-en": "Akar", "wikidata": id}, codebook)


def test_leaves_the_author_what_it_is(codebook: Codebook) -> None:
    author = codebook.actor("author")
    assert author is not None
    with pytest.raises(Invalid, match="rules depend"):
        checked(author, {"name-en": "The author", "type": "person"}, codebook)


# ------------------------------------------------------------------ what was changed


def change(id: int, kind: str, speaker: str, target: int | None = None, **about: Any) -> SpeakerChange:
    return SpeakerChange(id, kind, speaker, about, target, "Cleo", "2026-01-01T00:00:00Z")


def adding(codebook: Codebook, id: int, speaker: str, name: str) -> SpeakerChange:
    return change(id, "add", speaker, **described(added(name, codebook, "en")))


def test_knows_everybody_who_was_added(codebook: Codebook) -> None:
    registry = registered(codebook, [adding(codebook, 1, "akar", "Hulusi Akar")])
    assert registry.codebook.actors[:-1] == codebook.actors
    assert registry.codebook.actors[-1].id == "akar"


def test_follows_a_chain_of_merges(codebook: Codebook) -> None:
    history = [
        adding(codebook, 1, "a", "Alpha"),
        adding(codebook, 2, "b", "Beta"),
        change(3, "merge", "a", into="b"),
        change(4, "merge", "b", into="usa"),
    ]
    registry = registered(codebook, history)
    assert registry.merged == {"a": "usa", "b": "usa"}
    assert [one.id for one in found(registry.codebook.actors, "alpha")] == ["usa"]
    back = registered(codebook, [*history, change(5, "undo", "b", target=4)])
    assert back.merged == {"a": "b"}


def test_gives_the_key_to_whom_a_speaker_is_merged_into(codebook: Codebook) -> None:
    registry = registered(codebook, [change(1, "merge", "usa", into="un")])
    assert registry.codebook.actor("usa") is None
    assert {one.id: one.key for one in registry.codebook.actors}["un"] == "9"


def test_ignores_a_merge_into_whom_a_newer_codebook_dropped(codebook: Codebook) -> None:
    registry = registered(codebook, [change(1, "merge", "usa", into="nobody")])
    assert registry.codebook.actors == codebook.actors
    assert registry.merged == {}


def test_takes_an_undo_back_with_a_redo(codebook: Codebook) -> None:
    made = adding(codebook, 1, "akar", "Akar")
    history = [made, change(2, "undo", "akar", target=1)]
    assert standing(history) == []
    assert standing([*history, change(3, "redo", "akar", target=1)]) == [made]

"""Text from spans: tatweel, white space, quotation marks, and where each character stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.changes import Change, changes, derive
from annotator.text.characters import GLYPHS, visible
from annotator.text.language import guess
from annotator.text.lines import split
from annotator.text.signs import repairs


def mended(raw: str) -> tuple[str, tuple[tuple[int, int, int], ...]]:
    """All of `raw` as one unit, with what is safe to mend."""
    return derive(raw, [(0, len(raw))], [], changes(raw, repairs(raw, "ar", split(raw))))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("عنــدما يلتقــي", "عندما يلتقي"),
        ("بـــ“القوة”", "بـ“القوة”"),
        ("بـــ”الإرهابية”", "بـ“الإرهابية”"),
        ("والـــ24 ساعة", "والـ24 ساعة"),
        ("مكتوب بـHTML والـQR", "مكتوب بـHTML والـQR"),
        ("اكتب \u200e--help هنا", "اكتب \u200e--help هنا"),
        ("بنسخته الـــ، وتلقى", "بنسخته الـ، وتلقى"),
        ("عام 1440 هـ وبعده", "عام 1440 هـ وبعده"),
        ("القاهرة ـ رويترز", "القاهرة ـ رويترز"),
        ("وهو ما يطــ تساؤلات", "وهو ما يط تساؤلات"),
        ("“سوخوي ″، وأيضًا", "“سوخوي ”، وأيضًا"),
        ("a 5″ gun", "a 5″ gun"),
        ("”نص“ هنا", "”نص“ هنا"),
        ("two  blanks\tand\xa0more", "two blanks and more"),
        ("ورسيا والجحة الى", "ورسيا والجحة الى"),
        ("ﺳﻮﺭﻳﺎ ﻻ تزال ﻣﻜﺘﻮﺑﺔ", "سوريا لا تزال مكتوبة"),
        ("\u200fقال\u202a \u202cنعم\u200f", "قال نعم"),
    ],
)
def test_mends_only_what_is_named(raw, text):
    assert mended(raw)[0] == text


def test_maps_joined_pieces_to_their_places():
    raw = "يا هنا سور"
    assert derive(raw, [(7, 10), (0, 6)], [""]) == ("سوريا هنا", ((0, 7, 3), (3, 0, 6)))


def test_maps_a_ligature_to_its_one_place():
    assert mended("aﻻb") == ("aلاb", ((0, 0, 2), (2, 1, 2)))


def test_leaves_no_blank_behind():
    taken = [Change(2, 3, "", "direction-mark")]
    assert derive("a \u200f b", [(0, 5)], [], taken) == ("a b", ((0, 0, 2), (2, 4, 1)))
    assert derive("a \u200f", [(0, 3)], [], taken) == ("a", ((0, 0, 1),))


@given(st.text(alphabet="سورياـ“”″ \n\tab5.،", min_size=1).map(str.strip).filter(bool))
def test_maps_every_character(raw):
    text, runs = mended(raw)
    assert sum(length for _, _, length in runs) == len(text)
    for at, source, length in runs:
        for made, found in zip(text[at : at + length], raw[source : source + length], strict=True):
            assert made == found or (found, made) in GLYPHS or (made == " " and found.isspace())


@pytest.mark.parametrize(
    ("character", "seen"), [("a", True), ("\u0301", True), ("\u200f", False), ("\xa0", False)]
)
def test_knows_what_is_visible(character, seen):
    assert visible(character) is seen


@pytest.mark.parametrize(
    ("raw", "lang"),
    [
        ("سوريا وروسيا", "ar"),
        ("Сирия и Россия", "ru"),
        ("Türkiye ve Rusya bir anlaşma için görüştü", "tr"),
        ("Syria and Russia agreed on the border", "en"),
        ("Das ist nicht der Weg und die Stadt", "de"),
        ("https://www.aljazeera.com/news سوريا", "ar"),
        ("😀 12", "en"),
    ],
)
def test_guesses_the_language(raw, lang):
    assert guess(raw) == lang

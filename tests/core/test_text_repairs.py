"""Repairs and decisions: any file, any decisions, every character once and back again."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator import text
from annotator.model import Decision, Invalid, Kind, Reading, RepairState
from annotator.text import fragments
from annotator.text.characters import VISIBLE, joined
from annotator.text.lines import split
from tests.core.test_text_reading import TEXTS
from tests.core.test_text_turned import DAMAGED, STRAIGHT
from tests.score_reading import choices_that_are_right

SAMPLES = Path(text.__file__).parents[1] / "samples"
ARTICLE = (SAMPLES / "idlib-article.txt").read_text("utf-8")
REJECTED = Decision(RepairState.REJECTED)
ACCEPTED = Decision(RepairState.ACCEPTED)
LANGUAGES = st.sampled_from([None, "ar", "ru", "en", "de"])
SETTINGS = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NOISE = st.sampled_from(
    [
        "ـ",
        "ـــ",
        "\u200f",
        "\u202e",
        "  ",
        "\t",
        "ﺳﻮﺭﻳﺎ",
        "ﻻ",
        "”",
        "″",
        "“",
        " ،",
        " . ",
        "\f",
        "\n\n",
        "12\n",
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Arabic lines, turned or straight, with signs of damage strewn in."""
    lines = draw(
        st.lists(st.sampled_from([*DAMAGED, *STRAIGHT, *ARTICLE.split("\n")]), min_size=4, max_size=15)
    )
    raw = "\n".join(lines)
    for place, sign in draw(st.lists(st.tuples(st.integers(0, len(raw)), NOISE), max_size=12)):
        raw = raw[:place] + sign + raw[place:]
    return raw


ANY = st.one_of(TEXTS, st.text(), damaged()).filter(VISIBLE.search)


def repair(reading: Reading, kind: str):
    return next(repair for repair in reading.repairs if repair.kind == kind)


@st.composite
def decided(draw: st.DrawFn) -> tuple[str, str | None, dict[str, Decision]]:
    raw, lang = draw(ANY), draw(LANGUAGES)
    found = text.read(raw, lang).repairs
    names = [repair.id for repair in found] + [f"kind/{repair.kind}" for repair in found]
    if not names:
        return raw, lang, {}
    choices = st.builds(Decision, st.sampled_from(RepairState), st.integers(0, 20))
    return raw, lang, draw(st.dictionaries(st.sampled_from(names), choices, max_size=8))


@SETTINGS
@given(decided(), st.sampled_from(["safe", "proposed", "none"]))
def test_keeps_every_character_once_whatever_is_decided(given, level):
    raw, lang, decisions = given
    reading = text.read(raw, lang, decisions=decisions, level=level)
    text.verify(raw, reading)
    assert all(unit.text.strip() for unit in reading.units)
    assert [repair.id for repair in reading.repairs] == [repair.id for repair in text.read(raw, lang).repairs]
    assert reading == text.read(raw, lang, decisions=dict(reversed(decisions.items())), level=level)
    assert sum(c.isdigit() for c in raw) == sum(c.isdigit() for unit in reading.units for c in unit.text)


@SETTINGS
@given(ANY, LANGUAGES)
def test_gives_the_characters_of_the_file_back_when_all_is_rejected(raw, lang):
    none = text.read(raw, lang, level="none")
    kinds = {f"kind/{repair.kind}": REJECTED for repair in none.repairs}
    alone = {repair.id: REJECTED for repair in none.repairs}
    for reading in (none, text.read(raw, lang, decisions=kinds), text.read(raw, lang, decisions=alone)):
        text.verify(raw, reading)
        assert not any(repair.shown for repair in reading.repairs)
        for unit in reading.units:
            assert unit.text == joined(raw, unit.spans, unit.joins)
            assert list(unit.spans) == sorted(unit.spans)
            gaps = [raw[end:start] for (_, end), (start, _) in zip(unit.spans, unit.spans[1:], strict=False)]
            assert all(join == " " for join in unit.joins)
            assert all(re.search("[\n\r\u2028\u2029]", gap) for gap in gaps)


@SETTINGS
@given(damaged().filter(VISIBLE.search))
def test_gives_the_same_ids_and_choices_whatever_is_decided(raw):
    first = text.read(raw, "ar")
    again = text.read(
        raw, "ar", decisions={first.repairs[0].id: REJECTED} if first.repairs else {}, level="safe"
    )
    assert [(r.id, r.spans, r.before, r.choices, r.safe) for r in first.repairs] == [
        (r.id, r.spans, r.before, r.choices, r.safe) for r in again.repairs
    ]
    assert len({repair.id for repair in first.repairs}) == len(first.repairs)


SAFE = [
    ("عنــدما يلتقــي.", "tatweel", "عندما يلتقي."),
    ("ﺳﻮﺭﻳﺎ بلد.", "presentation-form", "سوريا بلد."),
    ("ﻻ أحد هنا.", "presentation-form", "لا أحد هنا."),
    ("\u200fقال \u202eالوزير\u202c نعم.", "direction-mark", "قال الوزير نعم."),
    ("قال \u200f الوزير.", "direction-mark", "قال الوزير."),
    ("وصف بـ”القوة” هنا.", "quotation-mark", "وصف بـ“القوة” هنا."),
    ("two  blanks here.", "blank", "two blanks here."),
]


@pytest.mark.parametrize(("raw", "kind", "mended"), SAFE)
def test_applies_what_is_safe_and_takes_it_back(raw, kind, mended):
    reading = text.read(raw, level="safe")
    found = repair(reading, kind)
    assert reading.units[0].text == mended
    assert (found.state, found.safe, found.shown, found.line) == (RepairState.APPLIED, True, True, 1)
    assert found.before in raw
    for decisions in ({found.id: REJECTED}, {f"kind/{kind}": REJECTED}):
        rejected = text.read(raw, decisions=decisions)
        assert rejected.units[0].text == raw
        assert repair(rejected, kind).state is RepairState.REJECTED


@pytest.mark.parametrize("raw", ["لغة C++\u200e سهلة.", "صلى الله عليه وسلم ﷺ قال.", "السعر 5 ﷼ فقط."])
def test_leaves_signs_that_are_needed(raw):
    assert text.read(raw).units[0].text == raw


def test_decides_one_repair_against_its_kind():
    raw = "عنــدما يلتقــي\n\nالرئيســان هنــا\n"
    first, second = text.read(raw).repairs
    reading = text.read(raw, decisions={"kind/tatweel": REJECTED, second.id: ACCEPTED})
    assert [unit.text for unit in reading.units] == ["عنــدما يلتقــي", "الرئيسان هنا"]
    assert [repair.state for repair in reading.repairs] == [RepairState.REJECTED, RepairState.ACCEPTED]
    assert first.id == f"tatweel:{raw.index('ـ')}"


def test_joins_hyphenated_words_and_keeps_spelled_hyphens():
    raw = (
        "The people of the valley had to wait for the inter-\nnational engineers, who were well-\n"
        "known in the country for their bridges and their long exam-\nples of patience.\n"
    )
    assert "international engineers, who were well-known" in text.read(raw).units[-1].text
    rejected = text.read(raw, decisions={"kind/hyphen": REJECTED}).units[-1].text
    assert "inter- national engineers, who were well- known" in rejected


# ------------------------------------------------------------------ guesses


def test_cycles_through_every_cut_of_a_turned_line():
    raw = "\n".join(DAMAGED)
    reading = text.read(raw)
    found = repair(reading, "turned-line")
    assert (found.state, found.safe) == (RepairState.PROPOSED, False)
    shown = set()
    for choice in range(found.choices):
        moved = text.read(raw, decisions={found.id: Decision(RepairState.MOVED, choice)})
        text.verify(raw, moved)
        shown.add(moved.units[-1].text)
        assert found.line not in moved.units[-1].unsure_lines
        assert repair(moved, "turned-line").after in moved.units[-1].text
    assert len(shown) == found.choices
    assert any(STRAIGHT[0] in one for one in shown)


def test_gives_a_turned_line_back():
    raw = "\n".join(DAMAGED)
    found = repair(text.read(raw), "turned-line")
    rejected = text.read(raw, decisions={found.id: REJECTED})
    assert rejected.units[-1].text.startswith(DAMAGED[0])
    assert rejected.units[-1].unsure_lines == (2, 3, 4)
    safe = text.read(raw, level="safe")
    assert safe.units[-1].text == " ".join(DAMAGED)
    assert safe.units[-1].unsure_lines == (1, 2, 3, 4)


BROKEN = [
    "تحدث الوزير عن مستقبل سور يا بعد سنوات طويلة من الصراع في المنطقة كلها.",
    "وقال إن الحكومة تر يد أن تعمل مع جميع الأطراف من أجل السلام.",
    "ثم أضاف أن المدينة تحتاج إلى أ كثر من خطة واحدة لإعادة البناء.",
    "وأكد أن الز يارة جاءت بعد أسابيع من المحادثات بين الطرفين.",
]


def test_joins_words_broken_inside_their_lines():
    raw = "\n".join(BROKEN)
    reading = text.read(raw)
    said = " ".join(unit.text for unit in reading.units)
    for word in ("سوريا", "تريد", "أكثر", "الزيارة"):
        assert word in said
    assert "سور يا" in text.read(raw, level="safe").units[0].text
    assert not text.read("\n".join(BROKEN[:2])).repairs


def test_proposes_a_blank_that_is_near_certain():
    raw = "استمر الهجوم منذ أواخرأبريل الماضي في المنطقة."
    reading = text.read(raw)
    assert "أواخر أبريل" in reading.units[0].text
    assert repair(reading, "missing-blank").state is RepairState.PROPOSED
    assert text.read(raw, level="safe").units[0].text == raw


def test_seeks_no_missing_blank_in_a_word_without_end():
    asked = []
    lines = split("ا" * 1_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fragments, "word_list", lambda lang: lambda word: asked.append(word) or 0.0)
        assert list(fragments.missing_blanks(lines[0].raw, lines)) == []
    assert len(asked) < 100


def test_marks_a_lost_number_until_that_is_rejected():
    raw = "في افتتاح معرض “ماكس-” الدولي للطيران."
    found = repair(text.read(raw), "lost-number")
    assert found.spans == ((raw.index("”"),) * 2,)
    rejected = text.read(raw, decisions={found.id: REJECTED}).units[0]
    assert (rejected.lost_at, rejected.flags, rejected.text) == ((), (), raw)


PAGES = "\n".join(
    f"Quarterly report of the office\nThe road along the river was closed for the whole winter {word} and\n"
    f"the people of the valley had to wait {word} until the engineers came\nback and mended the {word} "
    f"bridge at last.\nIn the {word} spring the lorries crossed\n\n{page}\n"
    for page, word in enumerate(("long", "cold", "wet", "dark"), 4)
)


def test_sets_page_furniture_apart_and_gives_it_back():
    raw = f"A title for the whole of it\n\n{PAGES}the river again.\n"
    reading = text.read(raw)
    assert [u.text for u in reading.units if u.kind is Kind.OTHER] == [
        line for page in range(4, 8) for line in ("Quarterly report of the office", str(page))
    ]
    assert any("lorries crossed The road along" in unit.text for unit in reading.units)
    kept = text.read(raw, decisions={"kind/furniture": REJECTED})
    assert not any("Quarterly" in unit.text for unit in kept.units if unit.kind is Kind.OTHER)


def test_takes_the_sentences_a_table_gives():
    raw = "One row. Of two.\nAnother\nrow of  two lines\nnot given"
    spans = [(0, 16), (17, 42)]
    reading = text.read(raw, "en", given=spans)
    text.verify(raw, reading)
    assert [(unit.kind, unit.text) for unit in reading.units] == [
        (Kind.BODY, "One row. Of two."),
        (Kind.BODY, "Another row of two lines"),
        (Kind.OTHER, "not given"),
    ]


# ------------------------------------------------------------------ the article


def test_can_put_all_turned_lines_of_the_article_right():
    gold = text.checked(ARTICLE, json.loads((SAMPLES / "idlib-article.json").read_text("utf-8")))
    reading = text.read(ARTICLE)
    turned = [repair for repair in reading.repairs if repair.kind == "turned-line"]
    assert len(turned) == 31
    assert set(choices_that_are_right(ARTICLE, reading, gold)) == {repair.line for repair in turned}


def test_records_the_repairs_of_the_article_briefly():
    reading = text.read(ARTICLE)
    assert 30 <= sum(repair.kind == "tatweel" for repair in reading.repairs) <= 45
    assert len(reading.repairs) < 150
    lines = ARTICLE.split("\n")
    for found in reading.repairs:
        assert found.before in lines[found.line - 1] + "\n"


def test_verify_needs_the_repairs_that_were_made():
    reading = text.read("عنــدما يلتقــي.")
    with pytest.raises(Invalid, match="differs"):
        text.verify("عنــدما يلتقــي.", replace(reading, repairs=()))

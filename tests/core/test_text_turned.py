"""Damage and its repair: turned lines, moved closing marks, lost numbers; clean text is left alone."""

import pytest

from annotator import text
from annotator.model import Reading

STRAIGHT = [
    "تحدث الوزير في بداية اللقاء عن مستقبل سوريا بعد سنوات طويلة من الصراع المسلح في المنطقة",
    "وقال إن الحكومة تريد أن تعمل مع جميع الأطراف من أجل السلام الدائم في البلاد كلها قريبًا",
    "ثم أضاف أن المدينة تحتاج إلى أكثر من خطة واحدة لإعادة بناء المدارس والمستشفيات والطرق",
    "وأكد أن الزيارة جاءت بعد أسابيع من المحادثات بين الطرفين في العاصمة بحضور وسطاء كثيرين",
    "وختم حديثه بالقول إن الشعب ينتظر نتائج ملموسة في أقرب وقت ممكن من هذه الجولة الجديدة.",
]


def turned(line: str, word: str, cut: int) -> str:
    """The line as a damaged file has it: cut inside `word`, second piece first."""
    place = line.index(word) + cut
    return f"{line[place:]} {line[:place]}"


DAMAGED = [
    turned(STRAIGHT[0], "سوريا", 3),
    turned(STRAIGHT[1], "قريبًا", 2),
    turned(STRAIGHT[2], "أكثر", 1),
    turned(STRAIGHT[3], "الزيارة", 3),
    STRAIGHT[4],
]


def words(reading: Reading) -> set[str]:
    return {word for unit in reading.units for word in unit.text.split()}


def test_mends_the_broken_words_and_marks_the_lines():
    reading = text.read("\n".join(DAMAGED))
    assert {"سوريا", "قريبًا", "أكثر", "الزيارة"} <= words(reading)
    assert reading.units[-1].unsure_lines == (1, 2, 3, 4)
    assert "line-rotation" in reading.units[-1].flags
    text.verify("\n".join(DAMAGED), reading)


def test_leaves_a_document_with_two_such_lines_alone():
    raw = "\n".join([*DAMAGED[:2], *STRAIGHT[2:]])
    assert not any(unit.unsure_lines for unit in text.read(raw).units)


def test_leaves_clean_lines_alone():
    reading = text.read("\n".join(STRAIGHT))
    assert " ".join(unit.text for unit in reading.units) == " ".join(STRAIGHT)
    assert not any(unit.unsure_lines or unit.lost_at for unit in reading.units)


def test_finds_the_cut_after_a_sentence_end_and_two_blanks():
    last = "ية بشكل عام.  وهذا كل ما جرى في القضية السور"
    reading = text.read("\n".join([*DAMAGED[:4], last]))
    assert reading.units[-1].text.endswith("وهذا كل ما جرى في القضية السورية بشكل عام.")
    assert 5 not in reading.units[-1].unsure_lines


def test_moves_a_lone_closing_mark_to_the_end():
    raw = "عنوان قصير للخبر\n\n” الوزير يزور معرض “ماكس\n\nقال الوزير إن الزيارة مهمة للبلدين.\n"
    reading = text.read(raw)
    unit = next(unit for unit in reading.units if "الوزير يزور" in unit.text)
    assert unit.text == "الوزير يزور معرض “ماكس”"
    assert unit.lost_at == (unit.text.index("”"),)


LOST = [
    ("قُمرة طائرة “سوخوي ” العسكرية السرية حتى الآن.", "”"),
    ("في افتتاح معرض “ماكس-” الدولي للطيران.", "”"),
    ("وبلغ العدد أكثر من . مليون لاجئ سوري.", ". مليون"),
    ("في المعرض بنسخته الـــ، وتلقى معلومات.", "،"),
    ("هناك حيث  ملايين مدني كثير منهم نازحون.", "ملايين"),
    ("المبرمة في سبتمبر/أيلول ، واشتراطه وقف الهجمات.", "،"),
    ("The fair “Max-” opened its doors.", "”"),
    ("More than . million people came.", ". million"),
    ("Она стоит больше  миллионов рублей.", "миллионов"),
    ("Fiyatlar geçen yıl yüzde  arttı, dedi.", "arttı"),
]


@pytest.mark.parametrize(("raw", "before"), LOST)
def test_marks_where_a_number_is_lost(raw, before):
    unit = text.read(raw).units[0]
    assert "lost-digits" in unit.flags
    assert unit.lost_at == (unit.text.index(before),)


@pytest.mark.parametrize(
    "raw",
    [
        "He came in 2019.  Then he left.  Nobody asked.",
        "Two  blanks by a slip in a text of 1999 words.",
        "كلمة ، وكلمة ، وكلمة ، وكلمة ، وهكذا دائمًا.",
        "Он пришёл в 2019 г. и ушёл; всё (или почти всё).",
        "He said “no” and “yes”, then left (at 5:30).",
    ],
)
def test_marks_nothing_in_clean_text(raw):
    assert not any(unit.lost_at for unit in text.read(raw).units)

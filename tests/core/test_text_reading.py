"""The automatic reading: any text gives every visible character once; real layouts give their parts."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator import text
from annotator.model import Invalid, Kind, Reading
from annotator.text.characters import FORMS, GLYPHS, VISIBLE
from annotator.text.words import word_list
from tests.score_reading import scores

SAMPLES = Path(text.__file__).parents[1] / "samples"

FRAGMENTS = (
    "سور|يا|أ|كثر|في|الأمر|ـ|بـــ”|”|“|″|.|..|…|؟|!| |  |\n|\n\n|\r\n|\r|\u2028|https://a.b/c|F-35|12|،|,"
    "|كتبه|By John|•|- |1. "
    "|Word|word|Дом|дом.|г.|Türkiye'de|😀|👨‍👩‍👧|\u0301|\u064b|\u200f|\ufeff|\x0c|\x1c|\t"
    "|\xa0|\xad|ﺳﻮﺭﻳﺎ|ﻼ|Photo:|—|(?)"
)
PIECES = st.sampled_from(FRAGMENTS.split("|"))
TEXTS = st.one_of(
    st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=60).map("".join),
    st.lists(st.lists(PIECES, min_size=3, max_size=12).map(" ".join), min_size=3, max_size=12).map("\n".join),
    st.text(),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, st.sampled_from([None, "ar", "ru", "tr", "en", "de", "fa", "xx"]))
def test_reads_any_text_whole_and_once(raw, lang):
    if not VISIBLE.search(raw):
        with pytest.raises(Invalid, match="shows no text"):
            text.read(raw, lang)
        return
    reading = text.read(raw, lang)
    text.verify(raw, reading)
    times = [0] * len(raw)
    for unit in reading.units:
        assert unit.text.strip()
        for start, end in unit.spans:
            for place in range(start, end):
                times[place] += 1
        for at, source, length in unit.runs:
            for made, found in zip(unit.text[at : at + length], raw[source : source + length], strict=True):
                assert (
                    made == found
                    or (found, made) in GLYPHS
                    or (made == " " and found.isspace())
                    or made in FORMS.get(found, "")
                )
    assert all(times[place] == 1 for place, character in enumerate(raw) if VISIBLE.match(character))
    assert sum(c.isdigit() for c in raw) == sum(c.isdigit() for unit in reading.units for c in unit.text)
    assert len(list(text.jsonl(reading))) == len(reading.units)


def test_reads_the_article_as_a_careful_reader_would():
    raw = (SAMPLES / "idlib-article.txt").read_bytes().decode()
    gold = text.checked(raw, json.loads((SAMPLES / "idlib-article.json").read_text("utf-8")))
    reading = text.read(raw)
    found = scores(raw, reading, gold)
    assert found["body boundary F1"] >= 0.95
    assert found["body sentences with the same characters"] >= 26
    assert found["kinds right"] >= 44
    assert found["pull quotes linked"] == 4
    assert found["turned lines found"] >= 31
    assert found["turned lines false"] == 0
    assert found["order right at first guess"] >= 16
    assert found["order wrong and not marked unsure"] == []
    assert (found["broken-word lines found"], found["broken-word lines false"]) == (31, 0)
    assert found["broken-word lines right at first guess"] >= 16
    assert found["broken-word lines right after clicks"] == 31
    assert found["lost numbers precision"] >= 0.9
    assert found["lost numbers recall"] >= 0.9
    assert (found["in exactly one unit"], found["in several"]) == (found["visible characters"], 0)


def kinds(reading: Reading) -> list[tuple[str, str]]:
    return [(unit.id, unit.text) for unit in reading.units]


PARTS = {
    "en": (
        "Old rivals meet again in the harbour town",
        "By Mary Stone | 12 March 2020",
        "The two presidents met on Monday and spoke for more than three hours about the future of "
        "the grain route.",
        "A narrow road",
        "Officials accuse their neighbours, while the southern side claims that the first shots "
        "came from the hills.",
        "the southern side claims that the first shots came from the hills",
        "A third meeting is planned for the summer, but neither government has confirmed it in "
        "public so far.",
    ),
    "ru": (
        "Старые соперники снова встретились в порту",
        "Автор: Мария Иванова | 12 марта 2020",
        "Два президента встретились в понедельник и более трёх часов говорили о будущем зернового пути.",
        "Узкая дорога",
        "Чиновники обвиняют соседей, а южная сторона утверждает, что первые выстрелы прозвучали с "
        "холмов у реки.",
        "южная сторона утверждает, что первые выстрелы прозвучали с холмов",
        "Третья встреча намечена на лето, но ни одно правительство её пока открыто не подтвердило.",
    ),
    "tr": (
        "Eski rakipler liman kentinde yine buluştu",
        "Yazan: Ayşe Demir | 12 Mart 2020",
        "İki cumhurbaşkanı pazartesi günü buluştu ve tahıl yolunun geleceğini üç saatten fazla konuştu.",
        "Dar bir yol",
        "Yetkililer komşularını suçluyor, güney tarafı ise ilk kurşunların yakındaki tepelerden "
        "geldiğini savunuyor.",
        "güney tarafı ise ilk kurşunların yakındaki tepelerden geldiğini savunuyor",
        "Üçüncü bir görüşme yaz için planlanıyor, ama iki hükümet de bunu henüz açıkça doğrulamadı.",
    ),
    "ar": (
        "خصوم الأمس يلتقون مجددًا في مدينة الميناء",
        "كتبه محمد علي | 12 مارس 2020",
        "التقى الرئيسان يوم الاثنين في مدينة الميناء وتحدثا أكثر من ثلاث ساعات عن مستقبل طريق الحبوب.",
        "طريق ضيق",
        "يتهم المسؤولون جيرانهم بخرق الاتفاق، فيما يقول الطرف الجنوبي إن الطلقات الأولى جاءت من "
        "التلال القريبة.",
        "يقول الطرف الجنوبي إن الطلقات الأولى جاءت من التلال",
        "ومن المقرر عقد لقاء ثالث في الصيف، لكن أيًا من الحكومتين لم تؤكد ذلك علنًا حتى الآن.",
    ),
}
IDS = ["t1", "by1", "s1", "h1", "s2", "q1", "s3"]


def wrapped(paragraph: str, width: int, ending: str = "\n") -> str:
    lines, line = [], ""
    for word in paragraph.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return ending.join([*lines, line])


def test_keeps_the_short_first_line_of_a_pull_quote_with_it():
    before = "The council opened a wide garden on the river on Sunday, and hundreds of people came."
    said = (
        "The new garden at the river will stay open for everybody on every day of the week, said the mayor."
    )
    quote = "The new garden\nat the river will stay open\nfor everybody on every day"
    raw = "\n\n".join(
        ["A garden on the river", wrapped(before, 60), wrapped(said, 60), quote, wrapped(before, 60)]
    )
    units = text.read(raw, "en").units
    assert [unit.kind for unit in units] == [Kind.TITLE, Kind.BODY, Kind.BODY, Kind.PULLQUOTE, Kind.BODY]
    assert (units[3].text, units[3].repeats) == (" ".join(quote.split()), (units[2].id,))


@pytest.mark.parametrize("lang", PARTS)
@pytest.mark.parametrize("separator", ["\n", "\n\n", "\r\n", "\r\n\r\n"])
def test_reads_one_paragraph_to_a_line(lang, separator):
    reading = text.read(separator.join(PARTS[lang]))
    assert reading.lang == lang
    assert kinds(reading) == list(zip(IDS, PARTS[lang], strict=True))
    assert reading.units[5].repeats == ("s2",)
    assert not any(unit.lost_at or unit.unsure_lines for unit in reading.units)


@pytest.mark.parametrize("lang", PARTS)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_reads_printed_lines(lang, ending):
    raw = (ending * 2).join(
        [*PARTS[lang][:2], *(wrapped(part, 44, ending) for part in PARTS[lang][2:5]), *PARTS[lang][5:6]]
        + [wrapped(PARTS[lang][6], 44, ending), ""]
    )
    reading = text.read(raw)
    shown = dict(kinds(reading))
    assert shown["t1"] == PARTS[lang][0]
    assert [shown[id] for id in ("s1", "s2", "s3")] == [PARTS[lang][place] for place in (2, 4, 6)]
    assert shown["h1"] == PARTS[lang][3]
    assert reading.fields["title"] == PARTS[lang][0]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("Just one line.", ["s1"]),
        ("سطر واحد فقط", ["s1"]),
        ("https://a.b/c\n https://d.e https://f.g\n", ["u1", "u2", "u3"]),
        ("😀😀", ["o1"]),
        ("\u0301", ["o1"]),
        ("One. Two. Three.", ["s1", "s2", "s3"]),
        ("First sentence here.\n\nSecond sentence here.", ["s1", "s2"]),
    ],
)
def test_reads_small_files(raw, found):
    assert [unit.id for unit in text.read(raw).units] == found


def test_goes_on_across_links_and_page_breaks():
    raw = (
        "A short title for the day\n\n"
        "The road along the river was closed for the whole winter and\nthe people of the valley had "
        "to wait,\n\n"
        "https://a.b/c\n\n\nbecause nobody could say who would repair the bridges before\nthe "
        "spring came back.\n\n"
        "Then the snow went away and the first lorries crossed the river\nagain in the night.\n"
    )
    reading = text.read(raw)
    assert [unit.id for unit in reading.units] == ["t1", "s1", "u1", "s2"]
    assert reading.units[1].flags == ("line-join", "page-break")
    assert "had to wait, because nobody" in reading.units[1].text


def test_leaves_a_page_number_out_of_a_sentence_but_not_its_last_year():
    raw = (
        "A short title for the day\n\n"
        "The road along the river was closed for the whole winter\n"
        "and the people of the valley had to wait\n\n"
        "12\n\nuntil the bridges were mended by the engineers in the year\n\n2019.\n\n"
        "Then the snow went away and the first lorries crossed the river\nagain in the night.\n"
    )
    shown = dict(kinds(text.read(raw)))
    assert shown["o1"] == "12"
    assert shown["s1"].endswith("wait until the bridges were mended by the engineers in the year 2019.")


def test_reads_a_line_of_half_a_million_words():
    raw = "word " * 500_000 + "end."
    assert len(text.read(raw).units) == 1


def test_loads_no_word_list_for_clean_text_without_arabic():
    word_list.cache_clear()
    sys.modules.pop("wordfreq", None)
    for lang in ("en", "ru", "tr"):
        text.read("\n".join(PARTS[lang]))
    assert "wordfreq" not in sys.modules


def test_writes_the_records_of_the_command_line():
    record = next(text.jsonl(text.read("One. Two.")))
    assert record == {
        "id": "s1",
        "kind": "body",
        "text": "One.",
        "spans": [[0, 4]],
        "flags": [],
        "unsure_lines": [],
        "repeats": [],
    }

"""Where numbers are missing: the signs they leave. The places are marked, never filled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from annotator.text.abbreviations import words
from annotator.text.characters import ARABIC_LETTERS, CLOSING, END_MARKS, MARKS, TATWEEL, plain
from annotator.text.lines import Line

# Signs that hardly occur where no number is lost.
_STRONG = re.compile(
    rf"""
      (?<=[^\W\d])[ ]++(?=[”″](?:[\s.,،؛;:!?؟)]|\Z))       # “سوخوي ”
    | (?<=\w[-–])(?=[”″»])                               # “ماكس-”
    | (?<![{ARABIC_LETTERS}{MARKS}])[وف]?(?:ال|بال|لل|كال){TATWEEL}++[ ]*+(?=[،,.؛;:”»)])
    """,
    re.VERBOSE,
)
# Signs that a hasty typist leaves too: they tell something in a damaged file, or after such words.
_STOP = re.compile(r"(?<=[^\W\d])[ ]++(?=\.[ ]++[^\W\d_])|(?<=[^\W\d])[ ]++(?=[%٪](?:\s|[،,.;]|\Z))")
_EMPTY = re.compile(r"(?:(?<=\s)|^)\((?=[ ]*+[-–]?[ ]*+\))|(?<=[^\W\d])[ ]++(?=»(?:[\s.,،؛;:!?؟)]|\Z))")
_WANTS_NUMBER = words(
    "من إلى الى نحو حوالي حوالى قرابة زهاء عام سنة العام السنة بنسبة نسبة بقيمة رقم قدره قدرها تجاوز بلغ "
    "بلغت يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر كانون شباط آذار "
    "نيسان أيار حزيران تموز آب أيلول تشرين الأول الثاني "
    "than about nearly over under in by of to until since january february march april may june july "
    "august september october november december percent number "
    "более больше менее около почти свыше до от с в на январе феврале марте апреле мае июне июле августе "
    "сентябре октябре ноябре декабре "
    "yüzde yaklaşık ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık"
)
_COUNTED = words(
    "مليون ملايين مليار مليارات ألف آلاف دولار يورو ليرة روبل طن كيلومتر كيلومترا شخص شخصا قتيل قتيلا "
    "million billion thousand percent dollars euros people years "
    "миллион миллиона миллионов миллиард миллиарда миллиардов тысяч тысячи процентов процента рублей "
    "долларов человек лет milyon milyar bin lira dolar euro kişi"
)
_WIDE = re.compile(rf"(?<=[^\s{END_MARKS}:؛;]) {{2,}}+(?=\S)")
_LOOSE_COMMA = re.compile(r"(?<=[^\s\d]) ++(?=[،,](?:\s|\Z))")
_WIDE_AFTER_CLOSING = re.compile(rf"[{END_MARKS}][{CLOSING}]+\Z")
_NUMBER = re.compile(r"(?<![\w.-])\d[\d.,٫٬/:]*(?![\w-])")
_WIDE_HABIT = 0.02  # of all blanks
_COMMA_HABIT = 0.25  # of all commas: oftener, and it is how the writer types
_ENOUGH_LINES = 10  # of a text without a digit


def places(lines: Sequence[Line], *, date_line: int | None = None) -> list[int]:
    """Code points of the file before which a number is missing, in file order.

    `date_line` is the place in `lines` of a byline, whose stray commas are what is left of a date.
    """
    prose = [line for line in lines if not line.is_url and line.lettered]
    strong = [place for line in prose for place in _strong(line)]
    if date_line is not None:
        strong.extend(_dateless(lines[date_line]))
    wide, commas = _unhabitual(prose)
    stops = [(line, found.end()) for line in prose for found in _all(_STOP, line)]
    empty = [(line, found.end()) for line in prose for found in _all(_EMPTY, line)]
    weak = [*wide, *commas, *stops, *empty]
    kinds = sum(map(bool, (strong, wide, commas, stops, empty)))
    likely = [(line, place) for line, place in weak if _speaks_of_number(line, place)]
    loose = {place for _, place in (*commas, *stops)}
    stray, spoken = (sum(place in loose for _, place in found) for found in (weak, likely))
    if not _is_damaged(prose, len(strong), kinds):
        weak = likely
    elif stray - spoken > 5 + 2 * spoken:  # it is rather how the writer types
        weak = likely + [(line, place) for line, place in weak if place not in loose]
    return sorted({*strong, *(place for _, place in weak)})


def _is_damaged(prose: Sequence[Line], strong: int, kinds: int) -> bool:
    """Whether numbers plainly fell out of the file: then a stray blank is where one stood."""
    if strong >= 2 or sum(line.turned for line in prose) >= 3:
        return True
    enough = kinds >= (2 if strong else 3) and len(prose) >= _ENOUGH_LINES
    return enough and not any(_NUMBER.search(line.text) for line in prose)


def _speaks_of_number(line: Line, place: int) -> bool:
    """Whether the word before, or the word after, goes with a number."""
    before = re.split(r"[\s/]+", line.raw[max(line.start, place - 40) : place].rstrip())[-1]
    after = line.raw[place : place + 40].lstrip(" .").split()
    return plain(before) in _WANTS_NUMBER or bool(after and plain(after[0]) in _COUNTED)


def _all(sign: re.Pattern[str], line: Line) -> Iterator[re.Match[str]]:
    return sign.finditer(line.raw, line.start, line.end)


def _strong(line: Line) -> Iterator[int]:
    for found in _STRONG.finditer(line.raw, line.start, line.end):
        yield found.end()
    if line.turned and line.raw[line.pieces[-1][0]] in "”″" and line.pieces[-1][1] - line.pieces[-1][0] == 1:
        before = line.raw[line.pieces[0][1] - 1]
        if not before.isdigit():
            yield line.pieces[-1][0]  # the sign went to the front because a number stood before it


def _dateless(line: Line) -> Iterator[int]:
    if not any(character.isdigit() for character in line.text):
        for found in re.finditer(r"(?:^|(?<=\s))[,،]", line.text):
            yield line.start + found.start()


Place = tuple[Line, int]


def _unhabitual(prose: Sequence[Line]) -> tuple[list[Place], list[Place]]:
    """Wide blanks and blanks before a comma, where they are not how the writer types."""
    wide = [(line, place) for line in prose for place in _wide(line)]
    loose = [(line, found.end()) for line in prose for found in _all(_LOOSE_COMMA, line)]
    many = max(6, sum(len(line.tokens) for line in prose) * _WIDE_HABIT)
    commas = sum(len(re.findall("[،,](?=\\s)", line.text)) for line in prose)
    return wide if len(wide) < many else [], loose if len(loose) < max(3, commas * _COMMA_HABIT) else []


def _wide(line: Line) -> Iterator[int]:
    cuts = {start for start, _ in line.pieces}
    for found in _WIDE.finditer(line.raw, line.start, line.end):
        before = line.raw[max(line.start, found.start() - 6) : found.start()]
        if found.end() not in cuts and not _WIDE_AFTER_CLOSING.search(before):
            yield found.end()

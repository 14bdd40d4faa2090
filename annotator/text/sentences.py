"""Where sentences end inside one paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotator.text.abbreviations import ABBREVIATIONS, TURKISH_MONTHS
from annotator.text.characters import ARABIC_LETTER, OPENING, TATWEEL, UNSEEN_CLASS

_CLOSERS = rf"[»”\"'’)\]“›″{UNSEEN_CLASS}]*+(?:\[\d+\])*+"
_END = re.compile(rf"(?<![.!?؟…۔])(?P<marks>[.!?؟…۔]++)(?P<closers>{_CLOSERS})(?=\s)")
_NEXT = re.compile(rf"[\s{OPENING}{UNSEEN_CLASS}]*(\S?)")
_OPENED = re.compile(rf"[{OPENING}{UNSEEN_CLASS}]")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]\Z")
_ROMAN = re.compile(r"[IVXLC]+\Z")
# After U.S. and its like a capital tells nothing: "U.S. Army". These words do.
_STARTER = re.compile(
    r"\s+[“\"'‘(]*(?:The|A|An|It|He|She|We|They|You|I|This|That|These|Those|There|In|On|At|But|And|As|For|If"
    r"|When|While|After|Before|However|Its|His|Her|Their|Our|So|Yet|What|Who|Why|How|With|To|From|By|Then)\b"
)
_LAST_MARK = re.compile(r"[.!?。！？।]+[»”\"'’)\]」』]*\s*")  # noqa: RUF001
STRETCH = 4000  # characters given to the library at once
_DASHES = "—–-―"
_NO_END_BEFORE = ",،;؛:)»”"


def ends(text: str, lang: str) -> list[int]:
    """The places in `text` just after each sentence, the last one included.

    >>> ends("Dr. Ay geldi. Sonra gitti.", "tr")
    [13, 26]
    """
    if lang not in ABBREVIATIONS and lang != "fa":
        return _by_library(text, lang)
    found: list[int] = []
    start = 0
    for mark in _END.finditer(text):
        if _is_end(text, start, mark, lang):
            start = mark.end()
            found.append(start)
    if text[start:].strip():
        found.append(len(text))
    elif found:
        found[-1] = len(text)
    return found


def _is_end(text: str, start: int, mark: re.Match[str], lang: str) -> bool:
    following = _NEXT.match(text, mark.end())
    after = following[1] if following else ""
    if not after:
        return True  # only white space is left
    marks, closers = mark["marks"], mark["closers"]
    if after.islower() or after in _NO_END_BEFORE:
        return False
    if after in _DASHES and _goes_on_after_dash(text, mark.end()):
        return False
    before = text[mark.start() - 1] if mark.start() else " "
    if before == "(" and closers.startswith(")"):
        return False  # (?) and (!) and (...) are remarks
    if "!" in marks or "?" in marks or "؟" in marks:
        return True
    if len(marks) > 1 or marks == "…":
        return lang not in ("ar", "fa") and (after.isupper() or after.isdigit() or after in _DASHES)
    if before.isspace():
        return False  # what is left of a damaged number
    return marks == "۔" or closers.strip("'’") != "" or _stop_ends(text, start, mark.start(), after, lang)


def _goes_on_after_dash(text: str, place: int) -> bool:
    """“…!” — said he: a dash and a lower-case letter."""
    following = re.compile(rf"\s*[{_DASHES}]+\s*(\S)").match(text, place)
    return following is not None and following[1].islower()


def _stop_ends(text: str, start: int, place: int, after: str, lang: str) -> bool:
    """Whether a single full stop with nothing closing after it ends the sentence that began at `start`."""
    word = _word_before(text[max(start, place - 40) : place])
    begin = place - len(word)
    word = word.replace(TATWEEL, "")
    # A look at the last words is enough, and keeps endless sentences quick.
    opening = text[max(start, begin - 60) : begin].strip()
    if not opening and (re.fullmatch(r"\d{1,2}|[^\W\d_]", word)):
        return False  # the number of a list
    if lang == "tr" and _is_turkish_ordinal(text, place, word):
        return False
    if _is_initial(word, after, lang):
        return False
    known = ABBREVIATIONS.get(lang, ABBREVIATIONS["ar"])
    lower = word.replace("İ", "i").lower() if lang == "tr" else word.lower()
    lower = lower.rstrip(".")
    if lang in ("ar", "fa") and word.isascii() and lower in ABBREVIATIONS["en"].always:
        return False
    numbered = bool(opening) and opening[-1].isdigit()
    if lang == "ru" and lower in ("г", "гг", "в", "вв", "р"):
        # After its number a year or century; before a name, a town or a river.
        return after.isupper() and (numbered or re.search(r"[IVX]\Z", opening) is not None)
    if lang in ("ar", "fa") and len(lower) == 1 and numbered:
        return True  # 2019 م.
    if lower in known.always:
        return False
    if lang == "en" and "." in lower and lower in known.lower:
        return _STARTER.match(text, place + 1) is not None
    if lower in known.lower:
        return after.isupper() or ARABIC_LETTER.match(after) is not None
    return not (lower in known.number and after.isdigit())


def _word_before(text: str) -> str:
    """What `text` ends with, from the last blank or opening mark on."""
    words = text.split()
    return _OPENED.split(words[-1])[-1] if words else ""


def _is_initial(word: str, after: str, lang: str) -> bool:
    """A. and A.B. stand for a name; U.S. and its like are in the lists."""
    if lang in ("ar", "fa") and not (word.isascii() and after.isascii()):
        return False
    if not _INITIALS.match(word):
        return False
    if len(word) == 1:
        return word.isupper()  # С. Лавров, although “с.” is a page
    known = ABBREVIATIONS.get(lang)
    if known and (word.lower() in known.lower or word.lower() in known.always):
        return False
    return word.replace(".", "").isupper()


def _is_turkish_ordinal(text: str, place: int, word: str) -> bool:
    if re.fullmatch(r"\d{1,2}", word) or _ROMAN.match(word):
        return True
    following = re.compile(r"[\s\"“(]*(\w+)").match(text, place + 1)
    return bool(word) and word.isdigit() and following is not None and following[1].lower() in TURKISH_MONTHS


def _by_library(text: str, lang: str) -> list[int]:
    """For languages without a list here: sentencex, which knows some 240."""
    from sentencex import segment  # type: ignore[import-untyped]

    found: list[int] = []
    start = 0
    for stretch in _stretches(text):
        for sentence in segment(lang, stretch):
            place = text.find(sentence, start)
            if place < 0 or not sentence.strip():
                continue
            start = place + len(sentence)
            found.append(start)
    if not found or text[found[-1] :].strip():
        found.append(len(text))
    found[-1] = len(text)
    return found


def _stretches(text: str) -> Iterator[str]:
    """Parts that end after an end mark: the library's time grows with the square of the length."""
    start = 0
    while len(text) - start > STRETCH:
        marks = [found.end() for found in _LAST_MARK.finditer(text, start + STRETCH // 2, start + STRETCH)]
        end = marks[-1] if marks else start + STRETCH
        yield text[start:end]
        start = end
    yield text[start:]

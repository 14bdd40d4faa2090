"""Readings verified against the file: every visible character once, every text from its spans."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from annotator.model import Invalid, Kind, Reading, Run, Said, Span, Unit
from annotator.text.changes import changes, derive
from annotator.text.characters import GLYPHS, TATWEEL, VISIBLE
from annotator.text.language import guess

REPAIRS = frozenset(
    (
        "line-join",
        "tatweel",
        "line-rotation",
        "lost-digits",
        "page-break",
        "quote-direction",
        "missing-space",
        "extra-space",
        "lost-letters",
        "diacritic-order",
    )
)
Source = list[tuple[str, int | None]]
"""Characters in reading order, each with its place in the file; a blank between spans has none."""


def checked(raw: str, reading: Mapping[str, Any]) -> Reading:
    """A reading that a person has checked, from its JSON; `Invalid` names what does not fit."""
    if not isinstance(reading, Mapping) or not isinstance(reading.get("units"), list) or not reading["units"]:
        raise Invalid("The reading has no list “units”.")
    codepoints = reading.get("codepoints", len(raw))
    if codepoints != len(raw):
        raise Invalid(
            "The reading is of a file with %(codepoints)s characters, this file has %(count)s.",
            codepoints=codepoints,
            count=len(raw),
        )
    units = tuple(_unit(raw, given, number) for number, given in enumerate(reading["units"], 1))
    _check_ids(units)
    _check_coverage(raw, units)
    fields = {
        key: reading[key]
        for key in ("title", "author", "publisher", "date", "url")
        if _text(reading.get(key))
    }
    title = next((unit.text for unit in units if unit.kind is Kind.TITLE), None)
    if title:
        fields.setdefault("title", title)
    lang = reading.get("lang")
    return Reading(lang if isinstance(lang, str) and lang else guess(raw), units, "checked", fields)


def verify(raw: str, reading: Reading) -> None:
    """Raise `Invalid` with the first place where the reading does not follow from the file."""
    mended = changes(raw, reading.repairs)
    for unit in reading.units:
        _check_spans(raw, unit.id, unit.spans, unit.joins)
        if reading.method == "checked":
            expected = unit.text, _aligned(raw, unit.id, unit.spans, unit.joins, unit.text, unit.flags)
        else:
            expected = derive(raw, unit.spans, unit.joins, mended)
        if unit.text != expected[0]:
            place = next(_differences(unit.text, expected[0]))
            raise Invalid(
                "Unit %(id)s: the text differs from the file at character %(place)s.",
                id=unit.id,
                place=str(place),
            )
        if unit.runs != expected[1]:
            raise Invalid("Unit %(id)s: the places of its text in the file are wrong.", id=unit.id)
        _check_lost(unit.id, unit.lost_at, unit.text)
    _check_ids(reading.units)
    _check_coverage(raw, reading.units)


def _differences(one: str, other: str) -> Any:
    yield from (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    yield min(len(one), len(other))


def _text(value: object) -> bool:
    return isinstance(value, str) and value != ""


# ------------------------------------------------------------------ one unit


def _unit(raw: str, given: Any, number: int) -> Unit:
    if not isinstance(given, Mapping):
        raise Invalid("Unit number %(number)s is not an object.", number=str(number))
    id = given.get("id")
    if not isinstance(id, str) or not id:
        raise Invalid("Unit number %(number)s has no “id”.", number=str(number))
    if given.get("kind") not in list(Kind):
        raise Invalid(
            "Unit %(id)s: “kind” is %(kind)s; it must be one of %(kinds)s.",
            id=id,
            kind=repr(given.get("kind")),
            kinds=list(Kind),
        )
    text = given.get("text")
    if not isinstance(text, str) or not text:
        raise Invalid("Unit %(id)s has no “text”.", id=id)
    repairs = _strings(given, "repairs", id)
    unknown = [repair for repair in repairs if repair not in REPAIRS]
    if unknown:
        raise Invalid(
            "Unit %(id)s: “%(repair)s” is no repair; it must be one of %(repairs)s.",
            id=id,
            repair=unknown[0],
            repairs=sorted(REPAIRS),
        )
    spans, joins = _spans(given, id), _strings(given, "joins", id)
    _check_spans(raw, id, spans, joins)
    lost_at = _numbers(given.get("lost_digits_at"), id)
    _check_lost(id, lost_at, text)
    paragraph = given.get("para")
    return Unit(
        id=id,
        kind=Kind(given["kind"]),
        text=text,
        spans=spans,
        joins=joins,
        runs=_aligned(raw, id, spans, joins, text, repairs),
        flags=repairs,
        repeats=_strings(given, "repeats", id),
        paragraph=paragraph if isinstance(paragraph, str) else None,
        lost_at=lost_at,
    )


def _strings(given: Mapping[str, Any], key: str, id: str) -> tuple[str, ...]:
    value = given.get(key) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Invalid("Unit %(id)s: “%(key)s” must be a list of words.", id=id, key=key)
    return tuple(value)


def _numbers(value: Any, id: str) -> tuple[int, ...]:
    value = value or []
    if not isinstance(value, list) or not all(type(item) is int for item in value):
        raise Invalid("Unit %(id)s: “lost_digits_at” must be a list of whole numbers.", id=id)
    return tuple(value)


def _spans(given: Mapping[str, Any], id: str) -> tuple[Span, ...]:
    value = given.get("spans")
    if not isinstance(value, list) or not value:
        raise Invalid("Unit %(id)s has no “spans”.", id=id)
    for span in value:
        if (
            not isinstance(span, list | tuple)
            or len(span) != 2
            or not all(type(item) is int for item in span)
        ):
            raise Invalid("Unit %(id)s: every span must be a pair of whole numbers.", id=id)
    return tuple((start, end) for start, end in value)


def _check_spans(raw: str, id: str, spans: Sequence[Span], joins: Sequence[str]) -> None:
    for start, end in spans:
        if not 0 <= start < end <= len(raw):
            raise Invalid(
                "Unit %(id)s: the span %(start)s–%(end)s does not lie in the file of %(count)s characters.",
                id=id,
                start=str(start),
                end=str(end),
                count=len(raw),
            )
    if len(joins) != len(spans) - 1:
        raise Invalid(
            "Unit %(id)s: %(spans)s spans need %(needed)s joins, not %(joins)s.",
            id=id,
            spans=len(spans),
            needed=len(spans) - 1,
            joins=len(joins),
        )
    if any(join not in ("", " ") for join in joins):
        raise Invalid("Unit %(id)s: a join must be empty or one blank.", id=id)


def _check_lost(id: str, lost_at: Sequence[int], text: str) -> None:
    for place in lost_at:
        if not 0 <= place <= len(text):
            raise Invalid(
                "Unit %(id)s: a number is said to be lost at %(place)s, outside the text.",
                id=id,
                place=str(place),
            )


# ------------------------------------------------------------------ the text from the spans


def _aligned(
    raw: str, id: str, spans: Sequence[Span], joins: Sequence[str], text: str, repairs: Collection[str]
) -> tuple[Run, ...]:
    """Where each character of `text` stands in the file, if only the named repairs were made."""
    if "line-rotation" not in repairs and list(spans) != sorted(spans):
        raise Invalid(
            "Unit %(id)s: its spans are not in the order of the file, but no “line-rotation” is named.", id=id
        )
    if len(spans) == 1 and raw[slice(*spans[0])] == text == " ".join(text.split()):
        return ((0, spans[0][0], len(text)),)  # as it stands there, which most sentences do
    source = _source(raw, spans, joins)
    places: list[int | None] = []
    at = 0
    while len(places) < len(text):
        step = _step(source, at, text, len(places), repairs)
        if step is None:
            raise Invalid(_no_fit(raw, id, text, len(places), source, at))
        taken, new = step
        at += taken
        places.extend(new)
    rest = source[at:]
    left = next((c for c, _ in rest if c != " " and not (c == TATWEEL and "tatweel" in repairs)), None)
    if left is not None:
        raise Invalid(
            "Unit %(id)s: the text ends at character %(end)s, but its spans go on with “%(left)s”.",
            id=id,
            end=str(len(text)),
            left=left,
        )
    return tuple(_runs(places))


def _source(raw: str, spans: Sequence[Span], joins: Sequence[str]) -> Source:
    """The characters of the spans with white space collapsed."""
    source: Source = []
    for number, (start, end) in enumerate(spans):
        blank = " " if number and joins[number - 1] else ""
        for place, character in [*((None, c) for c in blank), *enumerate(raw[start:end], start)]:
            if not character.isspace():
                source.append((character, place))
            elif source and source[-1][0] != " ":
                source.append((" ", place))
    return source


def _step(
    source: Source, at: int, text: str, done: int, repairs: Collection[str]
) -> tuple[int, list[int | None]] | None:
    """How many characters of the source are used up, and the places of the text characters they make."""
    wanted = text[done]
    if at >= len(source):
        return None
    character, place = source[at]
    if character == wanted:
        return 1, [place]
    if character == TATWEEL and "tatweel" in repairs:
        return 1, []
    if (character, wanted) in GLYPHS and "quote-direction" in repairs:
        return 1, [place]
    if wanted == " " and "missing-space" in repairs:
        return 0, [None]
    if character == " " and ("extra-space" in repairs or (done and text[done - 1] == " ")):
        return 1, []
    if "diacritic-order" in repairs and _swapped(source, at, text, done):
        return 2, [source[at + 1][1], place]
    return None


def _swapped(source: Source, at: int, text: str, done: int) -> bool:
    """A vowel mark printed one letter late or early."""
    if at + 1 >= len(source) or text[done : done + 2] != source[at + 1][0] + source[at][0]:
        return False
    return any(unicodedata.category(character) == "Mn" for character in text[done : done + 2])


def _no_fit(raw: str, id: str, text: str, done: int, source: Source, at: int) -> str:
    found = "".join(character for character, _ in source[at : at + 12])
    place = next((place for _, place in source[at:] if place is not None), None)
    here = {"id": id, "place": str(done), "text": text[done : done + 12]}
    if not found or place is None:
        return Said(
            "Unit %(id)s: the text at character %(place)s is “%(text)s”, the file has “%(found)s”.",
            found=found or Said("nothing more"),
            **here,
        )
    return Said(
        "Unit %(id)s: the text at character %(place)s is “%(text)s”, "
        "the file (line %(line)s) has “%(found)s”.",
        found=found,
        line=str(_line(raw, place)),
        **here,
    )


def _runs(places: Sequence[int | None]) -> list[Run]:
    runs: list[Run] = []
    for at, place in enumerate(places):
        if place is None:
            continue
        if runs and runs[-1][0] + runs[-1][2] == at and runs[-1][1] + runs[-1][2] == place:
            runs[-1] = (runs[-1][0], runs[-1][1], runs[-1][2] + 1)
        else:
            runs.append((at, place, 1))
    return runs


# ------------------------------------------------------------------ the whole file


def _check_ids(units: Sequence[Unit]) -> None:
    known: set[str] = set()
    for unit in units:
        if unit.id in known:
            raise Invalid("Two units have the id %(id)s.", id=unit.id)
        known.add(unit.id)
    for unit in units:
        for repeated in unit.repeats:
            if repeated not in known:
                raise Invalid(
                    "Unit %(id)s repeats %(repeated)s, which is not in the reading.",
                    id=unit.id,
                    repeated=repeated,
                )


def _check_coverage(raw: str, units: Sequence[Unit]) -> None:
    spans = sorted((start, end, unit.id) for unit in units for start, end in unit.spans)
    reached, before = 0, ""
    for start, end, id in [*spans, (len(raw), len(raw), "")]:
        if start < reached and VISIBLE.search(raw, start, min(end, reached)):
            raise Invalid(
                "Character %(start)s of the file (line %(line)s) is in %(before)s and in %(id)s.",
                start=str(start),
                line=str(_line(raw, start)),
                before=before,
                id=id,
            )
        missed = VISIBLE.search(raw, reached, start) if start > reached else None
        if missed:
            place = missed.start()
            raise Invalid(
                "Character %(place)s of the file (“%(character)s”, line %(line)s) is in no unit.",
                place=str(place),
                character=raw[place],
                line=str(_line(raw, place)),
            )
        if end > reached:
            reached, before = end, id


def _line(raw: str, place: int) -> int:
    return raw.count("\n", 0, place) + 1

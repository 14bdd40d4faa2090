"""Readings verified against the file: every visible character once, every text from its spans."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from annotator.model import Invalid, Kind, Reading, Run, Span, Unit
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
        raise Invalid(f"The reading is of a file with {codepoints} characters, this file has {len(raw)}.")
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
            raise Invalid(f"Unit {unit.id}: the text differs from the file at character {place}.")
        if unit.runs != expected[1]:
            raise Invalid(f"Unit {unit.id}: the places of its text in the file are wrong.")
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
        raise Invalid(f"Unit number {number} is not an object.")
    id = given.get("id")
    if not isinstance(id, str) or not id:
        raise Invalid(f"Unit number {number} has no “id”.")
    if given.get("kind") not in list(Kind):
        raise Invalid(f"Unit {id}: “kind” is {given.get('kind')!r}; it must be one of {', '.join(Kind)}.")
    text = given.get("text")
    if not isinstance(text, str) or not text:
        raise Invalid(f"Unit {id} has no “text”.")
    repairs = _strings(given, "repairs", id)
    unknown = [repair for repair in repairs if repair not in REPAIRS]
    if unknown:
        raise Invalid(
            f"Unit {id}: “{unknown[0]}” is no repair; it must be one of {', '.join(sorted(REPAIRS))}."
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
        raise Invalid(f"Unit {id}: “{key}” must be a list of words.")
    return tuple(value)


def _numbers(value: Any, id: str) -> tuple[int, ...]:
    value = value or []
    if not isinstance(value, list) or not all(type(item) is int for item in value):
        raise Invalid(f"Unit {id}: “lost_digits_at” must be a list of whole numbers.")
    return tuple(value)


def _spans(given: Mapping[str, Any], id: str) -> tuple[Span, ...]:
    value = given.get("spans")
    if not isinstance(value, list) or not value:
        raise Invalid(f"Unit {id} has no “spans”.")
    for span in value:
        if (
            not isinstance(span, list | tuple)
            or len(span) != 2
            or not all(type(item) is int for item in span)
        ):
            raise Invalid(f"Unit {id}: every span must be a pair of whole numbers.")
    return tuple((start, end) for start, end in value)


def _check_spans(raw: str, id: str, spans: Sequence[Span], joins: Sequence[str]) -> None:
    for start, end in spans:
        if not 0 <= start < end <= len(raw):
            raise Invalid(
                f"Unit {id}: the span {start}–{end} does not lie in the file of {len(raw)} characters."
            )
    if len(joins) != len(spans) - 1:
        raise Invalid(f"Unit {id}: {len(spans)} spans need {len(spans) - 1} joins, not {len(joins)}.")
    if any(join not in ("", " ") for join in joins):
        raise Invalid(f"Unit {id}: a join must be empty or one blank.")


def _check_lost(id: str, lost_at: Sequence[int], text: str) -> None:
    for place in lost_at:
        if not 0 <= place <= len(text):
            raise Invalid(f"Unit {id}: a number is said to be lost at {place}, outside the text.")


# ------------------------------------------------------------------ the text from the spans


def _aligned(
    raw: str, id: str, spans: Sequence[Span], joins: Sequence[str], text: str, repairs: Collection[str]
) -> tuple[Run, ...]:
    """Where each character of `text` stands in the file, if only the named repairs were made."""
    if "line-rotation" not in repairs and list(spans) != sorted(spans):
        raise Invalid(
            f"Unit {id}: its spans are not in the order of the file, but no “line-rotation” is named."
        )
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
            f"Unit {id}: the text ends at character {len(text)}, but its spans go on with “{left}”."
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
    found = "".join(character for character, _ in source[at : at + 12]) or "nothing more"
    place = next((place for _, place in source[at:] if place is not None), None)
    line = f" (line {raw.count(chr(10), 0, place) + 1})" if place is not None else ""
    said = text[done : done + 12]
    return f"Unit {id}: the text at character {done} is “{said}”, the file{line} has “{found}”."


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
            raise Invalid(f"Two units have the id {unit.id}.")
        known.add(unit.id)
    for unit in units:
        for repeated in unit.repeats:
            if repeated not in known:
                raise Invalid(f"Unit {unit.id} repeats {repeated}, which is not in the reading.")


def _check_coverage(raw: str, units: Sequence[Unit]) -> None:
    spans = sorted((start, end, unit.id) for unit in units for start, end in unit.spans)
    reached, before = 0, ""
    for start, end, id in [*spans, (len(raw), len(raw), "")]:
        if start < reached and VISIBLE.search(raw, start, min(end, reached)):
            raise Invalid(
                f"Character {start} of the file (line {_line(raw, start)}) is in {before} and in {id}."
            )
        missed = VISIBLE.search(raw, reached, start) if start > reached else None
        if missed:
            place = missed.start()
            raise Invalid(
                f"Character {place} of the file (“{raw[place]}”, line {_line(raw, place)}) is in no unit."
            )
        if end > reached:
            reached, before = end, id


def _line(raw: str, place: int) -> int:
    return raw.count("\n", 0, place) + 1

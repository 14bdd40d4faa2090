"""What a person changes in a reading: units split, merged, or given another kind.

An edit is anchored in the file (the place of a visible character), never in a unit's number, so it
holds whatever repairs are accepted or rejected around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from annotator.model import Edit, Invalid, Kind, Run, Span, Unit


def edited(raw: str, units: Sequence[Unit], edits: Iterable[Edit]) -> tuple[Unit, ...]:
    """The units after these edits, in the order they were made.

    An edit whose anchor a later repair took away changes nothing.
    """
    for edit in edits:
        units = _EDITS[edit.what](raw, units, edit)
    return tuple(units)


def anchor(unit: Unit, at: int) -> int:
    """The place in the file of the first character of `unit.text` from `at` on that is in the file.

    >>> anchor(Unit("s1", Kind.BODY, "ab", ((7, 9),), (), ((0, 7, 2),)), 1)
    8
    """
    for start, source, length in unit.runs:
        if start + length > at:
            return source + max(at - start, 0)
    raise Invalid("A sentence is split between two of its words.")


def place(unit: Unit, source: int) -> int | None:
    """The place in `unit.text` of the character that stands at `source` in the file."""
    for start, first, length in unit.runs:
        if first <= source < first + length:
            return start + source - first
    return None


def _split(raw: str, units: Sequence[Unit], edit: Edit) -> list[Unit]:
    taken = {unit.id for unit in units}
    found: list[Unit] = []
    for unit in units:
        at = place(unit, edit.at)
        if not at or not unit.text[at - 1].isspace() or not unit.text[:at].strip():
            found.append(unit)
        else:
            id = next(id for id in _lettered(unit.id) if id not in taken)
            found += [_part(raw, unit, 0, at), replace(_part(raw, unit, at, len(unit.text)), id=id)]
    return found


def _merge(raw: str, units: Sequence[Unit], edit: Edit) -> list[Unit]:
    """With the unit of the same kind before it: a link or a pull quote may stand between."""
    found: list[Unit] = []
    for unit in units:
        before = [number for number, other in enumerate(found) if other.kind is unit.kind]
        if before and unit.runs and anchor(unit, 0) == edit.at:
            found[before[-1]] = _joined(found[before[-1]], unit)
        else:
            found.append(unit)
    return found


def _kind(raw: str, units: Sequence[Unit], edit: Edit) -> list[Unit]:
    kind = Kind(edit.to or "")
    return [replace(u, kind=kind) if u.runs and anchor(u, 0) == edit.at else u for u in units]


_EDITS = {"split": _split, "merge": _merge, "kind": _kind}


def _part(raw: str, unit: Unit, start: int, end: int) -> Unit:
    """The first or the last characters of `unit.text`, with everything that covers them."""
    first = start == 0
    start += len(unit.text[start:end]) - len(unit.text[start:end].lstrip())
    end -= len(unit.text[start:end]) - len(unit.text[start:end].rstrip())
    cut = anchor(unit, _next_visible(unit.text, end) if first else start)
    spans, joins = _before(raw, unit, cut) if first else _after(unit, cut)
    lost = tuple(at - start for at in unit.lost_at if start <= at < end or at == end == len(unit.text))
    flags = tuple(flag for flag in unit.flags if flag != "lost-digits" or lost)
    return replace(
        unit,
        text=unit.text[start:end],
        spans=spans,
        joins=joins,
        runs=_cut_runs(unit.runs, start, end),
        flags=flags,
        lost_at=lost,
        unsure_lines=tuple(n for n in unit.unsure_lines if _touches(raw, spans, n)),
    )


def _next_visible(text: str, at: int) -> int:
    return at + len(text[at:]) - len(text[at:].lstrip())


def _before(raw: str, unit: Unit, cut: int) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    number = _holding(unit.spans, cut)
    start, _ = unit.spans[number]
    head = _trimmed(raw, start, cut)
    spans = unit.spans[:number] + ((head,) if head else ())
    return spans, unit.joins[: len(spans) - 1]


def _after(unit: Unit, cut: int) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    number = _holding(unit.spans, cut)
    return ((cut, unit.spans[number][1]), *unit.spans[number + 1 :]), unit.joins[number:]


def _holding(spans: Sequence[Span], place: int) -> int:
    return next(number for number, (start, end) in enumerate(spans) if start <= place < end)


def _trimmed(raw: str, start: int, end: int) -> Span | None:
    end = start + len(raw[start:end].rstrip())
    return (start, end) if start < end else None


def _cut_runs(runs: Sequence[Run], start: int, end: int) -> tuple[Run, ...]:
    kept = []
    for at, source, length in runs:
        low, high = max(at, start), min(at + length, end)
        if low < high:
            kept.append((low - start, source + low - at, high - low))
    return tuple(kept)


def _touches(raw: str, spans: Sequence[Span], line: int) -> bool:
    """Whether a span lies in that line of the file, counted from 1."""
    first, last = spans[0][0], spans[0][1]
    for start, end in spans:
        first, last = min(first, start), max(last, end)
    lowest = raw.count("\n", 0, first) + 1
    return lowest <= line <= lowest + raw.count("\n", first, last)


def _joined(first: Unit, second: Unit) -> Unit:
    shift = len(first.text) + 1
    return replace(
        first,
        text=f"{first.text} {second.text}",
        spans=first.spans + second.spans,
        joins=(*first.joins, " ", *second.joins),
        runs=first.runs + tuple((at + shift, source, length) for at, source, length in second.runs),
        flags=tuple(sorted({*first.flags, *second.flags})),
        unsure_lines=tuple(sorted({*first.unsure_lines, *second.unsure_lines})),
        repeats=tuple(dict.fromkeys((*first.repeats, *second.repeats))),
        lost_at=first.lost_at + tuple(at + shift for at in second.lost_at),
    )


# ------------------------------------------------------------------ names that last


def named(units: Sequence[Unit], known: Sequence[Unit]) -> tuple[Unit, ...]:
    """Units read anew under the names they were first known by.

    A unit takes the name of the known unit that it shares most characters with; a second one takes
    that name with a letter (s4, s4b, s4c).
    """
    owner = {place: unit.id for unit in known for place in _places(unit)}
    taken: set[str] = set()
    names: dict[str, str] = {}
    for unit in units:
        votes = Counter(owner[place] for place in _places(unit) if place in owner)
        base = votes.most_common(1)[0][0] if votes else unit.id
        names[unit.id] = base if base not in taken else next(n for n in _lettered(base) if n not in taken)
        taken.add(names[unit.id])
    return tuple(
        replace(unit, id=names[unit.id], repeats=tuple(names.get(id, id) for id in unit.repeats))
        for unit in units
    )


def _lettered(base: str) -> Iterator[str]:
    """s4b, s4c, …, and numbers where the alphabet ends."""
    yield from (base + letter for letter in "bcdefghijklmnopqrstuvwxyz")
    yield from (f"{base}-{number}" for number in count(27))


def _places(unit: Unit) -> Iterator[int]:
    return (source for _, first, length in unit.runs for source in range(first, first + length))

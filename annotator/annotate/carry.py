"""Answers carried along when sentences are split, merged or read anew.

Every claim stays on the words it was on, found again by their places in the file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from annotator.model import Answer, Claim, Span, Status, Unit

_SPANS = ("content_spans", "cue_spans", "source_spans")


def carried(old: Sequence[Unit], answers: Mapping[str, Answer], new: Sequence[Unit]) -> dict[str, Answer]:
    """What one person's answers about the old units are about the new ones, by id of the new units.

    A claim on no words in particular was on its whole sentence: it goes to every new unit that holds
    some of it, on just those words where the new unit holds more. A new unit is finished only when
    every old unit in it was.
    """
    found = {}
    for unit in new:
        here = [(was, answers.get(was.id)) for was in old if shares(was, unit)]
        given = [(was, answer) for was, answer in here if answer is not None]
        if given:
            found[unit.id] = _together(given, unit, complete=len(given) == len(here))
    return found


def _together(given: Sequence[tuple[Unit, Answer]], unit: Unit, *, complete: bool) -> Answer:
    claims: dict[object, Claim] = {}
    for was, answer in given:
        whole = _covers(was, unit)
        for claim in answer.claims:
            moved = _moved(claim, was, unit, whole)
            if moved:
                known = claims.get(moved.identity)
                claims[moved.identity] = union(known, moved) if known else moved
    return Answer(
        status=_status([answer for _, answer in given], bool(claims), complete),
        claims=tuple(claims.values()),
        comment="\n".join(dict.fromkeys(a.comment for _, a in given if a.comment)) or None,
        hard=any(answer.hard for _, answer in given),
        duplicate_of=next((a.duplicate_of for _, a in given if a.duplicate_of), None),
    )


def _status(answers: Sequence[Answer], claims: bool, complete: bool) -> Status:
    statuses = {answer.status for answer in answers}
    if not complete or Status.TODO in statuses:
        return Status.TODO
    if claims:
        return Status.CLAIMS
    if statuses == {Status.DUPLICATE} or statuses == {Status.SKIPPED}:
        return statuses.pop()
    # Claims that went wholly to the other half leave this one looked at and without a claim.
    return Status.SKIPPED if Status.SKIPPED in statuses else Status.NO_CLAIM


def _moved(claim: Claim, was: Unit, unit: Unit, whole: bool) -> Claim | None:
    """The claim on its words in `unit`; None where none of them are there."""
    spans: dict[str, Any] = {name: _found(getattr(claim, name), was, unit) for name in _SPANS}
    if claim.content_spans:
        if not spans["content_spans"]:
            return None
    elif not whole:
        spans["content_spans"] = _found(((0, len(was.text)),), was, unit)
    return replace(claim, **spans)


def _found(spans: Sequence[Span], was: Unit, unit: Unit) -> tuple[Span, ...]:
    """Stretches of `was` as stretches of `unit`.

    Only blanks between found characters are bridged, and what `was` covers and did not show: the
    tatweel inside a marked word, when it comes back.
    """
    sources, now = _sources(was), _sources(unit)
    before, after = _places(sources), _places(now)
    shown = set(before)
    found: list[Span] = []
    for start, end in spans:
        at: set[int] = set()
        for place in range(start, end):
            source = sources.get(place)
            if source is None or source not in after:
                continue
            # One drawn letter may stand for several typed ones, on either side.
            letters, there = before[source], after[source]
            at.update(there if len(there) != len(letters) else (there[letters.index(place)],))
        found += _stretches(unit.text, sorted(at), lambda place: _hidden(now.get(place), was, shown))
    return tuple(found)


def _hidden(source: int | None, was: Unit, shown: Collection[int]) -> bool:
    """Whether the character at `source` was covered by `was`, and left out of its text."""
    return source is not None and source not in shown and _in_spans(source, was)


def _stretches(text: str, places: Sequence[int], hidden: Callable[[int], bool]) -> list[Span]:
    found: list[Span] = []
    for place in places:
        if text[place].isspace():
            continue
        if found and all(text[at].isspace() or hidden(at) for at in range(found[-1][1], place)):
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def _places(sources: Mapping[int, int]) -> dict[int, list[int]]:
    """Where in a text each character of the file stands."""
    found: dict[int, list[int]] = {}
    for at, source in sources.items():
        found.setdefault(source, []).append(at)
    return found


def _sources(unit: Unit) -> dict[int, int]:
    return {at + i: source + i for at, source, length in unit.runs for i in range(length)}


def shares(one: Unit, other: Unit) -> bool:
    """Whether two units cover some of the same characters of the file."""
    return any(a < d and c < b for a, b in one.spans for c, d in other.spans)


def heirs(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[Unit, ...]]:
    """For each old unit the new ones that cover some of its characters, in the order of the file."""
    places = sorted((start, end, n) for n, unit in enumerate(new) for start, end in unit.spans)
    ends = [end for _, end, _ in places]  # no two units cover the same character
    found = []
    for unit in old:
        touched: dict[int, None] = {}
        for start, end in unit.spans:
            at = bisect_right(ends, start)
            while at < len(places) and places[at][0] < end:
                touched[places[at][2]] = None
                at += 1
        found.append(tuple(new[n] for n in sorted(touched)))
    return found


def _covers(was: Unit, unit: Unit) -> bool:
    """Whether all of `unit` was in `was`: then a claim on the whole stays on the whole."""
    return all(_in_spans(source, was) for at, source in _sources(unit).items() if not unit.text[at].isspace())


def _in_spans(source: int, unit: Unit) -> bool:
    return any(start <= source < end for start, end in unit.spans)


def union(one: Claim, other: Claim) -> Claim:
    """Two claims of one identity as one: the first one's labels, the words of both."""
    merged: dict[str, Any] = {
        name: tuple(sorted({*getattr(one, name), *getattr(other, name)}))
        if getattr(one, name) and getattr(other, name)
        else (() if name == "content_spans" else getattr(one, name) or getattr(other, name))
        for name in _SPANS
    }
    notes = dict.fromkeys(note for note in (one.note, other.note) if note)
    return replace(
        one,
        **merged,
        speaker_text=one.speaker_text or other.speaker_text,
        propositions=tuple(sorted({*one.propositions, *other.propositions})),
        hard=one.hard or other.hard,
        note="\n".join(notes) or None,
    )

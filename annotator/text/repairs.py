"""What can be mended in a file, what was decided about it, and the lines as they are then read.

Everything is found in the file as it is, before any decision: so a repair keeps its id, and what
its choices are, whatever becomes of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from annotator.model import Decision, Repair, RepairState
from annotator.text.characters import joined
from annotator.text.lines import Line
from annotator.text.turned import Turn, closing_moved, put_back, starts_with_closing

Level = Literal["safe", "proposed", "none"]
Decisions = Mapping[str, Decision]
"""By the id of a repair, or by "kind/<kind>" for all of a kind that were not decided alone."""
NONE: Decisions = MappingProxyType({})

TURNED, CLOSING, FURNITURE, LOST = "turned-line", "closing-mark", "furniture", "lost-number"
ORDERING = (TURNED, CLOSING, FURNITURE)
"""The kinds that decide what stands where, before a text is made."""


def of_lines(lines: Sequence[Line], turns: Mapping[int, Turn], furniture: Sequence[int]) -> Iterator[Repair]:
    for place, turn in turns.items():
        found = proposed(TURNED, lines[place], after=_read(put_back(lines[place], turn.cuts[0])))
        yield replace(found, choices=len(turn.cuts))
    for place, line in enumerate(lines):
        if place not in turns and starts_with_closing(line):
            yield proposed(CLOSING, line, after=_read(closing_moved(line)))
    for place in furniture:
        yield proposed(FURNITURE, lines[place], after="")


def of_numbers(raw: str, lines: Sequence[Line], missing: Sequence[int]) -> Iterator[Repair]:
    """Marks before the characters at `missing`, in file order; what was lost is not known."""
    at = 0
    for place in missing:
        while lines[at].end < place:
            at += 1
        line = lines[at]
        low, high = max(line.start, place - 20), min(line.end, place + 20)
        yield replace(
            proposed(LOST, line, after=f"{raw[low:place]}[…]{raw[place:high]}"),
            id=f"{LOST}:{place}",
            spans=((place, place),),
            before=raw[low:high],
        )


def proposed(kind: str, line: Line, *, after: str) -> Repair:
    return Repair(
        id=f"{kind}:{line.start}",
        kind=kind,
        spans=((line.start, line.end),),
        line=line.number,
        before=line.text,
        after=after,
        safe=False,
        state=RepairState.PROPOSED,
    )


def _read(line: Line) -> str:
    return joined(line.raw, line.pieces, line.joins)


# ------------------------------------------------------------------ decisions


def decided(repair: Repair, decisions: Decisions, level: Level) -> Repair:
    """The repair in the state that a person, or else the level, gives it."""
    decision = decisions.get(repair.id) or decisions.get(f"kind/{repair.kind}")
    state = decision.state if decision else None
    if decision is None or state in (RepairState.APPLIED, RepairState.PROPOSED):
        shown = level == "proposed" or (level == "safe" and repair.safe)
        waits = not (shown and repair.safe)
        return replace(repair, state=RepairState.PROPOSED if waits else RepairState.APPLIED, shown=shown)
    choice = decision.choice if 0 <= decision.choice < repair.choices else 0
    return replace(repair, state=decision.state, shown=state is not RepairState.REJECTED, choice=choice)


def arranged(
    lines: Sequence[Line], turns: Mapping[int, Turn], repairs: Sequence[Repair]
) -> tuple[list[Line], frozenset[int]]:
    """The lines in the order they are read in, and the places of those that are no text."""
    places = {line.start: place for place, line in enumerate(lines)} if repairs else {}
    read = list(lines)
    aside: set[int] = set()
    for repair in repairs:
        place = places[repair.spans[0][0]]
        if repair.kind == TURNED:
            read[place] = _turned(lines[place], turns[place], repair)
        elif repair.shown and repair.kind == CLOSING:
            read[place] = closing_moved(lines[place])
        elif repair.shown:
            aside.add(place)
    return read, frozenset(aside)


def _turned(line: Line, turn: Turn, repair: Repair) -> Line:
    """A guess is unsure until a person has decided."""
    unsure = repair.state is RepairState.PROPOSED and not (turn.sure and repair.shown)
    if not repair.shown:
        return replace(line, unsure=unsure)
    return put_back(line, turn.cuts[repair.choice], unsure=unsure)


def told(lines: Sequence[Line], turns: Mapping[int, Turn], repairs: Sequence[Repair]) -> Iterator[Repair]:
    """The repairs, each turned line with what the chosen cut makes of it."""
    places = {line.start: place for place, line in enumerate(lines)} if turns else {}
    for repair in repairs:
        if repair.kind == TURNED and repair.choice:
            place = places[repair.spans[0][0]]
            yield replace(repair, after=_read(put_back(lines[place], turns[place].cuts[repair.choice])))
        else:
            yield repair

"""Score the automatic reading of a file against a checked one: python tests/score_reading.py [FILE GOLD]."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from annotator import text
from annotator.model import Decision, Kind, Reading, RepairState, Span, Unit
from annotator.text.characters import VISIBLE

SAMPLES = Path(__file__).parents[1] / "annotator" / "samples"


def boundary(raw: str, unit: Unit) -> int:
    """The place in the file of the last letter read."""
    places = [place for start, end in unit.spans for place in range(start, end) if raw[place].isalpha()]
    return places[-1] if places else unit.spans[-1][1]


def precision_recall(found: Iterable[object], gold: Iterable[object]) -> tuple[float, float]:
    found, gold = set(found), set(gold)
    both = len(found & gold)
    return both / len(found) if found else 1.0, both / len(gold) if gold else 1.0


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def line_pieces(raw: str, units: Iterable[Unit]) -> dict[int, list[Span]]:
    """For every line of the file its stretches in reading order, touching ones made one."""
    found: dict[int, list[Span]] = {}
    for unit in units:
        for start, end in unit.spans:
            pieces = found.setdefault(raw.count("\n", 0, start) + 1, [])
            if (
                pieces
                and not VISIBLE.search(raw, min(pieces[-1][1], start), start)
                and pieces[-1][1] <= start
            ):
                pieces[-1] = (pieces[-1][0], end)
            else:
                pieces.append((start, end))
    return found


def turned(pieces: Mapping[int, list[Span]]) -> set[int]:
    return {line for line, spans in pieces.items() if spans != sorted(spans)}


def lost(unit: Unit) -> set[int]:
    """Places in the file of the characters before which a number is missing."""
    return {
        source + at - start
        for at in unit.lost_at
        for start, source, length in unit.runs
        if start <= at < start + length
    } or ({unit.spans[-1][1]} if unit.lost_at else set())


def coverage(raw: str, reading: Reading) -> tuple[int, int, int]:
    """Visible characters in exactly one unit, in several, and in all."""
    times = [0] * len(raw)
    for unit in reading.units:
        for start, end in unit.spans:
            for place in range(start, end):
                times[place] += 1
    seen = [times[place] for place, character in enumerate(raw) if VISIBLE.match(character)]
    return seen.count(1), sum(count > 1 for count in seen), len(seen)


def kinds_right(raw: str, reading: Reading, gold: Reading) -> int:
    """Gold units most of whose characters the reading gives the same kind."""
    kinds: dict[int, Kind] = {}
    for unit in reading.units:
        kinds.update((place, unit.kind) for start, end in unit.spans for place in range(start, end))
    right = 0
    for unit in gold.units:
        places = [
            place for start, end in unit.spans for place in range(start, end) if VISIBLE.match(raw[place])
        ]
        right += sum(kinds.get(place) is unit.kind for place in places) > 0.9 * len(places)
    return right


def repeats_right(reading: Reading, gold: Reading) -> int:
    """Pull quotes whose link goes to the sentence that starts at the same place."""

    def links(of: Reading) -> set[tuple[int, frozenset[int]]]:
        starts = {unit.id: min(unit.spans)[0] for unit in of.units}
        return {
            (starts[unit.id], frozenset(starts[id] for id in unit.repeats))
            for unit in of.units
            if unit.kind is Kind.PULLQUOTE
        }

    return len(links(reading) & links(gold))


def scores(raw: str, reading: Reading, gold: Reading) -> dict[str, Any]:
    body, gold_body = ([unit for unit in of.units if unit.kind is Kind.BODY] for of in (reading, gold))
    texts = {unit.text for unit in body}
    characters = {frozenset(_places(raw, unit)) for unit in body}
    pieces, gold_pieces = line_pieces(raw, reading.units), line_pieces(raw, gold.units)
    turned_lines, gold_turned = turned(pieces), turned(gold_pieces)
    right = {line for line in gold_turned & turned_lines if pieces[line] == gold_pieces[line]}
    unsure = {line for unit in reading.units for line in unit.unsure_lines}
    missing = precision_recall(*(_lost_lines(raw, of) for of in (reading, gold)))
    broken = {repair.line for repair in reading.repairs if repair.kind in ("turned-line", "broken-word")}
    choices = choices_that_are_right(raw, reading, gold)
    once, several, all_of_them = coverage(raw, reading)
    return {
        "body boundary F1": f1(
            *precision_recall(*({boundary(raw, unit) for unit in of} for of in (body, gold_body)))
        ),
        "body sentences with the same characters": sum(
            frozenset(_places(raw, unit)) in characters for unit in gold_body
        ),
        "body sentences with the same text": sum(unit.text in texts for unit in gold_body),
        "body sentences": len(gold_body),
        "kinds right": kinds_right(raw, reading, gold),
        "units": len(gold.units),
        "pull quotes linked": repeats_right(reading, gold),
        "pull quotes": sum(unit.kind is Kind.PULLQUOTE for unit in gold.units),
        "turned lines": len(gold_turned),
        "turned lines found": len(gold_turned & turned_lines),
        "turned lines false": len(turned_lines - gold_turned),
        "order right at first guess": len(right),
        "order wrong and not marked unsure": sorted((gold_turned & turned_lines) - right - unsure),
        "broken-word lines found": len(broken & gold_turned),
        "broken-word lines false": len(broken - gold_turned),
        "broken-word lines right at first guess": sum(choice == 0 for choice in choices.values()),
        "broken-word lines right in three": sum(choice < 3 for choice in choices.values()),
        "broken-word lines right after clicks": len(choices),
        "lost numbers precision": missing[0],
        "lost numbers recall": missing[1],
        "visible characters": all_of_them,
        "in exactly one unit": once,
        "in several": several,
    }


def choices_that_are_right(raw: str, reading: Reading, gold: Reading) -> dict[int, int]:
    """For every turned line the first of its choices that puts its pieces as the gold has them."""
    gold_pieces = line_pieces(raw, gold.units)
    turns = [repair for repair in reading.repairs if repair.kind == "turned-line"]
    right: dict[int, int] = {}
    for choice in range(max((repair.choices for repair in turns), default=0)):
        moved = {
            repair.id: Decision(RepairState.MOVED, choice) for repair in turns if choice < repair.choices
        }
        pieces = line_pieces(raw, text.read(raw, decisions=moved).units)
        for repair in turns:
            line = repair.line or 0
            if repair.id in moved and line not in right and pieces.get(line) == gold_pieces.get(line):
                right[line] = choice
    return right


def _places(raw: str, unit: Unit) -> list[int]:
    return [place for start, end in unit.spans for place in range(start, end) if VISIBLE.match(raw[place])]


def _lost_lines(raw: str, reading: Reading) -> set[int]:
    return {raw.count("\n", 0, place) + 1 for unit in reading.units for place in lost(unit)}


def main(arguments: list[str]) -> None:
    file, gold = (
        (Path(argument) for argument in arguments)
        if arguments
        else (
            SAMPLES / "idlib-article.txt",
            SAMPLES / "idlib-article.json",
        )
    )
    raw = file.read_bytes().decode()
    for name, value in scores(
        raw, text.read(raw), text.checked(raw, json.loads(gold.read_text("utf-8")))
    ).items():
        print(f"{name:42} {value:.3f}" if isinstance(value, float) else f"{name:42} {value}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""brat standoff read: events with content, cue and source, as we write them and as PolNeAR has them.

Rules of the format: https://brat.nlplab.org/standoff.html. PolNeAR's events are called Attribution and have
no labels: https://github.com/networkdynamics/PolNeAR.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotator.homecoming.statements import Statement
from annotator.model import Invalid, Span
from annotator.outputs.brat import ONE_OF

_ESCAPED = re.compile("%([0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text-bound annotation, with the words it is said to cover."""

    kind: str
    spans: tuple[Span, ...]
    words: str


def unescaped(name: str) -> str:
    """A person's name from that of their folder.

    >>> unescaped("A%3A 50%25"), unescaped("%2EBen"), unescaped("A%2541")
    ('A: 50%', '.Ben', 'A%41')
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name)


def statements(ann: str, text: str, name: str) -> list[Statement]:
    """Every event of a file, in its order. The words beside the places must be those of the text."""
    marked: dict[str, Marked] = {}
    events: dict[str, dict[str, list[str]]] = {}
    labels: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(ann.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            _line(line, marked, events, labels)
        except (ValueError, IndexError, KeyError) as error:
            raise Invalid(
                "%(file)s, line %(line)s: this is not brat standoff.", file=name, line=str(number)
            ) from error
    for one in marked.values():
        _check(one, text, name)
    try:
        return [_statement(roles, labels.get(id, {}), marked) for id, roles in events.items()]
    except TypeError as error:
        raise Invalid("%(file)s: a note holds what is no label of a claim.", file=name) from error
    except KeyError as error:
        raise Invalid(
            "%(file)s: an event names %(id)s, which is not there.", file=name, id=str(error)
        ) from error


def _line(
    line: str,
    marked: dict[str, Marked],
    events: dict[str, dict[str, list[str]]],
    labels: dict[str, dict[str, Any]],
) -> None:
    id, rest = line.split("\t", 1)
    if id[0] == "T":
        about, words = rest.split("\t", 1)
        kind, places = about.split(" ", 1)
        spans = [place.split(" ") for place in places.split(";")]
        marked[id] = Marked(kind.lower(), tuple((int(start), int(end)) for start, end in spans), words)
    elif id[0] == "E":
        _, *arguments = rest.split()
        roles: dict[str, list[str]] = {}
        for argument in arguments:
            role, target = argument.split(":", 1)
            roles.setdefault(role.rstrip("0123456789").lower(), []).append(target)
        events[id] = roles
    elif id[0] in "AM":
        name, target, *value = rest.split(" ")
        _label(labels.setdefault(target, {}), name, value[0] if value else None)
    elif id[0] == "#":
        about, note = rest.split("\t", 1)
        target = about.split(" ")[1]
        if target[0] == "E":
            _note(labels.setdefault(target, {}), note)


def _label(of: dict[str, Any], name: str, value: str | None) -> None:
    if name in ONE_OF:
        of[ONE_OF[name]] = value
    elif name.startswith("Speaker-"):
        of["speaker"] = (*of.get("speaker", ()), name.removeprefix("Speaker-"))
    elif name.startswith("Proposition-"):
        of["propositions"] = (*of.get("propositions", ()), name.removeprefix("Proposition-"))
    elif name in ("Hedged", "NotHedged"):
        of["hedged"] = name == "Hedged"
    elif name == "Hard":
        of["hard"] = True


def _note(of: dict[str, Any], note: str) -> None:
    """Ours are JSON with what no attribute holds; anybody else's is a note."""
    try:
        said = json.loads(note)
        via, words, own = tuple(map(str, said.get("via") or [])), said.get("speaker_text"), said.get("note")
    except (ValueError, TypeError, AttributeError, RecursionError):
        of["note"] = note
        return
    of |= {"via": via, "speaker_text": words, "note": own}


def _check(one: Marked, text: str, name: str) -> None:
    covered = " ".join(text[start:end] for start, end in one.spans)
    if "".join(covered.split()) != "".join(one.words.split()):
        raise Invalid(
            "%(file)s: “%(words)s” does not stand at %(place)s of the text.",
            file=name, words=one.words[:60], place=str(one.spans[0][0]),
        )  # fmt: skip


def _statement(
    roles: Mapping[str, list[str]], labels: Mapping[str, Any], marked: Mapping[str, Marked]
) -> Statement:
    def spans(role: str) -> tuple[Span, ...]:
        return tuple(sorted(span for target in roles.get(role, ()) for span in marked[target].spans))

    return Statement(spans("content"), spans("cue"), spans("source"), labels)

"""doccano's JSON Lines read: one line for each sentence and annotator, the labels of claims as metadata."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from annotator.homecoming.statements import Read, Statement, statement, words
from annotator.model import Invalid, Span
from annotator.outputs.places import utf16

_KEYS = (
    "speaker", "speaker_text", "stance", "polarity", "attribution", "via", "vouch", "propositions",
    "claim_type", "hedged", "hard",
)  # fmt: skip
_SEVERAL = ("speaker", "via", "propositions")
_BETWEEN = re.compile(rf"; (?=(?:{'|'.join(_KEYS)})=)")
_NOTE = re.compile(r"(\d{1,6}): (.*)", re.DOTALL)


def read(data: bytes) -> Iterator[Read]:
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            yield _read(orjson.loads(line))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
            raise Invalid(
                "Line %(number)s is not an example of doccano with a text and entities.", number=str(number)
            ) from error


def _read(example: Mapping[str, Any]) -> Read:
    text = str(example["text"])
    labels = [_labels(claim) for claim in example.get("claims") or ()]
    comment = None
    for said in example.get("Comments") or ():
        note = _NOTE.fullmatch(said)
        if note and 0 < int(note[1]) <= len(labels):
            labels[int(note[1]) - 1]["note"] = note[2]
        else:
            comment = said
    statements = tuple(_statements(example, text, labels))
    return Read(
        document=words(example.get("doc_id")),
        sentence=words(example.get("sent_id")),
        text=text,
        person=example.get("annotator") or None,
        status=example.get("status") or ("claims" if statements else "no_claim"),
        statements=statements,
        comment=comment,
        duplicate_of=example.get("duplicate_of") or None,
    )


def _labels(claim: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in _BETWEEN.split(claim):
        key, _, value = part.partition("=")
        if key in _SEVERAL:
            found[key] = tuple(value.split())
        elif key in ("hedged", "hard"):
            found[key] = value == "true"
        elif key in _KEYS:
            found[key] = value
    return found


def _statements(example: Mapping[str, Any], text: str, labels: list[dict[str, Any]]) -> Iterator[Statement]:
    """Each entity that nothing points to begins a claim; its labels come in the same order."""
    at = _places(text)
    entities = {one["id"]: one for one in example["entities"]}
    ties: dict[Any, list[Any]] = {}
    for relation in example.get("relations") or ():
        ties.setdefault(relation["from_id"], []).append(relation["to_id"])
    tied = {id for ids in ties.values() for id in ids}
    heads = [id for id in entities if id not in tied]
    for number, id in enumerate(heads):
        spans: dict[str, list[Span]] = {"content": [], "cue": [], "source": []}
        for one in (entities[id], *(entities[to] for to in ties.get(id, ()))):
            role = str(one["label"]).partition("|")[0].lower()
            spans[role].append((at(one["start_offset"]), at(one["end_offset"])))
        known = labels[number] if len(labels) == len(heads) else {}
        yield statement(spans, known)


def _places(text: str) -> Any:
    """From doccano's places, where an emoji counts two, to ours."""
    theirs = utf16(text)
    starts = [theirs(place) for place in range(len(text) + 1)]
    return lambda place: bisect_left(starts, int(place))

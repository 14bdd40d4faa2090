"""Label Studio's JSON read: one task for each sentence, regions tied to the first piece of their claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from annotator.homecoming.statements import SEVERAL, Read, Statement, statement, words
from annotator.model import Invalid, Span

_FIELDS = {"proposition": "propositions"}


def read(data: bytes) -> Iterator[Read]:
    try:
        tasks = orjson.loads(data)
        if not isinstance(tasks, list):
            raise ValueError("no list")
    except ValueError as error:
        raise Invalid("This is not a list of Label Studio's tasks in JSON.") from error
    for number, task in enumerate(tasks, start=1):
        try:
            for annotation in task["annotations"]:
                yield _read(task["data"], annotation)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
            raise Invalid(
                "Task %(number)s is not one of Label Studio's with a text and annotations.",
                number=str(number),
            ) from error


def _read(about: Mapping[str, Any], annotation: Mapping[str, Any]) -> Read:
    result = annotation["result"]
    statements = tuple(_statements(result))
    whole = {item["from_name"]: item["value"] for item in result if "from_name" in item}
    status = _one(whole, "status", "choices")
    if annotation.get("was_cancelled"):
        status = "skipped"
    return Read(
        document=words(about.get("doc_id")),
        sentence=words(about.get("sent_id")),
        text=str(about["text"]),
        person="final" if annotation.get("ground_truth") else _one(whole, "annotator", "text"),
        status=status or ("claims" if statements else "no_claim"),
        statements=statements,
        comment=_one(whole, "comment", "text"),
        hard=_one(whole, "sentence_flag", "choices") == "hard",
        duplicate_of=_one(whole, "duplicate_of", "text"),
    )


def _one(whole: Mapping[str, Any], name: str, kind: str) -> str | None:
    values = whole.get(name, {}).get(kind) or []
    return str(values if isinstance(values, str) else values[0]) if values else None


def _statements(result: Sequence[Mapping[str, Any]]) -> Iterator[Statement]:
    regions = {item["id"]: item for item in result if item["type"] == "labels"}
    ties: dict[str, list[str]] = {}
    for item in result:
        if item["type"] == "relation":
            ties.setdefault(item["from_id"], []).append(item["to_id"])
    tied = {id for ids in ties.values() for id in ids}
    for id, region in regions.items():
        if id in tied:
            continue
        spans: dict[str, list[Span]] = {"content": [], "cue": [], "source": []}
        for piece in (region, *(regions[to] for to in ties.get(id, ()))):
            value = piece["value"]
            spans[value["labels"][0].lower()].append((int(value["start"]), int(value["end"])))
        labels = _labels([item for item in result if item.get("id") == id])
        yield statement(spans, labels)


def _labels(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        name, value = str(item.get("from_name")), item["value"]
        if item["type"] == "choices":
            chosen = tuple(map(str, value["choices"]))
            if name == "flag":
                found |= {"hard": "hard" in chosen}
                if "hedged" in chosen or "not_hedged" in chosen:
                    found["hedged"] = "hedged" in chosen
            else:
                field = _FIELDS.get(name, name)
                found[field] = chosen if field in SEVERAL else chosen[0]
        elif item["type"] == "textarea":
            text = value["text"] if isinstance(value["text"], str) else value["text"][0]
            found[name] = tuple(text.split()) if name == "via" else text
    return found

"""What a stored answer looks like to everybody else: the record, its line, its schema, its faults."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import orjson

from annotator.model import (
    Annotation,
    Answer,
    Claim,
    Codebook,
    Document,
    Invalid,
    Person,
    Role,
    Sentence,
    Span,
    Status,
)

SCHEMA = "claims-jsonl/1"
GAP = " … "
FINAL = "final"
"""The name, and the role, under which the settled layer stands among the annotators."""

# JSON may hold these as they are, but many line readers take them for the end of a line.
LINE_BREAKS = {character.encode(): f"\\u{ord(character):04x}".encode() for character in "\u0085\u2028\u2029"}


def exported(sentence: Sentence, annotation: Annotation) -> bool:
    """Whether this answer gives a line: it was decided, and the sentence has a place in the order."""
    return annotation.answer.status is not Status.TODO and sentence.order is not None


def record(
    document: Document,
    sentence: Sentence,
    annotation: Annotation,
    person: Person,
    codebook: Codebook,
    *,
    with_seconds: bool = False,
) -> dict[str, Any]:
    """One sentence as one person answered it. Every key is always there, in this order."""
    if not exported(sentence, annotation):
        raise Invalid("%(id)s: nothing was decided here, so there is nothing to export.", id=sentence.id)
    simulated = person.role is Role.SIMULATED
    return _record(document, sentence, annotation.answer, codebook) | {
        "record_id": f"{document.id}/{sentence.id}/{person.name}",
        "codebook": annotation.codebook,
        "annotator": person.name,
        "role": (Role.SIMULATED if simulated else Role.ANNOTATOR).value,
        "seconds": annotation.seconds if with_seconds else None,
        "created_at": annotation.created_at,
        "updated_at": annotation.updated_at,
    }


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a final answer comes from."""

    kind: str  # "unanimous", or "settled" by a person
    by: str
    reason: str | None
    note: str | None
    time: str
    votes: tuple[int, ...]
    codebook: str


def final(
    document: Document, sentence: Sentence, answer: Answer, origin: Origin, codebook: Codebook
) -> dict[str, Any]:
    """One sentence as it was settled, with the same keys and where the answer comes from."""
    return _record(document, sentence, answer, codebook) | {
        "record_id": f"{document.id}/{sentence.id}/{FINAL}",
        "codebook": origin.codebook,
        "annotator": FINAL,
        "role": FINAL,
        "provenance": {
            "kind": origin.kind,
            "by": origin.by,
            "reason": origin.reason,
            "note": origin.note,
            "time": origin.time,
            "votes": list(origin.votes),
        },
        "created_at": origin.time,
        "updated_at": origin.time,
    }


def _record(document: Document, sentence: Sentence, answer: Answer, codebook: Codebook) -> dict[str, Any]:
    """All keys in their order; who answered, and when, is filled in."""
    claims = answer.claims if answer.status is Status.CLAIMS else ()
    return {
        "schema": SCHEMA,
        "record_id": None,
        "codebook": None,
        "doc_id": document.id,
        "doc": _document(document),
        "sent_id": sentence.id,
        "order": sentence.order,
        "unit": sentence.kind.value,
        "text": sentence.text,
        "text_sha256": _sha256(sentence.text),
        "annotator": None,
        "role": None,
        "status": answer.status.value,
        "duplicate_of": answer.duplicate_of if answer.status is Status.DUPLICATE else None,
        "claims": [_claim(n, claim, sentence.text, codebook) for n, claim in enumerate(claims, start=1)],
        "hard": answer.hard,
        "comment": answer.comment,
        "provenance": None,
        "seconds": None,
        "created_at": None,
        "updated_at": None,
    }


def line(record: Mapping[str, Any]) -> bytes:
    """The record as one line of UTF-8, Arabic as it is, ended by a newline.

    >>> line({"text": "قول"}).decode()
    '{"text":"قول"}\\n'
    """
    encoded = orjson.dumps(record)
    for character, escape in LINE_BREAKS.items():
        encoded = encoded.replace(character, escape)
    return encoded + b"\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every exported record is valid under."""
    path = resources.files("annotator") / "schemas" / "claims-jsonl-1.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def quoted(text: str, spans: Sequence[Span]) -> str | None:
    """The words the spans cover, or None where nothing is marked.

    >>> quoted("he did not hide his wish", [(3, 10), (20, 24)])
    'did not … wish'
    """
    return GAP.join(text[start:end] for start, end in spans) or None


def _document(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "publisher": document.publisher,
        "author": document.author,
        "date": document.date,
        "url": document.url,
        "lang": document.lang,
    }


def _claim(n: int, claim: Claim, text: str, codebook: Codebook) -> dict[str, Any]:
    return {
        "n": n,
        "speaker": list(claim.speaker),
        "speaker_side": _sides(claim.speaker, codebook),
        "speaker_text": claim.speaker_text,
        "stance": claim.stance,
        "polarity": claim.polarity,
        "attribution": {
            "type": claim.attribution,
            "via": list(claim.via),
            "cue": quoted(text, claim.cue_spans),
            "cue_spans": _pairs(claim.cue_spans),
            "source": quoted(text, claim.source_spans),
            "source_spans": _pairs(claim.source_spans),
            "vouch": claim.vouch,
        },
        "content": quoted(text, claim.content_spans),
        "content_spans": _pairs(claim.content_spans),
        "propositions": list(claim.propositions),
        "claim_type": claim.claim_type,
        "hedged": claim.hedged,
        "hard": claim.hard,
        "note": claim.note,
    }


def _pairs(spans: Sequence[Span]) -> list[list[int]]:
    return [[start, end] for start, end in spans]


def _sides(speaker: Sequence[str], codebook: Codebook) -> list[str | None]:
    actors = (codebook.actor(id) for id in speaker)
    return [actor.side if actor else None for actor in actors]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ------------------------------------------------------------------ what the schema cannot say


def faults(record: Mapping[str, Any], codebook: Codebook) -> list[str]:
    """What is wrong with a record although it is valid under the schema; by claim where it is one's."""
    found = list(_record_faults(record))
    identities = set()
    for n, claim in enumerate(record["claims"], start=1):
        found += [f"claim {n}: {fault}" for fault in _claim_faults(n, claim, record["text"], codebook)]
        identity = (
            tuple(claim["speaker"]),
            tuple(claim["attribution"]["via"]),
            claim["stance"],
            claim["polarity"],
        )
        if identity in identities:
            found.append(f"claim {n}: same speaker, relay, position and polarity as a claim before it")
        identities.add(identity)
    return found


def _record_faults(record: Mapping[str, Any]) -> Iterator[str]:
    expected = f"{record['doc_id']}/{record['sent_id']}/{record['annotator']}"
    if record["record_id"] != expected:
        yield f"record_id is “{record['record_id']}”, should be “{expected}”"
    if record["text_sha256"] != _sha256(record["text"]):
        yield "text_sha256 is not that of the text"


def _claim_faults(n: int, claim: Mapping[str, Any], text: str, codebook: Codebook) -> Iterator[str]:
    if claim["n"] != n:
        yield f"n is {claim['n']}, should be {n}"
    if claim["speaker"] != sorted(claim["speaker"]):
        yield "speakers are not sorted"
    if claim["speaker_side"] != _sides(claim["speaker"], codebook):
        yield "speaker_side does not follow the speakers"
    yield from _unknown_ids(claim, codebook)
    yield from _polarity_faults(claim, codebook)
    attribution = claim["attribution"]
    for name, part in (("content", claim), ("cue", attribution), ("source", attribution)):
        yield from _span_faults(name, part[name], part[f"{name}_spans"], text)


def _unknown_ids(claim: Mapping[str, Any], codebook: Codebook) -> Iterator[str]:
    attribution = claim["attribution"]
    actors = {actor.id for actor in codebook.actors}
    propositions = {one.id for one in (*codebook.propositions, *codebook.former_propositions)}
    known = {
        "speaker": (claim["speaker"], actors),
        "via": (attribution["via"], actors),
        "propositions": (claim["propositions"], propositions),
    }
    for field, value in (
        ("stance", claim["stance"]),
        ("polarity", claim["polarity"]),
        ("attribution", attribution["type"]),
        ("claim_type", claim["claim_type"]),
        ("vouch", attribution["vouch"]),
    ):
        asked = codebook.field(field)
        labels = {label.id for label in (*asked.labels, *asked.former)} if asked else set()
        known[field] = ([] if value is None else [value], labels)
    for field, (values, ids) in known.items():
        yield from (f"{field} “{value}” is not in the codebook" for value in values if value not in ids)


def _polarity_faults(claim: Mapping[str, Any], codebook: Codebook) -> Iterator[str]:
    field = codebook.field("stance")
    label = field.label(claim["stance"]) if field and claim["stance"] else None
    if label is None:
        return
    if label.sides and claim["polarity"] is None:
        yield f"position “{label.id}” has a side, but no polarity"
    if not label.sides and claim["polarity"] is not None:
        yield f"position “{label.id}” has no side, but a polarity"


def _span_faults(name: str, words: str | None, spans: Sequence[Sequence[int]], text: str) -> Iterator[str]:
    after = 0
    for start, end in spans:
        if not after <= start < end <= len(text):
            yield f"{name} {start}–{end} is outside the text, empty or out of order"
            return
        if _inside_letter(text, start) or _inside_letter(text, end):
            yield f"{name} {start}–{end} cuts a letter"
        after = end
    if words != quoted(text, [(start, end) for start, end in spans]):
        yield f"{name} is not what its spans cover"


def _inside_letter(text: str, at: int) -> bool:
    """Whether a cut at `at` takes the marks off a letter. Words may be cut: people do so on purpose."""
    return 0 < at < len(text) and unicodedata.category(text[at])[0] == "M"

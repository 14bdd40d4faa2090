"""What a stored answer looks like to everybody else: the record, its line, its schema, its faults."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, NamedTuple

import orjson

from annotator.model import (
    Annotation,
    Claim,
    Codebook,
    Document,
    Invalid,
    Person,
    Role,
    Sentence,
    Status,
)

SCHEMA = "claims-jsonl/1"
GAP = " … "
FINAL = "final"
"""The name, and the role, under which the settled layer stands among the annotators."""

BREAKS = "\u0085\u2028\u2029"
"""JSON may hold these as they are, but many line readers take them for the end of a line."""

_BREAKS = [(one.encode(), f"\\u{ord(one):04x}".encode()) for one in BREAKS]


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
    answer = annotation.answer
    return Maker(codebook).record(
        shown(document, described(document), sentence.id, sentence.order, sentence.kind, sentence.text),
        annotator=person.name,
        role=role(person),
        codebook=annotation.codebook,
        status=answer.status,
        duplicate_of=answer.duplicate_of,
        claims=orjson.dumps(answer.claims),
        hard=answer.hard,
        comment=answer.comment,
        seconds=annotation.seconds if with_seconds else None,
        created_at=annotation.created_at,
        updated_at=annotation.updated_at,
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a final answer comes from."""

    kind: str  # "unanimous", or "settled" by a person
    by: str
    reason: str | None
    note: str | None
    time: str
    votes: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "by": self.by, "reason": self.reason, "note": self.note, "time": self.time,
            "votes": list(self.votes),
        }  # fmt: skip


class Shown(NamedTuple):
    """What all records of one sentence have in common."""

    doc_id: str
    doc: Mapping[str, Any]
    sent_id: str
    order: int | None
    unit: str
    text: str
    text_sha256: str


def shown(
    document: Document, doc: Mapping[str, Any], sent_id: str, order: int | None, unit: str, text: str
) -> Shown:
    """`doc` is the document `described`, once for all its sentences."""
    return Shown(document.id, doc, sent_id, order, unit, text, _sha256(text))


class Maker:
    """Makes records from claims as they are stored, in JSON: nouns in between would cost most of the time.

    Records of a sentence share what they have in common, so nobody may change them.
    """

    def __init__(self, codebook: Codebook, merged: Callable[[bytes], bytes] | None = None):
        """`merged` puts merged speakers in stored claims under the id they count as."""
        self.merged = merged or bytes
        self._sides = {actor.id: actor.side for actor in codebook.actors}

    def record(
        self,
        of: Shown,
        annotator: str,
        role: str,
        codebook: str,
        status: str,
        claims: bytes,
        created_at: str,
        updated_at: str,
        duplicate_of: str | None = None,
        hard: bool = False,
        comment: str | None = None,
        seconds: float | None = None,
        origin: Origin | None = None,
    ) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "record_id": f"{of.doc_id}/{of.sent_id}/{annotator}",
            "codebook": codebook,
            "doc_id": of.doc_id,
            "doc": of.doc,
            "sent_id": of.sent_id,
            "order": of.order,
            "unit": of.unit,
            "text": of.text,
            "text_sha256": of.text_sha256,
            "annotator": annotator,
            "role": role,
            "status": status,
            "duplicate_of": duplicate_of if status == "duplicate" else None,
            "claims": self.claims(self.merged(claims), of.text) if status == "claims" else [],
            "hard": hard,
            "comment": comment,
            "provenance": origin.as_json() if origin else None,
            "seconds": seconds,
            "created_at": created_at,
            "updated_at": updated_at,
        }

    def sides(self, speaker: Sequence[str]) -> list[str | None]:
        return [self._sides.get(id) for id in speaker]

    def claims(self, stored: bytes, text: str) -> list[dict[str, Any]]:
        """Claims as stored, by now with merged speakers in their place, as a record has them."""
        found = orjson.loads(stored)
        try:
            return [self._claim(n, claim, text) for n, claim in enumerate(found, start=1)]
        except KeyError:  # stored before a key was there
            return [self._claim(n, _EMPTY | claim, text) for n, claim in enumerate(found, start=1)]

    def _claim(self, n: int, claim: Mapping[str, Any], text: str) -> dict[str, Any]:
        content, cue, source = claim["content_spans"], claim["cue_spans"], claim["source_spans"]
        speaker = claim["speaker"]
        return {
            "n": n,
            "speaker": speaker,
            "speaker_side": self.sides(speaker),
            "speaker_text": claim["speaker_text"],
            "stance": claim["stance"],
            "polarity": claim["polarity"],
            "attribution": {
                "type": claim["attribution"],
                "via": claim["via"],
                "cue": quoted(text, cue),
                "cue_spans": cue,
                "source": quoted(text, source),
                "source_spans": source,
                "vouch": claim["vouch"],
            },
            "content": quoted(text, content),
            "content_spans": content,
            "propositions": claim["propositions"],
            "claim_type": claim["claim_type"],
            "hedged": claim["hedged"],
            "hard": claim["hard"],
            "note": claim["note"],
        }


_EMPTY: dict[str, Any] = orjson.loads(orjson.dumps(Claim()))


def role(person: Person) -> str:
    """Leads answer as annotators do."""
    return Role.SIMULATED.value if person.role is Role.SIMULATED else Role.ANNOTATOR.value


def line(record: Mapping[str, Any]) -> bytes:
    """The record as one line of UTF-8, Arabic as it is, ended by a newline.

    >>> line({"text": "قول"}).decode()
    '{"text":"قول"}\\n'
    """
    return without_breaks(orjson.dumps(record)) + b"\n"


def without_breaks(encoded: bytes) -> bytes:
    """The same JSON, without what many line readers take for the end of a line."""
    if b"\xe2" in encoded or b"\xc2" in encoded:  # looking for one byte takes next to no time
        for character, escape in _BREAKS:
            encoded = encoded.replace(character, escape)
    return encoded


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every exported record is valid under."""
    path = resources.files("annotator") / "schemas" / "claims-jsonl-1.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def quoted(text: str, spans: Sequence[Sequence[int]]) -> str | None:
    """The words the spans cover, or None where nothing is marked.

    >>> quoted("he did not hide his wish", [(3, 10), (20, 24)])
    'did not … wish'
    """
    if not spans:
        return None
    if len(spans) == 1:  # the common case, and half the time of the other
        start, end = spans[0]
        return text[start:end] or None
    return GAP.join([text[start:end] for start, end in spans]) or None


def described(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "publisher": document.publisher,
        "author": document.author,
        "date": document.date,
        "url": document.url,
        "lang": document.lang,
    }


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
    if words != quoted(text, spans):
        yield f"{name} is not what its spans cover"


def _inside_letter(text: str, at: int) -> bool:
    """Whether a cut at `at` takes the marks off a letter. Words may be cut: people do so on purpose."""
    return 0 < at < len(text) and unicodedata.category(text[at])[0] == "M"

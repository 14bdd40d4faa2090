"""doccano: JSON Lines for its relation extraction projects, one line for each sentence and annotator.

doccano's page counts UTF-16 units unless a project counts grapheme clusters, so these offsets do too.
Whatever is not text, entities or relations becomes metadata of the example when doccano takes it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from annotator import export
from annotator.model import N_
from annotator.outputs.format import Context, Format, Record
from annotator.outputs.places import parts, pieces, utf16


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    return (export.line(example(number, record)) for number, record in enumerate(records, start=1))


def example(number: int, record: Record) -> dict[str, Any]:
    """One sentence as one person answered it. No null anywhere: doccano's table reader makes NaN of it."""
    entities, relations = _marked(record)
    return {
        "id": number,
        "text": record["text"],
        "entities": entities,
        "relations": relations,
        "Comments": list(_comments(record)),
        "record_id": record["record_id"],
        "doc_id": record["doc_id"],
        "sent_id": record["sent_id"],
        "annotator": record["annotator"],
        "role": record["role"],
        "status": record["status"],
        "duplicate_of": record["duplicate_of"] or "",
        "claims": [_claim(claim) for claim in record["claims"]],
    }


def _marked(record: Record) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The pieces marked, and what ties each to the first piece of its claim's content."""
    at = utf16(record["text"])
    entities: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    for claim in record["claims"]:
        first = len(entities) + 1
        for part, spans in parts(claim):
            for start, end in pieces(spans, record["text"]) if part == "content" else spans:
                id = len(entities) + 1
                entity = {"id": id, "label": _label(part, claim), "start_offset": at(start)}
                entities.append(entity | {"end_offset": at(end)})
                if id != first:
                    tie = {"id": len(relations) + 1, "from_id": first, "to_id": id, "type": part}
                    relations.append(tie)
    return entities, relations


def _label(part: str, claim: dict[str, Any]) -> str:
    """What doccano shows on a piece: its part, and the one label that part tells."""
    if part == "content":
        against = "oppose" if claim["polarity"] == "oppose" else None
        return "|".join(word for word in (part, claim["stance"], against) if word)
    told = claim["attribution"]["type"] if part == "cue" else "+".join(claim["speaker"])
    return f"{part}|{told}"[:100] if told else part  # doccano takes no longer one


def _claim(claim: dict[str, Any]) -> str:
    """All labels of a claim in one line of metadata."""
    attribution = claim["attribution"]
    values = {
        "speaker": " ".join(claim["speaker"]),
        "speaker_text": claim["speaker_text"],
        "stance": claim["stance"],
        "polarity": claim["polarity"],
        "attribution": attribution["type"],
        "via": " ".join(attribution["via"]),
        "vouch": attribution["vouch"],
        "propositions": " ".join(claim["propositions"]),
        "claim_type": claim["claim_type"],
        "hedged": None if claim["hedged"] is None else str(claim["hedged"]).lower(),
        "hard": "true" if claim["hard"] else None,
    }
    return "; ".join([f"claim={claim['n']}", *(f"{key}={value}" for key, value in values.items() if value)])


def _comments(record: Record) -> Iterator[str]:
    if record["comment"]:
        yield record["comment"]
    for claim in record["claims"]:
        if claim["note"]:
            yield f"{claim['n']}: {claim['note']}"


FIELDS = (
    "id", "text", "entities", "relations", "Comments", "record_id", "doc_id", "sent_id", "annotator",
    "role", "status", "duplicate_of", "claims",
)  # fmt: skip

FORMAT = Format(
    id="doccano",
    name="doccano",
    extension="doccano.jsonl",
    media_type="application/jsonl",
    unit="claim",
    holds=N_("One line for each sentence and annotator, with the marked words as entities and relations."),
    loses=N_(
        "Speaker, relay, attribution and all other labels of a claim come along only as lines of metadata; "
        "offsets count emoji as two."
    ),
    fields=FIELDS,
    write=write,
)

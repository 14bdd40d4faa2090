"""W3C Web Annotation: an AnnotationCollection in JSON-LD, one annotation for each claim.

The model: https://www.w3.org/TR/annotation-model/. Its positions count code points, as ours do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import orjson

from annotator.model import N_, Codebook, wording
from annotator.outputs.format import Context, Format, Record
from annotator.outputs.places import language, parts

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
NEIGHBOURS = 20
"""Characters before and after a quotation by which it is found again where the text has changed."""


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    """One collection with one page. Its total stands at the end, when it is known."""
    codebook = context.codebook
    collection = f"urn:qawl:collection:{quote(context.name, safe='')}"
    label = wording(codebook.title, language(codebook))
    opening = {
        "@context": [CONTEXT, {"role": "urn:qawl:role"}],
        "id": collection,
        "type": "AnnotationCollection",
        "label": label,
    }
    page = {"id": f"{collection}:page", "type": "AnnotationPage", "partOf": collection, "startIndex": 0}
    yield orjson.dumps(opening)[:-1] + b',"first":' + orjson.dumps(page)[:-1] + b',"items":[\n'
    total = 0
    for record in records:
        for annotation in of_record(record, codebook):
            yield (b",\n" if total else b"") + orjson.dumps(annotation)
            total += 1
    yield b'\n]},"total":%d}\n' % total


def of_record(record: Record, codebook: Codebook) -> Iterator[dict[str, Any]]:
    """An annotation for each claim, or one for the sentence without; then the comment, where there is one."""
    for claim in record["claims"]:
        yield _annotation(record, str(claim["n"]), _said(claim, codebook), _targets(record, claim))
    if not record["claims"]:
        said = [_label("status", record["status"])]
        if record["duplicate_of"]:
            said.append(_label("duplicate_of", record["duplicate_of"]))
        yield _annotation(record, "0", said, {"source": _source(record)})
    if record["comment"] or record["hard"]:
        said = [_label("hard", "true")] if record["hard"] else []
        said += [_comment(record["comment"])] if record["comment"] else []
        yield _annotation(record, "comment", said, {"source": _source(record)}, "commenting")


def _annotation(
    record: Record, last: str, body: list[dict[str, Any]], target: Any, motivation: str = "classifying"
) -> dict[str, Any]:
    return {
        "id": f"urn:qawl:{quote(record['record_id'])}/{last}",
        "type": "Annotation",
        "motivation": motivation,
        "creator": {"type": "Person", "nickname": record["annotator"]},
        "created": record["created_at"],
        "modified": record["updated_at"],
        "body": body,
        "target": target,
    }


def _said(claim: dict[str, Any], codebook: Codebook) -> list[dict[str, Any]]:
    attribution = claim["attribution"]
    labels = [
        *(("speaker", id) for id in claim["speaker"]),
        ("speaker_text", claim["speaker_text"]),
        ("stance", claim["stance"]),
        ("polarity", claim["polarity"]),
        ("attribution", attribution["type"]),
        *(("via", id) for id in attribution["via"]),
        ("vouch", attribution["vouch"]),
        *(("proposition", id) for id in claim["propositions"]),
        ("claim_type", claim["claim_type"]),
        ("hedged", None if claim["hedged"] is None else str(claim["hedged"]).lower()),
        ("hard", "true" if claim["hard"] else None),
    ]
    body = [_label(name, value) for name, value in labels if value is not None]
    body += [who for id in claim["speaker"] if (who := _identified(id, codebook))]
    return [*body, _comment(claim["note"])] if claim["note"] is not None else body


def _label(name: str, value: str) -> dict[str, Any]:
    return {"type": "TextualBody", "purpose": "classifying", "value": f"{name}:{value}"}


def _comment(text: str) -> dict[str, Any]:
    return {"type": "TextualBody", "purpose": "commenting", "value": text, "format": "text/plain"}


def _identified(id: str, codebook: Codebook) -> dict[str, Any] | None:
    actor = codebook.actor(id)
    if actor is None or actor.wikidata is None:
        return None
    entity = f"https://www.wikidata.org/entity/{actor.wikidata}"
    return {"type": "SpecificResource", "purpose": "identifying", "source": entity}


def _targets(record: Record, claim: dict[str, Any]) -> list[dict[str, Any]]:
    """Every marked piece by itself. A claim of the whole sentence points at the sentence."""
    source, text = _source(record), record["text"]
    found = [
        {"source": source, "role": role, "selector": _selectors(text, *span)}
        for role, spans in parts(claim)
        for span in spans
    ]
    whole = [] if claim["content_spans"] else [{"source": source, "role": "content"}]
    return whole + found


def _selectors(text: str, start: int, end: int) -> list[dict[str, Any]]:
    return [
        {
            "type": "TextQuoteSelector",
            "exact": text[start:end],
            "prefix": text[max(0, start - NEIGHBOURS) : start],
            "suffix": text[end : end + NEIGHBOURS],
        },
        {"type": "TextPositionSelector", "start": start, "end": end},
    ]


def _source(record: Record) -> str:
    return f"urn:doc:{record['doc_id']}#{quote(record['sent_id'], safe='')}"


FIELDS = (
    "id", "motivation", "creator", "created", "modified", "body", "target", "role", "speaker",
    "speaker_text", "stance", "polarity", "attribution", "via", "vouch", "proposition", "claim_type",
    "hedged", "hard", "status", "duplicate_of",
)  # fmt: skip

FORMAT = Format(
    id="web-annotation",
    name="W3C Web Annotation",
    extension="annotations.jsonld",
    media_type='application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
    unit="claim",
    holds=N_("One annotation for each claim, with its labels, its speakers and the words it stands in."),
    loses=N_(
        "Not in it: the full text, the document's title and date, the codebook's version, the time worked "
        "and how an answer was settled."
    ),
    fields=FIELDS,
    write=write,
)

"""Label Studio: one task for each sentence, one annotation for each person who answered it.

Label Studio stores offsets of text as code points, as we do (label-studio-frontend, pull request 308).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import orjson
from lxml import etree

from annotator.model import N_, Codebook, wording
from annotator.outputs.format import Context, Format, Record
from annotator.outputs.places import in_xml, language, parts, pieces

Results = list[dict[str, Any]]

CHOICES = ("speaker", "stance", "polarity", "attribution", "vouch", "proposition", "claim_type", "flag")
SEVERAL = ("speaker", "proposition", "flag")
TEXTS = ("speaker_text", "via", "note")
ROLES = ("content", "cue", "source")
STATUSES = ("claims", "no_claim", "skipped", "duplicate")
RTL = {"ar", "fa", "he", "ur", "ckb", "ps", "sd", "ug", "yi"}


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    """The tasks as one JSON array."""
    yield b"["
    sentences = groupby(records, key=lambda record: (record["doc_id"], record["sent_id"]))
    for number, (_, readings) in enumerate(sentences, start=1):
        yield (b",\n" if number > 1 else b"\n") + orjson.dumps(_task(number, list(readings)))
    yield b"\n]\n"


def _task(number: int, readings: list[Record]) -> dict[str, Any]:
    """Numbers are only for this file: Label Studio gives its own."""
    first = readings[0]
    known = {key: first[key] for key in ("text", "doc_id", "sent_id", "order", "unit")}
    annotations = [_annotation(number * 1000 + n, record) for n, record in enumerate(readings)]
    return {"id": number, "data": known | first["doc"], "annotations": annotations}


def _annotation(id: int, record: Record) -> dict[str, Any]:
    return {
        "id": id,
        "result": [*_of_claims(record), *_of_sentence(record)],
        "was_cancelled": record["status"] == "skipped",
        "ground_truth": record["role"] == "final",
        "lead_time": record["seconds"],
    }


def _of_sentence(record: Record) -> Iterator[dict[str, Any]]:
    """What is said of the whole sentence. A text names the person: Label Studio knows only its own users."""
    yield _whole("status", "choices", {"choices": [record["status"]]})
    yield _whole("annotator", "textarea", {"text": [record["annotator"]]})
    if record["duplicate_of"]:
        yield _whole("duplicate_of", "textarea", {"text": [record["duplicate_of"]]})
    if record["comment"]:
        yield _whole("comment", "textarea", {"text": [record["comment"]]})
    if record["hard"]:
        yield _whole("sentence_flag", "choices", {"choices": ["hard"]})


def _whole(name: str, type: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "from_name": name, "to_name": "text", "type": type, "value": value}


def _of_claims(record: Record) -> Results:
    """The regions of every claim; its labels stand under the first piece of its content."""
    found: Results = []
    ties: Results = []
    for claim in record["claims"]:
        first, number = f"c{claim['n']}r1", 0
        for role, spans in parts(claim):
            for span in pieces(spans, record["text"]) if role == "content" else spans:
                number += 1
                id = f"c{claim['n']}r{number}"
                place = _place(record["text"], *span)
                found.append(_item(id, "span", "labels", place | {"labels": [role.capitalize()]}))
                if id == first:
                    found += _labels(id, place, claim)
                else:
                    tie = {"from_id": first, "to_id": id, "type": "relation"}
                    ties.append(tie | {"direction": "right", "labels": [role]})
    return found + ties


def _place(text: str, start: int, end: int) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text[start:end]}


def _item(id: str, name: str, type: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "from_name": name, "to_name": "text", "type": type, "value": value}


def _labels(id: str, place: dict[str, Any], claim: dict[str, Any]) -> Iterator[dict[str, Any]]:
    attribution = claim["attribution"]
    flags = [name for name in ("hedged", "hard") if claim[name]]
    chosen = {
        "speaker": claim["speaker"],
        "stance": [claim["stance"]],
        "polarity": [claim["polarity"]],
        "attribution": [attribution["type"]],
        "vouch": [attribution["vouch"]],
        "proposition": claim["propositions"],
        "claim_type": [claim["claim_type"]],
        "flag": flags + (["not_hedged"] if claim["hedged"] is False else []),
    }
    for name in CHOICES:
        values = [value for value in chosen[name] if value is not None]
        if values:
            yield _item(id, name, "choices", place | {"choices": values})
    written = {
        "speaker_text": claim["speaker_text"],
        "via": " ".join(attribution["via"]),
        "note": claim["note"],
    }
    for name in TEXTS:
        if written[name]:
            yield _item(id, name, "textarea", place | {"text": [written[name]]})


# ------------------------------------------------------------------ the labelling interface


def config(codebook: Codebook) -> str:
    """The labelling interface that shows these tasks, for the project's settings in Label Studio."""
    view = etree.Element("View")
    relations = etree.SubElement(view, "Relations")
    for role in ROLES:
        etree.SubElement(relations, "Relation", value=role)
    spans = etree.SubElement(view, "Labels", name="span", toName="text")
    for role in ROLES:
        etree.SubElement(spans, "Label", value=role.capitalize())
    rtl = bool(codebook.text_languages) and codebook.text_languages[0] in RTL
    shown = etree.SubElement(view, "View", style="direction: rtl" if rtl else "direction: ltr")
    etree.SubElement(shown, "Text", name="text", value="$text", granularity="word")
    for name, options in _options(codebook).items():
        several = "multiple" if name in SEVERAL else "single"
        _add_choices(view, name, options, choice=several, perRegion="true")
    for name in TEXTS:
        etree.SubElement(view, "TextArea", name=name, toName="text", perRegion="true", rows="1")
    _add_choices(view, "status", [(id, id) for id in STATUSES], choice="single")
    _add_choices(view, "sentence_flag", [("hard", "hard")], choice="multiple")
    for name in ("comment", "annotator", "duplicate_of"):
        etree.SubElement(view, "TextArea", name=name, toName="text", rows="1")
    written: str = etree.tostring(view, encoding="unicode", pretty_print=True)
    return written


def _options(codebook: Codebook) -> dict[str, list[tuple[str, str]]]:
    lang = language(codebook)
    options = {"speaker": [(actor.id, wording(actor.name, lang)) for actor in codebook.actors]}
    for name in ("stance", "polarity", "attribution", "vouch", "claim_type"):
        field = codebook.field(name)
        labels = (*field.labels, *field.former) if field else ()
        options[name] = [(label.id, wording(label.name, lang)) for label in labels]
    lists = (*codebook.propositions, *codebook.former_propositions)
    options["proposition"] = [(one.id, wording(one.text, lang)) for one in lists]
    options["flag"] = [(id, id) for id in ("hedged", "not_hedged", "hard")]
    return {name: options[name] for name in CHOICES if options[name]}


def _add_choices(view: etree._Element, name: str, options: list[tuple[str, str]], **settings: str) -> None:
    """Results hold the ids; people see the names when they point at one."""
    choices = etree.SubElement(view, "Choices", {"name": name, "toName": "text", **settings})
    for id, shown in options:
        etree.SubElement(choices, "Choice", value=id, hint=in_xml(shown))


FIELDS = (
    "id", "data", "annotations", "result", "was_cancelled", "ground_truth", "lead_time", "span", *CHOICES,
        *TEXTS, "status", "annotator", "duplicate_of", "comment", "sentence_flag",
)  # fmt: skip

FORMAT = Format(
    id="label-studio",
    name="Label Studio",
    extension="label-studio.json",
    media_type="application/json",
    unit="claim",
    holds=N_("One task for each sentence, with an annotation of each person: regions, labels and relations."),
    loses=N_(
        "Not in it: the codebook's version, when an answer was given and how it was settled. Who answered "
        "is a text of the annotation, not a user of Label Studio."
    ),
    fields=FIELDS,
    write=write,
    beside=True,
)

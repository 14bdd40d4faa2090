"""Export: what the file will hold, the first records of it, and the file."""

from __future__ import annotations

import itertools
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from annotator.model import Invalid, Missing, Status
from annotator.project.exporting import LAYERS

bp = Blueprint("export", __name__)

SHOWN = 3
STATUSES = (Status.CLAIMS, Status.NO_CLAIM, Status.SKIPPED, Status.DUPLICATE)

# Words of the document: they carry its language. The rest is ids, numbers and what people typed.
OF_DOCUMENT = ("text", "title", "content", "cue", "source", "speaker_text")
LONG = 60


@bp.get("/export")
def show() -> ResponseReturnValue:
    chosen = _filter()
    seen = _seen(chosen)
    records = list(itertools.islice(g.project.records(**seen), SHOWN))
    return render_template(
        "export/show.html",
        documents=[progress.document for progress in g.project.documents(g.person)],
        people=g.project.people() if g.person.leads else [],
        statuses=STATUSES,
        layers=LAYERS if g.person.leads else (),
        chosen=chosen,
        count=g.project.count_records(**seen),
        missing=g.project.missing_finals(seen["documents"]) if chosen["layer"] != LAYERS[0] else 0,
        partial=seen != chosen,
        previews=[(record, list(pieces(record))) for record in records],
        address=_address(chosen),
        filename=_filename(),
        command=_command(chosen),
    )


@bp.get("/export/claims.jsonl")
def download() -> ResponseReturnValue:
    answer = Response(g.project.export_jsonl(**_seen(_filter())), mimetype="application/jsonl")
    answer.headers.set("Content-Disposition", "attachment", filename=_filename())
    return answer


def _filter() -> dict[str, Any]:
    """What the address asks for. An annotator gets their own answers whatever it says."""
    documents = request.args.getlist("document")
    people = request.args.getlist("person") if g.person.leads else [g.person.name]
    statuses = request.args.getlist("status")
    layer = request.args.get("layer", LAYERS[0]) if g.person.leads else LAYERS[0]
    for doc_id in documents:
        g.project.document(doc_id)
    known = {person.name for person in g.project.people()}  # removed people's answers stay
    for name in people:
        if name not in known:
            raise Missing("There is nobody named %(name)s in this project.", name=name)
    for status in statuses:
        if status not in STATUSES:
            raise Invalid(
                "“%(status)s” is not a status. Choose from %(choices)s.",
                status=status,
                choices=list(STATUSES),
            )
    if layer not in LAYERS:
        raise Invalid(
            "“%(layer)s” is not a layer. Choose from %(choices)s.", layer=layer, choices=list(LAYERS)
        )
    return {
        "documents": documents or None,
        "people": people or None,
        "statuses": statuses or None,
        "layer": layer,
    }


def _seen(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The same without the documents in which this person does not see yet what others answered."""
    own = chosen["people"] == [g.person.name] and chosen["layer"] == LAYERS[0]
    documents = chosen["documents"] if own else g.project.seen_by(g.person, chosen["documents"])
    return {**chosen, "documents": documents}


def _address(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The filters as an address carries them."""
    people = chosen["people"] if g.person.leads else None
    layer = chosen["layer"] if chosen["layer"] != LAYERS[0] else None
    return {"document": chosen["documents"], "person": people, "status": chosen["statuses"], "layer": layer}


def _filename() -> str:
    return f"{g.project.path.stem}.claims.jsonl"


def _command(chosen: Mapping[str, Any]) -> str:
    """The command that writes the same file, ready for a shell."""
    words = ["qawl", "export", g.project.path.name]
    for option, key in (("--document", "documents"), ("--person", "people"), ("--status", "statuses")):
        for value in chosen[key] or ():
            words += [option, value]
    if chosen["layer"] != LAYERS[0]:
        words += ["--layer", chosen["layer"]]
    return shlex.join(words)


# ------------------------------------------------------------------ preview


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of pretty JSON. All pieces of a record, joined, are its JSON."""

    text: str
    kind: str = "mark"  # or "key", "value", "words", "passage"
    lang: str | None = None


def pieces(record: Mapping[str, Any]) -> Iterator[Piece]:
    """The record as indented JSON, cut so that a page can set every string in its own direction."""
    return _value(record, "", "", "", record["doc"]["lang"])


def _value(value: Any, key: str, indent: str, tail: str, lang: str) -> Iterator[Piece]:
    """`tail` is what follows the value on its line. A passage takes it along: it is a block of its own."""
    if isinstance(value, Mapping):
        yield from _block("{}", [(name, value[name]) for name in value], indent, tail, lang)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        yield from _block("[]", [("", item) for item in value], indent, tail, lang)
    elif isinstance(value, str) and not value.isascii():
        language = lang if key in OF_DOCUMENT else None
        if len(value) > LONG:
            yield Piece(_json(value) + tail, "passage", language)
        else:
            yield Piece(_json(value), "words", language)
            yield Piece(tail)
    else:
        yield Piece(_json(value), "value")
        yield Piece(tail)


def _block(
    brackets: str, entries: Sequence[tuple[str, Any]], indent: str, tail: str, lang: str
) -> Iterator[Piece]:
    inner = indent + "  "
    yield Piece(brackets[0] + "\n")
    for n, (name, value) in enumerate(entries, start=1):
        yield Piece(inner)
        if name:
            yield Piece(_json(name), "key")
            yield Piece(": ")
        yield from _value(value, name, inner, ",\n" if n < len(entries) else "\n", lang)
    yield Piece(indent + brackets[1] + tail)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

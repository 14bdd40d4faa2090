"""UIMA CAS as XMI, for INCEpTION: a folder for each person, in it a file for each document.

TypeSystem.xml describes the layers and can be imported as INCEpTION's layers before the documents. UIMA
counts UTF-16 units; dkpro-cassis turns our code points into them when it writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from annotator.model import N_, Span
from annotator.outputs.archive import File, archive, folder
from annotator.outputs.format import Context, DocumentText, Format, Record
from annotator.outputs.places import by_document, by_person, in_xml, parts

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

LAYERS = "webanno.custom."  # where INCEpTION looks for a project's own layers
SEGMENTS = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type."
META = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
STRING, STRINGS = "uima.cas.String", "uima.cas.StringArray"

ROLES = ("content", "cue", "source")
CLAIM = {
    "number": "uima.cas.Integer",
    "speaker": STRINGS,
    "speakerText": STRING,
    "stance": STRING,
    "polarity": STRING,
    "attribution": STRING,
    "via": STRINGS,
    "vouch": STRING,
    "propositions": STRINGS,
    "claimType": STRING,
    "hedged": STRING,  # a flag of UIMA cannot be empty
    "hard": "uima.cas.Boolean",
    "note": STRING,
}
READING = {
    "recordId": STRING,
    "codebook": STRING,
    "status": STRING,
    "duplicateOf": STRING,
    "comment": STRING,
    "hard": "uima.cas.Boolean",
}
TYPES = ("Claim", "Reading", "Content", "Cue", "Source", "Sentence", "Token")
WORD = re.compile(r"\S+")


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    return archive(_files(records, context))


def _files(records: Iterable[Record], context: Context) -> Iterator[File]:
    types = type_system()
    yield "TypeSystem.xml", [(types.to_xml() or "").encode()]
    for doc_id, of_document in by_document(records):
        whole = context.texts(doc_id)
        for person, own in by_person(of_document).items():
            found = _cas(own, whole, types)
            yield f"{folder(person)}/{folder(doc_id)}.xmi", [(found.to_xmi() or "").encode()]


def type_system() -> TypeSystem:
    """Our layers, and those of DKPro that INCEpTION cannot do without."""
    from cassis import TypeSystem  # an extra, and slow to import

    types = TypeSystem()
    for name in ("Sentence", "Token"):
        types.create_type(SEGMENTS + name)
    meta = types.create_type(META, "uima.tcas.DocumentAnnotation")
    for name in ("documentTitle", "documentId", "documentUri"):
        types.create_feature(meta, name, STRING)
    for role in ROLES:
        types.create_type(LAYERS + role.capitalize())
    reading = types.create_type(LAYERS + "Reading", description="What one person decided about a sentence")
    for name, kind in READING.items():
        types.create_feature(reading, name, kind)
    claim = types.create_type(LAYERS + "Claim", description="What one speaker says with one position")
    for name, kind in CLAIM.items():
        types.create_feature(claim, name, kind)
    for role in ROLES:
        link = types.create_type(f"{LAYERS}Claim{role.capitalize()}Link", "uima.cas.TOP")
        types.create_feature(link, "role", STRING)
        types.create_feature(link, "target", LAYERS + role.capitalize())
        types.create_feature(claim, role, "uima.cas.FSArray", elementType=link)
    return types


def _cas(records: Sequence[Record], whole: DocumentText, types: TypeSystem) -> Cas:
    """One document as one person answered it."""
    from cassis import Cas

    document, text = whole.document, in_xml(whole.text)
    cas = Cas(types, sofa_string=text, sofa_mime="text/plain")
    about = {"documentTitle": document.title, "documentId": document.id, "documentUri": document.url}
    _put(cas, META, (0, len(text)), language=document.lang or "x-unspecified", **about)
    starts = sorted(whole.starts.values())
    for start, following in pairwise([*starts, len(text) + 1]):
        _put(cas, SEGMENTS + "Sentence", (start, following - 1))
    for token in _tokens(text, records, whole):
        _put(cas, SEGMENTS + "Token", token)
    for record in records:
        _put_reading(cas, record, whole.starts[record["sent_id"]])
    return cas


def _tokens(text: str, records: Iterable[Record], whole: DocumentText) -> Iterator[Span]:
    """Words between spaces, cut where something marked begins or ends: INCEpTION marks whole tokens."""
    cuts = sorted(
        {
            whole.starts[record["sent_id"]] + place
            for record in records
            for claim in record["claims"]
            for _, spans in parts(claim)
            for span in spans
            for place in span
        }
    )
    waiting = iter([*cuts, len(text) + 1])
    cut = next(waiting)
    for word in WORD.finditer(text):
        start, end = word.span()
        while cut < end:
            if start < cut:
                yield start, cut
                start = cut
            cut = next(waiting)
        yield start, end


def _put_reading(cas: Cas, record: Record, start: int) -> None:
    sentence = (start, start + len(record["text"]))
    said = {"recordId": record["record_id"], "codebook": record["codebook"], "status": record["status"]}
    said |= {"duplicateOf": record["duplicate_of"], "comment": record["comment"]}
    _put(cas, LAYERS + "Reading", sentence, hard=record["hard"], **said)
    for claim in record["claims"]:
        linked = {role: _links(cas, role, spans, start) for role, spans in parts(claim)}
        _put(cas, LAYERS + "Claim", sentence, **_features(cas, claim), **linked)


def _features(cas: Cas, claim: dict[str, Any]) -> dict[str, Any]:
    attribution = claim["attribution"]
    return {
        "number": claim["n"],
        "speaker": _strings(cas, claim["speaker"]),
        "speakerText": claim["speaker_text"],
        "stance": claim["stance"],
        "polarity": claim["polarity"],
        "attribution": attribution["type"],
        "via": _strings(cas, attribution["via"]),
        "vouch": attribution["vouch"],
        "propositions": _strings(cas, claim["propositions"]),
        "claimType": claim["claim_type"],
        "hedged": None if claim["hedged"] is None else str(claim["hedged"]).lower(),
        "hard": claim["hard"],
        "note": claim["note"],
    }


def _strings(cas: Cas, values: list[str]) -> Any:
    return cas.typesystem.get_type(STRINGS)(elements=[in_xml(value) for value in values])


def _links(cas: Cas, role: str, spans: Iterable[Sequence[int]], start: int) -> Any:
    link = cas.typesystem.get_type(f"{LAYERS}Claim{role.capitalize()}Link")
    layer = LAYERS + role.capitalize()
    places = [(start + begin, start + end) for begin, end in spans]
    elements = [link(role=role, target=_put(cas, layer, place)) for place in places]
    return cas.typesystem.get_type("uima.cas.FSArray")(elements=elements)


def _put(cas: Cas, type: str, place: Span, **features: Any) -> Any:
    """A new annotation; a text among its features is made fit for XML."""
    told = {key: in_xml(value) if isinstance(value, str) else value for key, value in features.items()}
    made = cas.typesystem.get_type(type)(begin=place[0], end=place[1], **told)
    cas.add(made)
    return made


FORMAT = Format(
    id="cas-xmi",
    name="INCEpTION (UIMA CAS XMI)",
    extension="cas.zip",
    media_type="application/zip",
    unit="claim",
    holds=N_("A file for each document and person, with claims, their words and every decision as layers."),
    loses=N_(
        "Not in it: when an answer was given and how it was settled. Control characters, which XML cannot "
        "hold, become visible signs; offsets count emoji as two."
    ),
    fields=tuple(dict.fromkeys((*TYPES, *CLAIM, *ROLES, *READING))),  # both kinds may be hard
    write=write,
    extra="inception",
    needs="cassis",
)

"""UIMA CAS: the XMI as it stands in the file, and as dkpro-cassis reads it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from lxml import etree

from annotator.model import Codebook
from annotator.outputs.places import in_xml, utf16
from tests.core.exported import HARD, context, hard_records, records, written

cassis = pytest.importorskip("cassis", reason="Install it with: pip install 'qawl[inception]'")

from annotator.outputs import cas  # noqa: E402

CUSTOM = "{http:///webanno/custom.ecore}"
CUTS = "{http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore}"


def files(found: list[dict[str, Any]], codebook: Codebook) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(written(cas.FORMAT, found, codebook)))
    return {name: archive.read(name) for name in archive.namelist()}


def read(found: list[dict[str, Any]], codebook: Codebook, name: str) -> Any:
    archive = files(found, codebook)
    types = cassis.load_typesystem(io.BytesIO(archive["TypeSystem.xml"]))
    return cassis.load_cas_from_xmi(io.BytesIO(archive[name]), typesystem=types)


@pytest.mark.parametrize(
    ("make", "name"), [(records, "Ana/9d8f5d389fa7129b.xmi"), (hard_records, f"Ana/{HARD.id}.xmi")]
)
def test_reads_back_every_claim_with_its_words(make: Any, name: str, codebook: Codebook) -> None:
    found = [record for record in make(codebook) if record["annotator"] == "Ana"]
    back = read(found, codebook, name)
    claims = list(back.select("webanno.custom.Claim"))
    expected = [(record, claim) for record in found for claim in record["claims"]]
    given = {(one.get_covered_text(), one.number): one for one in claims}
    assert len(given) == len(claims) == len(expected)
    for record, claim in expected:
        one = given[in_xml(record["text"]), claim["n"]]
        attribution = claim["attribution"]
        assert (one.speaker.elements or []) == claim["speaker"]
        assert (one.via.elements or []) == attribution["via"]
        assert (one.propositions.elements or []) == claim["propositions"]
        assert (one.stance, one.polarity, one.vouch) == (
            claim["stance"], claim["polarity"], attribution["vouch"]
        )  # fmt: skip
        assert one.note == (in_xml(claim["note"]) if claim["note"] else None)
        for role, spans in (
            ("content", claim["content_spans"]),
            ("cue", attribution["cue_spans"]),
            ("source", attribution["source_spans"]),
        ):
            linked = [link.target for link in one[role].elements or []]
            words = [in_xml(record["text"][start:end]) for start, end in spans]
            assert [target.get_covered_text() for target in linked] == words


def test_counts_utf16_units_in_the_file(codebook: Codebook) -> None:
    found = hard_records(codebook)
    root = etree.fromstring(files(found, codebook)[f"Ana/{HARD.id}.xmi"])
    whole = context(codebook).texts(HARD.id)
    at = utf16(whole.text)
    starts = sorted(whole.starts.values())
    sentences = [(int(one.get("begin", "")), int(one.get("end", ""))) for one in root.iter(f"{CUTS}Sentence")]
    lengths = [len(record["text"]) for record in found]
    assert sentences == [(at(s), at(s + n)) for s, n in zip(starts, lengths, strict=True)]
    assert at(starts[1]) != starts[1]


def test_keeps_every_decision_and_comment(codebook: Codebook) -> None:
    found = hard_records(codebook)
    readings = read(found, codebook, f"Ana/{HARD.id}.xmi").select("webanno.custom.Reading")
    assert [(one.status, one.comment, bool(one.hard)) for one in readings] == [
        ("claims", None, False),
        ("claims", found[1]["comment"], True),
        ("no_claim", in_xml(found[2]["comment"]), False),
    ]


@pytest.mark.parametrize("make", [records, hard_records])
def test_cuts_tokens_so_that_marks_hold_whole_ones(make: Any, codebook: Codebook) -> None:
    found = make(codebook)
    back = read(found, codebook, f"Ana/{found[0]['doc_id']}.xmi")
    tokens = list(back.select(f"{cas.SEGMENTS}Token"))
    text = back.sofa_string
    assert "".join(token.get_covered_text() for token in tokens) == "".join(text.split())
    begins, ends = {token.begin for token in tokens}, {token.end for token in tokens}
    for role in ("Content", "Cue", "Source"):
        for one in back.select(f"webanno.custom.{role}"):
            assert one.begin in begins or text[one.begin].isspace()
            assert one.end in ends or text[one.end - 1].isspace()


def test_says_what_the_document_is(codebook: Codebook) -> None:
    back = read(hard_records(codebook), codebook, f"Ana/{HARD.id}.xmi")
    (about,) = back.select(cas.META)
    assert (about.documentId, about.documentTitle, about.language) == (HARD.id, in_xml(HARD.title), "ar")
    assert (about.begin, about.end) == (0, len(back.sofa_string))

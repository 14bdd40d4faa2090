"""Whatever a claim holds or leaves out, every format can be written, and read again by its own rules."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from annotator import outputs
from annotator.model import Answer, Claim, Codebook, Kind, Sentence, Status, Unit
from annotator.outputs.format import Context, DocumentText
from tests.core.exported import ANA, HARD, _record, context, records
from tests.core.test_outputs_brat import parsed

SIGNS = "اب قَ ab,;|\t\"'<>&=\u200f\u202e\u2028\u0085\x0b\x00😀🏽\u200d𝔘\n\r\u0651"
TEXT = st.text(alphabet=SIGNS, max_size=30)
SOME = TEXT | st.none() | st.just("\u200f😀" * 5000)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A sentence: something visible, and signs that tools stumble over."""
    return draw(TEXT) + "x" + draw(TEXT)


@st.composite
def spans(draw: st.DrawFn, length: int) -> tuple[tuple[int, int], ...]:
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=6)))
    return tuple((cuts[n], cuts[n + 1]) for n in range(0, len(cuts) - 1, 2))


@st.composite
def claims(draw: st.DrawFn, text: str) -> Claim:
    place = spans(len(text))
    return Claim(
        speaker=draw(st.sampled_from([("author",), ("putin",), ("putin", "unnamed"), ("tr_media",)])),
        stance=draw(st.sampled_from([None, "ru", "both", "neither"])),
        polarity=draw(st.sampled_from([None, "support", "oppose"])),
        attribution=draw(st.sampled_from([None, "own", "mixed"])),
        via=draw(st.sampled_from([(), ("turkey", "tr_media")])),
        speaker_text=draw(SOME),
        content_spans=draw(place),
        cue_spans=draw(place),
        source_spans=draw(place),
        propositions=draw(st.sampled_from([(), ("R1",), ("R1", "T1", "T3")])),
        claim_type=draw(st.sampled_from([None, "fact"])),
        vouch=draw(st.sampled_from([None, "neutral"])),
        hedged=draw(st.sampled_from([None, True, False])),
        hard=draw(st.booleans()),
        note=draw(SOME),
    )


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, Answer]:
    text = draw(texts())
    status = draw(st.sampled_from([Status.CLAIMS, Status.CLAIMS, Status.NO_CLAIM, Status.SKIPPED]))
    made = draw(st.lists(claims(text), min_size=1, max_size=3)) if status is Status.CLAIMS else []
    return text, Answer(status, tuple(made), draw(SOME), draw(st.booleans()))


def made(given: list[tuple[str, Answer]], codebook: Codebook) -> tuple[list[dict[str, Any]], Context]:
    units = [
        Sentence(n, HARD.id, n, n, Unit(f"s{n + 1}", Kind.BODY, text, ((0, len(text)),)))
        for n, (text, _) in enumerate(given)
    ]
    starts, at = {}, 0
    for unit in units:
        starts[unit.id] = at
        at += len(unit.text) + 1
    whole = DocumentText(HARD, "\n".join(unit.text for unit in units), starts)
    found = [
        _record(HARD, unit, answer, ANA, codebook) for unit, (_, answer) in zip(units, given, strict=True)
    ]
    return found, Context(codebook, lambda id: whole, "test \x0b")


def read_brat(written: bytes) -> int:
    files = zipfile.ZipFile(io.BytesIO(written))
    name = f"Ana/{HARD.id}"
    text = files.read(f"{name}.txt").decode()
    return len(parsed(files.read(f"{name}.ann").decode(), text).events)


def read_project(written: bytes) -> int:
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(written)).read("project.qde"))
    passages = root.iter("{urn:QDA-XML:project:1.0}PlainTextSelection")
    return sum(passage.get("name", "").endswith("/content/1") for passage in passages)


def read_cas(written: bytes) -> int:
    import cassis

    files = zipfile.ZipFile(io.BytesIO(written))
    types = cassis.load_typesystem(io.BytesIO(files.read("TypeSystem.xml")))
    xmi = io.BytesIO(files.read(f"Ana/{HARD.id}.xmi"))
    return len(list(cassis.load_cas_from_xmi(xmi, typesystem=types).select("webanno.custom.Claim")))


def read_label_studio(written: bytes) -> int:
    results = [item for task in json.loads(written) for item in task["annotations"][0]["result"]]
    return sum(item.get("id", "").endswith("r1") and item["type"] == "labels" for item in results)


READERS: dict[str, Callable[[bytes], int]] = {
    "web-annotation": lambda written: sum(
        item["id"].rpartition("/")[2] not in {"0", "comment"}
        for item in json.loads(written)["first"]["items"]
    ),
    "brat": read_brat,
    "label-studio": read_label_studio,
    "doccano": lambda written: sum(len(json.loads(line)["claims"]) for line in written.splitlines()),
    "cas-xmi": read_cas,
    "refi-qda": read_project,
}
"""How many claims each format gives back."""


def readable(id: str) -> Any:
    """The format, tried where what it is written with is installed."""
    format = outputs.FORMATS[id]
    reason = f"Install it with: pip install 'qawl[{format.extra}]'"
    return pytest.param(id, marks=pytest.mark.skipif(not outputs.installed(format), reason=reason))


@pytest.mark.parametrize("id", [readable(id) for id in READERS])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given=st.lists(answers(), min_size=1, max_size=4))
def test_gives_back_every_claim(codebook: Codebook, id: str, given: list[tuple[str, Answer]]) -> None:
    found, given_context = made(given, codebook)
    expected = sum(len(record["claims"]) for record in found)
    assert READERS[id](b"".join(outputs.FORMATS[id].write(found, given_context))) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(answers(), min_size=1, max_size=4))
def test_counts_the_same_statements_everywhere(codebook: Codebook, given: list[tuple[str, Answer]]) -> None:
    found, given_context = made(given, codebook)
    rows = b"".join(outputs.FORMATS["dna"].write(found, given_context)).decode()
    statements = list(csv.DictReader(io.StringIO(rows, newline="")))
    expected = sum(
        len(claim["speaker"]) * len(claim["propositions"])
        for record in found
        for claim in record["claims"]
        if claim["polarity"]
    )
    assert len(statements) == expected
    for id in ("graphml", "gexf"):
        graph = etree.fromstring(b"".join(outputs.FORMATS[id].write(found, given_context)))
        edges = len(list(graph.iter("{*}edge")))
        ends = {(one["person"] or one["organization"], one["concept"]) for one in statements}
        assert edges == len(ends)


def final(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same answers as a lead made them final."""
    provenance = {"kind": "settled", "by": "Cleo", "reason": None, "note": None, "time": "", "votes": [1]}
    made = {"annotator": "final", "role": "final", "provenance": provenance}
    return [
        record | made | {"record_id": f"{record['doc_id']}/{record['sent_id']}/final"} for record in found
    ]


@pytest.mark.parametrize("id", ["brat", "cas-xmi", "refi-qda"])
def test_keeps_the_final_layer_in_files_of_its_own(id: str, codebook: Codebook) -> None:
    if not outputs.installed(outputs.FORMATS[id]):
        pytest.skip("Install it with: pip install 'qawl[inception]'")
    votes = records(codebook)
    written = b"".join(outputs.FORMATS[id].write([*votes, *final(votes)], context(codebook)))
    names = zipfile.ZipFile(io.BytesIO(written)).namelist()
    assert len(set(names)) == len(names)
    own = b"".join(outputs.FORMATS[id].write(votes, context(codebook)))
    assert set(zipfile.ZipFile(io.BytesIO(own)).namelist()) < set(names)


def test_calls_only_the_final_layer_the_truth(codebook: Codebook) -> None:
    votes = records(codebook)
    read = json.loads(
        b"".join(outputs.FORMATS["label-studio"].write([*votes, *final(votes)], context(codebook)))
    )
    truths = [one["ground_truth"] for task in read for one in task["annotations"]]
    assert truths == [False] * len(votes) + [True] * len(votes)

"""W3C Web Annotation: the collection, its annotations, and what they point at."""

from __future__ import annotations

import json
from typing import Any

import pytest

from annotator.model import Codebook
from annotator.outputs import web_annotation
from tests.core.exported import claims, hard_records, records, written

FORMAT = web_annotation.FORMAT
MOTIVATIONS = {"classifying", "commenting"}


def collection(found: list[dict[str, Any]], codebook: Codebook) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(written(FORMAT, found, codebook))
    return read


def test_is_a_collection_whose_total_is_right(codebook: Codebook) -> None:
    found = records(codebook)
    read = collection(found, codebook)
    items = read["first"]["items"]
    assert read["type"] == "AnnotationCollection"
    assert read["first"]["type"] == "AnnotationPage"
    assert read["first"]["partOf"] == read["id"]
    assert read["total"] == len(items)
    of_claims = [item for item in items if item["id"].rpartition("/")[2] not in {"0", "comment"}]
    assert len(of_claims) == sum(1 for _ in claims(found))


def test_is_one_even_where_nothing_was_found(codebook: Codebook) -> None:
    read = collection([], codebook)
    assert (read["total"], read["first"]["items"]) == (0, [])


@pytest.mark.parametrize("make", [records, hard_records])
def test_follows_the_model(make: Any, codebook: Codebook) -> None:
    seen = set()
    for item in collection(make(codebook), codebook)["first"]["items"]:
        assert item["type"] == "Annotation"
        assert item["motivation"] in MOTIVATIONS
        assert item["id"].startswith("urn:qawl:")
        assert item["id"].isascii()
        assert " " not in item["id"]
        seen.add(item["id"])
        for body in item["body"]:
            assert body["type"] in {"TextualBody", "SpecificResource"}
            assert body["purpose"] in {"classifying", "identifying", "commenting"}
    assert len(seen) == len(collection(make(codebook), codebook)["first"]["items"])


def test_keeps_every_label_of_a_claim(codebook: Codebook) -> None:
    found = hard_records(codebook)
    items = {item["id"]: item for item in collection(found, codebook)["first"]["items"]}
    item = items["urn:qawl:00000000000000ff/s2/Ana/1"]
    labels = [body["value"] for body in item["body"] if body["purpose"] == "classifying"]
    assert labels == [
        "speaker:putin", "speaker:unnamed", "speaker_text:بوتين\u200f 😀", "stance:ru", "polarity:oppose",
        "attribution:mixed", "via:tr_media", "via:turkey", "vouch:distanced", "proposition:R1",
        "proposition:R2", "proposition:T1", "claim_type:demand", "hedged:false", "hard:true",
    ]  # fmt: skip
    assert [body["source"] for body in item["body"] if body["purpose"] == "identifying"] == [
        "https://www.wikidata.org/entity/Q7747"
    ]
    notes = [body["value"] for body in item["body"] if body["purpose"] == "commenting"]
    assert notes == [found[1]["claims"][0]["note"]]
    comment = items["urn:qawl:00000000000000ff/s2/Ana/comment"]
    assert [body["value"] for body in comment["body"]] == ["hard:true", found[1]["comment"]]


@pytest.mark.parametrize("make", [records, hard_records])
def test_points_at_the_marked_words_by_place_and_by_quotation(make: Any, codebook: Codebook) -> None:
    found = make(codebook)
    items = {item["id"]: item for item in collection(found, codebook)["first"]["items"]}
    seen = 0
    for item, (record, claim) in zip(
        [item for id, item in items.items() if id.rpartition("/")[2] not in {"0", "comment"}],
        claims(found),
        strict=True,
    ):
        marked: dict[str, list[list[int]]] = {"content": [], "cue": [], "source": []}
        for target in item["target"]:
            assert target["source"] == f"urn:doc:{record['doc_id']}#{record['sent_id']}"
            if "selector" not in target:
                assert claim["content_spans"] == []
                continue
            quotation, position = target["selector"]
            start, end = position["start"], position["end"]
            marked[target["role"]].append([start, end])
            text = record["text"]
            assert quotation["exact"] == text[start:end]
            assert text[:start].endswith(quotation["prefix"])
            assert text[end:].startswith(quotation["suffix"])
            seen += 1
        assert marked["content"] == claim["content_spans"]
        assert marked["cue"] == claim["attribution"]["cue_spans"]
        assert marked["source"] == claim["attribution"]["source_spans"]
    assert seen


def test_keeps_the_decision_of_a_sentence_without_claims(codebook: Codebook) -> None:
    found = records(codebook)
    items = collection(found, codebook)["first"]["items"]
    said = [item["body"][0]["value"] for item in items if item["id"].endswith("/0")]
    without = [f"status:{record['status']}" for record in found if not record["claims"]]
    assert said == without


# Those of http://www.w3.org/ns/anno.jsonld that are used here; another word would be lost to JSON-LD.
TERMS = {
    "@context", "id", "type", "label", "first", "total", "partOf", "startIndex", "items", "motivation",
    "creator", "nickname", "created", "modified", "body", "target", "source", "selector", "exact", "prefix",
    "suffix", "start", "end", "purpose", "value", "format",
}  # fmt: skip


def words_of(found: Any) -> set[str]:
    if isinstance(found, list):
        return set().union(*map(words_of, found))
    if isinstance(found, dict):
        return set(found).union(*map(words_of, found.values()))
    return set()


def test_uses_only_words_of_the_standard_and_declares_its_own(codebook: Codebook) -> None:
    read = collection(hard_records(codebook), codebook)
    standard, own = read.pop("@context")
    assert standard == "http://www.w3.org/ns/anno.jsonld"
    assert words_of(read) <= TERMS | set(own)
    assert set(own) == {"role"}

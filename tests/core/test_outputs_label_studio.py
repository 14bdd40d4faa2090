"""Label Studio: tasks, regions, labels, relations, and the interface that shows them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import etree

from annotator.model import Codebook
from annotator.outputs import label_studio
from tests.core.exported import claims, hard_records, records, written


def tasks(found: list[dict[str, Any]], codebook: Codebook) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(written(label_studio.FORMAT, found, codebook))
    return read


def test_makes_a_task_of_each_sentence_and_an_annotation_of_each_person(codebook: Codebook) -> None:
    found = records(codebook)
    read = tasks(found, codebook)
    assert len(read) == len({record["sent_id"] for record in found}) == 39
    assert sum(len(task["annotations"]) for task in read) == len(found)


def test_is_an_array_even_where_nothing_was_found(codebook: Codebook) -> None:
    assert tasks([], codebook) == []


@pytest.mark.parametrize("make", [records, hard_records])
def test_marks_words_by_code_points(make: Any, codebook: Codebook) -> None:
    found = make(codebook)
    regions = 0
    for task in tasks(found, codebook):
        for annotation in task["annotations"]:
            for item in annotation["result"]:
                if item["type"] == "labels":
                    value = item["value"]
                    assert value["text"] == task["data"]["text"][value["start"] : value["end"]] != ""
                    regions += 1
    expected = sum(
        max(1, len(claim["content_spans"]))
        + len(claim["attribution"]["cue_spans"])
        + len(claim["attribution"]["source_spans"])
        for _, claim in claims(found)
    )
    assert regions == expected


@pytest.mark.parametrize("make", [records, hard_records])
def test_names_only_what_the_interface_has(make: Any, codebook: Codebook) -> None:
    view = etree.fromstring(label_studio.config(codebook))
    controls: dict[str, set[str] | None] = {
        one.get("name", ""): {option.get("value", "") for option in one} or None
        for one in view.iter("Labels", "Choices", "TextArea")
    }
    for task in tasks(make(codebook), codebook):
        for annotation in task["annotations"]:
            regions = {item["id"] for item in annotation["result"] if item["type"] == "labels"}
            for item in annotation["result"]:
                if item["type"] == "relation":
                    assert {item["from_id"], item["to_id"]} <= regions
                    continue
                chosen = item["value"].get("labels") or item["value"].get("choices")
                offered = controls[item["from_name"]]
                assert (chosen is None) == (offered is None)
                assert set(chosen or ()) <= (offered or set())


def test_keeps_all_of_a_claim_and_of_its_sentence(codebook: Codebook) -> None:
    found = hard_records(codebook)
    result = tasks(found, codebook)[1]["annotations"][0]["result"]
    said = {
        item["from_name"]: item["value"].get("choices") or item["value"]["text"]
        for item in result
        if item.get("id") == "c1r1" and item["from_name"] != "span"
    }
    assert said == {
        "speaker": ["putin", "unnamed"],
        "stance": ["ru"],
        "polarity": ["oppose"],
        "attribution": ["mixed"],
        "vouch": ["distanced"],
        "proposition": ["R1", "R2", "T1"],
        "claim_type": ["demand"],
        "flag": ["hard", "not_hedged"],
        "speaker_text": ["بوتين\u200f 😀"],
        "via": ["tr_media turkey"],
        "note": [found[1]["claims"][0]["note"]],
    }
    whole = {item["id"]: item["value"] for item in result if "id" in item and item["id"] == item["from_name"]}
    assert whole["comment"] == {"text": [found[1]["comment"]]}
    assert whole["annotator"] == {"text": ["Ana"]}
    assert whole["sentence_flag"] == {"choices": ["hard"]}


def test_ties_every_further_piece_to_the_first(codebook: Codebook) -> None:
    result = tasks(hard_records(codebook), codebook)[1]["annotations"][0]["result"]
    ties = [(item["from_id"], item["to_id"], item["labels"]) for item in result if item["type"] == "relation"]
    assert ties == [
        ("c1r1", "c1r2", ["content"]),
        ("c1r1", "c1r3", ["cue"]),
        ("c1r1", "c1r4", ["source"]),
        ("c1r1", "c1r5", ["source"]),
    ]

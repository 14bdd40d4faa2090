"""doccano: entities, relations and metadata of a line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from annotator.model import Codebook
from annotator.outputs import doccano
from tests.core.exported import hard_records, records, written


def lines(found: list[dict[str, Any]], codebook: Codebook) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(doccano.FORMAT, found, codebook).decode().splitlines()]


def units(text: str, start: int, end: int) -> str:
    """The words at these places, counted as JavaScript does."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


@pytest.mark.parametrize("make", [records, hard_records])
def test_marks_the_words_at_places_counted_as_its_page_counts(make: Any, codebook: Codebook) -> None:
    found = make(codebook)
    for line, record in zip(lines(found, codebook), found, strict=True):
        assert line["text"] == record["text"]
        marked = [units(line["text"], e["start_offset"], e["end_offset"]) for e in line["entities"]]
        expected = []
        for claim in record["claims"]:
            attribution = claim["attribution"]
            spans = claim["content_spans"] or [[0, len(record["text"])]]
            for span in [*spans, *attribution["cue_spans"], *attribution["source_spans"]]:
                expected.append(record["text"][slice(*span)])
        assert marked == expected


@pytest.mark.parametrize("make", [records, hard_records])
def test_ties_each_piece_to_the_first_of_its_claim(make: Any, codebook: Codebook) -> None:
    for line in lines(make(codebook), codebook):
        ids = {entity["id"]: entity["label"].partition("|")[0] for entity in line["entities"]}
        assert len(ids) == len(line["entities"])
        assert len(ids) - len(line["relations"]) == len(line["claims"])
        for relation in line["relations"]:
            assert ids[relation["from_id"]] == "content"
            assert ids[relation["to_id"]] == relation["type"]


def test_says_in_a_label_what_its_part_tells(codebook: Codebook) -> None:
    line = lines(hard_records(codebook), codebook)[1]
    assert [entity["label"] for entity in line["entities"]] == [
        "content|ru|oppose", "content|ru|oppose", "cue|mixed", "source|putin+unnamed", "source|putin+unnamed",
        "content|neither",
    ]  # fmt: skip
    assert line["claims"][0].startswith("claim=1; speaker=putin unnamed; speaker_text=بوتين")
    assert "via=tr_media turkey" in line["claims"][0]


def test_has_no_null_anywhere(codebook: Codebook) -> None:
    for line in lines(records(codebook) + hard_records(codebook), codebook):
        assert None not in line.values()
        assert list(line) == list(doccano.FIELDS)


def test_keeps_comments_and_notes(codebook: Codebook) -> None:
    found = hard_records(codebook)
    line = lines(found, codebook)[1]
    assert line["Comments"] == [found[1]["comment"], f"1: {found[1]['claims'][0]['note']}"]

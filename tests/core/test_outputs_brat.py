"""brat standoff: read back by the rules of its documentation and its server."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

import pytest

from annotator.model import Codebook
from annotator.outputs import brat
from tests.core.exported import HARD, context, hard_records, records, written

BOUND = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
EVENT = re.compile(r"(E\d+)\t(\S+):(T\d+)((?: \S+:T\d+)*)")
ATTRIBUTE = re.compile(r"(A\d+)\t(\S+) (E\d+)(?: (\S+))?")
NOTE = re.compile(r"(#\d+)\tAnnotatorNotes (E\d+)\t(.*)")


@dataclass
class Standoff:
    bound: dict[str, tuple[str, list[list[int]]]] = field(default_factory=dict)
    events: dict[str, dict[str, str]] = field(default_factory=dict)
    attributes: dict[str, dict[str, str | None]] = field(default_factory=dict)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)


def parsed(annotations: str, text: str) -> Standoff:
    """What brat's server would read, refusing what it refuses."""
    found = Standoff()
    seen = set()
    for line in annotations.splitlines():
        id = line.partition("\t")[0]
        assert id not in seen
        seen.add(id)
        if match := BOUND.fullmatch(line):
            spans = [[int(n) for n in place.split(" ")] for place in match[3].split(";")]
            assert match[4] == " ".join(text[start:end] for start, end in spans)
            assert all(start < end for start, end in spans)
            assert all(a[1] < b[0] for a, b in zip(spans, spans[1:], strict=False))
            found.bound[id] = (match[2], spans)
        elif match := EVENT.fullmatch(line):
            assert found.bound[match[3]][0] == match[2] == "Claim"
            roles = dict(role.split(":") for role in match[4].split())
            assert all(found.bound[at][0] == role for role, at in roles.items())
            found.events[id] = {"trigger": match[3], **roles}
        elif match := ATTRIBUTE.fullmatch(line):
            found.attributes.setdefault(match[3], {})[match[2]] = match[4]
        elif match := NOTE.fullmatch(line):
            found.notes[match[2]] = json.loads(match[3])
        else:
            pytest.fail(f"brat would not read: {line}")
    return found


def zipped(found: list[dict[str, Any]], codebook: Codebook) -> dict[str, str]:
    archive = zipfile.ZipFile(io.BytesIO(written(brat.FORMAT, found, codebook)))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def readings(found: list[dict[str, Any]], codebook: Codebook) -> dict[str, Standoff]:
    files = zipped(found, codebook)
    names = [name.removesuffix(".ann") for name in files if name.endswith(".ann")]
    return {name: parsed(files[f"{name}.ann"], files[f"{name}.txt"]) for name in names}


def test_has_an_event_for_each_claim(codebook: Codebook) -> None:
    found = records(codebook)
    read = readings(found, codebook)
    assert {name.partition("/")[0] for name in read} == {"Ana", "سام%3A 50%25"}
    for name, person in (("Ana", "Ana"), ("سام%3A 50%25", "سام: 50%")):
        expected = sum(len(record["claims"]) for record in found if record["annotator"] == person)
        assert len(read[f"{name}/9d8f5d389fa7129b"].events) == expected


@pytest.mark.parametrize("make", [records, hard_records])
def test_marks_the_words_of_each_claim(make: Any, codebook: Codebook) -> None:
    found = [record for record in make(codebook) if record["annotator"] == "Ana"]
    files = zipped(found, codebook)
    ((name, read),) = readings(found, codebook).items()
    text = files[f"{name}.txt"]
    said = [(record, claim) for record in found for claim in record["claims"]]
    for (record, claim), event in zip(said, read.events.values(), strict=True):
        attribution = claim["attribution"]
        for role, spans in (
            ("Content", claim["content_spans"] or [[0, len(record["text"])]]),
            ("Cue", attribution["cue_spans"]),
            ("Source", attribution["source_spans"]),
        ):
            assert (role in event) == bool(spans)
            if role in event:
                marked = "".join(text[start:end] for start, end in read.bound[event[role]][1])
                expected = "".join(record["text"][start:end] for start, end in spans)
                assert marked == brat.CUTS.sub("", expected)
        trigger = read.bound[event["trigger"]][1]
        assert trigger == read.bound[event.get("Cue", event["Content"])][1]


def test_never_moves_a_place_in_the_text(codebook: Codebook) -> None:
    text = zipped(hard_records(codebook), codebook)[f"Ana/{HARD.id}.txt"]
    expected = "\n".join(record["text"] for record in hard_records(codebook))
    assert len(text) == len(expected)
    assert len(text.splitlines()) == 3
    changed = {a for a, b in zip(expected, text, strict=True) if a != b}
    assert changed == {"\u2028", "\u0085", "\x0b"}


def test_keeps_every_label(codebook: Codebook) -> None:
    found = hard_records(codebook)
    read = readings(found, codebook)[f"Ana/{HARD.id}"]
    assert read.attributes["E2"] == {
        "Stance": "ru", "Polarity": "oppose", "Attribution": "mixed", "Vouch": "distanced",
        "ClaimType": "demand", "Speaker-putin": None, "Speaker-unnamed": None, "Proposition-R1": None,
        "Proposition-R2": None, "Proposition-T1": None, "NotHedged": None, "Hard": None,
    }  # fmt: skip
    claim = found[1]["claims"][0]
    assert read.notes["E2"] == {
        "via": ["tr_media", "turkey"], "speaker_text": claim["speaker_text"], "note": claim["note"]
    }  # fmt: skip


@pytest.mark.parametrize("make", [records, hard_records])
def test_is_configured_for_all_it_uses(make: Any, codebook: Codebook) -> None:
    found = make(codebook)
    conf = zipped(found, codebook)["annotation.conf"]
    attributes = dict(re.findall(r"^(\S+)\tArg:Claim(?:, Value:(\S+))?$", conf, re.MULTILINE))
    for read in readings(found, codebook).values():
        for said in read.attributes.values():
            for name, value in said.items():
                assert name in attributes
                assert (value is None) == (not attributes[name])
                assert value is None or value in attributes[name].split("|")
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]+", name) for name in attributes)


def test_leaves_tabs_out_of_what_is_marked(codebook: Codebook) -> None:
    (record, *_) = hard_records(codebook)
    start = record["text"].index(" ")
    whole = context(codebook).texts(HARD.id)
    tabbed = dataclasses.replace(whole, text=whole.text[:start] + "\t" + whole.text[start + 1 :])
    read = parsed(b"".join(brat.standoff([record], tabbed)).decode(), tabbed.text)
    assert read.bound["T1"] == ("Claim", [[0, start], [start + 1, len(record["text"])]])


def test_joins_pieces_that_touch(codebook: Codebook) -> None:
    (record, *_) = hard_records(codebook)
    record["claims"][0]["content_spans"] = [[0, 5], [5, 7], [8, 9]]
    read = readings([record], codebook)[f"Ana/{HARD.id}"]
    assert read.bound[read.events["E1"]["Content"]][1] == [[0, 7], [8, 9]]

"""The exported record: its keys, its schema, its words, its line."""

from __future__ import annotations

import copy
import dataclasses
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from annotator import export, sample
from annotator.model import (
    Annotation,
    Answer,
    Claim,
    Codebook,
    Document,
    Invalid,
    Kind,
    Person,
    Role,
    Sentence,
    Status,
    Unit,
)

DOCUMENT = Document(
    id="9d8f5d389fa7129b",
    filename="idlib-article.txt",
    lang="ar",
    title="لقاء بوتين وأردوغان.. توافق في علاقات الدفاع وانقسامات بشأن إدلب",
    publisher="Noon Post",
    author="مرتضى الشاذلي",
    date="2019-08",
    url=None,
    imported_at="2026-01-12T09:00:00Z",
)
ANNOTATOR = Person("a1", Role.ANNOTATOR, has_password=True)
README = Path(__file__).parents[2] / "exports" / "README.md"


def reference_lines() -> list[dict[str, Any]]:
    path = resources.files("annotator") / "samples" / "idlib-claims.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


REFERENCE = {entry["sent_id"]: entry for entry in reference_lines()}


def sentence(entry: dict[str, Any]) -> Sentence:
    unit = Unit(entry["sent_id"], Kind(entry["unit"]), entry["text"], ((0, len(entry["text"])),))
    return Sentence(entry["order"], DOCUMENT.id, entry["order"], entry["order"], unit)


def annotation(answer: Answer) -> Annotation:
    return Annotation(
        id=1,
        sentence=1,
        person="a1",
        answer=answer,
        codebook="idlib-2019@0.1.0",
        seconds=41.2,
        created_at="2026-01-12T09:14:03Z",
        updated_at="2026-01-12T09:14:44Z",
    )


def exported(sid: str, codebook: Codebook, **asked: bool) -> dict[str, Any]:
    answer = sample.reference()[sid]
    return export.record(DOCUMENT, sentence(REFERENCE[sid]), annotation(answer), ANNOTATOR, codebook, **asked)


def of_text(text: str, codebook: Codebook, **claim: Any) -> dict[str, Any]:
    made = Claim(speaker=("author",), stance="neither", attribution="own", **claim)
    entry = {"sent_id": "s1", "unit": "body", "order": 0, "text": text}
    answer = Answer(Status.CLAIMS, (made,))
    return export.record(DOCUMENT, sentence(entry), annotation(answer), ANNOTATOR, codebook)


# ------------------------------------------------------------------ keys and values

SCHEME_S11_CLAIM_2 = """
{"n": 2, "speaker": ["russia"], "speaker_side": ["ru"], "speaker_text": "موسكو", "stance": "ru",
 "polarity": "support", "attribution": {"type": "mixed", "via": [], "cue": "تصفها", "cue_spans": [[200, 205]],
 "source": "موسكو", "source_spans": [[206, 211]], "vouch": "distanced"},
 "content": "وجود مجموعات تصفها موسكو بـ“الإرهابية”", "content_spans": [[187, 225]], "propositions": ["R1"],
 "claim_type": "evaluation", "hedged": false, "hard": false,
 "note": "one quoted word with an explicit cue = mixed; quotation marks double as scare quotes"}
"""

KEYS = [
    "schema",
    "record_id",
    "codebook",
    "doc_id",
    "doc",
    "sent_id",
    "order",
    "unit",
    "text",
    "text_sha256",
    "annotator",
    "role",
    "status",
    "duplicate_of",
    "claims",
    "hard",
    "comment",
    "provenance",
    "seconds",
    "created_at",
    "updated_at",
]


def test_writes_the_example_of_the_scheme(codebook: Codebook) -> None:
    record = exported("s11", codebook, with_seconds=True)
    claims = record.pop("claims")
    assert list(record) == [key for key in KEYS if key != "claims"]
    assert record == {
        "schema": "claims-jsonl/1",
        "record_id": "9d8f5d389fa7129b/s11/a1",
        "codebook": "idlib-2019@0.1.0",
        "doc_id": "9d8f5d389fa7129b",
        "doc": {
            "title": "لقاء بوتين وأردوغان.. توافق في علاقات الدفاع وانقسامات بشأن إدلب",
            "publisher": "Noon Post",
            "author": "مرتضى الشاذلي",
            "date": "2019-08",
            "url": None,
            "lang": "ar",
        },
        "sent_id": "s11",
        "order": 16,
        "unit": "body",
        "text": REFERENCE["s11"]["text"],
        "text_sha256": "edced0df825f4c2f0ffea1c7b12a8cbdbaa56c8dd8665dbf2d3b7dd1753a6b41",
        "annotator": "a1",
        "role": "annotator",
        "status": "claims",
        "duplicate_of": None,
        "hard": False,
        "comment": None,
        "provenance": None,
        "seconds": 41.2,
        "created_at": "2026-01-12T09:14:03Z",
        "updated_at": "2026-01-12T09:14:44Z",
    }
    assert [claim["n"] for claim in claims] == [1, 2, 3]
    # As text: the order of the keys counts too.
    assert json.dumps(claims[1]) == json.dumps(json.loads(SCHEME_S11_CLAIM_2))
    assert claims[0]["speaker_side"] == [None]
    assert claims[0]["content"] == "المتضادان تقريبًا … تصريحاتهما لم تحمل جديدًا"


@pytest.mark.parametrize("sid", REFERENCE)
def test_keeps_every_field_of_the_reference(sid: str, codebook: Codebook) -> None:
    record, entry = exported(sid, codebook), REFERENCE[sid]
    for key in ("doc_id", "sent_id", "order", "unit", "text", "status", "duplicate_of", "hard"):
        assert record[key] == entry[key], key
    assert record["comment"] == entry["note"]
    assert len(record["claims"]) == len(entry["claims"])
    for claim, expected in zip(record["claims"], entry["claims"], strict=True):
        assert f"{sid}.{claim['n']}" == expected["id"]
        for key in claim.keys() - {"n", "speaker_side"}:
            assert claim[key] == expected[key], key
        assert claim.keys() - {"n", "speaker_side"} == expected.keys() - {"id", "content_en"}


def test_keeps_seconds_to_itself_unless_asked(codebook: Codebook) -> None:
    assert exported("s11", codebook)["seconds"] is None


@pytest.mark.parametrize(
    ("role", "written"),
    [(Role.LEAD, "annotator"), (Role.ANNOTATOR, "annotator"), (Role.SIMULATED, "simulated")],
)
def test_names_the_role(role: Role, written: str, codebook: Codebook) -> None:
    person = dataclasses.replace(ANNOTATOR, role=role)
    answer = annotation(sample.reference()["s11"])
    record = export.record(DOCUMENT, sentence(REFERENCE["s11"]), answer, person, codebook)
    assert record["role"] == written


def test_never_exports_what_is_still_to_do(codebook: Codebook) -> None:
    untouched = annotation(Answer(comment="later"))
    assert not export.exported(sentence(REFERENCE["s11"]), untouched)
    with pytest.raises(Invalid, match="s11"):
        export.record(DOCUMENT, sentence(REFERENCE["s11"]), untouched, ANNOTATOR, codebook)


def test_leaves_out_claims_of_a_skipped_sentence(codebook: Codebook) -> None:
    skipped = annotation(dataclasses.replace(sample.reference()["s11"], status=Status.SKIPPED))
    record = export.record(DOCUMENT, sentence(REFERENCE["s11"]), skipped, ANNOTATOR, codebook)
    assert (record["status"], record["claims"]) == ("skipped", [])
    assert_valid(record)


# ------------------------------------------------------------------ schema


def assert_valid(record: dict[str, Any]) -> None:
    Draft202012Validator(export.schema()).validate(record)


def test_ships_a_schema_that_is_itself_valid() -> None:
    Draft202012Validator.check_schema(export.schema())


@pytest.mark.parametrize("sid", REFERENCE)
def test_writes_records_valid_under_the_schema(sid: str, codebook: Codebook) -> None:
    record = json.loads(export.line(exported(sid, codebook)))
    assert_valid(record)
    assert export.faults(record, codebook) == []


def test_requires_every_key_the_record_has(codebook: Codebook) -> None:
    schema = export.schema()
    record = exported("s11", codebook)
    claim = record["claims"][0]
    in_claim = schema["$defs"]["claim"]
    assert schema["required"] == list(schema["properties"]) == list(record)
    assert schema["properties"]["doc"]["required"] == list(record["doc"])
    assert in_claim["required"] == list(in_claim["properties"]) == list(claim)
    assert in_claim["properties"]["attribution"]["required"] == list(claim["attribution"])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("status",), "no_claim"),
        (("status",), "todo"),
        (("order",), -1),
        (("role",), "lead"),
        (("claims", 0, "polarity"), "support"),  # neither side's position has no polarity
        (("claims", 0, "speaker"), ["russia"]),  # own voice belongs to the author
        (("claims", 1, "speaker"), ["author"]),
        (("claims", 1, "speaker"), []),
        (("claims", 1, "content_spans"), [[1]]),
        (("claims", 1, "content_spans"), [[1, 2, 3]]),
        (("claims", 1, "content"), ""),
        (("claims", 1, "attribution", "vouch"), "yes"),
    ],
)
def test_refuses_by_schema(path: tuple[Any, ...], value: Any, codebook: Codebook) -> None:
    record = exported("s11", codebook)
    part = record
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    assert not Draft202012Validator(export.schema()).is_valid(record)


# ------------------------------------------------------------------ faults


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("claims", 0, "content_spans"), [[49, 64], [107, 132]], "claim 1: content 49–64 cuts a letter"),
        (("claims", 1, "content_spans"), [[187, 900]], "claim 2: content 187–900 is outside the text"),
        (("claims", 1, "content_spans"), [[188, 225]], "claim 2: content is not what its spans cover"),
        (
            ("claims", 0, "content_spans"),
            [[107, 132], [49, 66]],
            "claim 1: content 49–66 is outside the text",
        ),
        (("claims", 1, "content"), "وجود", "claim 2: content is not what its spans cover"),
        (("claims", 1, "attribution", "cue_spans"), [], "claim 2: cue is not what its spans cover"),
        (("claims", 1, "speaker"), ["nobody"], "claim 2: speaker “nobody” is not in the codebook"),
        (("claims", 1, "stance"), "mars", "claim 2: stance “mars” is not in the codebook"),
        (("claims", 1, "propositions"), ["X9"], "claim 2: propositions “X9” is not in the codebook"),
        (("claims", 1, "polarity"), None, "claim 2: position “ru” has a side, but no polarity"),
        (("claims", 1, "n"), 7, "claim 2: n is 7, should be 2"),
        (("claims", 1, "speaker_side"), [None], "claim 2: speaker_side does not follow the speakers"),
        (("record_id",), "elsewhere", "record_id is “elsewhere”"),
        (("text_sha256",), "0" * 64, "text_sha256 is not that of the text"),
    ],
)
def test_finds_what_the_schema_cannot(
    path: tuple[Any, ...], value: Any, fault: str, codebook: Codebook
) -> None:
    record = exported("s11", codebook)
    part = record
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    assert any(found.startswith(fault) for found in export.faults(record, codebook))


def test_finds_the_same_claim_twice(codebook: Codebook) -> None:
    record = exported("s11", codebook)
    record["claims"].append({**copy.deepcopy(record["claims"][1]), "n": 4})
    assert export.faults(record, codebook) == [
        "claim 4: same speaker, relay, position and polarity as a claim before it"
    ]


# ------------------------------------------------------------------ words and lines


@pytest.mark.parametrize("sid", REFERENCE)
def test_writes_arabic_as_it_is_on_one_line(sid: str, codebook: Codebook) -> None:
    line = export.line(exported(sid, codebook))
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert b"\\u" not in line
    assert REFERENCE[sid]["text"] in json.loads(line)["text"]
    assert DOCUMENT.title in line.decode("utf-8")


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\n", "\r"])
def test_keeps_a_line_whole_whatever_the_comment(separator: str, codebook: Codebook) -> None:
    answer = dataclasses.replace(sample.reference()["s11"], comment=f"one{separator}two")
    record = export.record(DOCUMENT, sentence(REFERENCE["s11"]), annotation(answer), ANNOTATOR, codebook)
    line = export.line(record)
    assert len(line.decode("utf-8").splitlines()) == 1
    assert json.loads(line)["comment"] == f"one{separator}two"


def test_counts_an_emoji_as_one_character(codebook: Codebook) -> None:
    text = "قال 👩🏽‍🌾 إن 🕊️ السلام قريب"
    start = text.index("السلام")
    record = of_text(text, codebook, content_spans=((start, start + len("السلام")),))
    read = json.loads(export.line(record))
    [[start, end]] = read["claims"][0]["content_spans"]
    assert read["text"][start:end] == read["claims"][0]["content"] == "السلام"
    assert export.faults(read, codebook) == []


@pytest.mark.parametrize("sid", REFERENCE)
def test_slices_to_the_quoted_words(sid: str, codebook: Codebook) -> None:
    read = json.loads(export.line(exported(sid, codebook)))
    for claim in read["claims"]:
        places = [(claim, "content"), (claim["attribution"], "cue"), (claim["attribution"], "source")]
        for part, name in places:
            words = [read["text"][start:end] for start, end in part[f"{name}_spans"]]
            assert words == (part[name].split(" … ") if part[name] else [])


# ------------------------------------------------------------------ description


def test_describes_every_key() -> None:
    schema = export.schema()
    claim = schema["$defs"]["claim"]["properties"]
    described = README.read_text(encoding="utf-8")
    for properties in (
        schema["properties"],
        schema["properties"]["doc"]["properties"],
        claim,
        claim["attribution"]["properties"],
    ):
        missing = [key for key in properties if f"| `{key}` |" not in described]
        assert missing == []

"""REFI-QDA: sources, codes and coded passages of a project, and the codebook alone."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from lxml import etree

from annotator.model import Codebook
from annotator.outputs import refi
from annotator.outputs.places import in_xml
from tests.core.exported import HARD, hard_records, records, written

SPACE = {"q": refi.PROJECT}


def project(found: list[dict[str, Any]], codebook: Codebook) -> tuple[etree._Element, dict[str, str]]:
    archive = zipfile.ZipFile(io.BytesIO(written(refi.PROJECT_FORMAT, found, codebook)))
    texts = {name: archive.read(name).decode() for name in archive.namelist() if name != "project.qde"}
    return etree.fromstring(archive.read("project.qde")), texts


def codes(root: etree._Element, space: str = refi.PROJECT) -> dict[str, str]:
    found = {}
    for group in root.iterfind(f".//{{{space}}}Codes/{{{space}}}Code"):
        for code in group.iterfind(f"{{{space}}}Code"):
            about = code.findtext(f"{{{space}}}Description") or ""
            found[code.get("guid", "")] = f"{group.get('name')}:{about.partition(chr(10))[0]}"
    return found


@pytest.mark.parametrize("make", [records, hard_records])
def test_codes_every_marked_passage(make: Any, codebook: Codebook) -> None:
    found = make(codebook)
    root, texts = project(found, codebook)
    names = codes(root)
    passages: dict[tuple[str, str], tuple[str, set[str]]] = {}
    for source in root.iterfind(".//q:TextSource", SPACE):
        text = texts[f"Sources/{source.get('plainTextPath', '').removeprefix('internal://')}"]
        for one in source.iterfind("q:PlainTextSelection", SPACE):
            words = text[int(one.get("startPosition", "")) : int(one.get("endPosition", ""))]
            said = {names[ref.get("targetGUID", "")] for ref in one.iterfind("q:Coding/q:CodeRef", SPACE)}
            passages[one.get("creatingUser", ""), one.get("name", "")] = (words, said)
    for record in found:
        user = refi._guid("user", record["annotator"])
        words, said = passages[user, f"{record['sent_id']}/0"]
        assert words == record["text"]
        assert f"Status:{record['status']}" in said
        for claim in record["claims"]:
            for part, spans in (
                ("content", claim["content_spans"] or [[0, len(record["text"])]]),
                ("cue", claim["attribution"]["cue_spans"]),
                ("source", claim["attribution"]["source_spans"]),
            ):
                for number, (start, end) in enumerate(spans, start=1):
                    words, said = passages[user, f"{record['sent_id']}/{claim['n']}/{part}/{number}"]
                    assert words == record["text"][start:end]
                    assert f"Part:{part}" in said
                    assert part != "content" or f"Stance:{claim['stance']}" in said
                    assert part != "content" or {f"Speaker:{id}" for id in claim["speaker"]} <= said


def test_keeps_comments_and_notes(codebook: Codebook) -> None:
    found = hard_records(codebook)
    root, _ = project(found, codebook)
    told = {
        one.get("name"): one.findtext("q:Description", namespaces=SPACE)
        for one in root.iterfind(".//q:PlainTextSelection", SPACE)
    }
    assert told["s2/0"] == found[1]["comment"]
    assert told["s3/0"] == in_xml(found[2]["comment"])
    note = in_xml(found[1]["claims"][0]["note"])
    assert told["s2/1/content/1"] == f"بوتين\u200f 😀\ntr_media > turkey\n{note}"


def test_names_people_and_documents(codebook: Codebook) -> None:
    root, texts = project(records(codebook) + hard_records(codebook), codebook)
    people = [user.get("name") for user in root.iterfind("q:Users/q:User", SPACE)]
    assert people == ["Ana", "سام: 50%"]
    titles = [source.get("name") for source in root.iterfind(".//q:TextSource", SPACE)]
    assert titles[1] == in_xml(HARD.title)
    assert len(texts) == 2


def test_gives_the_final_layer_a_source_of_its_own(codebook: Codebook) -> None:
    votes = hard_records(codebook)
    final = [record | {"role": "final", "annotator": "final"} for record in votes]
    root, texts = project(votes + final, codebook)
    guids = [source.get("guid") for source in root.iterfind(".//q:TextSource", SPACE)]
    assert len(set(guids)) == 2 == len(texts)


def test_is_a_project_even_where_nothing_was_found(codebook: Codebook) -> None:
    root, texts = project([], codebook)
    assert root.find("q:Sources", SPACE) is None
    assert root.find("q:Users", SPACE) is None
    assert texts == {}


def test_has_the_same_codes_in_the_codebook_alone(codebook: Codebook) -> None:
    root, _ = project([], codebook)
    alone = etree.fromstring(written(refi.CODEBOOK_FORMAT, [], codebook))
    assert codes(alone, refi.CODEBOOK) == codes(root)
    assert len(set(codes(root))) == len(codes(root)) > 40

"""What other tools hold comes in as somebody's answers, as far as it is one."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest

from annotator import demo
from annotator.filter import Filter
from annotator.model import Invalid, Kind, Problem
from annotator.outputs.archive import folder
from annotator.project import Project
from tests.conftest import ARTICLE

Record = dict[str, Any]


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    demo.build(path)
    return path


def exported(demo_file: Path, format: str, folder: Path) -> Path:
    path = folder / f"demo.{format}"
    with Project.open(demo_file) as project:
        path.write_bytes(b"".join(project.export(format, Filter())))
    return path


def answers(project: Project) -> dict[str, Record]:
    return {record["record_id"]: record for record in project.records()}


def held(record: Record) -> Record:
    """What a tool can hold of a record. Content that is the whole sentence is as none to it."""
    said = {key: record[key] for key in ("status", "duplicate_of", "claims")}
    for claim in said["claims"]:
        if claim["content_spans"] == [[0, len(record["text"])]]:
            claim |= {"content": None, "content_spans": []}
    return said


@pytest.mark.parametrize("format", ["brat", "label-studio", "doccano"])
def test_takes_back_what_the_tool_can_hold(
    format: str, demo_file: Path, article: Project, tmp_path: Path
) -> None:
    report = article.take_annotations(format, exported(demo_file, format, tmp_path))
    with Project.open(demo_file) as project:
        given = answers(project)
    taken = answers(article)
    lacking = 0
    if format == "brat":  # which has no sentence without a claim, and no comment that “unclear” asks for
        given = {id: record for id, record in given.items() if record["claims"]}
        unclear = [
            id for id, one in given.items() if "unclear" in {claim["stance"] for claim in one["claims"]}
        ]
        lacking = len(unclear)
        given = {id: record for id, record in given.items() if id not in unclear}
    assert (report.left, report.unfinished) == (0, lacking)
    assert {id: held(one) for id, one in taken.items()} == {id: held(one) for id, one in given.items()}
    assert not [one.difference for one in article.verify() if one.difference]


def test_takes_answers_only_once(demo_file: Path, article: Project, tmp_path: Path) -> None:
    path = exported(demo_file, "label-studio", tmp_path)
    added = article.take_annotations("label-studio", path).added
    again = article.take_annotations("label-studio", path)
    assert (again.added, again.same, again.left) == (0, added, 0)


def stretch(project: Project) -> tuple[str, str, int]:
    """A sentence, words of it that stand in the file as they are, and where they begin there."""
    return next(
        (one.id, one.text[at : at + length], start)
        for one in project.sentences(ARTICLE)
        if one.kind is Kind.BODY
        for at, start, length in one.unit.runs
        if length > 30
    )


def polnear(project: Project, folder: Path) -> Path:
    """An attribution as PolNeAR has it: places in the imported file, and no label."""
    _, text, at = stretch(project)
    ann = folder / "idlib-article_4b22.ann"
    ann.write_text(
        f"T1\tContent {at + 10} {at + 30}\t{text[10:30]}\n"
        f"T2\tCue {at} {at + 4}\t{text[0:4]}\n"
        f"T3\tAttribution {at} {at + 4}\t{text[0:4]}\n"
        "E1\tAttribution:T3 Cue:T2 Content:T1\n",
        encoding="utf-8",
    )
    return ann


def test_reads_merged_speakers_as_the_one_they_count_as(demo_file: Path, tmp_path: Path) -> None:
    shutil.copy(demo_file, tmp_path / "merged.db")
    with Project.open(tmp_path / "merged.db") as project:
        lead = project.person("Lead")
        project.merge_speakers("putin", "usa", lead, seen=project.speakers_version())
        source = exported(tmp_path / "merged.db", "label-studio", tmp_path)
        report = project.take_annotations("label-studio", source)
        # One was marked as a whole sentence, which tools write for nothing marked.
        assert (report.added, report.left) == (0, 1)


def test_never_invents_a_position(article: Project, tmp_path: Path) -> None:
    sid, text, _ = stretch(article)
    report = article.take_annotations("brat", polnear(article, tmp_path), name="PolNeAR")
    assert (report.added, report.unfinished, report.people) == (1, 1, ["PolNeAR"])
    assert answers(article) == {}
    desk = article.desk(ARTICLE, article.person("PolNeAR"))
    comment = desk.annotations[sid].answer.comment
    assert comment is not None
    assert f"content: {text[10:30]}" in comment
    assert f"cue: {text[0:4]}" in comment


def test_asks_whose_answers_they_are(article: Project, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="whose answers these are"):
        article.take_annotations("brat", polnear(article, tmp_path))


def test_refuses_words_that_stand_elsewhere(article: Project, tmp_path: Path) -> None:
    path = polnear(article, tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("Cue ", "Cue 1"), encoding="utf-8")
    with pytest.raises(Invalid, match="does not stand at"):
        article.take_annotations("brat", path, name="PolNeAR")
    assert len(article.people()) == 4


def test_knows_people_by_the_names_of_their_folders(article: Project, tmp_path: Path) -> None:
    for name in ("Ana:Ben", "A%41", ".Eda"):
        (tmp_path / folder(name)).mkdir()
        path = polnear(article, tmp_path)
        path.rename(tmp_path / folder(name) / path.name)
    report = article.take_annotations("brat", tmp_path)
    assert sorted(report.people) == [".Eda", "A%41", "Ana:Ben"]


def test_takes_the_document_whose_name_is_longest(article: Project, tmp_path: Path) -> None:
    article.import_file("idlib.txt", b"Another text. It comes first or last.", lang="en")
    article.import_file("idlib-article_4b22_b.txt", b"One more text. It has a longer name.", lang="en")
    words = "One more text."
    path = tmp_path / "idlib-article_4b22_b_9.ann"
    path.write_text(f"T1\tContent 0 14\t{words}\nE1\tContent:T1 Content:T1\n", encoding="utf-8")
    report = article.take_annotations("brat", path, name="PolNeAR")
    assert report.unfinished == 1


def test_finds_sentences_by_their_text(article: Project, tmp_path: Path) -> None:
    text = article.sentence(ARTICLE, stretch(article)[0]).text
    example = {"text": text, "entities": [{"id": 1, "label": "content", "start_offset": 0, "end_offset": 5}]}
    path = tmp_path / "mine.jsonl"
    path.write_bytes(
        orjson.dumps(example) + b"\n" + orjson.dumps(example | {"text": "Nowhere.", "entities": []})
    )
    report = article.take_annotations("doccano", path, name="Eda")
    assert (report.unfinished, report.left) == (1, 1)


BAD: dict[str, tuple[str, bytes]] = {
    "no tasks": ("label-studio", b'{"id": 1}'),
    "no JSON": ("label-studio", b"[{"),
    "no text": ("label-studio", b'[{"annotations": [{"result": []}], "data": {}}]'),
    "tie to nothing": (
        "label-studio",
        json.dumps(
            [{"data": {"text": "a"}, "annotations": [{"result": [
                {"type": "labels", "id": "a", "value": {"start": 0, "end": 1, "labels": ["Content"]}},
                {"type": "relation", "from_id": "a", "to_id": "b"},
            ]}]}]
        ).encode(),
    ),
    "no example": ("doccano", b"[]\n"),
    "entity a text": ("doccano", b'{"text": "a", "entities": ["x"]}\n'),
    "no standoff": ("brat", b"Hello.\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_refuses_what_is_of_no_tool(name: str, article: Project, tmp_path: Path) -> None:
    format, data = BAD[name]
    path = tmp_path / "idlib-article.ann"
    path.write_bytes(data)
    with pytest.raises(Problem) as refused:
        article.take_annotations(format, path, name="Eda")
    assert "\n" not in str(refused.value)
    assert answers(article) == {}


def test_refuses_a_zip_that_is_a_bomb(article: Project, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("Eda/idlib-article.ann", b" " * 50_000_000)
    with pytest.raises(Invalid, match="far more than texts have"):
        article.take_annotations("brat", path)


def test_refuses_a_folder_where_a_file_is_needed(article: Project, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="is a folder"):
        article.take_annotations("doccano", tmp_path, name="Eda")

"""A file of records comes home: into its documents, or with them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from annotator import codebook, demo, export
from annotator.model import Answer, Claim, Invalid, Problem, Role, Status
from annotator.project import Project
from annotator.store import annotations as answer_rows
from annotator.store.annotations import Draft
from annotator.store.file import write
from tests import drawn_projects
from tests.conftest import ARTICLE

Record = dict[str, Any]


def lines(project: Project, layer: str = "votes") -> bytes:
    return b"".join(project.export_jsonl(layer=layer))


@pytest.fixture(scope="module")
def demo_lines(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    demo.build(path)
    with Project.open(path) as project:
        return lines(project, "both")


@pytest.fixture
def claims(tmp_path: Path, demo_lines: bytes) -> Path:
    path = tmp_path / "claims.jsonl"
    path.write_bytes(demo_lines)
    return path


def test_takes_answers_into_their_documents(article: Project, claims: Path, demo_lines: bytes) -> None:
    report = article.take_records(claims)
    assert lines(article, "both") == demo_lines
    assert (report.added, report.same, report.left) == (95, 0, 0)
    assert {one.name: one.role for one in article.people()}["Simulated A"] is Role.SIMULATED


def test_skips_what_is_here_already(article: Project, claims: Path, demo_lines: bytes) -> None:
    article.take_records(claims)
    report = article.take_records(claims)
    assert (report.added, report.same, report.left) == (0, 95, 0)
    assert lines(article, "both") == demo_lines


def test_names_other_answers_and_keeps_both_where_they_are(article: Project, claims: Path) -> None:
    article.take_records(claims)
    before = lines(article, "both")
    records = [json.loads(line) for line in before.splitlines()]
    records[3]["comment"] = "غير ذلك"
    records[4]["sent_id"] = "s999"
    records[4]["record_id"] = f"{ARTICLE}/s999/{records[4]['annotator']}"
    written(claims, records)
    report = article.take_records(claims)
    assert (report.added, report.same, report.left) == (0, 93, 2)
    assert [str(one) for one in report.conflicts] == [
        f"{records[3]['record_id']}: {records[3]['annotator']} answered otherwise here.",
        f"{records[4]['record_id']}: its document has no such sentence.",
    ]
    assert lines(article, "both") == before


def test_only_says_what_would_come_of_it(article: Project, claims: Path) -> None:
    report = article.take_records(claims, dry_run=True)
    assert report.added == 95
    assert lines(article, "both") == b""
    assert len(article.people()) == 4


def test_takes_answers_as_another_persons(article: Project, claims: Path) -> None:
    records = [json.loads(line) for line in claims.read_bytes().splitlines()]
    written(claims, [one for one in records if one["annotator"] == records[0]["annotator"]])
    report = article.take_records(claims, name="Eda")
    assert report.people == ["Eda"]
    assert {json.loads(line)["annotator"] for line in lines(article).splitlines()} == {"Eda"}


def test_takes_no_simulated_answer_for_a_persons(article: Project, claims: Path) -> None:
    article.add_person("Simulated A", Role.ANNOTATOR)
    with pytest.raises(Invalid, match="Simulated A gave simulated answers in one of the two files"):
        article.take_records(claims)
    assert lines(article, "both") == b""


def test_puts_documents_together_again(tmp_path: Path, claims: Path, demo_lines: bytes) -> None:
    with Project.create(tmp_path / "empty.db", codebook.bundled("idlib-2019")) as project:
        report = project.take_records(claims)
        assert lines(project, "both") == demo_lines
        assert not [one.difference for one in project.verify() if one.difference]
    assert (report.documents, report.gaps, report.left) == (1, 0, 0)


def _turned(record: Record) -> bytes:
    return json.dumps(dict(reversed(record.items()))).encode()


def _with_more(record: Record) -> bytes:
    return orjson.dumps({**record, "doc": {"annotator": "of the document", **record["doc"]}})


@pytest.mark.parametrize("written", [_turned, _with_more])
def test_puts_documents_together_from_lines_others_wrote(
    written: Callable[[Record], bytes], tmp_path: Path, claims: Path, demo_lines: bytes
) -> None:
    """In another order, with spaces and escapes, or with more than is ours."""
    records = [orjson.loads(line) for line in demo_lines.splitlines()]
    claims.write_bytes(b"\n".join(map(written, records)))
    with Project.create(tmp_path / "other.db", codebook.bundled("idlib-2019")) as other:
        report = other.take_records(claims)
        assert (report.left, report.documents) == (0, 1)
        assert lines(other, "both") == demo_lines


def test_makes_no_documents_of_which_no_answer_can_be_taken(tmp_path: Path, claims: Path) -> None:
    with Project.create(tmp_path / "nile.db", codebook.bundled("nile-2020")) as project:
        with pytest.raises(Invalid, match="given under idlib-2019@.*, which this project has not"):
            project.take_records(claims)
        assert project.documents(project.add_person("Cleo", Role.LEAD)) == []


def test_keeps_the_place_of_sentences_nobody_answered(tmp_path: Path, claims: Path) -> None:
    records = [json.loads(line) for line in claims.read_bytes().splitlines()]
    some = [one for one in records if one["order"] not in (0, 7, 8)]
    written(claims, some)
    with Project.create(tmp_path / "empty.db", codebook.bundled("idlib-2019")) as project:
        report = project.take_records(claims)
        assert [json.loads(line) for line in lines(project).splitlines()] == some
        assert not [one.difference for one in project.verify() if one.difference]
    assert (report.documents, report.gaps) == (1, 3)


def test_brings_drawn_answers_back_equal(tmp_path: Path) -> None:
    for seed in range(40):
        source, target = tmp_path / f"{seed}.db", tmp_path / f"{seed}.new.db"
        with Project.create(source, codebook.bundled("idlib-2019")) as project:
            for name in drawn_projects.WHO:
                project.add_person(name)
            drawn_projects.fill(project, seed, documents=2, sentences=6)
            left = lines(project, "both")
        (tmp_path / "claims.jsonl").write_bytes(left)
        with Project.create(target, codebook.bundled("idlib-2019")) as project:
            assert not project.take_records(tmp_path / "claims.jsonl").left
            assert without_votes(lines(project, "both")) == without_votes(left)
            assert not [one.difference for one in project.verify() if one.difference]


def without_votes(left: bytes) -> list[Record]:
    """Final answers rest on answers by their number, which is each file's own."""
    records = [json.loads(line) for line in left.splitlines()]
    for record in records:
        if record["provenance"]:
            record["provenance"] = {**record["provenance"], "votes": None}
    return records


# ------------------------------------------------------------------ whatever can be typed

TYPED = (None, "", "😀👨‍👩‍👧", "\u202eback\u200f \u2066in\u2069", "a\u2028b\x00c\r\n\t", "ق" * 10_000)
SPANS: tuple[tuple[tuple[int, int], ...], ...] = ((), ((0, 3),), ((0, 3), (5, 9)))


def every_claim() -> Iterator[Claim]:
    """Every combination of what is there, empty or missing; texts take turns."""
    typed, sources = itertools.cycle(TYPED), itertools.cycle(SPANS)
    choices = itertools.product(
        ((), ("russia",), ("russia", "turkey")),
        (None, "ru"),
        (None, "support", "oppose"),
        (None, "mixed"),
        ((), ("turkey",)),
        SPANS,
        SPANS,
        ((), ("R1",)),
        (None, True, False),
    )
    for speaker, stance, polarity, attribution, via, content, cue, propositions, hedged in choices:
        yield Claim(
            speaker=speaker, stance=stance, polarity=polarity, attribution=attribution, via=via,
            content_spans=content, cue_spans=cue, source_spans=next(sources),
            propositions=propositions, hedged=hedged, hard=bool(hedged),
            claim_type="fact" if hedged else None, vouch="neutral" if stance else None,
            speaker_text=next(typed), note=next(typed),
        )  # fmt: skip


def test_brings_every_combination_back_equal(article: Project, tmp_path: Path, article_file: Path) -> None:
    article.add_person("Eda")
    claims, typed = list(every_claim()), itertools.cycle(TYPED)
    sentences = [one for one in article.sentences(ARTICLE) if one.order is not None and len(one.text) > 10]
    row, _ = article._codebook_in_force()
    some = -(-len(claims) // (2 * len(sentences)))
    with write(article.db):
        for person, sentence in itertools.product(("Ana", "Eda"), sentences):
            given, claims = tuple(claims[:some]), claims[some:]
            answer = Answer(
                Status.CLAIMS if given else Status.NO_CLAIM, given, next(typed), hard=len(given) % 2 == 1
            )
            answer_rows.append(article.db, Draft(sentence, person, answer, row))
    assert not claims
    left = lines(article)
    (tmp_path / "claims.jsonl").write_bytes(left)
    with Project.open(tmp_path / "project.db") as project:
        stored = everything_answered(project)
        project.db.execute("delete from annotations")
        project.take_records(tmp_path / "claims.jsonl")
        assert lines(project) == left
        assert everything_answered(project) == stored


def everything_answered(project: Project) -> list[Answer]:
    return [one.answer for person in ("Ana", "Eda")
            for _, one in sorted(answer_rows.of_document(project.db, ARTICLE, person).items())]  # fmt: skip


# ------------------------------------------------------------------ what is no record


def written(path: Path, records: list[Record]) -> None:
    path.write_bytes(b"".join(export.line(record) for record in records))


def set_to(*path: str | int, value: Any) -> Any:
    def change(record: Record) -> None:
        place: Any = record
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


WRONG = {
    "schema": set_to("schema", value="claims-jsonl/2"),
    "key missing": lambda record: record.pop("unit"),
    "text changed": set_to("text", value="Another."),
    "words": set_to("claims", 0, "content", value="Another."),
    "span outside": set_to("claims", 0, "content_spans", value=[[0, 100_000]]),
    "span empty": set_to("claims", 0, "content_spans", value=[[3, 3]]),
    "spans crossed": set_to("claims", 0, "content_spans", value=[[5, 9], [0, 3]]),
    "span a text": set_to("claims", 0, "content_spans", value=["ab"]),
    "spans missing": set_to("claims", 0, "content_spans", value=None),
    "number": set_to("claims", 0, "n", value=2),
    "speaker a text": set_to("claims", 0, "speaker", value="russia"),
    "speaker a number": set_to("claims", 0, "speaker", value=[1]),
    "stance a list": set_to("claims", 0, "stance", value=["ru"]),
    "hard a number": set_to("claims", 0, "hard", value=1),
    "comment a number": set_to("comment", value=1),
    "status": set_to("status", value="todo"),
    "status without claims": set_to("claims", value=[]),
    "claims a text": set_to("claims", value="none"),
    "doc a text": set_to("doc", value="none"),
    "title a number": set_to("doc", "title", value=1),
    "order far away": set_to("order", value=10**9),
    "order a text": set_to("order", value="1"),
    "name with a slash": lambda record: record.update(
        annotator="a/b", record_id=f"{record['doc_id']}/{record['sent_id']}/a/b"
    ),
    "record id": set_to("record_id", value="x"),
    "when": set_to("created_at", value=None),
    "no time": set_to("updated_at", value="yesterday"),
    "no day": set_to("created_at", value="2026-02-30T09:00:00.000Z"),
    "a list": lambda record: record.clear(),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("empty", [True, False], ids=["empty", "documents"])
def test_refuses_what_is_no_record(
    name: str, empty: bool, article: Project, claims: Path, tmp_path: Path, demo_lines: bytes
) -> None:
    records = [orjson.loads(line) for line in demo_lines.splitlines()]
    at = next(n for n, one in enumerate(records) if one["claims"] and one["claims"][0]["content"] and n > 5)
    WRONG[name](records[0 if name == "title a number" else at])
    written(claims, records)
    source = codebook.bundled("idlib-2019")
    project = Project.create(tmp_path / "empty.db", source) if empty else article
    if name in ("order far away", "title a number") and not empty:
        return  # nothing is made of it
    with pytest.raises(Problem) as refused:
        project.take_records(claims)
    assert "\n" not in str(refused.value)
    assert lines(project) == b""
    assert len(project.documents(project.people()[0])) == 1 if not empty else not project.people()
    if empty:
        project.close()


def test_refuses_file_cut_short(article: Project, claims: Path, demo_lines: bytes) -> None:
    claims.write_bytes(demo_lines[:-100])
    with pytest.raises(Invalid, match=r"^Line 95 is not a record"):
        article.take_records(claims)
    assert lines(article) == b""


def test_names_what_the_codebook_has_not(article: Project, claims: Path, demo_lines: bytes) -> None:
    record = next(one for one in map(json.loads, demo_lines.splitlines()) if one["claims"])
    record["claims"][0]["speaker"] = ["nobody-known"]
    written(claims, [record, {**record, "codebook": "other@1"}])
    report = article.take_records(claims)
    assert [str(one).partition(": ")[2] for one in report.conflicts] == [
        "“nobody-known” (speaker) is not in the codebook of this project.",
        "it was given under other@1, which this project has not.",
    ]

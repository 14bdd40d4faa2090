"""Export records are the same as when every answer was made into nouns first, to the byte."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator import demo, export, sample
from annotator.filter import Filter, made
from annotator.model import Answer, Claim, Codebook, Missing, Role, Sentence, Status
from annotator.outputs import flat
from annotator.project import Project
from annotator.project.counting import SAMPLE, Count
from annotator.project.results import chosen
from annotator.store import annotations, settlements
from tests.conftest import ARTICLE
from tests.drawn_projects import fill


def slow(project: Project, layer: str = "both", with_seconds: bool = False) -> Iterator[dict[str, Any]]:
    """The records by the long way: every row a dataclass, every claim looked at by itself."""
    people = {person.name: person for person in project.people()}
    book = project.codebook()
    if layer != "final":
        for sentence, annotation in annotations.stream(project.db, chosen(None, None, None)):
            person = people[annotation.person]
            annotation = project._read(annotation)
            yield _record(project, sentence, annotation.answer, book, person.name) | {
                "codebook": annotation.codebook,
                "role": "simulated" if person.role is Role.SIMULATED else "annotator",
                "seconds": annotation.seconds if with_seconds else None,
                "created_at": annotation.created_at,
                "updated_at": annotation.updated_at,
            }
    if layer != "votes":
        yield from _final(project, book)


def _final(project: Project, book: Codebook) -> Iterator[dict[str, Any]]:
    settled = settlements.all(project.db)
    for document in project.documents_compared():
        for sentence in project.sentences(document.id):
            if one := settled.get(sentence.key):
                yield _record(project, sentence, project._read_answer(one.answer), book, "final") | {
                    "codebook": one.codebook,
                    "role": "final",
                    "provenance": {
                        "kind": one.kind, "by": one.person, "reason": one.reason, "note": one.note,
                        "time": one.created_at, "votes": list(one.votes),
                    },
                    "created_at": one.created_at,
                    "updated_at": one.created_at,
                }  # fmt: skip


def _record(project: Project, sentence: Sentence, answer: Answer, book: Codebook, who: str) -> dict[str, Any]:
    document = project.document(sentence.document)
    fields = ("title", "publisher", "author", "date", "url", "lang")
    claims = answer.claims if answer.status is Status.CLAIMS else ()
    return {
        "schema": "claims-jsonl/1", "record_id": f"{document.id}/{sentence.id}/{who}", "codebook": None,
        "doc_id": document.id, "doc": {name: getattr(document, name) for name in fields},
        "sent_id": sentence.id, "order": sentence.order, "unit": sentence.kind.value, "text": sentence.text,
        "text_sha256": hashlib.sha256(sentence.text.encode()).hexdigest(), "annotator": who, "role": None,
        "status": answer.status.value,
        "duplicate_of": answer.duplicate_of if answer.status is Status.DUPLICATE else None,
        "claims": [_claim(n, claim, sentence.text, book) for n, claim in enumerate(claims, start=1)],
        "hard": answer.hard, "comment": answer.comment, "provenance": None, "seconds": None,
        "created_at": None, "updated_at": None,
    }  # fmt: skip


def _claim(n: int, claim: Claim, text: str, book: Codebook) -> dict[str, Any]:
    def words(spans: Any) -> str | None:
        return " … ".join(text[start:end] for start, end in spans) or None

    def pairs(spans: Any) -> list[list[int]]:
        return [list(span) for span in spans]

    actors = [book.actor(id) for id in claim.speaker]
    return {
        "n": n, "speaker": list(claim.speaker), "speaker_side": [a.side if a else None for a in actors],
        "speaker_text": claim.speaker_text, "stance": claim.stance, "polarity": claim.polarity,
        "attribution": {
            "type": claim.attribution, "via": list(claim.via), "cue": words(claim.cue_spans),
            "cue_spans": pairs(claim.cue_spans), "source": words(claim.source_spans),
            "source_spans": pairs(claim.source_spans), "vouch": claim.vouch,
        },
        "content": words(claim.content_spans), "content_spans": pairs(claim.content_spans),
        "propositions": list(claim.propositions), "claim_type": claim.claim_type, "hedged": claim.hedged,
        "hard": claim.hard, "note": claim.note,
    }  # fmt: skip


def compare(project: Project) -> int:
    """Both ways, and the lines, for every layer; how many records."""
    for layer in ("votes", "final", "both"):
        expected = [export.line(record) for record in slow(project, layer)]
        assert [export.line(record) for record in project.records(layer=layer)] == expected
        assert list(project.export_jsonl(layer=layer)) == expected
        count = project.count_of(Filter(layer=layer))
        rows = list(flat.rows(project.records(layer=layer)))
        assert (count.records, count.claims) == (len(expected), sum(row["claim_n"] > 0 for row in rows))
        assert count.records == project.count_records(layer=layer)
    return len(expected)


# ------------------------------------------------------------------ the same bytes


@pytest.mark.parametrize("seed", range(8))
def test_writes_drawn_projects_as_before(seed: int, project: Project) -> None:
    fill(project, seed)
    assert compare(project) > 30
    assert list(project.records(with_seconds=True)) == list(slow(project, "votes", with_seconds=True))
    lines = project.export_jsonl(with_seconds=True)
    assert list(lines) == [export.line(one) for one in slow(project, "votes", with_seconds=True)]


def test_writes_the_demo_as_before(tmp_path: Path) -> None:
    demo.build(tmp_path / "demo.db")
    with Project.open(tmp_path / "demo.db") as opened:
        opened.settle_unanimous(opened.person("Lead"))
        assert compare(opened) > 90


def test_writes_merged_speakers_under_the_id_they_count_as(project: Project) -> None:
    fill(project, 100)
    before = [line.decode() for line in project.export_jsonl()]
    cleo = project.person("Cleo")
    project.merge_speakers("usa", "un", cleo, seen=project.speakers_version())
    assert compare(project) > 30
    assert any('"usa"' in line for line in before)
    assert not any('"usa"' in line for line in (one.decode() for one in project.export_jsonl()))


def test_reads_claims_that_somebody_else_wrote(article: Project) -> None:
    """With spaces, with keys in another order, and before a key was there."""
    article.take_answers(ARTICLE, article.person("Ana"), sample.reference(), "2026-01-12T09:00:00.000Z")
    stored = [(id, claims) for id, claims in article.db.execute("select id, claims from annotations")]
    spaced, turned, older = stored[0], stored[3], stored[8]

    def put(id: int, claims: str) -> None:
        article.db.execute("update annotations set claims = ? where id = ?", (claims, id))

    put(spaced[0], json.dumps(json.loads(spaced[1])))
    put(turned[0], json.dumps([dict(reversed(one.items())) for one in json.loads(turned[1])]))
    without = [{k: v for k, v in one.items() if k != "vouch"} for one in json.loads(older[1])]
    put(older[0], json.dumps(without, separators=(",", ":"), ensure_ascii=False))
    assert compare(article) == 39


# ------------------------------------------------------------------ filters


def test_chooses_claims_by_label_and_voice(project: Project) -> None:
    fill(project, 7, documents=1, sentences=30)
    everything = list(project.records())
    filter = made(labels=["stance:ru", "stance:tr", "attribution:direct"], own_voice=False)
    own = {"author"}

    def fits(claim: dict[str, Any]) -> bool:
        voice = not own & set(claim["speaker"])
        return voice and claim["stance"] in ("ru", "tr") and claim["attribution"]["type"] == "direct"

    expected = [(r["record_id"], c["n"]) for r in everything for c in r["claims"] if fits(c)]
    chosen = list(project.records_of(filter))
    assert [(r["record_id"], c["n"]) for r in chosen for c in r["claims"]] == expected != []
    whole = list(project.records_of(filter, unit="sentence"))
    assert whole == [r for r in everything if any(map(fits, r["claims"]))]
    count = project.count_of(filter)
    assert (count.records, count.claims) == (len(chosen), len(expected))
    assert b"".join(project.export("claims-jsonl", filter)) == b"".join(map(export.line, whole))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("layer", ["votes", "final", "both"])
def test_counts_chosen_claims_as_it_writes_them(seed: int, layer: str, project: Project) -> None:
    fill(project, 20 + seed)
    project.merge_speakers("usa", "un", project.person("Cleo"), seen=project.speakers_version())
    counted = 0
    for labels in ([], ["stance:ru"], ["speaker:un"], ["speaker:un", "stance:tr"], ["via:un", "via:tr_media"],
                   ["polarity:oppose", "claim_type:demand"], ["vouch:neutral", "attribution:mixed"],
                   ["propositions:R1", "propositions:T1", "stance:tr"]):  # fmt: skip
        for own_voice in (True, False):
            filter = made(labels=labels, own_voice=own_voice, layer=layer)
            records = list(project.records_of(filter))
            count = project.count_of(filter)
            claims = sum(len(record["claims"]) for record in records)
            assert (count.records, count.claims) == (len(records), claims)
            assert list(project.first_of(filter, count)) == records[:SAMPLE]
            counted += bool(labels) and claims
    assert counted
    assert project.count_of(made(labels=["stance:ru"], statuses=["no_claim"])) == Count(0, 0)


def test_counts_claims_that_a_merge_makes_one_once(article: Project) -> None:
    article.take_answers(ARTICLE, article.person("Ana"), sample.reference(), "2026-01-12T09:00:00.000Z")
    before = article.count_of(Filter())
    named = Counter(id for one in article.records() for claim in one["claims"] for id in claim["speaker"])
    first, *others = [id for id, _ in named.most_common() if id not in ("author", "unnamed")]
    for id in others:
        article.merge_speakers(id, first, article.person("Cleo"), seen=article.speakers_version())
    assert article.count_of(Filter()).claims < before.claims
    compare(article)


def test_puts_final_answers_beside_the_others_of_their_sentence(article: Project) -> None:
    for name in ("Ana", "Ben"):
        article.take_answers(ARTICLE, article.person(name), sample.reference(), "2026-01-12T09:00:00.000Z")
    article.settle_unanimous(article.person("Cleo"))
    both = Filter(layer="both")
    tasks = json.loads(b"".join(article.export("label-studio", both)))
    assert [task["data"]["sent_id"] for task in tasks] == [
        sentence.id for sentence in article.sentences(ARTICLE) if sentence.id in sample.reference()
    ]
    finals = [sum(one["ground_truth"] for one in task["annotations"]) for task in tasks]
    assert sum(finals) == article.count_records(layer="final") > 0
    assert all(task["annotations"][-1]["ground_truth"] for task, n in zip(tasks, finals, strict=True) if n)
    records = article.records_of(both, beside=True)
    assert Counter(one["record_id"] for one in records) == Counter(
        one["record_id"] for one in article.records_of(both)
    )


def test_takes_the_documents_and_people_of_a_round(project: Project) -> None:
    fill(project, 3)
    one = project.documents_compared()[1].id
    round = project.make_round("First", 1, documents=[one], people=["Ana"])
    found = list(project.records_of(Filter(round=round.id)))
    assert found == list(project.records(documents=[one], people=["Ana"])) != []
    assert list(project.records_of(Filter(round=round.id, people=("Ben",)))) == []
    assert project.count_of(Filter(round=round.id)).records == len(found)


@pytest.mark.parametrize(
    "filter",
    [
        Filter(documents=("nowhere",)),
        Filter(people=("Nobody",)),
        Filter(round=7),
        Filter(labels={"stance": ("nowhere",)}),
    ],
)
def test_refuses_names_that_do_not_exist(filter: Filter, project: Project) -> None:
    with pytest.raises(Missing):
        project.export("claims-jsonl", filter)
    with pytest.raises(Missing):
        project.count_of(filter)


def test_lets_go_of_the_file_when_nobody_reads_to_the_end(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.project.exporting.OFTEN", 2)
    monkeypatch.setattr("annotator.project.exporting.PIECE", 1)
    fill(project, 5)
    lines = project.export("claims-jsonl", Filter())
    assert len(list(itertools.islice(lines, 3))) == 3
    lines.close()  # type: ignore[attr-defined]
    project.add_person("Eve")
    assert project.db.execute("pragma wal_checkpoint(truncate)").fetchone()[0] == 0


def test_gives_each_document_as_one_text(article: Project) -> None:
    text = article.outputs_context().texts(ARTICLE)
    for sentence in article.sentences(ARTICLE):
        start = text.starts[sentence.id]
        assert text.text[start : start + len(sentence.text)] == sentence.text

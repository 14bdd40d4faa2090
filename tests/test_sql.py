"""The views people may ask: every query of the manual runs, and counts what the export counts."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator import demo
from annotator.filter import Filter
from annotator.outputs import flat
from annotator.project import Project
from tests.readme import README

TEXT = README.read_text(encoding="utf-8")
QUERIES = {found[1]: found[0] for found in re.findall(r"```sql\n(-- (.*?)\n.*?)```", TEXT, re.DOTALL)}
"""By the question above each."""

VIEWS = ("claims", "current_answers", "agreement_units")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    path = tmp_path_factory.mktemp("sql") / "demo.db"
    demo.build(path)
    project = Project.open(path)
    yield project
    project.close()


def asked(path: Path, question: str) -> list[tuple[Any, ...]]:
    """As a stranger's tool does: without any of our code, and without writing."""
    query = next(sql for words, sql in QUERIES.items() if words.startswith(question))
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        found = db.execute(query).fetchall()
    db.close()
    return found


def exported(project: Project) -> list[dict[str, Any]]:
    return list(flat.rows(project.records_of(Filter())))


def test_shows_some_queries() -> None:
    assert len(QUERIES) >= 5


@pytest.mark.parametrize("question", QUERIES)
def test_answers_every_query_of_the_manual(made: Project, question: str) -> None:
    assert asked(made.path, question)


@pytest.mark.parametrize("view", VIEWS)
def test_explains_every_column(made: Project, view: str) -> None:
    columns = {column[0] for column in made.db.execute(f"select * from {view}").description}
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{view}`"))
    assert set(re.findall(r"`(\w+)`", row.split("|")[3])) - {"current_sentences"} == columns


def test_counts_positions_as_the_export_does(made: Project) -> None:
    rows = [row for row in exported(made) if row["annotator"] == "Reference" and row["claim_n"]]
    expected = Counter((";".join(row["speaker"]), row["stance"], row["polarity"]) for row in rows)
    assert {row[:3]: row[3] for row in asked(made.path, "Who takes")} == expected


def test_counts_decisions_as_the_export_does(made: Project) -> None:
    expected = Counter((record["annotator"], record["status"]) for record in made.records_of(Filter()))
    assert {row[:2]: row[2] for row in asked(made.path, "What did")} == expected


def test_gives_the_words_the_export_gives(made: Project) -> None:
    found = Counter(row[5] for row in asked(made.path, "Which words"))
    rows = [row for row in exported(made) if row["attribution"] == "ascribed"]
    assert found == Counter(row["content"] or row["text"] for row in rows)


def test_agrees_with_the_agreement_page(made: Project) -> None:
    layer = made.agreement().layers[0]
    [(sentences, readings, agreement)] = asked(made.path, "How often")
    assert (sentences, readings) == (layer.compared, layer.n)
    assert agreement == pytest.approx(layer.observed)


def test_has_every_claim_of_the_export_with_every_label(made: Project) -> None:
    names = ("document", "sentence", "person", "n", "speaker", "speaker_text", "position", "polarity",
             "attribution", "via", "propositions", "content", "cue", "source", "claim_type", "vouch",
             "note", "text")  # fmt: skip
    keys = ("doc_id", "sent_id", "annotator", "claim_n", "speaker", "speaker_text", "stance", "polarity",
            "attribution", "via", "propositions", "content", "cue", "source", "claim_type", "vouch",
            "claim_note", "text")  # fmt: skip
    found = set(made.db.execute(f"select {', '.join(names)} from claims").fetchall())
    assert found == {tuple(_cell(row[key]) for key in keys) for row in exported(made) if row["claim_n"]}


def test_puts_merged_speakers_under_the_one_that_counts(made: Project, tmp_path: Path) -> None:
    copy = tmp_path / "merged.db"
    made.db.execute("vacuum into ?", [str(copy)])
    with Project.open(copy) as project:
        speakers = Counter(one for row in exported(project) for one in row["speaker"])
        used = [id for id, _ in speakers.most_common() if id not in ("author", "unnamed")]
        lead = project.person("Lead")
        for id, into in ((used[2], used[1]), (used[1], used[0])):
            project.merge_speakers(id, into, lead, seen=project.speakers_version())
        expected = Counter(";".join(row["speaker"]) for row in exported(project) if row["claim_n"])
        counted = "select speaker, count(*) from claims group by speaker"
        assert dict(project.db.execute(counted).fetchall()) == expected
        assert used[1] not in expected


def test_gives_agreement_only_queued_sentences(made: Project) -> None:
    kinds = made.db.execute("select distinct kind from agreement_units").fetchall()
    assert {kind for (kind,) in kinds} == set(made.codebook().queue_units)


def _cell(value: Any) -> Any:
    return (";".join(value) or None) if isinstance(value, list) else value

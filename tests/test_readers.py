"""Exported files load in the tools people analyse with. They are heavy, so they are an extra: `readers`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotator import export, sample
from annotator.model import Codebook
from tests.core.test_export import ANNOTATOR, DOCUMENT, REFERENCE, annotation, sentence

REMEDY = "SKIPPED FOR WANT OF THE EXTRA “readers”: pip install 'qawl[readers]' and run the tests again."


@pytest.fixture
def exported(tmp_path: Path, codebook: Codebook) -> Path:
    """The reference annotation as an exported file."""
    path = tmp_path / "sample.claims.jsonl"
    with path.open("wb") as file:
        for sid, answer in sample.reference().items():
            one = sentence(REFERENCE[sid])
            record = export.record(DOCUMENT, one, annotation(answer), ANNOTATOR, codebook)
            file.write(export.line(record))
    return path


def test_loads_in_pandas(exported: Path) -> None:
    pandas = pytest.importorskip("pandas", reason=REMEDY)
    records = [json.loads(line) for line in exported.read_text(encoding="utf-8").splitlines()]
    sentences = pandas.json_normalize(records)
    claims = pandas.json_normalize(
        records, "claims", meta=["record_id", "sent_id", "annotator", "role", "text"]
    )
    assert (len(sentences), len(claims)) == (39, 54)
    assert dict(sentences["status"].value_counts()) == {"claims": 29, "no_claim": 6, "duplicate": 4}
    assert sentences.loc[0, "doc.title"] == DOCUMENT.title
    assert (claims["stance"] == "neither").sum() == 15
    for claim in claims.to_dict("records"):
        assert_quotes(claim["text"], claim["content"], claim["content_spans"])
        assert_quotes(claim["text"], claim["attribution.cue"], claim["attribution.cue_spans"])


def test_loads_in_hugging_face_datasets(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    datasets = pytest.importorskip("datasets", reason=REMEDY)
    answers = datasets.load_dataset(
        "json", data_files=str(exported), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert len(answers) == 39
    for read, line in zip(answers, exported.read_text(encoding="utf-8").splitlines(), strict=True):
        written = json.loads(line)
        assert list(read) == list(written)
        assert read["text"] == written["text"]
        assert read["claims"] == written["claims"]
        for claim in read["claims"]:
            assert_quotes(read["text"], claim["content"], claim["content_spans"])


def assert_quotes(text: str, words: Any, spans: list[list[int]]) -> None:
    """The spans cover exactly the words, whatever the reader calls an empty field."""
    found = " … ".join(text[start:end] for start, end in spans)
    assert found == (words if isinstance(words, str) else "")

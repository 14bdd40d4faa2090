"""Statements: the rows for DNA, and the networks made of them."""

from __future__ import annotations

import csv
import io
from typing import Any

import networkx
import pytest

from annotator.model import Codebook
from annotator.outputs import dna, network
from tests.core.exported import claims, context, hard_records, records, written


def table(found: list[dict[str, Any]], codebook: Codebook) -> list[dict[str, str]]:
    text = written(dna.FORMAT, found, codebook).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_has_a_row_for_each_claim_speaker_and_proposition(codebook: Codebook) -> None:
    found = records(codebook)
    expected = sum(
        len(claim["speaker"]) * len(claim["propositions"]) for _, claim in claims(found) if claim["polarity"]
    )
    assert len(table(found, codebook)) == expected > 0


def test_gives_the_two_rows_of_a_conflict(codebook: Codebook) -> None:
    found = [one for one in records(codebook) if one["sent_id"] == "s11" and one["annotator"] == "Ana"]
    whole = context(codebook).texts("9d8f5d389fa7129b")
    start = whole.starts["s11"]
    rows = table(found, codebook)
    assert [list(row.values())[:6] for row in rows] == [
        ["9d8f5d389fa7129b", "2019-08-01", "", "Russia", FORCE, "1"],
        ["9d8f5d389fa7129b", "2019-08-01", "", "Turkey", FORCE, "0"],
    ]
    assert [(int(row["start"]) - start, int(row["stop"]) - start) for row in rows] == [(187, 225), (238, 284)]
    words = whole.text[int(rows[1]["start"]) : int(rows[1]["stop"])]
    assert words == found[0]["claims"][2]["content"]


FORCE = "Military force in Idlib is justified as fighting terrorism"


def test_turns_agreement_round_when_a_claim_rejects(codebook: Codebook) -> None:
    rows = table(hard_records(codebook), codebook)
    agreed = {(row["person"] or row["organization"], row["concept"]): row["agreement"] for row in rows}
    assert agreed[("Vladimir Putin", FORCE)] in {"0", "1"}
    putin = [row["agreement"] for row in rows if row["person"] == "Vladimir Putin"]
    assert putin == ["0", "0", "1"]  # R1 and R2 affirm, T1 denies; all rejected
    assert {row["organization"] for row in rows if row["person"]} == {"Russia"}
    assert {row["organization"] for row in rows if not row["person"]} == {"Unnamed source"}


def test_is_no_formula_to_a_spreadsheet(codebook: Codebook) -> None:
    found = [record | {"annotator": "=1+1"} for record in hard_records(codebook)]
    assert {row["coder"] for row in table(found, codebook)} == {"'=1+1"}


def test_leaves_out_what_takes_no_side(codebook: Codebook) -> None:
    found = hard_records(codebook)
    found[1]["claims"][0] |= {"stance": "both", "polarity": None}
    assert table(found, codebook) == []


@pytest.mark.parametrize(
    ("format", "read"), [(network.GRAPHML, networkx.read_graphml), (network.GEXF, networkx.read_gexf)]
)
def test_reads_back_as_the_network_of_the_claims(format: Any, read: Any, codebook: Codebook) -> None:
    found = records(codebook) + hard_records(codebook)
    graph = read(io.BytesIO(written(format, found, codebook)))
    counted: dict[tuple[str, str], list[int]] = {}
    lists = {one.id: one for one in codebook.propositions}
    for _, claim in claims(found):
        stands = {
            (lists[id].issue, (lists[id].pole == "+") is not (claim["polarity"] == "oppose"))
            for id in claim["propositions"]
            if claim["polarity"]
        }
        for speaker in claim["speaker"]:
            for issue, affirms in stands:
                counted.setdefault((speaker, issue or ""), [0, 0])[not affirms] += 1
    edges = {
        (a, b) if a.startswith("actor:") else (b, a): (
            told["affirm"],
            told["deny"],
            told["weight"],
            told["net"],
        )
        for a, b, told in graph.edges(data=True)
    }
    assert edges == {
        (f"actor:{speaker}", f"issue:{issue}"): (yes, no, yes + no, yes - no)
        for (speaker, issue), (yes, no) in counted.items()
    }
    assert networkx.is_bipartite(graph)
    assert {told["kind"] for _, told in graph.nodes(data=True)} == {"actor", "issue"}


@pytest.mark.parametrize("format", [network.GRAPHML, network.GEXF])
def test_gives_the_same_bytes_each_time(format: Any, codebook: Codebook) -> None:
    found = records(codebook)
    assert written(format, found, codebook) == written(format, found, codebook)
    assert b"lastmodifieddate" not in written(format, found, codebook)
    assert written(format, [], codebook)

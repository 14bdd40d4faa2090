"""Statements: who affirms or denies which issue. The only part of the claims that networks are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from annotator.model import Codebook, Proposition
from annotator.outputs.flat import Row, rows
from annotator.outputs.format import Record


@dataclass(frozen=True, slots=True)
class Statement:
    row: Row  # of the claim, as in the flat export
    actor: str
    proposition: str
    issue: str
    affirms: bool


def statements(records: Iterable[Record], codebook: Codebook) -> Iterator[Statement]:
    """One for each claim, speaker and proposition.

    A proposition affirms its issue (pole +) or denies it (-), and a claim that rejects it turns that round.
    Without issue, pole or polarity nothing is said of an issue.
    """
    lists = {one.id: one for one in (*codebook.propositions, *codebook.former_propositions)}
    for row in rows(records):
        for actor in row["speaker"]:
            for id in row["propositions"]:
                yield from _statement(row, actor, lists.get(id))


def _statement(row: dict[str, Any], actor: str, one: Proposition | None) -> Iterator[Statement]:
    if one and one.issue and one.pole and row["polarity"]:
        affirms = (one.pole == "+") is not (row["polarity"] == "oppose")
        yield Statement(row, actor, one.id, one.issue, affirms)

"""Every format for another tool is described in exports/README.md: what it holds, and what it cannot hold."""

from __future__ import annotations

import re
import tomllib

import pytest

from annotator import outputs
from annotator.outputs import Format
from tests.core.test_export import README

TEXT = README.read_text(encoding="utf-8")
OTHERS = [
    outputs.FORMATS[id]
    for id in (
        "web-annotation", "brat", "label-studio", "doccano", "cas-xmi", "dna", "dna-database", "graphml",
        "gexf", "refi-qda", "refi-qdc",
    )
]  # fmt: skip


def section(format: Format) -> str:
    return TEXT.partition(f"\n### {format.name}\n")[2].partition("\n### ")[0].partition("\n## ")[0]


@pytest.mark.parametrize("format", OTHERS, ids=lambda format: format.id)
def test_describes_every_column_and_no_other(format: Format) -> None:
    described = re.findall(r"^\| `([^`]+)` \| \S.*\|$", section(format), re.MULTILINE)
    assert described == list(format.fields)


@pytest.mark.parametrize("format", OTHERS, ids=lambda format: format.id)
def test_says_what_a_format_cannot_hold(format: Format) -> None:
    assert format.loses
    assert format.holds
    assert f"[{format.name}]" in TEXT
    assert f"| {format.loses} |" in TEXT


def test_gives_every_format_a_name_and_an_ending_of_its_own() -> None:
    formats = list(outputs.FORMATS.values())
    assert len({format.extension for format in formats}) == len(formats)
    assert len({format.name for format in formats}) == len(formats)
    assert [format.id for format in formats] == list(outputs.FORMATS)


def test_offers_to_install_what_a_format_needs() -> None:
    offered = tomllib.loads((README.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {format.extra for format in outputs.FORMATS.values() if format.extra}
    assert "inception" in extras
    assert extras <= set(offered["optional-dependencies"])

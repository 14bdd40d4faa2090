"""SECURITY.md answers every requirement of OWASP ASVS 5.0.0, levels 1 and 2, with tests that are there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parent
SECURITY = (TESTS.parent / "SECURITY.md").read_text(encoding="utf-8")

SECTIONS = """
    1.1:2 1.2:9 1.3:11 1.4:3 1.5:2  2.1:3 2.2:3 2.3:4 2.4:1
    3.2:2 3.3:4 3.4:6 3.5:5 3.7:2  4.1:3 4.2:1 4.3:2 4.4:4
    5.1:1 5.2:3 5.3:2 5.4:3  6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4  7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2
    8.1:2 8.2:3 8.3:1 8.4:1  9.1:3 9.2:4  10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3
    11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1  12.1:3 12.2:2 12.3:4  13.1:1 13.2:5 13.3:2 13.4:5
    14.1:2 14.2:4 14.3:3  15.1:3 15.2:3 15.3:7  16.1:1 16.2:5 16.3:4 16.4:3 16.5:3  17.1:1 17.2:4 17.3:2
"""
"""How many requirements of levels 1 and 2 each section has. In each they come before those of level 3."""


def rows() -> list[tuple[str, str]]:
    """(requirement, what holds it), each requirement of a row by itself."""
    found = re.findall(r"^\| (\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*) \| (.+) \|$", SECURITY, flags=re.MULTILINE)
    return [(number, words) for numbers, words in found for number in numbers.split(", ")]


def cited() -> set[tuple[str, str]]:
    return set(re.findall(r"`([\w/]+)::(\w+)`", SECURITY))


def test_answers_every_requirement_once() -> None:
    wanted = {
        f"{section}.{number}"
        for section, count in (one.split(":") for one in SECTIONS.split())
        for number in range(1, int(count) + 1)
    }
    assert len(wanted) == 253  # 70 of level 1, 183 of level 2
    counted = Counter(number for number, _ in rows())
    assert set(counted) == wanted
    assert counted.most_common(1)[0][1] == 1


def test_names_only_tests_that_exist() -> None:
    there: dict[str, set[str]] = {}
    for file, name in cited():
        if file not in there:
            tree = ast.parse((TESTS / f"{file}.py").read_text(encoding="utf-8"))
            there[file] = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
        assert name in there[file], f"{file}::{name}"
    assert len(cited()) > 80


def test_gives_a_test_or_a_reason() -> None:
    assert not [number for number, words in rows() if "::" not in words and len(words) < 6]
    assert "**no**" in dict(rows())["6.3.3"]  # what is not met is said, not hidden

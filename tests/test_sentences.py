"""Every sentence that the program makes is constant, its values named: only then can it be translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
PROBLEMS = {"Problem", "Invalid", "Missing", "Forbidden", "Stale", "Unavailable"}
SAYING = PROBLEMS | {"Said", "Counted", "_", "_n", "N_"}
PLURAL = {"Counted", "_n"}
PLACE = re.compile(r"(?<!%)(?:%%)*%\((\w+)\)s")
OURS = {"field", "claim"}  # where Invalid says to look: never values

SAID = [
    pytest.param(path, call, id=f"{path.relative_to(CHECKOUT)}:{call.lineno}")
    for path in sorted((CHECKOUT / "annotator").rglob("*.py"))
    if path.name != "problems.py" or path.parent.name == "web"
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAYING and call.args
]


def texts(call: ast.Call) -> list[str]:
    """The messages of a call that stand in it literally."""
    assert isinstance(call.func, ast.Name)
    given = call.args[: 2 if call.func.id in PLURAL else 1]
    return [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def put_together(node: ast.expr) -> Iterator[str]:
    """What puts a sentence together out of pieces."""
    for part in ast.walk(node):
        if isinstance(part, ast.JoinedStr):
            yield "f-string"
        elif isinstance(part, ast.BinOp):
            yield "+ or %"
        elif isinstance(part, ast.Call) and getattr(part.func, "attr", "") in (
            "format",
            "join",
            "lower",
            "upper",
        ):
            yield ast.unparse(part.func)


def test_finds_the_sentences() -> None:
    assert len(SAID) > 400


@pytest.mark.parametrize(("path", "call"), SAID)
def test_is_in_one_piece(path: Path, call: ast.Call) -> None:
    assert list(put_together(call.args[0])) == []


@pytest.mark.parametrize(("path", "call"), [one for one in SAID if texts(one.values[1])])  # type: ignore[arg-type]
def test_has_exactly_the_values_it_names(path: Path, call: ast.Call) -> None:
    assert isinstance(call.func, ast.Name)
    given = {keyword.arg for keyword in call.keywords if keyword.arg}
    if call.func.id == "Invalid":
        given -= OURS
    named = {name for text in texts(call) for name in PLACE.findall(text)}
    if call.func.id in PLURAL:
        given |= {"n"}
        named |= {"n"}
    if call.func.id == "N_" or any(keyword.arg is None for keyword in call.keywords):
        assert given <= named  # the values come where it is said
    else:
        assert given == named


@pytest.mark.parametrize(("path", "call"), [one for one in SAID if texts(one.values[1])])  # type: ignore[arg-type]
def test_never_says_a_bare_percent_beside_values(path: Path, call: ast.Call) -> None:
    for text in texts(call):
        if PLACE.search(text):
            assert not re.search(r"%(?!\(\w+\)s|%)", text.replace("%%", ""))

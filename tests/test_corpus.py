"""Every input that ever broke a parser, and some that reach what few do, given to it once more.

New ones come from `python -m tests.bench.fuzz`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzzing.parsers import PARSERS, World, tried

CORPUS = Path(__file__).parent / "corpus"
MOST = 500_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("fuzzed"))
    yield world
    world.forget()


@pytest.mark.parametrize("name", sorted(path.name for path in CORPUS.iterdir()))
def test_is_taken_or_refused_with_a_sentence(name: str, world: World) -> None:
    for path in sorted((CORPUS / name).iterdir()):
        tried(PARSERS[name], world, path.read_bytes())


@pytest.mark.parametrize("name", ["form", "filter", "records", "brat", "label-studio", "doccano", "bundle"])
def test_begins_from_inputs_that_are_taken(name: str, world: World) -> None:
    """Mutations of what is refused anyway would reach nothing."""
    assert any(tried(PARSERS[name], world, seed) for seed in PARSERS[name].seeds())


def test_stays_small() -> None:
    files = [path for path in CORPUS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MOST
    assert {path.parent.name for path in files} <= set(PARSERS)

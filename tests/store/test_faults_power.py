"""The power cut at any moment: what was said to be saved is there, and the file is whole."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.bench.power import Cut, Recorded, built, chosen, compiler, cuts, recorded
from tests.bench.power_work import PROJECT
from tests.store import earlier

ANSWERS = 7  # of each; all cuts of longer runs: python -m tests.bench.power
CUTS = 24


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if compiler() is None:
        pytest.skip("needs Linux and a C compiler, to write down every write and sync of a run")
    return built(tmp_path_factory.mktemp("recorder"))


@pytest.fixture
def people(article_file: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "people"
    folder.mkdir()
    shutil.copy(article_file, folder / PROJECT)
    return folder


def after_cuts(run: Recorded, folder: Path, seed: int, count: int = CUTS) -> list[Cut]:
    chance = random.Random(seed)
    return cuts(run, chosen(run, count, chance), chance, folder / "left")


def test_keeps_what_it_called_saved_when_the_power_is_cut(
    library: Path, people: Path, tmp_path: Path
) -> None:
    found = after_cuts(recorded(library, people, "answers", ANSWERS), tmp_path, seed=1)
    assert [cut for cut in found if cut.lost or cut.damaged or cut.alarmed] == []
    assert max(cut.promised for cut in found) > ANSWERS


def test_sees_what_would_be_lost_without_waiting_for_the_disk(
    library: Path, people: Path, tmp_path: Path
) -> None:
    """That the test above would notice: SQLite told not to wait for the disk at each answer."""
    found = after_cuts(recorded(library, people, "answers", ANSWERS, "normal"), tmp_path, seed=1)
    assert any(cut.lost for cut in found)


def test_has_the_old_file_or_the_new_when_the_power_is_cut_during_an_upgrade(
    library: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "early"
    folder.mkdir()
    earlier.make(folder / PROJECT)
    found = after_cuts(recorded(library, folder, "upgrade", 0), tmp_path, seed=2, count=CUTS // 2)
    assert [cut for cut in found if cut.lost or cut.damaged] == []

"""A file that was cut short or changed from outside: said plainly, with the way to the last good copy."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from annotator.project import Damaged, Project, backups, keeping
from annotator.store import opening, soundness
from annotator.store.copies import check
from tests.conftest import ARTICLE
from tests.store.at_work import Writer, missing, refusal, sound
from tests.store.test_copies import close_folder

FLIPS = 40


@pytest.fixture
def closed(article: Project) -> Path:
    """A project with an answer in it, and nothing beside it."""
    ana = article.person("Ana")
    article.record(ARTICLE, "s1", ana, MultiDict({"action": "no_claim"}), seen=None, token="1")
    article.gather()
    article.close()
    return article.path


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def cut_in_a_page(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1_000)


def garble_the_beginning(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"garbled")


def garble_what_it_is(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(68)
        file.write(b"\0\0")


def garble_a_table(path: Path) -> None:
    """A page of the answers' table."""
    with Project.open(path) as project:
        (page,) = project.db.execute(
            "select rootpage from sqlite_master where name = 'annotations'"
        ).fetchone()
        (size,) = project.db.execute("pragma page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"Z" * size)


DAMAGE = (cut, cut_in_a_page, garble_the_beginning, garble_what_it_is, garble_a_table)


@pytest.mark.parametrize("harm", DAMAGE, ids=lambda harm: harm.__name__)
def test_names_the_newest_good_copy_where_a_file_is_damaged(
    closed: Path, harm: Callable[[Path], None]
) -> None:
    with Project.open(closed) as project:
        good = project.make_copy()
        newer = project.make_copy()
    cut(newer)  # the newest of all is of no use
    harm(closed)
    for command in (["serve", "--port", "0"], ["verify"]):
        said = refusal(*command, closed)
        assert "is damaged" in said or "not a Qawl project" in said
        assert f"qawl restore {closed} {good}" in said
    if harm is garble_what_it_is:
        assert "Move the file away" in said
        closed.unlink()
    backups.restore(closed, good)
    with Project.open(closed) as project:
        assert list(project.desk(ARTICLE, project.person("Ana")).annotations) == ["s1"]


def test_says_so_where_there_is_no_copy(closed: Path) -> None:
    cut(closed)
    said = refusal("people", "list", closed)
    assert "is damaged" in said
    assert f"There is no good copy in {backups.folder_of(closed)}." in said


def test_says_that_a_file_is_damaged_where_nobody_can_see_its_copies(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Project.open(closed) as project:
        copy = project.make_copy()
    cut(closed)
    close_folder(monkeypatch, copy.parent)
    said = refusal("people", "list", closed)
    assert "is damaged" in said
    assert f"The folder {copy.parent} cannot be read" in said


def test_finds_damage_where_it_is_read(closed: Path) -> None:
    with Project.open(closed) as project:
        good = project.make_copy()
    garble_a_table(closed)
    assert f"qawl restore {closed} {good}" in refusal("agreement", closed)


def test_finds_damage_in_a_large_file_while_people_work(closed: Path) -> None:
    """One that is too large to be looked through before the server starts."""
    with Project.open(closed) as project:
        for _ in range(5):
            project.db.execute(
                "insert into files values (hex(randomblob(8)), 'large.pdf', zeroblob(?), null, '')",
                (soundness.QUICK // 4,),
            )
        project.gather()
        assert not project.quick_to_check
    garble_a_table(closed)
    keeper = keeping.Keeper(closed)
    keeper.start()
    keeper.stop()  # what is under way is finished first
    assert isinstance(keeper.problem, Damaged)
    assert "is damaged" in str(keeper.problem)


def test_never_takes_a_changed_file_for_a_whole_one(closed: Path, tmp_path: Path) -> None:
    """A bit turned at any place outside a cell's content either is found, or changes nothing that is read."""
    chance = random.Random(5)
    whole = closed.read_bytes()
    found = 0
    for _ in range(FLIPS):
        path = tmp_path / "turned.db"
        content = bytearray(whole)
        page = chance.randrange(len(whole) // 4096)
        content[page * 4096 + chance.randrange(8)] ^= 1 << chance.randrange(8)  # in the head of the page
        path.write_bytes(content)
        try:
            with Project.open(path) as project:
                project.check_soundness(thoroughly=True)
        except (Damaged, opening.Unrecognised):  # anything else would be a broken page
            found += 1
    assert found > FLIPS // 2


# ------------------------------------------------------------------ the log beside it


@pytest.fixture
def killed(article: Project, tmp_path: Path) -> tuple[Path, Writer]:
    """A project whose last answers are only in the log beside it, as a killed server leaves it."""
    ana, writer = article.person("Ana"), Writer("Ana", "", {}, 1)
    for sid in article.desk(ARTICLE, ana).queued[:8]:
        writer.saved[sid] = f"of {sid}"
        form = MultiDict({"action": "no_claim", "comment": writer.saved[sid]})
        article.record(ARTICLE, sid, ana, form, seen=None, token=sid)
    path = tmp_path / "killed.db"
    for suffix in ("", "-wal", "-shm"):
        shutil.copy(f"{article.path}{suffix}", f"{path}{suffix}")
    return path, writer


def log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def cut_log(path: Path) -> None:
    os.truncate(log_of(path), log_of(path).stat().st_size // 2)


def remove_log(path: Path) -> None:
    log_of(path).unlink()


def garble_log(path: Path) -> None:
    with log_of(path).open("r+b") as file:
        file.seek(log_of(path).stat().st_size // 2)
        file.write(b"garbled")


def blank_log(path: Path) -> None:
    """A sector in the midst that never reached the disk, and nothing but the log itself that tells of it."""
    with log_of(path).open("r+b") as file:
        file.seek(32 + 10 * (24 + 4096))
        file.write(bytes(512))
    path.with_name(path.name + "-shm").unlink()


def garble_log_and_index(path: Path) -> None:
    """As after a power cut: nothing but the log itself tells how much there was."""
    garble_log(path)
    path.with_name(path.name + "-shm").unlink()


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody copy an index that is in use")
@pytest.mark.parametrize(
    "harm", [cut_log, remove_log, garble_log, garble_log_and_index, blank_log], ids=lambda harm: harm.__name__
)
def test_says_that_answers_are_missing_from_a_damaged_log(
    killed: tuple[Path, Writer], harm: Callable[[Path], None]
) -> None:
    path, writer = killed
    harm(path)
    said: list[str] = []
    Project.open(path, tell=said.append).close()
    assert missing(path, [writer])
    assert len(said) == 1
    assert "Answers that were saved last are missing" in said[0]
    assert sound(path)
    check(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody copy an index that is in use")
def test_says_nothing_where_nothing_is_missing(killed: tuple[Path, Writer]) -> None:
    path, writer = killed
    said: list[str] = []
    Project.open(path, tell=said.append).close()
    assert missing(path, [writer]) == []
    assert said == []

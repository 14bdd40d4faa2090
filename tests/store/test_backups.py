"""Copies of a project: kept by a plan, compared, and gone back to."""

from __future__ import annotations

import datetime
import os
import queue
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from annotator.model import Invalid, Stale, Unavailable
from annotator.project import Project, backups
from annotator.project.backups import AUTOMATIC, BEFORE_RESTORE, Plan
from annotator.project.keeping import Keeper
from annotator.store import copies, file, numbers
from tests.conftest import ARTICLE
from tests.store.test_copies import damage


def answer(project: Project, name: str, sid: str, seen: int | None = None, comment: str = "") -> int:
    """Says that there is no claim; the number of the answer."""
    form = MultiDict({"action": "no_claim", "comment": comment})
    token = f"token-{name}-{sid}-{seen}-{comment}"
    recorded = project.record(ARTICLE, sid, project.person(name), form, seen=seen, token=token)
    return recorded.annotation.id


def renamed(path: Path, copy: Path, hours: float, why: str = "") -> Path:
    """As if the copy had been made some hours ago."""
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=hours)
    why = f".{why}" if why else ""
    return copy.rename(copy.with_name(f"{path.stem}.{at.strftime('%Y-%m-%dT%H-%M-%SZ')}{why}{path.suffix}"))


def names(path: Path) -> set[str]:
    return {one.name for one in backups.folder_of(path).iterdir()}


# ------------------------------------------------------------------ keeping


def test_makes_no_copy_where_nothing_changed(article: Project) -> None:
    first = article.keep_copies()
    assert first is not None
    renamed(article.path, first, 2)
    assert article.keep_copies() is None
    answer(article, "Ana", "s1")
    assert article.keep_copies() is not None
    answer(article, "Ana", "s2")
    assert article.keep_copies() is None  # within the hour


def test_makes_another_where_the_newest_copy_broke(article: Project) -> None:
    first = article.keep_copies()
    assert first is not None
    with closing(sqlite3.connect(first)) as db:
        page = db.execute("select rootpage from sqlite_master where name = 'document_states'").fetchone()[0]
    with first.open("rb+") as opened:
        opened.seek((page - 1) * 4096)
        opened.write(b"\xff" * 4096)
    renamed(article.path, first, 2)
    assert article.copies()[0].held is not None  # what is asked of it first is there
    assert article.keep_copies() is not None


def test_makes_none_when_switched_off(article: Project) -> None:
    article.choose_backup_plan(Plan(on=False), article.person("Cleo"))
    assert article.keep_copies() is None
    assert [(one.plan.on, one.person) for one in article.backup_plans()] == [(False, "Cleo"), (True, None)]


def test_removes_only_old_copies_that_it_made_itself(article: Project, tmp_path: Path) -> None:
    folder = backups.folder_of(article.path)
    article.choose_backup_plan(Plan(hourly=1, daily=0, weekly=0))
    old = renamed(article.path, article.make_copy(why=AUTOMATIC), 5)
    by_hand = renamed(article.path, article.make_copy(), 6, "by-hand")
    kept = renamed(article.path, article.make_copy(why=BEFORE_RESTORE), 7, "before-restore")
    future = renamed(article.path, article.make_copy(why=AUTOMATIC), -48)
    notes = folder / "notes.txt"
    notes.write_text("mine")
    another = folder / "project.2026-01-01T00-00-00Z.db"  # named like one of ours
    another.write_text("mine too")
    stranger = folder / "project.2026-01-02T00-00-00Z.db"  # a copy of another project of that name
    with Project.create(tmp_path / "other.db", article.codebook_source()) as other:
        copies.copy_checked(other.db, stranger)
    answer(article, "Ana", "s1")
    new = article.keep_copies()
    assert new is not None
    assert not old.exists()
    assert all(one.exists() for one in (by_hand, kept, future, notes, another, stranger, new))
    assert stranger.name not in {copy.name for copy in article.copies()}


def test_clears_away_what_was_killed_long_ago(article: Project) -> None:
    folder = article.make_copy().parent
    found = []
    for place in (folder, article.path.parent):
        for age in (0, 2):
            left = place / f".project.db.{age}.unfinished"
            left.write_text("half of a copy")
            os.utime(left, (time.time() - age * 86_400,) * 2)
            found.append(left)
    renamed(article.path, article.copies()[0].path, 2, "by-hand")
    answer(article, "Ana", "s1")
    assert article.keep_copies()
    assert [left.exists() for left in found] == [True, False, True, False]


def test_gives_no_copy_up_for_one_that_failed(article: Project) -> None:
    article.choose_backup_plan(Plan(hourly=1, daily=0, weekly=0))
    old = renamed(article.path, article.make_copy(why=AUTOMATIC), 5)
    answer(article, "Ana", "s1")
    article.gather()
    path = article.path
    article.close()
    damage(path)
    keeper = Keeper(path)
    keeper.look()
    assert "damaged" in str(keeper.problem)
    assert names(path) == {old.name}


def test_tells_why_no_copy_is_kept_until_one_is(article: Project, caplog: pytest.LogCaptureFixture) -> None:
    folder = article.path.with_name("elsewhere")
    folder.write_text("a file")
    keeper = Keeper(article.path, folder)
    keeper.look()
    keeper.look()
    assert "could not be made" in str(keeper.problem)
    assert len(caplog.records) == 1
    folder.unlink()
    keeper.look()
    assert keeper.problem is None
    assert len(list(folder.iterdir())) == 1


def test_keeps_copies_beside_a_server(article: Project) -> None:
    made = threading.Event()

    class Told(Keeper):
        def look(self) -> None:
            super().look()
            made.set()

    keeper = Told(article.path, look=0.01)
    keeper.start()
    assert made.wait(30)
    keeper.stop()
    assert len(article.copies()) == 1


# ------------------------------------------------------------------ going back


def test_says_what_would_be_undone(article: Project) -> None:
    answer(article, "Ana", "s1")
    copy = article.make_copy()
    answer(article, "Ana", "s2")
    answer(article, "Ben", "s1")
    answer(article, "Ben", "s2")
    article.add_person("Eva", by="Cleo")
    undone = backups.undone(article.path, copy)
    assert undone.lost == {"annotations": {"Ben": 2, "Ana": 1}, "people_states": {"Cleo": 1}}
    assert undone.back == {}
    assert [(row.person, row.sentence) for row in undone.newest] == [
        ("Ben", "s2"),
        ("Ben", "s1"),
        ("Ana", "s2"),
    ]


def test_gives_no_number_twice_after_going_back_twice(
    article: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "_MORE", 0)  # as if far more had been lost
    answer(article, "Ana", "s1")
    copy = article.make_copy()
    for sid in ("s2", "s3"):
        lost = answer(article, "Ana", sid)
    article.go_back(copy, article.person("Cleo"))
    article.go_back(copy, article.person("Cleo"))
    with Project.open(article.path) as opened:
        assert answer(opened, "Ana", "s2") > lost


def test_goes_back_while_others_have_it_open(article: Project) -> None:
    answer(article, "Ana", "s1")
    copy = article.make_copy()
    lost = answer(article, "Ana", "s2")
    with Project.open(article.path) as elsewhere:
        secret = elsewhere.secret()
        kept = article.go_back(copy, article.person("Cleo"))
        assert elsewhere.secret() != secret
        with copies.reading(kept) as db:
            assert numbers.highest(db) == lost
        assert numbers.highest(elsewhere.db) < lost
        assert answer(elsewhere, "Ana", "s2") > lost  # no number is given twice
        [(about, person, _)] = elsewhere.restores()
        assert (about["copy"], about["kept"], person) == (copy.name, kept.name, "Cleo")
        assert backups.undone(elsewhere.path, kept).back == {"annotations": {"Ana": 1}}
    assert names(article.path) == {copy.name, kept.name}
    assert article.db.execute("pragma integrity_check").fetchone() == ("ok",)


def test_shows_an_old_page_what_is_there_now(article: Project) -> None:
    """The answer that the page had seen was undone, and another one was given since."""
    copy = article.make_copy()
    seen = answer(article, "Ana", "s1", comment="before")
    article.go_back(copy)
    assert answer(article, "Ana", "s1", comment="after") > seen
    with pytest.raises(Stale):
        answer(article, "Ana", "s1", seen, comment="from an old page")


def test_loses_nothing_that_was_acknowledged_while_it_went_back(article: Project) -> None:
    """Every answer is in the copy that was kept, or in the project after it."""
    copy = article.make_copy()
    stop = threading.Event()
    told: queue.SimpleQueue[int] = queue.SimpleQueue()

    def save() -> None:
        with Project.open(article.path) as own:
            seen: int | None = None
            n = 0
            while not stop.is_set():
                n += 1
                try:
                    seen = answer(own, "Ben", "s1", seen, comment=str(n))
                except Stale:
                    seen = None
                    continue
                told.put(n)

    thread = threading.Thread(target=save)
    thread.start()
    try:
        acknowledged = [told.get(timeout=60) for _ in range(20)]
        kept = article.go_back(copy)
        acknowledged += [told.get(timeout=60) for _ in range(20)]
    finally:
        stop.set()
        thread.join()
    held: set[int] = set()
    for path in (kept, article.path):
        with copies.reading(path) as db:
            held |= {
                int(row[0]) for row in db.execute("select comment from annotations where person = 'Ben'")
            }
    while not told.empty():
        acknowledged.append(told.get())
    assert held >= set(acknowledged)


def test_changes_nothing_when_the_present_cannot_be_kept(article: Project, tmp_path: Path) -> None:
    copy = article.make_copy()
    answer(article, "Ana", "s1")
    before = copies.state(article.db)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unavailable):
        article.go_back(copy, folder=tmp_path / "file")
    assert copies.state(article.db) == before
    assert not list(article.path.parent.glob(f".*{copies.UNFINISHED}*"))
    answer(article, "Ana", "s2")


def test_refuses_a_copy_of_another_project(article: Project, tmp_path: Path) -> None:
    with Project.create(tmp_path / "other.db", article.codebook_source()) as other:
        copies.copy_checked(other.db, tmp_path / "copy.db")
    before = copies.state(article.db)
    with pytest.raises(Invalid, match="another project"):
        article.go_back(tmp_path / "copy.db")
    assert copies.state(article.db) == before


def test_refuses_a_damaged_copy(article: Project) -> None:
    copy = article.make_copy()
    damage(copy)
    assert not backups.well(article.copies()[0])
    with pytest.raises(copies.Damaged):
        article.go_back(copy)
    assert names(article.path) == {copy.name}


def test_lets_nobody_back_in_by_an_old_session(article: Project) -> None:
    """The copy knows Ana as she was: her old session must not be good again."""
    copy = article.make_copy()
    secret = article.secret()
    article.remove_person("Ana")
    article.go_back(copy)
    assert article.person("Ana")
    assert article.secret() != secret


# ------------------------------------------------------------------ where nobody works


@pytest.fixture
def closed(article: Project) -> tuple[Path, Path]:
    """A project that nobody has open, and a copy of it."""
    answer(article, "Ana", "s1")
    copy = article.make_copy()
    answer(article, "Ana", "s2")
    article.close()
    return article.path, copy


def answered(path: Path) -> int:
    with Project.open(path) as project:
        return int(project.db.execute("select count(*) from annotations").fetchone()[0])


def test_keeps_the_present_as_a_copy(closed: tuple[Path, Path]) -> None:
    path, copy = closed
    restored = backups.restore(path, copy)
    assert restored.kept
    assert (answered(path), answered(restored.kept)) == (1, 2)
    backups.restore(path, restored.kept)
    assert answered(path) == 2


def shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def overwritten(path: Path) -> None:
    path.write_bytes(b"\0" * 100 + path.read_bytes()[100:])


@pytest.mark.parametrize("harm", [damage, shortened, emptied, overwritten])
def test_moves_a_damaged_file_aside_as_it_is(closed: tuple[Path, Path], harm: Callable[[Path], None]) -> None:
    path, copy = closed
    harm(path)
    before = path.read_bytes()
    restored = backups.restore(path, copy)
    assert restored.aside
    assert restored.aside.read_bytes() == before
    assert answered(path) == 1


def test_works_where_the_file_is_gone(closed: tuple[Path, Path]) -> None:
    path, copy = closed
    file.remove(path)
    assert backups.restore(path, copy) == backups.Restored()
    assert answered(path) == 1


def test_takes_nothing_from_a_file_that_is_gone(closed: tuple[Path, Path]) -> None:
    """What is left of its journal must not be played into the copy."""
    path, copy = closed
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute("insert into settings (name, value, created_at) values ('late', '1', '')")
        shutil.copy(path.with_name(path.name + "-wal"), path.with_name("kept"))
    path.unlink()
    path.with_name("kept").rename(path.with_name(path.name + "-wal"))
    backups.restore(path, copy)
    with Project.open(path) as project:
        assert project.db.execute("select count(*) from settings where name = 'late'").fetchone()[0] == 0


def test_leaves_one_good_copy_to_two_who_delete_at_once(article: Project) -> None:
    made = [article.make_copy(), article.make_copy()]
    both = threading.Barrier(2)

    def remove(name: str) -> bool:
        with Project.open(article.path) as project:
            copy = project.copy_named(name)
            both.wait()
            try:
                project.remove_copy(copy)
            except Invalid:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, [path.name for path in made])) == [False, True]
    assert len(article.copies()) == 1

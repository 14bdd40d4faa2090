"""Two servers on one file, and the command line beside people at work: everybody saves, nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

from annotator.project import Project
from tests.bench import importing_beside as beside
from tests.conftest import ARTICLE, sample
from tests.store.at_work import Writer, all_work, current, missing, serving, sound

ANSWERS = 2


def test_two_servers_save_into_one_file(article_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    shutil.copy(article_file, path)
    with serving(path) as one, serving(path) as other:
        with Project.open(path) as project:
            queued = list(current(project, "Ana"))
        # Each person has a window on both servers, and gives every other answer there.
        writers = [
            Writer(name, server.address, dict.fromkeys(queued[half::2]), half)
            for name in ("Ana", "Ben", "Cleo")
            for half, server in enumerate((one, other))
        ]
        all_work(writers)
    assert [writer.told for writer in writers if writer.told] == []
    assert missing(path, writers) == []
    assert sum(len(writer.saved) for writer in writers) == 3 * len(queued)
    assert sound(path)


def test_tells_of_what_was_answered_through_another_server(article_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    shutil.copy(article_file, path)
    with serving(path) as one, serving(path) as other:
        first = Writer("Ana", one.address, {"s1": None}, 1)
        first.work()
        late = Writer("Ana", other.address, {"s1": None}, 2)
        late.work()
        assert late.saved == {}
        assert late.told[0].startswith("409")
        assert "changed in another window" in late.told[0]
        with Project.open(path) as project:
            ana = project.person("Ana")
            assert project.undo(ARTICLE, ana)
            again = Writer("Ana", other.address, current(project, "Ana"), 3, late.cookie)
        again.seen = {"s1": again.seen["s1"]}
        again.work()
        assert again.saved
    assert missing(path, [again]) == []


def test_saves_for_twenty_people_while_the_command_line_imports(tmp_path: Path) -> None:
    path, texts = tmp_path / "beside.db", tmp_path / "texts"
    document = beside.made(path, 2 * ANSWERS)
    texts.mkdir()
    (texts / "long.txt").write_bytes(beside.text_of(1_500, "Beside"))
    for number in range(2):
        (texts / f"{number}.txt").write_bytes(sample("idlib-article.txt") + f"\n\nرقم {number}.\n".encode())
    with serving(path) as server:
        people = beside.everybody(path, server.address, document)
        with beside.importing(path, texts):
            beside.all_answer(people, ANSWERS, pace=0)
    assert [one.refused for one in people if one.refused] == []
    assert [len(one.saved) for one in people] == [ANSWERS] * len(people)
    assert beside.missing(path, people) == []
    with Project.open(path) as project:
        assert len(project.documents(project.person(beside.PEOPLE[0]))) == 4

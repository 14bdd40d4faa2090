"""Faults: the server killed while it saves, full and read-only disks, files that are not what they seem."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from click.testing import CliRunner

from annotator import create_app
from annotator.cli import main
from annotator.project import Project
from annotator.text.formats import LARGEST_FILE
from tests.conftest import ARTICLE, password, sample

COMMAND = [sys.executable, "-c", "from annotator.cli import main; main(prog_name='qawl')"]
WRITERS = ("Ana", "Ben", "Cleo")
KILLS = 20


def rows(path: Path) -> list[str]:
    """Everything in the file, as SQL."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


def sound(path: Path) -> bool:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute("pragma integrity_check").fetchall() == [("ok",)]


# ------------------------------------------------------------------ killed while saving


@dataclass
class Writer:
    """Somebody who answers one sentence after another, as fast as the server takes them."""

    name: str
    address: str
    seen: dict[str, int | None]
    round: int
    saved: dict[str, str] = field(default_factory=dict)

    def work(self, enough: Callable[[], None]) -> None:
        server = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            cookie = self._signed_in(server)
            for sid in self.seen:
                self._answer(server, cookie, sid)
                enough()
        except (OSError, http.client.HTTPException):
            pass  # the server was killed: what counts is what it had called saved
        finally:
            server.close()

    def _signed_in(self, server: http.client.HTTPConnection) -> str:
        answer = self._post(server, "/sign-in", {"name": self.name, "password": password(self.name)})
        return (answer.headers["Set-Cookie"] or "").split(";")[0]

    def _answer(self, server: http.client.HTTPConnection, cookie: str, sid: str) -> None:
        comment = f"round {self.round}, {self.name}, {sid}"
        form = {"action": "no_claim", "comment": comment, "seen": self.seen[sid] or "", "token": comment}
        answer = self._post(server, f"/documents/{ARTICLE}/sentences/{sid}", form, Cookie=cookie)
        assert answer.status == 303
        self.saved[sid] = comment

    def _post(
        self, server: http.client.HTTPConnection, path: str, form: dict[str, object], **headers: str
    ) -> http.client.HTTPResponse:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address}
        server.request("POST", path, urlencode(form), {**kind, **headers})
        answer = server.getresponse()
        answer.read()
        return answer


def started(path: Path) -> tuple[subprocess.Popen[str], str]:
    """A real server in a process of its own, and its address."""
    command = [*COMMAND, "serve", str(path), "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    for line in server.stdout:
        if address := re.search(r"http://\S+?(?=/?\s)", line):
            return server, address.group()
    raise AssertionError("the server did not start")


def killed_while_saving(path: Path, number: int, after: int) -> list[Writer]:
    """Let everybody answer, kill the server after so many answers; the writers with what it called saved."""
    with Project.open(path) as project:
        seen = {name: current(project, name) for name in WRITERS}
    server, address = started(path)
    writers = [Writer(name, address, seen[name], number) for name in WRITERS]

    def enough() -> None:
        if sum(len(writer.saved) for writer in writers) >= after:
            server.send_signal(signal.SIGKILL)

    threads = [threading.Thread(target=writer.work, args=(enough,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.wait(timeout=60) == -signal.SIGKILL
    assert server.stdout is not None
    server.stdout.close()
    return writers


def current(project: Project, name: str) -> dict[str, int | None]:
    desk = project.desk(ARTICLE, project.person(name))
    return {sid: desk.annotations[sid].id if sid in desk.annotations else None for sid in desk.queued}


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is for POSIX systems")
def test_keeps_every_answer_it_called_saved_when_killed(article_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "killed.db"
    shutil.copy(article_file, path)
    all_saved: list[str] = []
    for number in range(KILLS):
        writers = killed_while_saving(path, number, after=1 + 3 * number)
        assert sound(path)
        with Project.open(path) as project:
            for writer in writers:
                answers = project.desk(ARTICLE, project.person(writer.name)).annotations
                assert {sid: answers[sid].answer.comment for sid in writer.saved} == writer.saved
        all_saved += [comment for writer in writers for comment in writer.saved.values()]
        assert len(all_saved) < (number + 1) * sum(len(writer.seen) for writer in writers)
    history = "\n".join(rows(path))
    assert [comment for comment in all_saved if f"'{comment}'" not in history] == []
    assert len(all_saved) >= sum(1 + 3 * number for number in range(KILLS))


@pytest.mark.skipif(os.name == "nt", reason="SIGTERM is for POSIX systems")
def test_leaves_everything_in_one_file_when_stopped(article: Project, tmp_path: Path) -> None:
    server, address = started(article.path)
    writer = Writer("Ana", address, {"s1": None}, 0)
    writer.work(lambda: None)
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=60) == 0
    assert server.stdout is not None
    server.stdout.close()
    copy = tmp_path / "copy" / "copied.db"
    copy.parent.mkdir()
    shutil.copy(article.path, copy)
    with Project.open(copy) as project:
        assert list(project.desk(ARTICLE, project.person("Ana")).annotations) == list(writer.saved) == ["s1"]


# ------------------------------------------------------------------ one clear sentence, nothing changed


def refusal(*arguments: object) -> str:
    """What the command says when it refuses: one line, and no trace of the program's insides."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="qawl")
    assert done.exit_code != 0, done.output
    assert isinstance(done.exception, SystemExit), repr(done.exception)
    return one_sentence(done.stderr)


def one_sentence(said: str) -> str:
    assert "Traceback" not in said
    errors = [line for line in said.splitlines() if line.strip() and "Importing" not in line]
    if len(errors) == 2:  # of several files, each has its sentence; the last line counts them
        assert errors.pop() == "Error: 1 could not be imported, as said above."
    else:
        assert errors[0].startswith("Error: "), said
    assert len(errors) == 1, said
    return errors[0]


UNREADABLE = {
    "empty.txt": b"",
    "blank.txt": b" \n\n\t",
    "renamed.txt": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "archive.txt": b"PK\x03\x04\x14\x00\x06\x00",
    "binary.txt": bytes(range(256)) * 20,
    "broken.txt": "قال الرئيس إن الوضع صعب. ".encode() * 20 + b"\xd9\xff\xfe\x81\x8d" * 9,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_refuses_file_that_is_no_text(project: Project, tmp_path: Path, name: str) -> None:
    before = rows(project.path)
    file = tmp_path / name
    file.write_bytes(UNREADABLE[name])
    assert name in refusal("import", project.path, file)
    assert rows(project.path) == before
    refusal("read", file)


def test_refuses_file_over_the_limit(project: Project, tmp_path: Path) -> None:
    before = rows(project.path)
    file = tmp_path / "long.txt"
    file.write_bytes(b"a")
    os.truncate(file, LARGEST_FILE + 1)
    assert "larger than" in refusal("import", project.path, file)
    assert rows(project.path) == before


def test_imports_the_good_file_beside_a_bad_one(project: Project, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_bytes(sample("idlib-article.txt"))
    bad.write_bytes(b"")
    assert "bad.txt" in refusal("import", project.path, bad, good)
    assert [document.filename for document in documents(project)] == ["good.txt"]


def documents(project: Project) -> list[object]:
    return [progress.document for progress in project.documents(project.person("Cleo"))]


@pytest.mark.parametrize(
    "source", ["", "not toml [", "format = 'claimbook/1'\n", "\x00"], ids=["empty", "not-toml", "bare", "nul"]
)
def test_refuses_broken_codebook(tmp_path: Path, source: str) -> None:
    book = tmp_path / "book.toml"
    book.write_text(source, encoding="utf-8")
    for command in (["codebook", "check", book], ["init", tmp_path / "new.db", "--codebook", book]):
        done = CliRunner().invoke(main, [str(part) for part in command], prog_name="qawl")
        assert done.exit_code == 1
        assert "book.toml" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["people", "remove", "{}", "Nobody"],
        ["people", "password", "{}", "Nobody"],
        ["export", "{}", "--person", "Nobody", "-o", "-"],
        ["agreement", "{}", "--person", "Nobody"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_refuses_unknown_person(article: Project, command: list[str]) -> None:
    before = rows(article.path)
    assert "Nobody" in refusal(*(part.format(article.path) for part in command))
    assert rows(article.path) == before


@pytest.fixture
def damaged(article: Project, tmp_path: Path) -> Path:
    """A project file that opens, and whose sentences cannot be read."""
    path = tmp_path / "damaged.db"
    article.gather()
    content = bytearray(article.path.read_bytes())
    (size,) = article.db.execute("pragma page_size").fetchone()
    # The table and its indexes: much is read from an index alone.
    for (page,) in article.db.execute("select rootpage from sqlite_master where tbl_name = 'sentences'"):
        content[(page - 1) * size : page * size] = b"Z" * size
    path.write_bytes(content)
    return path


def test_says_that_a_file_is_damaged_where_it_is_read(damaged: Path) -> None:
    assert "damaged" in refusal("agreement", damaged)
    assert "damaged" in refusal("export", damaged, "-o", "-")
    client = create_app(damaged).test_client()
    client.post(
        "/sign-in", data={"name": "Ana", "password": "secret-ana"}, headers={"Sec-Fetch-Site": "none"}
    )
    answer = client.get("/")
    assert answer.status_code == 503
    assert "damaged" in answer.text


@pytest.mark.parametrize("command", [["people", "list"], ["serve"], ["agreement"], ["export"]], ids=" ".join)
def test_refuses_project_from_a_newer_version(project: Project, command: list[str]) -> None:
    with contextlib.closing(sqlite3.connect(project.path)) as db, db:
        db.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " values ('qawl', 'of_tomorrow', '')"
        )
    before = rows(project.path)
    assert "newer version" in refusal(*command, project.path)
    assert rows(project.path) == before


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + bytes(200), b"no project at all"])
def test_refuses_file_that_is_no_project(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "project.db"
    file.write_bytes(content)
    assert "project.db" in refusal("people", "list", file)
    assert file.read_bytes() == content


def test_refuses_to_make_a_project_over_another(
    project: Project, tmp_path: Path, codebook_source: str
) -> None:
    book = tmp_path / "book.toml"
    book.write_text(codebook_source, encoding="utf-8")
    before = rows(project.path)
    assert "exists already" in refusal("init", project.path, "--codebook", book)
    assert rows(project.path) == before


# ------------------------------------------------------------------ disks


@contextlib.contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    command = ["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"needs the right to mount a small disk: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    if not shutil.which("mount"):
        pytest.skip("needs “mount”, for a disk that can be full")
    folder = tmp_path / "disk"
    folder.mkdir()
    with mounted(folder, "-o", "size=1m"):
        yield folder


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    file = tmp_path / "long.txt"
    file.write_text("قال الرئيس إن الوضع صعب للغاية اليوم.\n" * 6000, encoding="utf-8")
    return file


def test_leaves_project_as_it_was_on_a_full_disk(empty_file: Path, disk: Path, text_file: Path) -> None:
    path = disk / "project.db"
    shutil.copy(empty_file, path)
    before = rows(path)
    free = shutil.disk_usage(disk).free
    (disk / "ballast").write_bytes(bytes(free - 200_000))
    said = refusal("import", path, text_file)
    assert "disk is full" in said
    assert rows(path) == before
    assert sound(path)


def test_makes_nothing_on_a_full_disk(disk: Path, tmp_path: Path, codebook_source: str) -> None:
    book = tmp_path / "book.toml"
    book.write_text(codebook_source, encoding="utf-8")
    (disk / "ballast").write_bytes(bytes(shutil.disk_usage(disk).free - 20_000))
    assert "disk is full" in refusal("init", disk / "new.db", "--codebook", book)
    assert [path.name for path in disk.iterdir()] == ["ballast"]


@pytest.mark.skipif(os.name == "nt", reason="file size limits are for POSIX systems")
def test_leaves_project_as_it_was_when_the_file_may_not_grow(project: Project, text_file: Path) -> None:
    import resource

    before = rows(project.path)
    project.close()
    limit = project.path.stat().st_size + 100_000
    done = subprocess.run(
        [*COMMAND, "import", str(project.path), str(text_file)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1
    one_sentence(done.stderr)
    assert rows(project.path) == before


@pytest.fixture
def read_only(empty_file: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder with a project, where nothing can be written. Permissions do not bind root; a mount does."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    if os.name == "nt":
        pytest.skip("folders cannot be made read-only this way on Windows")
    if os.geteuid() != 0:
        shutil.copy(empty_file, folder / "project.db")
        folder.chmod(0o555)
        (folder / "project.db").chmod(0o444)
        yield folder
        folder.chmod(0o755)
        return
    with mounted(folder, "-o", "size=4m"):
        shutil.copy(empty_file, folder / "project.db")
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield folder


def test_says_so_in_a_read_only_folder(
    read_only: Path, text_file: Path, tmp_path: Path, codebook_source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "book.toml"
    book.write_text(codebook_source, encoding="utf-8")
    path = read_only / "project.db"
    before = path.read_bytes()
    refusal("import", path, text_file)
    refusal("people", "add", path, "Eve")
    refusal("init", read_only / "new.db", "--codebook", book)
    monkeypatch.chdir(read_only)
    refusal("demo", "--no-serve")
    assert path.read_bytes() == before
    assert [file.name for file in read_only.iterdir()] == ["project.db"]


def test_says_so_when_an_export_cannot_be_written(article: Project, tmp_path: Path) -> None:
    place = tmp_path / "missing" / "folder" / "claims.jsonl"
    assert str(place.parent) in refusal("export", article.path, "-o", place)

"""Every parser of bytes from outside, with what must hold whatever they are.

A parser gives a result or a `Problem`, which is a sentence for a person: no other exception, and where it
refuses, nothing is written.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from werkzeug.datastructures import MultiDict
from werkzeug.test import Client

from annotator import annotate, codebook, filter, search, text
from annotator.codebook import differences, edits
from annotator.codebook.edits import Place
from annotator.model import Answer, Problem, Role
from annotator.project import Project
from annotator.project.importing import _reading_file
from annotator.text import formats
from annotator.text.formats import Options, apart
from annotator.web.annotate_draft import Draft
from tests.conftest import ARTICLE, password, sample
from tests.fuzzing import seeds

Take = Callable[["World", bytes], object]


class Parser(NamedTuple):
    """A door, and honest inputs for it."""

    take: Take
    seeds: Callable[[], list[bytes]]


class World:
    """A project with the article, made once, and copied where something was written to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = folder / "made.db"
        with Project.create(self.made, codebook.bundled("idlib-2019")) as project:
            for name, role in (("Ana", Role.ANNOTATOR), ("Cleo", Role.LEAD)):
                project.add_person(name, role, password(name))
            reading = sample("idlib-article.json").decode()
            project.import_file("idlib-article.txt", sample("idlib-article.txt"), lang="ar", reading=reading)
            project.gather()
        self._path: Path | None = None

    def fresh(self) -> Path:
        """The project file as it was made, copied anew only where something was written."""
        if (
            self._path is not None
            and self._watch.execute("pragma data_version").fetchone()[0] == self._version
        ):
            return self._path
        self.forget()
        self._path = Path(tempfile.mkdtemp(dir=self.folder)) / "project.db"
        shutil.copy(self.made, self._path)
        self._watch = sqlite3.connect(self._path)
        self._watch.execute("pragma schema_version").fetchone()
        self._version = self._watch.execute("pragma data_version").fetchone()[0]
        return self._path

    def written(self) -> bool:
        return bool(self._watch.execute("pragma data_version").fetchone()[0] != self._version)

    def forget(self) -> None:
        self.__dict__.pop("client", None)
        if self._path is not None:
            self._watch.close()
            shutil.rmtree(self._path.parent)
            self._path = None

    def into_project(self, take: Callable[[Project], object]) -> None:
        """Let a project take something in; what it refuses leaves no trace."""
        with Project.open(self.fresh()) as project:
            try:
                take(project)
            except Problem:
                assert not self.written(), "something was written although it was refused"
                raise

    def put(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    @cached_property
    def client(self) -> Client:
        """Signed in as the lead: every door is open."""
        from annotator.web import create_app

        client = create_app(self.fresh(), testing=True).test_client()
        client.environ_base["HTTP_ORIGIN"] = "http://localhost"
        with client.session_transaction() as session:
            with Project.open(self.fresh()) as project:
                session["person"], session["stamp"] = "Cleo", project.session_stamp("Cleo")
            session["id"] = "0" * 32
        return client


def tried(parser: Parser, world: World, data: bytes) -> bool:
    """Whether the parser took it. Anything but a result or a sentence is an exception of this function."""
    try:
        parser.take(world, data)
    except Problem as problem:
        if not str(problem).encode().strip():
            raise AssertionError("an empty sentence helps nobody") from problem
        return False
    return True


# ------------------------------------------------------------------ files


def _file(name: str) -> Take:
    def take(world: World, data: bytes) -> None:
        for source in islice(formats.open_file(name, data, Options()), 20):
            reading = text.read(source.text[:20_000])
            text.verify(source.text[:20_000], reading)

    return take


def _apart(name: str) -> Take:
    """Files that a process of its own reads: that it had to be ended, or broke, is a fault too."""
    whole = _file(name)

    def take(world: World, data: bytes) -> None:
        apart.SECONDS.update(pdf=10.0, html=10.0, docx=10.0)
        try:
            whole(world, data)
        except Problem as problem:
            if str(problem).startswith(("Reading the file took", "The file could not be read")):
                raise AssertionError(str(problem)) from problem
            raise

    return take


def _table(name: str) -> Take:
    def take(world: World, data: bytes) -> None:
        columns = formats.columns(name, data) or (None,)
        for rows in ("texts", "sentences"):
            options = Options(text_column=columns[-1], rows=rows)
            for source in islice(formats.open_file(name, data, options), 200):
                source.text.encode()
                assert all(0 <= start < end <= len(source.text) for start, end in source.given)

    return take


def _taken_in(world: World, data: bytes) -> None:
    """The way of an upload, to the stored sentences and proved from there."""

    def take(project: Project) -> None:
        name = data[:1].hex() + ".txt"
        for taken in project.take_in(name, data[1:], by="Cleo"):
            if taken.problem:
                str(taken.problem).encode()
        assert not [one.difference for one in project.verify() if one.difference]

    world.into_project(take)


_ARTICLE = sample("idlib-article.txt").decode()


def _reading(world: World, data: bytes) -> None:
    reading = text.checked(_ARTICLE, _reading_file(data.decode("utf-8", "replace")))
    text.verify(_ARTICLE, reading)


# ------------------------------------------------------------------ codebooks


def _codebook(world: World, data: bytes) -> None:
    source = data.decode("utf-8", "replace")
    book = codebook.load(source)
    differences.gist(differences.compare(_BOOK, book))
    label = next(label.id for field in book.fields if field.id == "stance" for label in field.labels)
    for edited in (
        edits.change(source, Place("page"), {"page": {"en": "x\ny"}}),
        edits.change(
            source, Place("label", label, "stance"), {"yes": ["a"], "name": {"en": data.hex()[:9] or "x"}}
        ),
        edits.add(source, Place("label", "brand-new", "stance"), {"name": {"en": "New"}}),
        edits.retire(source, Place("label", label, "stance")),
        edits.versioned(source, "9.9.9"),
    ):
        codebook.problems(edited)


# ------------------------------------------------------------------ what comes home


def _bundle(world: World, data: bytes) -> None:
    target = world.folder / "home.db"
    Project.discard(target)
    try:
        Project.from_bundle(target, world.put("bundle.zip", data))
    except Problem:
        assert not target.exists(), "something was written although it was refused"
        assert not list(world.folder.glob("home.db*"))
        raise


def _records(world: World, data: bytes) -> None:
    source = world.put("claims.jsonl", data)
    world.into_project(lambda project: project.take_records(source))


def _documents(world: World, data: bytes) -> None:
    """The same into a project without documents: they are put together again."""
    path, source = world.folder / "empty.db", world.put("claims.jsonl", data)
    Project.discard(path)
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        try:
            project.take_records(source)
        except Problem:
            assert project.db.execute("select count(*) from documents").fetchone() == (0,)
            raise


def _brat(world: World, data: bytes) -> None:
    (world.folder / "brat").mkdir(exist_ok=True)
    world.put("brat/idlib-article.txt", seeds.brat_text())
    world.put("brat/idlib-article.ann", data)
    world.into_project(lambda project: project.take_annotations("brat", world.folder / "brat", name="Tool"))


def _foreign(format: str, name: str) -> Take:
    def take(world: World, data: bytes) -> None:
        source = world.put(name, data)
        world.into_project(lambda project: project.take_annotations(format, source, name="Tool"))

    return take


# ------------------------------------------------------------------ forms and addresses


def _given(data: bytes) -> MultiDict[str, str]:
    found: MultiDict[str, str] = MultiDict()
    for part in data.split(b"&"):
        name, _, value = part.replace(b"+", b" ").partition(b"=")
        found.add(*(unquote_to_bytes(one).decode("utf-8", "replace") for one in (name, value)))
    return found


_BOOK = codebook.load(codebook.bundled("idlib-2019"))


def _form(world: World, data: bytes) -> None:
    """One form after the other on one sentence, and back into the form."""
    sentence = world.__dict__.get("sentence")
    if sentence is None:
        with Project.open(world.fresh()) as project:
            sentence = world.__dict__["sentence"] = project.sentences(ARTICLE)[4]
    answer = Answer()
    for part in data.split(b"\n", 4):
        form = _given(part)
        Draft.typed(form, {})
        answer, _ = annotate.apply(answer, form, sentence, _BOOK)
        str(answer).encode()


def _filter(world: World, data: bytes) -> None:
    asked = filter.from_args(_given(data))
    filter.check_labels(asked, _BOOK)
    assert filter.from_args(MultiDict(asked.as_args())) == asked
    asked.as_options()


def _search(world: World, data: bytes) -> None:
    typed = data.decode("utf-8", "replace")
    words = search.words(typed)
    assert all(0 <= start < end <= len(typed) for start, end in search.spans(typed, words))
    with Project.open(world.fresh()) as project:
        project.search(search.Search(words=words[: search.MOST_WORDS]), project.person("Cleo"))


def _address(world: World, data: bytes) -> None:
    """A whole request: its line, its headers, and after an empty line its body."""
    world.fresh()
    head, _, body = data.partition(b"\n\n")
    line, *rest = head.split(b"\n")
    method, _, address = line.partition(b" ")
    headers = [
        (name.strip().decode("ascii"), value.strip().decode("latin-1"))
        for name, colon, value in (one.partition(b":") for one in rest)
        if colon and name.strip().replace(b"-", b"").isalnum() and value.isascii()
    ]
    if any(
        name.lower() in ("host", "content-length", "transfer-encoding", "content-encoding")
        for name, _ in headers
    ):
        return  # the server's own, which is tried through a socket
    path, _, query = address.partition(b"?")
    with world.client.open(
        "/" + unquote_to_bytes(path).decode("latin-1").lstrip("/"),
        method="POST" if method == b"POST" else "GET",
        query_string=query.decode("latin-1"),
        headers=headers,
        data=body,
        content_type="application/x-www-form-urlencoded",
    ) as answer:
        told = answer.get_data()
    assert answer.status_code < 500, (answer.status_code, told[:2000])
    for name, value in answer.headers:
        assert not {"\r", "\n"} & set(name + value), f"{name} holds a line end"


PARSERS: dict[str, Parser] = {
    "text": Parser(_file("a.txt"), seeds.texts),
    "upload": Parser(_taken_in, lambda: [b"x" + one for one in seeds.texts()]),
    "pdf": Parser(_apart("a.pdf"), seeds.pdfs),
    "html": Parser(_apart("a.html"), seeds.pages),
    "docx": Parser(_apart("a.docx"), seeds.word),
    "csv": Parser(_table("a.csv"), seeds.csvs),
    "xlsx": Parser(_table("a.xlsx"), seeds.excel),
    "jsonl": Parser(_table("a.jsonl"), seeds.json_lines),
    "reading": Parser(_reading, seeds.readings),
    "codebook": Parser(_codebook, seeds.codebooks),
    "bundle": Parser(_bundle, seeds.bundles),
    "records": Parser(_records, seeds.records),
    "documents": Parser(_documents, seeds.records),
    "brat": Parser(_brat, seeds.brat),
    "label-studio": Parser(_foreign("label-studio", "tasks.json"), seeds.label_studio),
    "doccano": Parser(_foreign("doccano", "all.jsonl"), seeds.doccano),
    "form": Parser(_form, seeds.forms),
    "filter": Parser(
        _filter, lambda: [b"label=stance:ru&person=Ana&status=claims&round=1&own_voice=0&layer=both"]
    ),
    "search": Parser(
        _search, lambda: ["«إطلاق النار» الروسي".encode(), b'"a b" c', "İstanbul’da \u200f1,5".encode()]
    ),
    "address": Parser(_address, seeds.addresses),
}

"""By the name of the parser."""

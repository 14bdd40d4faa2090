"""Importing, step 1: files, folders, tables and pasted text come in, and wait to be checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from annotator.model import Document, Invalid, Problem
from annotator.project import Taken
from annotator.text.formats import Options
from annotator.text.formats.tables import TEXT
from annotator.web.words import _

bp = Blueprint("imports", __name__)

LANGUAGES = ("ar", "en", "ru", "tr")
FILE_MEGABYTES, ALL_MEGABYTES = 20, 200
MOST_FILES = 20_000  # a folder of ten thousand texts, and its form
SHOWN = 100  # documents in the list of those that wait


@bp.get("/import")
def add() -> ResponseReturnValue:
    return _page()


@bp.post("/import")
def take() -> ResponseReturnValue:
    """Take in what was given, going on past a bad file."""
    request.max_content_length = ALL_MEGABYTES * 1_000_000
    request.max_form_memory_size = FILE_MEGABYTES * 1_000_000
    request.max_form_parts = MOST_FILES
    pasted = request.form.get("text", "")
    files = [
        file for file in request.files.getlist("file") + request.files.getlist("folder") if file.filename
    ]
    if not files and not pasted.strip():
        raise Invalid("Choose files or a folder, or paste a text.", field="file")
    taken = [one for file in files for one in _taken(file)]
    if pasted.strip():
        taken += _pasted(request.form.get("title", ""), pasted)
    if "one" in request.form:  # the script sends a folder file by file and collects the lines
        return render_template("imports/_taken.html", taken=taken)
    return _onward(taken)


@bp.get("/import/tables/<sha256>")
def table(sha256: str) -> ResponseReturnValue:
    filename, data = g.project.kept_table(sha256)
    columns = g.project.columns(filename, data) or ()
    guess = next((name for name in columns if name.strip().casefold() in TEXT), None)
    return render_template(
        "imports/table.html", sha256=sha256, filename=filename, columns=columns, guess=guess
    )


@bp.post("/import/tables/<sha256>")
def take_table(sha256: str) -> ResponseReturnValue:
    form = request.form
    if form.get("action") == "leave":
        g.project.leave_out(sha256)
        flash(_("The table was left out."))
        return redirect(url_for(".add"), 303)
    filename, data = g.project.kept_table(sha256)
    columns = g.project.columns(filename, data) or ()
    if form.get("text_column") not in columns:
        raise Invalid("Choose the column that holds the text.", field="text_column")
    if form.get("id_column") and form.get("id_column") not in columns:
        raise Invalid("Choose the id column from the list, or none.", field="id_column")
    options = Options(
        text_column=form["text_column"],
        id_column=form.get("id_column") or None,
        rows="sentences" if form.get("rows") == "sentences" else "texts",
    )
    return _onward(list(g.project.take_kept(sha256, options, g.person)))


@bp.post("/import/ready")
def make_ready() -> ResponseReturnValue:
    """Let annotators see the chosen documents as they are, or take them back."""
    chosen = request.form.getlist("document")
    stage = "withdrawn" if request.form.get("action") == "withdraw" else "ready"
    if not chosen:
        raise Invalid("Choose at least one document.")
    for doc_id in chosen:
        g.project.open_to(doc_id, g.person)
    for doc_id in chosen:
        g.project.set_stage(doc_id, stage, g.person)
    if stage == "ready":
        flash(_("Annotators can see them now: %(n)s.", n=len(chosen)))
        return redirect(url_for("documents.index"), 303)
    flash(_("Taken back: %(n)s. Add the file again to bring a document back.", n=len(chosen)))
    return redirect(url_for(".add"), 303)


# ------------------------------------------------------------------ what was taken in


def _taken(file: FileStorage) -> Iterator[Taken]:
    """What becomes of one file. A table waits until its columns are chosen."""
    name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    with closing(file):
        data = file.stream.read(FILE_MEGABYTES * 1_000_000 + 1)
    try:
        if len(data) > FILE_MEGABYTES * 1_000_000:
            raise Invalid(
                "This file is larger than %(limit)s MB. Split it into single texts.", limit=FILE_MEGABYTES
            )
        if g.project.columns(name, data) is None:
            yield from g.project.take_in(name, data, stage="checking", by=g.person.name)
        else:
            g.project.keep(name, data, g.person)
            yield Taken(name, None)
    except Problem as problem:
        yield Taken(name, None, problem.said)


def _pasted(title: str, text: str) -> Iterator[Taken]:
    title = " ".join(title.split())
    name = f"{title[:60].replace('/', ' ') or _('Pasted text')}.txt"
    # Browsers send CRLF whatever was pasted.
    data = text.replace("\r\n", "\n").encode("utf-8", "replace")
    try:
        for taken in g.project.take_in(name, data, stage="checking", by=g.person.name):
            if taken.document and title:
                g.project.describe(taken.document.id, {"title": title}, g.person)
            yield taken
    except Problem as problem:
        yield Taken(name, None, problem.said)


def _onward(taken: list[Taken]) -> ResponseReturnValue:
    """A single good text goes on to its check; otherwise the list says what became of each."""
    documents = [one.document for one in taken if one.document]
    tables = [one for one in taken if one.document is None and one.problem is None]
    if len(taken) == 1 and documents:
        return redirect(url_for("imports_check.show", doc_id=documents[0].id), 303)
    if len(taken) == 1 and tables:
        waiting = {name: sha256 for sha256, name in g.project.kept().items()}
        if tables[0].name in waiting:
            return redirect(url_for(".table", sha256=waiting[tables[0].name]), 303)
    return _page(taken), 200 if documents or tables else 422


def _page(taken: list[Taken] | None = None) -> str:
    waiting = _waiting()
    return render_template(
        "imports/add.html",
        taken=taken,
        waiting=waiting[:SHOWN],
        more=max(0, len(waiting) - SHOWN),
        tables=g.project.kept(),
        languages=LANGUAGES,
        file_megabytes=FILE_MEGABYTES,
        all_megabytes=ALL_MEGABYTES,
    )


def _waiting() -> list[Document]:
    """Documents that wait to be checked, the newest first."""
    progress = g.project.documents(g.person)
    return [one.document for one in reversed(progress) if one.document.stage == "checking"]

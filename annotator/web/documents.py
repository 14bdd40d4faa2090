"""The list of documents: what there is, how far everybody is, where to go on."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from annotator.model import upright
from annotator.project import Listed
from annotator.web.annotate_draft import number

bp = Blueprint("documents", __name__)

ROWS = 50
"""Documents on a page of the list."""

LANGUAGES = {"ar": "Arabic", "en": "English", "ru": "Russian", "tr": "Turkish"}


@bp.get("/")
def index() -> ResponseReturnValue:
    after = number(request.args.get("after")) or 0
    with g.project.at_one_moment():
        listed = g.project.listed(g.person, after, ROWS)
        return _shown(listed, after)


def _shown(listed: Listed, after: int) -> str:
    documents = listed.documents
    return render_template(
        "documents/index.html",
        documents=documents,
        listed=listed,
        begun=after > 0,
        next=g.project.next_document(g.person),
        mine=Mine(*g.project.given(g.person)),
        waits=not documents and not g.person.leads and g.project.gives_out(),
        again=sum(not one.done for one in g.project.repeats(g.person)),
        today=datetime.date.today().isoformat(),
        languages=LANGUAGES,
        demo=not documents and g.person.leads and g.project.may_open_demo(),
    )


@bp.post("/demo")
def open_demo() -> ResponseReturnValue:
    """The sample article, ready to annotate."""
    document = g.project.open_demo(g.person)
    return redirect(url_for("annotate.document", doc_id=document.id), 303)


@bp.get("/annotate")
def resume() -> ResponseReturnValue:
    """The document to go on with, or the list when there is none."""
    every = g.project.listed(g.person, 0, ROWS).documents
    ready = (one for one in every if one.document.stage == "ready")
    found = g.project.next_document(g.person) or next(ready, None)
    if found is None:
        return redirect(url_for(".index"), 303)
    return redirect(url_for("annotate.document", doc_id=found.document.id), 303)


@bp.get("/documents/<doc_id>/file")
def raw(doc_id: str) -> ResponseReturnValue:
    """The file as it was imported, to the byte."""
    name, content = g.project.raw(doc_id)
    return send_file(
        io.BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=_named(name),
    )


def _named(filename: str) -> str:
    """As somebody called it, without what a browser could take for a folder or a command.

    >>> _named("../news/report\\u202etxt.exe")
    '..-news-reporttxt.exe'
    """
    return upright(filename).replace("/", "-").replace("\\", "-")


@dataclass(frozen=True, slots=True)
class Mine:
    """What was given to the reader in rounds."""

    given: int = 0
    finished: int = 0

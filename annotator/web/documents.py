"""The list of documents: what there is, how far everybody is, where to go on."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import Blueprint, g, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from annotator.project import Progress

bp = Blueprint("documents", __name__)

LANGUAGES = {"ar": "Arabic", "en": "English", "ru": "Russian", "tr": "Turkish"}


@bp.get("/")
def index() -> ResponseReturnValue:
    documents = g.project.documents(g.person)
    return render_template(
        "documents/index.html",
        documents=documents,
        next=next_document(documents),
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
    documents = [one for one in g.project.documents(g.person) if one.document.stage == "ready"]
    found = next_document(documents) or next(iter(documents), None)
    if found is None:
        return redirect(url_for(".index"), 303)
    return redirect(url_for("annotate.document", doc_id=found.document.id), 303)


@bp.get("/documents/<doc_id>/file")
def raw(doc_id: str) -> ResponseReturnValue:
    """The file as it was imported, to the byte."""
    name, content = g.project.raw(doc_id)
    return send_file(
        io.BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=name
    )


def next_document(documents: Sequence[Progress]) -> Progress | None:
    """The one under way, else the first not begun."""
    unfinished = [one for one in documents if one.document.stage == "ready" and one.mine < one.queued]
    return next((progress for progress in unfinished if progress.mine), next(iter(unfinished), None))

"""The list of documents: what there is, how far everybody is, where to go on."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from annotator.model import upright
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
        mine=Mine.of(documents) if g.project.rounds() else Mine(),
        waits=not documents and not g.person.leads and bool(g.project.rounds()),
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

    @classmethod
    def of(cls, documents: Sequence[Progress]) -> Mine:
        given = [one for one in documents if one.given and one.document.stage == "ready"]
        return cls(len(given), sum(one.finished is not None for one in given))


def next_document(documents: Sequence[Progress]) -> Progress | None:
    """The one under way, else the first not begun, what is due first before others; else one to finish."""
    mine = [one for one in documents if one.document.stage == "ready" and one.given and not one.finished]
    mine.sort(key=lambda one: one.due or "9999")
    unfinished = [one for one in mine if one.mine < one.queued and not one.to_finish]
    under_way = (one for one in unfinished if one.mine)
    to_finish = (one for one in mine if one.to_finish)
    return next(under_way, None) or next(iter(unfinished), None) or next(to_finish, None)

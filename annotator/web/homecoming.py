"""Answers from elsewhere: a file is brought, the page says what would become of it, and it is taken in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from annotator.model import Forbidden, Invalid, Missing, Problem, Said
from annotator.project import Changed, Look, Waiting, arriving
from annotator.web.layout import apart
from annotator.web.words import N_, _, enumerated, spoken

bp = Blueprint("homecoming", __name__)

MEGABYTE = 1_000_000
SHOWN = 200  # of what is left where it is
FORMATS = {
    arriving.BUNDLE: N_("A whole project, as “Export” writes it"),
    arriving.PROJECT: N_("A Qawl project file"),
    arriving.RECORDS: N_("Answers from Qawl (claims-jsonl/1)"),
    arriving.BRAT: N_("Annotations from brat"),
    arriving.LABEL_STUDIO: N_("Annotations from Label Studio"),
    arriving.DOCCANO: N_("Annotations from doccano"),
}
READ_AS = {
    arriving.BRAT: N_(
        "Each event becomes a claim: what it marks as content, cue and source stays marked, and its "
        "attributes are read as the labels of the codebook, by their ids."
    ),
    arriving.LABEL_STUDIO: N_(
        "Each region becomes a claim, with the cue and source that are tied to it. Its choices are read as "
        "the labels of the codebook, by their ids."
    ),
    arriving.DOCCANO: N_(
        "Each marked content becomes a claim, with the cue and source that are tied to it. The labels beside "
        "it are read as those of the codebook, by their ids."
    ),
}
"""What becomes of another tool's marks."""


@bp.get("/import/answers")
def add() -> ResponseReturnValue:
    return render_template(
        "homecoming/add.html",
        waiting=g.project.brought(),
        formats=FORMATS,
        megabytes=arriving.LARGEST // MEGABYTE,
    )


@bp.post("/import/answers")
def keep() -> ResponseReturnValue:
    """Put the file aside; nothing of it is in the project yet."""
    _refuse_who_must_not_see()
    request.max_content_length = arriving.LARGEST + MEGABYTE // 10  # a little for the form around it
    try:
        file = request.files.get("file")
    except RequestEntityTooLarge as error:
        limit = arriving.LARGEST // MEGABYTE
        raise Invalid("This file is larger than %(limit)s MB.", limit=limit, field="file") from error
    if file is None or not file.filename:
        raise Invalid("Choose a file.", field="file")
    with closing(file):
        waiting = g.project.put_aside(file.filename, file.stream, g.person)
    return redirect(url_for(".check", id=waiting.id), 303)


@bp.get("/import/answers/<id>")
def check(id: str) -> ResponseReturnValue:
    """What would become of it, as if it was taken in."""
    _refuse_who_must_not_see()
    waiting, name = g.project.brought_file(id), _name(request.args.get("as", ""))
    try:
        return _page(waiting, name, g.project.look_at(waiting, name))
    except Invalid as problem:
        return _page(waiting, name, None, problem), 422


@bp.post("/import/answers/<id>")
def take(id: str) -> ResponseReturnValue:
    """Take in what was checked."""
    _refuse_who_must_not_see()
    waiting, name = g.project.brought_file(id), _name(request.form.get("as", ""))
    try:
        look = g.project.take_brought(waiting, name, request.form.get("seen", ""), g.person)
    except Changed as changed:
        return _page(waiting, name, changed.look, changed), 409
    except Invalid as problem:
        return _page(waiting, name, None, problem), 422
    page = make_response(render_template("homecoming/taken.html", **_words(waiting, look)))
    page.headers["HX-Push-Url"] = url_for(".add")  # it waits no more, so its own address is gone
    return page


@bp.post("/import/answers/<id>/leave")
def leave(id: str) -> ResponseReturnValue:
    waiting = g.project.brought_file(id)
    g.project.leave_brought(waiting)
    flash(_("%(name)s was left out. Nothing was changed.", name=waiting.name))
    return redirect(url_for(".add"), 303)


def _refuse_who_must_not_see() -> None:
    if g.project.blind_in(g.person):
        raise Forbidden(
            "What differs from such a file tells what others answered in documents that are given to you and "
            "that you have not finished. Finish them, or give them to somebody else in the round."
        )


def _name(given: str) -> str | None:
    return " ".join(given.split()) or None


def _page(waiting: Waiting, name: str | None, look: Look | None, problem: Problem | None = None) -> str:
    return render_template(
        "homecoming/check.html",
        **_words(waiting, look),
        name=name,
        whose=waiting.kind not in arriving.WHOLE,
        foreign=waiting.kind in arriving.FOREIGN,
        read_as=READ_AS.get(waiting.kind),
        people=[one.name for one in g.project.people() if not one.removed] if look or problem else [],
        problem=problem,
    )


def _words(waiting: Waiting, look: Look | None) -> dict[str, Any]:
    return {
        "waiting": waiting,
        "format": FORMATS[waiting.kind],
        "look": look,
        "left": list(_left(look)) if look else [],
        "more": max(0, look.left - min(SHOWN, len(look.conflicts))) if look else 0,
    }


# ------------------------------------------------------------------ what is left where it is


def _left(look: Look) -> Iterator[Markup]:
    """Each in words, with a way to what is here."""
    places: dict[str, _Place] = {}
    for conflict in look.conflicts[:SHOWN]:
        values = {name: spoken(value) for name, value in conflict.values.items()}
        why = conflict.values.get("why")
        named = isinstance(why, Said) and "name" in why.values  # and need not be twice
        for name in {"record", "of"} & set(values):
            values[name] = _where(str(conflict.values[name]), places, named)
        yield _(conflict.message, **values)


class _Place:
    """A document as a list names it, and its sentences."""

    def __init__(self, doc_id: str) -> None:
        document = g.project.document(doc_id)
        self.title = Markup('<bdi lang="{}">{}</bdi>').format(document.lang, document.title)
        self.sentences = {one.id for one in g.project.sentences(doc_id)}


def _where(record: str, places: dict[str, _Place], named: bool) -> Markup:
    """document/sentence/person, or as much of that as there is, for people."""
    doc_id, _slash, rest = record.partition("/")
    try:
        place = places.get(doc_id) or places.setdefault(doc_id, _Place(doc_id))
    except Missing:
        return apart(record.strip("/"))
    sid, _slash, person = rest.partition("/")
    if sid not in place.sentences:
        return enumerated(place.title, apart(rest))
    address = url_for("history.show", doc_id=doc_id, sid=sid, everybody=1)
    link = Markup('<a href="{}">{}</a>').format(address, _("sentence %(id)s", id=apart(sid)))
    return enumerated(place.title, link, "" if named else apart(person))

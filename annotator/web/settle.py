"""Settling: the sentences where people differ, one after the other, and the final answer to each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator import settle
from annotator.model import Invalid, Problem, Stale
from annotator.project.settling import Item
from annotator.web.annotate_draft import number
from annotator.web.layout import codebook
from annotator.web.settle_page import Listed, Page, numbered, queue
from annotator.web.words import _, _n, told

bp = Blueprint("settle", __name__)


@bp.get("/settle")
def index() -> ResponseReturnValue:
    return render_template("settle/index.html", listed=Listed(queue()), last=_last())


@bp.post("/settle/unanimous")
def unanimous() -> ResponseReturnValue:
    count = g.project.settle_unanimous(g.person)
    flash(_n("%(n)s unanimous sentence is final.", "%(n)s unanimous sentences are final.", count), "saved")
    return redirect(url_for(".index"), 303)


@bp.get("/settle/<doc_id>/<sid>")
def item(doc_id: str, sid: str) -> ResponseReturnValue:
    found = g.project.to_settle(doc_id, sid, g.person)
    take = number(request.args.get("take"))
    if take is not None and 1 <= take <= len(found.case.votes):
        drafts = settle.taken(found.case, take - 1)
    elif found.former is not None:
        drafts = settle.again(found.case, found.former.answer)
    elif found.moved is not None:
        drafts = settle.again(found.case, found.moved)
    else:
        drafts = settle.opening(found.case)
    former = found.former or (found.left[0] if found.left else None)
    return _rendered(
        found,
        drafts=drafts,
        reason=former.reason if former else None,
        note=(former.note or "") if former else "",
    )


@bp.post("/settle/<doc_id>/<sid>")
def save(doc_id: str, sid: str) -> ResponseReturnValue:
    after = queue().after(doc_id, sid)
    form = request.form
    try:
        g.project.settle(
            doc_id, sid, g.person, form, seen=number(form.get("seen")), votes=form.get("votes", "")
        )
    except (Invalid, Stale) as problem:
        return _as_typed(doc_id, sid, problem), 409 if isinstance(problem, Stale) else 422
    flash(_("Settled. It can be taken back with Undo."), "saved")
    place = url_for(".item", doc_id=after.document, sid=after.sentence) if after else url_for(".index")
    return redirect(place, 303)


@bp.post("/settle/<doc_id>/<sid>/reopen")
def reopen(doc_id: str, sid: str) -> ResponseReturnValue:
    """Take a final answer back: what it was stays filled in."""
    try:
        g.project.reopen_settled(doc_id, sid, g.person, seen=number(request.form.get("seen")))
        flash(_("Taken back. It is no longer final."), "saved")
    except Stale as problem:
        flash(told(problem), "warning")
    return redirect(url_for(".item", doc_id=doc_id, sid=sid), 303)


@bp.get("/settle/<doc_id>/<sid>/reopen")
@bp.get("/settle/unanimous")
def again(doc_id: str | None = None, sid: str | None = None) -> ResponseReturnValue:
    """Such an address loaded again: its form is gone."""
    return redirect(url_for(".item", doc_id=doc_id, sid=sid) if doc_id else url_for(".index"), 303)


def _as_typed(doc_id: str, sid: str, problem: Problem) -> str:
    form = request.form
    found = g.project.to_settle(doc_id, sid, g.person)
    return _rendered(
        found,
        drafts=settle.typed(found.case, form),
        reason=form.get("reason"),
        note=form.get("note", ""),
        problem=problem,
    )


def _rendered(found: Item, **given: Any) -> str:
    key = found.case.key
    numbers = numbered({key[0]})
    page = Page(
        item=found,
        codebook=codebook(),
        listed=Listed(queue(), key),
        number=numbers[key][0],
        names=request.args.get("names") == "1",
        **given,
    )
    return render_template("settle/item.html", page=page, listed=page.listed, last=_last())


def _last() -> dict[str, Any] | None:
    """What Undo would take back."""
    last = g.project.last_settled(g.person)
    return {"doc_id": last[0], "sid": last[1], "seen": last[2]} if last else None

"""Looking at a sentence once more: the card on a blank answer; what was answered first is never sent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, flash, g, get_flashed_messages, make_response, redirect, render_template, request
from flask import url_for as address
from flask.typing import ResponseReturnValue

from annotator.model import Answer, Invalid, Stale
from annotator.web.annotate import furniture, given_by_this_person, opened, seconds
from annotator.web.annotate_draft import Draft, number
from annotator.web.annotate_page import Page
from annotator.web.annotate_window import shown
from annotator.web.layout import codebook
from annotator.web.words import _, told

bp = Blueprint("again", __name__)


@dataclass(frozen=True)
class Again(Page):
    """The annotate page on the answers of the second time."""

    left: int = 0  # to look at once more, this one with them

    @property
    def address(self) -> str:
        return "again.sentence"

    @property
    def again(self) -> bool:
        return True


@bp.get("/again")
def index() -> ResponseReturnValue:
    """The first sentence to look at once more; the documents when there is none."""
    for one in g.project.repeats(g.person):
        if not one.done:
            return redirect(address(".sentence", doc_id=one.document, sid=one.sid), 303)
    return redirect(address("documents.index"), 303)


@bp.get("/again/<doc_id>/<sid>")
def sentence(doc_id: str, sid: str) -> ResponseReturnValue:
    return _rendered(_page(doc_id, sid, request.args.get("claim")))


@bp.post("/again/<doc_id>/<sid>")
def record(doc_id: str, sid: str) -> ResponseReturnValue:
    given_by_this_person()
    form = request.form
    try:
        recorded = g.project.answer_again(
            doc_id,
            sid,
            g.person,
            form,
            seen=number(form.get("seen")),
            shown=number(form.get("shown")),
            token=form.get("token", ""),
            seconds=seconds(form.get("seconds")),
        )
    except Invalid as problem:
        return _rendered(_as_typed(doc_id, sid, problem), 422)
    except Stale as problem:
        flash(told(problem), "warning")
        return redirect(address(".sentence", doc_id=doc_id, sid=sid), 303)
    for warning in recorded.warnings:
        flash(told(warning), "warning")
    if request.args.get("then") == "new":
        return redirect(address(".sentence", doc_id=doc_id, sid=sid, claim="new"), 303)
    if form.get("action") == "delete":
        return redirect(address(".sentence", doc_id=doc_id, sid=sid), 303)
    if all(one.done for one in g.project.repeats(g.person)):
        flash(_("You looked at all of them once more. Nothing of it changed your answers."))
    return redirect(address(".index"), 303)


def _page(doc_id: str, sid: str, claim: str | None = None) -> Again:
    found = g.project.whereabouts(doc_id, sid, g.person)
    # No ways lead from here to what was answered before.
    where = replace(found, before=None, after=None, unfinished=sid)
    units = shown(where, None)
    desk = g.project.again_desk(doc_id, sid, g.person, units)
    annotation = desk.annotations.get(sid)
    answer = annotation.answer if annotation else Answer()
    left = sum(not one.done for one in g.project.repeats(g.person))
    draft = opened(answer, claim)
    return Again(desk, codebook(), where, draft, answer.comment or "", answer.hard, units, left=left)


def _as_typed(doc_id: str, sid: str, problem: Invalid) -> Again:
    """The page with nothing of what was typed lost."""
    page = _page(doc_id, sid)
    form = request.form
    draft = Draft.typed(form, g.project.registry().merged)
    comment = form.get("comment", "")
    return replace(page, problem=problem, draft=draft, comment=comment, hard=bool(form.get("hard")))


def _rendered(page: Again, status: int = 200) -> ResponseReturnValue:
    messages = get_flashed_messages(with_categories=True)
    html = render_template("again/sentence.html", page=page, swap=False, messages=messages, **furniture())
    response = make_response(html, status)
    response.vary.update(("HX-Request", "HX-Target"))
    if status != 200:
        response.headers["HX-Push-Url"] = "false"
    return response

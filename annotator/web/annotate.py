"""Annotating: a document, the sentence in focus, and what is said about it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    get_flashed_messages,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from annotator import speakers
from annotator.model import Answer, Forbidden, Invalid, Missing, Problem, Stale, Unavailable
from annotator.project import Recorded, Undone
from annotator.web.annotate_compare import compared, refilled
from annotator.web.annotate_draft import Draft, number
from annotator.web.annotate_end import ending
from annotator.web.annotate_marks import worded
from annotator.web.annotate_page import Page, Text, pieces
from annotator.web.annotate_parts import Parts
from annotator.web.annotate_window import SIZE, Held, chunks, shown
from annotator.web.keyboard import OTHERS, keyboard
from annotator.web.layout import codebook
from annotator.web.problems import status_of
from annotator.web.words import told

bp = Blueprint("annotate", __name__)


@bp.get("/documents/<doc_id>")
def document(doc_id: str) -> ResponseReturnValue:
    """Where the work goes on: the next unfinished sentence, or the first."""
    g.project.open_to(doc_id, g.person)
    sid = g.project.next_unfinished(doc_id, g.person) or g.project.first(doc_id)
    if sid is None:
        raise Missing("This document has no sentences to annotate. Look at its file on the documents page.")
    return redirect(_place(doc_id, sid), 303)


@bp.get("/documents/<doc_id>/sentences/<sid>")
def sentence(doc_id: str, sid: str) -> ResponseReturnValue:
    with g.project.at_one_moment():
        return _rendered(_page(doc_id, sid, request.args.get("claim")))


@bp.get("/documents/<doc_id>/chunks/<int:n>")
def chunk(doc_id: str, n: int) -> ResponseReturnValue:
    """A part of a long document, for a page that shows the parts beside it.

    Nothing for a page with an older text: its parts begin and end elsewhere, so that sentences would stand
    there twice or not at all. The link to the part stays, and brings the text anew.
    """
    held = Held.told(request.headers.get("X-Text"))
    if held and held.version != g.project.text_version(doc_id):
        g.project.open_to(doc_id, g.person)
        return "", 204
    desk = g.project.desk(doc_id, g.person, range(n * SIZE, (n + 1) * SIZE))
    if not desk.sentences:
        raise Missing("This part of the document is not there any more. Load the page again.")
    return render_template("annotate/chunk.html", page=Text(desk, codebook()), n=n, pieces=pieces)


@bp.post("/documents/<doc_id>/sentences/<sid>")
def record(doc_id: str, sid: str) -> ResponseReturnValue:
    given_by_this_person()
    if "X-Kept" in request.headers:
        return _taken_late(doc_id, sid)
    try:
        recorded = _recorded(doc_id, sid)
    except Invalid as problem:
        return _rendered(_as_typed(doc_id, sid, problem), 422)
    except Stale as problem:
        return _rendered(_compared(doc_id, sid, problem), 409)
    for warning in recorded.warnings:
        flash(told(warning), "warning")
    with g.project.at_one_moment():
        onward, claim = _onward(doc_id, sid)
        if not _swaps():
            return redirect(_place(doc_id, onward, claim), 303)
        # A page that stays where it is gets the next sentence at once: to fetch it would be a second way.
        page = _page(doc_id, onward, claim)
        response = _rendered(page)
    response.headers["HX-Push-Url"] = page.place(onward, claim)
    return response


@bp.post("/documents/<doc_id>/sentences/<sid>/compare")
def compare(doc_id: str, sid: str) -> ResponseReturnValue:
    """An answer that the browser kept and the server did not take, beside what is saved."""
    given_by_this_person()
    return _rendered(_compared(doc_id, sid, None))


@bp.post("/documents/<doc_id>/sentences/<sid>/mine")
def mine(doc_id: str, sid: str) -> ResponseReturnValue:
    """The answer of an old page filled in again, on top of what is saved now."""
    page = _page(doc_id, sid)
    return _rendered(replace(page, **refilled(page.desk, page.sentence, request.form)))


@bp.get("/documents/<doc_id>/sentences/<sid>/compare")
@bp.get("/documents/<doc_id>/sentences/<sid>/mine")
def again(doc_id: str, sid: str) -> ResponseReturnValue:
    """Such a page loaded again: its form is gone, the sentence is there."""
    return redirect(_place(doc_id, sid), 303)


@bp.post("/documents/<doc_id>/undo")
def undo(doc_id: str) -> ResponseReturnValue:
    return _turned(doc_id, g.project.undo, "undone")


@bp.post("/documents/<doc_id>/redo")
def redo(doc_id: str) -> ResponseReturnValue:
    return _turned(doc_id, g.project.redo, "redone")


def _turned(doc_id: str, turn: Callable[..., Undone | None], did: str) -> ResponseReturnValue:
    try:
        return _moved(doc_id, turn(doc_id, g.person, number(request.form.get("of"))), did)
    except Stale as problem:
        flash(told(problem), "warning")
        return redirect(_left(doc_id) or url_for(".document", doc_id=doc_id), 303)


# ------------------------------------------------------------------ taking answers


def _recorded(doc_id: str, sid: str) -> Recorded:
    form = request.form
    recorded: Recorded = g.project.record(
        doc_id,
        sid,
        g.person,
        form,
        seen=number(form.get("seen")),
        shown=number(form.get("shown")),
        token=form.get("token", ""),
        seconds=seconds(form.get("seconds")),
    )
    return recorded


def _taken_late(doc_id: str, sid: str) -> ResponseReturnValue:
    """An answer that the browser kept: it learns the id, for the next one, or what is wrong."""
    try:
        return {"id": _recorded(doc_id, sid).id}
    except Unavailable:
        raise
    except Problem as problem:
        return {"problem": told(problem).unescape()}, status_of(problem)


def given_by_this_person() -> None:
    """Another person may have signed in since the page was shown, in another tab of the browser."""
    header = request.headers.get("X-Person")
    name = unquote(header) if header is not None else request.form.get("person", g.person.name)
    if name != g.person.name:
        raise Forbidden(
            "This page belongs to %(name)s, and somebody else is signed in now. Nothing was saved.",
            name=name,
        )


# ------------------------------------------------------------------ where to go


def _place(doc_id: str, sid: str, claim: str | None = None) -> str:
    return url_for("annotate.sentence", doc_id=doc_id, sid=sid, claim=claim)


def _onward(doc_id: str, sid: str) -> tuple[str, str | None]:
    """The sentence and claim one goes to after an answer: on, unless more is to be said about this one."""
    if request.args.get("then") == "new":
        return sid, "new"
    if request.form.get("action") == "delete":
        return sid, None
    return g.project.next_unfinished(doc_id, g.person, sid) or g.project.following(doc_id, sid), None


def _moved(doc_id: str, undone: Undone | None, did: str) -> ResponseReturnValue:
    if undone is None:
        flash("", f"nothing-{did}")
        return redirect(_left(doc_id) or url_for(".document", doc_id=doc_id), 303)
    flash(Markup("{} {}").format(undone.sid, told(undone.text)), did)
    return redirect(_place(doc_id, undone.sid), 303)


def _left(doc_id: str) -> str | None:
    """The address the request came from, where it is a sentence of this document."""
    return _place(doc_id, sid) if (sid := _left_sentence(doc_id)) else None


def _left_sentence(doc_id: str) -> str | None:
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    found = re.search(rf"/documents/{re.escape(doc_id)}/sentences/([^/?#]+)", came_from)
    return found[1] if found else None


# ------------------------------------------------------------------ what to show


def _page(doc_id: str, sid: str, claim: str | None = None, **more: Any) -> Page:
    where = g.project.whereabouts(doc_id, sid, g.person)
    units = shown(where, Held.told(request.headers.get("X-Text")) if _swaps() else None)
    left = _left_sentence(doc_id)
    desk = g.project.desk(doc_id, g.person, units, also=[sid, *([left] if left else [])])
    annotation = desk.annotations.get(sid)
    answer = annotation.answer if annotation else Answer()
    page = Page(desk, codebook(), where, opened(answer, claim), answer.comment or "", answer.hard, units)
    if units:
        more["chunks"] = chunks(g.project.outline(doc_id), codebook(), units)
    if where.unfinished is None and not page.finished:
        more["skipped"] = g.project.skipped(doc_id, g.person)
    return replace(page, **more) if more else page


def _swaps() -> bool:
    """Whether only what changes is asked for."""
    return request.headers.get("HX-Target") == "panel" and "HX-History-Restore-Request" not in request.headers


def opened(answer: Answer, claim: str | None) -> Draft:
    """The claim asked for; else the newest, which is what one comes back to mend."""
    n = number(claim) if claim else len(answer.claims)
    if n is None or not 1 <= n <= len(answer.claims):
        return Draft()
    return Draft.of(answer.claims[n - 1], n)


def _as_typed(doc_id: str, sid: str, problem: Invalid) -> Page:
    """The page with nothing of what was typed lost, or with the claim that is already there."""
    draft = Draft.typed(request.form, g.project.registry().merged)
    page = _page(doc_id, sid, str(problem.claim), problem=problem)
    # A problem with a field is about what is missing, in whichever claim; without one, about a twin.
    there = problem.claim is not None and problem.claim <= len(page.claims)
    twin = draft.n is None and problem.field is None and there
    return replace(
        page,
        draft=page.draft if twin else draft,
        comment=request.form.get("comment", ""),
        hard=bool(request.form.get("hard")),
        kept=request.form.get("kept", ""),
    )


def _compared(doc_id: str, sid: str, problem: Stale | None) -> Page:
    page = _page(doc_id, sid)
    return replace(page, compare=compared(page.desk, page.sentence, request.form, problem))


def _rendered(page: Page, status: int = 200) -> Response:
    """The whole page, or what changes on it when one moves from sentence to sentence."""
    swap = _swaps()
    changed = {page.focus, _left_sentence(page.desk.document.id)} if swap and not page.shown else set()
    context = {
        "page": page,
        "swap": swap,
        "touched": [s for s in page.desk.sentences if s.id in changed],
        "messages": get_flashed_messages(with_categories=True),
        **furniture(),
    }
    html = Parts(page, context).all() if swap else render_template("annotate/sentence.html", **context)
    response = make_response(html, status)
    if status != 200:
        response.headers["HX-Push-Url"] = "false"
    return response


def furniture() -> dict[str, Any]:
    """What the text and the card need beside the page."""
    return {
        "token": secrets.token_urlsafe(12),
        "pieces": pieces,
        "ending": ending,
        "worded": worded,
        "folding": speakers,
        "version": g.project.speakers_version(),
        "known": request.headers.get("X-Speakers"),
        "keyboard": keyboard,
        "other_keys": OTHERS,
    }


def seconds(text: str | None) -> float | None:
    return float(text) if text and re.fullmatch(r"\d{1,5}(\.\d+)?", text) else None

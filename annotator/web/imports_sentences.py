"""Importing, step 3: what the sentences are, where they begin and end, and what is known of the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.model import Invalid, Kind, Missing, Sentence
from annotator.web.imports import LANGUAGES
from annotator.web.imports_page import pieces
from annotator.web.imports_sure import carried_out, sure
from annotator.web.words import N_, _

bp = Blueprint("imports_sentences", __name__)

UNITS = 100  # on a page
KINDS = {
    Kind.TITLE: N_("Title"),
    Kind.BYLINE: N_("Byline"),
    Kind.HEADING: N_("Heading"),
    Kind.BODY: N_("Text"),
    Kind.PULLQUOTE: N_("Pull quote"),
    Kind.CAPTION: N_("Caption"),
    Kind.URL: N_("Link"),
    Kind.OTHER: N_("Note"),
}
DONE = {"split": N_("split a sentence"), "merge": N_("joined two sentences"), "kind": N_("changed a kind")}
OTHERWISE_DONE = N_("decided about a repair")
FIELDS = ("title", "publisher", "author", "date", "url")


@bp.get("/documents/<doc_id>/text")
def show(doc_id: str) -> ResponseReturnValue:
    document = g.project.open_to(doc_id, g.person)
    found = g.project.sentences(doc_id)
    at = request.args.get("at") or request.args.get("cut")
    place = next((n for n, sentence in enumerate(found) if sentence.id == at), 0)
    page = place // UNITS if at else max(0, request.args.get("page", 1, int) - 1)
    undo, redo = g.project.turns(doc_id)
    return render_template(
        "imports/sentences.html",
        document=document,
        source=g.project.text_of(doc_id),
        sentences=found[page * UNITS : (page + 1) * UNITS],
        joinable=_joinable(found),
        numbers=_numbers(found),
        answered=g.project.answered(doc_id),
        at=at,
        cut=request.args.get("cut"),
        gaps=gaps,
        pieces=pieces,
        place_of=lambda page: url_for(".show", doc_id=doc_id, page=page),
        page=page + 1,
        pages=-(-len(found) // UNITS),
        undo=undo,
        redo=redo,
        kinds=KINDS,
        languages=LANGUAGES,
    )


@bp.post("/documents/<doc_id>/text/<sid>")
def change(doc_id: str, sid: str) -> ResponseReturnValue:
    """Split, merge or name another kind; asked again first where people have answered."""
    g.project.open_to(doc_id, g.person)
    sentence = g.project.sentence(doc_id, sid)
    action = request.form.get("action")
    if action not in ("split", "merge", "kind"):
        raise Invalid("Choose what to do with this sentence.")
    touched = [sentence]
    before = _joinable(g.project.sentences(doc_id)).get(sid)
    if action == "merge" and before:
        touched.append(before)
    act = _act(doc_id, sid, action)
    if question := sure(doc_id, [one.id for one in touched], act):
        return question
    carried_out(doc_id, act)
    at = before.id if action == "merge" and before else sid
    return redirect(url_for(".show", doc_id=doc_id, at=at, _anchor=f"cut-{at}"), 303)


@bp.post("/documents/<doc_id>/changes/<any(undo, redo):way>")
def turn(doc_id: str, way: str) -> ResponseReturnValue:
    g.project.open_to(doc_id, g.person)
    moved = g.project.undo_change if way == "undo" else g.project.redo_change
    if question := sure(doc_id, (), lambda: moved(doc_id, g.person)):
        return question
    found = carried_out(doc_id, lambda: moved(doc_id, g.person))
    if found is None:
        flash(_("There is nothing to undo.") if way == "undo" else _("There is nothing to do again."))
    else:
        what = _(DONE.get(found.kind, OTHERWISE_DONE))
        flash(_("Undone: %(what)s.", what=what) if way == "undo" else _("Done again: %(what)s.", what=what))
    step = "imports_check" if request.form.get("step") == "check" else "imports_sentences"
    kept: dict[str, Any] = {
        name: request.form[name] for name in ("show", "page", "at") if request.form.get(name)
    }
    return redirect(url_for(f"{step}.show", doc_id=doc_id, **kept), 303)


@bp.post("/documents/<doc_id>/text")
def describe(doc_id: str) -> ResponseReturnValue:
    document = g.project.open_to(doc_id, g.person)
    given = {name: request.form[name] for name in FIELDS if name in request.form}
    lang = request.form.get("lang", document.lang)
    if not re.fullmatch(r"[a-z]{2,3}", lang):
        raise Invalid("A language is two or three letters, such as ar or en.", field="lang")
    if lang != document.lang:
        g.project.read_anew(doc_id, g.person, lang=lang)
    g.project.describe(doc_id, given, g.person)
    flash(_("Saved."))
    return redirect(url_for(".show", doc_id=doc_id), 303)


@bp.post("/documents/<doc_id>/stage")
def finish(doc_id: str) -> ResponseReturnValue:
    """Ready for annotators, or taken back."""
    document = g.project.open_to(doc_id, g.person)
    if request.form.get("stage") == "withdrawn":
        g.project.set_stage(doc_id, "withdrawn", g.person)
        flash(_("“%(title)s” was taken back. Add its file again to bring it back.", title=document.title))
        return redirect(url_for("imports.add"), 303)
    g.project.set_stage(doc_id, "ready", g.person)
    flash(_("“%(title)s” is ready for annotators.", title=document.title))
    return redirect(url_for("documents.index"), 303)


def _act(doc_id: str, sid: str, action: str | None) -> Callable[[], None]:
    """The change that the form asks for."""
    form = request.form
    if action == "split":
        at = _number(form.get("at"))
        return lambda: g.project.split(doc_id, sid, at, g.person)
    if action == "merge":
        return lambda: g.project.merge(doc_id, sid, g.person)
    kind = _kind(form.get("kind"))
    return lambda: g.project.set_kind(doc_id, sid, kind, g.person)


# ------------------------------------------------------------------ what the page shows


def gaps(text: str) -> list[tuple[int, str]]:
    """Each word with its place.

    >>> gaps("He left.")
    [(0, 'He'), (3, 'left.')]
    """
    return [(found.start(), found[0]) for found in re.finditer(r"\S+", text)]


def _joinable(found: Iterable[Sentence]) -> dict[str, Sentence]:
    """For each sentence the one of its kind before it, which it can be joined to."""
    last: dict[Kind, Sentence] = {}
    before: dict[str, Sentence] = {}
    for sentence in found:
        if sentence.kind in last:
            before[sentence.id] = last[sentence.kind]
        last[sentence.kind] = sentence
    return before


def _numbers(found: Iterable[Sentence]) -> dict[str, int]:
    """Sentences of the text, counted from 1."""
    return {s.id: n for n, s in enumerate((s for s in found if s.kind is Kind.BODY), start=1)}


def _number(value: str | None) -> int:
    if not value or not value.isascii() or not value.isdecimal() or len(value) > 9:
        raise Invalid("Choose the word where the new sentence begins.")
    return int(value)


def _kind(value: str | None) -> Kind:
    if value not in set(Kind):
        raise Missing("There is no such kind of block. Choose one from the list.")
    return Kind(value)

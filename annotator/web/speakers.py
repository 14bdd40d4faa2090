"""Speakers: who can be chosen, adding one while annotating, and what the lead does about them later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator import speakers
from annotator.model import Actor, Invalid
from annotator.project import Uses
from annotator.web import layout
from annotator.web.words import N_, _

bp = Blueprint("speakers", __name__)

KINDS = {
    "author": N_("author"),
    "person": N_("person"),
    "state": N_("state"),
    "organisation": N_("organisation"),
    "armed-group": N_("armed group"),
    "media": N_("media"),
    "collective": N_("collective"),
    "unnamed": N_("unnamed"),
}
"""What a speaker can be, as the pages say it."""

SHOWN = 30
"""How many changes the history on the list shows."""


@bp.get("/speakers")
def show() -> ResponseReturnValue:
    query = request.args.get("q", "").strip()
    everybody = g.project.codebook().actors
    added = {change.speaker: change for change in g.project.registry().standing if change.kind == "add"}
    return render_template(
        "speakers/show.html",
        query=query,
        found=speakers.found(everybody, query) if query else list(everybody),
        everybody=everybody,
        uses=g.project.speaker_uses(_blind()),
        added=added,
        **_common(),
        history=_told()[:SHOWN],
    )


@bp.post("/speakers")
def create() -> ResponseReturnValue:
    name = request.form.get("name", "")
    known = {actor.id for actor in g.project.codebook().actors}
    one = g.project.add_speaker(name, g.person)
    if one.id in known:
        flash(_("%(name)s is on the list already.", name=layout.wording(one.name)))
    return redirect(url_for(".one", id=one.id), 303)


@bp.post("/documents/<doc_id>/speakers")
def add(doc_id: str) -> ResponseReturnValue:
    """A speaker typed while annotating, as the line of the list that the page goes on with."""
    document = g.project.open_to(doc_id, g.person)
    one = g.project.add_speaker(request.form.get("name", ""), g.person, document.lang)
    return render_template("speakers/_found.html", actor=one, lang=document.lang)


@bp.get("/speakers/<id>")
def one(id: str) -> ResponseReturnValue:
    actor = g.project.speaker(id)
    if actor.id != id:
        return redirect(url_for(".one", id=actor.id), 303)
    own = g.project.registry().everybody[id]  # without the names of those merged into it
    return render_template(
        "speakers/one.html",
        actor=own,
        types=speakers.TYPES if own.type in speakers.TYPES else (own.type,),
        languages=speakers.languages(layout.codebook()),
        uses=g.project.speaker_uses(_blind()).get(id, Uses()),
        others=_others(own),
        joined=g.project.joined_sentences(id, _blind()),
        **_common(),
        history=[told for told in _told() if id in (told["change"].speaker, told["about"].get("into"))],
    )


@bp.post("/speakers/<id>")
def edit(id: str) -> ResponseReturnValue:
    g.project.edit_speaker(id, request.form, g.person, seen=_seen())
    flash(_("Saved. What annotators typed and marked stays as it was."))
    return redirect(url_for(".one", id=id), 303)


@bp.get("/speakers/<id>/merge")
def ask(id: str) -> ResponseReturnValue:
    """What a merge would change, before it is made."""
    into = request.args.get("into", "")
    if not into:
        raise Invalid("Choose the speaker that this one is the same as.", field="into")
    preview = g.project.merge_preview(id, into, _blind())
    return render_template("speakers/merge.html", merge=preview, **_common())


@bp.post("/speakers/<id>/merge")
def merge(id: str) -> ResponseReturnValue:
    into = request.form.get("into", "")
    g.project.merge_speakers(id, into, g.person, seen=_seen())
    flash(_("Merged. You can undo it below."))
    return redirect(url_for(".one", id=into), 303)


@bp.post("/speaker-changes/<int:number>/<any(undo, redo):way>")
def turn(number: int, way: str) -> ResponseReturnValue:
    """Take a change back, or make it again."""
    turned = g.project.undo_speaker_change if way == "undo" else g.project.redo_speaker_change
    change = turned(number, g.person)
    flash(_("Undone.") if way == "undo" else _("Done again."))
    gone = change.speaker not in g.project.registry().everybody
    return redirect(url_for(".show") if gone else url_for(".one", id=change.speaker), 303)


def _common() -> dict[str, Any]:
    book = layout.codebook()
    return {
        "sides": {side.id: side.name for side in book.sides},
        "version": g.project.speakers_version(),
        "name_of": _name_of,
        "kinds": KINDS,
        "documents": g.project.document,
    }


def _blind() -> tuple[str, ...]:
    """The documents whose claims the reader does not see yet."""
    found: tuple[str, ...] = g.project.blind_in(g.person)
    return found


def _told() -> list[dict[str, Any]]:
    """Every change with what it is about, and what can be done about it, newest first."""
    history = g.project.speaker_history()
    standing = set(map(_number, g.project.registry().standing))
    by_id = {change.id: change for change in history}
    found = []
    for change in history:
        target = by_id[change.target] if change.target else change
        own = change.target is None
        holds = own and change.id in standing
        found.append(
            {
                "change": change,
                "about": target.about,
                "of": target.kind,
                "undo": holds and not g.project.undo_refused(change),
                "redo": own and not holds,
            }
        )
    return found


def _number(change: speakers.SpeakerChange) -> int:
    return change.id


def _name_of(id: str, about: Mapping[str, Any] | None = None) -> str:
    """What a speaker is called; one whose adding was undone, as it was called then."""
    actor = g.project.registry().everybody.get(id)
    if actor:
        return layout.wording(actor.name)
    return layout.wording(about["name"]) if about and "name" in about else id


def _others(actor: Actor) -> list[Actor]:
    """Whom this speaker can be merged into."""
    if actor.type not in speakers.TYPES:
        return []
    return [one for one in layout.codebook().actors if one.id != actor.id and one.type in speakers.TYPES]


def _seen() -> int:
    seen = request.form.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 19 else -1

"""Copies of the project: which there are, one more now, and going back to one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.model import Forbidden, Invalid, Problem, Unavailable
from annotator.project import backups, keeping
from annotator.project.backups import Copy, Plan
from annotator.web import security
from annotator.web.words import _

bp = Blueprint("backups", __name__)

CHUNK = 1 << 16


@bp.get("/backups")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/backups")
def make() -> ResponseReturnValue:
    made = g.project.make_copy(_folder())
    flash(_("The copy %(name)s is made and checked.", name=made.name))
    return redirect(url_for(".show"), 303)


@bp.post("/backups/plan")
def choose_plan() -> ResponseReturnValue:
    form = request.form
    try:
        hourly, daily, weekly = (_number(form.get(name, "")) for name in ("hourly", "daily", "weekly"))
        plan = Plan(hourly, daily, weekly, "on" in form)
    except Invalid as problem:
        return _page(problem=problem), 422
    g.project.choose_backup_plan(plan, g.person)
    flash(_("Saved.") if plan.on else _("Saved. No copies are made by themselves any more."))
    return redirect(url_for(".show"), 303)


@bp.get("/backups/<name>")
def download(name: str) -> ResponseReturnValue:
    copy = g.project.copy_named(name, _folder())
    if g.project.blind_in(g.person):
        raise Forbidden(
            "The copy holds what others answered in documents that are given to you and that you have not "
            "finished. Finish them, or give them to somebody else in the round."
        )
    made = backups.to_take_away(copy)
    answer = Response(_read_once(made), content_type="application/vnd.sqlite3")
    answer.content_length = made.stat().st_size
    answer.call_on_close(lambda: made.unlink(missing_ok=True))
    answer.headers.set("Content-Disposition", "attachment", filename=copy.name)
    return answer


@bp.get("/backups/<name>/back")
def sure(name: str) -> ResponseReturnValue:
    return _sure(g.project.copy_named(name, _folder()))


@bp.post("/backups/<name>/back")
def go_back(name: str) -> ResponseReturnValue:
    copy = g.project.copy_named(name, _folder())
    if "sure" not in request.form:
        problem = Invalid("Tick that you want to go back. Nothing was changed.", field="sure")
        return _sure(copy, problem), 422
    kept = g.project.go_back(copy.path, g.person, _folder())
    security.begin_anew(current_app, g.person)
    flash(
        _(
            "The project is what the copy %(name)s holds. What it was before is kept in %(kept)s.",
            name=copy.name, kept=kept.name,
        )
    )  # fmt: skip
    return redirect(url_for(".show"), 303)


@bp.get("/backups/<name>/removal")
def sure_to_remove(name: str) -> ResponseReturnValue:
    return _removal(g.project.copy_named(name, _folder()))


@bp.post("/backups/<name>/removal")
def remove(name: str) -> ResponseReturnValue:
    copy = g.project.copy_named(name, _folder())
    try:
        if "sure" not in request.form:
            raise Invalid("Tick that you want to delete it. Nothing was changed.", field="sure")
        g.project.remove_copy(copy, g.person, _folder())
    except Invalid as problem:
        return _removal(copy, problem), 422
    flash(_("The copy %(name)s is deleted.", name=copy.name))
    return redirect(url_for(".show"), 303)


@bp.app_template_global()
def copying_failed() -> Problem | None:
    """Why this server keeps no copies just now, for those who can do something about it."""
    if not g.get("person") or not g.person.leads:
        return None
    keeper = keeping.keeper(g.project.path)
    return keeper.problem if keeper else None


def _folder() -> Path | None:
    keeper = keeping.keeper(g.project.path)
    return keeper.folder if keeper else None


def _page(problem: Problem | None = None) -> str:
    keeper = keeping.keeper(g.project.path)
    copies, unknown = _copies()
    return render_template(
        "backups/show.html",
        copies=copies,
        unknown=unknown,
        chosen=g.project.backup_plans()[0],
        removable=backups.removable,
        removed=g.project.removed_copies(),
        restores=g.project.restores(),
        folder=(_folder() or backups.folder_of(g.project.path)).name,
        running=keeper is not None,
        problem=problem,
    )


def _copies() -> tuple[list[Copy], Problem | None]:
    """The copies, or why it is not known which there are."""
    try:
        return g.project.copies(_folder()), None
    except Unavailable as problem:
        return [], problem


def _sure(copy: Copy, problem: Problem | None = None) -> str:
    undone = backups.undone(g.project.path, copy.path)
    return render_template("backups/sure.html", copy=copy, undone=undone, problem=problem)


def _removal(copy: Copy, problem: Problem | None = None) -> str:
    """First what only this copy still has, where it can be read."""
    back = backups.undone(g.project.path, copy.path).back if copy.held else {}
    return render_template("backups/removal.html", copy=copy, back=back, problem=problem)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else -1


def _read_once(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk

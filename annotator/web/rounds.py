"""The rounds on the team page: making them, giving documents to people, how far everybody is; finishing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.model import Document, Invalid, Role
from annotator.project.watching import Grid
from annotator.web.annotate_draft import number
from annotator.web.words import _, _n

bp = Blueprint("rounds", __name__)

ROWS = 200  # documents a page of the grid at most,
CELLS = 4000  # and fewer where there are many people
LISTED = 2000  # documents to choose from by hand
WAITING = 12
FINISHED = 100

Cell = tuple[str, str]


@bp.post("/team/rounds")
def make() -> ResponseReturnValue:
    form = request.form
    round = g.project.make_round(
        form.get("name", ""),
        _overlap(),
        documents=None if "all" in form else form.getlist("document"),
        people=form.getlist("person"),
        due=form.get("due"),
        spread=form.get("then") == "spread",
        by=g.person.name,
    )
    return _shown(round.id)


@bp.post("/team/rounds/<int:id>")
def change(id: int) -> ResponseReturnValue:
    form = request.form
    g.project.change_round(
        id,
        name=form.get("name", ""),
        overlap=_overlap(),
        due=form.get("due"),
        documents=g.project.round(id).documents if "all" in form else form.getlist("document"),
        people=form.getlist("person"),
        by=g.person.name,
    )
    flash(_("The round is changed. Answers stay."))
    return _shown(id)


@bp.post("/team/rounds/<int:id>/cells")
def assign(id: int) -> ResponseReturnValue:
    """What was ticked and unticked on the page; what others did meanwhile stays."""
    was, ticked = set(_cells("was")), set(_cells("cell"))
    given, released = sorted(ticked - was), sorted(was - ticked)
    g.project.assign(id, give=given, release=released, by=g.person.name)
    flash(
        _("%(given)s given, %(released)s released. Answers stay.", given=len(given), released=len(released))
    )
    return _shown(id)


@bp.post("/team/rounds/<int:id>/spread")
def spread(id: int) -> ResponseReturnValue:
    n = g.project.spread_round(id, by=g.person.name)
    flash(_n("%(n)s more was given.", "%(n)s more were given.", n))
    return _shown(id)


@bp.post("/team/rounds/<int:id>/withdraw")
def withdraw(id: int) -> ResponseReturnValue:
    """Take a round back; asked again first where that opens every document to everybody."""
    if "sure" not in request.form and g.project.opens_everything(id):
        annotators = [one for one in g.project.people() if not one.removed and one.role is Role.ANNOTATOR]
        return _asked(
            "team/sure.html",
            round=g.project.round(id),
            people=len(annotators),
            documents=len(g.project.giveable()),
        )
    g.project.withdraw_round(id, by=g.person.name)
    flash(_("The round is taken back. Answers stay."))
    return redirect(url_for("people.show"), 303)


@bp.post("/team/rounds/<int:id>/repeats")
def repeat(id: int) -> ResponseReturnValue:
    share, days = number(request.form.get("share")), number(request.form.get("days"))
    g.project.plan_repeats(id, -1 if share is None else share, days or 0, by=g.person.name)
    flash(_("What comes again in this round is changed."))
    return _shown(id)


@bp.post("/team/reopen")
def reopen() -> ResponseReturnValue:
    doc_id, _slash, name = request.form.get("cell", "").partition("/")
    g.project.reopen(doc_id, name, request.form.get("reason", ""), by=g.person.name)
    flash(_("The document is open again for %(name)s.", name=name))
    return redirect(url_for("people.show", round=request.form.get("round") or None), 303)


@bp.post("/documents/<doc_id>/finish")
def finish(doc_id: str) -> ResponseReturnValue:
    document = g.project.open_to(doc_id, g.person)
    skipped = g.project.skipped(doc_id, g.person)
    if skipped and number(request.form.get("skipped")) != len(skipped) and _nothing_left(doc_id):
        queued = g.project.desk(doc_id, g.person, range(0)).total
        return _asked("rounds/finish.html", document=document, skipped=skipped, queued=queued)
    g.project.finish(doc_id, g.person)
    flash(_("You finished “%(title)s”. Its answers are closed.", title=document.title))
    return redirect(url_for("documents.index"), 303)


def _nothing_left(doc_id: str) -> bool:
    return not g.project.finished(doc_id, g.person) and g.project.next_unfinished(doc_id, g.person) is None


def _asked(template: str, **values: object) -> ResponseReturnValue:
    """A question before an act; the address stays that of the page it came from."""
    page = make_response(render_template(template, **values))
    page.headers["HX-Push-Url"] = "false"
    return page


# ------------------------------------------------------------------ what the page shows


@dataclass(frozen=True, slots=True)
class Pages:
    """The stretch of a long grid that is shown."""

    start: int
    of: int
    rows: int = ROWS

    @property
    def stop(self) -> int:
        return min(self.start + self.rows, self.of)

    @property
    def before(self) -> int | None:
        return max(0, self.start - self.rows) if self.start else None

    @property
    def after(self) -> int | None:
        return self.stop if self.stop < self.of else None


@bp.app_template_global("rounds_shown")
def rounds_shown() -> Mapping[str, object]:
    """What the rounds part of the page needs: one round as a grid, and what there is for another."""
    rounds = g.project.rounds()
    wanted = number(request.args.get("round"))
    round = next((one for one in rounds if one.id == wanted), rounds[-1] if rounds else None)
    tally = g.project.tally()
    grid = g.project.grid(round.id, tally) if round else None
    titles: dict[str, Document] = {one.id: one for one in g.project.giveable_documents()}
    finishes = [one for one in g.project.finished_work(tally) if one.document in titles]
    people = g.project.takers()
    overlap = min(2, max(1, len(people)))
    return {
        "rounds": rounds,
        "round": round,
        "grid": grid,
        "pages": _pages(grid) if grid else None,
        "in_round": frozenset(round.documents if round else ()),
        "repeats": g.project.repeats_planned().get(round.id) if round else None,
        "paces": g.project.paces(),
        "documents": titles,
        "listed": LISTED,
        "people": people,
        "usual": g.project.usual_takers(overlap),
        "overlap": overlap,
        "next_name": _next_name([one.name for one in rounds]),
        "finishes": finishes[:FINISHED],
        "behind": [one for one in finishes if one.unanswered and one.person in people][:FINISHED],
        "waiting": g.project.waiting(WAITING, g.person),
    }


def _pages(grid: Grid) -> Pages:
    of = len(grid.rows)
    rows = max(1, min(ROWS, CELLS // max(1, len(grid.round.people))))
    return Pages(min(number(request.args.get("from")) or 0, of), of, rows)


def _next_name(names: Sequence[str]) -> str:
    n = len(names) + 1
    while (name := str(_("Round %(n)s", n=n))) in names:
        n += 1
    return name


# ------------------------------------------------------------------ what the forms say


def _overlap() -> int:
    found = number(request.form.get("overlap"))
    if found is None:
        raise Invalid("Say how many people each document needs, as a number.", field="overlap")
    return found


def _cells(name: str) -> list[Cell]:
    """(document, person) as a form names them: a person's name has no slash."""
    found = (value.partition("/") for value in request.form.getlist(name))
    return [(document, person) for document, _slash, person in found]


def _shown(id: int) -> ResponseReturnValue:
    values: dict[str, Any] = {"round": id, "from": number(request.form.get("from")) or None}
    return redirect(url_for("people.show", **values), 303)

"""Analysis: who says what, the claims behind every number, the files, and a brief of one page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from annotator import analysis
from annotator.model import Missing
from annotator.web import layout
from annotator.web.analysis_filter import address, analysed, as_choices, choices, chosen
from annotator.web.analysis_page import PER_PAGE, Page, alike, marked
from annotator.web.analysis_words import LEGENDS, TITLES, count_words, how_sure, name, named, told_choice

bp = Blueprint("analysis", __name__)

MENU = 100  # documents the filter's menu lists


@bp.get("/analysis")
def show() -> ResponseReturnValue:
    page = _page()
    return render_template("analysis/show.html", number=_number(page), **_shared(page))


@bp.get("/analysis/brief")
def brief() -> ResponseReturnValue:
    """One page to print: the table, and the quotations that show best who says what."""
    page = _page()
    book = layout.codebook()
    unnamed = [actor.id for actor in book.actors if actor.type == "unnamed"]
    forms = [label.id for label in book.labels("attribution")]
    quotations = analysis.quotations(page.analysis.claims, forms, unnamed)
    return render_template("analysis/brief.html", quotations=quotations, **_shared(page))


@bp.get("/analysis/<view>.csv")
def csv(view: str) -> ResponseReturnValue:
    page = _page()
    rows = analysis.sheet(page.analysis, _known(view), lambda kind, id: name(kind, id).text)
    return _file(view, "csv", analysis.as_csv(analysis.columns(view), rows), "text/csv")


@bp.get("/analysis/<view>.svg")
def svg(view: str) -> ResponseReturnValue:
    drawing = str(_page().draw(_known(view), linked=False))
    return _file(view, "svg", drawing.encode(), "image/svg+xml")


def _page() -> Page:
    filter = chosen()
    return Page(analysed(filter), filter, choices(), request.args.get("speakers") == "all")


def _known(view: str) -> str:
    if view not in analysis.VIEWS:
        raise Missing("There is no view %(view)s here.", view=view[:40])
    return view


def _file(view: str, extension: str, content: bytes, mimetype: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    filename = f"{g.project.path.stem}.{view}.{extension}"
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    return answer


def _number(page: Page) -> int:
    """The page of the claims that the address asks for."""
    number = request.args.get("page", "1")
    last = max(-(-len(page.chosen) // PER_PAGE), 1)
    if not number.isascii() or not number.isdecimal() or len(number) > 9 or not 1 <= int(number) <= last:
        raise Missing("There is no page %(page)s here.", page=number[:40])
    return int(number)


def _shared(page: Page) -> dict[str, Any]:
    """What both pages and their parts need."""
    leads = bool(g.person.leads)
    documents = _documents(page)

    def to(**more: Any) -> dict[str, Any]:
        """This page's own address, with something added."""
        everyone = "all" if page.all_speakers else None
        return address(page.filter, **{"speakers": everyone, **more})

    return {
        "page": page,
        "analysis": analysis,
        "per_page": PER_PAGE,
        "people": g.project.people() if leads else [],
        "rounds": g.project.rounds() if leads else [],
        "documents": documents[:MENU],
        "documents_in_all": len(documents),
        "has_author": any(actor.type == "author" for actor in layout.codebook().actors),
        "to": to,
        "asked": as_choices,
        "titles": TITLES,
        "legends": LEGENDS,
        "named": named,
        "plain_name": name,
        "told_choice": told_choice,
        "how_sure": how_sure,
        "count_words": count_words,
        "marked": marked,
        "alike": alike,
    }


def _documents(page: Page) -> list[Any]:
    """Those to choose from, the chosen ones first."""
    if g.person.leads:
        every = g.project.documents_compared()
    else:
        every = [progress.document for progress in g.project.documents(g.person)]
    return sorted(every, key=lambda document: document.id not in page.filter.documents)

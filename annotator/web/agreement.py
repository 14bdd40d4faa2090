"""Agreement: can these labels be trusted, question by question, and where do readings differ."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from annotator import agreement
from annotator.agreement import Report
from annotator.agreement.oneself import oneself_as_json
from annotator.agreement.parts import week
from annotator.model import Document, Invalid, Missing, Role
from annotator.web import layout
from annotator.web.agreement_filter import Counted, Filter, address, chosen, counted, leading_to
from annotator.web.agreement_list import PER_PAGE, listed, sentences
from annotator.web.agreement_page import Page, headline, key, lowest
from annotator.web.blindness import left_out

bp = Blueprint("agreement", __name__)

GLANCED = 10  # differing sentences on the page itself
MENU = 100  # documents the filter's menu lists


@bp.get("/agreement")
def show() -> ResponseReturnValue:
    with g.project.at_one_moment():
        filter = chosen()
        figures = counted(filter)
        page = _page(figures, _question(figures))
        found = figures.differing()
        return render_template(
            "agreement/show.html",
            page=page,
            oneself=figures.once(("oneself", g.person.leads), lambda: _oneself(filter)),
            listed=listed(found, 1, filter, figures.report.left_out, page.simulated, GLANCED),
            **_shared(filter, figures),
        )


@bp.get("/agreement/sentences")
def behind() -> ResponseReturnValue:
    """The sentences behind one figure."""
    with g.project.at_one_moment():
        filter = chosen()
        figures = counted(filter)
        found = sentences(figures)
        number = request.args.get("page", "1")
        last = max(-(-len(found) // PER_PAGE), 1)
        if not number.isascii() or not number.isdecimal() or len(number) > 9 or not 1 <= int(number) <= last:
            raise Missing("There is no page %(page)s here.", page=number[:40])
        return render_template(
            "agreement/sentences.html",
            listed=listed(found, int(number), filter, figures.report.left_out, _simulated()),
            **_shared(filter, figures),
        )


@bp.get("/agreement.json")
def json() -> ResponseReturnValue:
    with g.project.at_one_moment():
        filter = chosen()
        shown = agreement.everything(g.project.agreement(**filter.asked()), layout.codebook().name)
        if g.person.leads:
            shown["oneself"] = oneself_as_json(g.project.agreement_with_oneself(**filter.asked()))
            if waiting := left_out().documents:
                shown["left_out_documents"] = [document.id for document in waiting]
        return Response(orjson.dumps(shown, option=orjson.OPT_INDENT_2) + b"\n", mimetype="application/json")


@bp.get("/agreement.csv")
def csv() -> ResponseReturnValue:
    with g.project.at_one_moment():
        waiting = [document.id for document in left_out().documents]
        return Response(agreement.as_csv(counted(chosen()).report, waiting), mimetype="text/csv")


def _oneself(filter: Filter) -> dict[str, Report]:
    found: dict[str, Report] = g.project.agreement_with_oneself(**filter.asked()) if g.person.leads else {}
    return found


def _page(figures: Counted, question: str) -> Page:
    shown = {part.key for part in lowest(figures, question)}
    versions = figures.once("versions", g.project.codebook_versions)
    return Page(
        counted=figures,
        question=question,
        codebook=layout.codebook(),
        documents={doc_id: g.project.document(doc_id) for doc_id in shown},
        simulated=_simulated(),
        weeks_of_codebook={week(each.created_at): each.version for each in versions if not each.first},
    )


def _question(figures: Counted) -> str:
    """The question that is broken down: the headline's unless the address names another."""
    known = [layer.id for layer in figures.report.layers]
    asked = request.args.get("question") or headline(figures.report).id
    if asked not in known:
        raise Invalid(
            "“%(only)s” is not a question here. Choose from %(choices)s.", only=asked[:40], choices=known
        )
    return asked


def _shared(filter: Filter, figures: Counted) -> dict[str, Any]:
    """What both pages and their parts need."""
    documents, in_all = figures.once("documents", lambda: _documents(filter))
    return {
        "chosen": filter,
        "people": g.project.people() if g.person.leads else [],
        "documents": documents,
        "documents_in_all": in_all,
        "rounds": g.project.rounds() if g.person.leads else [],
        "has_author": any(actor.type == "author" for actor in layout.codebook().actors),
        "address": address,
        "behind": leading_to("agreement.behind"),
        "here": leading_to("agreement.show"),
        "agreement": agreement,
        "key": key,
        "words": agreement.DIFFERENCE_WORDS,
        "can_settle": _can_settle(),
    }


def _can_settle() -> bool:
    return bool(g.person.leads) and "settle.item" in current_app.view_functions


def _documents(filter: Filter) -> tuple[list[Document], int]:
    """Those to choose from, the chosen ones first, and how many there are."""
    found: tuple[list[Document], int] = g.project.documents_to_choose(
        MENU, filter.documents or (), filter.visible
    )
    return found


def _simulated() -> frozenset[str]:
    return frozenset(person.name for person in g.project.people() if person.role is Role.SIMULATED)

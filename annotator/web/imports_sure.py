"""Before a text is changed: which answers, final answers and finished documents that touches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from flask import flash, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from annotator.web.words import _

T = TypeVar("T")


def sure(doc_id: str, touched: Iterable[str], act: Callable[[], object]) -> ResponseReturnValue | None:
    """The page that says what a change touches, unless it touches nothing or this was said already."""
    if "sure" in request.form:
        return None
    answered = g.project.answered(doc_id)
    counts = [answered[sid] for sid in touched if sid in answered]
    foreseen = g.project.foreseen(doc_id, act)
    if not counts and not foreseen:
        return None
    page = make_response(
        render_template(
            "imports/sure.html",
            document=g.project.document(doc_id),
            sentences=len(counts),
            answers=sum(counts),
            foreseen=foreseen,
            back=request.referrer if (request.referrer or "").startswith(request.host_url) else None,
        )
    )
    page.headers["HX-Push-Url"] = "false"
    return page


def carried_out(doc_id: str, act: Callable[[], T]) -> T:
    """Make the change, and with it open the document again to those for whom that was chosen."""
    reason = _("The text was changed. Please look at what is new in it.")
    found: T
    found, opened = g.project.change_and_reopen(
        doc_id, act, request.form.getlist("reopen"), reason, g.person.name
    )
    for name in opened:
        flash(_("The document is open again for %(name)s.", name=name))
    return found

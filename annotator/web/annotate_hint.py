"""The hint for people who begin: three answers a claim, with their keys."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.web.security import local_address

bp = Blueprint("annotate_hint", __name__)


@bp.post("/hint")
def dismiss() -> ResponseReturnValue:
    """Put the hint away for good."""
    g.project.put_hint_away(g.person)
    if "HX-Request" in request.headers:
        return render_template("annotate/_hint_away.html")
    return redirect(local_address(request.form.get("back")) or url_for("documents.resume"), 303)


@bp.app_context_processor
def _hint() -> dict[str, Callable[[], bool]]:
    return {"wants_hint": lambda: g.project.wants_hint(g.person)}

"""The codebook, to read."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from annotator.web.security import needs_person

bp = Blueprint("codebook", __name__)


@bp.get("/codebook")
@needs_person
def show() -> ResponseReturnValue:
    return render_template("codebook/show.html")

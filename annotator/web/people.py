"""The team page: who is in the project, invitations, roles. What is given to whom is in web/rounds.py."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

bp = Blueprint("people", __name__)


@bp.get("/team")
def show() -> ResponseReturnValue:
    return render_template("team/show.html", people=g.project.people())

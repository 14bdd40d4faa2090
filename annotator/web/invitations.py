"""Behind an invitation's link: a person who is not signed in yet chooses a name and a password."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.model import Invalid
from annotator.project import Invitation
from annotator.web import security
from annotator.web.sessions import attempts

bp = Blueprint("invitations", __name__)


@bp.get("/invitations/<token>")
def show(token: str) -> ResponseReturnValue:
    return _page(g.project.invitation(token))


@bp.post("/invitations/<token>")
def accept(token: str) -> ResponseReturnValue:
    invitation = g.project.invitation(token)
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        if password != request.form.get("again", ""):
            raise Invalid("The password was typed in two ways. Type it again.", field="again")
        person = g.project.accept(token, name, password)
    except Invalid as problem:
        return _page(invitation, name, problem), 422
    attempts().forgive(person.name)
    security.begin_session(person)
    return redirect(url_for("documents.index"), 303)


def _page(invitation: Invitation, name: str = "", problem: Invalid | None = None) -> str:
    return render_template("invitations/show.html", invitation=invitation, name=name, problem=problem)

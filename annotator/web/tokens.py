"""Tokens: what one's own programs sign in with. A lead sees everybody's."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.model import Invalid
from annotator.project import TOKEN_DAYS
from annotator.web import security
from annotator.web.words import _

bp = Blueprint("tokens", __name__)


@bp.get("/account/tokens")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/account/tokens")
def make() -> ResponseReturnValue:
    """Answers with the page and no redirect: the token is told in this answer and kept nowhere."""
    days = request.form.get("days", "")
    try:
        made, words = g.project.add_token(
            request.form.get("name", ""),
            g.person,
            days=int(days) if days.isdecimal() and len(days) < 4 else 0,
        )
    except Invalid as problem:
        return _page(problem=problem), 422
    return _page(made=made, words=words)


@bp.post("/account/tokens/<int:number>/withdraw")
def withdraw(number: int) -> ResponseReturnValue:
    token = g.project.withdraw_token(number, g.person)
    flash(_("The token %(name)s no longer works.", name=token.name))
    return redirect(url_for(".show"), 303)


def _page(**more: object) -> str:
    every = g.project.tokens(g.person)
    return render_template(
        "tokens/show.html",
        own=[one for one in every if one.person == g.person.name],
        others=[one for one in every if one.person != g.person.name],
        days=TOKEN_DAYS,
        address=security.link("api.documents"),
        **more,
    )

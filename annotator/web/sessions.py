"""Signing in and out, and what people change about their own signing in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.model import Forbidden, Invalid, Person, Problem, Role
from annotator.project import DEMO_PASSWORD, DEMO_PEOPLE
from annotator.web import security, whence
from annotator.web.attempts import Attempts, TooSoon
from annotator.web.problems import status_of
from annotator.web.words import _

bp = Blueprint("sessions", __name__)


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    if g.person:
        return redirect(_next(), 303)
    return _door(_expected())


@bp.post("/sign-in")
def start() -> ResponseReturnValue:
    name = request.form.get("name", "")
    password = request.form.get("password", "")
    if request.form.get("demo") in _demo():
        name, password = request.form["demo"], DEMO_PASSWORD
    try:
        person = _recognised(name, password)
    except Problem as problem:
        return _door(name, problem), *_refusal(problem)
    security.begin_session(person)
    return redirect(_next(), 303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    security.end_session()
    return redirect(url_for(".sign_in"), 303)


@bp.get("/account")
def account() -> ResponseReturnValue:
    """One's own password and sessions."""
    return _account()


@bp.post("/account/password")
def change_password() -> ResponseReturnValue:
    """The other sessions end with the old password; this one goes on."""
    try:
        _change_password(request.form.get("old", ""), request.form.get("new", ""))
    except Problem as problem:
        return _account(problem), *_refusal(problem)
    security.begin_session(g.project.person(g.person.name))
    flash(_("Your password is changed. Wherever else you were signed in, you are signed out."))
    return redirect(url_for(".account"), 303)


@bp.post("/account/sign-out")
def sign_out_everywhere() -> ResponseReturnValue:
    g.project.end_sessions(g.person.name, by=g.person.name)
    security.end_session()
    return redirect(url_for(".sign_in"), 303)


def _change_password(old: str, new: str) -> None:
    if new != request.form.get("again", ""):
        raise Invalid("The new password was typed in two ways. Type it again.", field="again")
    name, address = g.person.name, whence.address()
    attempts().begin(name, address)
    try:
        g.project.change_password(g.person, old, new)
    except Invalid:
        attempts().succeed(name, address)  # the new one is none, but the old one was right
        raise
    attempts().succeed(name, address)


def _account(problem: Problem | None = None) -> str:
    own = next(one for one in g.project.team() if one.person.name == g.person.name)
    return render_template("sessions/account.html", own=own, problem=problem)


def _door(name: str, problem: Problem | None = None) -> str:
    return render_template("sessions/sign_in.html", next=_next(), name=name, problem=problem, demo=_demo())


def _demo() -> Mapping[str, Role]:
    """Whom one may be with one click: the demo's password is on the screen of whoever started it."""
    return DEMO_PEOPLE if g.project.demo and security.on_this_computer() else {}


def _expected() -> str:
    """Who works alone on this computer need not type a name; nobody else is told one."""
    return (g.project.only_person() or "") if security.on_this_computer() else ""


def _recognised(name: str, password: str) -> Person:
    address = whence.address()
    attempts().begin(name, address)
    person: Person = g.project.sign_in(name, password)
    attempts().succeed(name, address)
    if not person.has_password and not security.on_this_computer():
        raise Forbidden("You have no password yet. Ask the person who leads this project to set one.")
    return person


def attempts() -> Attempts:
    """Those at this application's door."""
    made: Attempts = current_app.extensions["attempts"]
    return made


def _refusal(problem: Problem) -> tuple[int, dict[str, str]]:
    """A wrong password is answered as a form to be filled in again."""
    if isinstance(problem, TooSoon):
        return 429, {"Retry-After": str(problem.seconds)}
    return 422 if isinstance(problem, Forbidden) else status_of(problem), {}


def _next() -> str:
    return security.local_address(request.values.get("next")) or url_for("documents.index")

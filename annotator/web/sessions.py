"""Signing in and out."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.model import Forbidden, Person, Problem, Role
from annotator.project import DEMO_PASSWORD, DEMO_PEOPLE
from annotator.web import security

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
        return _door(name, problem), 422
    security.begin_session(person)
    return redirect(_next(), 303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    security.end_session()
    return redirect(url_for(".sign_in"), 303)


def _door(name: str, problem: Problem | None = None) -> str:
    return render_template("sessions/sign_in.html", next=_next(), name=name, problem=problem, demo=_demo())


def _demo() -> Mapping[str, Role]:
    """Whom one may be with one click: the demo's password is on the screen of whoever started it."""
    return DEMO_PEOPLE if g.project.demo and security.on_this_computer() else {}


def _expected() -> str:
    """Who works alone on this computer need not type a name; nobody else is told one."""
    return (g.project.only_person() or "") if security.on_this_computer() else ""


def _recognised(name: str, password: str) -> Person:
    person: Person = g.project.sign_in(name, password)
    if not person.has_password and not security.on_this_computer():
        raise Forbidden("You have no password yet. Ask the person who leads this project to set one.")
    return person


def _next() -> str:
    return security.local_address(request.values.get("next")) or url_for("documents.index")

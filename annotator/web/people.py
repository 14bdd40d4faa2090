"""The team page: who is in the project, invitations, roles. What is given to whom is in web/rounds.py."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.model import Invalid, Person, Role
from annotator.project import LINK_DAYS, Invitation
from annotator.web import security
from annotator.web.words import _

bp = Blueprint("people", __name__)


@bp.get("/team")
def show() -> ResponseReturnValue:
    return render_template("team/show.html", **people_shown())


def people_shown() -> dict[str, object]:
    """What the people part of the page needs."""
    return {
        "team": g.project.team(),
        "links": [(one, _address(one)) for one in g.project.invitations()],
        "days": LINK_DAYS,
    }


@bp.post("/team/invitations")
def invite() -> ResponseReturnValue:
    """A link to join with; without a name, whoever opens it chooses one."""
    name = " ".join(request.form.get("name", "").split()) or None
    g.project.invite(name, _role(), days=_days(), by=g.person.name)
    return _said(_("The link is made. Copy it below and send it to them yourself."))


@bp.post("/team/passwords")
def reset() -> ResponseReturnValue:
    """A link to a new password: the lead never types or learns one."""
    person = _person()
    g.project.invite_to_new_password(person.name, days=_days(), by=g.person.name)
    return _said(_("The link is made. Copy it below and send it to %(name)s yourself.", name=person.name))


@bp.post("/team/invitations/<int:number>/withdraw")
def withdraw(number: int) -> ResponseReturnValue:
    g.project.withdraw_invitation(number, by=g.person.name)
    return _said(_("The link no longer works."))


@bp.post("/team/roles")
def change_role() -> ResponseReturnValue:
    person = g.project.change_role(_person().name, _role(), by=g.person.name)
    if person.leads:
        said = _("%(name)s leads the project from now on, and signs in anew.", name=person.name)
    else:
        said = _("%(name)s annotates from now on, and signs in anew.", name=person.name)
    return _said(said)


@bp.post("/team/sign-out")
def sign_out() -> ResponseReturnValue:
    person = _person()
    g.project.end_sessions(person.name, by=g.person.name)
    return _said(_("%(name)s is signed out everywhere.", name=person.name))


@bp.post("/team/remove")
def remove() -> ResponseReturnValue:
    person = _person()
    g.project.remove_person(person.name, by=g.person.name)
    return _said(_("%(name)s can no longer sign in. All answers stay.", name=person.name))


def _said(sentence: str) -> ResponseReturnValue:
    flash(sentence)
    # Whoever changed themselves has to sign in again, and may be no lead then.
    return redirect(url_for(".show"), 303)


def _address(invitation: Invitation) -> str:
    return security.link("invitations.show", token=g.project.token(invitation))


def _person() -> Person:
    person: Person = g.project.person(request.form.get("name", ""))
    return person


def _role() -> Role:
    try:
        return Role(request.form.get("role", Role.ANNOTATOR))
    except ValueError:
        raise Invalid("A person leads or annotates.") from None


def _days() -> int:
    days = request.form.get("days", "7")
    return int(days) if days.isdecimal() and len(days) < 4 else 0

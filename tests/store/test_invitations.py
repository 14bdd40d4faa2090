"""Invitations: links that hold once, and not for ever."""

from __future__ import annotations

import datetime
import re

import pytest

from annotator.model import Forbidden, Invalid, Missing, Role
from annotator.project import Project
from annotator.store import invitations, people
from annotator.store.file import write


def signs_in(project: Project, name: str, password: str) -> bool:
    try:
        project.sign_in(name, password)
    except Forbidden:
        return False
    return True


def test_lets_the_invited_person_choose_name_and_password(project: Project) -> None:
    token = project.token(project.invite(by="Cleo"))
    zoe = project.accept(token, " Zoe  B. ", "secret-zoe")
    assert (zoe.name, zoe.role, zoe.has_password) == ("Zoe B.", Role.ANNOTATOR, True)
    assert signs_in(project, "Zoe B.", "secret-zoe")


def test_keeps_the_name_and_role_the_lead_gave(project: Project) -> None:
    token = project.token(project.invite("Zoe", Role.LEAD))
    zoe = project.accept(token, "Somebody else", "secret-zoe")
    assert (zoe.name, zoe.role) == ("Zoe", Role.LEAD)


def test_holds_once(project: Project) -> None:
    token = project.token(project.invite())
    project.accept(token, "Zoe", "secret-zoe")
    assert project.invitations() == []
    with pytest.raises(Forbidden, match="used already"):
        project.accept(token, "Zack", "secret-zack")


def test_can_be_withdrawn(project: Project) -> None:
    made = project.invite()
    project.withdraw_invitation(made.id, by="Cleo")
    assert project.invitations() == []
    with pytest.raises(Forbidden, match="withdrawn"):
        project.invitation(project.token(made))
    with pytest.raises(Missing):
        project.withdraw_invitation(made.id)


def test_ends_with_the_leading_of_who_made_it(project: Project) -> None:
    project.add_person("Eve", Role.LEAD, "secret-eve")
    made = [project.invite(role=Role.LEAD, by="Eve"), project.invite_to_new_password("Cleo", by="Eve")]
    other = project.invite(by="Cleo")
    assert project.invitations() == [*made, other]
    project.change_role("Eve", Role.ANNOTATOR, by="Cleo")
    assert project.invitations() == [other]
    project.change_role("Eve", Role.LEAD, by="Cleo")
    project.remove_person("Eve", by="Cleo")
    for one in made:
        with pytest.raises(Forbidden, match="withdrawn"):
            project.accept(project.token(one), "Zoe", "secret-zoe")
    project.accept(project.token(other), "Zoe", "secret-zoe")


def test_expires(project: Project) -> None:
    past = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=1)).isoformat()
    with write(project.db):
        id = invitations.append(
            project.db,
            invitations.Purpose.JOIN,
            name=None,
            role=Role.ANNOTATOR,
            state=None,
            expires=past,
            person=None,
        )
    made = invitations.get(project.db, id)
    assert made
    with pytest.raises(Forbidden, match="expired"):
        project.accept(project.token(made), "Zoe", "secret-zoe")


@pytest.mark.parametrize("days", [0, 31])
def test_refuses_links_without_a_near_end(project: Project, days: int) -> None:
    with pytest.raises(Invalid):
        project.invite(days=days)


def test_cannot_be_made_up(project: Project, article: Project) -> None:
    made = project.invite()
    token = project.token(made)
    other = re.sub(r"^[^.]+", "Mg", token)  # the second invitation under the first one's signature
    for wrong in ("", "1", str(made.id), token[:-1], token + "x", other):
        with pytest.raises(Missing):
            project.invitation(wrong)


def test_refuses_what_is_no_password(project: Project) -> None:
    token = project.token(project.invite())
    with pytest.raises(Invalid, match="8 characters"):
        project.accept(token, "Zoe", "short")
    project.accept(token, "Zoe", "secret-zoe")  # the link still holds


@pytest.mark.parametrize("name", ["Ana", "ana", "Cleo", "Dan", "A\u200dna"])
def test_gives_nobodys_name_to_whoever_comes(project: Project, name: str) -> None:
    """Also not that of Dan, who was removed: his answers are his."""
    with pytest.raises(Invalid, match="Choose another name"):
        project.accept(project.token(project.invite()), name, "secret-zoe")


def test_refuses_to_invite_somebody_who_is_here(project: Project) -> None:
    with pytest.raises(Invalid, match="already a person named Ana"):
        project.invite("ana")


def test_takes_a_removed_person_back_under_the_same_name(project: Project) -> None:
    made = project.invite("dan")
    assert made.name == "Dan"
    project.accept(project.token(made), "", "secret-back")
    assert not project.person("Dan").removed
    assert [one.name for one in project.people()].count("Dan") == 1
    assert not signs_in(project, "Dan", "secret-dan")
    assert signs_in(project, "Dan", "secret-back")


# ------------------------------------------------------------------ a new password


def test_lets_a_person_choose_a_new_password(project: Project) -> None:
    stamp = project.session_stamp("Ana")
    made = project.invite_to_new_password("Ana", by="Cleo")
    assert signs_in(project, "Ana", "secret-ana")  # until the link is used
    ana = project.accept(project.token(made), "Ben", "secret-new")
    assert (ana.name, ana.role) == ("Ana", Role.ANNOTATOR)
    assert signs_in(project, "Ana", "secret-new")
    assert not signs_in(project, "Ana", "secret-ana")
    assert project.session_stamp("Ana") != stamp


def test_ends_with_the_password_it_replaces(project: Project) -> None:
    token = project.token(project.invite_to_new_password("Ana"))
    project.change_password(project.person("Ana"), "secret-ana", "secret-own")
    with pytest.raises(Forbidden, match="changed since"):
        project.accept(token, "", "secret-new")


def test_ends_with_the_person(project: Project) -> None:
    token = project.token(project.invite_to_new_password("Ana"))
    project.remove_person("Ana")
    project.add_person("Ana", password="secret-ana")
    with pytest.raises(Forbidden):
        project.accept(token, "", "secret-new")


def test_outlives_a_change_of_role(project: Project) -> None:
    token = project.token(project.invite_to_new_password("Ana"))
    project.change_role("Ana", Role.LEAD)
    assert project.accept(token, "", "secret-new").role is Role.LEAD


def test_leaves_one_open_link_to_a_new_password(project: Project) -> None:
    first = project.invite_to_new_password("Ana")
    second = project.invite_to_new_password("Ana")
    project.invite_to_new_password("Ben")
    assert [one.id for one in project.invitations() if one.name == "Ana"] == [second.id]
    with pytest.raises(Forbidden, match="withdrawn"):
        project.invitation(project.token(first))


def test_has_no_password_for_whom_is_not_there(project: Project) -> None:
    project.add_person("Robot", Role.SIMULATED)
    with pytest.raises(Invalid):
        project.invite_to_new_password("Robot")
    with pytest.raises(Missing):
        project.invite_to_new_password("Dan")


# ------------------------------------------------------------------ roles, sessions


def test_never_leaves_the_project_without_a_lead(project: Project) -> None:
    with pytest.raises(Invalid, match="only lead"):
        project.change_role("Cleo", Role.ANNOTATOR)
    with pytest.raises(Invalid, match="only lead"):
        project.remove_person("Cleo")
    project.change_role("Ana", Role.LEAD)
    project.remove_person("Cleo")
    with pytest.raises(Invalid, match="only lead"):
        project.remove_person("Ana")


def test_changes_roles_of_people_only(project: Project) -> None:
    project.add_person("Robot", Role.SIMULATED)
    with pytest.raises(Invalid):
        project.change_role("Robot", Role.LEAD)
    with pytest.raises(Invalid):
        project.change_role("Ana", Role.SIMULATED)
    before = people.state(project.db, "Ana")
    project.change_role("Ana", Role.ANNOTATOR)
    assert people.state(project.db, "Ana") == before  # what changes nothing signs nobody out


def test_asks_for_the_old_password(project: Project) -> None:
    with pytest.raises(Forbidden, match="not your password"):
        project.change_password(project.person("Ana"), "wrong", "secret-new")
    with pytest.raises(Invalid, match="8 characters"):
        project.change_password(project.person("Ana"), "secret-ana", "short")
    assert signs_in(project, "Ana", "secret-ana")


def test_signs_a_person_out_everywhere(project: Project) -> None:
    stamp, others = project.session_stamp("Ana"), project.session_stamp("Ben")
    project.end_sessions("Ana", by="Cleo")
    assert project.session_stamp("Ana") not in ("", stamp)
    assert project.session_stamp("Ben") == others
    assert signs_in(project, "Ana", "secret-ana")


def test_counts_where_people_are_signed_in(project: Project) -> None:
    ana = project.person("Ana")
    for session in ("laptop", "phone", "library"):
        project.arrive(ana, session)
    project.stay(ana, "phone")
    project.leave(ana, "library")
    member = next(one for one in project.team() if one.person.name == "Ana")
    assert (member.sessions, member.answered) == (2, None)
    assert member.seen
    project.end_sessions("Ana")
    assert [one.sessions for one in project.team()] == [0, 0, 0, 0]

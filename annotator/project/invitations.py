"""Invitations: links that let a person join, or choose a new password, once and not for ever."""

from __future__ import annotations

import datetime
import hashlib

from itsdangerous import BadSignature, URLSafeSerializer

from annotator.model import N_, Forbidden, Invalid, Missing, Person, Role
from annotator.project.passwords import checked_password, hashed
from annotator.project.people import People, checked_name
from annotator.store import invitations, people, settings
from annotator.store.file import write
from annotator.store.invitations import Invitation, Purpose
from annotator.store.people import State

DAYS = (1, 7, 30)
"""For how long a link may hold."""

_ENDED = {
    "accepted": N_(
        "This link was used already. Sign in, or ask the person who leads this project for another."
    ),
    "withdrawn": N_("This link was withdrawn. Ask the person who leads this project for a new one."),
    "expired": N_("This link has expired. Ask the person who leads this project for a new one."),
    "replaced": N_("The password was changed since this link was made. Sign in, or ask for a new link."),
}


class Invitations(People):
    def invite(
        self, name: str | None = None, role: Role = Role.ANNOTATOR, *, days: int = 7, by: str | None = None
    ) -> Invitation:
        """A link to join with. Without a name, whoever opens it chooses one."""
        if role is Role.SIMULATED:
            raise Invalid("A person leads or annotates.")
        with write(self.db):
            known = self._free(name) if name else None
            return self._append(
                Purpose.JOIN,
                name=known.name if known else name and checked_name(name),
                role=role,
                days=days,
                by=by,
            )

    def invite_to_new_password(self, name: str, *, days: int = 7, by: str | None = None) -> Invitation:
        """A link with which a person chooses a password without knowing the old one."""
        with write(self.db):
            state = self._state(name)
            if state.role is Role.SIMULATED:
                raise Invalid("%(name)s gave simulated answers and cannot sign in.", name=state.name)
            for older in invitations.waiting(self.db):
                if older.purpose is Purpose.PASSWORD and older.name == state.name:
                    invitations.end(self.db, older.id, "withdrawn", by)
            return self._append(Purpose.PASSWORD, name=state.name, state=state.id, days=days, by=by)

    def invitations(self) -> list[Invitation]:
        """Those nobody has accepted yet."""
        return invitations.waiting(self.db)

    def withdraw_invitation(self, id: int, by: str | None = None) -> None:
        with write(self.db):
            found = invitations.get(self.db, id)
            if found is None or found.ended:
                raise Missing("This link is no longer open.")
            invitations.end(self.db, id, "withdrawn", by)

    def token(self, invitation: Invitation) -> str:
        """The part of the link that nobody can make up."""
        return str(self._signed().dumps(invitation.id))

    def invitation(self, token: str) -> Invitation:
        """The invitation of a link, if it still holds."""
        try:
            id = self._signed().loads(token)
        except BadSignature:
            id = None
        found = invitations.get(self.db, id) if isinstance(id, int) else None
        if found is None:
            raise Missing("This link is not complete. Copy the whole of it, or ask for a new one.")
        if found.ended:
            raise Forbidden(_ENDED[found.ended])
        return found

    def accept(self, token: str, name: str, password: str) -> Person:
        """Let the person in who opened the link. It holds only once."""
        known = self.invitation(token)  # before the slow part: made-up links cost nothing
        kept = hashed(checked_password(password, known.name or name))
        with write(self.db):
            invitation = self.invitation(token)
            state = self._joined(invitation, name, kept)
            people.append(self.db, state, state.name)
            invitations.end(self.db, invitation.id, "accepted", state.name)
        return state.person

    def _joined(self, invitation: Invitation, name: str, password: str) -> State:
        if not invitation.joins or invitation.role is None:
            old = self._state(invitation.name or "")
            return State(0, old.name, old.role, password, removed=False)
        if invitation.name:
            free = self._free(invitation.name)
            return State(0, free.name if free else invitation.name, invitation.role, password, removed=False)
        name = checked_name(name)
        self._refuse_lookalike(name)
        if self._alike(name):
            # Also a removed person's name: their answers are not for whoever comes with an open link.
            raise Invalid("There is already a person named %(name)s. Choose another name.", name=name)
        return State(0, name, invitation.role, password, removed=False)

    def _append(
        self,
        purpose: Purpose,
        *,
        name: str | None,
        days: int,
        by: str | None,
        role: Role | None = None,
        state: int | None = None,
    ) -> Invitation:
        if not 1 <= days <= DAYS[-1]:
            raise Invalid("A link holds for 1 to %(days)s days.", days=DAYS[-1])
        until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
        id = invitations.append(
            self.db,
            purpose,
            name=name,
            role=role,
            state=state,
            expires=until.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            person=by,
        )
        made = invitations.get(self.db, id)
        assert made is not None
        return made

    def _signed(self) -> URLSafeSerializer:
        secret = settings.get(self.db, "secret") or ""
        return URLSafeSerializer(secret, salt="invitation", signer_kwargs={"digest_method": hashlib.sha256})

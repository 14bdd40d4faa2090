"""Tokens: how programs come in, with the rights of the person who made them."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import secrets
import unicodedata

from annotator.model import Forbidden, Invalid, Missing, Person, Role, Unavailable, upright
from annotator.project.people import People
from annotator.store import tokens
from annotator.store.file import write
from annotator.store.tokens import Token

TOKEN_DAYS = (7, 30, 90, 365)
"""For how long a token may hold; the last is the longest."""

_BYTES = 32
_PREFIX = "qawl_"  # so that whoever finds one in a file knows what it opens


class Tokens(People):
    def add_token(self, name: str, person: Person, *, days: int = 90) -> tuple[Token, str]:
        """A new token for this person's programs, and its words: they are told once and kept nowhere."""
        words = _PREFIX + secrets.token_urlsafe(_BYTES)
        expires = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=_checked_days(days))
        with write(self.db):
            state = self._state(person.name)
            if state.role is Role.SIMULATED:
                raise Invalid("%(name)s gave simulated answers and cannot sign in.", name=state.name)
            id = tokens.append(
                self.db,
                _hashed(words),
                _checked_name(name),
                state.name,
                state.id,
                expires.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            )
        made = tokens.get(self.db, id)
        assert made is not None
        return made, words

    def tokens(self, person: Person | None = None) -> list[Token]:
        """Those that still work: a lead's view of everybody's, or a person's own."""
        everybodys = person is None or person.leads
        return [
            token
            for token in tokens.working(self.db)
            if everybodys or (person is not None and token.person == person.name)
        ]

    def withdraw_token(self, id: int, person: Person | None = None) -> Token:
        """Make a token worthless: one's own, or as a lead anybody's."""
        with write(self.db):
            found = next((token for token in self.tokens(person) if token.id == id), None)
            if found is None:
                raise Missing("There is no token %(id)s that still works.", id=str(id))
            tokens.end(self.db, id, person.name if person else None)
        return found

    def bearer(self, words: str) -> Person:
        """Whose program sent this token, as they are now."""
        found = tokens.by_hash(self.db, _hashed(words))
        if found is None or found.ended:
            raise Forbidden(
                "This token does not work: it is mistyped, withdrawn or expired. Make a new one in Qawl."
            )
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        if found.last_used != today:
            with contextlib.suppress(Unavailable), write(self.db):  # a full disk keeps nobody from reading
                tokens.append_use(self.db, found.id, today)
        return self.person(found.person)


def _hashed(words: str) -> str:
    """Plain SHA-256: of 32 random bytes there is nothing to guess, and no slow hash makes them safer."""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def _checked_days(days: int) -> int:
    if not 1 <= days <= TOKEN_DAYS[-1]:
        raise Invalid("A token holds for 1 to %(days)s days.", days=TOKEN_DAYS[-1], field="days")
    return days


def _checked_name(name: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(name) <= 60:
        raise Invalid("Give the token a name of 1 to 60 characters: what it is for.", field="name")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in name) or upright(name) != name:
        raise Invalid("A token’s name has no invisible characters.", field="name")
    return name

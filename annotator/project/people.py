"""People: who they are, how they sign in."""

from __future__ import annotations

import contextlib
import unicodedata
from dataclasses import replace

from annotator.model import Forbidden, Invalid, Missing, Person, Role, Unavailable
from annotator.project.base import Base
from annotator.project.lookalikes import skeleton
from annotator.project.passwords import checked_password, fits, hashed, outdated
from annotator.store import annotations as answer_rows
from annotator.store import people, preferences
from annotator.store.file import write
from annotator.store.people import State

_LEARNT = 3  # answers after which nobody needs to be told how it goes


class People(Base):
    def people(self) -> list[Person]:
        return [state.person for state in people.states(self.db)]

    def person(self, name: str) -> Person:
        return self._state(name).person

    def add_person(
        self, name: str, role: Role = Role.ANNOTATOR, password: str | None = None, by: str | None = None
    ) -> Person:
        """Add a person, or take a removed one back under the same name."""
        name = checked_name(name)
        kept = None if password is None else hashed(checked_password(password, name))
        with write(self.db):
            same = self._free(name, role)
            state = State(0, same.name if same else name, role, kept, removed=False)
            people.append(self.db, state, by)
        return state.person

    def remove_person(self, name: str, by: str | None = None) -> None:
        """They can no longer sign in; their answers stay."""
        with write(self.db):
            state = self._state(name)
            self._keep_a_lead(state)
            people.append(self.db, replace(state, removed=True), by)

    def change_role(self, name: str, role: Role, by: str | None = None) -> Person:
        with write(self.db):
            state = self._state(name)
            if Role.SIMULATED in (state.role, role):
                raise Invalid("A person leads or annotates.")
            if role is not Role.LEAD:
                self._keep_a_lead(state)
            if state.role is not role:
                state = replace(state, role=role)
                people.append(self.db, state, by)
        return state.person

    def set_password(self, name: str, password: str, by: str | None = None) -> None:
        kept = hashed(checked_password(password, name))
        with write(self.db):
            people.append(self.db, replace(self._state(name), password=kept), by)

    def change_password(self, person: Person, old: str, new: str) -> None:
        """Their own, known to them; their other sessions end."""
        stored = self._state(person.name).password
        if stored is not None and not fits(stored, old):
            raise Forbidden("This is not your password now. Try again, or ask the lead for a new link.")
        self.set_password(person.name, new, by=person.name)

    def end_sessions(self, name: str, by: str | None = None) -> None:
        """Sign a person out wherever they are signed in: the same state anew has another stamp."""
        with write(self.db):
            people.append(self.db, self._state(name), by)

    def sign_in(self, name: str, password: str) -> Person:
        state = people.state(self.db, _normal(name))
        right = fits(state.password if state else None, password)
        if state is None or state.removed or state.role is Role.SIMULATED:
            raise Forbidden("This name and password do not fit together. Try again.")
        if not right and (state.password is not None or password):
            raise Forbidden("This name and password do not fit together. Try again.")
        if right and state.password and outdated(state.password):
            self._keep_better(state, password)
        return state.person

    def only_person(self) -> str | None:
        """Who alone can sign in, if it is one person."""
        may = [one.name for one in self.people() if not one.removed and one.role is not Role.SIMULATED]
        return may[0] if len(may) == 1 else None

    def in_session(self, name: str, stamp: str, session: str) -> Person | None:
        """Whose session this is, unless they signed out of it, or were changed or removed since it began."""
        state = people.of_session(self.db, name, session)
        return state.person if state and not state.removed and str(state.id) == stamp else None

    def session_stamp(self, name: str) -> str:
        """Changes with every change of the person, which ends their sessions."""
        state = people.state(self.db, name)
        return str(state.id) if state and not state.removed else ""

    def language(self, person: Person) -> str | None:
        """The language of the interface that they chose."""
        return preferences.get(self.db, person.name, "language")

    def choose_language(self, person: Person, lang: str) -> None:
        with write(self.db):
            preferences.append(self.db, person.name, "language", lang)

    def wants_hint(self, person: Person) -> bool:
        """Whether they still begin: the hint was not put away, and few answers are saved."""
        return self._lasting(("hint", person.name), lambda: self._hint_stays(person)) and not (
            self._for_good(("learnt", person.name), lambda: self._has_learnt(person))
        )

    def _hint_stays(self, person: Person) -> bool:
        return preferences.get(self.db, person.name, "hint") != "away"

    def _has_learnt(self, person: Person) -> bool:
        return answer_rows.given(self.db, person.name, _LEARNT) >= _LEARNT

    def put_hint_away(self, person: Person) -> None:
        with write(self.db):
            preferences.append(self.db, person.name, "hint", "away")

    def _keep_better(self, known: State, password: str) -> None:
        """The same password, kept as it is today; their other sessions end by it, once."""
        kept = hashed(password)
        with contextlib.suppress(Unavailable), write(self.db):  # a full disk keeps nobody from signing in
            state = self._state(known.name)
            if state.password == known.password:
                people.append(self.db, replace(state, password=kept), known.name)

    def _state(self, name: str) -> State:
        state = people.state(self.db, _normal(name))
        if state is None or state.removed:
            raise Missing("There is nobody named %(name)s in this project. See: qawl people list", name=name)
        return state

    def _alike(self, name: str) -> State | None:
        """Who has this name, or one that looks the same."""
        return next((one for one in people.states(self.db) if _alike(one.name) == _alike(name)), None)

    def _free(self, name: str, role: Role = Role.ANNOTATOR) -> State | None:
        """Whoever had this name and was removed; refused while somebody has it."""
        same = self._alike(checked_name(name))
        self._refuse_lookalike(name)
        if same and not same.removed:
            raise Invalid("There is already a person named %(name)s. Choose another name.", name=same.name)
        if same and same.role is not role and Role.SIMULATED in (same.role, role):
            raise Invalid(
                "%(name)s gave simulated answers. Choose another name for a person.", name=same.name
            )
        return same

    def _refuse_lookalike(self, name: str) -> None:
        """Nobody passes for somebody else with letters of another script. Who is here already stays."""
        states = people.states(self.db)
        shape, own = skeleton(_normal(name)), _alike(_normal(name))
        if any(_alike(one.name) == own for one in states):
            return
        same = next((one for one in states if skeleton(one.name) == shape), None)
        if same:
            raise Invalid(
                "“%(name)s” looks like %(other)s, who is here already. Choose another name.",
                name=name,
                other=same.name,
            )

    def _keep_a_lead(self, leaving: State) -> None:
        """Without one, nobody could let people in any more."""
        others = (one.person for one in people.states(self.db) if one.name != leaving.name)
        if leaving.role is Role.LEAD and not any(one.leads and not one.removed for one in others):
            raise Invalid("%(name)s is the only lead. Make somebody else lead first.", name=leaving.name)


def look_alike(one: str, other: str) -> bool:
    """Whether two names are, or look like, one.

    >>> look_alike("Ana", "ana"), look_alike("Ana", "Аna"), look_alike("Ana", "Anna")
    (True, True, False)
    """
    return _alike(one) == _alike(other) or skeleton(_normal(one)) == skeleton(_normal(other))


def _normal(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


def _alike(name: str) -> str:
    """A name as it is compared: Persian and Urdu names may hold joiners, which nobody sees."""
    return name.replace("\u200c", "").replace("\u200d", "").casefold()


def checked_name(name: str) -> str:
    name = _normal(name)
    if not 1 <= len(name) <= 60:
        raise Invalid("A name has 1 to 60 characters.")
    if "/" in name or any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in _alike(name)):
        raise Invalid("A name has no slash and no invisible characters.")
    if _alike(name) == "final":
        raise Invalid("The export calls settled answers “final”. Choose another name.")
    return name

"""The team: when its people came, and when they last answered."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from annotator.model import Person
from annotator.project.invitations import Invitations
from annotator.store import annotations as answer_rows
from annotator.store import visits
from annotator.store.file import write

SESSION_DAYS = 14
"""A session ends when it is not used for so long."""


@dataclass(frozen=True, slots=True)
class Member:
    person: Person
    seen: str | None  # when they last came
    answered: str | None  # when they last gave an answer
    sessions: int  # on how many devices they are signed in


class Team(Invitations):
    def team(self) -> list[Member]:
        """Everybody, in the order they were added."""
        since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=SESSION_DAYS)
        seen = visits.seen(self.db, since.isoformat())
        answered = answer_rows.last_given(self.db)
        return [self._member(person, seen.get(person.name), answered) for person in self.people()]

    def arrive(self, person: Person, session: str) -> None:
        """They signed in."""
        self._visit(person, session, "in")

    def stay(self, person: Person, session: str) -> None:
        """They are here another day."""
        self._visit(person, session, "seen")

    def leave(self, person: Person, session: str) -> None:
        self._visit(person, session, "out")

    def _visit(self, person: Person, session: str, action: str) -> None:
        with write(self.db):
            visits.append(self.db, session, person.name, self._state(person.name).id, action)

    @staticmethod
    def _member(person: Person, seen: visits.Seen | None, answered: dict[str, str]) -> Member:
        return Member(
            person,
            seen=seen.at if seen else None,
            answered=answered.get(person.name),
            sessions=0 if seen is None or person.removed else seen.sessions,
        )

"""People and every state they were in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from annotator.model import Person, Role
from annotator.store.file import now
from annotator.store.rows import select


@dataclass(frozen=True, slots=True)
class State:
    id: int
    name: str
    role: Role
    password: str | None  # a salted hash
    removed: bool

    @property
    def person(self) -> Person:
        return Person(self.name, self.role, self.password is not None, self.removed)


_CURRENT = """
    select people_states.id, people.name, role, password, removed
    from people join people_states on people_states.person = people.name
    where people_states.id = (
        select max(newer.id) from people_states newer where newer.person = people.name
    )
"""


def states(db: Database) -> list[State]:
    """Everybody's current state, in the order they were added."""
    return [_state(row) for row in select(db, _CURRENT + " order by people.rowid")]


def state(db: Database, name: str) -> State | None:
    row = next(select(db, _CURRENT + " and people.name = :name", {"name": name}), None)
    return _state(row) if row else None


def of_session(db: Database, name: str, session: str) -> State | None:
    """The current state of whose session this is, unless they signed out of it."""
    going_on = " and not exists (select 1 from visits where session = :session and action = 'out')"
    sql = _CURRENT + " and people.name = :name" + going_on
    row = next(select(db, sql, {"name": name, "session": session}), None)
    return _state(row) if row else None


def append(db: Database, state: State, changed_by: str | None) -> None:
    """Add a person, or a new state of one; `state.id` is given by the file."""
    moment = now()
    db.execute(
        "insert into people (name, created_at) values (:name, :at) on conflict do nothing",
        {"name": state.name, "at": moment},
    )
    db.table("people_states").insert(
        {
            "person": state.name,
            "role": state.role.value,
            "password": state.password,
            "removed": int(state.removed),
            "changed_by": changed_by,
            "created_at": moment,
        }
    )


def _state(row: dict[str, object]) -> State:
    return State(
        id=int(str(row["id"])),
        name=str(row["name"]),
        role=Role(str(row["role"])),
        password=None if row["password"] is None else str(row["password"]),
        removed=bool(row["removed"]),
    )

"""Links that let somebody in once: to join the project, or to choose a new password."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from annotator.model import Role
from annotator.store.file import now


class Purpose(StrEnum):
    JOIN = "join"
    PASSWORD = "password"


@dataclass(frozen=True, slots=True)
class Invitation:
    id: int
    purpose: Purpose
    name: str | None  # whom it is for; none lets whoever opens it choose
    role: Role | None  # what they join as
    expires: str
    invited_by: str | None
    created_at: str
    ended: str | None = None  # accepted, withdrawn, expired, or replaced by a newer password

    @property
    def joins(self) -> bool:
        return self.purpose is Purpose.JOIN


# A link to a new password ends with the password it was made to replace, and with the person's removal.
# Every link ends with the leading of whoever made it: they may know it, and come back by it.
_WITH_END = """
    select invitations.*, case
        when ends.action is not null then ends.action
        when invitations.expires <= :now then 'expired'
        when exists (
            select 1 from people_states newer join people_states old on old.id = invitations.state
            where newer.person = old.person and newer.id > old.id
                and (newer.removed or newer.password is not old.password)
        ) then 'replaced'
        when exists (
            select 1 from people_states made
            where made.id = (select max(id) from people_states where person = invitations.person)
                and (made.removed or made.role <> 'lead')
        ) then 'withdrawn'
    end as ended
    from invitations left join invitation_ends ends on ends.invitation = invitations.id
"""


def waiting(db: Database) -> list[Invitation]:
    """Those that can still be accepted, oldest first."""
    found = map(_invitation, db.query(_WITH_END + " order by invitations.id", {"now": now()}))
    return [one for one in found if one.ended is None]


def get(db: Database, id: int) -> Invitation | None:
    rows = db.query(_WITH_END + " where invitations.id = :id", {"id": id, "now": now()})
    return next(map(_invitation, rows), None)


def append(
    db: Database,
    purpose: Purpose,
    *,
    name: str | None,
    role: Role | None,
    state: int | None,
    expires: str,
    person: str | None,
) -> int:
    """`state` is the person's state whose password the link replaces."""
    row = {
        "purpose": purpose.value,
        "name": name,
        "role": role.value if role else None,
        "state": state,
        "expires": expires,
        "person": person,
        "created_at": now(),
    }
    db.table("invitations").insert(row)
    return int(db.execute("select last_insert_rowid()").fetchone()[0])


def end(db: Database, id: int, action: str, person: str | None) -> None:
    db.table("invitation_ends").insert(
        {"invitation": id, "action": action, "person": person, "created_at": now()}
    )


def _invitation(row: dict[str, Any]) -> Invitation:
    return Invitation(
        id=row["id"],
        purpose=Purpose(row["purpose"]),
        name=row["name"],
        role=Role(row["role"]) if row["role"] else None,
        expires=row["expires"],
        invited_by=row["person"],
        created_at=row["created_at"],
        ended=row["ended"],
    )

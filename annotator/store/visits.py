"""When people came: each sign-in, one row a day while the session lasts, and the sign-out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from annotator.store.file import now


@dataclass(frozen=True, slots=True)
class Seen:
    at: str  # when they last came
    sessions: int  # those not ended


def append(db: Database, session: str, person: str, state: int, action: str) -> None:
    """`state` is the person's state; the session ends when there is a newer one."""
    db.table("visits").insert(
        {"session": session, "person": person, "state": state, "action": action, "created_at": now()}
    )


def seen(db: Database, since: str) -> dict[str, Seen]:
    """Everybody who ever came; a session not used since then counts no more."""
    sql = """
        with sessions as (
            select session, person, state, max(created_at) as at, max(action = 'out') as ended
            from visits group by session
        )
        select person, max(at) as at, sum(
            not ended and at >= :since
            and state = (select max(id) from people_states where people_states.person = sessions.person)
        ) as sessions
        from sessions group by person
    """
    return {row["person"]: Seen(row["at"], row["sessions"]) for row in db.query(sql, {"since": since})}

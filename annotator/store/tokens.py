"""Tokens of programs: made, used and withdrawn, each a row of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from annotator.store.file import now


@dataclass(frozen=True, slots=True)
class Token:
    id: int
    name: str
    person: str  # whose rights it has
    expires: str
    created_at: str
    last_used: str | None  # the day
    ended: str | None = None  # withdrawn, expired, or removed with its person


# Who is taken back under the same name makes new ones.
_WITH_END = """
    select tokens.id, name, tokens.person, expires, tokens.created_at,
           (select max(day) from token_uses where token_uses.token = tokens.id) as last_used,
           case
               when exists (select 1 from token_ends where token_ends.token = tokens.id) then 'withdrawn'
               when expires <= :now then 'expired'
               when exists (
                   select 1 from people_states newer
                   where newer.person = tokens.person and newer.id > tokens.state and newer.removed
               ) then 'removed'
           end as ended
    from tokens
"""


def working(db: Database) -> list[Token]:
    """Those that still let somebody in, oldest first."""
    rows = db.query(_WITH_END + " order by tokens.id", {"now": now()})
    return [token for token in (Token(**row) for row in rows) if token.ended is None]


def get(db: Database, id: int) -> Token | None:
    row = next(db.query(_WITH_END + " where tokens.id = :id", {"id": id, "now": now()}), None)
    return Token(**row) if row else None


def by_hash(db: Database, sha256: str) -> Token | None:
    row = next(db.query(_WITH_END + " where sha256 = :sha256", {"sha256": sha256, "now": now()}), None)
    return Token(**row) if row else None


def append(db: Database, sha256: str, name: str, person: str, state: int, expires: str) -> int:
    """`state` is the person's state it is made in."""
    inserted = db.table("tokens").insert(
        {
            "sha256": sha256,
            "name": name,
            "person": person,
            "state": state,
            "expires": expires,
            "created_at": now(),
        }
    )
    return int(str(inserted.last_pk))


def end(db: Database, id: int, person: str | None) -> None:
    db.table("token_ends").insert({"token": id, "person": person, "created_at": now()})


def append_use(db: Database, id: int, day: str) -> None:
    sql = "insert into token_uses (token, day, created_at) values (:id, :day, :at) on conflict do nothing"
    db.execute(sql, {"id": id, "day": day, "at": now()})

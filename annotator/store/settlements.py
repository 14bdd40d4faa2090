"""Final answers: every one appended, the newest of a sentence current; the votes stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlite_utils import Database

from annotator.model import Answer, Sentence, Status
from annotator.store import numbers
from annotator.store.annotations import claims_of
from annotator.store.file import now


@dataclass(frozen=True, slots=True)
class Settlement:
    """What was settled about a sentence, by whom and on which votes."""

    id: int
    sentence: int
    kind: str  # "unanimous" or "settled"
    answer: Answer
    reason: str | None
    note: str | None
    votes: tuple[int, ...]
    codebook: str  # id@version
    person: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A settlement about to be appended."""

    sentence: Sentence
    answer: Answer
    kind: str
    reason: str | None
    note: str | None
    votes: tuple[int, ...]
    codebook: int
    person: str
    change: int | None = None  # of the text, which carried a final answer here
    origin: int | None = None  # the row it was carried from
    at: str | None = None  # when it was settled; now, unless it is carried


_COLUMNS = """
    f.id, f.sentence, f.kind, f.status, f.claims, f.comment, f.reason, f.note, f.votes, f.person,
    f.created_at,
    (select codebook || '@' || version from codebooks where codebooks.id = f.codebook) as codebook
"""


def append(db: Database, draft: Draft) -> int:
    """Settle; its id."""
    inserted = db.table("settlements").insert(
        {
            "id": numbers.fresh(db, "settlements"),
            "document": draft.sentence.document,
            "sentence": draft.sentence.key,
            "action": "settle",
            "kind": draft.kind,
            "status": draft.answer.status.value,
            "claims": orjson.dumps(draft.answer.claims).decode(),
            "comment": draft.answer.comment,
            "reason": draft.reason,
            "note": draft.note,
            "votes": orjson.dumps(draft.votes).decode(),
            "codebook": draft.codebook,
            "person": draft.person,
            "change": draft.change,
            "origin": draft.origin,
            "created_at": draft.at or now(),
        }
    )
    return int(str(inserted.last_pk))


def append_reopening(db: Database, of: Settlement, document: str, person: str) -> None:
    """Take a final answer back; what it was stays in the rows before."""
    db.table("settlements").insert(
        {
            "id": numbers.fresh(db, "settlements"),
            "document": document,
            "sentence": of.sentence,
            "action": "reopen",
            "kind": of.kind,
            "status": of.answer.status.value,
            "claims": orjson.dumps(of.answer.claims).decode(),
            "comment": of.answer.comment,
            "reason": of.reason,
            "note": of.note,
            "votes": orjson.dumps(of.votes).decode(),
            "codebook": codebook_row(db, of.id),
            "person": person,
            "created_at": now(),
        }
    )


def codebook_row(db: Database, id: int) -> int:
    """The row of the codebook under which a final answer was given."""
    return int(db.execute("select codebook from settlements where id = ?", (id,)).fetchone()[0])


def current(db: Database, sentence: int) -> Settlement | None:
    """The final answer about a sentence as it stands."""
    sql = f"select {_COLUMNS} from current_settlements f where f.sentence = :sentence"
    row = next(db.query(sql, {"sentence": sentence}), None)
    return _settlement(row) if row else None


def newest(db: Database, sentence: int) -> int:
    """Changes whenever the sentence is settled or reopened."""
    row = db.execute("select max(id) from settlements where sentence = ?", (sentence,)).fetchone()
    return row[0] or 0


def last_of(db: Database, sentence: int) -> Settlement | None:
    """What was settled about a sentence last, also if it was reopened since."""
    sql = f"""
        select {_COLUMNS} from settlements f
        where f.sentence = :sentence and action = 'settle' order by f.id desc limit 1
    """
    row = next(db.query(sql, {"sentence": sentence}), None)
    return _settlement(row) if row else None


def all(db: Database, documents: Sequence[str] | None = None) -> dict[int, Settlement]:
    """Every final answer that stands, by sentence."""
    sql = f"""
        select {_COLUMNS} from current_settlements f
        where :documents is null or f.document in (select value from json_each(:documents))
        order by f.id
    """
    chosen = None if documents is None else orjson.dumps(list(documents)).decode()
    return {row["sentence"]: _settlement(row) for row in db.query(sql, {"documents": chosen})}


def votes(db: Database, documents: Sequence[str] | None = None) -> dict[int, tuple[int, ...]]:
    """The votes that every final answer rests on, by sentence."""
    # The bare columns come from the row that has the maximum.
    sql = """
        select sentence, votes, action, max(id) from settlements
        where :documents is null or document in (select value from json_each(:documents))
        group by sentence
    """
    chosen = None if documents is None else orjson.dumps(list(documents)).decode()
    rows = [row for row in db.execute(sql, {"documents": chosen}).fetchall() if row[2] == "settle"]
    ids = orjson.loads(f"[{','.join(row[1] for row in rows)}]")
    return {row[0]: tuple(one) for row, one in zip(rows, ids, strict=True)}


def votes_since(db: Database, after: int) -> list[tuple[int, int, tuple[int, ...] | None]]:
    """(id, sentence, votes) of everything settled after an id, oldest first; no votes: taken back."""
    sql = "select id, sentence, votes, action from settlements where id > ? order by id"
    rows = db.execute(sql, (after,)).fetchall()
    ids = orjson.loads(f"[{','.join(row[2] for row in rows)}]")
    return [
        (row[0], row[1], tuple(one) if row[3] == "settle" else None)
        for row, one in zip(rows, ids, strict=True)
    ]


def last_by(db: Database, person: str) -> Settlement | None:
    """What this person settled by hand last, where it still stands."""
    sql = f"""
        select {_COLUMNS} from current_settlements f join current_sentences s on s.key = f.sentence
        where f.person = :person and f.kind = 'settled' and f.change is null order by f.id desc limit 1
    """
    row = next(db.query(sql, {"person": person}), None)
    return _settlement(row) if row else None


_LEFT = """
    from current_settlements f join retirements r on r.sentence = f.sentence
    where not exists (select 1 from settlements heir where heir.origin = f.id)
"""


def standing_on(db: Database, keys: Sequence[int]) -> dict[int, Settlement]:
    """The final answers about these sentences that no other sentence took over, by sentence."""
    sql = f"""
        select {_COLUMNS} from current_settlements f
        where f.sentence in (select value from json_each(:keys))
          and not exists (select 1 from settlements heir where heir.origin = f.id)
    """
    return {row["sentence"]: _settlement(row) for row in db.query(sql, {"keys": orjson.dumps(keys).decode()})}


def left_behind(db: Database, documents: Sequence[str] | None = None) -> dict[int, Settlement]:
    """Final answers about sentences that are no longer in the text and that nothing follows, by sentence."""
    sql = f"""
        select {_COLUMNS} {_LEFT}
          and (:documents is null or f.document in (select value from json_each(:documents)))
        order by f.id
    """
    chosen = None if documents is None else orjson.dumps(list(documents)).decode()
    return {row["sentence"]: _settlement(row) for row in db.query(sql, {"documents": chosen})}


def left_by(db: Database, change: int) -> int:
    """How many final answers a change of the text leaves behind."""
    return int(db.execute(f"select count(*) {_LEFT} and r.change = ?", (change,)).fetchone()[0])


def any_of(db: Database, document: str) -> bool:
    """Whether anything in the document was ever settled."""
    sql = "select 1 from settlements where document = ? limit 1"
    return db.execute(sql, (document,)).fetchone() is not None


def documents(db: Database) -> dict[int, str]:
    """The document of every sentence with a final answer."""
    return dict(db.execute("select sentence, document from current_settlements").fetchall())


def count(db: Database, documents: Sequence[str] | None = None, statuses: Sequence[str] | None = None) -> int:
    """How many final answers stand on the text as it is."""
    sql = """
        select count(*) from current_settlements f join current_sentences s on s.key = f.sentence
        where (:documents is null or f.document in (select value from json_each(:documents)))
          and (:statuses is null or f.status in (select value from json_each(:statuses)))
    """
    chosen = {"documents": documents, "statuses": statuses}
    values = {k: None if v is None else orjson.dumps(list(v)).decode() for k, v in chosen.items()}
    return int(db.execute(sql, values).fetchone()[0])


def _settlement(row: dict[str, Any]) -> Settlement:
    answer = Answer(Status(row["status"]), claims_of(row["claims"]), row["comment"])
    return Settlement(
        id=row["id"],
        sentence=row["sentence"],
        kind=row["kind"],
        answer=answer,
        reason=row["reason"],
        note=row["note"],
        votes=tuple(orjson.loads(row["votes"])),
        codebook=row["codebook"],
        person=row["person"],
        created_at=row["created_at"],
    )


def last_change(db: Database) -> int:
    """What grows with every settling and reopening."""
    return int(db.execute("select coalesce(max(id), 0) from settlements").fetchone()[0])

"""Answers as columns, for arithmetic over all of them: text that SQLite joins and nobody reads row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlite_utils import Database

Ints = NDArray[np.int64]

END = "\x1f"  # ends a value; no name, id or JSON holds it

_GROWING = (
    "annotations", "assignments", "changes", "codebooks", "document_states", "documents", "finishes",
    "people_states", "round_states", "speaker_changes", "texts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """Documents in the order they came; sentences by `document` (a place in them) in reading order; current
    answers by the place of their `sentence` and `person`, with `claims` as stored and the `day` given."""

    documents: tuple[str, ...]
    people: tuple[str, ...]
    document: Ints
    keys: Ints
    ids: list[str]
    sentence: Ints
    person: Ints
    claims: list[str]
    number: Ints
    day: list[str]


def last_change(db: Database) -> tuple[int, ...]:
    """What grows with everything that agreement follows from: as long as it stays, figures do."""
    newest = ", ".join(f"(select coalesce(max(rowid), 0) from {table})" for table in _GROWING)
    return tuple(db.execute(f"select {newest}").fetchone())


def columns(
    db: Database, kinds: Sequence[str], documents: Sequence[str] | None, people: Sequence[str] | None
) -> Columns:
    """Everybody's finished answers about sentences of these kinds, in some documents or all."""
    values = {
        "kinds": orjson.dumps(list(kinds)).decode(),
        "documents": None if documents is None else orjson.dumps(list(documents)).decode(),
        "people": None if people is None else orjson.dumps(list(people)).decode(),
    }
    names, document, keys, ids = _sentences(db, values)
    answers = _Answers(db, values)
    place = np.full(max(int(keys.max(initial=0)), int(answers.sentence.max(initial=0))) + 1, -1, np.int64)
    place[keys] = np.arange(len(keys))
    kept = answers.current(place)
    return Columns(
        names, answers.names, document, keys, ids, place[answers.sentence[kept]], answers.person[kept],
        _taken(answers.claims, kept), answers.ids[kept], _taken(answers.days, kept),
    )  # fmt: skip


def texts(db: Database, keys: Ints) -> list[str]:
    """The texts of these sentences."""
    row = db.execute(f"select group_concat(key), group_concat(text, {_END}) from sentences").fetchone()
    place = {key: n for n, key in enumerate(_ints(row[0]).tolist())}
    found = _split(row[1])
    return [found[place[key]] for key in keys.tolist()]


# ------------------------------------------------------------------ reading

_END = f"char({ord(END)})"

_SENTENCES = f"""
    select document, group_concat(key), group_concat(id, {_END}) from (
        select document, key, id from sentences
        where kind in (select value from json_each(:kinds))
          and key not in (select sentence from retirements)
          and (:documents is null or document in (select value from json_each(:documents)))
        order by document, position
    ) group by document
"""

# An answer taken back or skipped stands in the way of the one before it, so it is read too, without claims.
_ANSWERS = f"""
    select group_concat(id), group_concat(sentence), group_concat(person, {_END}),
           group_concat(case status when 'claims' then claims when 'no_claim' then '[]' else '' end, {_END}),
           group_concat(substr(created_at, 1, 10), {_END})
    from annotations
    where (:documents is null or document in (select value from json_each(:documents)))
      and (:people is null or person in (select value from json_each(:people)))
"""


def _sentences(db: Database, values: dict[str, str | None]) -> tuple[tuple[str, ...], Ints, Ints, list[str]]:
    found = {row[0]: row for row in db.execute(_SENTENCES, values).fetchall()}
    order = [row[0] for row in db.execute("select id from documents order by number") if row[0] in found]
    keys = [_ints(found[document][1]) for document in order]
    ids = [id for document in order for id in _split(found[document][2])]
    document = np.repeat(np.arange(len(order)), [len(some) for some in keys])
    return tuple(order), document, np.concatenate([np.empty(0, np.int64), *keys]), ids


class _Answers:
    """Every answer ever stored, in the order it was given."""

    def __init__(self, db: Database, values: dict[str, str | None]) -> None:
        row = db.execute(_ANSWERS, values).fetchone()
        self.ids, self.sentence, people = _ints(row[0]), _ints(row[1]), _split(row[2])
        self.claims, self.days = _split(row[3]), _split(row[4])
        self.names = tuple(dict.fromkeys(people))
        code = {name: n for n, name in enumerate(self.names)}
        self.person = np.fromiter(map(code.__getitem__, people), np.int64, len(people))

    def current(self, place: Ints) -> Ints:
        """The finished ones that are the newest of a sentence and person, of sentences with a place."""
        key = self.sentence * max(len(self.names), 1) + self.person
        growing = bool((np.diff(self.ids) > 0).all())
        order = np.argsort(key, kind="stable") if growing else np.lexsort((self.ids, key))
        newest = order[np.append(key[order][1:] != key[order][:-1], True)] if len(order) else order
        finished = np.fromiter(map(bool, self.claims), bool, len(self.claims))
        newest = newest[finished[newest] & (place[self.sentence[newest]] >= 0)]
        newest.sort()
        return newest


def _ints(joined: str | None) -> Ints:
    return np.fromstring(joined, np.int64, sep=",") if joined else np.empty(0, np.int64)


def _split(joined: str | None) -> list[str]:
    return [] if joined is None else joined.split(END)


def _taken(all: list[str], kept: Ints) -> list[str]:
    return all if len(kept) == len(all) else [all[n] for n in kept.tolist()]

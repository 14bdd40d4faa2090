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
CLAIMS, NONE, LATER = "210"  # the kinds of answers, a letter each

_GROWING = (
    "annotations", "assignments", "changes", "codebooks", "document_states", "documents", "finishes",
    "people_states", "repeats", "round_states", "second_answers", "speaker_changes", "texts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """Documents in the order they came; sentences by `document` (a place in them) in reading order; current
    answers by the place of their `sentence` and `person`, of what was `given` in `claims` (−1: no claim), and
    of their `day` in `days`. Claims are as they are stored."""

    documents: tuple[str, ...]
    people: tuple[str, ...]
    document: Ints
    keys: Ints
    ids: list[str]
    sentence: Ints
    person: Ints
    given: Ints
    claims: list[str]
    number: Ints
    day: Ints
    days: tuple[str, ...]


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
    given, claims = _used(answers.given[kept], answers.claims)
    return Columns(
        names, answers.names, document, keys, ids, place[answers.sentence[kept]], answers.person[kept],
        given, claims, answers.ids[kept], answers.day[kept], answers.days,
    )  # fmt: skip


def texts(db: Database, keys: Ints) -> list[str]:
    """The texts of these sentences."""
    row = db.execute(f"select group_concat(key), group_concat(text, {_END}) from sentences").fetchone()
    stored, found = _ints(row[0]), _split(row[1])
    if len(found) != len(stored):  # a text holds the sign that should end it
        rows = dict(db.execute("select key, text from sentences").fetchall())
        return [rows[key] for key in keys.tolist()]
    if np.array_equal(stored, keys):
        return found
    order = np.argsort(stored)
    return [found[n] for n in order[np.searchsorted(stored, keys, sorter=order)].tolist()]


# ------------------------------------------------------------------ reading

_END = f"char({ord(END)})"

_SENTENCES = f"""
    select group_concat(number), group_concat(key), group_concat(id, {_END}) from (
        select documents.number, key, sentences.id
        from documents join sentences on sentences.document = documents.id
        where kind in (select value from json_each(:kinds))
          and key not in (select sentence from retirements)
          and (:documents is null or documents.id in (select value from json_each(:documents)))
        order by documents.number, position
    )
"""

# An answer taken back or skipped stands in the way of the one before it, so it is read too, without claims.
_ANSWERS = f"""
    select group_concat(id), group_concat(sentence), group_concat(person, {_END}),
           group_concat(case status when 'claims' then '{CLAIMS}' when 'no_claim' then '{NONE}'
                        else '{LATER}' end, ''),
           group_concat(case status when 'claims' then claims end, {_END}),
           group_concat(created_at, {_END})
    from annotations
    where (:documents is null or document in (select value from json_each(:documents)))
      and (:people is null or person in (select value from json_each(:people)))
"""


def _sentences(db: Database, values: dict[str, str | None]) -> tuple[tuple[str, ...], Ints, Ints, list[str]]:
    numbers, keys, ids = db.execute(_SENTENCES, values).fetchone()
    number = _ints(numbers)
    document = np.cumsum(np.diff(number, prepend=number[:1]) != 0)
    names = dict(db.execute("select number, id from documents").fetchall())
    return (
        tuple(names[one] for one in number[np.flatnonzero(np.diff(number, prepend=-1))].tolist()),
        document, _ints(keys), _split(ids),
    )  # fmt: skip


class _Answers:
    """Every answer ever stored, in order; `given` is the place of each in `claims`, −1 for no claim."""

    def __init__(self, db: Database, values: dict[str, str | None]) -> None:
        row = db.execute(_ANSWERS, values).fetchone()
        self.ids, self.sentence, people = _ints(row[0]), _ints(row[1]), _split(row[2])
        self.names = tuple(dict.fromkeys(people))
        code = {name: n for n, name in enumerate(self.names)}
        self.person = np.fromiter(map(code.__getitem__, people), np.int64, len(people))
        status = np.frombuffer((row[3] or "").encode(), np.uint8)
        self.finished = status != ord(LATER)
        found = status == ord(CLAIMS)
        self.given = np.where(found, np.cumsum(found) - 1, -1)
        self.claims = _split(row[4])
        self.days, self.day = _days(row[5] or "", len(people))

    def current(self, place: Ints) -> Ints:
        """The finished ones that are the newest of a sentence and person, of sentences with a place."""
        key = self.sentence * max(len(self.names), 1) + self.person
        growing = bool((np.diff(self.ids) > 0).all())
        order = np.argsort(key, kind="stable") if growing else np.lexsort((self.ids, key))
        newest: Ints = order[np.append(key[order][1:] != key[order][:-1], True)] if len(order) else order
        newest = newest[self.finished[newest] & (place[self.sentence[newest]] >= 0)]
        newest.sort()
        return newest


_PLACES = [0, 1, 2, 3, 5, 6, 8, 9]  # of the digits in 2026-11-22


def _days(joined: str, n: int) -> tuple[tuple[str, ...], Ints]:
    """(the different days, the place of each of n moments there)."""
    letters = np.frombuffer((joined + END).encode(), np.uint8)
    width = len(letters) // max(n, 1)
    signs = ((0, "2"), (1, "0"), (4, "-"), (7, "-"), (width - 1, END))
    alike = n and width > 10 and len(letters) == n * width
    if alike and all((letters[at::width] == ord(sign)).all() for at, sign in signs):
        digits = letters.reshape(n, width)[:, _PLACES].astype(np.int64) - ord("0")
        number: Ints = digits @ 10 ** np.arange(len(_PLACES))[::-1]
        number -= (first := int(number.min()))  # less than a million, within this century
        used = np.bincount(number) > 0
        known, day = np.flatnonzero(used) + first, (np.cumsum(used) - 1)[number]
        days = (f"{one // 10000:04}-{one // 100 % 100:02}-{one % 100:02}" for one in known.tolist())
        return tuple(days), np.array(day, np.int64)
    moments = [moment[:10] for moment in _split(joined or None)]
    places = {moment: place for place, moment in enumerate(dict.fromkeys(moments))}
    return tuple(places), np.fromiter(map(places.__getitem__, moments), np.int64, len(moments))


def _ints(joined: str | None) -> Ints:
    return np.fromstring(joined, np.int64, sep=",") if joined else np.empty(0, np.int64)


def _split(joined: str | None) -> list[str]:
    return [] if joined is None else joined.split(END)


def _used(given: Ints, claims: list[str]) -> tuple[Ints, list[str]]:
    """The same without claims that nobody gives any more."""
    used = given >= 0
    if int(used.sum()) == len(claims):
        return given, claims
    return np.where(used, np.cumsum(used) - 1, -1), [claims[n] for n in given[used].tolist()]

"""Answers as columns, for arithmetic over all of them: text that SQLite joins and nobody reads row by row."""

from __future__ import annotations

import contextlib
import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from string import ascii_letters
from typing import Any, Self, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlite_utils import Database

from annotator.store import file

T = TypeVar("T")
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
    of their `day` in `days`. `claims`, read apart, are as they are stored, in some texts with `END` between
    two answers; not all of them are given still."""

    documents: tuple[str, ...]
    people: tuple[str, ...]
    document: Ints
    keys: Ints
    ids: list[str]
    sentence: Ints
    person: Ints
    given: Ints
    number: Ints
    day: Ints
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """Texts as UTF-8, white space between them, and where each of those asked for begins and ends."""

    letters: bytes
    begin: Ints
    end: Ints


def last_change(db: Database) -> tuple[int, ...]:
    """What grows with everything that agreement follows from: as long as it stays, figures do."""
    newest = ", ".join(f"(select coalesce(max(rowid), 0) from {table})" for table in _GROWING)
    return tuple(db.execute(f"select {newest}").fetchone())


@contextlib.contextmanager
def reading(
    db: Database, kinds: Sequence[str], documents: Sequence[str] | None, people: Sequence[str] | None
) -> Iterator[Reading]:
    """Everybody's finished answers about sentences of these kinds, in some documents or all."""
    values = {
        "kinds": orjson.dumps(list(kinds)).decode(),
        "documents": None if documents is None else orjson.dumps(list(documents)).decode(),
        "people": None if people is None else orjson.dumps(list(people)).decode(),
    }
    with _beside(db) as beside:
        yield Reading(db, beside, values)


class Reading:
    """Answers while they are read: a piece after the other, so that one is used while the next is read."""

    def __init__(self, db: Database, beside: Beside, values: dict[str, str | None]) -> None:
        self._beside = beside
        highest = db.execute("select max(id) from annotations").fetchone()[0] or 0
        ends = [highest * n // beside.pieces for n in range(beside.pieces + 1)]
        self._reads = [
            partial(_rows, values=values, low=low + 1, high=high) for low, high in itertools.pairwise(ends)
        ]
        self._pieces = deque(beside(read) for read in self._reads)
        self._db = db
        self._sentences = _sentences(db, values)
        self._answers = _Answers()

    def claims(self) -> Iterator[str]:
        """As in `Columns`, to be gone through once."""
        while self._pieces:
            yield from self._answers.add(self._pieces.popleft()())

    def again(self) -> Iterator[str]:
        """The same once more, for who did not keep them: they are most of what is read."""
        return (row[-1] for read in self._reads if (row := read(self._db))[-1] is not None)

    def texts(self, counted: Callable[[Written], T]) -> Callable[[], tuple[list[T], Ints]]:
        """(what this makes of some texts and of the next, the place of that of each sentence among all), to
        be asked for when they are needed."""
        keys = self._sentences[2]
        order = np.argsort(keys, kind="stable")
        place = np.empty(len(keys), np.int64)
        place[order] = np.arange(len(keys))

        def piece(some: Ints, db: Database) -> T:
            return counted(texts(db, some))

        parts = np.array_split(keys[order], TEXTS if self._beside.pieces > 1 else 1)
        pieces = [self._beside(partial(piece, part)) for part in parts]
        # From the last one on: those that nobody began to read yet are read by who asks.
        return lambda: ([piece() for piece in pieces[::-1]][::-1], place)

    def columns(self) -> Columns:
        """When all claims were gone through."""
        answers = self._answers.read()
        names, document, keys, ids = self._sentences
        highest = max(int(keys.max(initial=0)), int(answers.sentence.max(initial=0)))
        place = np.full(highest + 1, -1, np.int64)
        place[keys] = np.arange(len(keys))
        kept = answers.current(place)
        return Columns(
            names, answers.names, document, keys, ids, place[answers.sentence[kept]], answers.person[kept],
            answers.given[kept], answers.ids[kept], answers.day[kept], answers.days,
        )  # fmt: skip


def texts(db: Database, keys: Ints) -> Written:
    """The texts of these sentences."""
    if not len(keys):
        return Written(b"", keys, keys)
    some = {"low": int(keys.min()), "high": int(keys.max())}
    n, joined = db.execute(_TEXTS, some).fetchone()
    end = np.append(np.flatnonzero(np.frombuffer(joined, np.uint8) == ord(END)), len(joined))
    if n == len(end) == some["high"] - some["low"] + 1:
        at = keys - some["low"]
    else:  # a text holds the sign that should end it, or keys are left out
        rows = db.execute("select key, text from sentences where key between :low and :high", some).fetchall()
        stored, found = np.array([row[0] for row in rows]), [row[1].encode() for row in rows]
        joined = END.encode().join(found)
        end = np.cumsum([len(one) + 1 for one in found]) - 1
        order = np.argsort(stored)
        at = order[np.searchsorted(stored, keys, sorter=order)]
    begin = np.append(0, end[:-1] + 1)
    return Written(joined, begin[at], end[at])


# ------------------------------------------------------------------ two at a time

MANY = 20_000  # answers from which a second connection is worth it
PIECES = 4  # in which it reads them
TEXTS = 8  # pieces in which it reads the texts

# Linux clears every page that it hands out, a tenth of a second for as many as this takes. glibc keeps what
# is given back in pieces up to the largest that ever was, 32 MB at most; this one is never written to.
GIVEN_BACK = (32 << 20) - (1 << 13)


class Beside:
    """Reads by a second connection in a thread of its own, or at once by the only one."""

    def __init__(self, db: Database, other: Database | None, pool: ThreadPoolExecutor | None) -> None:
        self._db, self._other, self._pool = db, other, pool
        self.pieces = 1 if pool is None else PIECES

    def __call__(self, read: Callable[[Database], T]) -> Callable[[], T]:
        """Starts to read, in the order of the calls; the result gives what was found, or raises.

        Who asks for what has not begun yet reads it, instead of waiting.
        """
        if self._pool is None or self._other is None:
            found = read(self._db)
            return lambda: found
        begun = self._pool.submit(read, self._other)
        return lambda: read(self._db) if begun.cancel() else begun.result()


@contextlib.contextmanager
def _beside(db: Database) -> Iterator[Beside]:
    """All is read from the project as it is now, whatever is written meanwhile."""
    with file.unchanging(db):
        if (state := last_change(db))[0] < MANY:
            yield Beside(db, None, None)
            return
        bytearray(GIVEN_BACK)
        with contextlib.closing(file.another(db)) as other, file.unchanging(other):
            if last_change(other) != state:  # something was written between the two
                yield Beside(db, None, None)
                return
            with ThreadPoolExecutor(1) as pool:
                yield Beside(db, other, pool)


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
# Not by an index: so they come in the order of their ids, which are told only where some are left out.
_ANSWERS = f"""
    select count(*), {{ids}}, group_concat(sentence),
           group_concat(case status when 'claims' then '{CLAIMS}' when 'no_claim' then '{NONE}'
                        else '{LATER}' end, ''),
           {{people}}, group_concat(created_at, {_END}),
           group_concat(case status when 'claims' then claims end, {_END})
    from annotations not indexed
    where id between :low and :high
"""

_SOME = """
      and (:documents is null or document in (select value from json_each(:documents)))
      and (:people is null or person in (select value from json_each(:people)))
"""

_TEXTS = f"""
    select count(*), cast(group_concat(text, {_END}) as blob)
    from sentences not indexed where key between :low and :high
"""

FEW = 16  # people up to whom letters are told apart faster than names
Row = tuple[Any, ...]


def _rows(db: Database, values: dict[str, str | None], low: int, high: int) -> Row:
    """(the people who have a letter each, the first id, then the answers with these ids, a text a column)."""
    people = [name for (name,) in db.execute("select name from people limit ?", (FEW + 1,))]
    people = people if len(people) <= FEW else []
    letters = {f"person{n}": name for n, name in enumerate(people)}
    asked = {**values, **letters, "low": low, "high": high}
    some = values["documents"] is not None or values["people"] is not None
    n, *rest = db.execute(_answers(some, len(people)), asked).fetchone()
    if not some and n != high - low + 1:  # ids are left out
        n, *rest = db.execute(_answers(True, len(people)), asked).fetchone()
    return people, low, n, *rest


@lru_cache
def _answers(some: bool, people: int) -> str:
    """The query, with a letter for each person where there are few."""
    ids = "group_concat(id)" if some else "null"
    letters = " ".join(f"when :person{n} then '{ascii_letters[n]}'" for n in range(people))
    names = f"group_concat(case person {letters} end, '')" if people else f"group_concat(person, {_END})"
    return _ANSWERS.format(ids=ids, people=names) + (_SOME if some else "")


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
    """Every answer ever stored, in order; `given`: the place of each among those with claims, −1 for none."""

    def __init__(self) -> None:
        self._columns: list[list[Ints]] = []
        self._people: dict[str, int] = {}
        self._days: dict[str, int] = {}

    def add(self, row: Row) -> list[str]:
        """Takes them as `_rows` gives them; the rest are their claims."""
        known, low, n, ids, sentences, statuses, people, moments, claims = row
        if n:
            days, day = _days(moments, n)
            self._columns.append([
                np.arange(low, low + n) if ids is None else _ints(ids),
                _ints(sentences),
                np.frombuffer(statuses.encode(), np.uint8).astype(np.int64),
                self._lettered(people, known) if known else _numbered(people.split(END), self._people),
                _numbered(days, self._days)[day],
            ])  # fmt: skip
        return [] if claims is None else [claims]

    def _lettered(self, letters: str, names: Sequence[str]) -> Ints:
        """The place of each person, of whom the names have a letter each."""
        places = np.full(128, -1, np.int64)
        for letter in dict.fromkeys(letters):
            name = names[ascii_letters.index(letter)]
            places[ord(letter)] = self._people.setdefault(name, len(self._people))
        return places[np.frombuffer(letters.encode(), np.uint8)]

    def read(self) -> Self:
        nothing = [[np.empty(0, np.int64)] * 5]
        columns = zip(*(self._columns or nothing), strict=True)
        self.ids, self.sentence, status, self.person, self.day = map(np.concatenate, columns)
        self.names, self.days = tuple(self._people), tuple(self._days)
        self.finished = status != ord(LATER)
        found = status == ord(CLAIMS)
        self.given = np.where(found, np.cumsum(found) - 1, -1)
        return self

    def current(self, place: Ints) -> Ints:
        """The finished ones that are the newest of a sentence and person, of sentences with a place."""
        key = self.sentence * max(len(self.names), 1) + self.person
        if int(key.max(initial=0)) > 16 * len(key):
            key = np.unique(key, return_inverse=True)[1]
        newest = np.full(int(key.max(initial=0)) + 1, -1)
        np.maximum.at(newest, key, self.ids)
        return np.flatnonzero((self.ids == newest[key]) & self.finished & (place[self.sentence] >= 0))


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
    moments = [moment[:10] for moment in joined.split(END)] if n else []
    places: dict[str, int] = {}
    return tuple(dict.fromkeys(moments)), _numbered(moments, places)


def _numbered(words: Sequence[str], known: dict[str, int]) -> Ints:
    """The place of each word among those known, to which new ones are added."""
    for word in dict.fromkeys(words):
        known.setdefault(word, len(known))
    return np.fromiter(map(known.__getitem__, words), np.int64, len(words))


def _ints(joined: str | None) -> Ints:
    return np.fromstring(joined, np.int64, sep=",") if joined else np.empty(0, np.int64)


def _split(joined: str | None) -> list[str]:
    return [] if joined is None else joined.split(END)

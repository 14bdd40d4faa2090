"""A project as a team leaves it behind: by rule, written straight into the file.

Documents of 40 sentences, each given to two people in a round; a third of the sentences hold a claim. What
somebody went through is finished; the last documents of everybody are still to do.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from annotator import codebook
from annotator.model import Claim, Role
from annotator.project import Project
from annotator.store import people as people_rows
from annotator.store.file import write
from annotator.store.people import State

LENGTH = 40
PEOPLE_EACH = 2
LEAD = "Cleo"
PASSWORD = "one-to-measure"
IN_A_ROUND = 5_000  # documents
AT_ONCE = 500  # documents in a transaction
TEXT = "قال الرئيس إن القوات ستبقى في المنطقة حتى يعود الهدوء إليها كما جاء في البيان الصادر أمس"
DAY = "2026-01-01T09:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Given:
    """A document that somebody has to do."""

    document: str
    first: int  # the row of its first sentence; the others follow

    def sentences(self) -> Iterator[tuple[str, str, int]]:
        """(document, sentence, row) in reading order."""
        return ((self.document, f"s{n + 1}", self.first + n) for n in range(LENGTH))


def named(number: int) -> str:
    return f"Annotator {number + 1}"


def make(path: Path, documents: int, people: int, to_do: int) -> None:
    """The project, with so many of everybody's documents still to do."""
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        project.add_person(LEAD, Role.LEAD, PASSWORD)
        known = people_rows.state(project.db, LEAD)  # hashing a password for each would take longest
        hashed = known.password if known else None
        with write(project.db):
            for n in range(people):
                person = State(0, named(n), Role.ANNOTATOR, hashed, removed=False)
                people_rows.append(project.db, person, None)
        connection = project.db.conn
        connection.execute("pragma synchronous = off")  # nothing of it is anybody's work
        connection.execute("pragma cache_size = -200000")
        connection.execute("insert into files values ('f', 'many.txt', x'00', null, ?)", (DAY,))
        speakers = [actor.id for actor in project.codebook().actors][:12]
        rule = _Rule(speakers)
        for start in range(0, documents, AT_ONCE):
            connection.execute("begin immediate")
            for number in range(start, min(start + AT_ONCE, documents)):
                if number % IN_A_ROUND == 0:
                    _round(connection, number, min(IN_A_ROUND, documents - number), people)
                takers = _takers(number, people)
                # Everybody gets a document a turn: the turns left are those of the last documents.
                turns_left = (documents - 1 - number) * PEOPLE_EACH // people
                _document(connection, number, takers, rule, answered=turns_left >= to_do)
            connection.execute("commit")


def add(path: Path, documents: int, person: int) -> list[Given]:
    """More documents for one person to do, in the last round; what they are."""
    with Project.open(path) as project:
        connection = project.db.conn
        first = connection.execute("select max(number) from documents").fetchone()[0]
        with write(project.db):
            for number in range(first, first + documents):
                _document(connection, number, [named(person)], _Rule(["putin"]), answered=False)
    return [_given(number) for number in range(first, first + documents)]


def to_do(documents: int, people: int, person: int, last: int) -> list[Given]:
    """The last documents of a person."""
    mine = [n for n in range(documents) if named(person) in _takers(n, people)]
    return [_given(number) for number in mine[-last:]]


def _given(number: int) -> Given:
    return Given(f"{number:016x}", number * LENGTH + 1)


def _takers(number: int, people: int) -> list[str]:
    return [named((number * PEOPLE_EACH + n) % people) for n in range(PEOPLE_EACH)]


class _Rule:
    """Texts and answers, from a fixed seed; a few hundred of each, or making them would take longest."""

    def __init__(self, speakers: Sequence[str]):
        self._draw = random.Random(20_260)
        draw = self._draw
        self._texts = [" ".join(draw.choices(TEXT.split(), k=draw.randint(8, 30))) for _ in range(800)]
        stances, ways = ("ru", "ru", "tr", "tr", "both", "neither", "unclear"), ("direct", "indirect")
        claims = [
            Claim((draw.choice(speakers),), draw.choice(stances), "support", draw.choice(ways), hedged=False)
            for _ in range(400)
        ]
        self._claims = [orjson.dumps([claim]).decode() for claim in claims]

    def text(self) -> str:
        return self._draw.choice(self._texts)

    def answer(self) -> tuple[str, str]:
        """(status, claims)"""
        return (
            ("claims", self._draw.choice(self._claims)) if self._draw.random() < 1 / 3 else ("no_claim", "[]")
        )

    def token(self) -> str:
        return f"{self._draw.getrandbits(96):024x}"


def _document(
    connection: sqlite3.Connection, number: int, takers: Sequence[str], rule: _Rule, *, answered: bool
) -> None:
    execute, many = connection.execute, connection.executemany
    given = _given(number)
    execute(
        "insert into documents (number, id, file, part, created_at) values (?, ?, 'f', ?, ?)",
        (number + 1, given.document, str(number), DAY),
    )
    execute(
        "insert into document_states (document, lang, title, publisher, date, stage, created_at)"
        " values (?, 'ar', ?, 'وكالة', '2019-08-28', 'ready', ?)",
        (given.document, f"نص رقم {number + 1}", DAY),
    )
    execute(
        "insert into texts (id, document, text, method, options, warnings, given, reading, level, created_at)"
        " values (?, ?, '', 'file', '{}', '[]', '[]', 'checked', 'safe', ?)",
        (number + 1, given.document, DAY),
    )
    many(
        "insert into sentences (key, document, source, id, position, kind, text, spans, joins, runs, flags,"
        " unsure_lines, repeats, lost_at)"
        " values (?, ?, ?, ?, ?, 'body', ?, '[]', '[]', '[]', '[]', '[]', '[]', '[]')",
        (
            (key, given.document, number + 1, sid, position, rule.text())
            for position, (_, sid, key) in enumerate(given.sentences())
        ),
    )
    many(
        "insert into assignments (round, document, person, action, created_at) values (?, ?, ?, 'assign', ?)",
        ((_round_of(connection, number), given.document, person, DAY) for person in takers),
    )
    if not answered:
        return
    many(
        "insert into annotations (document, sentence, person, action, status, claims, hard, codebook,"
        " seconds, token, created_at) values (?, ?, ?, 'answer', ?, ?, 0, 1, 7.5, ?, ?)",
        (
            (given.document, key, person, *rule.answer(), f"{key}/{person}/{rule.token()}", DAY)
            for person in takers
            for _, _, key in given.sentences()
        ),
    )
    many(
        "insert into finishes (document, person, action, created_at) values (?, ?, 'finish', ?)",
        ((given.document, person, DAY) for person in takers),
    )


def _round(connection: sqlite3.Connection, first: int, documents: int, people: int) -> None:
    number = first // IN_A_ROUND + 1
    connection.execute("insert into rounds (id, created_at) values (?, ?)", (number, DAY))
    connection.execute(
        "insert into round_states (round, name, overlap, codebook, documents, people, withdrawn, created_at)"
        " values (?, ?, ?, 1, ?, ?, 0, ?)",
        (
            number,
            f"Round {number}",
            PEOPLE_EACH,
            orjson.dumps([f"{n:016x}" for n in range(first, first + documents)]).decode(),
            orjson.dumps([named(n) for n in range(people)]).decode(),
            DAY,
        ),
    )


def _round_of(connection: sqlite3.Connection, number: int) -> int:
    """Documents that come later go into the last round there is."""
    last: int = connection.execute("select max(id) from rounds").fetchone()[0]
    return min(number // IN_A_ROUND + 1, last)

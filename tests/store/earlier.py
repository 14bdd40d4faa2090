"""A project file as an early version left it, with as many answers as wanted."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from annotator import codebook
from annotator.store import file

STEPS = 3
"""The project, its documents and their answers; what came later is missing."""

_AT = "2025-03-01T09:00:00.000Z"
_PEOPLE = ("Ana", "Ben", "Cleo")


def make(path: Path, answers: int = 60) -> None:
    """One document whose sentences three people answered."""
    file.create(path, until=STEPS).close()
    source = codebook.bundled("idlib-2019")
    book = codebook.load(source)
    sentences = max(1, answers // len(_PEOPLE))
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "insert into codebooks (codebook, version, source, created_at) values (?, ?, ?, ?)",
            (book.id, book.version, source, _AT),
        )
        for name, value in (("secret", "0" * 64), ("demo", "0")):
            db.execute("insert into settings (name, value, created_at) values (?, ?, ?)", (name, value, _AT))
        for name in _PEOPLE:
            db.execute("insert into people values (?, ?)", (name, _AT))
            role = "lead" if name == "Cleo" else "annotator"
            db.execute(
                "insert into people_states (person, role, created_at) values (?, ?, ?)", (name, role, _AT)
            )
        _document(db, sentences)
        db.executemany(
            "insert into annotations (document, sentence, person, action, status, claims, comment, hard,"
            " codebook, token, created_at) values ('d', ?, ?, 'answer', 'no_claim', '[]', ?, 0, 1, ?, ?)",
            (
                (key, name, f"{name}, {key}", f"{name}, {key}", _AT)
                for key in range(1, sentences + 1)
                for name in _PEOPLE
            ),
        )


def _document(db: sqlite3.Connection, sentences: int) -> None:
    words = [f"Sentence {n} of an early text." for n in range(1, sentences + 1)]
    text = " ".join(words)
    db.execute("insert into files values ('f', 'early.txt', ?, null, ?)", (text.encode(), _AT))
    db.execute("insert into documents (id, file, created_at) values ('d', 'f', ?)", (_AT,))
    db.execute(
        "insert into document_states (document, lang, title, stage, created_at)"
        " values ('d', 'en', 'Early', 'ready', ?)",
        (_AT,),
    )
    db.execute(
        "insert into texts (document, text, method, options, warnings, given, reading, level, created_at)"
        " values ('d', ?, 'text', '{}', '[]', '[]', 'automatic', 'none', ?)",
        (text, _AT),
    )
    places = []
    at = 0
    for n, one in enumerate(words):
        places.append((f"s{n + 1}", float(n), one, f"[[{at},{at + len(one)}]]", f"[[0,{at},{len(one)}]]"))
        at += len(one) + 1
    db.executemany(
        "insert into sentences (document, source, kind, joins, flags, unsure_lines, repeats, lost_at, id,"
        " position, text, spans, runs) values ('d', 1, 'body', '[]', '[]', '[]', '[]', '[]', ?, ?, ?, ?, ?)",
        places,
    )


def steps(path: Path) -> int:
    """How many steps its schema has gone."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        return int(db.execute("select count(*) from _sqlite_migrations").fetchone()[0])


def answers(path: Path) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute("select id, sentence, person, status, comment from annotations").fetchall()

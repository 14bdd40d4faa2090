"""Two project files side by side: what the other has, row by row, and what of it is added to this one.

Rows keep their order and get new numbers, as far above this file's own as they were above none. What they
refer to is found through small tables that last as long as the connection.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from annotator.store import numbers
from annotator.store.migrations import migrations

Key = tuple[Any, ...]


@contextlib.contextmanager
def beside(db: Database, other: Path) -> Iterator[None]:
    """The other file under the name `other`, of the same schema as this one."""
    db.execute("attach database ? as other", (str(other),))
    try:
        applied = {row[0] for row in db.execute("select name from other._sqlite_migrations")}
        assert applied == set(migrations.names), "opened before, so brought up to date"
        db.conn.executescript(
            """
            create temp table joined_books (theirs integer primary key, ours integer);
            create temp table joined_documents (id text primary key);
            create temp table joined_sentences (theirs integer primary key, ours integer);
            create temp table joined_answers (theirs integer primary key, ours integer);
            create temp table joined_changes (theirs integer primary key, ours integer);
            create temp table chosen (theirs integer primary key);
            """
        )
        yield
    finally:
        for table in (
            "joined_books",
            "joined_documents",
            "joined_sentences",
            "joined_answers",
            "joined_changes",
            "chosen",
        ):
            db.execute(f"drop table if exists temp.{table}")
        db.execute("detach database other")


def codebooks(db: Database, file: str) -> list[tuple[str, str, str]]:
    """(id, version, source) in `main` or `other`, the oldest first."""
    return db.execute(f"select codebook, version, source from {file}.codebooks order by id").fetchall()


def join_codebooks(db: Database) -> None:
    db.execute(
        """
        insert into joined_books select theirs.id, ours.id from other.codebooks theirs
        join main.codebooks ours on ours.codebook = theirs.codebook and ours.version = theirs.version
        """
    )


def people(db: Database, file: str) -> list[tuple[str, str]]:
    """(name, role) of everybody in `main` or `other`, as they are now."""
    sql = f"""
        select person, role from {file}.people_states
        where id in (select max(id) from {file}.people_states group by person) order by id
    """
    return db.execute(sql).fetchall()


def add_people(db: Database) -> list[str]:
    """Everybody who is only in the other file, with their roles and without their passwords."""
    sql = """
        select name from other.people where name not in (select name from main.people) order by rowid
    """
    names = [row[0] for row in db.execute(sql)]
    for name in names:
        db.execute("insert into main.people select * from other.people where name = ?", (name,))
        db.execute(
            """
            insert into main.people_states (person, role, password, removed, changed_by, created_at)
            select person, role, null, removed, changed_by, created_at
            from other.people_states where person = ? order by id
            """,
            (name,),
        )
    return names


# ------------------------------------------------------------------ documents


def documents(db: Database) -> list[tuple[str, bool, bool]]:
    """(id, whether it is here too, whether both count in the same text) of the other's documents."""
    sql = """
        select theirs.id, ours.id is not null,
               (select text from other.texts where document = theirs.id order by id desc limit 1)
               is (select text from main.texts where document = theirs.id order by id desc limit 1)
        from other.documents theirs left join main.documents ours on ours.id = theirs.id
        order by theirs.number
    """
    return [(id, bool(here), bool(same)) for id, here, same in db.execute(sql)]


def not_ready(db: Database) -> set[str]:
    """The documents that annotators of the other file cannot open."""
    sql = """
        select document from other.document_states
        where id in (select max(id) from other.document_states group by document) and stage <> 'ready'
    """
    return {row[0] for row in db.execute(sql)}


def copy_document(db: Database, id: str) -> None:
    """A document that is only in the other file, with its file, its history and all its sentences."""
    texts, changes, keys = last(db, "texts"), last(db, "changes"), last(db, "sentences", "key")
    values = {"id": id, "texts": texts, "changes": changes, "keys": keys}
    db.execute(
        """
        insert into main.files select * from other.files
        where sha256 = (select file from other.documents where id = :id)
          and sha256 not in (select sha256 from main.files)
        """,
        {"id": id},
    )
    for sql in _DOCUMENT:
        db.execute(sql, {name: value for name, value in values.items() if f":{name}" in sql})
    for row, about in db.execute(
        "select id, about from main.changes where document = ? and id > ?", (id, changes)
    ).fetchall():
        moved = _moved(orjson.loads(about), {"change": changes, "text": texts})
        db.execute("update main.changes set about = ? where id = ?", (orjson.dumps(moved).decode(), row))


_DOCUMENT = (
    """
    insert into main.documents (id, file, part, person, created_at)
    select id, file, part, person, created_at from other.documents where id = :id
    """,
    """
    insert into main.document_states
        (document, lang, title, publisher, author, date, url, stage, person, created_at)
    select document, lang, title, publisher, author, date, url, stage, person, created_at
    from other.document_states where document = :id order by id
    """,
    """
    insert into main.texts
    select id + :texts, document, text, method, encoding, options, warnings, given, reading, level, person,
           created_at
    from other.texts where document = :id order by id
    """,
    """
    insert into main.changes
    select id + :changes, document, kind, about, person, created_at
    from other.changes where document = :id order by id
    """,
    """
    insert into main.sentences
    select key + :keys, document, source + :texts, made_by + :changes, id, position, kind, text, spans,
           joins, runs, flags, unsure_lines, repeats, lost_at, paragraph
    from other.sentences where document = :id order by key
    """,
    """
    insert into main.retirements
    select sentence + :keys, change + :changes from other.retirements
    where sentence in (select key from other.sentences where document = :id)
    """,
    """
    insert into joined_sentences
    select key, key + :keys from other.sentences where document = :id
    """,
    "insert into joined_documents values (:id)",
)


def _moved(about: Mapping[str, Any], by: Mapping[str, int]) -> dict[str, Any]:
    return {name: value + by[name] if name in by else value for name, value in about.items()}


def join_sentences(db: Database, id: str) -> None:
    """The sentences of a document in both files that are the same to the letter."""
    db.execute("insert into joined_documents values (:id)", {"id": id})
    db.execute(
        """
        insert into joined_sentences
        select theirs.key, ours.key from other.sentences theirs
        join main.sentences ours on ours.document = theirs.document and ours.id = theirs.id
             and ours.text = theirs.text and ours.spans = theirs.spans
        where theirs.document = :id
          and theirs.key not in (select sentence from other.retirements)
          and ours.key not in (select sentence from main.retirements)
        """,
        {"id": id},
    )


def unjoined(db: Database) -> list[tuple[str, str, str]]:
    """(document, sentence, person) of the other's answers, final ones too, to sentences that are not here."""
    sql = """
        select s.document, s.id, a.person
        from other.sentences s join (
            select sentence, person from other.annotations
            union select sentence, 'final' from other.settlements
        ) a on a.sentence = s.key
        where s.key not in (select theirs from joined_sentences)
          and s.key not in (select sentence from other.retirements)
        group by s.key, a.person order by s.key, a.person
    """
    return db.execute(sql).fetchall()


def of_other_kinds(db: Database) -> list[str]:
    """document/sentence of those that are a heading in one file, say, and text in the other."""
    sql = """
        select ours.document || '/' || ours.id from joined_sentences j
        join main.sentences ours on ours.key = j.ours join other.sentences theirs on theirs.key = j.theirs
        where ours.kind <> theirs.kind order by ours.key
    """
    return [row[0] for row in db.execute(sql)]


# ------------------------------------------------------------------ speakers and rounds


def speaker_changes(db: Database, file: str) -> list[Key]:
    sql = f"select kind, speaker, about, target, person, created_at from {file}.speaker_changes order by id"
    return db.execute(sql).fetchall()


def copy_speaker_changes(db: Database, after: int) -> None:
    """Those that came after the first so many, which both have under the same numbers."""
    db.execute(
        """
        insert into main.speaker_changes
        select * from other.speaker_changes
        where id not in (select id from other.speaker_changes order by id limit :after) order by id
        """,
        {"after": after},
    )


def add_speakers(db: Database, ids: Sequence[str]) -> None:
    """Speakers whom only the other file has, as they were added there."""
    db.execute(
        """
        insert into main.speaker_changes (kind, speaker, about, target, person, created_at)
        select kind, speaker, about, null, person, created_at from other.speaker_changes
        where kind = 'add' and speaker in (select value from json_each(:ids)) order by id
        """,
        {"ids": orjson.dumps(list(ids)).decode()},
    )


def rounds(db: Database, file: str) -> list[Key]:
    """Every state of every round and every assignment."""
    states = (
        f"select round, name, documents, people, withdrawn, created_at from {file}.round_states order by id"
    )
    given = f"select round, document, person, action, created_at from {file}.assignments order by id"
    return [*db.execute(states).fetchall(), *db.execute(given).fetchall()]


def copy_rounds(db: Database) -> None:
    """The rounds of the other, where this file has none."""
    for sql in (
        "insert into main.rounds select * from other.rounds order by id",
        """
        insert into main.round_states
        select r.id, round, name, overlap, due, b.ours, documents, people, withdrawn, person, created_at
        from other.round_states r join joined_books b on b.theirs = r.codebook order by r.id
        """,
        """
        insert into main.assignments select * from other.assignments
        where document in (select id from joined_documents) order by id
        """,
        "insert into main.repeats select * from other.repeats order by id",
    ):
        db.execute(sql)


def sentence_names(db: Database) -> dict[int, str]:
    """document/sentence of every sentence that is in both."""
    sql = """
        select key, document || '/' || id from main.sentences
        where key in (select ours from joined_sentences)
    """
    return dict(db.execute(sql).fetchall())


def last(db: Database, table: str, column: str = "id") -> int:
    """The highest number of this file's, and of those that pages know from before a restore."""
    highest = int(db.execute(f"select coalesce(max({column}), 0) from main.{table}").fetchone()[0])
    return max(highest, numbers.above(db)) if table in numbers.SEEN else highest

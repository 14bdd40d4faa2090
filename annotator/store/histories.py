"""What two project files say of the same things: one history beside the other, and what is new of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson
from sqlite_utils import Database

from annotator.store.merging import Key, last


@dataclass(frozen=True, slots=True)
class History:
    """A table whose rows of one key are the history of one thing."""

    table: str
    key: tuple[str, ...]  # with the sentence or document first
    said: tuple[str, ...]  # what a row says; two rows that say the same are the same


ANSWERS = History(
    "annotations",
    ("sentence", "person"),
    ("status", "claims", "comment", "hard", "duplicate_of", "created_at"),
)
SECOND_ANSWERS = History(
    "second_answers",
    ("sentence", "person"),
    ("status", "claims", "comment", "hard", "duplicate_of", "created_at"),
)
FINALS = History(
    "settlements",
    ("sentence",),
    ("action", "kind", "status", "claims", "comment", "reason", "note", "person", "created_at"),
)
FINISHES = History("finishes", ("document", "person"), ("action", "reason", "changed_by", "created_at"))
DESCRIPTIONS = History(
    "document_states",
    ("document",),
    ("lang", "title", "publisher", "author", "date", "url", "stage", "created_at"),
)

NEW, MORE, SAME, OTHER, APART = "new", "more", "same", "other", "apart"

Stays = Callable[[Key, Sequence[int]], bool]
"""Whether what is new of a history, by its key and the numbers of these rows, stays in the other file."""


def compared(db: Database, history: History, stays: Stays | None = None) -> Iterator[tuple[str, Key]]:
    """How each history of the other stands to the one here: new, more, same, other; or apart, since it stays
    there for a reason of its own. What is new is chosen."""
    db.execute("delete from chosen")
    ours = _histories(db, history, "main")
    theirs = _histories(db, history, "other")
    for key, rows in theirs.items():
        held = ours.get(key, [])
        said, known = [row[1:] for row in rows], [row[1:] for row in held]
        begins, behind = said[: len(known)] == known, known[: len(said)] == said
        fresh = [row[0] for row in (rows[len(known) :] if begins else rows[-1:])]
        apart = stays is not None and not behind and stays(key, fresh)
        if begins and not apart:
            _choose(db, fresh)
        if history is ANSWERS and (begins or behind):
            _join_answers(db, zip(rows, held, strict=False))
        if apart:
            yield APART, key
        elif not known:
            yield NEW, key
        elif begins and len(said) > len(known):
            yield MORE, key
        elif behind:
            yield SAME, key
        elif known[-1][:-1] == said[-1][:-1]:  # by other ways to the same
            if history is ANSWERS:
                _join_answers(db, [(rows[-1], held[-1])])
            yield SAME, key
        else:
            yield OTHER, key


def _histories(db: Database, history: History, file: str) -> dict[Key, list[Key]]:
    """The rows of each key, each with its number first, the oldest first; keys are this file's."""
    named = ", ".join(f"t.{name}" for name in history.said)
    others = "".join(f", t.{name}" for name in history.key[1:])
    if history.key[0] == "document":
        sql = f"""
            select t.document{others}, t.id, {named} from {file}.{history.table} t
            where t.document in (select id from joined_documents) order by t.id
        """
    else:
        side = "ours" if file == "main" else "theirs"
        sql = f"""
            select j.ours{others}, t.id, {named} from {file}.{history.table} t
            join joined_sentences j on j.{side} = t.sentence order by t.id
        """
    found: dict[Key, list[Key]] = {}
    width = len(history.key)
    for row in db.execute(sql):
        found.setdefault(row[:width], []).append(row[width:])
    return found


def _choose(db: Database, ids: Iterable[int]) -> None:
    db.conn.executemany("insert into chosen values (?)", ((id,) for id in ids))


def _join_answers(db: Database, pairs: Iterable[tuple[Key, Key]]) -> None:
    db.conn.executemany(
        "insert into joined_answers values (?, ?)", ((theirs[0], ours[0]) for theirs, ours in pairs)
    )


def copy_answers(db: Database, moved: Sequence[str]) -> int:
    """The chosen answers. Only with a document that came along (`moved`) do the changes that carried some."""
    values = {"last": last(db, "annotations"), "moved": orjson.dumps(list(moved)).decode()}
    db.execute(
        "insert into joined_answers select theirs, theirs + :last from chosen", {"last": values["last"]}
    )
    changes = _changes_moved(db, moved)
    db.conn.executemany("insert into joined_changes values (?, ?)", changes.items())
    done = db.execute(
        """
        insert into main.annotations
        select a.id + :last, a.document, s.ours, a.person,
               case when a.action = 'carried' and c.ours is null then 'answer' else a.action end,
               t.ours, a.status, a.claims, a.comment, a.hard, a.duplicate_of, b.ours, a.seconds,
               case when a.token in (select token from main.annotations) then null else a.token end,
               c.ours, a.created_at
        from chosen join other.annotations a on a.id = chosen.theirs
        join joined_sentences s on s.theirs = a.sentence
        join joined_books b on b.theirs = a.codebook
        left join joined_answers t on t.theirs = a.target
        left join joined_changes c on c.theirs = a.change
        order by a.id
        """,
        {"last": values["last"]},
    )
    return int(done.rowcount)


def _changes_moved(db: Database, moved: Sequence[str]) -> dict[int, int]:
    """Where the changes of documents that came along went."""
    found: dict[int, int] = {}
    for id in moved:
        sql = "select id from {}.changes where document = ? order by id"
        theirs, ours = ([row[0] for row in db.execute(sql.format(file), (id,))] for file in ("other", "main"))
        found |= dict(zip(theirs, ours, strict=True))
    return found


def copy_second_answers(db: Database) -> int:
    done = db.execute(
        """
        insert into main.second_answers
            (id, sentence, person, status, claims, comment, hard, duplicate_of, codebook, seconds, token,
             created_at)
        select a.id + :last, s.ours, a.person, a.status, a.claims, a.comment, a.hard, a.duplicate_of, b.ours,
               a.seconds,
               case when a.token in (select token from main.second_answers) then null else a.token end,
               a.created_at
        from chosen join other.second_answers a on a.id = chosen.theirs
        join joined_sentences s on s.theirs = a.sentence
        join joined_books b on b.theirs = a.codebook order by a.id
        """,
        {"last": last(db, "second_answers")},
    )
    return int(done.rowcount)


def copy_finals(db: Database) -> int:
    """The chosen final answers, each resting on the same answers by their numbers here."""
    done = db.execute(
        """
        insert into main.settlements
        select f.id + :last, f.document, s.ours, f.action, f.kind, f.status, f.claims, f.comment, f.reason,
               f.note,
               (select json_group_array(ours) from (
                   select j.ours from json_each(f.votes) v join joined_answers j on j.theirs = v.value
                   order by j.ours)),
               b.ours, f.person, f.created_at, c.ours,
               case when c.ours is not null and f.origin in (select theirs from chosen)
                    then f.origin + :last end
        from chosen join other.settlements f on f.id = chosen.theirs
        join joined_sentences s on s.theirs = f.sentence
        join joined_books b on b.theirs = f.codebook
        left join joined_changes c on c.theirs = f.change order by f.id
        """,
        {"last": last(db, "settlements")},
    )
    return int(done.rowcount)


def naming(db: Database, history: History, speakers: Iterable[str]) -> frozenset[int]:
    """The other's rows whose claims name one of these speakers, as the source or on the way."""
    sql = f"""
        select distinct t.id from other.{history.table} t, json_each(t.claims) claim
        where exists (
            select 1 from json_each(:ids) one where one.value in (
                select value from json_each(claim.value, '$.speaker')
                union all select value from json_each(claim.value, '$.via')
            )
        )
    """
    ids = orjson.dumps(list(speakers)).decode()
    return frozenset(row[0] for row in db.execute(sql, {"ids": ids}))


def copy_descriptions(db: Database) -> int:
    done = db.execute(
        """
        insert into main.document_states
            (document, lang, title, publisher, author, date, url, stage, person, created_at)
        select document, lang, title, publisher, author, date, url, stage, person, created_at
        from chosen join other.document_states d on d.id = chosen.theirs order by d.id
        """
    )
    return int(done.rowcount)


def copy_finishes(db: Database) -> int:
    done = db.execute(
        """
        insert into main.finishes (document, person, action, reason, changed_by, created_at)
        select document, person, action, reason, changed_by, created_at
        from chosen join other.finishes f on f.id = chosen.theirs order by f.id
        """
    )
    return int(done.rowcount)

"""Answers: every one appended, the newest of a sentence and person current."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlite_utils import Database

from annotator.model import Annotation, Answer, Claim, Sentence, Status
from annotator.store import numbers, sentences
from annotator.store.file import now
from annotator.store.rows import select

_COLUMNS = """
    a.id, a.sentence, a.person, a.status, a.claims, a.comment, a.hard, a.duplicate_of,
    a.created_at as updated_at,
    (select codebook || '@' || version from codebooks where codebooks.id = a.codebook) as codebook,
    (select created_at from annotations f where f.sentence = a.sentence and f.person = a.person
     order by f.id limit 1) as first_at,
    (select sum(seconds) from annotations f
     where f.sentence = a.sentence and f.person = a.person) as all_seconds
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer about to be appended."""

    sentence: Sentence
    person: str
    answer: Answer
    codebook: int
    action: str = "answer"  # or "undo", "redo", then with the answer it is about; or "carried"
    target: int | None = None
    change: int | None = None  # the change of the text that carried the answer here
    token: str | None = None
    seconds: float | None = None
    at: str | None = None  # only sample data carries its own time


def append(db: Database, draft: Draft) -> int:
    """Add an answer; its id."""
    given = db.conn.execute(
        _APPEND,
        {
            "document": draft.sentence.document,
            "sentence": draft.sentence.key,
            "person": draft.person,
            "action": draft.action,
            "target": draft.target,
            "change": draft.change,
            "status": draft.answer.status.value,
            "claims": orjson.dumps(draft.answer.claims).decode(),
            "comment": draft.answer.comment,
            "hard": int(draft.answer.hard),
            "duplicate_of": draft.answer.duplicate_of,
            "codebook": draft.codebook,
            "seconds": draft.seconds,
            "token": draft.token,
            "created_at": draft.at or now(),
        },
    )
    return int(given.lastrowid or 0)


# Said here in full: sqlite-utils asks the file for its tables before each.
_APPEND = f"""
    insert into annotations (
        id, document, sentence, person, action, target, change, status, claims, comment, hard, duplicate_of,
        codebook, seconds, token, created_at
    ) values (
        ({numbers.FRESH.format(table="annotations")}),
        :document, :sentence, :person, :action, :target, :change, :status, :claims, :comment, :hard,
        :duplicate_of, :codebook, :seconds, :token, :created_at
    )
"""


def get(db: Database, id: int) -> Annotation:
    sql = f"select {_COLUMNS} from annotations a where a.id = :id"
    return _annotation(next(select(db, sql, {"id": id})))


def known(db: Database, id: int) -> Annotation | None:
    """The same for an id that somebody else gives."""
    found = db.execute("select 1 from annotations where id = :id", {"id": id}).fetchone()
    return get(db, id) if found else None


def sentence_of(db: Database, id: int) -> str:
    """The name of the sentence that an answer is about."""
    sql = "select s.id from annotations a join sentences s on s.key = a.sentence where a.id = :id"
    return str(db.conn.execute(sql, {"id": id}).fetchone()[0])


def current(db: Database, sentence: int, person: str) -> Annotation | None:
    """A person's answer about a sentence as it stands."""
    sql = f"""
        select {_COLUMNS} from annotations a
        where a.sentence = :sentence and a.person = :person order by a.id desc limit 1
    """
    row = next(select(db, sql, {"sentence": sentence, "person": person}), None)
    return _annotation(row) if row else None


def by_token(db: Database, token: str) -> int | None:
    """The answer already stored for a form that was sent twice."""
    row = db.execute("select id from annotations where token = :token", {"token": token}).fetchone()
    return row[0] if row else None


def of_document(db: Database, document: str, person: str) -> dict[str, Annotation]:
    """A person's current answers in a document, by sentence id."""
    sql = f"""
        select s.id as sentence_id, {_COLUMNS}
        from current_answers a join current_sentences s on s.key = a.sentence
        where a.document = :document and a.person = :person
    """
    rows = select(db, sql, {"document": document, "person": person})
    return {row.pop("sentence_id"): _annotation(row) for row in rows}


def of_person(db: Database, person: str, about: Sequence[Sentence]) -> dict[str, Annotation]:
    """A person's current answers about these sentences, by sentence id."""
    ids = {sentence.key: sentence.id for sentence in about}
    sql = f"""
        select {_COLUMNS} from annotations a where a.id in (
            select max(id) from annotations
            where person = :person and sentence in (select value from json_each(:keys)) group by sentence
        )
    """
    rows = select(db, sql, {"person": person, "keys": orjson.dumps(list(ids)).decode()})
    return {ids[row["sentence"]]: _annotation(row) for row in rows}


def of_sentences(db: Database, keys: Sequence[int]) -> list[tuple[Annotation, int | None]]:
    """Everybody's current answers about these sentences, each with the change that carried it there."""
    sql = f"""
        select a.change, {_COLUMNS} from current_answers a
        where a.sentence in (select value from json_each(:keys)) order by a.person, a.sentence
    """
    rows = select(db, sql, {"keys": orjson.dumps(list(keys)).decode()})
    return [(_annotation(row), row["change"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer and how it came to be stored."""

    annotation: Annotation
    action: str  # "answer", "undo", "redo", "carried"
    change: int | None  # the change of the text that carried it


def ever_of_sentences(db: Database, keys: Sequence[int], person: str | None = None) -> list[Stored]:
    """Every answer ever stored about these sentences, of one person or of everybody, oldest first."""
    sql = f"""
        select a.action, a.change, {_COLUMNS} from annotations a
        where a.sentence in (select value from json_each(:keys)) and (:person is null or a.person = :person)
        order by a.id
    """
    rows = select(db, sql, {"keys": orjson.dumps(list(keys)).decode(), "person": person})
    return [Stored(_annotation(row), row["action"], row["change"]) for row in rows]


def last_answer(db: Database, document: str, person: str) -> int | None:
    """The newest answer that is not undone: what undo would take back."""
    sql = """
        select a.id from annotations a
        where a.document = :document and a.person = :person and a.action = 'answer'
          and not exists (select 1 from retirements r where r.sentence = a.sentence)
          and coalesce((select u.action from annotations u where u.target = a.id
                        order by u.id desc limit 1), 'redo') = 'redo'
        order by a.id desc limit 1
    """
    row = db.execute(sql, {"document": document, "person": person}).fetchone()
    return row[0] if row else None


def last_undone(db: Database, document: str, person: str) -> int | None:
    """The answer taken back last, unless a new answer was given since: what redo would restore."""
    sql = """
        select u.target from annotations u
        where u.document = :document and u.person = :person and u.action = 'undo'
          and u.id > coalesce((select max(id) from annotations where document = :document
                               and person = :person and action = 'answer'), 0)
          and not exists (select 1 from retirements r where r.sentence = u.sentence)
          and not exists (select 1 from annotations r where r.target = u.target and r.id > u.id)
        order by u.id desc limit 1
    """
    row = db.execute(sql, {"document": document, "person": person}).fetchone()
    return row[0] if row else None


def last_turn(db: Database, target: int, person: str) -> str | None:
    """What was last done to that answer of this person: "undo", "redo", or nothing yet."""
    sql = """
        select action from annotations where target = :target and person = :person order by id desc limit 1
    """
    row = db.execute(sql, {"target": target, "person": person}).fetchone()
    return str(row[0]) if row else None


def before(db: Database, id: int) -> Annotation | None:
    """The state of the same sentence and person just before that answer."""
    sql = f"""
        select {_COLUMNS} from annotations a, annotations this
        where this.id = :id and a.sentence = this.sentence and a.person = this.person
          and a.id < :id order by a.id desc limit 1
    """
    row = next(select(db, sql, {"id": id}), None)
    return _annotation(row) if row else None


def any_of(db: Database, document: str) -> bool:
    """Whether anybody ever answered anything about the document."""
    sql = "select 1 from annotations where document = :document limit 1"
    return db.execute(sql, {"document": document}).fetchone() is not None


def given(db: Database, person: str, most: int) -> int:
    """How many answers a person ever gave, counted up to `most`."""
    sql = """
        select count(*) from (
            select 1 from annotations where person = :person and action = 'answer' limit :most
        )
    """
    return int(db.execute(sql, {"person": person, "most": most}).fetchone()[0])


def last_given(db: Database) -> dict[str, str]:
    """When everybody gave their newest answer."""
    sql = """
        select person, created_at from annotations where id in (
            select max(id) from annotations where action = 'answer' group by person
        )
    """
    return {row["person"]: row["created_at"] for row in select(db, sql)}


def done(db: Database, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """How many sentences of these kinds each person finished and skipped, by document."""
    sql = """
        select a.document, a.person,
               sum(a.status in ('claims', 'no_claim')) as done, sum(a.status = 'skipped') as skipped
        from current_answers a join current_sentences s on s.key = a.sentence
        where s.kind in (select value from json_each(:kinds))
        group by a.document, a.person
    """
    return list(select(db, sql, {"kinds": orjson.dumps(list(kinds)).decode()}))


def queued(db: Database, kinds: Sequence[str]) -> dict[str, int]:
    """How many sentences of these kinds each document has."""
    sql = """
        select document, count(*) from current_sentences
        where kind in (select value from json_each(:kinds)) group by document
    """
    return dict(db.execute(sql, {"kinds": orjson.dumps(list(kinds)).decode()}).fetchall())


@dataclass(frozen=True, slots=True)
class Filter:
    """Which answers to take; None takes all."""

    documents: tuple[str, ...] | None = None
    people: tuple[str, ...] | None = None
    statuses: tuple[str, ...] | None = None

    def values(self) -> dict[str, str | None]:
        chosen = {"documents": self.documents, "people": self.people, "statuses": self.statuses}
        return {k: None if v is None else orjson.dumps(v).decode() for k, v in chosen.items()}


# Bylines and links are never exported; what is only a comment so far is no answer.
_FILTERED = """
    from current_sentences s join current_answers a on a.sentence = s.key
    where a.status <> 'todo' and s.kind not in ('byline', 'url')
      and (:documents is null or s.document in (select value from json_each(:documents)))
      and (:people is null or a.person in (select value from json_each(:people)))
      and (:statuses is null or a.status in (select value from json_each(:statuses)))
"""


def stream(db: Database, filter: Filter) -> Iterator[tuple[Sentence, Annotation]]:
    """Current answers by document, reading order and person, a document at a time."""
    sql = f"""
        select {_COLUMNS} {_FILTERED} and s.document = :document order by s.position, a.person
    """
    for (document,) in db.execute("select id from documents order by number").fetchall():
        if filter.documents is not None and document not in filter.documents:
            continue
        answered = list(select(db, sql, {**filter.values(), "document": document}))
        if answered:
            by_key = {sentence.key: sentence for sentence in sentences.of_document(db, document)}
            yield from ((by_key[row["sentence"]], _annotation(row)) for row in answered)


def count(db: Database, filter: Filter) -> int:
    return int(db.execute(f"select count(*) {_FILTERED}", filter.values()).fetchone()[0])


def remarked(db: Database) -> list[tuple[Sentence, Annotation]]:
    """Current answers with a comment, a note or a flag, the newest first."""
    sql = f"""
        select {_COLUMNS} from current_answers a join current_sentences s on s.key = a.sentence
        where a.comment is not null or a.hard
           or exists (select 1 from json_each(a.claims) claim
                      where claim.value ->> 'note' is not null or claim.value ->> 'hard')
        order by a.id desc
    """
    found = [_annotation(row) for row in select(db, sql)]
    return [(sentences.by_key(db, annotation.sentence), annotation) for annotation in found]


def claims_of(stored: str | bytes) -> tuple[Claim, ...]:
    """Claims as they are stored, in JSON."""
    return tuple(_claim(item) for item in orjson.loads(stored))


def answer_of(row: dict[str, Any]) -> Answer:
    """What one person decided, as a row has it."""
    return Answer(
        status=Status(row["status"]),
        claims=claims_of(row["claims"]),
        comment=row["comment"],
        hard=bool(row["hard"]),
        duplicate_of=row["duplicate_of"],
    )


def _annotation(row: dict[str, Any]) -> Annotation:
    return Annotation(
        id=row["id"],
        sentence=row["sentence"],
        person=row["person"],
        answer=answer_of(row),
        codebook=row["codebook"],
        seconds=row["all_seconds"],
        created_at=row["first_at"],
        updated_at=row["updated_at"],
    )


_TUPLES = tuple(f.name for f in dataclasses.fields(Claim) if "tuple" in str(f.type))


def _claim(item: dict[str, Any]) -> Claim:
    for name in _TUPLES:
        item[name] = tuple(tuple(v) if isinstance(v, list) else v for v in item[name])
    return Claim(**item)

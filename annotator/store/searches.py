"""Looking through all sentences: by their folded text, which is kept beside them, and by what was answered.

`folded_sentences` is a cache: it can be emptied at any time, and what is missing is folded anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlite_utils import Database

Fold = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What sentences must have; None and empty ask for nothing."""

    documents: Sequence[str]
    words: Sequence[str] = ()  # folded, in the text
    answered: bool = False  # by somebody in the way that follows
    people: Sequence[str] | None = None
    statuses: Sequence[str] = ()
    labels: Mapping[str, Sequence[str]] | None = None
    flagged: bool = False
    commented: bool = False
    remarks: Sequence[str] = ()  # folded, in a comment or a note


def unfolded(db: Database, most: int) -> list[tuple[int, str]]:
    """(key, text) of sentences whose folded text is not there yet; keys only grow."""
    sql = """
        select key, text from sentences
        where key > (select coalesce(max(sentence), 0) from folded_sentences) order by key limit :most
    """
    return [(row[0], row[1]) for row in db.execute(sql, {"most": most}).fetchall()]


def keep(db: Database, folded: Sequence[tuple[int, str]]) -> None:
    sql = "insert into folded_sentences (sentence, text) values (?, ?) on conflict do nothing"
    db.conn.executemany(sql, folded)


def found(db: Database, asked: Asked, fold: Fold, after: int | None, most: int) -> list[int]:
    """The keys of sentences in reading order, document after document, after that one."""
    sql, values = _query(db, asked, fold)
    place = db.execute(_PLACE, {"key": after}).fetchone() if after is not None else None
    number, position = place or (-1, 0)
    values.update(number=number, position=position, most=most)
    return [row[0] for row in db.execute(sql, values).fetchall()]


# ------------------------------------------------------------------ the question

_PLACE = """
    select number, position from sentences join documents on documents.id = sentences.document
    where key = :key
"""

_CHOICES = {
    "speaker": "exists (select 1 from json_each(c.value, '$.speaker') o where {in})",
    "via": "exists (select 1 from json_each(c.value, '$.via') o where {in})",
    "propositions": "exists (select 1 from json_each(c.value, '$.propositions') o where {in})",
}
_CHOICE = "exists (select json_extract(c.value, '$.{field}') as value where {in})"

_NOTED = "exists (select 1 from json_each(a.claims) c where json_extract(c.value, '$.note') is not null)"
_REMARKS = """
    coalesce(a.comment, '') || char(10) || coalesce((
        select group_concat(json_extract(c.value, '$.note'), char(10)) from json_each(a.claims) c
    ), '')
"""


def _query(db: Database, asked: Asked, fold: Fold) -> tuple[str, dict[str, object]]:
    """Only constants and names of ours stand in the text of the query; what people typed is a value."""
    values: dict[str, object] = {"documents": _json(asked.documents)}
    where = []
    for n, word in enumerate(asked.words):
        values[f"word_{n}"] = word
        where.append(f"instr(f.text, :word_{n})")
    if asked.answered or asked.remarks:
        where.append(f"s.key in ({_answered(db, asked, fold, values)})")
    texts = "cross join folded_sentences f on f.sentence = s.key" if asked.words else ""
    sql = f"""
        select s.key
        from documents d cross join sentences s on s.document = d.id {texts}
        where d.id in (select value from json_each(:documents))
          and (d.number > :number or (d.number = :number and s.position > :position))
          and s.key not in (select sentence from retirements)
          {"".join(f" and {one}" for one in where)}
        order by d.number, s.position limit :most
    """
    return sql, values


def _answered(db: Database, asked: Asked, fold: Fold, values: dict[str, object]) -> str:
    """The sentences that somebody answered so. What is cheap to see comes before what is not."""
    conditions = ["a.document in (select value from json_each(:documents))"]
    if asked.people is not None:
        values["people"] = _json(asked.people)
        conditions.append("a.person in (select value from json_each(:people))")
    if asked.statuses:
        values["statuses"] = _json(asked.statuses)
        conditions.append("a.status in (select value from json_each(:statuses))")
    else:
        conditions.append("(a.status <> 'todo' or a.comment is not null or a.hard)")
    if asked.flagged:
        conditions.append("a.hard")
    if asked.commented:
        conditions.append(f"(a.comment is not null or {_NOTED})")
    for n, word in enumerate(asked.remarks):
        # Found by Python: SQL cannot fold.
        db.conn.create_function("folded", 1, fold, deterministic=True)
        values[f"remark_{n}"] = word
        conditions.append(f"instr(folded({_REMARKS}), :remark_{n})")
    if asked.labels:
        conditions += _label_conditions(asked.labels, values)
    newest = """
        a.id = (select max(n.id) from annotations n where n.sentence = a.sentence and n.person = a.person)
    """
    return f"select a.sentence from annotations a where {' and '.join([*conditions, newest])}"


def _label_conditions(labels: Mapping[str, Sequence[str]], values: dict[str, object]) -> list[str]:
    spelled, chosen = [], []
    for n, (field, ids) in enumerate(labels.items()):
        values[f"ids_{n}"] = _json(ids)
        inside = f"value in (select i.value from json_each(:ids_{n}) i)"
        chosen.append(_CHOICES.get(field, _CHOICE).replace("{field}", field).replace("{in}", inside))
        # Looking for the id as it is stored costs a tenth of reading the claims.
        either = []
        for m, id in enumerate(ids):
            values[f"id_{n}_{m}"] = f'"{id}"'
            either.append(f"instr(a.claims, :id_{n}_{m})")
        spelled.append(f"({' or '.join(either)})")
    return [*spelled, f"exists (select 1 from json_each(a.claims) c where {' and '.join(chosen)})"]


def _json(values: Sequence[str]) -> str:
    return orjson.dumps(list(values)).decode()

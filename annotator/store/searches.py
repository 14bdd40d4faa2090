"""Looking through all sentences: by their folded text, which is kept beside them, and by what was answered.

`folded_sentences` and `folded_remarks` are caches: emptied, they are filled anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Asked:
    """What sentences must have; None and empty ask for nothing."""

    documents: Sequence[str]
    words: Sequence[str] = ()  # folded, in the text
    answered: bool = False  # by somebody, in the way that follows
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


def unfolded_remarks(db: Database, most: int) -> list[tuple[int, str]]:
    """(answer, its comment and notes) of answers with some, not folded yet; answers are only appended."""
    sql = """
        select id, coalesce(comment, '') || char(10) || coalesce((
                   select group_concat(json_extract(value, '$.note'), char(10)) from json_each(claims)
               ), '')
        from annotations
        where id > (select coalesce(max(answer), 0) from folded_remarks)
          and (comment is not null or instr(claims, '"note":"')) order by id limit :most
    """
    return [(row[0], row[1]) for row in db.execute(sql, {"most": most}).fetchall()]


def keep_remarks(db: Database, folded: Sequence[tuple[int, str]]) -> None:
    sql = "insert into folded_remarks (answer, text) values (?, ?) on conflict do nothing"
    db.conn.executemany(sql, folded)


def found(db: Database, asked: Asked, after: int | None, most: int) -> list[int]:
    """The keys of sentences in reading order, document after document, after that one."""
    sql, values = _query(asked)
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


def _query(asked: Asked) -> tuple[str, dict[str, object]]:
    """Only constants and names of ours stand in the text of the query; what people typed is a value."""
    values: dict[str, object] = {"documents": _json(asked.documents)}
    where = []
    for n, word in enumerate(asked.words):
        values[f"word_{n}"] = word
        where.append(f"instr(f.text, :word_{n})")
    if asked.answered:
        where.append(_answered(asked, values))
    texts = "cross join folded_sentences f on f.sentence = s.key" if asked.words else ""
    # The plus keeps SQLite to the order of documents: it can stop at the last one wanted, and sorts nothing.
    sql = f"""
        select s.key
        from documents d cross join sentences s on s.document = d.id {texts}
        where +d.id in (select value from json_each(:documents))
          and d.number >= :number and (d.number > :number or s.position > :position)
          and s.key not in (select sentence from retirements)
          {"".join(f" and {one}" for one in where)}
        order by d.number, s.position limit :most
    """
    return sql, values


def _answered(asked: Asked, values: dict[str, object]) -> str:
    """That somebody answered so. What is cheap to see comes before what is not."""
    conditions = []
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
    for n, word in enumerate(asked.remarks):
        values[f"remark_{n}"] = word
        conditions.append(f"instr(r.text, :remark_{n})")
    if asked.labels:
        conditions += _label_conditions(asked.labels, values)
    conditions.append("""
        a.id = (select max(n.id) from annotations n where n.sentence = a.sentence and n.person = a.person)
    """)
    met = " and ".join(conditions)
    if asked.commented or asked.remarks:  # few answers have some: they are all looked at, once
        return f"""s.key in (
            select a.sentence from folded_remarks r cross join annotations a on a.id = r.answer where {met}
        )"""
    return f"exists (select 1 from annotations a where a.sentence = s.key and {met})"


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

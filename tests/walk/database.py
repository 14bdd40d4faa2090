"""The project file read by itself: one person's current answers, and how many rows were ever stored."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.walk.answers import Answer, Claim, Spans

CURRENT = """
    select s.id, a.status, a.claims, a.comment, a.hard, a.duplicate_of
    from annotations a join sentences s on s.key = a.sentence
    where a.person = :person and a.document = :document
      and a.id = (select max(b.id) from annotations b where b.sentence = a.sentence and b.person = a.person)
"""


class Database:
    def __init__(self, path: Path, document: str, person: str):
        self.db = sqlite3.connect(path)
        self.who = {"document": document, "person": person}

    def rows(self) -> int:
        sql = "select count(*) from annotations where person = :person and document = :document"
        return int(self.db.execute(sql, self.who).fetchone()[0])

    def answers(self) -> dict[str, Answer]:
        return {row[0]: _answer(*row[1:]) for row in self.db.execute(CURRENT, self.who)}

    def close(self) -> None:
        self.db.close()


def _answer(status: str, claims: str, comment: str | None, hard: int, duplicate_of: str | None) -> Answer:
    return Answer(status, tuple(_claim(one) for one in json.loads(claims)), comment, bool(hard), duplicate_of)


def _claim(stored: Mapping[str, Any]) -> Claim:
    def spans(role: str) -> Spans:
        return tuple((start, end) for start, end in stored[f"{role}_spans"])

    return Claim(
        speaker=tuple(stored["speaker"]),
        stance=stored["stance"],
        polarity=stored["polarity"],
        attribution=stored["attribution"],
        via=tuple(stored["via"]),
        words=stored["speaker_text"],
        propositions=tuple(sorted(stored["propositions"])),
        source=spans("source"),
        cue=spans("cue"),
        content=spans("content"),
    )

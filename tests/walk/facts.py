"""What the walk knows of the project from outside: the codebook's TOML and the rows of the file."""

from __future__ import annotations

import json
import re
import sqlite3
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SKIPPED_KINDS = ("byline", "url", "other")


@dataclass(frozen=True)
class Sentence:
    id: str
    key: int
    kind: str
    text: str
    repeats: str | None

    @property
    def words(self) -> list[tuple[int, int]]:
        """Words that stand plainly between blanks: nothing but letters, so no rule about signs is needed."""
        return [found.span() for found in re.finditer(r"(?<!\S)[^\W\d_]+(?!\S)", self.text)]

    @property
    def tokens(self) -> list[tuple[int, int]]:
        """All that the arrows stop at."""
        return [one.span() for one in re.finditer(r"\S+", self.text) if re.search(r"\w", one.group())]


@dataclass(frozen=True)
class Facts:
    document: str
    sentences: dict[str, Sentence]  # that can be opened, in reading order
    speakers: dict[str, str]  # digit → actor
    found: dict[str, str]  # name typed into the search → actor without a digit
    stances: dict[str, str]  # letter → label
    sided: frozenset[str]  # stances that can be rejected
    attributions: dict[str, str]
    propositions: tuple[str, ...]

    @property
    def queued(self) -> list[str]:
        return [sid for sid, sentence in self.sentences.items() if sentence.kind == "body"]


def read(path: Path) -> Facts:
    with sqlite3.connect(path) as db:
        (source,) = db.execute("select source from codebooks order by id desc limit 1").fetchone()
        rows = db.execute(
            "select document, id, key, kind, text, repeats from current_sentences order by position"
        ).fetchall()
    book = tomllib.loads(source)
    fields = {field["id"]: field for field in book["field"]}
    stances = fields["stance"]["label"]
    sentences = [
        Sentence(id, key, kind, text, next(iter(json.loads(repeats)), None) if kind == "pullquote" else None)
        for _, id, key, kind, text, repeats in rows
        if kind not in SKIPPED_KINDS
    ]
    return Facts(
        document=rows[0][0],
        sentences={sentence.id: sentence for sentence in sentences},
        speakers={actor["key"]: actor["id"] for actor in book["actor"] if "key" in actor},
        found={actor["name"]["en"]: actor["id"] for actor in book["actor"] if "key" not in actor},
        stances=_keyed(stances),
        sided=frozenset(label["id"] for label in stances if label.get("sides")),
        attributions=_keyed(fields["attribution"]["label"]),
        propositions=tuple(one["id"] for one in book["proposition"]),
    )


def _keyed(labels: list[dict[str, Any]]) -> dict[str, str]:
    letters = iter("QWERTY" if any("sides" in label for label in labels) else "ASDFG")
    return {label.get("key") or next(letters): label["id"] for label in labels}

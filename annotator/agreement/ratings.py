"""Finished answers as columns: what the arithmetic reads, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain

import numpy as np
import orjson
from numpy.typing import NDArray

from annotator.agreement.sums import Ints
from annotator.model import Answer, Kind


@dataclass(frozen=True, slots=True)
class Rated:
    """One queued sentence with the finished answers to it, by annotator.

    Where known, also by annotator: `numbers` grow in the order of answering, `days` are ISO dates.
    """

    document: str
    sentence_id: str
    order: int
    text: str
    kind: Kind
    answers: Mapping[str, Answer]
    numbers: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ratings:
    """N sentences of G documents with R finished answers of P people, one entry per column and row.

    This is the entry for rows straight from a database: numbers and text, no record per answer. Only
    current answers with status claims or no_claim, of queued kinds, of people who are compared, and at most
    one of a person about a sentence; a sentence with a single answer may be given and is not counted.

    `documents` (G) and `people` (P): names. For each sentence: `document` (N), a place in `documents`; `ids`
    (N), its name in the document, in reading order; `texts` (N), or None, which leaves the words out. For
    each answer: `sentence` (R) and `person` (R), places in those; `claims` (R), the stored JSON, "[]" for no
    claim; where known `number` (R), growing in the order of answering (the row's id), and `day` (R), the ISO
    date of the answer ("2026-11-22", or longer), for drift and weeks.

    Equal `claims` are read once, so answers without marked words cost one look-up each.
    """

    documents: Sequence[str]
    people: Sequence[str]
    document: Sequence[int] | Ints
    ids: Sequence[str]
    texts: Sequence[str] | None
    sentence: Sequence[int] | Ints
    person: Sequence[int] | Ints
    claims: Sequence[str | bytes]
    number: Sequence[int] | Ints | None = None
    day: Sequence[str] | None = None


def columns(sentences: Iterable[Rated]) -> Ratings:
    """The same from one record per sentence; answers that are not finished are left out."""
    documents: dict[str, int] = {}
    people: dict[str, int] = {}
    document, ids, texts = [], [], []
    sentence, person, claims, number, day = [], [], [], [], []
    for rated in sentences:
        finished = {name: answer for name, answer in rated.answers.items() if answer.finished}
        document.append(documents.setdefault(rated.document, len(documents)))
        ids.append(rated.sentence_id)
        texts.append(rated.text)
        for name, answer in finished.items():
            sentence.append(len(ids) - 1)
            person.append(people.setdefault(name, len(people)))
            claims.append(orjson.dumps(answer.claims))
            number.append(rated.numbers.get(name, 0))
            day.append(rated.days.get(name, ""))
    return Ratings(
        tuple(documents), tuple(people), document, ids, texts, sentence, person, claims,
        number if any(number) else None, day if any(day) else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Readings:
    """Every distinct answer once, its claims numbered through: reading r has claims first[r] … first[r+1]−1.

    Codes of a claim are places in `speakers`, `stances`, `attributions`, −1 for blank. `sets`: the set of
    positions taken in a reading, a place in `stance_sets`, −1 if it has claims and none names a position.
    `spans`: by field ("content", "cue", "source") where those of each claim begin (C + 1,), and start and end
    of each span (·, 2); `marked` (C,) whether a claim has any.
    """

    first: Ints
    speakers: list[frozenset[str]]
    stances: list[tuple[str, str | None]]
    attributions: list[str]
    stance_sets: list[frozenset[tuple[str, str | None]]]
    speaker: Ints
    stance: Ints
    attribution: Ints
    sets: Ints
    spans: dict[str, tuple[Ints, Ints]]
    marked: dict[str, NDArray[np.bool_]]

    def claims(self, reading: int) -> range:
        return range(int(self.first[reading]), int(self.first[reading + 1]))


FIELDS = ("content", "cue", "source")


def read(claims: Sequence[str | bytes], left_out: frozenset[str]) -> tuple[Ints, Readings]:
    """(reading of each answer (R,), the readings). Claims of an actor in `left_out` are passed over.

    Raises ValueError (of orjson) for what is no JSON list of claims.
    """
    known = {one: place for place, one in enumerate(dict.fromkeys(claims))}
    reading = np.fromiter(map(known.__getitem__, claims), np.int64, len(claims))
    first = [0]
    speakers: dict[frozenset[str], int] = {}
    stances: dict[tuple[str, str | None], int] = {}
    attributions: dict[str, int] = {}
    stance_sets: dict[frozenset[tuple[str, str | None]], int] = {}
    speaker, stance, attribution, sets = [], [], [], []
    spans: dict[str, list[list[list[int]]]] = {name: [] for name in FIELDS}
    content, cue, source = (spans[name] for name in FIELDS)
    for one in known:
        taken = set()
        for claim in orjson.loads(one):
            who = frozenset(claim["speaker"])
            if left_out and not left_out.isdisjoint(who):
                continue
            position = (claim["stance"], claim["polarity"])
            said = claim["attribution"]
            speaker.append(speakers.setdefault(who, len(speakers)) if who else -1)
            attribution.append(-1 if said is None else attributions.setdefault(said, len(attributions)))
            if position[0] is None:
                stance.append(-1)
            else:
                stance.append(stances.setdefault(position, len(stances)))
                taken.add(position)
            content.append(claim["content_spans"])
            cue.append(claim["cue_spans"])
            source.append(claim["source_spans"])
        none_named = len(speaker) > first[-1] and not taken
        sets.append(-1 if none_named else stance_sets.setdefault(frozenset(taken), len(stance_sets)))
        first.append(len(speaker))
    flat = {name: _flat(spans[name]) for name in FIELDS}
    return reading, Readings(
        _ints(first), list(speakers), list(stances), list(attributions), list(stance_sets),
        _ints(speaker), _ints(stance), _ints(attribution), _ints(sets), flat,
        {name: np.diff(flat[name][0]) > 0 for name in FIELDS},
    )  # fmt: skip


def _flat(spans: list[list[list[int]]]) -> tuple[Ints, Ints]:
    ends = np.array([0, *accumulate(map(len, spans))], np.int64)
    return ends, np.fromiter(chain.from_iterable(chain.from_iterable(spans)), np.int64).reshape(-1, 2)


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)

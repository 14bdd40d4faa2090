"""Finished answers as columns: what the arithmetic reads, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from annotator.agreement.letters import Texts
from annotator.agreement.stored import FIELDS, Joined, Spans, parted, spans_of
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
    (N), its name in the document, in reading order; `texts` (N), or what gives them when they are needed, or
    None, which leaves the words out. For each answer: `sentence` (R) and `person` (R), places in those;
    `claims` (R), the stored JSON, "[]" for no claim, or with `given` (R), a place in `claims` or −1 for no
    claim, as many as there are; where known `number` (R), growing in the order of answering (the row's id),
    and `day` (R), the ISO date of the answer ("2026-11-22", or longer) or with `days` a place there, for
    drift and weeks.

    Equal `claims` are read once, so answers without marked words cost one look-up each. Those with marked
    words, which are hardly ever equal, are read faster as `Joined`; then `given` must be there.
    """

    documents: Sequence[str]
    people: Sequence[str]
    document: Sequence[int] | Ints
    ids: Sequence[str]
    texts: Sequence[str] | Callable[[], Texts] | None
    sentence: Sequence[int] | Ints
    person: Sequence[int] | Ints
    claims: Sequence[str | bytes] | Joined
    number: Sequence[int] | Ints | None = None
    day: Sequence[str] | Ints | None = None
    given: Ints | None = None
    days: Sequence[str] | None = None


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


NO_CLAIM = "[]"


def read(
    claims: Sequence[str | bytes] | Joined, left_out: frozenset[str], given: Ints | None = None
) -> tuple[Ints, Readings]:
    """(reading of each answer (R,), the readings). Claims of an actor in `left_out` are passed over.

    Raises ValueError (of orjson) for what is no JSON list of claims.
    """
    reading, number, said, kind, spans = _apart(claims, given)
    names = _Codes()
    codes = np.full((len(said), 4), -1)
    for place in np.flatnonzero(np.bincount(kind, minlength=len(said))).tolist():
        codes[place] = names.claim(said[place], left_out)
    if left_out:
        counted = codes[kind, 3] > 0
        number = np.bincount(np.repeat(np.arange(len(number)), number)[counted], minlength=len(number))
        spans = {name: spans_of(*found, np.flatnonzero(counted)) for name, found in spans.items()}
        kind = kind[counted]
    first = np.cumsum(np.append(0, number))
    return reading, Readings(
        first, list(names.speakers), list(names.stances), list(names.attributions), names.sets,
        codes[kind, 0], codes[kind, 1], codes[kind, 2], _sets(names, first, codes[kind, 1]), spans,
        {name: np.diff(spans[name][0]) > 0 for name in FIELDS},
    )  # fmt: skip


def _apart(
    claims: Sequence[str | bytes] | Joined, given: Ints | None
) -> tuple[Ints, Ints, list[dict[str, Any]], Ints, Spans]:
    """(reading of each answer (R,), number of claims of each reading, what is said in claims, the place of
    each claim of the readings there, the words)."""
    if isinstance(claims, Joined):
        if given is None:
            raise ValueError("joined answers need to be given")
        try:
            return _cut(claims, given)
        except ValueError:
            claims = claims.split()
    if given is not None:
        given, used = _used(given, len(claims))
        claims = claims if used.all() else list(compress(claims, used.tolist()))
    known = {one: place for place, one in enumerate(dict.fromkeys(claims))}
    reading = np.fromiter(map(known.__getitem__, claims), np.int64, len(claims))
    if given is not None:
        reading = np.append(reading, known.setdefault(NO_CLAIM, len(known)))[given]
    number, stored, spans = parted([one if isinstance(one, str) else one.decode() for one in known])
    kinds = {one: place for place, one in enumerate(dict.fromkeys(stored))}
    kind = np.fromiter(map(kinds.__getitem__, stored), np.int64, len(stored))
    return reading, number, [orjson.loads(one)[0] for one in kinds], kind, spans


def _cut(claims: Joined, given: Ints) -> tuple[Ints, Ints, list[dict[str, Any]], Ints, Spans]:
    number, said, kind, spans = claims.cut()
    given, used = _used(given, len(number))
    if not used.all():
        own = np.flatnonzero(np.repeat(used, number))
        number, kind = number[used], kind[own]
        spans = {name: spans_of(*some, own) for name, some in spans.items()}
    reading = np.where(given < 0, len(number), given)
    return reading, np.append(number, 0), said, kind, spans


def _used(given: Ints, n: int) -> tuple[Ints, NDArray[np.bool_]]:
    """Places among those of n answers that somebody gives (still), and which these are."""
    used = np.zeros(n + 1, bool)
    used[given] = True  # the last one for no claim
    return np.append(np.cumsum(used[:-1]) - 1, -1)[given], used[:-1]


def _sets(names: _Codes, first: Ints, stance: Ints) -> Ints:
    """The set of positions of each reading, numbered in order of first use."""
    number = np.diff(first)
    single = len(names.stances) + 1
    pattern = np.zeros(len(number), np.int64)  # 0 for no claim, 1 to `single` for one, more for several
    pattern[number == 1] = stance[first[:-1][number == 1]] + 2
    several: dict[tuple[int, ...], int] = {}
    for place in np.flatnonzero(number > 1).tolist():
        taken = tuple(stance[first[place] : first[place + 1]].tolist())
        pattern[place] = single + 1 + several.setdefault(taken, len(several))
    at = np.full(int(pattern.max(initial=0)) + 1, -1)
    at[pattern[::-1]] = np.arange(len(number))[::-1]  # where each is first
    sets = np.full(len(at), -1)
    for n in np.sort(at[at >= 0]).tolist():
        sets[pattern[n]] = names.set(tuple(stance[first[n] : first[n + 1]].tolist()))
    return sets[pattern]


class _Codes:
    """Numbers for the values of claims, in order of first use; −1 for blank."""

    def __init__(self) -> None:
        self.speakers: dict[frozenset[str], int] = {}
        self.stances: dict[tuple[str, str | None], int] = {}
        self.attributions: dict[str, int] = {}
        self.sets: list[frozenset[tuple[str, str | None]]] = []
        self._single: dict[str, int] = {}
        self._set_of: dict[tuple[int, ...], int] = {}

    def claim(self, claim: dict[str, Any], left_out: frozenset[str]) -> tuple[int, int, int, int]:
        """(speaker, stance, attribution, 1 or 0 for one that does not count) of a claim as stored."""
        if left_out and not left_out.isdisjoint(claim["speaker"]):
            return -1, -1, -1, 0
        return (
            self.speaker(claim["speaker"]), self.stance(claim["stance"], claim["polarity"]),
            self.attribution(claim["attribution"]), 1,
        )  # fmt: skip

    def speaker(self, who: list[str]) -> int:
        if len(who) != 1:
            return self.speakers.setdefault(frozenset(who), len(self.speakers)) if who else -1
        code = self._single.get(who[0])
        if code is None:
            code = self.speakers.setdefault(frozenset(who), len(self.speakers))
            self._single[who[0]] = code
        return code

    def stance(self, label: str | None, polarity: str | None) -> int:
        return -1 if label is None else self.stances.setdefault((label, polarity), len(self.stances))

    def attribution(self, label: str | None) -> int:
        return -1 if label is None else self.attributions.setdefault(label, len(self.attributions))

    def set(self, taken: tuple[int, ...]) -> int:
        """Of the positions taken in one answer; −1 if there are claims and none names a position."""
        code = self._set_of.get(taken)
        if code is None:
            code = -1
            named = list(self.stances)
            one = frozenset(named[stance] for stance in taken if stance >= 0)
            if one or not taken:
                if one not in self.sets:
                    self.sets.append(one)
                code = self.sets.index(one)
            self._set_of[taken] = code
        return code


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)

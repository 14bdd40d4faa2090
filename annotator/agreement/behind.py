"""Which sentences stand behind a number, and the breakdowns of one question."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.compared import differing as differing_codes
from annotator.agreement.compared import figure
from annotator.agreement.drift import Drift, drift
from annotator.agreement.found import Found
from annotator.agreement.mixups import Habit, Mixups, habits, mixups
from annotator.agreement.parts import NO_SHARES, Part, Shares, chance, pairs, parts, week
from annotator.agreement.report import Report
from annotator.agreement.shared import Shared
from annotator.agreement.sums import distinct, each_row


@dataclass(frozen=True, slots=True)
class Parts:
    """One question by annotator, document, week, pair, and annotator and week: see `Part`.

    `weeks` and `annotator_weeks`, keyed by ISO week ("2026-W47") and (name, week), are empty where the days
    of the answers are not known.
    """

    annotators: Sequence[Part]
    documents: Shares
    weeks: Sequence[Part]
    pairs: Sequence[Part]
    annotator_weeks: Sequence[Part]


BY = ("annotators", "documents", "weeks", "pairs", "annotator_weeks")


def parts_of(report: Report, id: str, by: Collection[str] = BY) -> Parts:
    """The layer `id` (a key of `report.compared`) in exact parts: agreement.md 4.8.

    Only those named in `by` are computed; the others stay empty.
    """
    compared, all = report.compared[id], report.shared
    each = compared.values
    place = all.document[compared.row]
    row = compared.row[each.unit]
    over = place if report.layer(id).documents != 1 else compared.row
    by_chance = chance(compared, over)
    within = over[each.unit]
    who = all.person[row, each.slot]
    weeks, of_day = _weeks(all)
    day = all.day[row, each.slot]
    when = np.where(day >= 0, of_day[day], -1) if len(of_day) else day
    both = np.where(when >= 0, who * max(len(weeks), 1) + when, -1)
    names = [(name, week) for name in all.people for week in weeks]
    weekly = bool(weeks) and "weeks" in by, bool(weeks) and "annotator_weeks" in by
    return Parts(
        annotators=parts(each, who, all.people, within, by_chance) if "annotators" in by else (),
        documents=parts(each, place[each.unit], all.documents, row, by_chance, held=True)
        if "documents" in by
        else NO_SHARES,
        weeks=parts(each, when, weeks, within, by_chance) if weekly[0] else (),
        pairs=pairs(compared, all.person[compared.row], all.people, over, by_chance) if "pairs" in by else (),
        annotator_weeks=parts(each, both, names, within, by_chance) if weekly[1] else (),
    )


def mixups_of(report: Report, id: str) -> Mixups:
    """Which answers are mixed up in a nominal question. Raises ValueError for F1 and other distances."""
    compared = report.compared[id]
    if compared.distances is not None or compared.measure == "f1":
        raise ValueError(f"“{id}” has no labels to mix up")
    return mixups(compared, figure(compared, report.shared.document[compared.row]))


def habits_of(report: Report, id: str) -> tuple[Habit, ...]:
    """How each annotator uses the labels of a question, beside the others on the same units."""
    compared, all = report.compared[id], report.shared
    return habits(compared, all.person[compared.row], all.people)


def drift_of(report: Report, id: str) -> tuple[Drift, ...]:
    """Who has moved away from the others, in the order of answering; empty where that is not known."""
    compared, all = report.compared[id], report.shared
    each = compared.values
    row = compared.row[each.unit]
    number = all.number[row, each.slot]
    who = all.person[row, each.slot]
    days = np.array([*all.days, ""], object)  # −1, not known, is the last one
    found = []
    for person in distinct(who[number >= 0]).tolist():
        own = np.flatnonzero((who == person) & (number >= 0))
        own = own[np.argsort(number[own], kind="stable")]
        on = days[all.day[row[own], each.slot[own]]]
        found.append(drift(all.people[person], each.apart[own], on, Found(all, row[own])))
    return tuple(found)


def behind(
    report: Report,
    id: str,
    *,
    differing: bool = False,
    labels: tuple[Any, Any] | None = None,
    people: Sequence[str] = (),
    document: str | None = None,
    during: str | None = None,
) -> Found:
    """The sentences that the figure `id` counts, or one part of it.

    `differing`: only those whose answers differ; `labels`: a cell, both answers given to the same thing (one
    label twice: given twice); `people`: one annotator's row, or the pair of two, then their two answers alone
    are looked at; `document`, `during` (an ISO week): that part. All conditions hold of one unit at once.
    Raises KeyError for an unknown layer, ValueError for an unknown person.
    """
    compared, all = report.compared[id], report.shared
    codes = compared.codes
    kept = compared.ratings > 0
    chosen = codes
    if people:
        person = all.person[compared.row]
        places = [all.people.index(name) for name in people]
        rated = [_some((person == place) & (codes >= 0)) for place in places]
        kept &= np.logical_and.reduce(rated)
        if len(people) > 1:
            chosen = np.where(np.isin(person, places), codes, -1)
    if labels is not None:
        kept &= _holds(compared.labels, chosen, labels)
        if len(people) == 1 and labels[0] != labels[1]:
            kept &= _holds_own(compared.labels, codes, person == places[0], labels)
    if differing:
        kept &= differing_codes(chosen) if len(people) > 1 else compared.differs
    if document is not None:
        kept &= all.document[compared.row] == all.documents.index(document)
    if during is not None:
        kept &= _during(all, compared.row, codes, during)
    rows = distinct(compared.row[kept])
    return Found(all, rows)


def _holds(known: Sequence[Any], codes: NDArray[Any], labels: tuple[Any, Any]) -> NDArray[np.bool_]:
    first, second = (list(known).index(label) if label in known else -2 for label in labels)
    if first == second:
        return np.asarray(each_row(np.add, codes == first) > 1)
    return np.asarray(_some(codes == first) & _some(codes == second))


def _some(table: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(each_row(np.logical_or, table))


def _holds_own(
    known: Sequence[Any], codes: NDArray[Any], own: NDArray[np.bool_], labels: tuple[Any, Any]
) -> NDArray[np.bool_]:
    """One of the two labels is this person's."""
    places = [list(known).index(label) for label in labels if label in known]
    return _some(own & np.isin(codes, places))


def _during(all: Shared, row: NDArray[Any], codes: NDArray[Any], during: str) -> NDArray[np.bool_]:
    weeks, of_day = _weeks(all)
    if during not in weeks:
        return np.zeros(len(row), bool)
    day = all.day[row]
    when = np.where(day >= 0, of_day[day], -1)
    return _some((codes >= 0) & (when == weeks.index(during)))


def _weeks(all: Shared) -> tuple[list[str], NDArray[np.int64]]:
    """(the ISO weeks in order, the place of each of `all.days`)."""
    of_day = [week(day) for day in all.days]
    weeks = sorted(set(of_day))
    return weeks, np.array([weeks.index(one) for one in of_day], np.int64)


# ------------------------------------------------------------------ how sentences differ


def differing(report: Report) -> Found:
    """The sentences that differ in any question but their words: those of `Report.disagreements`."""
    all = report.shared
    found = np.zeros(len(all.ids), bool)
    for id in ("claim", "same", "speaker", "stance", "attribution"):
        compared = report.compared[id]
        found[compared.row[compared.differs]] = True
    return Found(all, np.flatnonzero(found))


def differences(report: Report) -> dict[str, Found]:
    """The sentences that differ in each way: `report.DIFFERENCES`, and in the words marked as content.

    The same as those of `Report.disagreements`, without the readings.
    """
    all = report.shared
    found = all.found
    finished = found >= 0
    most = found.max(axis=1, initial=-1)
    least = np.where(finished, found, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max)
    claim = (least == 0) & (most > 0)
    least_found = np.where(found > 0, found, np.iinfo(np.int64).max).min(
        axis=1, initial=np.iinfo(np.int64).max
    )
    number = (most > 0) & (least_found < most)
    finders = (found > 0)[all.row]
    missed = np.zeros(len(found), bool)
    missed[all.row[(finders & (all.claims < 0)).any(axis=1)]] = True
    marks = {"claim": claim, "number": number, "same": missed & ~claim & ~number}
    told = {id: Found(all, np.flatnonzero(mark)) for id, mark in marks.items()}
    for id in ("speaker", "stance", "attribution", "content"):
        if id in report.compared:
            told[id] = behind(report, id, differing=True)
    return told

"""Agreement with oneself: the same sentences, answered again by the same person after a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from annotator.agreement.ratings import Rated
from annotator.agreement.report import Report, report
from annotator.agreement.shown import as_json

FIRST, SECOND = "first", "second"
"""The names that the two passes have in the report, in place of people."""


def oneself(
    first: Iterable[Rated], second: Iterable[Rated], *, left_out: Collection[str] = ()
) -> Mapping[str, Report]:
    """Person → the report of their two passes: every figure by the same arithmetic as between people.

    A sentence counts for a person who finished it in both. People without such a sentence are left out.
    Intervals are over documents, as always. Nothing of this enters agreement between people.
    """
    again = {(rated.document, rated.sentence_id): rated for rated in second}
    twice: dict[str, list[Rated]] = {}
    for rated in first:
        later = again.get((rated.document, rated.sentence_id))
        for name in sorted(rated.answers.keys() & later.answers.keys()) if later else ():
            answers = {FIRST: rated.answers[name], SECOND: later.answers[name]} if later else {}
            if all(answer.finished for answer in answers.values()):
                twice.setdefault(name, []).append(replace(rated, answers=answers, numbers={}, days={}))
    return {name: report(some, left_out=left_out) for name, some in sorted(twice.items())}


def oneself_as_json(reports: Mapping[str, Report]) -> dict[str, Any]:
    """Person → how many sentences they answered twice, and the figures of every question."""
    shown = {name: as_json(found) for name, found in reports.items()}
    return {name: {key: one[key] for key in ("sentences", "layers")} for name, one in shown.items()}

"""What the address of the agreement pages asks for, and the figures for it, kept while nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import current_app, g, request, url_for

from annotator import agreement
from annotator.agreement import Drift, Habit, Mixups, Parts, Report
from annotator.agreement.found import Found
from annotator.model import Invalid, Missing
from annotator.web.kept import Kept

T = TypeVar("T")

COUNTED, NOT_COUNTED = "counted", "not-counted"
MOST = 3  # filters whose figures are kept
SAFE = "!$'()*,/:;?@"  # stay as they are in a query, as Werkzeug writes it
BY = ("annotators", "documents", "weeks", "pairs", "annotator_weeks")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is compared; None is all of it. `visible`: where this person may see others' answers."""

    documents: tuple[str, ...] | None
    people: tuple[str, ...] | None
    own_voice: bool
    round: int | None
    visible: tuple[str, ...] | None

    @property
    def narrowed(self) -> bool:
        return bool(self.documents or self.people or self.round) or not self.own_voice

    def asked(self) -> dict[str, Any]:
        """For the project's methods."""
        documents = self.visible if self.documents is None else self.documents
        return {
            "documents": documents, "people": self.people, "own_voice": self.own_voice, "round": self.round,
        }  # fmt: skip


class Counted:
    """A report and its breakdowns, each counted when it is first asked for."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._kept: dict[Hashable, Any] = {}

    def parts(self, id: str) -> Parts:
        return self.once(("parts", id), lambda: agreement.parts_of(self.report, id, BY))

    def mixups(self, id: str) -> Mixups:
        return self.once(("mixups", id), lambda: agreement.mixups_of(self.report, id))

    def habits(self, id: str) -> tuple[Habit, ...]:
        return self.once(("habits", id), lambda: agreement.habits_of(self.report, id))

    def drift(self, id: str) -> tuple[Drift, ...]:
        return self.once(("drift", id), lambda: agreement.drift_of(self.report, id))

    def differing_in(self, id: str) -> Found:
        """The sentences that differ in a question."""
        return self.once(("differing", id), lambda: agreement.behind(self.report, id, differing=True))

    def differing(self) -> Found:
        """Those that differ in any way but their words, in reading order."""
        return self.once("differing", lambda: agreement.differing(self.report))

    def once(self, key: Hashable, count: Callable[[], T]) -> T:
        """Whatever else follows from the project as it stands."""
        if key not in self._kept:
            self._kept[key] = count()
        kept: T = self._kept[key]
        return kept


def counted(filter: Filter) -> Counted:
    """The figures for a filter, counted unless nothing changed since they were."""
    kept: Kept[Counted] = current_app.extensions.setdefault("agreement", Kept(MOST))
    key = (g.secret, g.project.last_change(), filter)  # going back to a copy makes the secret another
    return kept.get(key) or kept.keep(key, Counted(g.project.figures(**filter.asked())))


def chosen() -> Filter:
    """What the address asks for, if this person may see it."""
    documents, people = request.args.getlist("document"), request.args.getlist("person")
    voice = request.args.get("author", COUNTED)
    visible = g.project.seen_by(g.person)
    for doc_id in documents:
        g.project.document(doc_id)
        if visible is not None and doc_id not in visible:
            g.project.must_see(doc_id, g.person)
    known = {person.name for person in g.project.people()}
    for name in people:
        if name not in known:
            raise Missing("There is nobody named %(name)s in this project.", name=name)
    if voice not in (COUNTED, NOT_COUNTED):
        raise Invalid(
            "The author's claims are %(one)s or %(other)s, not “%(voice)s”.",
            one=COUNTED,
            other=NOT_COUNTED,
            voice=voice,
        )
    return Filter(
        tuple(documents) or None, tuple(people) or None, voice == COUNTED, _round(), visible
    )  # fmt: skip


def _round() -> int | None:
    asked = request.args.get("round")
    if not asked:
        return None
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 9:
        raise Missing("There is no round %(id)s in this project.", id=asked[:40])
    return int(g.project.round(int(asked)).id)


def address(**changed: Any) -> dict[str, Any]:
    """This page's own query with something changed; None takes it away."""
    query: dict[str, Any] = {**request.args.to_dict(flat=False), **changed}
    return {key: value for key, value in query.items() if value is not None}


def leading_to(endpoint: str) -> Callable[..., str]:
    """`url_for` of `address`, for a page that asks for it hundreds of times."""
    path = url_for(endpoint)

    def leading(**changed: Any) -> str:
        query = urlencode(address(**changed), doseq=True, safe=SAFE)
        return f"{path}?{query}" if query else path

    return leading

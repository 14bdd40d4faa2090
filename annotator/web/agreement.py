"""Agreement: can these labels be trusted, question by question, and where do readings differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from annotator import agreement
from annotator.agreement import CLAIM_VALUES, DIFFERENCE_WORDS, Disagreement, Layer, Report, Row, Voice
from annotator.model import Claim, Document, Invalid, Missing, Role, Said
from annotator.web import layout

bp = Blueprint("agreement", __name__)

COUNTED, NOT_COUNTED = "counted", "not-counted"
SHOWS = {
    "claim": ("claim",),
    "same": ("number", "same"),
    "speaker": ("speaker",),
    "stance": ("stance",),
    "attribution": ("attribution",),
}
"""Question → the differences that its row opens."""

FIRST_TOLD = ("claim", "stance", "speaker", "attribution")
"""Which of several differences the folded list shows."""


@dataclass(frozen=True)
class Page:
    """Everything the templates ask about."""

    report: Report
    documents: Mapping[str, Document]
    numbers: Mapping[tuple[str, str], int]
    simulated: frozenset[str]
    only: str | None

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The questions this codebook asks."""
        return self.report.layers

    @property
    def headline(self) -> Layer:
        """The question the whole page is about: the position, where the codebook asks for one."""
        by_id = {layer.id: layer for layer in self.layers}
        return by_id.get("stance") or by_id.get("speaker") or by_id["claim"]

    @property
    def compared_simulated(self) -> list[str]:
        return [name for name in self.report.people if name in self.simulated]

    @property
    def shown(self) -> Sequence[Disagreement]:
        return self.report.disagreements if self.only is None else self._of(self.only)

    @property
    def notes(self) -> list[Said]:
        """What the badges of the questions mean, each once."""
        return list(dict.fromkeys(note for layer in self.layers for note in _notes(layer)))

    def notes_of(self, layer: Layer) -> list[int]:
        """Numbers of the notes on this question, from 1."""
        return [self.notes.index(note) + 1 for note in _notes(layer)]

    def glance(self, each: Disagreement) -> tuple[str, list[tuple[Voice, Claim | None]]]:
        """One difference for the folded list: which, and the claim in which each voice shows it."""
        told = next((id for id in FIRST_TOLD if id in each.differs), "number")
        row = next((row for row in each.rows if told in row.differs), None)
        claims = row.claims if row else (None,) * len(each.voices)
        return told, list(zip(each.voices, claims, strict=True))

    def odd(self, row: Row, question: str) -> frozenset[int]:
        """The places in a row whose answer is not the most frequent one; all of them where none is."""
        values = [None if claim is None else CLAIM_VALUES[question](claim) for claim in row.claims]
        counts = Counter(value for value in values if value is not None)
        if len(counts) < 2:
            return frozenset()
        (common, most), (_, second) = counts.most_common(2)
        kept = common if most > second else None
        return frozenset(n for n, value in enumerate(values) if value is not None and value != kept)

    def differing(self, layer: Layer) -> int:
        """How many sentences differ in this question."""
        return len(self._of(layer.id))

    def _of(self, question: str) -> list[Disagreement]:
        return [each for each in self.report.disagreements if set(SHOWS[question]) & set(each.differs)]


@bp.get("/agreement")
def show() -> ResponseReturnValue:
    chosen = _filter()
    report = g.project.agreement(**chosen)
    only = request.args.get("differs")
    if only is not None and only not in SHOWS:
        raise Invalid(
            "“%(only)s” is not a question here. Choose from %(choices)s.", only=only, choices=list(SHOWS)
        )
    people = g.project.people()
    return render_template(
        "agreement/show.html",
        page=Page(
            report=report,
            documents={doc_id: g.project.document(doc_id) for doc_id in report.documents},
            numbers=_numbers(report),
            simulated=frozenset(person.name for person in people if person.role is Role.SIMULATED),
            only=only,
        ),
        documents=[progress.document for progress in g.project.documents(g.person)],
        people=people,
        chosen=chosen,
        narrowed=bool(chosen["documents"] or chosen["people"] or not chosen["own_voice"]),
        has_author=any(actor.type == "author" for actor in layout.codebook().actors),
        address=_address,
        agreement=agreement,
        words=DIFFERENCE_WORDS,
    )


@bp.get("/agreement.json")
def json() -> ResponseReturnValue:
    shown = agreement.as_json(g.project.agreement(**_filter()))
    return Response(orjson.dumps(shown, option=orjson.OPT_INDENT_2) + b"\n", mimetype="application/json")


def _filter() -> dict[str, Any]:
    """What the address asks for."""
    documents, people = request.args.getlist("document"), request.args.getlist("person")
    voice = request.args.get("author", COUNTED)
    for doc_id in documents:
        g.project.document(doc_id)
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
    return {"documents": documents or None, "people": people or None, "own_voice": voice == COUNTED}


def _address(**changed: str | None) -> dict[str, Any]:
    """This page's own query with something changed; None takes it away."""
    query: dict[str, Any] = {**request.args.to_dict(flat=False), **changed}
    return {key: value for key, value in query.items() if value is not None}


def _notes(layer: Layer) -> list[Said]:
    reason = agreement.reason_words(layer)
    if reason is not None:
        return [reason]
    return [agreement.REASONS[code] for code in layer.provisional]


def _numbers(report: Report) -> dict[tuple[str, str], int]:
    """The number of each sentence that differs, as the annotate page counts: queued ones, from 1."""
    kinds = layout.codebook().queue_units
    found = {}
    for doc_id in dict.fromkeys(each.document for each in report.disagreements):
        queued = [sentence.id for sentence in g.project.sentences(doc_id) if sentence.kind in kinds]
        found.update({(doc_id, sid): n for n, sid in enumerate(queued, start=1)})
    return found

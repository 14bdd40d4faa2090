"""Importing, step 2: every repair beside the original, accepted or taken back, alone or by kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.model import Decision, Invalid, Kind, Missing, Repair, RepairState, Sentence
from annotator.text import formats
from annotator.text.formats import Options
from annotator.web.imports import LANGUAGES
from annotator.web.imports_page import DECIDED, Line, asking, lines, pieces, rows
from annotator.web.imports_sentences import KINDS
from annotator.web.imports_sure import carried_out, sure
from annotator.web.words import N_, _

bp = Blueprint("imports_check", __name__)

LINES = 100  # on a page
TABS = ("all", "ask", "accepted")
WORDS: dict[str, tuple[str, str]] = {
    "turned-line": (
        N_("Lines put back in order"),
        N_("Their pieces stand in reverse order in the file, and words are broken. Please check each one."),
    ),
    "closing-mark": (N_("Closing marks moved"), N_("A closing mark stood at the wrong end of its line.")),
    "furniture": (N_("Page numbers and heads"), N_("They stand on every page and are no part of the text.")),
    "broken-word": (N_("Broken words rejoined"), N_("A blank nobody typed stood inside a word.")),
    "missing-blank": (N_("Missing blanks put in"), N_("Two words ran together.")),
    "lost-number": (
        N_("Numbers are missing"),
        N_("The file has lost its digits here. We do not guess. Each place is marked for annotators."),
    ),
    "hyphen": (N_("Line ends joined"), N_("A word was cut with a hyphen at the end of a line.")),
    "tatweel": (
        N_("Stretching marks removed"),
        N_("Decorative lines inside words. Kept where they stand before a quotation mark or a gap."),
    ),
    "presentation-form": (
        N_("Letter shapes typed out"),
        N_("Drawn forms became the letters that people type."),
    ),
    "direction-mark": (N_("Direction marks removed"), N_("Invisible signs that turn a text around.")),
    "quotation-mark": (
        N_("Quotation marks set right"),
        N_("They were turned the wrong way, or were other signs."),
    ),
    "blank": (N_("Blanks set right"), N_("Double blanks and blanks of odd kinds.")),
}
APART = {
    Kind.URL: (N_("Links moved to notes"), N_("Web addresses printed between lines.")),
    Kind.PULLQUOTE: (
        N_("Pull quotes set apart"),
        N_("They repeat a sentence, so they are not counted twice."),
    ),
    Kind.CAPTION: (N_("Captions set apart"), N_("Shown for context only.")),
}
STATES = {"accept": RepairState.ACCEPTED, "keep": RepairState.REJECTED, "move": RepairState.MOVED}


@dataclass(frozen=True, slots=True)
class Finding:
    """All repairs of one kind."""

    kind: str
    count: int  # changes made
    found: int  # changes found
    on: bool
    safe: bool
    example: Repair | None

    @property
    def words(self) -> tuple[str, str]:
        return WORDS.get(self.kind, (self.kind.replace("-", " ").capitalize(), ""))


@bp.get("/documents/<doc_id>/check")
def show(doc_id: str) -> ResponseReturnValue:
    document = g.project.open_to(doc_id, g.person)
    source, sentences = g.project.text_of(doc_id), g.project.sentences(doc_id)
    repairs = g.project.repairs(doc_id)
    found = lines(source.text)
    asked = asking(found, repairs)
    tabs = _tabs(found, asked)
    tab = request.args.get("show", "ask" if tabs["ask"] else "all")
    if tab not in TABS:
        raise Missing("There is no such list of lines.")
    at = request.args.get("at", 0, int)
    page, pages = _page(tabs[tab], at)
    shown = tabs[tab][(page - 1) * LINES : page * LINES]
    undo, redo = g.project.turns(doc_id)
    return render_template(
        "imports/check.html",
        document=document,
        source=source,
        findings=findings(repairs),
        apart=[(n, *APART[kind]) for kind in APART if (n := sum(s.kind is kind for s in sentences))],
        tab=tab,
        counts={name: len(tabs[name]) for name in TABS},
        checked=sum(_decided(repairs) for repairs in asked.values()),
        rows=rows(source.text, shown, sentences, asked),
        at=at,
        page=page,
        pages=pages,
        place_of=_address(doc_id, tab),
        encodings=_encodings(doc_id, source.encoding),
        undo=undo,
        redo=redo,
        kinds=KINDS,
        pieces=pieces,
        words_of=lambda kind: WORDS.get(kind, (kind, ""))[0],
        languages=LANGUAGES,
    )


@bp.post("/documents/<doc_id>/check")
def decide(doc_id: str) -> ResponseReturnValue:
    """Decide about one repair or several of one line."""
    g.project.open_to(doc_id, g.person)
    form = request.form
    state = STATES.get(form.get("do", ""))
    known = {repair.id: repair for repair in g.project.repairs(doc_id)}
    chosen = [known[id] for id in form.getlist("repair") if id in known]
    if state is None or not chosen:
        raise Invalid("Choose a repair, and whether to accept it or to keep the original.")
    decision = _decision(state, max(chosen, key=lambda repair: repair.choices))
    return _decided_on(doc_id, [repair.id for repair in chosen], chosen, decision)


@bp.post("/documents/<doc_id>/check/kinds")
def decide_kind(doc_id: str) -> ResponseReturnValue:
    """Accept or take back all repairs of a kind."""
    g.project.open_to(doc_id, g.person)
    kind, state = request.form.get("kind", ""), STATES.get(request.form.get("do", ""))
    chosen = [repair for repair in g.project.repairs(doc_id) if repair.kind == kind]
    if state is None or state is RepairState.MOVED or not chosen:
        raise Invalid("Choose a kind of repair, and whether to accept all or to keep the originals.")
    return _decided_on(doc_id, f"kind/{kind}", chosen, Decision(state))


@bp.post("/documents/<doc_id>/check/others")
def accept_others(doc_id: str) -> ResponseReturnValue:
    """Accept every repair that still waits, as it is shown."""
    g.project.open_to(doc_id, g.person)
    waiting = [repair for repair in g.project.repairs(doc_id) if _waits(repair)]
    if not waiting:
        raise Invalid("Every repair was decided already.")
    return _decided_on(doc_id, [one.id for one in waiting], waiting, Decision(RepairState.ACCEPTED))


def _decided_on(
    doc_id: str, which: str | Sequence[str], repairs: Sequence[Repair], decision: Decision
) -> ResponseReturnValue:
    """Decide; asked again first where that touches what people did."""

    def act() -> None:
        g.project.decide(doc_id, which, decision, g.person)

    if question := sure(doc_id, _touched(g.project.sentences(doc_id), repairs), act):
        return question
    carried_out(doc_id, act)
    return _back(doc_id)


@bp.post("/documents/<doc_id>/read")
def read(doc_id: str) -> ResponseReturnValue:
    """Read the file again, in another encoding or as another language."""
    g.project.open_to(doc_id, g.person)
    options = Options(**g.project.text_of(doc_id).options)
    encoding, lang = request.form.get("encoding"), request.form.get("lang") or None
    if encoding and encoding not in formats.CHOICES and encoding not in g.project.encodings(doc_id):
        raise Invalid("Choose an encoding from the list.", field="encoding")
    if lang and lang not in LANGUAGES and lang != g.project.document(doc_id).lang:
        raise Invalid("Choose a language from the list.", field="lang")
    if encoding:
        options = dataclasses.replace(options, encoding=encoding)
    g.project.read_anew(doc_id, g.person, options=options, lang=lang)
    flash(_("The file was read again."))
    return redirect(url_for(".show", doc_id=doc_id), 303)


# ------------------------------------------------------------------ findings


def findings(repairs: Iterable[Repair]) -> list[Finding]:
    """By kind: what asks first, lost numbers last of those, then what was done at once."""
    by_kind: dict[str, list[Repair]] = {}
    for repair in repairs:
        by_kind.setdefault(repair.kind, []).append(repair)
    made = [
        Finding(
            kind,
            count=sum(_size(repair) for repair in group if repair.shown),
            found=sum(map(_size, group)),
            on=any(repair.shown for repair in group),
            safe=all(repair.safe for repair in group),
            example=next((r for r in group if r.safe and _is_word(r.before)), None),
        )
        for kind, group in by_kind.items()
    ]
    order = list(WORDS)
    return sorted(made, key=lambda one: order.index(one.kind) if one.kind in order else len(order))


def _is_word(text: str) -> bool:
    return 3 <= len(text) <= 20 and " " not in text and any(c.isalpha() for c in text)


def _size(repair: Repair) -> int:
    """How many changes a repair makes: one record may hold all stretching marks of a line."""
    if repair.kind == "tatweel":
        return sum(end - start for start, end in repair.spans)
    return len(repair.spans) if repair.safe else 1


# ------------------------------------------------------------------ lines


def _tabs(found: Sequence[Line], asked: dict[Line, list[Repair]]) -> dict[str, list[Line]]:
    accepted = [
        line
        for line, repairs in asked.items()
        if _decided(repairs) and any(repair.shown for repair in repairs)
    ]
    return {"all": list(found), "ask": list(asked), "accepted": accepted}


def _decided(repairs: Iterable[Repair]) -> bool:
    return not any(_waits(repair) for repair in repairs)


def _waits(repair: Repair) -> bool:
    return not repair.safe and repair.state not in DECIDED


def _page(shown: Sequence[Line], at: int) -> tuple[int, int]:
    """(the page asked for, or the one that shows line `at`; how many there are)."""
    pages = max(1, -(-len(shown) // LINES))
    place = next((n for n, line in enumerate(shown) if at and line.number >= at), None)
    if "page" in request.args or place is None:
        return min(max(1, request.args.get("page", 1, int)), pages), pages
    return place // LINES + 1, pages


def _address(doc_id: str, tab: str) -> Callable[[int], str]:
    return lambda page: url_for("imports_check.show", doc_id=doc_id, show=tab, page=page)


# ------------------------------------------------------------------ decisions


def _decision(state: RepairState, repair: Repair) -> Decision:
    """Another order comes round to the first, which then waits again."""
    if state is not RepairState.MOVED:
        return Decision(state, repair.choice if state is RepairState.ACCEPTED else 0)
    if repair.choices < 2:
        raise Invalid("This line can be read in one order only.")
    choice = (repair.choice + 1) % repair.choices if repair.shown else 0
    return Decision(RepairState.MOVED if choice else RepairState.PROPOSED, choice)


def _touched(sentences: Iterable[Sentence], chosen: Iterable[Repair]) -> list[str]:
    """Sentences that hold characters of these repairs."""
    places = sorted(span for repair in chosen for span in repair.spans)
    return [
        s.id
        for s in sentences
        if any(low <= end and start < high for low, high in s.unit.spans for start, end in places)
    ]


def _back(doc_id: str) -> ResponseReturnValue:
    kept: dict[str, Any] = {n: request.form[n] for n in ("show", "page", "at") if request.form.get(n)}
    anchor = f"line-{kept['at']}" if "at" in kept else None
    return redirect(url_for(".show", doc_id=doc_id, **kept, _anchor=anchor), 303)


def _encodings(doc_id: str, own: str | None) -> list[str]:
    """What the file may be encoded in, the likeliest first; nothing where the file says it itself."""
    if own is None:
        return []
    return list(dict.fromkeys([own, *g.project.encodings(doc_id), *formats.CHOICES]))

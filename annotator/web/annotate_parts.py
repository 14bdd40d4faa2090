"""The parts of the page that are sent when one goes on, poured into moulds.

A mould is a part as its template writes it, with a hole for whatever differs from sentence to sentence and
from person to person. It is made from a page that is nobody's: it can say nothing but what its key names, and
what is one person's own is poured in for them alone. A part that is out of the ordinary is written by its
template, as it is on the whole page.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import quote

from flask import current_app, g, render_template, request
from markupsafe import Markup, escape

from annotator.model import Annotation, Answer, Kind, Sentence, Unit
from annotator.project import Desk, Whereabouts
from annotator.web import fragments
from annotator.web.annotate_draft import Draft
from annotator.web.annotate_marks import worded
from annotator.web.annotate_page import Page, pieces

T = TypeVar("T")

_SIGN = f"hole{secrets.token_hex(8)}"  # which nobody can write into a text
_HOLES = re.compile(_SIGN + "-([a-z]+)-")
_INDENTED = re.compile(r"\s*\n\s*")  # one blank says as much, and need not be sent
_BLANK = Draft()
_NO_HINT = Markup('<div id="hint" hx-swap-oob="true" hidden></div>')


def hole(name: str) -> Any:
    """Stands for a word, a number or a piece of the page that is poured in later."""
    return Markup(f"{_SIGN}-{name}-")


class Mould:
    """A part of the page with holes.

    >>> Mould(f"<b>{hole('number')}</b>").poured({"number": "7"})
    Markup('<b>7</b>')
    """

    __slots__ = ("_names", "_parts")

    def __init__(self, html: str):
        self._parts = _HOLES.split(_INDENTED.sub("\n", html))
        self._names = self._parts[1::2]

    def poured(self, filling: Mapping[str, str]) -> Markup:
        """With every hole filled by what is escaped already."""
        parts = self._parts.copy()
        parts[1::2] = [filling[name] for name in self._names]
        return Markup("".join(parts))


class Parts:
    """The parts of one person's page."""

    def __init__(self, page: Page, context: Mapping[str, Any]):
        self._page = page
        self._context = context
        self._doc = quote(page.desk.document.id, safe="")
        self._root = request.root_path
        self._fragments = fragments.of(current_app)

    def all(self) -> str:
        """Everything that changes when one goes on."""
        page, touched = self._page, self._context["touched"]
        parts = [self.panel()]
        if page.shown:
            parts.append(self._written("text"))
        parts += map(self.unit, touched)
        parts += (self.mark(sentence) for sentence in touched if sentence.id in page.numbers)
        if self._context["known"] not in (None, str(self._context["version"])):
            parts.append(self._written("actors"))
        parts += (self.progress(), self.tools())
        if not g.project.wants_hint(g.person):
            parts.append(_NO_HINT)
        return "".join(parts)

    def panel(self) -> Markup:
        page = self._page
        if not self._to_answer():
            return self._written("panel")
        key = (page.desk.document.lang, g.person.leads, page.before is None, page.after is None)
        mould = self._mould("mould of the panel", key, lambda: _panel(page, g.person.leads))
        return mould.poured(
            {
                "number": str(page.number),
                "total": str(page.desk.total),
                "tobefore": self._place(page.before),
                "toafter": self._place(page.after),
                "tosid": self._place(page.focus),
                "sid": quote(page.focus, safe=""),
                "doc": self._doc,
                "key": str(page.sentence.key),
                "token": escape(self._context["token"]),
                "person": escape(g.person.name),
                "slots": self._slots(),
                "same": self._same_speaker(),
            }
        )

    def unit(self, sentence: Sentence) -> Markup:
        """A sentence of the text, with this person's answer."""
        page, answer = self._page, self._page.answer(sentence.id)
        number, focus = page.numbers.get(sentence.id), sentence.id == page.focus
        if not number or answer.comment:
            return self._written("unit", sentence=sentence)
        seen = sentence.id in page.desk.annotations
        shown = (Answer().status, False, ()) if focus else _said(answer)
        key = (page.desk.document.lang, sentence.kind, focus, seen, answer.finished, shown)
        mould = self._mould(
            "mould of a sentence", key, lambda: _unit(page, sentence.kind, answer if seen else None, focus)
        )
        return mould.poured(
            {
                "sid": escape(sentence.id),
                "tosid": self._place(sentence.id),
                "number": str(number),
                "key": str(sentence.key),
                "text": worded(sentence, self._gap) if focus else self._gap.join(pieces(sentence)),
            }
        )

    def mark(self, sentence: Sentence) -> Markup:
        """A sentence on the map."""
        page, answer = self._page, self._page.answer(sentence.id)
        focus = sentence.id == page.focus
        mould = self._mould("mould of a mark", (focus, _said(answer)), lambda: _mark(page, answer, focus))
        filling = {"sid": escape(sentence.id), "tosid": self._place(sentence.id)}
        return mould.poured({**filling, "number": str(page.numbers[sentence.id])})

    def progress(self) -> Markup:
        page = self._page
        going_on = page.where.unfinished not in (None, page.focus)
        mould = self._mould("mould of progress", (going_on,), lambda: _progress(page, going_on))
        onward = self._place(page.where.unfinished)
        return mould.poured({"done": str(page.desk.done), "total": str(page.desk.total), "tonext": onward})

    def tools(self) -> Markup:
        desk = self._page.desk
        offered = (desk.undo_of is not None, desk.redo is not None, desk.redo_of is not None)
        mould = self._mould("mould of tools", offered, lambda: _tools(self._page, *offered))
        return mould.poured({"doc": self._doc, "undo": str(desk.undo_of), "redo": str(desk.redo_of)})

    def _to_answer(self) -> bool:
        """Whether nothing is said about the sentence yet and there is nothing to tell but what it is."""
        page, context = self._page, self._context
        telling = context["messages"] or page.problem or page.refilled or page.kept or page.compare
        answered = page.seen is not None or page.comment or page.hard or page.draft != _BLANK
        ended = page.desk.closed or page.where.unfinished is None
        if telling or answered or ended or not page.number or page.repeats or page.focus in page.desk.joined:
            return False
        return g.project.codebook_news(g.person) is None

    def _slots(self) -> Markup:
        page = self._page
        return self._kept("speakers", (page.named_slots,), lambda: self._written("slots"))

    def _same_speaker(self) -> Markup:
        page = self._page
        before = tuple(actor.id for actor in page.speakers_before)
        number = open = None
        if before and page.open_since:
            open, number = True, page.numbers.get(page.open_since.id)
        return self._kept("same speaker", (before, open, number), lambda: self._written("same"))

    @property
    def _gap(self) -> Markup:
        return self._kept("gap", (), lambda: self._written("gap").strip())

    def _place(self, sid: str | None) -> str:
        return escape(self._page.place(sid)) if sid else ""

    def _mould(self, part: str, key: tuple[Hashable, ...], make: Callable[[], Mould]) -> Mould:
        return self._kept(part, (self._root, *key), make)

    def _kept(self, what: str, key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
        return self._fragments.kept(self._page.codebook, (what, *key), make)

    def _written(self, part: str, **more: Any) -> Markup:
        """As its template writes it for this page."""
        return Markup(render_template("annotate/_part.html", part=part, **{**self._context, **more}))


def _said(answer: Answer) -> Hashable:
    """All that the text and the map show of an answer without a comment."""
    claims = ((one.speaker, one.stance, one.polarity, one.attribution) for one in answer.claims)
    return (answer.status, answer.hard, tuple(claims))


# ------------------------------------------------------------------ moulds, from pages that are nobody's


class _Nobodys(Page):
    """The page of a sentence that is nothing but holes."""

    def place(self, sid: str, claim: int | str | None = None) -> Any:
        named = _HOLES.fullmatch(sid)
        assert named
        assert claim is None
        return hole("to" + named[1])


def _nobodys(page: Page, sid: str, **desk: Any) -> _Nobodys:
    """Of the page at hand, only the language of its document and the codebook remain."""
    document = replace(_no_document(page), lang=page.desk.document.lang)
    nothing = Desk(document, (), {}, {}, hole("total"), hole("done"), None, None)
    sentence = _sentence(Kind.BODY)
    where = Whereabouts(document, sentence, 0, 0, hole("number"), None, None, hole("next"), 0)
    if sid != "sid":
        where = replace(where, sentence=replace(sentence, unit=replace(sentence.unit, id=hole(sid))))
    return _Nobodys(replace(nothing, **desk), page.codebook, where, _BLANK, "", hard=False)


def _no_document(page: Page) -> Any:
    return replace(
        page.desk.document,
        id=hole("doc"),
        filename="",
        title="",
        publisher=None,
        author=None,
        date=None,
        url=None,
    )


def _sentence(kind: Kind) -> Sentence:
    return Sentence(hole("key"), hole("doc"), 0.0, 0, Unit(hole("sid"), kind, "", ()))


def _made(part: str, page: _Nobodys, **more: Any) -> Mould:
    nobody = SimpleNamespace(person=SimpleNamespace(name=hole("person"), leads=more.pop("leads", False)))
    html = current_app.jinja_env.get_template("annotate/_part.html").render(
        part=part,
        page=page,
        g=nobody,
        swap=True,
        token=hole("token"),
        messages=(),
        codebook_news=lambda: None,
        worded=lambda _sentence, _gap: hole("text"),
        pieces=lambda _sentence: [hole("text")],
        holes={"slots": hole("slots"), "same": hole("same")},
        **more,
    )
    return Mould(html)


def _panel(page: Page, leads: bool) -> Mould:
    blank = _nobodys(page, "sid")
    before = None if page.before is None else hole("before")
    after = None if page.after is None else hole("after")
    return _made("panel", replace(blank, where=replace(blank.where, before=before, after=after)), leads=leads)


def _unit(page: Page, kind: Kind, answer: Answer | None, focus: bool) -> Mould:
    return _made("unit", _about(page, answer, focus), sentence=_sentence(kind))


def _mark(page: Page, answer: Answer, focus: bool) -> Mould:
    return _made("mark", _about(page, answer, focus), sentence=_sentence(Kind.BODY))


def _about(page: Page, answer: Answer | None, focus: bool) -> _Nobodys:
    """The page of somebody who gave this answer."""
    sid = hole("sid")
    given = {} if answer is None else {sid: Annotation(0, 0, "", answer, "", None, "", "")}
    return _nobodys(page, "sid" if focus else "focus", annotations=given, numbers={sid: hole("number")})


def _progress(page: Page, going_on: bool) -> Mould:
    blank = _nobodys(page, "sid")
    where = replace(blank.where, unfinished=hole("next") if going_on else None)
    return _made("progress", replace(blank, where=where))


def _tools(page: Page, undo: bool, redo: bool, redo_of: bool) -> Mould:
    offered = {
        "undo_of": hole("undo") if undo else None,
        "redo": hole("sid") if redo else None,
        "redo_of": hole("redo") if redo_of else None,
    }
    return _made("tools", _nobodys(page, "sid", **offered))

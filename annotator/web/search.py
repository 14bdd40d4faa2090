"""Search: sentences by their words and by what was answered about them; the address says it all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator import filter, search
from annotator.model import Annotation, Codebook, Document, Names, Span
from annotator.project.searching import COUNTED, Found, Hit
from annotator.search import Search
from annotator.web import layout

bp = Blueprint("search", __name__)

PER_PAGE = 30
LONGEST = 200  # characters typed
LISTED = 200  # documents the menu lists
MENU = ("speaker", "stance", "attribution")


@bp.get("/search")
def show() -> ResponseReturnValue:
    asked = _asked()
    after = _after()
    if _untidy():
        return redirect(url_for(".show", **_address(asked, after=after)), 303)
    found: Found = g.project.search(asked, g.person, after=after, most=PER_PAGE)
    following = found.hits[-1].sentence.key if found.more else None
    numbers = {id: _numbers(id) for id in dict.fromkeys(hit.document.id for hit in found.hits)}
    return render_template(
        "search/show.html",
        asked=asked,
        typed=_typed(),
        hits=[
            Shown(
                hit,
                tuple(_pieces(hit.sentence.text, hit.marks)),
                numbers[hit.document.id].get(hit.sentence.id),
            )
            for hit in found.hits
        ],
        count=found.count,
        counted=COUNTED,
        first_page=after is None,
        following=_address(asked, after=following) if following else None,
        beginning=_address(asked),
        menus=list(_menus(layout.codebook(), asked)),
        kept=list(_kept(asked)),
        documents=_documents(asked),
        rounds=g.project.rounds() if g.person.leads else [],
        people=g.project.people() if g.person.leads else [],
        remarked=_remarked,
        where=search.WHERE,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit with its text in pieces."""

    hit: Hit
    pieces: tuple[tuple[str, bool], ...]  # (words, whether they were looked for)
    number: int | None  # where its kind is counted


@dataclass(frozen=True, slots=True)
class Menu:
    """A question of the codebook, whose labels one can look for."""

    field: str
    name: Names
    labels: tuple[tuple[str, Names, bool], ...]  # (as the address has it, name, chosen)


def _asked() -> Search:
    """What the address asks for. Without a place to look in, it is the text."""
    where = request.args.get("in", search.WHERE[0])
    return Search(
        words=search.words(_typed()),
        where=where if where in search.WHERE else search.WHERE[0],
        flagged="flag" in request.args,
        commented="comment" in request.args,
        filter=filter.from_args(_Given(request.args)),
    )


class _Given:
    """The address without what an empty menu sends, and without what search does not choose by."""

    def __init__(self, args: Any) -> None:
        self._args = args

    def getlist(self, key: str) -> list[str]:
        return [] if key in ("layer", "own_voice") else [one for one in self._args.getlist(key) if one]


def _typed() -> str:
    return " ".join(request.args.get("q", "")[:LONGEST].split())


def _untidy() -> bool:
    """Whether the address has what a form sends of its own: menus on which nothing is chosen."""
    return any(not value for values in request.args.listvalues() for value in values)


def _after() -> int | None:
    """The key of the last sentence of the page before; what is no key begins at the beginning."""
    after = request.args.get("after", "")
    return int(after) if after.isascii() and after.isdecimal() and len(after) < 16 else None


def _address(asked: Search, **more: Any) -> dict[str, Any]:
    """The search as an address carries it."""
    flags = {"flag": "1" if asked.flagged else None, "comment": "1" if asked.commented else None}
    where = None if asked.where == search.WHERE[0] else asked.where
    query = {"q": _typed() or None, "in": where, **asked.filter.as_args(), **flags, **more}
    if not g.person.leads:
        query.pop("person", None)
    return {name: value for name, value in query.items() if value is not None}


# ------------------------------------------------------------------ what is shown


def _numbers(doc_id: str) -> dict[str, int]:
    """The number of each sentence, as the annotate page counts: queued ones, from 1."""
    kinds = layout.codebook().queue_units
    queued = (sid for sid, kind in g.project.outline(doc_id) if kind in kinds)
    return {sid: n for n, sid in enumerate(queued, start=1)}


def _pieces(text: str, marks: tuple[Span, ...]) -> Iterator[tuple[str, bool]]:
    at = 0
    for start, end in marks:
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def _remarked(annotation: Annotation, asked: Search) -> list[tuple[tuple[str, bool], ...]]:
    """What its person wrote beside it, in pieces where words were looked for there."""
    words = asked.words if asked.where == "remarks" else ()
    return [
        tuple(_pieces(remark, tuple(search.spans(remark, words))))
        for remark in search.remarks(annotation.answer)
    ]


def _menus(codebook: Codebook, asked: Search) -> Iterator[Menu]:
    for id in MENU:
        field = codebook.field(id)
        if field is None:
            continue
        named = codebook.actors if id == "speaker" else (*field.labels, *field.former)
        chosen = asked.filter.labels.get(id, ())[:1]
        yield Menu(id, field.name, tuple((f"{id}:{one.id}", one.name, one.id in chosen) for one in named))


def _kept(asked: Search) -> Iterator[str]:
    """Labels of the address that no menu shows: they stay in it."""
    for field, ids in asked.filter.labels.items():
        yield from (f"{field}:{id}" for id in (ids[1:] if field in MENU else ids))


def _documents(asked: Search) -> list[Document]:
    """Those to choose from, the chosen ones first."""
    every: list[Document] = g.project.documents_compared(frozenset(g.project.searchable(g.person)))
    return sorted(every, key=lambda document: document.id not in asked.filter.documents)[:LISTED]

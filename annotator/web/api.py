"""What programs read: documents, sentences, answers, agreement and exports, as JSON and page by page.

Described in schemas/openapi.json, which a test holds against the routes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib import resources
from itertools import dropwhile, islice
from typing import Any

import orjson
from flask import Blueprint, Response, g, request, url_for

from annotator import agreement as figures
from annotator import export as records
from annotator import filter, outputs
from annotator.agreement.oneself import oneself_as_json
from annotator.filter import Filter
from annotator.model import Forbidden, Invalid, Missing, Sentence, Stale
from annotator.project import Progress

bp = Blueprint("api", __name__, url_prefix="/api/v1")

PAGED = ("after", "limit")
FILTER = ("round", "document", "person", "layer", "status", "label", "own_voice")
OF_AGREEMENT = ("round", "document", "person", "own_voice")
USUAL, MOST = 100, 1000  # items of a page

Item = dict[str, Any]


@bp.get("/openapi.json")
def description() -> Response:
    path = resources.files("annotator") / "schemas" / "openapi.json"
    return Response(path.read_bytes(), mimetype="application/json")


@bp.get("/claims-jsonl-1.json")
def record_schema() -> Response:
    """The schema of a record, to which the description refers."""
    return _json(records.schema())


@bp.get("/documents")
def documents() -> Response:
    _only(*PAGED)
    after = request.args.get("after")
    try:
        listed = g.project.listed_after(g.person, after, _limit() + 1)
    except (Missing, Forbidden) as problem:
        raise _gone(str(after)) from problem
    return _json(_page(map(_document, listed.documents), lambda one: str(one["id"])))


@bp.get("/documents/<doc_id>")
def document(doc_id: str) -> Response:
    _only()
    return _json(_document(g.project.progress(doc_id, g.person)))


@bp.get("/documents/<doc_id>/sentences")
def sentences(doc_id: str) -> Response:
    _only(*PAGED)
    found = g.project.open_to(doc_id, g.person)
    queued = g.project.codebook().queue_units
    every = (_sentence(one, one.kind in queued) for one in g.project.sentences(found.id))
    return _json(_page(_after(every, lambda one: str(one["id"])), lambda one: str(one["id"])))


@bp.get("/answers")
def answers() -> Response:
    _only(*PAGED, *FILTER)
    found = g.project.records_after(_asked(), request.args.get("after"))
    return _json(_page(found, lambda one: str(one["record_id"])))


@bp.get("/agreement")
def agreement() -> Response:
    _only(*OF_AGREEMENT)
    asked = g.project.agreement_asked(filter.from_args(request.args), g.person)
    shown = figures.everything(g.project.agreement(**asked), g.project.codebook().name)
    if g.person.leads:
        shown["oneself"] = oneself_as_json(g.project.agreement_with_oneself(**asked))
    return _json(shown)


@bp.get("/exports")
def exports() -> Response:
    _only()
    return _json({"items": [_format(one) for one in outputs.FORMATS.values()], "next": None})


@bp.get("/exports/<format_id>")
def export(format_id: str) -> Response:
    """A whole file, a piece at a time."""
    _only(*FILTER)
    format = outputs.get(format_id)
    answer = Response(g.project.export(format.id, _asked()), content_type=format.media_type)
    name = f"{g.project.path.stem}.{format.extension}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


# ------------------------------------------------------------------ what is asked


def _only(*known: str) -> None:
    """Refuse what would be passed over: a mistyped filter would give everything."""
    for name in request.args:
        if name not in known:
            raise Invalid(
                "%(name)s is not asked for here. What can be: %(known)s.",
                field=name,
                name=f"“{name[:40]}”",
                known=list(known) or "–",
            )


def _asked() -> Filter:
    """What the address asks for. An annotator's program gets their own answers whatever it says."""
    asked = filter.from_args(request.args)
    if g.person.leads:
        return g.project.what_is_seen(asked, g.person)  # type: ignore[no-any-return]
    return replace(asked, people=(g.person.name,), layer=filter.LAYERS[0], round=None)


def _limit() -> int:
    limit = request.args.get("limit", str(USUAL))
    if not limit.isascii() or not limit.isdecimal() or len(limit) > 9 or not 1 <= int(limit) <= MOST:
        raise Invalid("limit is a number from 1 to %(most)s.", field="limit", most=str(MOST))
    return int(limit)


def _after(items: Iterable[Item], name: Callable[[Item], str]) -> Iterable[Item]:
    """Those after the one that `after` names."""
    after = request.args.get("after")
    if after is None:
        return items
    rest = iter(dropwhile(lambda one: name(one) != after, items))
    if next(rest, None) is None:
        raise _gone(after)
    return rest


def _gone(after: str) -> Stale:
    return Stale("%(after)s is not there any more. Begin again without “after”.", after=after[:80])


# ------------------------------------------------------------------ what is told


def _page(items: Iterable[Item], name: Callable[[Item], str]) -> Item:
    """As many as asked for, and the address of the next ones."""
    limit = _limit()
    found = list(islice(items, limit + 1))
    here = found[:limit]
    following = None
    if len(found) > limit:
        args = {**request.args.to_dict(flat=False), "after": name(here[-1]), **(request.view_args or {})}
        following = url_for(request.endpoint or "", **args)
    return {"items": here, "next": following}


def _document(progress: Progress) -> Item:
    document = progress.document
    return {
        "id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "author": document.author,
        "date": document.date,
        "url": document.url,
        "lang": document.lang,
        "stage": document.stage,
        "imported_at": document.imported_at,
        "queued": progress.queued,
        "answered": progress.mine,
        "skipped": progress.skipped,
        "finished": progress.finished,
        "due": progress.due,
    }


def _sentence(sentence: Sentence, queued: bool) -> Item:
    return {
        "id": sentence.id,
        "order": sentence.order,
        "unit": sentence.kind.value,
        "text": sentence.text,
        "queued": queued,
        "paragraph": sentence.unit.paragraph,
        "repeats": list(sentence.unit.repeats),
    }


def _format(format: outputs.Format) -> Item:
    return {
        "id": format.id,
        "name": format.name,
        "extension": format.extension,
        "media_type": format.media_type,
        "unit": format.unit,
        "loses": format.loses or None,
        "ready": outputs.installed(format),
        "address": url_for(".export", format_id=format.id),
    }


def _json(body: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps(body) + b"\n", mimetype="application/json")

"""Export: what the file will hold, the beginning of it, and the file."""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from annotator import filter, outputs
from annotator.filter import Filter
from annotator.model import Codebook, Forbidden, Names
from annotator.outputs import LINES, Format
from annotator.project.counting import Count
from annotator.web.export_preview import beginning, pieces, table
from annotator.web.kept import Kept

bp = Blueprint("export", __name__)

SHOWN = 3  # records
QUICK = 50_000  # answers that are counted while somebody waits for the page
MOST = 20  # counts that are kept
ROWS = ("csv", "xlsx", "parquet")
OURS = (LINES, *ROWS)  # the others are for other tools
CHOSEN_BY = ("stance", "attribution", "speaker")


@bp.get("/export")
def show() -> ResponseReturnValue:
    chosen, format = _filter(), outputs.known(request.args.get("format") or LINES)
    seen = g.project.what_is_seen(chosen, g.person)
    count = _count(seen)
    ready = outputs.installed(format)
    return render_template(
        "export/show.html",
        counting=None if count else {**_address(chosen), "format": format.id, "counted": "1"},
        documents=[progress.document for progress in g.project.documents(g.person)],
        people=g.project.people() if g.person.leads else [],
        rounds=g.project.rounds() if g.person.leads else [],
        statuses=filter.STATUSES,
        layers=filter.LAYERS if g.person.leads else (),
        questions=list(_questions(g.project.codebook(), chosen)),
        formats=list(outputs.FORMATS.values()),
        ours=OURS,
        format=format,
        ready=ready,
        chosen=chosen,
        narrowed=(chosen if g.person.leads else replace(chosen, people=())).narrowed,
        count=count,
        missing=g.project.missing_finals(seen) if chosen.layer != filter.LAYERS[0] else 0,
        partial=bool(seen.but),
        size=g.project.size_of(format.id, seen, count) if ready and count else 0,
        address={**_address(chosen), "format_id": format.id},
        filename=_filename(format),
        command=_command(chosen, format),
        **(_preview(format, seen, count) if count else {}),
    )


@bp.get("/export/claims.jsonl", defaults={"format_id": LINES})
@bp.get("/export/files/<format_id>")
def download(format_id: str) -> ResponseReturnValue:
    format = outputs.get(format_id)
    seen = g.project.what_is_seen(_filter(), g.person)
    answer = Response(g.project.export(format.id, seen), content_type=format.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=_filename(format))
    return answer


@bp.get("/export/bundle.zip")
def bundle() -> ResponseReturnValue:
    """The whole project, whatever is chosen on the page."""
    if g.project.blind_in(g.person):
        raise Forbidden(
            "The bundle holds what others answered in documents that are given to you and that you have not "
            "finished. Finish them, or give them to somebody else in the round."
        )
    answer = Response(g.project.bundle(), content_type="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{g.project.path.stem}.bundle.zip")
    return answer


def _filter() -> Filter:
    """What the address asks for. An annotator gets their own answers whatever it says."""
    asked = filter.from_args(request.args)
    if g.person.leads:
        return asked
    return replace(asked, people=(g.person.name,), layer=filter.LAYERS[0], round=None)


def _address(chosen: Filter) -> dict[str, Any]:
    """The filter as an address carries it."""
    args = chosen.as_args()
    if not g.person.leads:
        args.pop("person", None)
    return dict(args)


def _filename(format: Format) -> str:
    return f"{g.project.path.stem}.{format.extension}"


def _command(chosen: Filter, format: Format) -> str:
    """The command that writes the same file, ready for a shell."""
    words = [] if format.id == LINES else ["--format", format.id]
    return shlex.join(["qawl", "export", g.project.path.name, *words, *chosen.as_options()])


def _count(seen: Filter) -> Count | None:
    """How much there is; None where that takes a while, and the page asks again with `counted`."""
    kept: Kept[Count] = current_app.extensions.setdefault("export", Kept(MOST))
    # With the secret: who began to count before somebody went back to a copy counts what was before.
    key = (str(g.project.path), g.secret, g.project.last_analysis(), seen)
    count = kept.get(key)
    if count or ("counted" not in request.args and g.project.answers_ever() > QUICK):
        return count
    return kept.keep(key, g.project.count_of(seen))


def _preview(format: Format, chosen: Filter, count: Count) -> dict[str, Any]:
    """The beginning of the file, as the page can show it."""
    first = g.project.first_of(chosen, count, unit=format.unit)
    records = list(itertools.islice(first, SHOWN))
    if format.id == LINES:
        return {"previews": [(record, list(pieces(record))) for record in records]}
    if format.id in ROWS:
        return {"table": table(records, SHOWN)} if records else {}
    ready = records and outputs.installed(format)
    return {"beginning": beginning(format, records) if ready else None}


# ------------------------------------------------------------------ choosing claims


@dataclass(frozen=True, slots=True)
class Label:
    value: str  # as an address carries it: "stance:unclear"
    name: Names | str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the codebook with its labels; without a name, labels of others that were asked for."""

    name: Names | None
    labels: tuple[Label, ...]

    @property
    def ticked(self) -> bool:
        return any(label.ticked for label in self.labels)


def _questions(book: Codebook, chosen: Filter) -> Iterator[Question]:
    asked = set(chosen.label_words())
    shown: set[str] = set()
    for id in CHOSEN_BY:
        field = book.field(id)
        if field is None or not field.enabled:
            continue
        named = [(actor.id, actor.name) for actor in book.actors] if id == "speaker" else _named(book, id)
        labels = [Label(f"{id}:{value}", name, f"{id}:{value}" in asked) for value, name in named]
        shown |= {label.value for label in labels}
        yield Question(field.name, tuple(labels))
    others = [Label(word, word, True) for word in chosen.label_words() if word not in shown]
    if others:
        yield Question(None, tuple(others))


def _named(book: Codebook, id: str) -> list[tuple[str, Names]]:
    field = book.field(id)
    return [(label.id, label.name) for label in (*field.labels, *field.readable)] if field else []

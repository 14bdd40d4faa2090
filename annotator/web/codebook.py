"""The codebook, to read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from annotator.codebook.fields import FIXED
from annotator.model import Actor, Codebook, Field, Names, Proposition
from annotator.web import layout
from annotator.web.languages import direction
from annotator.web.speakers import KINDS

bp = Blueprint("codebook", __name__)


@dataclass(frozen=True, slots=True)
class PositionList:
    """What one side, or several together, hold."""

    id: str
    name: Names
    propositions: tuple[Proposition, ...]


@bp.get("/codebook")
def show() -> ResponseReturnValue:
    return _page(layout.codebook())


@bp.get("/codebook/versions/<version>")
def version(version: str) -> ResponseReturnValue:
    """The codebook as it was: the rules that older answers follow."""
    return _page(g.project.codebook_version(version)[1])


def _page(book: Codebook) -> str:
    in_force = layout.codebook()
    return render_template(
        "codebook/show.html",
        book=book,
        in_force=in_force.version,
        editable=g.person.leads and book.version == in_force.version,
        extendable=[field.id for field in book.fields if field.kind == "choice" and field.id not in FIXED],
        fields=[field for field in book.fields if field.enabled and field.kind != "modifier"],
        switched_off=[field for field in book.fields if not field.enabled],
        actors=in_key_order(book.actors),
        lists=list(position_lists(book)),
        issues={issue.id: issue.text for issue in book.issues},
        sides={side.id: side.name for side in book.sides},
        kinds=KINDS,
        modifiers={field.of: field for field in book.fields if field.kind == "modifier"},
        explained=explained,
        paragraphs=paragraphs,
        lang_of=lambda text: language_of(text, book.text_languages),
        remark=remark,
        remarks=g.project.remarks(g.person) if g.person.leads and book.version == in_force.version else {},
    )


def in_key_order(actors: tuple[Actor, ...]) -> list[Actor]:
    """Those with a key first, then as the codebook lists them."""
    return sorted(actors, key=lambda actor: (actor.key is None, actor.key or ""))


def position_lists(book: Codebook) -> Iterator[PositionList]:
    """One list for each side, then for each position that several sides share."""
    names = {side.id: side.name for side in book.sides}
    stance = book.field("stance")
    labels = (*stance.labels, *stance.former) if stance else ()
    names |= {label.id: label.name for label in labels if label.id not in names}
    propositions = (*book.propositions, *book.former_propositions)
    for id, name in names.items():
        held = tuple(proposition for proposition in propositions if proposition.side == id)
        if held:
            yield PositionList(id, name, held)


def explained(field: Field) -> bool:
    """Whether there is more to read about a field than its name."""
    return bool(field.core or field.guide or field.labels or field.kind == "propositions")


def paragraphs(text: str) -> list[tuple[str, list[str]]]:
    """Guide text in pieces: ("p", lines) and ("ul", entries).

    >>> paragraphs("Who?\\n- a person\\n- a state")
    [('p', ['Who?']), ('ul', ['a person', 'a state'])]
    """
    pieces: list[tuple[str, list[str]]] = []
    for line in text.strip().splitlines():
        kind, words = ("ul", line[2:]) if line.startswith("- ") else ("p", line)
        if kind == "ul" and pieces and pieces[-1][0] == "ul":
            pieces[-1][1].append(words)
        elif words.strip():
            pieces.append((kind, [words]))
    return pieces


def language_of(text: str, languages: tuple[str, ...]) -> str | None:
    """The first of the `languages` that is written the way the text begins; examples do not name theirs.

    >>> language_of("وترى القاهرة (→ eg)", ("ru", "ar")), language_of("a weapon", ("ar",))
    ('ar', None)
    """
    strong = next((d for d in map(unicodedata.bidirectional, text) if d in ("L", "R", "AL")), "L")
    way = "ltr" if strong == "L" else "rtl"
    return next((lang for lang in languages if direction(lang) == way), None)


def remark(example: str) -> tuple[str, str | None]:
    """An example and the remark in brackets after it, which is not part of the quoted words.

    >>> remark("وافقت مصر (press conference)")
    ('وافقت مصر', 'press conference')
    """
    found = re.fullmatch(r"(.*\S)\s+\(([^()]+)\)", example)
    return (found[1], found[2]) if found else (example, None)

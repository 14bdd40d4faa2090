"""What pages leave out for a lead who is still annotating a document, and how they say so."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, url_for
from markupsafe import Markup

from annotator.model import Document, Person
from annotator.web.words import _n, enumerated

NAMED = 4  # documents in one sentence


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The documents of which a page does not tell what others answered."""

    documents: tuple[Document, ...]

    def __len__(self) -> int:
        return len(self.documents)

    @property
    def titles(self) -> Markup:
        """As a sentence names them, each leading to where it can be finished."""
        more = len(self.documents) - NAMED
        named = [_linked(one) for one in self.documents[:NAMED]]
        return enumerated(*named, _n("%(n)s more", "%(n)s more", more) if more > 0 else "")


def furnish(app: Flask) -> None:
    app.jinja_env.globals["left_out"] = left_out


def left_out() -> LeftOut:
    """What pages for leads leave out. What annotators may see is another matter: they have no such pages."""
    person: Person | None = g.person
    if person is None or not person.leads:
        return LeftOut(())
    return LeftOut(tuple(g.project.document(doc_id) for doc_id in g.project.blind_in(person)))


def _linked(document: Document) -> Markup:
    title = Markup('<bdi lang="{}">{}</bdi>').format(document.lang, document.title)
    if document.stage != "ready":
        return title
    address = url_for("annotate.document", doc_id=document.id)
    return Markup('<a href="{}">{}</a>').format(address, title)

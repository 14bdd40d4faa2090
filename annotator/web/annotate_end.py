"""What there is to do once every sentence of a document was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g

from annotator.model import Document
from annotator.web.documents import next_document


@dataclass(frozen=True, slots=True)
class Ending:
    skipped: Mapping[str, int]  # with their numbers
    flagged: Mapping[str, int]
    next: Document | None


def ending(document: Document) -> Ending:
    """Where this person can go on from a document they have been through."""
    others = [one for one in g.project.documents(g.person) if one.document.id != document.id]
    following = next_document(others)
    return Ending(
        skipped=g.project.skipped(document.id, g.person),
        flagged=g.project.flagged(document.id, g.person),
        next=following.document if following else None,
    )

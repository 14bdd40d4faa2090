"""What there is to do once every sentence of a document was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g

from annotator.model import Document


@dataclass(frozen=True, slots=True)
class Ending:
    skipped: Mapping[str, int]  # with their numbers
    flagged: Mapping[str, int]
    next: Document | None


def ending(document: Document) -> Ending:
    """Where this person can go on from a document they have been through."""
    following = g.project.next_document(g.person, but=document.id)
    return Ending(
        skipped=g.project.skipped(document.id, g.person),
        flagged=g.project.flagged(document.id, g.person),
        next=following.document if following else None,
    )

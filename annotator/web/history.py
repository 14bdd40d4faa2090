"""The history of one sentence: every answer ever given about it, and what became of its own text."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from annotator.project import Given

bp = Blueprint("history", __name__)

FIELDS = (
    "speaker",
    "via",
    "stance",
    "attribution",
    "speaker_text",
    "source_spans",
    "cue_spans",
    "content_spans",
    "propositions",
    "claim_type",
    "vouch",
    "hedged",
    "hard",
    "note",
)
"""What a claim answers, in the order it is told; the position with its polarity."""


@bp.get("/documents/<doc_id>/sentences/<sid>/history")
def show(doc_id: str, sid: str) -> ResponseReturnValue:
    """A lead sees everybody's answers on asking: ?everybody=1."""
    everybody = request.args.get("everybody") == "1"
    past = g.project.history(doc_id, sid, g.person, everybody=everybody)
    return render_template("history/show.html", past=past, fields=FIELDS, is_answer=_is_answer)


def _is_answer(step: object) -> bool:
    return isinstance(step, Given)

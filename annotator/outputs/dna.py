"""Discourse Network Analyzer: its statements as CSV, one row for each claim, speaker and proposition.

A concept is an issue that a statement agrees with or not, so that opposed propositions meet on one concept.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from annotator.model import N_, Actor, Codebook, wording
from annotator.outputs.format import Context, Format, Record
from annotator.outputs.places import language, pieces
from annotator.outputs.sheets import defused
from annotator.outputs.statements import Statement, statements

FIELDS = ("document", "date", "person", "organization", "concept", "agreement", "start", "stop", "coder")

DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    cells = Cells(context)
    yield _line(FIELDS)
    for statement in statements(records, context.codebook):
        told = cells.of(statement)
        yield _line(defused(cell) if isinstance(cell, str) else cell for cell in told)


class Cells:
    """What DNA's columns hold, from the codebook's registry in its first language."""

    def __init__(self, context: Context) -> None:
        self.context = context
        codebook = context.codebook
        self.lang = language(codebook)
        self.issues = {issue.id: wording(issue.text, self.lang) for issue in codebook.issues}
        self.people = {actor.id: self._names(actor, codebook) for actor in codebook.actors}

    def of(self, statement: Statement) -> tuple[Any, ...]:
        row = statement.row
        shift = self.context.texts(row["doc_id"]).starts[row["sent_id"]]
        marked = pieces(row["content_spans"], row["text"], shift)
        person, organization = self.people.get(statement.actor, ("", statement.actor))
        return (
            row["doc_id"],
            full_date(row["doc_date"]),
            person,
            organization,
            self.issues.get(statement.issue, statement.issue),
            int(statement.affirms),
            marked[0][0],
            marked[-1][1],
            row["annotator"],
        )

    def _names(self, actor: Actor, codebook: Codebook) -> tuple[str, str]:
        """Person and organisation. A person speaks for their side, and so does the first state of a side."""
        sides = {side.id: wording(side.name, self.lang) for side in codebook.sides}
        name = wording(actor.name, self.lang)
        if actor.type == "person":
            return name, sides.get(actor.side or "", "")
        states = [one.id for one in codebook.actors if one.type == "state" and one.side == actor.side]
        own = actor.side is not None and states[:1] == [actor.id]
        return "", sides.get(actor.side or "", name) if own else name


def full_date(date: str | None) -> str:
    """A day, as DNA wants it: of a month or a year the first; nothing where no year is known.

    >>> full_date("2019-08-27"), full_date("2019-08"), full_date("2019"), full_date(None)
    ('2019-08-27', '2019-08-01', '2019-01-01', '')
    """
    found = DATE.fullmatch(date or "")
    return f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}" if found else ""


def _line(cells: Iterable[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()


FORMAT = Format(
    id="dna",
    name="Discourse Network Analyzer",
    extension="dna.csv",
    media_type="text/csv; charset=utf-8",
    unit="claim",
    holds=N_("One row for each claim, speaker and proposition: who agrees or disagrees with which issue."),
    loses=N_(
        "Not in it: claims without a proposition or without a side, how they are attributed, who relays "
        "them, and the words. Of a date without a day or month the first is taken."
    ),
    fields=FIELDS,
    write=write,
)

"""Rounds on the command line: making one, giving documents to people, and seeing how far everybody is."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from annotator.cli.given import PROJECT
from annotator.cli.said import counted, say
from annotator.model import Invalid, Missing
from annotator.project import Project

ROUND = click.argument("name", metavar="ROUND")


@click.group("rounds")
def rounds_group() -> None:
    """Who gets which documents."""


@rounds_group.command("make")
@PROJECT
@ROUND
@click.option("--overlap", type=click.IntRange(1), default=2, show_default=True, help="People a document.")
@click.option("--document", "documents", multiple=True, help="Only this document; may be repeated.")
@click.option("--person", "persons", multiple=True, help="Only this person; may be repeated.")
@click.option("--due", help="The day it is due, as 2026-01-31.")
@click.option("--spread", is_flag=True, help="Give the documents out at once, evenly.")
def make(
    project: Path,
    name: str,
    overlap: int,
    documents: tuple[str, ...],
    persons: tuple[str, ...],
    due: str | None,
    spread: bool,
) -> None:
    """Make a round of all documents for everybody who annotates, unless told otherwise.

    From then on annotators see only what is given to them.
    """
    with Project.open(project) as opened:
        round = opened.make_round(
            name, overlap, documents=documents or None, people=persons or None, due=due, spread=spread
        )
        given = len(opened.assigned(round.id))
    say(
        f"Made {round.name}: {counted(len(round.documents), 'document', 'documents')}, "
        f"{counted(len(round.people), 'person', 'people')}, {given} given."
    )
    if not spread:
        say(f"Next: {shlex.join(['qawl', 'rounds', 'spread', str(project), round.name])}")


@rounds_group.command("assign")
@PROJECT
@ROUND
@click.argument("document")
@click.argument("person")
@click.option("--release", is_flag=True, help="Take it back instead. Answers stay.")
def assign(project: Path, name: str, document: str, person: str, release: bool) -> None:
    """Give a document of a round to a person, or take it back."""
    with Project.open(project) as opened:
        id = _round(opened, name)
        cell = (document, person)
        held = cell in opened.assigned(id)
        if release and not held:
            raise Invalid(
                "%(person)s does not have %(document)s in this round.", person=person, document=document
            )
        opened.assign(id, release=[cell]) if release else opened.assign(id, give=[cell])
    done = "Released" if release else "Already given:" if held else "Gave"
    say(f"{done} {document}: {person}.")


@rounds_group.command("spread")
@PROJECT
@ROUND
def spread(project: Path, name: str) -> None:
    """Give every document to as many people as the round asks for, evenly.

    What is given already stays. People differ by at most one document where that leaves room for it,
    and every pair shares about as many documents.
    """
    with Project.open(project) as opened:
        n = opened.spread_round(_round(opened, name))
    say(f"Gave {n} more.")


@rounds_group.command("show")
@PROJECT
@click.argument("name", metavar="[ROUND]", required=False)
def show(project: Path, name: str | None) -> None:
    """List the rounds; or the cells of one: document, person, done, sentences, skipped, finished."""
    with Project.open(project) as opened:
        if name is None:
            for round in opened.rounds():
                documents = counted(len(round.documents), "document", "documents")
                people = counted(len(round.people), "person", "people")
                said = f"{round.name}\t{documents}\t{people}\toverlap {round.overlap}\t{round.due or ''}"
                say(said.rstrip())
            return
        for row in opened.grid(_round(opened, name)).rows:
            for person, share in row.shares.items():
                if share.given:
                    end = f"\t{share.skipped} skipped" if share.skipped else ""
                    end += "\tfinished" if share.finished else ""
                    say(f"{row.document.id}\t{person}\t{share.done}\t{row.queued}{end}")


def _round(project: Project, name: str) -> int:
    found = next((round.id for round in project.rounds() if round.name == name), None)
    if found is None:
        raise Missing("There is no round named %(name)s. See: qawl rounds show", name=name)
    return found

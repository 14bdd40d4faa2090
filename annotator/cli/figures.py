"""The command line's figures of agreement, the same as those of the page at the same filter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from annotator import agreement
from annotator.agreement.oneself import oneself_as_json
from annotator.cli.given import PROJECT
from annotator.cli.said import say
from annotator.model import Invalid, Missing
from annotator.project import Project


@click.command("agreement")
@PROJECT
@click.option("--json", "as_json", is_flag=True, help="Every figure as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Every figure as CSV.")
@click.option("--round", "round_", help="Only the documents and people of this round: its number or name.")
@click.option("--document", "documents", multiple=True, help="Only this document; may be repeated.")
@click.option("--person", "persons", multiple=True, help="Only this person; may be repeated.")
@click.option("--without-author", is_flag=True, help="Do not count the author's own claims.")
def agreement_command(
    project: Path,
    as_json: bool,
    as_csv: bool,
    round_: str | None,
    documents: tuple[str, ...],
    persons: tuple[str, ...],
    without_author: bool,
) -> None:
    """Show how far annotators agree: Krippendorff's alpha for every question."""
    if as_json and as_csv:
        raise Invalid("Choose one of --json and --csv.")
    with Project.open(project) as opened:
        known(opened, documents, persons)
        ask = opened.figures if as_csv else opened.agreement
        asked: dict[str, Any] = {
            "documents": documents or None,
            "people": persons or None,
            "own_voice": not without_author,
            "round": None if round_ is None else round_id(opened, round_),
        }
        report = ask(**asked)
        oneself = opened.agreement_with_oneself(**asked) if as_json else {}
        book = opened.codebook().name
    if as_json:
        shown = {**agreement.everything(report, book), "oneself": oneself_as_json(oneself)}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    elif as_csv:
        click.echo(agreement.as_csv(report), nl=False)
    else:
        say(agreement.as_table(report))


def known(project: Project, documents: tuple[str, ...], persons: tuple[str, ...]) -> None:
    """A misspelt name would otherwise look like an empty result."""
    for document in documents:
        project.document(document)
    names = {person.name for person in project.people()}  # removed people's answers stay
    for name in persons:
        if name not in names:
            raise Missing("There is nobody named %(name)s in this project. See: qawl people list", name=name)


def round_id(project: Project, asked: str) -> int:
    """A round by its name, or else by its number."""
    for round in project.rounds():
        if round.name == asked:
            return int(round.id)
    if asked.isascii() and asked.isdecimal() and len(asked) < 10:
        return int(project.round(int(asked)).id)
    raise Missing("There is no round named %(name)s in this project.", name=asked)

"""Codebooks on the command line: checking a file, and the one a project works with."""

from __future__ import annotations

from pathlib import Path

import click

from annotator import codebook
from annotator.cli import files
from annotator.cli.given import FILE, PROJECT
from annotator.cli.said import say
from annotator.codebook.differences import Change
from annotator.model import Invalid, several
from annotator.project import Project, Proposal


@click.group("codebook")
def codebook_group() -> None:
    """Codebooks."""


@codebook_group.command("check")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Check a codebook and say what is wrong, and what would be right."""
    source = read(file)
    book = codebook.load(source, file.name)
    say(f"{file}: {book.name} is in order.")


@codebook_group.command("show")
@PROJECT
@click.option("--version", help="An earlier version; the one in force if not given.")
def show(project: Path, version: str | None) -> None:
    """Print the codebook of a project, as its TOML file."""
    with Project.open(project) as opened:
        source = opened.codebook_source() if version is None else opened.codebook_version(version)[0]
    click.echo(source, nl=not source.endswith("\n"))


@codebook_group.command("update")
@PROJECT
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask; show the differences and save.")
def update(project: Path, file: Path, yes: bool) -> None:
    """Put an edited codebook in force as a new version.

    Shows the differences first, and the answers they touch; those answers stay as they are. The file
    needs a higher version: wordings raise the third number, additions the second, changes of meaning
    (retired or merged labels, too) the first.
    """
    source = read(file)
    with Project.open(project) as opened:
        proposal = opened.propose_codebook(source, file.name)
        _say(proposal)
        if not yes:
            click.confirm(f"Save this as version {proposal.book.version}?", abort=True)
        book = opened.update_codebook(source, seen=proposal.before.version)
    say(f"{book.name} is in force.")


def read(file: Path) -> str:
    """A codebook file without faults."""
    source = files.read_text(file)
    faults = codebook.problems(source, file.name)
    if faults:
        raise Invalid(several(faults))
    return source


def _say(proposal: Proposal) -> None:
    for change in proposal.changes:
        say(_line(change))
    for touched in proposal.touched:
        people = ", ".join(f"{use.person} {use.claims}" for use in touched.held.people)
        say(
            f"{touched.name} ({touched.id}) is in {touched.held.claims} claims "
            f"of {touched.held.sentences} sentences: {people}"
        )
    say(f"From {proposal.before.version}, this needs at least version {proposal.version}.")


def _line(change: Change) -> str:
    """
    >>> from annotator.codebook.differences import Level
    >>> _line(Change(Level.MEANING, "merged", "label", "unclear", "Unclear", "stance", after="Neither"))
    'merged label unclear (stance): Unclear -> Neither'
    """
    where = f" ({change.field})" if change.field else ""
    what = " ".join(filter(None, (change.act, change.thing, change.id))) + where
    if change.part:
        return f"{what}: {change.part}: {_short(change.before)} -> {_short(change.after)}"
    return f"{what}: {change.name}" + (f" -> {change.after}" if change.after else "")


def _short(text: str) -> str:
    text = " / ".join(text.split("\n"))
    return "nothing" if not text else text if len(text) <= 60 else f"{text[:60]}…"

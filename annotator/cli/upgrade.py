"""Bringing a project file up to date with its old state kept elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.given import PROJECT
from annotator.cli.said import say
from annotator.model import Missing
from annotator.project import Project


@click.command("upgrade")
@PROJECT
@click.option(
    "--keep",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Where the file goes as it was before: a folder on a disk with room for it.",
)
def upgrade_command(project: Path, keep: Path) -> None:
    """Bring a project of an earlier version up to date, where its own disk has no room for a copy of it.

    Every other command does this by itself, and keeps the old file beside the new one.
    """
    if not keep.is_dir():
        raise Missing("The folder %(folder)s does not exist. Make it first.", folder=keep)
    said: list[str] = []
    Project.bring_up_to_date(project, keep, tell=said.append)
    say("\n".join(said) or f"{project} is up to date.")

"""What a project file holds, in words."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.given import PROJECT
from annotator.project import Project


@click.command("schema")
@PROJECT
def schema_command(project: Path) -> None:
    """Print what every table and column of a project file is, in Markdown.

    A bundle has the same in SCHEMA.md, and the statements that make the tables in schema.sql.
    """
    with Project.open(project) as opened:
        for piece in opened.schema():
            click.echo(piece, nl=False)

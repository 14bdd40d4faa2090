"""What the commands say: names of other people's making cannot give orders to the terminal."""

from __future__ import annotations

import click

from annotator.model import upright


def say(words: object = "", *, err: bool = False, nl: bool = True) -> None:
    """A line for a person. Files and JSON, which are for programs, go out as they are."""
    click.echo(upright(str(words)), err=err, nl=nl)

"""What the commands say: names of other people's making cannot give orders to the terminal."""

from __future__ import annotations

import click

from annotator.model import upright


def counted(count: int, one: str, many: str) -> str:
    """
    >>> counted(1, "answer", "answers"), counted(0, "answer", "answers")
    ('1 answer', '0 answers')
    """
    return f"{count} {one if count == 1 else many}"


def say(words: object = "", *, err: bool = False, nl: bool = True) -> None:
    """A line for a person. Files and JSON, which are for programs, go out as they are."""
    click.echo(upright(str(words)), err=err, nl=nl)

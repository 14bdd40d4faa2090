"""Tokens on the command line: what programs read a served project with."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.given import PROJECT
from annotator.cli.said import say
from annotator.project import TOKEN_DAYS, Project


@click.group("token")
def token_group() -> None:
    """What programs read a served project with."""


@token_group.command("add")
@PROJECT
@click.argument("person")
@click.argument("name")
@click.option(
    "--days", type=click.IntRange(1, TOKEN_DAYS[-1]), default=90, show_default=True,
    help="How long the token works.",
)  # fmt: skip
def add(project: Path, person: str, name: str, days: int) -> None:
    """Make a token that reads what PERSON may read; NAME says what it is for.

    The token is printed once and kept nowhere. Programs send it as: Authorization: Bearer TOKEN
    """
    with Project.open(project) as opened:
        made, words = opened.add_token(name, opened.person(person), days=days)
    say(f"Token {made.id} of {made.person}, until {made.expires[:10]}. It is shown only now.", err=True)
    say(words)


@token_group.command("list")
@PROJECT
def list_(project: Path) -> None:
    """List the tokens that work: number, person, name, made, last used, until."""
    with Project.open(project) as opened:
        for one in opened.tokens():
            used = one.last_used or "never"
            say(
                f"{one.id}\t{one.person}\t{one.name}\tmade {one.created_at[:10]}"
                f"\tlast used {used}\tuntil {one.expires[:10]}"
            )


@token_group.command("remove")
@PROJECT
@click.argument("number", type=int)
def remove(project: Path, number: int) -> None:
    """Make a token worthless, by its number in the list."""
    with Project.open(project) as opened:
        opened.withdraw_token(number)
    say(f"Token {number} no longer works.")

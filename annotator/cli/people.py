"""People on the command line: who may sign in, and the links that let them."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import click

from annotator.cli import files
from annotator.cli.given import PROJECT
from annotator.cli.said import say
from annotator.model import Invalid, Role
from annotator.project import Invitation, Project

NAME = click.argument("name")
DAYS = click.option(
    "--days", type=click.IntRange(1, 30), default=7, show_default=True, help="How long the link works."
)


def are_ips(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    for address in given:
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise Invalid("%(address)s is no IP address. Give it as 172.18.0.2", address=address) from None
    return given


def is_address(_context: click.Context, _option: click.Parameter, address: str | None) -> str | None:
    if address is not None and not address.startswith(("http://", "https://")):
        raise Invalid("%(address)s is no address. Give it as https://qawl.example", address=address)
    return address


ADDRESS = click.option(
    "--address",
    default="http://127.0.0.1:8000",
    show_default=True,
    callback=is_address,
    help="Where people open the project.",
)


@click.group("people")
def people_group() -> None:
    """Who may sign in."""


@people_group.command("add")
@PROJECT
@NAME
@click.option("--lead", is_flag=True, help="May see agreement and export everybody's answers.")
@click.option("--password", is_flag=True, help="Ask for a password (or read it from standard input).")
def add(project: Path, name: str, lead: bool, password: bool) -> None:
    """Add a person to a project."""
    with Project.open(project) as opened:
        secret = files.ask_password() if password else None
        person = opened.add_person(name, Role.LEAD if lead else Role.ANNOTATOR, secret)
    say(f"Added {person.name} ({person.role}).")


@people_group.command("invite")
@PROJECT
@click.argument("name", required=False)
@click.option("--lead", is_flag=True, help="Joins as a lead.")
@DAYS
@ADDRESS
def invite(project: Path, name: str | None, lead: bool, days: int, address: str) -> None:
    """Print a link with which a person joins, once, and chooses a password.

    Without a name they choose that too. A removed person comes back under their old name.
    """
    with Project.open(project) as opened:
        made = opened.invite(name, Role.LEAD if lead else Role.ANNOTATOR, days=days)
        _say_link(opened, made, address)


@people_group.command("reset")
@PROJECT
@NAME
@DAYS
@ADDRESS
def reset(project: Path, name: str, days: int, address: str) -> None:
    """Print a link with which a person chooses a new password, once."""
    with Project.open(project) as opened:
        _say_link(opened, opened.invite_to_new_password(name, days=days), address)


@people_group.command("list")
@PROJECT
def list_(project: Path) -> None:
    """List the people of a project, and the links nobody has used yet."""
    with Project.open(project) as opened:
        for person in opened.people():
            notes = ["" if person.has_password else "no password", "removed" if person.removed else ""]
            say("\t".join([person.name, person.role, ", ".join(filter(None, notes))]).rstrip())
        for link in opened.invitations():
            what = f"joins as {link.role}" if link.joins else "new password"
            say(f"{link.name or 'anybody'}\tlink {link.id}\t{what}, until {link.expires[:10]}")


@people_group.command("withdraw")
@PROJECT
@click.argument("link", type=int)
def withdraw(project: Path, link: int) -> None:
    """Make a link worthless, by its number in the list."""
    with Project.open(project) as opened:
        opened.withdraw_invitation(link)
    say(f"Link {link} no longer works.")


@people_group.command("role")
@PROJECT
@NAME
@click.argument("role", type=click.Choice([Role.LEAD.value, Role.ANNOTATOR.value]))
def role(project: Path, name: str, role: str) -> None:
    """Make a person lead or annotator."""
    with Project.open(project) as opened:
        person = opened.change_role(name, Role(role))
    say(f"{person.name} is {person.role} from now on.")


@people_group.command("remove")
@PROJECT
@NAME
def remove(project: Path, name: str) -> None:
    """Remove a person. Their answers stay."""
    with Project.open(project) as opened:
        opened.remove_person(name)
    say(f"Removed {name}. Their answers stay.")


@people_group.command("password")
@PROJECT
@NAME
def password(project: Path, name: str) -> None:
    """Set a person's password (asked for, or read from standard input)."""
    with Project.open(project) as opened:
        opened.person(name)
        opened.set_password(name, files.ask_password())
    say(f"Set the password of {name}.")


@people_group.command("sign-out")
@PROJECT
@NAME
def sign_out(project: Path, name: str) -> None:
    """Sign a person out wherever they are signed in."""
    with Project.open(project) as opened:
        opened.end_sessions(name)
    say(f"{name} is signed out everywhere.")


def _say_link(project: Project, made: Invitation, address: str) -> None:
    say(f"{address.rstrip('/')}/invitations/{project.token(made)}")

"""Copies of a project on the command line: making one, listing them, going back to one."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from annotator.cli.given import FILE, PROJECT
from annotator.cli.said import counted, say
from annotator.model import Invalid
from annotator.project import Project, backups
from annotator.project.backups import COUNTED, NOBODY, Copy, Counts, Undone

FOLDER = click.option(
    "--backups",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the copies, if it is not PROJECT.backups.",
)
WORDS = {
    "annotations": "answers",
    "second_answers": "second answers",
    "settlements": "final answers",
    "finishes": "documents finished or opened again",
    "documents": "documents",
    "changes": "changes of texts",
    "document_states": "descriptions of documents",
    "assignments": "assignments",
    "round_states": "changes of rounds",
    "people_states": "changes of people, roles and passwords",
    "speaker_changes": "changes of speakers",
    "codebooks": "versions of the codebook",
}
assert set(WORDS) == set(COUNTED)


@click.command("backup")
@PROJECT
@click.argument("target", type=FILE, required=False)
@FOLDER
@click.option("--list", "list_", is_flag=True, help="List the copies that are there.")
@click.option("--check", is_flag=True, help="With --list, read every copy again, to the last byte.")
def backup_command(project: Path, target: Path | None, folder: Path | None, list_: bool, check: bool) -> None:
    """Make a checked copy of a project now, while people work in it.

    It goes to TARGET, which must not exist, or under the present time into PROJECT.backups, where a running
    server keeps its own.
    """
    if list_ or check:
        if target is not None:
            raise Invalid("With --list give no file to copy to.")
        _list(project, folder, check)
        return
    with Project.open(project) as opened:
        if target is None:
            target = opened.make_copy(folder)
        else:
            opened.copy_to(target)
    say(f"{target}: copied and checked.")


def _list(project: Path, folder: Path | None, check: bool) -> None:
    """Also of a project that is damaged or gone: that is when one looks."""
    found = backups.found_copies(project, folder)
    damaged = 0
    for copy in found:
        well = copy.held is not None and (not check or backups.well(copy))
        damaged += not well
        say(_described(copy, "checked" if check else "checked when made") if well else _damaged(copy))
    if not found:
        say(f"There are no copies in {folder or backups.folder_of(project)}.", err=True)
    if damaged:
        raise Invalid("%(count)s of the copies are damaged, as said above.", count=damaged)


def _described(copy: Copy, checked: str) -> str:
    assert copy.held
    held = "\t".join(
        (
            counted(copy.held.answers, "answer", "answers"),
            counted(copy.held.documents, "document", "documents"),
            counted(copy.held.people, "person", "people"),
        )
    )
    return f"{copy.path}\t{_when(copy.time)}\t{held}\t{copy.size / 1e6:.1f} MB\t{checked}"


def _damaged(copy: Copy) -> str:
    return f"{copy.path}\t{_when(copy.time)}\tdamaged"


def _when(time: datetime.datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC")


@click.command("restore")
@PROJECT
@click.argument("copy", type=FILE)
@FOLDER
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore_command(project: Path, copy: Path, folder: Path | None, yes: bool) -> None:
    """Go back to a copy of a project, which may be damaged or gone.

    First says what would be undone. The present state stays as a checked copy, or where it is damaged as the
    file it is, so that this can itself be undone. Stop the server first, or go back on its page “Backups”.
    """
    if backups.readable(project):
        _say(backups.undone(project, copy))
    elif project.exists():
        say(f"{project} is damaged, so what is newer in it than in the copy cannot be said.")
    else:
        say(f"There is no {project}, so nothing is undone.")
    if not yes:
        click.confirm(f"Go back to {copy.name}?", abort=True)
    restored = backups.restore(project, copy, folder)
    say(f"{project} is what {copy.name} holds. Everybody has to sign in again.")
    if restored.kept:
        say(f"As it was before, it is kept in {restored.kept}")
    if restored.aside:
        say(f"The damaged file is kept in {restored.aside}")


def _say(undone: Undone) -> None:
    if not undone.lost and not undone.back:
        say("Nothing was done since this copy was made.")
    if undone.lost:
        say("This is in the project and not in the copy:")
        _count(undone.lost)
    for row in undone.newest:
        say(f"    {row.at}  {row.person}  {row.title}, sentence {row.sentence}")
    if undone.back:
        say("This is in the copy and not in the project:")
        _count(undone.back)


def _count(counts: Counts) -> None:
    for table, people in counts.items():
        named = ", ".join(f"{name if name != NOBODY else 'command line'} {n}" for name, n in people.items())
        say(f"  {sum(people.values())} {WORDS[table]}: {named}")

"""The whole project as one file, and what left a project taken in again."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli import files
from annotator.cli.given import FILE, PROJECT
from annotator.cli.said import counted, say
from annotator.homecoming import bundle, records
from annotator.model import Invalid
from annotator.project import Project, Report


@click.command("bundle")
@PROJECT
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder to write to.")
def bundle_command(project: Path, output: Path | None) -> None:
    """Write the whole project as one .zip: to keep, to publish, to make it again elsewhere.

    It holds the answers, every version of the codebook, the imported files as they came, and every table of
    the project with its history, as text. No password and no invitation is in it. “qawl import” makes the
    same project of it again, and says so only if its export is the same, byte by byte.
    """
    with Project.open(project) as opened:
        target = files.target(output, f"{project.stem}.bundle.zip")
        files.write(target, opened.bundle())
    say(f"Wrote {target}")


@click.command("merge")
@PROJECT
@click.argument("other", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would be added and what contradicts.")
def merge_command(project: Path, other: Path, dry_run: bool) -> None:
    """Add what another project file of the same codebook holds: two offices, one project.

    Documents are the same by their id, people by their name. Answers come with their history; one that goes
    on from what is here is added to it. Where both answered otherwise, nothing changes here: it is named and
    stays in the other file. The exit status is then 1. Nobody's password comes along.
    """
    with Project.open(project) as opened:
        merged = opened.take_project(other, dry_run=dry_run)
    for said in (*merged.alike, *merged.conflicts):
        say(said, err=True)
    if merged.people:
        say(f"New here, without a password: {', '.join(merged.people)}")
    would = "Would take" if dry_run else "Took"
    say(
        f"{would} {counted(merged.documents, 'document', 'documents')}, {_answers(merged.answers)} and "
        f"{_finals(merged.finals)}; "
        f"{counted(merged.same, 'sentence was', 'sentences were')} answered the same."
    )
    if merged.conflicts:
        raise Invalid(
            "Not everything agrees: %(count)s, as said above. It stays in %(other)s.",
            count=len(merged.conflicts),
            other=other,
        )


def comes_home(
    project: Path, paths: tuple[Path, ...], format: str | None, name: str | None, dry_run: bool
) -> bool:
    """Take in what left a Qawl project or another tool; False where the files are something else."""
    if format is not None:
        if len(paths) != 1 or not paths[0].exists():
            raise Invalid("With --format give one file or folder that is there.")
        _take_annotations(project, paths[0], format, name, dry_run)
        return True
    one = paths[0] if len(paths) == 1 and paths[0].is_file() else None
    if one is not None and (bundle.is_bundle(one) or (one.suffix == ".zip" and not project.exists())):
        if name or dry_run:
            raise Invalid("A bundle comes whole and into a new file, without --as and --dry-run.")
        _take_bundle(project, one)
        return True
    if one is not None and _is_records(one):
        with Project.open(project) as opened:
            say_report(opened.take_records(one, name=name, dry_run=dry_run))
        return True
    if name or dry_run:
        raise Invalid("--as and --dry-run are for one file with answers, such as claims.jsonl.")
    return False


def _take_annotations(project: Path, path: Path, format: str, name: str | None, dry_run: bool) -> None:
    with Project.open(project) as opened:
        try:
            say_report(opened.take_annotations(format, path, name=name, dry_run=dry_run))
        except Invalid as problem:
            if problem.field != "as":
                raise
            raise Invalid(
                "The file does not say whose answers these are. Give a name with --as."
            ) from problem


def _is_records(path: Path) -> bool:
    with path.open("rb") as lines:
        return records.is_ours(lines.readline(records.LONGEST_LINE))


def _take_bundle(project: Path, path: Path) -> None:
    returned = Project.from_bundle(project, path)
    say(
        f"{project}: {counted(returned.documents, 'document', 'documents')}, "
        f"{counted(returned.people, 'person', 'people')}, {_answers(returned.answers)}, "
        f"{_finals(returned.finals)}."
    )
    for difference in returned.differences:
        say(f"The bundle is of another version of Qawl. {difference}", err=True)
    if not returned.differences:
        say("Every sentence follows from its file, and every marked word from its sentence.")
    if returned.checked:
        held = counted(returned.records, "record", "records")
        say(f"Its export is that of the bundle, byte by byte: {held}.")
    say(f"Passwords do not travel. Next: qawl people password {project} NAME")


def say_report(report: Report) -> None:
    """What became of the records; what was left where it is goes to standard error."""
    for said in (*report.alike, *report.conflicts):
        say(said, err=True)
    if unnamed := report.left - len(report.conflicts):
        say(f"… and {unnamed} more.", err=True)
    if report.documents:
        say(
            f"{counted(report.documents, 'document was', 'documents were')} put together from the sentences. "
            f"Not in such a file: what was imported, earlier answers, and "
            f"{counted(report.gaps, 'sentence', 'sentences')} that nobody answered."
        )
    if report.unfinished:
        say(
            f"Not whole, so kept as comments on sentences that are still to be answered: {report.unfinished}."
        )
    if report.people:
        say(f"New here, without a password: {', '.join(report.people)}")
    say(
        f"Took {_answers(report.added)} and {_finals(report.finals)}; "
        f"{counted(report.same, 'was', 'were')} here already, {counted(report.left, 'was', 'were')} left."
    )


def _answers(count: int) -> str:
    return counted(count, "answer", "answers")


def _finals(count: int) -> str:
    return counted(count, "final one", "final ones")

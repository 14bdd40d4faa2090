"""The command line's exports: every format and every filter of the page, to the byte."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from annotator import filter, outputs
from annotator.cli import figures, files
from annotator.cli.given import PROJECT
from annotator.cli.said import say
from annotator.filter import Filter
from annotator.project import Project
from annotator.project.exporting import Tally


class FormatId(click.Choice[str]):
    """The id of a format; `jsonl` is what the first one was called."""

    def __init__(self) -> None:
        super().__init__(list(outputs.FORMATS))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(outputs.LINES if value == "jsonl" else value, param, ctx)


def listed() -> str:
    """Every format as `--help` has it."""
    return "\n".join(f"  {one.id:<15} {one.name} (.{one.extension})" for one in outputs.FORMATS.values())


HELP = f"""Export every current answer, one line per sentence and annotator, or in another format.

Writes to the folder exports/ unless told otherwise. Every format and its columns are described in
exports/README.md.

\b
Formats:
{listed()}"""


@click.command("export", help=HELP)
@PROJECT
@click.option(
    "--format", "format_", type=FormatId(), metavar="FORMAT", default=outputs.LINES, show_default=True,
    help="What to write: one of the formats above.",
)  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder; - is standard output.")
@click.option("--round", "round_", help="Only the documents and people of this round: its number or name.")
@click.option("--document", "documents", multiple=True, help="Only this document; may be repeated.")
@click.option("--person", "persons", multiple=True, help="Only this person; may be repeated.")
@click.option(
    "--status", "statuses", type=click.Choice([status.value for status in filter.STATUSES]), multiple=True,
    help="Only this status; may be repeated.",
)  # fmt: skip
@click.option(
    "--label", "labels", metavar="FIELD:ID", multiple=True,
    help="Only claims with this label, as in stance:unclear; may be repeated.",
)  # fmt: skip
@click.option("--own-voice/--no-own-voice", default=True, help="With the author's own claims, or without.")
@click.option(
    "--layer", type=click.Choice(filter.LAYERS), default="votes", show_default=True,
    help="Everybody's own answers, the final ones, or both.",
)  # fmt: skip
def export_command(
    project: Path,
    format_: str,
    output: Path | None,
    round_: str | None,
    documents: tuple[str, ...],
    persons: tuple[str, ...],
    statuses: tuple[str, ...],
    labels: tuple[str, ...],
    own_voice: bool,
    layer: str,
) -> None:
    with Project.open(project) as opened:
        chosen = filter.made(
            round=None if round_ is None else figures.round_id(opened, round_),
            documents=documents, people=persons, layer=layer, statuses=statuses, labels=labels,
            own_voice=own_voice,
        )  # fmt: skip
        figures.known(opened, documents, persons)
        _tell_missing(opened, chosen)
        tally = Tally()
        pieces = opened.export(format_, chosen, tally)
        format = outputs.FORMATS[format_]
        if output == Path("-"):
            for piece in pieces:
                click.echo(piece, nl=False)
            return
        target = files.target(output, f"{project.stem}.{format.extension}")
        with _progress(opened, chosen, tally):
            files.write(target, pieces)
    say(f"Wrote {_written(tally, format)}{target}")


def _tell_missing(project: Project, chosen: Filter) -> None:
    if chosen.layer != "votes" and (missing := project.missing_finals(chosen)):
        say(
            f"Missing final answers: {missing}. The text of their sentences was changed after they were "
            "settled; settle them anew.",
            err=True,
        )


def _written(tally: Tally, format: outputs.Format) -> str:
    records = f"{tally.records} records"
    if format.unit == "sentence":
        return f"{records} to "
    return f"{tally.claims} claims from {records} to " if tally.read else ""  # a codebook has none


@contextmanager
def _progress(project: Project, chosen: Filter, tally: Tally) -> Iterator[None]:
    """A bar on standard error, where somebody sees it: counting first takes time too."""
    if not sys.stderr.isatty():
        yield
        return
    with click.progressbar(length=project.count_read(chosen), label="Exporting", file=sys.stderr) as bar:
        tally.told = lambda read: bar.update(read - bar.pos)
        yield

"""The command line."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from annotator import __version__, demo, serve, text
from annotator.cli import (
    backups,
    codebooks,
    exports,
    figures,
    files,
    homecoming,
    people,
    rounds,
    schema,
    tokens,
    upgrade,
)
from annotator.cli.given import FILE, PROJECT
from annotator.cli.said import say
from annotator.model import Invalid, Problem, one_line
from annotator.project import Damaged, Failure, Project, Taken, Unrecognised, told, with_way_back
from annotator.text import Level
from annotator.text.formats import Options, open_file
from annotator.web import logs

PORT = click.IntRange(0, 65535)
LEVELS = {
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
}


class Doors(click.Group):
    """Every problem leaves as one sentence on standard error, with exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (Damaged, Unrecognised) as problem:
            said = with_way_back(problem, problem.path) if problem.path else problem.said
            raise click.ClickException(str(said)) from problem
        except Problem as problem:
            raise click.ClickException(str(problem)) from problem
        except Failure as error:
            raise click.ClickException(str(told(error))) from error
        except PermissionError as error:
            path = one_line(error.filename)
            raise click.ClickException(f"{path} is in a folder you may not use.") from error
        except BrokenPipeError:
            sys.stderr.close()
            raise SystemExit(1) from None


@click.group(cls=Doors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="qawl")
def main() -> None:
    """Tag who says what in news texts, whose position it is, and how it is attributed.

    A project is one SQLite file. Start with “qawl demo”.
    """


@main.command("demo")
@click.option("--port", type=PORT, default=0, help="Port to serve on; a free one if not given.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--no-serve", is_flag=True, help="Only build the project file.")
def demo_command(port: int, no_browser: bool, no_serve: bool) -> None:
    """Try Qawl on a real Arabic article.

    Makes qawl-demo.db in the current folder with the bundled article, its codebook, a reference
    annotation and two simulated annotators, serves it to this computer and prints how to sign in.
    Run again, it goes on with the same file.
    """
    path = Path("qawl-demo.db")
    if path.exists():
        say(f"Going on with {path}.")
    else:
        say(f"Making {path} …")
        demo.build(path)
    Project.open(path, tell=click.echo).close()
    if no_serve:
        return
    serve.run([path], "127.0.0.1", port, started=_say_demo, browse=not no_browser)


def _say_demo(address: str) -> None:
    _say_started(address)
    say("Sign in to annotate:   name  Annotator   password  " + demo.PASSWORD)
    say("Sign in as the lead:   name  Lead        password  " + demo.PASSWORD)


def _say_started(address: str) -> None:
    say(f"\nQawl is running at     {address}    (stop with Ctrl+C)")


@main.command()
@PROJECT
@click.option("--codebook", "book", type=FILE, required=True, help="The codebook, a TOML file.")
def init(project: Path, book: Path) -> None:
    """Make a new, empty project file under a codebook."""
    source = codebooks.read(book)
    Project.create(project, source).close()
    say(f"Made {one_line(project)}. Next: qawl people add {one_line(project)} NAME --lead")


@main.command("import")
@PROJECT
@click.argument("paths", metavar="FILES...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--lang", help="Language of the texts (ar, ru, tr, en, …); found out if not given.")
@click.option("--reading", type=FILE, help="A checked reading (JSON) to use instead of the automatic one.")
@click.option(
    "--repairs",
    type=click.Choice(["safe", "proposed", "none"]),
    default="proposed",
    show_default=True,
    help="Which repairs of damaged text to apply.",
)
@click.option("--encoding", help="Encoding of text files; found out if not given.")
@click.option("--text-column", help="Column of a table that holds the text.")
@click.option("--id-column", help="Column of a table that holds the ids.")
@click.option(
    "--rows",
    type=click.Choice(["texts", "sentences"]),
    default="texts",
    show_default=True,
    help="What a row of a table holds.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["brat", "label-studio", "doccano"]),
    help="Take in another tool's annotations of documents that are here.",
)
@click.option("--as", "name", metavar="NAME", help="Take the answers in the file as this person's.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of the answers in the file.")
def import_(
    project: Path,
    paths: tuple[Path, ...],
    lang: str | None,
    reading: Path | None,
    repairs: Level,
    rows: str,
    format_: str | None,
    name: str | None,
    dry_run: bool,
    **columns: str | None,
) -> None:
    """Import files, or all files in folders, as documents; or a project's own exports, as what they were.

    A file that cannot be imported is reported and the others go on; the exit status is then 1.
    Tables (CSV, XLSX, JSONL) hold one text or one sentence a row. With --reading give one file;
    the reading is verified against it, character by character.

    A bundle (.zip) makes the whole project again, in a new file. A file of claims-jsonl/1 brings answers to
    documents that are here; into a project without documents these come along, as far as it holds them.
    Answers that are here already stay as they are, and those that differ are named. With --format, what was
    annotated in another tool comes as answers too; what is not a whole answer there comes as a comment.
    """
    if homecoming.comes_home(project, paths, format_, name, dry_run):
        return
    found = list(files.inside(paths))
    if not found:
        raise Invalid("There is no file in %(paths)s.", paths=list(paths))
    if reading and len(found) > 1:
        raise Invalid("A checked reading belongs to one file. Import the files one by one.")
    checked = files.read_text(reading) if reading else None
    options = Options(rows=rows, **columns)
    with Project.open(project) as opened:

        def take(path: Path) -> Iterator[Taken]:
            data = files.read_bytes(path)
            if checked is not None:
                yield Taken(path.name, opened.import_file(path.name, data, lang=lang, reading=checked))
            else:
                yield from opened.take_in(path.name, data, options=options, lang=lang, level=repairs)

        _import_each(found, take)


def _import_each(paths: Sequence[Path], take: Callable[[Path], Iterator[Taken]]) -> None:
    """Import one file after the other, going on past problems; fail at the end if there were any."""
    count = failed = 0
    bar: Any
    with click.progressbar(paths, label="Importing", file=sys.stderr) as bar:
        for path in bar:
            try:
                for taken in take(path):
                    count += taken.document is not None
                    failed += taken.document is None
                    _say_taken(taken)
            except Problem as problem:
                failed += 1
                say(f"{one_line(path)}: {problem}", err=True)
    say(f"Imported {count} document{'' if count == 1 else 's'}.")
    if failed:
        raise Invalid("%(failed)s could not be imported, as said above.", failed=failed)


def _say_taken(taken: Taken) -> None:
    for problem in filter(None, (taken.problem, *taken.warnings)):
        say(f"{one_line(taken.name)}: {problem}", err=True)
    if taken.document:
        say(f"{taken.document.id}\t{one_line(taken.name)}\t{taken.document.title}")


@main.command()
@PROJECT
def verify(project: Path) -> None:
    """Derive every sentence and every marked word again from the imported bytes, and compare.

    Before that every page of the project file is read, and every index compared with its table. Reports the
    first difference in each document; the exit status is 1 if there is any.
    """
    with Project.open(project) as opened:
        opened.check_soundness(thoroughly=True)
        count = 0
        different = 0
        for verified in opened.verify():
            count += 1
            if verified.difference:
                different += 1
                say(f"{verified.document.id}\t{verified.difference}")
    if different:
        raise Invalid(
            "%(different)s of %(count)s documents differ from their files. Go back to your last copy.",
            different=different,
            count=count,
        )
    said = (
        "The document follows from its file"
        if count == 1
        else f"All {count} documents follow from their files"
    )
    say(f"{said}, character by character.")


@main.command()
@click.argument("file", type=FILE)
@click.option("--lang", help="Language of the text; found out if not given.")
def read(file: Path, lang: str | None) -> None:
    """Print what import would make of a file, one unit a line, as JSONL.

    Spans are code points of the decoded file, in reading order; unsure lines count from 1.
    """
    try:
        for source in open_file(file.name, files.read_bytes(file)):
            for unit in text.jsonl(text.read(source.text, lang, given=source.given)):
                click.echo(json.dumps(unit, ensure_ascii=False))
    except Invalid as problem:
        if str(file) in str(problem):
            raise
        raise Invalid("%(file)s: %(why)s", file=file, why=problem) from problem


@main.command("serve")
@click.argument("projects", metavar="PROJECT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="0 takes a free one.")
@click.option(
    "--address",
    callback=people.is_address,
    help="What people type where a proxy passes their requests on: https://qawl.example",
)
@click.option(
    "--backups",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the copies that are made by themselves; beside each project if not given.",
)
@click.option(
    "--proxy",
    "proxies",
    metavar="IP",
    multiple=True,
    callback=people.are_ips,
    help="Address of a proxy on another computer, or in another container; several if need be.",
)
@click.option("--log", type=FILE, help="File for the log, in lines of JSON; standard error if not given.")
@click.option("--log-level", type=click.Choice(list(LEVELS)), help="The least that is worth a line.")
def serve_command(
    projects: tuple[Path, ...],
    host: str,
    port: int,
    address: str | None,
    folder: Path | None,
    proxies: tuple[str, ...],
    log: Path | None,
    log_level: str | None,
) -> None:
    """Serve a project to browsers, or several: each file, or each in a folder, under a path of its own.

    On anything but this computer, or behind a proxy, it refuses to start unless somebody has a password.

    The log has a line of JSON for each request and each event, without names, texts or answers. In a terminal
    only warnings are shown unless --log or --log-level is given.
    """
    logs.begin(log, LEVELS[log_level or ("warning" if sys.stderr.isatty() and not log else "info")])
    unserved = serve.unserved(projects, address or host, tell=_say_upgraded, backups=folder)
    for path, problem in unserved.items():
        say(f"{one_line(path)} is not served. {problem}", err=True)
    serve.run(
        projects,
        host,
        port,
        started=_say_started,
        public=address,
        proxies=proxies,
        backups=folder,
        unserved=unserved,
    )


def _say_upgraded(said: str) -> None:
    say(said)
    logs.note("upgrade")


main.add_command(backups.backup_command)
main.add_command(backups.restore_command)
main.add_command(exports.export_command)
main.add_command(homecoming.bundle_command)
main.add_command(schema.schema_command)
main.add_command(homecoming.merge_command)
main.add_command(rounds.rounds_group)
main.add_command(people.people_group)
main.add_command(tokens.token_group)
main.add_command(codebooks.codebook_group)
main.add_command(figures.agreement_command)
main.add_command(upgrade.upgrade_command)

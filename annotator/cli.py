"""The command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from annotator import __version__, agreement, codebook, demo, serve, text
from annotator.model import Invalid, Problem, Role, Status
from annotator.project import Project

T = TypeVar("T")
STATUS = click.Choice([status.value for status in Status if status is not Status.TODO])
PROJECT = click.argument("project", type=click.Path(path_type=Path, dir_okay=False))
FILE = click.Path(path_type=Path, dir_okay=False)
PORT = click.IntRange(0, 65535)


class Doors(click.Group):
    """Every problem leaves as one sentence on standard error, with exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            raise click.ClickException(str(problem)) from problem
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
        click.echo(f"Going on with {path}.")
    else:
        click.echo(f"Making {path} …")
        demo.build(path)
    Project.open(path).close()
    if no_serve:
        return
    serve.run(path, "127.0.0.1", port, started=_say_demo, browse=not no_browser)


def _say_demo(address: str) -> None:
    _say_started(address)
    click.echo("Sign in to annotate:   name  Annotator   password  " + demo.PASSWORD)
    click.echo("Sign in as the lead:   name  Lead        password  " + demo.PASSWORD)


def _say_started(address: str) -> None:
    click.echo(f"\nQawl is running at     {address}    (stop with Ctrl+C)")


@main.command()
@PROJECT
@click.option("--codebook", "book", type=FILE, required=True, help="The codebook, a TOML file.")
def init(project: Path, book: Path) -> None:
    """Make a new, empty project file under a codebook."""
    source = _read_text(book)
    faults = codebook.problems(source, book.name)
    if faults:
        raise Invalid(_listed(faults))
    Project.create(project, source).close()
    click.echo(f"Made {project}. Next: qawl people add {project} NAME --lead")


@main.command("import")
@PROJECT
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--lang", help="Language of the texts (ar, ru, tr, en, …); found out if not given.")
@click.option("--reading", type=FILE, help="A checked reading (JSON) to use instead of the automatic one.")
def import_(project: Path, files: tuple[Path, ...], lang: str | None, reading: Path | None) -> None:
    """Import text files as documents.

    A file that cannot be imported is reported and the others go on; the exit status is then 1.
    With --reading give one file; the reading is verified against it, character by character.
    """
    if reading and len(files) > 1:
        raise Invalid("A checked reading belongs to one file. Import the files one by one.")
    checked = _read_text(reading) if reading else None
    with Project.open(project) as opened:

        def take(path: Path) -> str:
            data = _read_bytes(path)
            document = opened.import_file(path.name, data, lang=lang, reading=checked)
            return f"{path}: {document.id}, {len(opened.sentences(document.id))} units"

        _each(files, take)


@main.command()
@click.argument("file", type=FILE)
@click.option("--lang", help="Language of the text; found out if not given.")
def read(file: Path, lang: str | None) -> None:
    """Print what import would make of a file, one unit a line, as JSONL.

    Spans are code points of the decoded file, in reading order; unsure lines count from 1.
    """
    raw, _ = text.decode(_read_bytes(file))
    for unit in text.jsonl(text.read(raw, lang)):
        click.echo(json.dumps(unit, ensure_ascii=False))


@main.command("serve")
@PROJECT
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="0 takes a free one.")
def serve_command(project: Path, host: str, port: int) -> None:
    """Serve a project to browsers.

    On anything but this computer it refuses to start unless somebody has a password.
    """
    with Project.open(project) as opened:
        serve.check_exposure(opened, host)
    serve.run(project, host, port, started=_say_started)


@main.group()
def people() -> None:
    """Who may sign in."""


@people.command("add")
@PROJECT
@click.argument("name")
@click.option("--lead", is_flag=True, help="May see agreement and export everybody's answers.")
@click.option("--password", is_flag=True, help="Ask for a password (or read it from standard input).")
def add(project: Path, name: str, lead: bool, password: bool) -> None:
    """Add a person to a project."""
    with Project.open(project) as opened:
        secret = _ask_password() if password else None
        person = opened.add_person(name, Role.LEAD if lead else Role.ANNOTATOR, secret)
    click.echo(f"Added {person.name} ({person.role}).")


@people.command("list")
@PROJECT
def list_(project: Path) -> None:
    """List the people of a project."""
    with Project.open(project) as opened:
        for person in opened.people():
            notes = ["" if person.has_password else "no password", "removed" if person.removed else ""]
            click.echo("\t".join([person.name, person.role, ", ".join(filter(None, notes))]).rstrip())


@people.command("remove")
@PROJECT
@click.argument("name")
def remove(project: Path, name: str) -> None:
    """Remove a person. Their answers stay."""
    with Project.open(project) as opened:
        opened.remove_person(name)
    click.echo(f"Removed {name}. Their answers stay.")


@people.command("password")
@PROJECT
@click.argument("name")
def password(project: Path, name: str) -> None:
    """Set a person's password (asked for, or read from standard input)."""
    with Project.open(project) as opened:
        opened.person(name)
        opened.set_password(name, _ask_password())
    click.echo(f"Set the password of {name}.")


@main.command("export")
@PROJECT
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl"]),
    default="jsonl",
    show_default=True,
    help="What to write.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder; - is standard output.")
@click.option("--document", "documents", multiple=True, help="Only this document; may be repeated.")
@click.option("--person", "persons", multiple=True, help="Only this person; may be repeated.")
@click.option("--status", "statuses", type=STATUS, multiple=True, help="Only this status; may be repeated.")
def export_command(
    project: Path,
    format_: str,
    output: Path | None,
    documents: tuple[str, ...],
    persons: tuple[str, ...],
    statuses: tuple[str, ...],
) -> None:
    """Export every current answer, one line per sentence and annotator.

    Writes to the folder exports/ unless told otherwise. The record is described in exports/README.md.
    """
    with Project.open(project) as opened:
        _known(opened, documents, persons)
        chosen: dict[str, Any] = {
            "documents": documents or None,
            "people": persons or None,
            "statuses": statuses or None,
        }
        lines = opened.export_jsonl(**chosen)
        if output == Path("-"):
            for line in lines:
                click.echo(line, nl=False)
            return
        target = _target(output, f"{project.stem}.claims.jsonl")
        count = _write(target, lines, opened.count_records(**chosen))
    click.echo(f"Wrote {count} records to {target}")


@main.command("agreement")
@PROJECT
@click.option("--json", "as_json", is_flag=True, help="Every figure as JSON.")
@click.option("--document", "documents", multiple=True, help="Only this document; may be repeated.")
@click.option("--person", "persons", multiple=True, help="Only this person; may be repeated.")
@click.option("--without-author", is_flag=True, help="Do not count the author's own claims.")
def agreement_command(
    project: Path, as_json: bool, documents: tuple[str, ...], persons: tuple[str, ...], without_author: bool
) -> None:
    """Show how far annotators agree: Krippendorff's alpha for every question."""
    with Project.open(project) as opened:
        _known(opened, documents, persons)
        report = opened.agreement(
            documents=documents or None, people=persons or None, own_voice=not without_author
        )
    if as_json:
        click.echo(json.dumps(agreement.as_json(report), ensure_ascii=False, indent=2))
    else:
        click.echo(agreement.as_table(report))


@main.group("codebook")
def codebook_group() -> None:
    """Codebooks."""


@codebook_group.command("check")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Check a codebook and say what is wrong, and what would be right."""
    source = _read_text(file)
    faults = codebook.problems(source, file.name)
    if faults:
        raise Invalid(_listed(faults))
    book = codebook.load(source, file.name)
    click.echo(f"{file}: {book.name} is in order.")


def _known(project: Project, documents: tuple[str, ...], persons: tuple[str, ...]) -> None:
    """A misspelt name would otherwise look like an empty result."""
    for document in documents:
        project.document(document)
    for person in persons:
        project.person(person)


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > text.LIMIT:
            raise Invalid(f"{path} is larger than {text.LIMIT // 1_000_000} MB. Split it into single texts.")
        return path.read_bytes()
    except FileNotFoundError:
        raise Invalid(f"There is no file {path}.") from None
    except OSError as error:
        raise Invalid(f"{path} could not be read ({error.strerror}).") from error


def _read_text(path: Path) -> str:
    try:
        return _read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} is not UTF-8 text. Save it as UTF-8 and try again.") from error


def _ask_password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _each(items: Iterable[T], take: Callable[[T], str]) -> None:
    """Do something with each, going on past problems; fail at the end if there were any."""
    done: list[str] = []
    failed: list[str] = []
    with click.progressbar(list(items), label="Importing", file=sys.stderr) as bar:
        for item in bar:
            try:
                done.append(take(item))
            except Problem as problem:
                failed.append(f"{item}: {problem}")
    if done:
        click.echo("\n".join(done))
    if failed:
        raise Invalid("\n".join(failed))


def _target(output: Path | None, name: str) -> Path:
    folder = Path("exports") if output is None else output
    if output is None:
        folder.mkdir(exist_ok=True)
    return folder / name if folder.is_dir() else folder


def _write(target: Path, lines: Iterable[bytes], length: int) -> int:
    """Write a whole file or none: an export cut short would look complete."""
    unfinished = target.with_name(target.name + ".part")
    count = 0
    try:
        with (
            unfinished.open("wb") as out,
            click.progressbar(lines, length=length, label="Exporting", file=sys.stderr) as bar,
        ):
            for line in bar:
                out.write(line)
                count += 1
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise Invalid(f"{target} could not be written ({error.strerror}). Nothing was exported.") from error
    return count


def _listed(faults: list[str]) -> str:
    return "\n".join(faults)

"""What the commands do with files: reading them whole, writing them whole or not at all."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from annotator.model import Invalid
from annotator.text.formats import LARGEST_FILE


def read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Invalid(
                "%(path)s is larger than %(limit)s MB. Split it into single texts.",
                path=path,
                limit=LARGEST_FILE // 1_000_000,
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise Invalid("There is no file %(path)s.", path=path) from None
    except OSError as error:
        raise Invalid("%(path)s could not be read (%(why)s).", path=path, why=error.strerror) from error


def read_text(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("%(path)s is not UTF-8 text. Save it as UTF-8 and try again.", path=path) from error


def ask_password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def target(output: Path | None, name: str) -> Path:
    if output is None:
        output = Path("exports")
        try:
            output.mkdir(exist_ok=True)
        except OSError as error:
            raise Invalid(
                "The folder %(output)s could not be made (%(why)s). Use -o.",
                output=output,
                why=error.strerror,
            ) from error
    return output / name if output.is_dir() else output


def write(target: Path, pieces: Iterable[bytes]) -> None:
    """Write a whole file or none: an export cut short would look complete."""
    stream = target.exists() and not target.is_file()  # a pipe, a terminal: nothing to put in its place
    unfinished = target if stream else target.with_name(target.name + ".part")
    try:
        with unfinished.open("wb") as out:
            for piece in pieces:
                out.write(piece)
            if not stream:
                out.flush()
                os.fsync(out.fileno())  # a power cut must not leave the name without the file
        if not stream:
            unfinished.replace(target)
    except BaseException as error:
        if not stream:
            with contextlib.suppress(OSError):  # nothing was begun where the place itself is bad
                unfinished.unlink()
        if not isinstance(error, OSError):
            raise  # the project could not be read to its end, or somebody pressed Ctrl+C
        raise Invalid(
            "%(target)s could not be written (%(why)s). Nothing was exported.",
            target=target,
            why=error.strerror,
        ) from error


def inside(paths: Iterable[Path]) -> Iterator[Path]:
    """The files given, and in place of a folder every file in it, in order of name.

    Hidden files are left out, and links, which could lead out of the folder.
    """
    for path in paths:
        if path.is_dir():
            found = (p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
            yield from sorted(p for p in found if not _hidden(p.relative_to(path)))
        else:
            yield path


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)

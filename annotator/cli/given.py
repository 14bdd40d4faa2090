"""Files as they are named on the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from annotator.model import Invalid

SHOWN = 3


class GivenFile(click.Path):
    """A file, there or not yet. A folder is refused with what in it may be meant."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        folder = Path(value)
        if not folder.is_dir():
            return super().convert(value, param, ctx)
        inside = sorted(folder.glob("*.db"))
        if not inside:
            raise Invalid("%(folder)s is a folder. Give the name of a file.", folder=folder)
        raise Invalid(
            "%(folder)s is a folder. Give the project file in it: %(files)s",
            folder=folder,
            files=[*inside[:SHOWN], *["…"] * (len(inside) > SHOWN)],
        )


FILE = GivenFile()
PROJECT = click.argument("project", type=FILE)

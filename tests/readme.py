"""What README takes from the program itself. `python -m tests.readme` writes it there again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from annotator.cli import main

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(\n<!-- end -->)", re.DOTALL)
WIDTH = 96


def commands(group: click.Group = main, above: str = "qawl") -> Iterator[tuple[str, click.Command]]:
    """Every command there is, by its full name: “qawl people add”."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above} {name}")
        elif not command.hidden:
            yield f"{above} {name}", command


def help_of(name: str, command: click.Command) -> str:
    settings = {**main.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(command, info_name=name, **settings)
    return command.get_help(context).replace("\b", "").strip()


def commands_block() -> str:
    shown = (f"#### {name}\n\n```text\n{help_of(name, command)}\n```" for name, command in commands())
    return "\n\n".join(shown)


def with_generated_parts(readme: str) -> str:
    parts = {"commands": commands_block}
    return BLOCK.sub(lambda found: f"{found[1]}{parts[found[2]]()}{found[3]}", readme)


if __name__ == "__main__":
    README.write_text(with_generated_parts(README.read_text(encoding="utf-8")), encoding="utf-8")

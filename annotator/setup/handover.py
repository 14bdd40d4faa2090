"""From `python3 -m annotator` to the command line, in an environment that has what it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from annotator.setup import environment
from annotator.setup.problem import SetupFailed

CHECKOUT = Path(__file__).resolve().parents[2]

HELP = """\
Qawl: who says what, whose position it is, and how it is attributed.

  python3 -m annotator demo             try it: opens the demonstration project in a browser
  python3 -m annotator test [OPTIONS]   run every test; OPTIONS go to pytest
  python3 -m annotator COMMAND --help   how any command is used

The first command makes an environment in .venv and installs what it needs there.
"""


def main(arguments: list[str]) -> None:
    """Run one command, setting up first where necessary."""
    testing = arguments[:1] == ["test"]
    try:
        python = _python_for(arguments, testing)
    except SetupFailed as problem:
        sys.exit(f"Error: {problem}")
    except KeyboardInterrupt:
        sys.exit("Stopped. The same command goes on from here.")
    if python is None:
        print(HELP, end="")
    elif not environment.is_running(python):
        _continue_in(python, arguments)
    elif testing:
        from annotator.setup import checks

        sys.exit(checks.run(CHECKOUT, arguments[1:]))
    else:
        from annotator.cli import main as command_line

        print(HELP if not arguments else "", end="")
        command_line(arguments or ["--help"], prog_name="qawl")


def _python_for(arguments: list[str], testing: bool) -> Path | None:
    """The interpreter that can run the command; None when only help is asked for and none is made."""
    if not (CHECKOUT / "pyproject.toml").is_file():
        if testing:
            raise SetupFailed("The tests are in the source: git clone the repository and run this there.")
        return Path(sys.executable)
    extras, welcome = (("test",), ("readers",)) if testing else ((), ())
    if environment.suits(extras, welcome):
        return Path(sys.executable)
    if arguments in ([], ["--help"], ["-h"]) and not environment.is_made(CHECKOUT, extras):
        return None
    return environment.make(CHECKOUT, extras, welcome)


def _continue_in(python: Path, arguments: list[str]) -> None:
    command = [str(python), "-m", "annotator", *arguments]
    sys.stdout.flush()
    if os.name == "nt":  # where exec leaves the console to two programs at once
        try:
            sys.exit(subprocess.run(command).returncode)
        except KeyboardInterrupt:
            sys.exit(130)
    os.execv(command[0], command)

"""What an installed copy takes before anybody works: until the first page, in memory, on the disk.

Run: python -m tests.bench.rest [ENVIRONMENT]

Builds the wheel, installs it without extras into an environment of its own, makes a project and serves it.
ENVIRONMENT keeps the environment for the next run; delete it to measure a newer version.
"""

from __future__ import annotations

import http.client
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from tests.bench.figures import Figure, at_most, machine, median, table
from tests.bench.processes import started

TIMES = 7
CHECKOUT = Path(__file__).resolve().parents[2]


def installed(folder: Path) -> Path:
    """The environment with this version in it."""
    if not (folder / "bin" / "qawl").exists():
        venv.create(folder, with_pip=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        with tempfile.TemporaryDirectory() as wheels:
            subprocess.run([*pip, "wheel", "--no-deps", "-w", wheels, str(CHECKOUT)], check=True)
            subprocess.run([*pip, "install", *map(str, Path(wheels).glob("*.whl"))], check=True)
    return folder


def first_page(command: list[str], folder: Path) -> tuple[float, float]:
    """(seconds from the command to the first page, megabytes of memory then)"""
    start = time.perf_counter()
    with started(command, folder) as server:
        connection = http.client.HTTPConnection(server.host)
        connection.request("GET", "/sign-in")
        found = connection.getresponse()
        found.read()
        taken = time.perf_counter() - start
        if found.status != 200:
            raise SystemExit(f"The page answered {found.status}.")
        return taken, server.resident()


def measured(environment: Path) -> list[Figure]:
    qawl = str(installed(environment).resolve() / "bin" / "qawl")
    figures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for words in (["demo", "--no-serve"], ["demo", "--no-serve"]):  # the first also compiles
            subprocess.run([qawl, *words], check=True, stdout=subprocess.DEVNULL, cwd=folder)
        for command in (["serve", "qawl-demo.db", "--port", "0"], ["demo", "--no-browser"]):
            times, memory = zip(*(first_page([qawl, *command], folder) for _ in range(TIMES)), strict=True)
            slow = f" (at most {max(times):.2f})"
            what = f"qawl {command[0]}"
            figures.append(at_most(f"{what}, first page after the command", median(times), 1, "s", slow))
            figures.append(at_most(f"{what}, memory at rest", max(memory), 90, "MB"))
    size = sum(one.lstat().st_size for one in environment.rglob("*") if not one.is_symlink()) / 1e6
    return [*figures, at_most("installed environment, without extras", size, 350, "MB")]


def main() -> None:
    print(machine())
    if len(sys.argv) > 1:
        print(table(measured(Path(sys.argv[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(table(measured(Path(folder) / "environment")))


if __name__ == "__main__":
    main()

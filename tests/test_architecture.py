"""The house: imports point down, rooms are small, and nothing about any one dispute is built in."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
PACKAGE = CHECKOUT / "annotator"

FLOORS = [
    {"cli", "__main__"},
    {"demo", "serve"},
    {"web"},
    {"project"},
    {"analysis", "homecoming"},
    {"outputs", "search"},
    {"text", "codebook", "annotate", "speakers", "agreement", "export", "sample"}
    | {"filter", "rotation", "rounds", "settle", "store"},
    {"model"},
    {"problems"},
]
"""From the roof down. A room may use any floor below its own, and itself."""

BESIDE = {"setup"}
"""Runs before anything is installed: uses nothing of the house but the door to the command line."""

PURE = {"model", "problems", "analysis", "homecoming", *FLOORS[5], *FLOORS[6]} - {"store"}
FOREIGN_TO_PURE = {
    "flask",
    "flask_babel",
    "babel",
    "werkzeug",
    "jinja2",
    "click",
    "sqlite3",
    "sqlite_utils",
    "waitress",
}

OTHERS_DATABASES = {"annotator/outputs/dna_database.py"}
"""Write a file for another program that happens to be SQLite; no table of ours is in it."""

LONGEST_FILE = 400
GROWING = "annotator/store/migrations.py"  # steps are only ever added, never edited
LONGEST_FUNCTION = 55

SQL = re.compile(
    r"\b(select\s+.+?\s+from\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s"
    r"|create\s+(table|index|view)|begin\s+immediate|pragma\s+\w+)",
    re.IGNORECASE | re.DOTALL,
)

DISPUTE = re.compile(  # not "Russian" or "Turkish", which are languages too
    r"\b(russia|turkey|türkiye|idlib|putin|erdo[gğ]an|syrian?|ankara|moscow|kremlin|sochi|astana)\b"
    r"|إدلب|روسيا|موسكو|تركيا|أنقرة|بوتين|أردوغان|سوري|росси[яию]\b|турци|идлиб|путин|эрдоган|сири[йяию]",
    re.IGNORECASE,
)
SHIPPED = re.compile(r"idlib-(2019|article|claims)")

MODULES = sorted(PACKAGE.rglob("*.py"))
PAGES = sorted(
    path
    for folder in ("templates", "static")
    for path in (CHECKOUT / folder).rglob("*")
    if path.suffix in {".html", ".css", ".js", ".txt", ".svg"} and "min.js" not in path.name
)


def room(path: Path) -> str:
    """
    >>> room(PACKAGE / "web" / "annotate.py"), room(PACKAGE / "model.py")
    ('web', 'model')
    """
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def floor(name: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if name in rooms)


def imports(path: Path) -> set[str]:
    """Every module the file imports, at the top or inside a function, as a dotted name."""
    package = ".".join(path.relative_to(CHECKOUT).parent.parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            # "from annotator import text" names a room; "from annotator.model import Claim" does not.
            found |= {f"{start}.{alias.name}" for alias in node.names} if start == "annotator" else {start}
    return found


def rooms_used(path: Path) -> set[str]:
    names = {name.split(".")[1] for name in imports(path) if name.startswith("annotator.")}
    return {name for name in names if not name.startswith("__")} - {"create_app"}


def named(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


INSIDE = [path for path in MODULES if room(path) not in BESIDE | {"__init__", "__main__"}]


def test_knows_every_room() -> None:
    known = set().union(*FLOORS, BESIDE, {"__init__"})
    assert {room(path) for path in MODULES} <= known


@pytest.mark.parametrize("path", INSIDE, ids=named)
def test_imports_only_from_floors_below(path: Path) -> None:
    own = room(path)
    wrong = {used for used in rooms_used(path) - {own} if floor(used) <= floor(own)}
    assert not wrong, f"{named(path)} is on the floor of, or below, {', '.join(sorted(wrong))}"


def test_lets_only_the_project_know_both_rules_and_store() -> None:
    meet = {room(path) for path in INSIDE if "store" in rooms_used(path)} - {"store"}
    assert meet <= {"project"}


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) in PURE], ids=named)
def test_keeps_rules_free_of_web_and_database(path: Path) -> None:
    allowed = {"sqlite3"} if named(path) in OTHERS_DATABASES else set()
    assert not {name.split(".")[0] for name in imports(path)} & (FOREIGN_TO_PURE - allowed)


@pytest.mark.parametrize(
    "path", [path for path in MODULES if room(path) in BESIDE | {"__main__", "__init__"}], ids=named
)
def test_sets_up_with_the_standard_library_alone(path: Path) -> None:
    outside = {name.split(".")[0] for name in imports(path)} - sys.stdlib_module_names
    assert outside <= {"annotator"}
    assert rooms_used(path) <= {"setup", "cli", "web"}


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) != "store"], ids=named)
def test_writes_sql_only_in_the_store(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [text.value for text in texts(tree) if SQL.search(str(text.value))]
    assert not found or named(path) in OTHERS_DATABASES


@pytest.mark.parametrize("path", MODULES + PAGES, ids=named)
def test_says_nothing_about_one_dispute(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [
        f"{number}: {line.strip()}"
        for number, line in enumerate(lines, 1)
        if DISPUTE.search(SHIPPED.sub("", line))
    ]
    assert not found, "what is particular to a dispute belongs in its codebook"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_fits_in_the_head(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    functions = [
        (node.name, lines(node) - sum(lines(text) - 1 for text in texts(node)))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    explained = len((ast.get_docstring(ast.parse(source)) or "").splitlines())
    assert named(path) == GROWING or len(source.splitlines()) - explained <= LONGEST_FILE
    assert not [(name, length) for name, length in functions if length > LONGEST_FUNCTION]


def texts(node: ast.AST) -> list[ast.Constant]:
    """Long texts do not make a function harder to follow: SQL, docstrings."""
    return [part for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def lines(node: ast.stmt | ast.expr) -> int:
    return (node.end_lineno or 0) - node.lineno + 1

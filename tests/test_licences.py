"""What Qawl needs to run may be used beside the MIT licence, and the manual says how it is licensed."""

from __future__ import annotations

import re

import pytest

from tests.licences import CHECKOUT, licence, needed
from tests.readme import README

OPEN = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0"),
    *("PSF-2.0", "Unlicense", "ZPL-2.1", "Zlib", "public domain"),
}
OF_THEIR_OWN_FILES = {"LGPL-2.1-or-later", "LGPL-3.0-or-later", "MPL-1.1", "MPL-2.0"}
"""These bind who changes or copies the package itself. Qawl does neither: they are installed beside it."""

PACKAGES = needed()


def table() -> dict[str, str]:
    rows = re.findall(r"^\| ([^|]+) \| ([a-z0-9, -]+) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: identifier for identifier, names in rows for name in names.split(", ")}


def may_be_used(expression: str) -> bool:
    """
    >>> may_be_used("MPL-2.0 AND (GPL-3.0-only OR MIT)"), may_be_used("MIT AND AGPL-3.0-only")
    (True, False)
    """
    if expression in OPEN | OF_THEIR_OWN_FILES:
        return True
    while inner := re.search(r"\(([^()]+)\)", expression):
        expression = expression.replace(inner[0], "MIT" if may_be_used(inner[1]) else "refused")
    for word, decide in ((" OR ", any), (" AND ", all)):
        if word in expression:
            return decide(may_be_used(one) for one in expression.split(word))
    return False


def test_looks_at_every_package() -> None:
    assert len(PACKAGES) > 30
    assert {"flask", "waitress", "lxml", "werkzeug", "numpy"} <= set(PACKAGES)


@pytest.mark.parametrize("name", PACKAGES)
def test_needs_nothing_that_would_bind_others(name: str) -> None:
    assert may_be_used(licence(name)), f"{name}: {licence(name)}"


@pytest.mark.parametrize("name", PACKAGES)
def test_says_the_licence_of_each_package(name: str) -> None:
    assert table().get(name) == licence(name), "run: python -m tests.licences"


def test_keeps_the_licence_beside_what_it_brings_itself() -> None:
    static = CHECKOUT / "static"
    for brought in (*static.glob("htmx-*.js"), *static.glob("fonts/*.woff2")):
        name = re.match(r"htmx|[a-z]+-[a-z]+", brought.name)
        assert name
        assert list(brought.parent.glob(f"{name[0]}*-*.txt")), f"{brought.name} needs a licence beside it"

"""The licences of the packages that Qawl needs to run. `python -m tests.licences` prints the table."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

CHECKOUT = Path(__file__).parents[1]

WITHOUT_ID = {
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache-2.0 license": "Apache-2.0",
    "Zope Public License": "ZPL-2.1",
    "ZPL 2.1": "ZPL-2.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Public Domain": "public domain",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
}
"""What packages say that were made before there were identifiers for it."""

READ = {"locate": "MIT"}
"""What the licence file of a package says whose description says something else, or nothing."""


def needed() -> list[str]:
    """Every package that Qawl needs to run, and those they need, as far as they are installed here."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: set[tuple[str, str]] = set()
    waiting = [Requirement(line) for line in project["dependencies"]]
    while waiting:
        asked = waiting.pop()
        for extra in ("", *asked.extras):
            if (named(asked.name), extra) in found or not (lines := _requires(asked.name)):
                continue
            found.add((named(asked.name), extra))
            wanted = (Requirement(line) for line in lines if line)
            waiting += [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": extra})]
    return sorted({name for name, _ in found})


def _requires(name: str) -> Iterable[str]:
    """Its requirements and an empty one, or nothing where it is not installed."""
    try:
        return ["", *(metadata.requires(name) or ())]
    except metadata.PackageNotFoundError:
        return []


def named(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(name: str) -> str:
    """Its identifier in SPDX's list, or what the package says that none is known for.

    >>> licence("flask"), licence("waitress")
    ('BSD-3-Clause', 'ZPL-2.1')
    """
    if name in READ:
        return READ[name]
    about = metadata.metadata(name)
    if about.get("License-Expression"):
        return str(about.get("License-Expression"))
    classes = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or () if "License ::" in one]
    said = (about.get("License") or "").strip().splitlines()[:1]
    for one in (*classes, *said):
        if one in WITHOUT_ID:
            return WITHOUT_ID[one]
    return said[0] if said else "unknown"


if __name__ == "__main__":
    by_licence: dict[str, list[str]] = {}
    for one in needed():
        by_licence.setdefault(licence(one), []).append(one)
    for identifier in sorted(by_licence):
        print(f"| {identifier} | {', '.join(by_licence[identifier])} |")

"""Known holes in what Qawl needs to run: `python -m tests.holes` asks OSV.dev, which has PyPI's advisories.

Ends with 1 where there is one, and with 0 where there is none or nobody could be asked: that is said, and a
check of the code must not hang on the network. It is the only thing in this checkout that asks anybody.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from urllib.request import Request, urlopen

from tests.licences import needed

ADDRESS = "https://api.osv.dev/v1/querybatch"
PATIENCE = 20  # seconds

HARMLESS: dict[str, str] = {}
"""Advisories that do not touch us, each with the reason."""


def installed() -> dict[str, str]:
    return {name: metadata.version(name) for name in needed()}


def holes(packages: Mapping[str, str], address: str = ADDRESS) -> dict[str, Sequence[str]]:
    """The advisories for each of these packages in this version, by their ids; OSError if nobody answers."""
    asked = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in packages.items()
    ]
    body = json.dumps({"queries": asked}).encode()
    request = Request(address, body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=PATIENCE) as answer:
        results = json.load(answer)["results"]
    if len(results) != len(asked):
        raise ValueError("not every package was answered for")
    found = {
        name: [one["id"] for one in result.get("vulns", ()) if one["id"] not in HARMLESS]
        for name, result in zip(packages, results, strict=True)
    }
    return {name: ids for name, ids in found.items() if ids}


def main(address: str = ADDRESS) -> int:
    packages = installed()
    try:
        found = holes(packages, address)
    except (OSError, ValueError, KeyError) as error:
        print(f"Known holes were not looked for: nobody answered ({type(error).__name__}).")
        return 0
    for name, ids in found.items():
        print(f"{name} {packages[name]} has a known hole: {', '.join(ids)}")
    if not found:
        print(f"None of the {len(packages)} packages has a known hole.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

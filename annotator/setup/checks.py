"""`python3 -m annotator test`: a browser, then every test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from annotator.setup import browser


def run(checkout: Path, options: Sequence[str]) -> int:
    """Run pytest, which also runs ruff, mypy and the browser tests; its exit status."""
    settings = dict(os.environ)
    if "not browser" not in options:
        print("Looking for a browser for the browser tests …", flush=True)
        found = browser.get()
        print(f"  {found}" if found else f"  {browser.REMEDY}", flush=True)
        if found:
            settings[browser.VARIABLE] = found
    command = [sys.executable, "-m", "pytest", *options]
    try:
        return subprocess.run(command, cwd=checkout, env=settings).returncode
    except KeyboardInterrupt:
        return 130

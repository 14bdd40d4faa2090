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
    command = [sys.executable, "-m", "pytest", *_side_by_side(), *options]
    try:
        return subprocess.run(command, cwd=checkout, env=settings).returncode
    except KeyboardInterrupt:
        return 130


def _side_by_side() -> list[str]:
    """Two files of tests at a time, where there are two processors; `-n 0` among the options undoes it."""
    return ["-n", "2", "--dist", "loadfile"] if (os.cpu_count() or 1) > 1 else []

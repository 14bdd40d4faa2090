"""Quotations that run on from one sentence to the next."""

from __future__ import annotations

import re
from collections.abc import Sequence

CLOSERS = {"“": "”", "«": "»", "„": "“”", '"': '"'}
_MARKS = re.compile(f"[{''.join({*CLOSERS, *''.join(CLOSERS.values())})}]")  # few letters are one of them


def quote_open(texts: Sequence[str]) -> bool:
    """Whether a quotation is still open after these sentences.

    Only the outermost marks count: what opens inside a quotation closes inside it.

    >>> quote_open(["He said: “This must stop.", "All steps will be taken."])
    True
    >>> quote_open(["He said: “This must stop.", "All steps will be taken.”"])
    False
    """
    closers = ""
    for text in texts:
        for char in _MARKS.findall(text):
            if not closers:
                closers = CLOSERS.get(char, "")
            elif char in closers:
                closers = ""
    return bool(closers)

"""Quotations that run on from one sentence to the next."""

from __future__ import annotations

from collections.abc import Sequence

CLOSERS = {"“": "”", "«": "»", "„": "“”", '"': '"'}


def quote_open(texts: Sequence[str]) -> bool:
    """Whether a quotation is still open after these sentences.

    Only the outermost marks count: what opens inside a quotation closes inside it.

    >>> quote_open(["He said: “This must stop.", "All steps will be taken."])
    True
    >>> quote_open(["He said: “This must stop.", "All steps will be taken.”"])
    False
    """
    closers = ""
    for char in "".join(texts):
        if not closers:
            closers = CLOSERS.get(char, "")
        elif char in closers:
            closers = ""
    return bool(closers)

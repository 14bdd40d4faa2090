"""Whether a regular expression of a codebook can take for ever: it is tried whenever an answer is saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

OFTEN = 9  # times; a part that may come more often than that is tried in every way
MOST = 3
"""Parts of a pattern that may come often, one after the other."""


def endless(pattern: str) -> bool:
    """Whether a part that repeats, or can be read in two ways, stands in one that repeats.

    >>> endless(r"[“”«»]"), endless(r"said\\s+that"), endless(r"(a+)+$"), endless(r"(?:a|ab)*c")
    (False, False, True, True)
    """
    parsed = vars(re)["_parser"].parse(pattern)  # Python's own reading of it
    return _nested(parsed, within=False) or sum(_often(one) for one in _parts(parsed)) > MOST


def _nested(parsed: Any, *, within: bool) -> bool:
    for part in parsed:
        if within and (_often(part) or str(part[0]) in ("BRANCH", "GROUPREF")):
            return True
        if any(_nested(inner, within=within or _often(part)) for inner in _inside(part)):
            return True
    return False


def _often(part: tuple[Any, Any]) -> bool:
    return str(part[0]).endswith("REPEAT") and int(part[1][1]) > OFTEN


def _parts(parsed: Any) -> Iterator[tuple[Any, Any]]:
    for part in parsed:
        yield part
        for inner in _inside(part):
            yield from _parts(inner)


def _inside(part: tuple[Any, Any]) -> Iterator[Any]:
    """What stands inside a part, wherever its kind has it."""
    waiting = [part[1]]
    while waiting:
        one = waiting.pop()
        if hasattr(one, "getwidth"):  # a sequence of parts of its own
            yield one
        elif isinstance(one, list | tuple):
            waiting += one

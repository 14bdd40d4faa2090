"""How the time of every regular expression of ours grows on text that is made to be slow.

Run: python -m tests.bench.patterns

Each pattern of each module is searched in the same signs over and over, alone and in pairs, with an end that
does not match; once in 1,500 of them and once in 6,000. Growing with the length, it takes four times as
long; with its square, sixteen times. One that takes longer than that, and longer than a hundredth of a
second, is named. Those that only see words, names or cut lines are told of by what they are given.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
import sys
import time
from collections.abc import Iterator

import annotator

SIGNS = [
    "a", "A", "1", " ", "\t", "\n", ".", "-", "(", "[", '"', "“", "»", "<", ">", "/", ";", ":", ",", "،", "=",
    "و", "ال", "\u0640", "\u064e", "\u00ad", "й", "<a", "<!--", "\u200f", "@", "%", "x ", "a.",
]  # fmt: skip
SHORT, LONG = 1_500, 6_000
TIMES, LEAST = 12.0, 0.01


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    for found in pkgutil.walk_packages(annotator.__path__, "annotator."):
        if found.name.endswith("__main__") or ".setup" in found.name:
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{found.name}.{name}", value


def seconds(pattern: re.Pattern[str] | re.Pattern[bytes], text: str) -> float:
    given = text.encode() if isinstance(pattern.pattern, bytes) else text
    began = time.process_time()
    for _ in pattern.finditer(given):  # type: ignore[arg-type]
        pass
    return time.process_time() - began


def main() -> int:
    seen: set[int] = set()
    slow = count = 0
    print(f"{'pattern':<52}{'1,500':>10}{'6,000':>10}   signs")
    for name, pattern in patterns():
        if id(pattern) in seen:
            continue
        seen.add(id(pattern))
        count += 1
        worst = (0.0, 0.0, "")
        for signs in (*SIGNS, *map("".join, itertools.permutations(SIGNS[:10], 2))):
            long = seconds(pattern, signs * (LONG // len(signs)) + "\0")
            if long > max(LEAST, worst[1]):
                worst = (seconds(pattern, signs * (SHORT // len(signs)) + "\0"), long, signs)
        if worst[1] > LEAST and worst[1] > TIMES * worst[0]:
            slow += 1
            print(f"{name:<52}{worst[0]:>10.4f}{worst[1]:>10.4f}   {worst[2]!r}")
    print(f"{count} patterns, {slow} that grow faster than the text")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())

"""How the time of every regular expression of ours grows on text that is made to be slow.

Run: python -m tests.bench.patterns

Each pattern of each module is searched in the same signs over and over, alone and in pairs, with an end that
does not match; once in 750 of them and once in 3,000. Growing with the length, it takes four times as long;
with its square, sixteen times. One that takes more than ten times as long is named: it may only be given
words and short lines. Whether that is so, whole texts of such lines show, read with 5,000 and 20,000 signs:
more than eight times and a second is a fault.
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
from annotator import text

SIGNS = [
    "a", "A", "1", " ", "\t", "\n", ".", "-", "(", "[", '"', "“", "»", "<", ">", "/", ";", ":", ",", "،", "=",
    "و", "ال", "\u0640", "\u064e", "\u00ad", "й", "<a", "<!--", "\u200f", "@", "%", "x ", "a.",
]  # fmt: skip
SHORT, LONG = 750, 3_000
TIMES, LEAST = 10.0, 0.004


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    for found in pkgutil.walk_packages(annotator.__path__, "annotator."):
        if found.name.endswith("__main__") or ".setup" in found.name:
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{found.name}.{name}", value


def seconds(pattern: re.Pattern[str] | re.Pattern[bytes], words: str) -> float:
    given = words.encode() if isinstance(pattern.pattern, bytes) else words
    began = time.process_time()
    for _ in pattern.finditer(given):  # type: ignore[arg-type]
        pass
    return time.process_time() - began


def main() -> int:
    seen: set[int] = set()
    slow = count = 0
    print(f"{'pattern':<52}{'750':>10}{'3,000':>10}   signs")
    for name, pattern in patterns():
        if id(pattern) in seen:
            continue
        seen.add(id(pattern))
        count += 1
        worst = (0.0, 0.0, "")
        for signs in (*SIGNS, *map("".join, itertools.permutations(SIGNS[:8], 2))):
            long = seconds(pattern, signs * (LONG // len(signs)) + "\0")
            if long > max(LEAST, worst[1]):
                worst = (seconds(pattern, signs * (SHORT // len(signs)) + "\0"), long, signs)
        if worst[1] > LEAST and worst[1] > TIMES * worst[0]:
            slow += 1
            print(f"{name:<52}{worst[0]:>10.4f}{worst[1]:>10.4f}   {worst[2]!r}", flush=True)
    print(f"{count} patterns, {slow} that grow faster than what they are given\n")
    faults = [signs for signs in SIGNS if _slow_to_read(signs)]
    print(f"{len(SIGNS)} texts read, {len(faults)} that take longer than their length says: {faults}")
    return 1 if faults else 0


def _slow_to_read(signs: str) -> bool:
    short, long = (_reading(signs * (length // len(signs))) for length in (5_000, 20_000))
    return long > 1 and long > 8 * short


def _reading(run: str) -> float:
    began = time.process_time()
    text.read(f"عنوان\n\nقال الرئيس هنا {run} إدلب\nوقال الرئيس{run}ن\n\nThe council met.{run}\n")
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())

"""Guessing passwords, made slow: each wrong one makes the next wait longer, for a name and for an address.

Kept in this process and not in the project file: a stranger at the door must not be able to write there, to
fill it or to hold up those who save answers. A restart forgives everybody. Several processes on one project
would count apart, so that a guesser has that many times the tries; the waits grow all the same.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from annotator.model import Counted, Problem

FORGOTTEN = 3600  # seconds after which earlier failures count no more
REMEMBERED = 10_000  # names and addresses at most: a guesser must not fill the memory either


class TooSoon(Problem):
    """Too many tries failed, so the next one has to wait."""

    def __init__(self, seconds: int):
        super().__init__(
            Counted(
                "Too many tries failed. Wait %(n)s second, then try again.",
                "Too many tries failed. Wait %(n)s seconds, then try again.",
                seconds,
            )
        )
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Patience:
    free: int  # failures without a wait
    longest: int  # seconds: nobody is locked out for good

    def wait(self, failures: int) -> int:
        """Seconds to wait after so many failures.

        >>> [Patience(3, 60).wait(failures) for failures in range(10)]
        [0, 0, 0, 2, 4, 8, 16, 32, 60, 60]
        """
        over = failures - self.free
        return 0 if over < 0 else min(self.longest, 2 ** min(over + 1, 20))


NAME = Patience(free=5, longest=300)
ADDRESS = Patience(free=20, longest=60)  # a whole office may share one


@dataclass(slots=True)
class _Failures:
    count: int
    at: float


class Attempts:
    """Failed sign-ins of late. Many threads ask at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._turn = threading.Lock()
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def begin(self, name: str, address: str) -> None:
        """Lets this attempt go on, counted as failed until it succeeds, or says how long it has to wait.

        An attempt that has to wait is not counted: whoever keeps knocking does not prolong the wait.
        """
        with self._turn:
            now = self._clock()
            left = math.ceil(max(self._left(*key, now) for key in _keys(name, address)))
            if left > 0:
                raise TooSoon(left)
            for _, key in _keys(name, address):
                self._count(key, now)

    def succeed(self, name: str, address: str) -> None:
        """Forgives the name. The address only this attempt: its owner might guess at another name."""
        with self._turn:
            (_, by_name), (_, by_address) = _keys(name, address)
            self._failures.pop(by_name, None)
            failures = self._failures.get(by_address)
            if failures and failures.count:
                failures.count -= 1

    def forgive(self, name: str) -> None:
        """The name has a new password."""
        with self._turn:
            self._failures.pop(_keys(name, "")[0][1], None)

    def _left(self, patience: Patience, key: tuple[str, str], now: float) -> float:
        failures = self._failures.get(key)
        if failures is None or now - failures.at > FORGOTTEN:
            return 0
        return patience.wait(failures.count) - (now - failures.at)

    def _count(self, key: tuple[str, str], now: float) -> None:
        old = self._failures.pop(key, None)
        count = old.count if old and now - old.at <= FORGOTTEN else 0
        self._failures[key] = _Failures(count + 1, now)
        if len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)


def _keys(name: str, address: str) -> tuple[tuple[Patience, tuple[str, str]], ...]:
    folded = " ".join(name.split()).casefold()[:100]
    return (NAME, ("name", folded)), (ADDRESS, ("address", address))

"""Guessing passwords, made slow: each wrong one makes the next wait longer, for a name and for an address.

Where somebody signed in before, only what fails there counts against their name: a stranger who types wrong
passwords elsewhere cannot keep them out.

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


_Key = tuple[str, str, str]
"""("name", a name, an address it is known at or ""), or ("address", an address, "")."""


@dataclass(slots=True)
class _Failures:
    count: int
    at: float


class Attempts:
    """Failed sign-ins of late. Many threads ask at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._turn = threading.Lock()
        self._failures: OrderedDict[_Key, _Failures] = OrderedDict()
        self._known: OrderedDict[_Key, None] = OrderedDict()

    def begin(self, name: str, address: str) -> None:
        """Lets this attempt go on, counted as failed until it succeeds, or says how long it has to wait.

        An attempt that has to wait is not counted: whoever keeps knocking does not prolong the wait.
        """
        with self._turn:
            now = self._clock()
            keys = self._keys(name, address)
            left = math.ceil(max(self._left(*key, now) for key in keys))
            if left > 0:
                raise TooSoon(left)
            for _, key in keys:
                self._count(key, now)

    def succeed(self, name: str, address: str) -> None:
        """Forgives the name. The address only this attempt: its owner might guess at another name."""
        with self._turn:
            (_, by_name), (_, by_address) = self._keys(name, address)
            self._failures.pop(by_name, None)
            self._known[_name(name, address)] = None
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
            failures = self._failures.get(by_address)
            if failures and failures.count:
                failures.count -= 1

    def forgive(self, name: str) -> None:
        """The name has a new password."""
        with self._turn:
            for key in [key for key in self._failures if key[:2] == _name(name)[:2]]:
                del self._failures[key]

    def _keys(self, name: str, address: str) -> tuple[tuple[Patience, _Key], ...]:
        here = _name(name, address)
        return (NAME, here if here in self._known else _name(name)), (ADDRESS, ("address", address, ""))

    def _left(self, patience: Patience, key: _Key, now: float) -> float:
        failures = self._failures.get(key)
        if failures is None or now - failures.at > FORGOTTEN:
            return 0
        return patience.wait(failures.count) - (now - failures.at)

    def _count(self, key: _Key, now: float) -> None:
        old = self._failures.pop(key, None)
        count = old.count if old and now - old.at <= FORGOTTEN else 0
        self._failures[key] = _Failures(count + 1, now)
        if len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)


def _name(name: str, address: str = "") -> _Key:
    return "name", " ".join(name.split()).casefold()[:100], address

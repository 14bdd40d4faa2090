"""The last results of long sums. They may be thrown away: each is kept under what it follows from."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Kept(Generic[Result]):
    def __init__(self, most: int) -> None:
        self._most = most
        self._turn = threading.Lock()
        self._found: OrderedDict[Hashable, Result] = OrderedDict()

    def forget(self) -> None:
        with self._turn:
            self._found.clear()

    def get(self, key: Hashable) -> Result | None:
        with self._turn:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def keep(self, key: Hashable, made: Result) -> Result:
        with self._turn:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made

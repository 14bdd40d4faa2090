"""Sums made by a second thread, beside others: numpy lets the interpreter go while it counts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")

MANY = 20_000  # sentences from which a second thread is worth it


class Beside:
    """Begins what is asked for now, or leaves it until its result is, where there are few sentences."""

    def __init__(self, sentences: int) -> None:
        self._pool = ThreadPoolExecutor(1) if sentences >= MANY else None

    def __call__(self, count: Callable[[], T]) -> Callable[[], T]:
        """The result gives what was counted, or raises."""
        if self._pool is None:
            return count
        begun = self._pool.submit(count)
        return lambda: count() if begun.cancel() else begun.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

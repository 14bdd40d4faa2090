"""Which copies of a project stay: the newest of each hour, day and week, as far back as is asked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from annotator.model import Invalid

MOST = 1000
EVERY = datetime.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many hours, days and weeks have a copy. Only those count in which one was made."""

    hourly: int = 24
    daily: int = 14
    weekly: int = 8
    on: bool = True

    def __post_init__(self) -> None:
        if not all(0 <= n <= MOST for n in (self.hourly, self.daily, self.weekly)):
            raise Invalid("Keep 0 to %(most)s copies of each kind.", most=MOST, field="hourly")


def kept(
    times: Iterable[datetime.datetime], plan: Plan, now: datetime.datetime
) -> frozenset[datetime.datetime]:
    """Of copies made at these times (UTC), those that stay.

    A clock that was set back makes copies of the future: they all stay until it has caught up. Nothing is
    counted from the present hour, so that a clock set forward, or a year's rest, takes nothing away.

    >>> noon = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
    >>> made = [noon - datetime.timedelta(minutes=20 * n) for n in range(6)]  # 12:00, 11:40, … 10:20
    >>> sorted(time.strftime("%H:%M") for time in kept(made, Plan(hourly=2, daily=0, weekly=0), noon))
    ['11:40', '12:00']
    """
    every = set(times)
    future = {time for time in every if time > now}
    past = sorted(every - future, reverse=True)
    stay = future | set(past[:1])  # whatever the plan says, the newest
    for count, of in ((plan.hourly, _hour), (plan.daily, _day), (plan.weekly, _week)):
        stay |= _newest_of_each(past, of, count)
    return frozenset(stay)


def due(times: Iterable[datetime.datetime], now: datetime.datetime) -> bool:
    """Whether the last hour has no copy yet. One of the future says nothing about it."""
    return not any(datetime.timedelta() <= now - time < EVERY for time in times)


def _newest_of_each(
    newest_first: list[datetime.datetime], of: Callable[[datetime.datetime], Hashable], count: int
) -> set[datetime.datetime]:
    found: dict[Hashable, datetime.datetime] = {}
    for time in newest_first:
        found.setdefault(of(time), time)
    return set(list(found.values())[:count])


def _hour(time: datetime.datetime) -> Hashable:
    return time.date(), time.hour


def _day(time: datetime.datetime) -> Hashable:
    return time.date()


def _week(time: datetime.datetime) -> Hashable:
    return time.isocalendar()[:2]

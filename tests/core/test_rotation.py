"""Which copies stay: grandfather, father, son."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.model import Invalid
from annotator.rotation import EVERY, Plan, due, kept

NOW = datetime.datetime(2026, 11, 22, 12, 30, tzinfo=datetime.UTC)
TIMES = st.sets(
    st.datetimes(
        datetime.datetime(2026, 8, 1), datetime.datetime(2026, 12, 31), timezones=st.just(datetime.UTC)
    ),
    max_size=60,
)
FEW = settings(max_examples=40)
PLANS = st.builds(
    Plan,
    hourly=st.integers(0, 30),
    daily=st.integers(0, 20),
    weekly=st.integers(0, 10),
)


def hours_ago(n: float) -> datetime.datetime:
    return NOW - datetime.timedelta(hours=n)


@FEW
@given(TIMES, PLANS)
def test_never_gives_up_the_newest(times: set[datetime.datetime], plan: Plan) -> None:
    stay = kept(times, plan, NOW)
    past = [time for time in times if time <= NOW]
    assert not past or max(past) in stay
    assert not times or max(times) in stay


@FEW
@given(TIMES, PLANS)
def test_leaves_what_is_of_the_future_alone(times: set[datetime.datetime], plan: Plan) -> None:
    assert {time for time in times if time > NOW} <= kept(times, plan, NOW)


@FEW
@given(TIMES, PLANS)
def test_takes_nothing_more_away_when_asked_again(times: set[datetime.datetime], plan: Plan) -> None:
    once = kept(times, plan, NOW)
    assert kept(once, plan, NOW) == once


@FEW
@given(TIMES, PLANS)
def test_keeps_no_more_than_the_plan_and_the_newest(times: set[datetime.datetime], plan: Plan) -> None:
    stay = {time for time in kept(times, plan, NOW) if time <= NOW}
    assert len(stay) <= max(1, plan.hourly + plan.daily + plan.weekly)


@FEW
@given(TIMES, PLANS, st.integers(0, 400))
def test_takes_nothing_because_time_went_by(times: set[datetime.datetime], plan: Plan, days: int) -> None:
    """A clock set forward, or a project that rested: what stayed at the end of the year stays."""
    end = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
    assert kept(times, plan, end) == kept(times, plan, end + datetime.timedelta(days=days))


@FEW
@given(TIMES, PLANS)
def test_keeps_the_last_of_each_of_the_newest_days(times: set[datetime.datetime], plan: Plan) -> None:
    past = [time for time in times if time <= NOW]
    days = sorted({time.date() for time in past}, reverse=True)[: plan.daily]
    stay = kept(times, plan, NOW)
    assert all(max(time for time in past if time.date() == day) in stay for day in days)


def test_thins_out_a_hundred_days_of_hours_as_it_goes() -> None:
    """Hour by hour, as a server does it: what a plan promises is there at the end."""
    held: frozenset[datetime.datetime] = frozenset()
    start = hours_ago(24 * 100)
    for n in range(24 * 100):
        now = start + datetime.timedelta(hours=n)
        held = kept(held | {now}, Plan(), now)
    days = {time.date() for time in held}
    assert len([time for time in held if now - time < datetime.timedelta(hours=24)]) == 24
    assert len([day for day in days if (now.date() - day).days < 14]) == 14
    assert len({time.isocalendar()[:2] for time in held}) == 8


def test_is_due_when_the_last_hour_has_no_copy() -> None:
    assert due([], NOW)
    assert due([hours_ago(1)], NOW)
    assert not due([hours_ago(0.99), hours_ago(5)], NOW)


def test_is_due_when_the_clock_was_set_back() -> None:
    assert due([hours_ago(-3)], NOW)
    assert not due([hours_ago(-3), NOW], NOW + EVERY / 2)


@pytest.mark.parametrize("plan", [{"hourly": -1}, {"daily": 1001}])
def test_refuses_a_number_nobody_means(plan: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        Plan(**plan)

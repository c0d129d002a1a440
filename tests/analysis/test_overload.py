"""Queues that grew without bound, as statements in local time."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from akuttsim.config.schema.calendar import Calendar
from akuttsim.indicators.workload import OverloadedQueue, overloaded_queues
from akuttsim.records import Overload


def test_the_first_queue_comes_first_and_times_are_local() -> None:
    """The run starts on Monday 23 March 2026; on Sunday 29 the clocks go forward."""
    calendar = Calendar(date(2026, 3, 23), "Europe/Oslo")
    later, first = 6 * 86_400 + 9 * 3600.0, 2 * 86_400 + 10 * 3600.0
    queues = [Overload("doctor", "duty", later, 7), Overload("operator", "lvs", first, 412)]
    oslo = ZoneInfo("Europe/Oslo")
    assert overloaded_queues(queues, calendar) == [
        OverloadedQueue("operator", "lvs", datetime(2026, 3, 25, 10, tzinfo=oslo), 412),
        OverloadedQueue("doctor", "duty", datetime(2026, 3, 29, 10, tzinfo=oslo), 7),
    ]


def test_a_run_that_kept_up_has_none() -> None:
    assert overloaded_queues([], Calendar(date(2026, 3, 23), "Europe/Oslo")) == []

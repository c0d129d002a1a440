"""Opening hours: to the second, for each municipality, one by one and for all at once."""

from __future__ import annotations

from math import inf

import numpy as np

from akuttsim.chain.run_plan import ALWAYS, Opening, unroll_openings
from akuttsim.config.schema.roster import Period, ServiceHours
from tests import small

TOWN, UPPER, ISLAND = 0, 1, 2
EVERYBODY = ("town", "upper", "island")
DAYS = 9


def hours(hours: str, days: str = "daily") -> Period:
    return Period(days=days, hours=hours)


def opened(*given: Opening) -> small.Any:
    return unroll_openings(small.region(), given, DAYS)


def test_open_from_the_first_second_until_the_last() -> None:
    at = opened(Opening(3, ("town", "upper"), hours("08:00-15:30")))
    for time_s, open_now in [
        (small.at(8) - 1, ()),
        (small.at(8), (3,)),
        (small.at(15.5) - 1, (3,)),
        (small.at(15.5), ()),
    ]:
        assert at.at(time_s, TOWN) == at.at(time_s, UPPER) == open_now
        assert at.at(time_s, ISLAND) == ()


def test_always_is_from_the_start_and_never_ends() -> None:
    at = opened(Opening(0, EVERYBODY, ALWAYS), Opening(1, ("town",), hours("08:00-15:30")))
    assert at.at(0.0, ISLAND) == at.at(1e9, ISLAND) == (0,)
    assert at.at(small.at(10), TOWN) == (0, 1)
    assert at.closes_s(small.at(10), 0) == inf


def test_what_opens_next() -> None:
    at = opened(Opening(0, ("town",), hours("08:00-15:30", "weekdays")))
    friday, monday = 4, 7
    assert at.opens_s(small.at(10), TOWN, 0) == small.at(10), "open now"
    assert at.opens_s(small.at(7), TOWN, 0) == small.at(8)
    assert at.opens_s(small.at(16, friday), TOWN, 0) == small.at(8, monday) - 3600, "summer time"
    assert at.opens_s(small.at(10), UPPER, 0) == inf
    assert at.opens_s(small.at(16, 8), TOWN, 0) == inf, "not again in this run"


def test_when_it_closes_for_everybody_it_serves() -> None:
    """For the town until 15:30, for the valley until 22:00: the doors close at 22:00."""
    at = opened(
        Opening(0, ("town",), hours("08:00-15:30")), Opening(0, ("upper",), hours("08:00-22:00"))
    )
    assert at.closes_s(small.at(10), 0) == small.at(22)
    assert at.closes_s(small.at(22) - 1, 0) == small.at(22)
    assert at.closes_s(small.at(22), 0) == small.at(22, 2), "at closing time it is the next day's"
    assert at.closes_s(small.at(10), 1) == inf, "a clinic that never opens never closes"


def test_periods_that_follow_each_other_have_no_closing_time_between() -> None:
    at = opened(
        Opening(0, ("town",), hours("08:00-15:30")), Opening(0, ("town",), hours("15:30-22:00"))
    )
    assert at.closes_s(small.at(10), 0) == small.at(22)
    assert at.at(small.at(15.5), TOWN) == (0,)


def test_periods_that_overlap_count_once() -> None:
    at = opened(
        Opening(0, ("town",), hours("08:00-16:00")), Opening(0, ("town",), hours("15:00-22:00"))
    )
    assert at.at(small.at(15.5), TOWN) == at.at(small.at(17), TOWN) == (0,)
    assert at.closes_s(small.at(10), 0) == small.at(22)


def test_all_at_once_is_as_one_by_one() -> None:
    plan = small.world(small.organisation(base="satellite")).plan
    draw = np.random.default_rng(1)
    times = np.concatenate([draw.random(2000) * DAYS * 86_400, np.array(plan.openings.bounds)])
    municipality = draw.integers(-1, 3, len(times))
    together = plan.openings.first_at(times, municipality).tolist()
    for time_s, where, first in zip(times.tolist(), municipality.tolist(), together, strict=True):
        assert first == (plan.openings.at(time_s, where) or (-1,))[0]


def test_nobody_is_nobodys_room() -> None:
    at = opened(Opening(0, EVERYBODY, ALWAYS))
    assert at.first_at(np.array([0.0, 0.0]), np.array([-1, ISLAND])).tolist() == [-1, 0]
    assert at.first_at(np.array([]), np.array([], dtype=np.intp)).tolist() == []


def test_times_before_anything_opens_have_nothing_open() -> None:
    service = ServiceHours(days="daily", hours="08:00-09:00", municipalities=("town",))
    tables, table = opened(Opening(0, ("town",), service)).table_at(np.array([0.0, small.at(8)]))
    assert [tables[index].get(TOWN) for index in table] == [None, (0,)]

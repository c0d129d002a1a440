"""Roads by hour and season: slower, closed, in a column; and nothing where nothing is said."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.calendar import Calendar
from akuttsim.config.schema.geography import Driving
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError
from akuttsim.records import MODES, Mode
from akuttsim.roads.travel import Travel, travel_of_region
from tests.nightly import examples
from tests.roads.networks import SOURCED, ferry, namdal, region, regions, road

few = settings(max_examples=examples(25), deadline=None)
ALWAYS: dict[str, Any] = {"title": "x", "when": {}}
JANUARY = datetime(2026, 1, 14, 12)
JULY = datetime(2026, 7, 15, 12)
SATURDAY = datetime(2026, 1, 17, 12)
MINUTE = 60.0


def number(value: float) -> dict[str, Any]:
    return {"value": value, **SOURCED}


def driven(some: Region, **options: Any) -> Region:
    driving = {**some.driving.model_dump(by_alias=True), **options}
    return some.model_copy(update={"driving": Driving.model_validate(driving)})


def under(some: Region, **conditions: dict[str, Any]) -> Region:
    return driven(some, conditions={name: {**ALWAYS, **each} for name, each in conditions.items()})


def seconds(times: Travel, mode: Mode, at: datetime = JANUARY) -> NDArray[np.float64]:
    [condition] = times.conditions([at])
    return times.seconds[mode][condition]


def week() -> list[datetime]:
    return Calendar(namdal().calendar.calendar().start, "Europe/Oslo").hours(7 * 24)


def test_with_nothing_said_every_day_has_the_conditions_of_an_ordinary_one() -> None:
    times = travel_of_region(namdal())
    assert times.conditions(week()) == times.condition_of_hour * 7
    assert len(times.seconds["car"]) == len(set(times.condition_of_hour)) == 24


def test_a_condition_that_never_holds_changes_no_bit() -> None:
    plain, never = travel_of_region(namdal()), travel_of_region(under(namdal(), old={
        "when": {"from": "2020-01-01", "to": "2020-01-02"}, "speed": number(0.5)}))  # fmt: skip
    assert never.conditions(week()) == plain.conditions(week())
    for mode in MODES:
        for one, other in zip(plain.seconds[mode], never.seconds[mode], strict=True):
            np.testing.assert_array_equal(one, other)


@few
@given(some=regions(ferries=0), factor=st.floats(0.3, 1.0))
def test_winter_slows_every_drive_by_its_factor(some: Region, factor: float) -> None:
    winter = {"when": {"from": "11-15", "to": "04-15"}, "speed": number(factor)}
    plain, slow = travel_of_region(some), travel_of_region(under(some, winter=winter))
    for mode in MODES:
        usual = seconds(plain, mode)
        np.testing.assert_allclose(seconds(slow, mode), usual / factor, rtol=1e-6, atol=1e-4)
        np.testing.assert_array_equal(seconds(slow, mode, JULY), usual)


def test_speeds_of_conditions_that_hold_at_once_multiply() -> None:
    some = region(2, [road(0, 1, 10.0, 60.0)])
    both = under(some, winter={"speed": number(0.8)}, storm={"speed": number(0.5)})
    assert seconds(travel_of_region(both), "car")[0, 1] == pytest.approx(600 / 0.4, abs=1e-4)


@pytest.mark.parametrize(("where", "on_the_road"), [("town", 600.0), ("everywhere", 1200.0)])
def test_traffic_slows_its_hour_of_a_working_day(where: str, on_the_road: float) -> None:
    values = [1.0] * 24
    values[12] = 0.5
    some = region(3, [road(0, 1, 10.0, 60.0), road(1, 2, 4.0, 40.0)])
    times = travel_of_region(driven(some, traffic={"values": values, "where": where, **SOURCED}))
    assert seconds(times, "car")[0, 1] == pytest.approx(on_the_road)
    assert seconds(times, "car")[1, 2] == pytest.approx(720.0)
    assert seconds(times, "blue")[1, 2] == pytest.approx(720.0 / 1.3, abs=1e-4)
    for free in (SATURDAY, JANUARY.replace(hour=13), datetime(2026, 5, 1, 12)):
        assert seconds(times, "car", free)[1, 2] == pytest.approx(360.0)


def triangle() -> Region:
    """Return 0-1 in 10 minutes over the pass, or in 30 by way of 2."""
    return region(3, [road(0, 1, 10, 60), road(0, 2, 10, 60), road(2, 1, 20, 60)])


@pytest.mark.parametrize("ends", [("p0", "p1"), ("p1", "p0")])
def test_a_closed_road_is_driven_round(ends: tuple[str, str]) -> None:
    times = travel_of_region(
        under(triangle(), storm={"closed": [{"from": ends[0], "to": ends[1]}]})
    )
    assert seconds(times, "car")[0, 1] == pytest.approx(1800.0)
    [condition] = times.conditions([JANUARY])
    assert times.route(condition, 0, 1).places == (0, 2, 1)


def test_closed_both_ways_without_a_wait_is_told_with_the_places() -> None:
    closed = [{"from": "p0", "to": "p1"}, {"from": "p2", "to": "p1"}]
    times = travel_of_region(under(triangle(), storm={"closed": closed}))
    with pytest.raises(InputError, match="no way to p1; write cut_off_wait_min"):
        seconds(times, "car")


def test_with_a_wait_whoever_has_no_shorter_way_waits_for_the_opening() -> None:
    shut = {"closed": [{"from": "p0", "to": "p1"}], "cut_off_wait_min": number(15)}
    assert seconds(travel_of_region(under(triangle(), storm=shut)), "car")[0, 1] == pytest.approx(
        25 * MINUTE
    )
    shut["cut_off_wait_min"] = number(60)
    assert seconds(travel_of_region(under(triangle(), storm=shut)), "car")[0, 1] == pytest.approx(
        30 * MINUTE
    )


def test_closures_join() -> None:
    square = region(4, [road(0, 1, 10, 60), road(1, 2, 10, 60), road(2, 3, 10, 60),
                        road(3, 0, 10, 60), road(1, 3, 50, 60)])  # fmt: skip
    both = under(square, a={"closed": [{"from": "p0", "to": "p1"}]},
                 b={"closed": [{"from": "p2", "to": "p1"}]})  # fmt: skip
    assert seconds(travel_of_region(both), "car")[0, 1] == pytest.approx(60 * MINUTE)


def test_a_cancelled_ferry_does_not_sail() -> None:
    some = region(2, [road(0, 1, 100, 50)], [ferry(0, 1, crossing_min=5.0)])
    times = travel_of_region(under(some, storm={"cancelled_ferries": ["f0-1"]}))
    assert seconds(times, "car")[0, 1] == pytest.approx(7200.0)
    assert seconds(travel_of_region(some), "car")[0, 1] < 7200.0


COLUMN = {"from": "p0", "to": "p1", "first": "06:00", "last": "22:00", "departures": 17,
          "extra_min": number(5)}  # fmt: skip


def test_a_column_is_waited_for_and_slower_and_may_be_called_with_blue_light() -> None:
    some = region(2, [road(0, 1, 20, 60)])
    times = travel_of_region(under(some, storm={"columns": {"pass": COLUMN}}))
    assert seconds(times, "car")[0, 1] == pytest.approx((30 + 20 + 5) * MINUTE, abs=1e-4)
    called = travel_of_region(
        under(some, storm={"columns": {"x": {**COLUMN, "on_call_min": number(0)}}})
    )
    assert seconds(called, "blue")[0, 1] == pytest.approx((20 / 1.2 + 5) * MINUTE, abs=1e-4)
    night = JANUARY.replace(hour=2)
    assert seconds(times, "car", night)[0, 1] == pytest.approx((3.5 * 60 + 25) * MINUTE, abs=1e-4)


def test_in_a_column_nobody_turns_and_who_is_under_way_as_it_begins_drives_on() -> None:
    some = under(region(2, [road(0, 1, 20, 60)]), storm={
        "when": {"hours": "12:00-24:00"}, "columns": {"pass": COLUMN}})  # fmt: skip
    times = travel_of_region(some)
    before, after = times.conditions([JANUARY.replace(hour=11), JANUARY])
    held = times.route(after, 0, 1)
    assert held.on_ferry == (True,)
    assert [place for place, _ in times.ways_from(held, 60.0, after, "car")] == [1]
    begun = times.route(before, 0, 1)
    assert times.ways_from(begun, 900.0, after, "car") == [(1, pytest.approx(300.0)),
                                                          (0, pytest.approx(900.0))]  # fmt: skip


@cache
def shipped(name: str) -> Travel:
    return travel_of_region(load_region(name).value)


STORM_HOURS = [datetime(2026, 1, 14) + timedelta(hours=hour) for hour in range(0, 72, 3)]


@pytest.mark.parametrize("mode", MODES)
def test_nobody_drives_quicker_in_a_storm_than_in_winter_nor_then_than_otherwise(
    mode: Mode,
) -> None:
    for hour in STORM_HOURS:
        plain, winter, storm = (seconds(shipped(name), mode, hour) for name in (
            "namdal", "namdal-winter", "namdal-storm-week"))  # fmt: skip
        assert (plain <= winter).all() and (winter <= storm).all()
        assert (plain < storm).any()
    after = datetime(2026, 1, 17, 12)
    np.testing.assert_array_equal(seconds(shipped("namdal-winter"), mode, after),
                                  seconds(shipped("namdal-storm-week"), mode, after))  # fmt: skip


def share_within_25_min(name: str) -> float:
    """Return the share of the people whom an ambulance reaches in 25 minutes from some station."""
    home = load_region(name).value
    stations = {
        crew.station for crew in load_organisation("namdal-today").value.ambulances.values()
    }
    rows = [home.place_ids.index(station) for station in stations]
    quickest = seconds(shipped(name), "blue")[rows].min(axis=0)
    people = np.array([sum(place.people) for place in home.places.values()])
    return float(people[quickest <= 25 * MINUTE].sum() / people.sum())


def test_fewer_are_reached_within_25_minutes_in_winter_and_fewer_still_in_a_storm() -> None:
    plain, winter, storm = map(share_within_25_min, (
        "namdal", "namdal-winter", "namdal-storm-week"))  # fmt: skip
    assert 1 > plain > winter > storm > 0.3

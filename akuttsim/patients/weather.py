"""The weather of a run: the hours in which a helicopter can fly, drawn before it for everybody."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from akuttsim.config.schema.calendar import daylight_hours
from akuttsim.config.schema.geography import Weather
from akuttsim.config.schema.region import Region
from akuttsim.patients.streams import Stream
from akuttsim.records import Flags, Floats
from akuttsim.units import DAY_S, HOUR_S

Draw = Callable[[str], Stream]


def flyable_hours(region: Region, weather: Weather, days: int, draw: Draw) -> Flags:
    """Return whether a helicopter can fly, for each hour of so many days of the run.

    The weather has a badness, uniform from 0 to 1, that holds until it changes; an hour is flyable
    where its share of flyable hours is above the badness. So each hour has exactly its share, what
    can be flown in the dark can be flown in daylight, and with one share good and bad weather
    alternate in geometric spells, of which the bad last `unflyable_spell_h` on average.
    """
    share = flyable_shares(region, weather, days)
    hours = np.arange(len(share))
    changes = draw("change").random(len(hours)) * weather.unflyable_spell_h.value * share < 1
    badness = draw("badness").random(len(hours))
    since = np.maximum.accumulate(np.where(changes, hours, 0))
    flyable: Flags = badness[since] < share
    return flyable


def flyable_shares(region: Region, weather: Weather, days: int) -> Floats:
    """Return the share of each hour of the run: by quarter, and by daylight in its middle."""
    local = region.calendar.calendar().hours(int(days * DAY_S / HOUR_S))
    quarter = np.array([(hour.month - 1) // 3 for hour in local], dtype=np.intp)
    shares = np.array([weather.flyable.dark, weather.flyable.daylight])
    by_hour: Floats = shares[_is_light(region, days).astype(np.intp), quarter]
    return by_hour


def _is_light(region: Region, days: int) -> Flags:
    """Return for each hour whether the sun is up in its middle, at the first hospital."""
    place = region.places[next(iter(region.hospitals.values())).place]
    middle = (np.arange(int(days * DAY_S / HOUR_S)) + 0.5) * HOUR_S
    spans = daylight_hours(place.lat, place.lon, region.calendar.calendar(), days)
    ends = np.array(spans, dtype=np.float64).ravel()
    inside: Flags = np.searchsorted(ends, middle, side="right") % 2 == 1
    return inside

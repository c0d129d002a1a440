"""How urgent a contact truly is: by age, by who rings and by time of day.

A 113 call's urgency does not depend on age, since how often each age rings 113 already does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.care_needs import Mistriage
from akuttsim.config.schema.demand import Demand
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import AGE_GROUPS, UrgencyMix
from akuttsim.patients.arrivals import day_factors, hour_weights
from akuttsim.patients.rates import published_by_place
from akuttsim.records import LINE_113, LINE_HEALTH, RED, Codes
from akuttsim.units import HOUR_S

Array = NDArray[np.float64]

DAY_STARTS, EVENING_STARTS, NIGHT_STARTS = 8, 15.5, 23
"""The Watchtowers' time bands: day 08-15:30, evening 15:30-23, night 23-08 (facts sheet 2.5)."""


def urgency_codes(region: Region, line: Codes, age_group: Codes, time_s: Array, u: Array) -> Codes:
    """Return urgency codes by comparing each uniform with the row's shares of red and yellow."""
    table = _shares(region)
    row = table[_line_kind(line), age_group, _bands(region, time_s)]
    red, yellow = row[:, 0], row[:, 0] + row[:, 1]
    return np.where(u < red, 0, np.where(u < yellow, 1, 2)).astype(np.int8)


def red_share_113(region: Region) -> float:
    """Return the share of calls to 113 that truly are red, over an ordinary week."""
    by_band = _shares(region)[_KIND_113, 0, :, RED]
    calls = _band_weights(region.demand, line_113=True)
    return float(by_band @ calls / calls.sum())


def shares_116117(region: Region) -> Array:
    """Return how contacts with 116117 truly divide, as [age group, urgency], over all hours.

    An age of which nobody lives here has none.
    """
    weights = _weights(region)
    urgencies = (_shares(region)[:_KIND_113] * weights[..., None]).sum(axis=(0, 2))
    everyone = weights.sum(axis=(0, 2))[:, None]
    shares: Array = np.divide(urgencies, everyone, out=np.zeros_like(urgencies), where=everyone > 0)
    return shares


_KIND_113 = 2


def _line_kind(line: Codes) -> NDArray[np.int8]:
    return np.select([line == LINE_113, line == LINE_HEALTH], [_KIND_113, 1], 0).astype(np.int8)


def _bands(region: Region, time_s: Array) -> NDArray[np.int8]:
    """Return 0 day, 1 evening, 2 night by local time."""
    hours = region.calendar.calendar().hours(int(time_s.max(initial=0) / HOUR_S) + 1)
    local = np.array([hour.hour for hour in hours])[(time_s / HOUR_S).astype(np.int64)]
    return _band(local + (time_s % HOUR_S) / HOUR_S)


def _band(clock: Array) -> NDArray[np.int8]:
    """Return 0 day, 1 evening, 2 night at hours of the clock."""
    is_day = (clock >= DAY_STARTS) & (clock < EVENING_STARTS)
    is_evening = (clock >= EVENING_STARTS) & (clock < NIGHT_STARTS)
    return np.select([is_day, is_evening], [0, 1], 2).astype(np.int8)


def _shares(region: Region) -> Array:
    """Return the true mixes as [line kind, age group, band, urgency]; the last axis sums to one."""
    mix = region.urgency
    everyone = _row(mix.all_contacts)
    ages = np.array([_row(mix.by_age[age]) for age in AGE_GROUPS])
    bands = np.array([_row(band) for band in (mix.day, mix.evening, mix.night)])
    lines = np.array([_row(mix.phone_line), _row(mix.health_line)])
    # each axis put in its place: line kind, age group, band; urgency last
    table = lines[:, None, None] * ages[None, :, None] * bands[None, None] / everyone**2
    to_116117 = _levelled(table, _weights(region), _row(mix.level_116117))
    to_113 = _whole(_row(mix.line_113) * bands / everyone)
    called_113 = np.broadcast_to(to_113, to_116117.shape[1:])
    return _true(np.concatenate([to_116117, called_113[None]]), region.misjudged)


def _levelled(table: Array, weights: Array, level: Array) -> Array:
    """Return mixes scaled, urgency by urgency, so that their weighted mean is the level."""
    scaled = _whole(table)
    for _ in range(LEVELLING_STEPS):
        mean = np.tensordot(weights, scaled, axes=3)
        scaled = _whole(scaled * (level / mean))
    return scaled


LEVELLING_STEPS = 50
"""Each step divides the distance to the level by more than ten; fifty leave none."""


def _weights(region: Region) -> Array:
    """Return the shares of 116117 contacts as [line kind, age group, band]; they sum to one.

    Of the published people: in another year each age is as urgent as today, and what changes is how
    many there are of it. Likewise wherever people have no GP: more of them ring, as urgent as ever.
    """
    demand = region.demand
    people = published_by_place(region).sum(axis=0)
    ages = people * np.array(demand.age_factor_116117.as_tuple())
    lines = np.array([1 - demand.health_line_share.value, demand.health_line_share.value])
    bands = _band_weights(demand, line_113=False)
    weights: Array = lines[:, None, None] * ages[None, :, None] * bands[None, None]
    shares: Array = weights / weights.sum()
    return shares


def _band_weights(demand: Demand, line_113: bool) -> Array:
    """Return how an ordinary week's calls divide into day, evening and night; of any sum."""
    weekday, weekend = hour_weights(demand, line_113)
    working, free = day_factors(demand)
    hours = 5 * working * weekday + 2 * free * weekend
    half_hours = np.repeat(hours, 2)
    clock = np.arange(48) / 2
    bands: Array = np.bincount(_band(clock), weights=half_hours, minlength=3).astype(np.float64)
    return bands


def _true(judged: Array, misjudged: Mistriage) -> Array:
    """Return the true mixes that, misjudged as published, look like the judged ones.

    Published shares of red, yellow and green are as judged on the phone. With a share `under`
    moved one level down and `over` one level up, judged = true @ moved; solved for true.
    """
    under, over = misjudged.under.value, misjudged.over.value
    moved = np.array(
        [[1 - under, under, 0.0], [over, 1 - under - over, under], [0.0, over, 1 - over]]
    )
    true: Array = np.clip(judged @ np.linalg.inv(moved), 0.0, None)
    return _whole(true)


def _whole(shares: Array) -> Array:
    """Return shares scaled so that the last axis sums to one."""
    whole: Array = shares / shares.sum(axis=-1, keepdims=True)
    return whole


def _row(mix: UrgencyMix) -> Array:
    return np.array(mix.as_tuple()) / sum(mix.as_tuple())

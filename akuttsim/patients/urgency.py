"""How urgent a contact truly is: by age, by who rings and by time of day.

A 113 call's urgency does not depend on age, since how often each age rings 113 already does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from akuttsim.records import LINE_113, LINE_HEALTH, Codes
from akuttsim.scenario.fields import AGE_GROUPS, UrgencyMix
from akuttsim.scenario.region import Misjudged, Region
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


def _line_kind(line: Codes) -> NDArray[np.int8]:
    return np.select([line == LINE_113, line == LINE_HEALTH], [2, 1], 0).astype(np.int8)


def _bands(region: Region, time_s: Array) -> NDArray[np.int8]:
    """Return 0 day, 1 evening, 2 night by local time."""
    hours = region.calendar.calendar().hours(int(time_s.max(initial=0) / HOUR_S) + 1)
    local = np.array([hour.hour for hour in hours])[(time_s / HOUR_S).astype(np.int64)]
    clock = local + (time_s % HOUR_S) / HOUR_S
    is_day = (clock >= DAY_STARTS) & (clock < EVENING_STARTS)
    is_evening = (clock >= EVENING_STARTS) & (clock < NIGHT_STARTS)
    return np.select([is_day, is_evening], [0, 1], 2).astype(np.int8)


def _shares(region: Region) -> Array:
    """Return [line kind, age group, band, urgency]: shares that sum to one."""
    mix = region.urgency
    everyone = _row(mix.all_contacts)
    ages = np.array([_row(mix.by_age[age]) for age in AGE_GROUPS])
    bands = np.array([_row(band) for band in (mix.day, mix.evening, mix.night)])
    lines = np.array([_row(mix.phone_line), _row(mix.health_line)])
    level = _row(mix.level_116117) / everyone
    table = (
        lines[:, None, None] / everyone * ages[None, :, None] * bands[None, None] / everyone * level
    )
    called_113 = np.broadcast_to(_row(mix.line_113) * bands / everyone, (*table.shape[1:],))
    whole: Array = np.concatenate([table, called_113[None]])
    return _true(whole / whole.sum(axis=-1, keepdims=True), region.misjudged)


def _true(judged: Array, misjudged: Misjudged) -> Array:
    """Return the true mixes that, misjudged as published, look like the judged ones.

    Published shares of red, yellow and green are as judged on the phone. With a share `under`
    moved one level down and `over` one level up, judged = true @ moved; solved for true.
    """
    under, over = misjudged.under.value, misjudged.over.value
    moved = np.array(
        [[1 - under, under, 0.0], [over, 1 - under - over, under], [0.0, over, 1 - over]]
    )
    true: Array = np.clip(judged @ np.linalg.inv(moved), 0.0, None)
    whole: Array = true / true.sum(axis=-1, keepdims=True)
    return whole


def _row(mix: UrgencyMix) -> Array:
    return np.array(mix.as_tuple()) / sum(mix.as_tuple())

"""How urgent contacts truly are, and where the red ones are to be expected in a year.

A 113 call's urgency does not depend on age, since how often each age rings 113 already does.

As where nobody stays away because care is far: a site is chosen for who needs it, and those who
live far from today's would else count for less because they do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.care_needs import Mistriage
from akuttsim.config.schema.region import Demand, Region
from akuttsim.config.schema.values import AGE_GROUPS, UrgencyMix
from akuttsim.patients.call_rates import (
    callers_113,
    callers_116117,
    day_factors,
    hour_weights,
    published_by_place,
)
from akuttsim.records import LINE_113, LINE_HEALTH, RED, Codes
from akuttsim.units import HOUR_S

Shares = NDArray[np.float64]

DAY_STARTS, EVENING_STARTS, NIGHT_STARTS = 8, 15.5, 23
"""The Watchtowers' time bands: day 08-15:30, evening 15:30-23, night 23-08 (facts sheet 2.5)."""


def urgency_codes(
    region: Region, line: Codes, age_group: Codes, time_s: Shares, u: Shares
) -> Codes:
    """Return the true urgency of each contact.

    Args:
        region: The mixes by line, age and time of day, and how often they are misjudged.
        line: The number that each rings.
        age_group: Index of the age group.
        time_s: Seconds since the run began, for the time of day.
        u: A uniform of each; the lowest are red, then yellow.
    """
    table = _true_mixes(region)
    kind = np.select([line == LINE_113, line == LINE_HEALTH], [_KIND_113, 1], 0)
    row = table[kind, age_group, _bands_of_times(region, time_s)]
    red, yellow = row[:, 0], row[:, 0] + row[:, 1]
    return np.where(u < red, 0, np.where(u < yellow, 1, 2)).astype(np.int8)


def red_share_113(region: Region) -> float:
    """Return the share of calls to 113 that truly are red, over an ordinary week."""
    by_band = _true_mixes(region)[_KIND_113, 0, :, RED]
    calls = _band_weights(region.demand, line_113=True)
    return float(by_band @ calls / calls.sum())


def shares_116117(region: Region) -> Shares:
    """Return how contacts with 116117 truly divide, as [age group, urgency], over all hours.

    An age of which nobody lives here has none.
    """
    weights = _contact_shares(region)
    urgencies = (_true_mixes(region)[:_KIND_113] * weights[..., None]).sum(axis=(0, 2))
    everyone = weights.sum(axis=(0, 2))[:, None]
    shares: Shares = np.divide(
        urgencies, everyone, out=np.zeros_like(urgencies), where=everyone > 0
    )
    return shares


_KIND_113 = 2


def _bands_of_times(region: Region, time_s: Shares) -> NDArray[np.int8]:
    """Return 0 day, 1 evening, 2 night by local time."""
    hours = region.calendar.calendar().hours(int(time_s.max(initial=0) / HOUR_S) + 1)
    local = np.array([hour.hour for hour in hours])[(time_s / HOUR_S).astype(np.int64)]
    return _band_of_clock(local + (time_s % HOUR_S) / HOUR_S)


def _band_of_clock(clock: Shares) -> NDArray[np.int8]:
    """Return 0 day, 1 evening, 2 night at hours of the clock."""
    is_day = (clock >= DAY_STARTS) & (clock < EVENING_STARTS)
    is_evening = (clock >= EVENING_STARTS) & (clock < NIGHT_STARTS)
    return np.select([is_day, is_evening], [0, 1], 2).astype(np.int8)


def _true_mixes(region: Region) -> Shares:
    """Return the true mixes as [line kind, age group, band, urgency]; the last axis sums to one."""
    mix = region.urgency
    everyone = _mix_row(mix.all_contacts)
    ages = np.array([_mix_row(mix.by_age[age]) for age in AGE_GROUPS])
    bands = np.array([_mix_row(band) for band in (mix.day, mix.evening, mix.night)])
    lines = np.array([_mix_row(mix.phone_line), _mix_row(mix.health_line)])
    # each axis put in its place: line kind, age group, band; urgency last
    table = lines[:, None, None] * ages[None, :, None] * bands[None, None] / everyone**2
    to_116117 = _scale_to_level(table, _contact_shares(region), _mix_row(mix.level_116117))
    to_113 = _normalise(_mix_row(mix.line_113) * bands / everyone)
    called_113 = np.broadcast_to(to_113, to_116117.shape[1:])
    return _undo_misjudgement(np.concatenate([to_116117, called_113[None]]), region.misjudged)


def _scale_to_level(table: Shares, weights: Shares, level: Shares) -> Shares:
    """Return mixes scaled, urgency by urgency, so that their weighted mean is the level."""
    scaled = _normalise(table)
    for _ in range(LEVELLING_STEPS):
        mean = np.tensordot(weights, scaled, axes=3)
        scaled = _normalise(scaled * (level / mean))
    return scaled


LEVELLING_STEPS = 50
"""Each step divides the distance to the level by more than ten; fifty leave none."""


def _contact_shares(region: Region) -> Shares:
    """Return the shares of 116117 contacts as [line kind, age group, band]; they sum to one.

    Of the published people: in another year each age is as urgent as today, and what changes is how
    many there are of it. Likewise wherever people have no GP: more of them ring, as urgent as ever.
    """
    demand = region.demand
    people = published_by_place(region).sum(axis=0)
    ages = people * np.array(demand.age_factor_116117.as_tuple())
    lines = np.array([1 - demand.health_line_share.value, demand.health_line_share.value])
    bands = _band_weights(demand, line_113=False)
    weights: Shares = lines[:, None, None] * ages[None, :, None] * bands[None, None]
    shares: Shares = weights / weights.sum()
    return shares


def _band_weights(demand: Demand, line_113: bool) -> Shares:
    """Return how an ordinary week's calls divide into day, evening and night; of any sum."""
    weekday, weekend = hour_weights(demand, line_113)
    working, free = day_factors(demand)
    hours = 5 * working * weekday + 2 * free * weekend
    half_hours = np.repeat(hours, 2)
    clock = np.arange(48) / 2
    bands: Shares = np.bincount(_band_of_clock(clock), weights=half_hours, minlength=3).astype(
        np.float64
    )
    return bands


def _undo_misjudgement(judged: Shares, misjudged: Mistriage) -> Shares:
    """Return the true mixes that, misjudged as published, look like the judged ones.

    Published shares of red, yellow and green are as judged on the phone. With a share `under`
    moved one level down and `over` one level up, judged = true @ moved; solved for true.
    """
    under, over = misjudged.under.value, misjudged.over.value
    judgement = np.array(
        [[1 - under, under, 0.0], [over, 1 - under - over, under], [0.0, over, 1 - over]]
    )
    true: Shares = np.clip(judged @ np.linalg.inv(judgement), 0.0, None)
    return _normalise(true)


def _normalise(shares: Shares) -> Shares:
    """Return shares scaled so that the last axis sums to one."""
    whole: Shares = shares / shares.sum(axis=-1, keepdims=True)
    return whole


def _mix_row(mix: UrgencyMix) -> Shares:
    """Return a mix as shares of red, yellow and green, which sum to one."""
    return np.array(mix.as_tuple()) / sum(mix.as_tuple())


ByPlace = NDArray[np.float64]


def expected_red_incidents(region: Region) -> ByPlace:
    """Return truly red contacts a year by place: those to 113, and those to 116117.

    Further callers about one incident are not told apart; they are as many everywhere.
    """
    demand = region.demand
    to_113 = callers_113(region).sum(axis=1) * demand.calls_113_per_person_year.value
    contacts = callers_116117(region) * demand.contacts_per_person_year.value
    red: ByPlace = to_113 * red_share_113(region) + contacts @ shares_116117(region)[:, 0]
    return red


def expected_clinic_visits(region: Region) -> ByPlace:
    """Return visits to a clinic after a contact with 116117, a year, as [place, urgency].

    Red ones are those that the region sends to a clinic; the others get an ambulance. Calls that
    113 passes on are left out.
    """
    contacts = callers_116117(region) * region.demand.contacts_per_person_year.value
    needs = region.care.needs
    red = 0.0 if needs.red is None else needs.red.clinic
    to_clinic = np.array([red, needs.yellow.clinic, needs.green.clinic])
    visits: ByPlace = contacts @ shares_116117(region) * to_clinic
    return visits

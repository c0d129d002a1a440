"""Safety alarms (trygghetsalarm) and planned ambulance transports: when, who, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from math import cos, radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.region import AlarmNeeds, PlannedTransports, Region, SafetyAlarms
from akuttsim.patients.arrivals import ArrivalRates, Arrivals
from akuttsim.patients.call_rates import (
    HOURS_A_YEAR,
    alarm_users,
    callers_113,
    day_shapes,
    days_of_hours,
    days_of_year,
    free_days,
)
from akuttsim.patients.urgency import urgency_codes
from akuttsim.records import (
    GREEN,
    LINE_113,
    LINE_ALARM,
    LINE_HEALTH,
    LINE_TRANSPORT,
    Codes,
    Floats,
    Indices,
    code_names,
)
from akuttsim.units import HOUR_S, MINUTE_S, to_ticks


class AlarmWay(IntEnum):
    """What the response centre does with an alarm, gravest first; a key of its `needs`."""

    TO_113 = 0
    TO_116117 = 1
    HOME_NURSING = 2
    CLOSED = 3


ALARM_TO_113 = AlarmWay.TO_113.value
ALARM_TO_116117 = AlarmWay.TO_116117.value
ALARM_TO_HOME_NURSING = AlarmWay.HOME_NURSING.value
ALARM_CLOSED_THERE = AlarmWay.CLOSED.value


def alarm_ways(needs: AlarmNeeds, u: Floats) -> Codes:
    """Return what the response centre does with each alarm.

    Args:
        needs: Shares of alarms by what becomes of them; the rest is closed at the centre.
        u: A uniform of each alarm; the lowest are the gravest.

    Returns:
        A code of `AlarmWay` for each.
    """
    *graver, _ = code_names(AlarmWay)
    limits = np.cumsum([getattr(needs, name) for name in graver])
    return np.searchsorted(limits, u, side="right").astype(np.int8)


def alarm_callers(
    region: Region, alarms: SafetyAlarms, pressed: Arrivals
) -> dict[str, NDArray[Any]]:
    """Return who presses the alarm, and how urgent it is.

    Urgent as calls from health personnel are, but those that go on to 113 as calls to 113 are.
    """
    people, time_s, count = pressed.persons, pressed.time_s, len(pressed)
    u_alarm = people.uniform("u_alarm")
    to_113 = alarm_ways(alarms.needs, u_alarm) == ALARM_TO_113
    as_line = np.where(to_113, LINE_113, LINE_HEALTH).astype(np.int8)
    u_urgency = people.uniform("urgency")
    seconds = {
        "alarm_talk": alarms.talk_s.quantile(people.uniform("alarm_talk")),
        "alarm_handover": alarms.handover_s.quantile(people.uniform("alarm_handover")),
        "home_nursing": alarms.home_nursing_min.quantile(people.uniform("home_nursing")) * MINUTE_S,
    }
    return {
        "time_s": time_s,
        "line": np.full(count, LINE_ALARM, dtype=np.int8),
        "is_contact": np.ones(count, dtype=bool),
        "place": pressed.home,
        "age_group": pressed.age_group,
        "urgency": urgency_codes(region, as_line, pressed.age_group, time_s, u_urgency),
        "u_alarm": u_alarm,
        **{f"{name}_s": to_ticks(column) for name, column in seconds.items()},
    }


def alarm_rates(region: Region, alarms: SafetyAlarms, hours: Sequence[datetime]) -> ArrivalRates:
    """Return how often each place and age presses: flat over the year but for the hours of the day.

    Season, holidays and busy days lift calls to the legevakt when GPs are shut, people travel or
    an illness goes round. Most alarms are pressed by mistake or for help at home, day in, day out.
    """
    an_hour = alarm_users(region, alarms) * alarms.alarms_per_user_month.value * 12 / HOURS_A_YEAR
    days, day_of_hour = days_of_hours(hours)
    shapes = np.array(day_shapes(alarms.hours))
    relative: Floats = shapes[free_days(days)[day_of_hour], [local.hour for local in hours]]
    return ArrivalRates("alarm", region.place_ids, an_hour, relative)


def alarms_per_hour(region: Region, alarms: SafetyAlarms, hours: Sequence[datetime]) -> Floats:
    """Return the expected alarms of each hour, of the whole region."""
    rates = alarm_rates(region, alarms, hours)
    return float(rates.usual.sum()) * rates.relative


OUT_OF_REGION = -1
"""Where a transport goes that leaves the region."""


def transport_columns(
    region: Region, planned: PlannedTransports, due: Arrivals
) -> dict[str, NDArray[Any]]:
    """Return the columns of planned transports.

    `place` is where the patient waits: at home, or at the hospital nearest to it as the crow flies.

    Args:
        region: The region.
        planned: How they are: shares from hospital and out of the region, time away.
        due: Who is due one, and when.
    """
    people, home, count = due.persons, due.home, len(due)
    # the nearest hospital of each place, as the crow flies
    index = {name: position for position, name in enumerate(region.places)}
    at = np.array([index[hospital.place] for hospital in region.hospitals.values()], dtype=np.int32)
    lat_lon = np.array([(place.lat, place.lon) for place in region.places.values()])
    offset = (lat_lon[:, None] - lat_lon[at]) * [1.0, cos(radians(float(lat_lon[at[0], 0])))]
    nearest: Indices = at[(offset**2).sum(axis=2).argmin(axis=1)]
    hospital = nearest[home]
    from_hospital = people.uniform("from_hospital") < planned.from_hospital.value
    leaves = people.uniform("out_of_region") < planned.out_of_region.value
    away_h = planned.away_h.quantile(people.uniform("away"))
    other_end = np.where(from_hospital, home, hospital)
    return {
        "time_s": due.time_s,
        "line": np.full(count, LINE_TRANSPORT, dtype=np.int8),
        "is_contact": np.zeros(count, dtype=bool),
        "place": np.where(from_hospital, hospital, home).astype(np.int32),
        "age_group": due.age_group,
        "urgency": np.full(count, GREEN, dtype=np.int8),
        "transport_to": np.where(leaves, OUT_OF_REGION, other_end).astype(np.int32),
        "away_s": np.where(leaves, to_ticks(away_h * HOUR_S), 0.0),
    }


def transport_rates(
    region: Region, planned: PlannedTransports, hours: Sequence[datetime]
) -> ArrivalRates:
    """Return how often each place and age is due a transport, in these hours of the run.

    So many in the year in which the run begins. Neither season nor busy days: they are ordered
    when they suit.
    """
    start = region.calendar.calendar().start
    days = days_of_year(start.year)
    mean = float(np.mean(_transport_day_shapes(planned)[free_days(days)].ravel()))
    an_hour = callers_113(region) * (planned.per_person_year.value / HOURS_A_YEAR)
    return ArrivalRates(
        "transport", region.place_ids, an_hour, _transport_hour_weights(planned, hours) / mean
    )


def _transport_day_shapes(planned: PlannedTransports) -> Floats:
    """Return the weights of the 24 hours on working and free days, not scaled."""
    shapes: Floats = np.array(day_shapes(planned.hours))
    return shapes * [[1.0], [planned.free_day_factor.value]]


def _transport_hour_weights(planned: PlannedTransports, hours: Sequence[datetime]) -> Floats:
    """Return the weight of each hour of the run."""
    days, day_of_hour = days_of_hours(hours)
    weights: Floats = _transport_day_shapes(planned)[
        free_days(days)[day_of_hour], [local.hour for local in hours]
    ]
    return weights

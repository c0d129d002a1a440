"""Safety alarms (trygghetsalarm): when users press, who they are and what it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.demand import AlarmNeeds, SafetyAlarms
from akuttsim.config.schema.region import Region
from akuttsim.patients.arrivals import HOURS_A_YEAR, day_shapes, days_of, free_days
from akuttsim.patients.rates import alarm_users
from akuttsim.patients.streams import Persons
from akuttsim.patients.thinning import Arrivals, Rates
from akuttsim.patients.urgency import urgency_codes
from akuttsim.records import LINE_113, LINE_ALARM, LINE_HEALTH, Codes, Floats
from akuttsim.units import MINUTE_S, to_ticks

ALARM_TO_113, ALARM_TO_116117, ALARM_TO_HOME_NURSING, ALARM_CLOSED_THERE = range(4)
"""What the response centre does with an alarm, gravest first."""


def alarm_ways(needs: AlarmNeeds, u: Floats) -> Codes:
    """Return what becomes of each alarm; the lowest uniforms are the gravest."""
    limits = np.cumsum([needs.to_113, needs.to_116117, needs.home_nursing])
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
    return {
        "time_s": time_s,
        "line": np.full(count, LINE_ALARM, dtype=np.int8),
        "is_contact": np.ones(count, dtype=bool),
        "place": pressed.home,
        "age_group": pressed.age_group,
        "urgency": urgency_codes(region, as_line, pressed.age_group, time_s, u_urgency),
        "u_alarm": u_alarm,
        **_durations(alarms, people),
    }


def alarm_rates(region: Region, alarms: SafetyAlarms, hours: Sequence[datetime]) -> Rates:
    """Return how often each place and age presses: flat over the year but for the hours of the day.

    Season, holidays and busy days lift calls to the legevakt when GPs are shut, people travel or
    an illness goes round. Most alarms are pressed by mistake or for help at home, day in, day out.
    """
    an_hour = alarm_users(region, alarms) * alarms.alarms_per_user_month.value * 12 / HOURS_A_YEAR
    days, day_of_hour = days_of(hours)
    shapes = np.array(day_shapes(alarms.hours))
    relative: Floats = shapes[free_days(days)[day_of_hour], [local.hour for local in hours]]
    return Rates("alarm", region.place_ids, an_hour, relative)


def alarms_per_hour(region: Region, alarms: SafetyAlarms, hours: Sequence[datetime]) -> Floats:
    """Return the expected alarms of each hour, of the whole region."""
    rates = alarm_rates(region, alarms, hours)
    return float(rates.usual.sum()) * rates.relative


def _durations(alarms: SafetyAlarms, people: Persons) -> dict[str, Floats]:
    seconds = {
        "alarm_talk": alarms.talk_s.quantile(people.uniform("alarm_talk")),
        "alarm_handover": alarms.handover_s.quantile(people.uniform("alarm_handover")),
        "home_nursing": alarms.home_nursing_min.quantile(people.uniform("home_nursing")) * MINUTE_S,
    }
    return {f"{name}_s": to_ticks(column) for name, column in seconds.items()}

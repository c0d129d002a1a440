"""Safety alarms (trygghetsalarm): when users press, who they are and what it leads to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.patients.arrivals import HOURS_A_YEAR, day_shapes, is_free, spread
from akuttsim.patients.rates import alarm_users, homes
from akuttsim.patients.streams import Stream
from akuttsim.patients.urgency import urgency_codes
from akuttsim.records import LINE_113, LINE_ALARM, LINE_HEALTH, Codes, Floats
from akuttsim.scenario.demand import AlarmNeeds, SafetyAlarms
from akuttsim.scenario.region import Region
from akuttsim.units import MINUTE_S, to_ticks

Draw = Callable[[str], Stream]

ALARM_TO_113, ALARM_TO_116117, ALARM_TO_HOME_NURSING, ALARM_CLOSED_THERE = range(4)
"""What the response centre does with an alarm, gravest first."""


def alarm_ways(needs: AlarmNeeds, u: Floats) -> Codes:
    """Return what becomes of each alarm; the lowest uniforms are the gravest."""
    limits = np.cumsum([needs.to_113, needs.to_116117, needs.home_nursing])
    return np.searchsorted(limits, u, side="right").astype(np.int8)


def alarm_callers(
    region: Region, alarms: SafetyAlarms, hours: Sequence[datetime], draw: Draw
) -> dict[str, NDArray[Any]]:
    """Return who presses the alarm in these hours of the run, and how urgent it is.

    Urgent as calls from health personnel are, but those that go on to 113 as calls to 113 are.
    """
    time_s = spread(alarms_per_hour(region, alarms, hours), draw("count"), draw("time"))
    count = len(time_s)
    place, age_group = homes(alarm_users(region, alarms), draw("home").random(count))
    u_alarm = draw("u_alarm").random(count)
    to_113 = alarm_ways(alarms.needs, u_alarm) == ALARM_TO_113
    as_line = np.where(to_113, LINE_113, LINE_HEALTH).astype(np.int8)
    return {
        "time_s": time_s,
        "line": np.full(count, LINE_ALARM, dtype=np.int8),
        "is_contact": np.ones(count, dtype=bool),
        "place": place,
        "age_group": age_group,
        "urgency": urgency_codes(region, as_line, age_group, time_s, draw("urgency").random(count)),
        "u_alarm": u_alarm,
        **_durations(alarms, count, draw),
    }


def alarms_per_hour(region: Region, alarms: SafetyAlarms, hours: Sequence[datetime]) -> Floats:
    """Return the expected alarms of each hour: flat over the year but for the hours of the day.

    Season, holidays and busy days lift calls to the legevakt when GPs are shut, people travel or
    an illness goes round. Most alarms are pressed by mistake or for help at home, day in, day out.
    """
    users = float(alarm_users(region, alarms).sum())
    per_hour = users * alarms.alarms_per_user_month.value * 12 / HOURS_A_YEAR
    shapes = np.array(day_shapes(alarms.hours))
    free = np.array([is_free(local.date()) for local in hours], dtype=np.intp)
    rates: Floats = per_hour * shapes[free, [local.hour for local in hours]]
    return rates


def _durations(alarms: SafetyAlarms, count: int, draw: Draw) -> dict[str, Floats]:
    seconds = {
        "alarm_talk": alarms.talk_s.quantile(draw("alarm_talk").random(count)),
        "alarm_handover": alarms.handover_s.quantile(draw("alarm_handover").random(count)),
        "home_nursing": alarms.home_nursing_min.quantile(draw("home_nursing").random(count))
        * MINUTE_S,
    }
    return {f"{name}_s": to_ticks(column) for name, column in seconds.items()}

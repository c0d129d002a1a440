"""Indicators of home nursing: time until it is with those who press an alarm, and planned visits.

Where home nursing is not people on duty it always comes after a drawn time, and has no planned
visits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from akuttsim.indicators.calls import (
    alarms_put_through,
    home_nursing_came_s,
    sent_to_home_nursing,
)
from akuttsim.indicators.declaration import (
    Observations,
    by_hour,
    by_municipality,
    by_time_of_day,
    indicator,
)
from akuttsim.indicators.measured_run import (
    Grouping,
    GroupValue,
    Mask,
    MeasuredRun,
    Statistic,
    mean,
    p90,
    share,
    statistic_rows,
)
from akuttsim.records import Floats
from akuttsim.units import MINUTE_S

PROMISED_MIN = 30.0
"""Within so many minutes home nursing in Bodø promises to come (bodo.kommune.no)."""

LATE_MIN = 60.0
"""A planned visit that begins so much after it was due is late; akuttsim's own limit."""


@indicator(
    unit="share",
    better="higher",
    by=("all", "municipality", "time_of_day"),
    after="alarm_to_help_min",
)
def home_nursing_within_30_min(run: MeasuredRun) -> Observations:
    """Share of alarms for home nursing with somebody of it at the door within 30 minutes.

    Numerator: alarms with home nursing at the door at most 30 minutes after they were pressed.
    Denominator: alarms with which the response centre turned to home nursing, also those to which
    nobody of it came. Left out: alarms that the centre closed, or passed on to 116117 or 113
    itself. Unit: share of 1. By municipality and by time of day.
    Source: akuttsim's own definition; home nursing in Bodø promises 30 minutes.
    """
    mask = sent_to_home_nursing(run)
    in_time = _minutes_to_door(run)[mask] <= PROMISED_MIN
    return _of_alarms(run, mask, in_time.astype(np.float64), share)


@indicator(
    unit="min",
    better="neither",
    by=("all", "municipality", "time_of_day"),
    after="home_nursing_within_30_min",
)
def home_nursing_p90_min(run: MeasuredRun) -> Observations:
    """Minutes from a safety alarm until home nursing is at the door that nine in ten stay below.

    Whom it counts: alarms to which home nursing came. Left out: those to which nobody of it came,
    so that it can also fall because more are passed on, and is not judged;
    `home_nursing_within_30_min` counts all. Unit: minutes. By municipality and by time of day.
    Source: akuttsim's own definition.
    """
    minutes = _minutes_to_door(run)
    mask = sent_to_home_nursing(run) & ~np.isnan(minutes)
    return _of_alarms(run, mask, minutes[mask], p90)


@indicator(
    unit="share",
    better="lower",
    by=("all", "municipality", "time_of_day"),
    after="home_nursing_p90_min",
)
def home_nursing_could_not_come(run: MeasuredRun) -> Observations:
    """Share of alarms for home nursing that went on to 116117 or 113, since nobody could set out.

    Numerator: alarms put through after the time that an alarm waits for home nursing, or at once
    where nobody of it was on duty. Denominator: alarms with which the response centre turned to
    home nursing. Left out: alarms that the centre closed, or passed on to 116117 or 113 itself.
    Unit: share of 1. By municipality and by time of day.
    Source: akuttsim's own definition.
    """
    mask = sent_to_home_nursing(run)
    went_on = np.zeros(len(run.patients))
    went_on[[patient for patient, _, _ in alarms_put_through(run)]] = 1.0
    return _of_alarms(run, mask, went_on[mask], share)


def _minutes_to_door(run: MeasuredRun) -> Floats:
    """Return the minutes from each alarm until home nursing was at the door; NaN where never."""
    minutes: Floats = (home_nursing_came_s(run) - run.patients.time_s) / MINUTE_S
    return minutes


def _of_alarms(run: MeasuredRun, mask: Mask, values: Floats, statistic: Statistic) -> Observations:
    """Return a value of each of some alarms, by municipality and time of day."""
    groups = [by_municipality(run, mask), by_time_of_day(run, run.patients.time_s[mask])]
    return Observations(values, statistic, groups, np.flatnonzero(mask))


@indicator(
    unit="min",
    better="lower",
    by=("all", "home_nursing_team", "hour"),
    after="home_nursing_could_not_come",
)
def planned_visit_delay_min(run: MeasuredRun) -> Iterator[GroupValue]:
    """Mean minutes from a planned visit of home nursing is due until somebody is at the door.

    What it counts: visits that were due in the measured span; of one that nobody had come to when
    the run ended, the time until then. Nobody can come before a visit is due, and the drive counts:
    it is not nought with any number on duty. Left out: work in nursing homes. Without planned
    visits there are no rows. Unit: minutes. By team, and by the hour in which the visit was due.
    Source: akuttsim's own definition.
    """
    yield from _planned_visit_rows(run, mean, lambda minutes: minutes)


@indicator(
    unit="share",
    better="lower",
    by=("all", "home_nursing_team", "hour"),
    after="planned_visit_delay_min",
)
def planned_visits_hour_late(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of planned visits of home nursing that begin more than an hour after they are due.

    Numerator: visits due in the measured span at which nobody was at the door within 60 minutes.
    Denominator: all visits due in it. Left out: work in nursing homes. Without planned visits there
    are no rows. Unit: share of 1. By team, and by the hour in which the visit was due.
    Source: akuttsim's own definition.
    """
    yield from _planned_visit_rows(
        run, share, lambda minutes: (minutes > LATE_MIN).astype(np.float64)
    )


def _planned_visit_rows(
    run: MeasuredRun, statistic: Statistic, value: Callable[[Floats], Floats]
) -> Iterator[GroupValue]:
    """Yield a statistic of the measured planned visits, from the minutes that each waited."""
    visits, nursing = run.record.planned_visits, run.organisation.home_nursing
    if visits is None or nursing is None or nursing.planned is None:
        return
    first, last = run.record.measured
    mine = (visits.due_s >= first) & (visits.due_s < last)
    began_s = np.where(np.isnan(visits.at_door_s), run.record.end_s, visits.at_door_s)
    minutes = ((began_s - visits.due_s) / MINUTE_S)[mine]
    groups = [
        Grouping("home_nursing_team", visits.team[mine], tuple(nursing.teams)),
        by_hour(run, visits.due_s[mine]),
    ]
    yield from statistic_rows(value(minutes), statistic, groups)

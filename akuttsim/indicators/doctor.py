"""Indicators of the doctor: what phone and video spare, back-up doctors woken, home duty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.indicators.declaration import indicator
from akuttsim.indicators.measured_run import (
    BACK_UP_DOCTOR,
    Grouping,
    GroupValue,
    MeasuredRun,
    rate_rows,
)
from akuttsim.records import AVOIDED, WAY_IN

NIGHT_BEGINS, NIGHT_ENDS = 23, 8


@indicator(unit="per week", better="neither", by=("all", "avoided"), after="video_moved_share")
def avoided_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """What a doctor on phone or video spared, in a mean week.

    What it counts: visits to a clinic or at home that the doctor at 116117 settled on the phone,
    ambulances spared by the doctor in conference with 113, patients that the crew could leave at
    home after showing them to the doctor, and visits of or to residents of nursing homes. Left out:
    patients whom the doctor looked at and did not spare. Unit: times a week. By what.
    Source: akuttsim's own definition.
    """
    codes = run.record.courses.avoided[run.present] - 1
    groups = [Grouping("avoided", codes, AVOIDED[1:])]
    count = int((codes >= 0).sum())
    yield from rate_rows(run.weeks, count, groups)


@indicator(
    unit="per week",
    better="lower",
    by=("all", "team", "time_of_day"),
    listed={"people": 30, "work": 120},
)
def back_up_wakings_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Times that a back-up doctor (bakvakt) was called in, in a mean week.

    What it counts: ways in that began in the measured span. Left out: hours on call without being
    called in. Unit: times a week. By team, and by time of day: night (23 to 8, local time of
    setting out) and the rest.
    Source: akuttsim's own definition.
    """
    teams = tuple(name for name, team in run.organisation.doctors.items() if team.back_up)
    yield from _ways_in_by_team(run, BACK_UP_DOCTOR, teams)


@indicator(
    unit="per week",
    better="neither",
    by=("all", "team", "time_of_day"),
    listed={"people": 40, "work": 130},
)
def came_in_from_home_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Times that a doctor on home duty (hjemmevakt) came in to a clinic, in a mean week.

    What it counts: times in the measured span that a doctor on home duty went in to a patient, also
    where the doctor was called in time to be there with the patient, and where a red alarm took the
    doctor on the way. Each time stands for several patients if they overlap. Left out: calls,
    video, home visits and call-outs, which are done from home, and back-up doctors. Unit: times a
    week. By team, and by time of day: night (23 to 8, local time) and the rest.
    Source: akuttsim's own definition.
    """
    doctors = run.organisation.doctors.items()
    teams = tuple(name for name, team in doctors if team.home_duty is not None)
    yield from _ways_in_by_team(run, "doctor", teams)


def _ways_in_by_team(run: MeasuredRun, role: str, teams: tuple[str, ...]) -> Iterator[GroupValue]:
    """Yield how often people of a role went in, by team and time of day."""
    activities, units = run.record.activities, run.record.units
    is_role = np.array([unit.role == role for unit in units], dtype=np.bool_)
    start, end = run.record.measured
    within = (activities.start_s >= start) & (activities.start_s < end)
    mask = within & (activities.kind == WAY_IN) & is_role[activities.unit]
    team_of_unit = np.array([teams.index(u.team) if u.team in teams else -1 for u in units])
    hour = run.hour(activities.start_s[mask])
    by_day = (hour >= NIGHT_ENDS) & (hour < NIGHT_BEGINS)
    groups = [
        Grouping("team", team_of_unit[activities.unit[mask]], teams),
        Grouping("time_of_day", by_day.astype(np.intp), ("night", "rest")),
    ]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)

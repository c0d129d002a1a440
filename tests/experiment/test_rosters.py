"""Rosters as an organisation has them: the same people at the same hours."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config.schema.calendar import Calendar
from akuttsim.config.schema.roster import unroll
from akuttsim.optimisation.rostering.roster_proof import roster_as_staffings
from akuttsim.theory.staffing_levels import DAY, WEEK, WeeklyShift, staff_on_duty
from tests.nightly import examples

HALF_HOUR_S = 1800.0
ROSTERS = st.dictionaries(
    st.builds(WeeklyShift, st.sampled_from(["weekdays", "weekends"]), st.integers(0, DAY - 1),
              st.integers(1, DAY)),
    st.integers(1, 3), max_size=6,
)  # fmt: skip


@settings(max_examples=examples(40), deadline=None)
@given(ROSTERS)
def test_as_many_are_on_duty_in_an_ordinary_week(roster: dict[WeeklyShift, int]) -> None:
    """The second of two weeks without a holiday: what began on the Sunday before is in it."""
    calendar = Calendar(date(2026, 1, 12), "Europe/Oslo")
    people = np.zeros(2 * WEEK, dtype=np.int64)
    for staffing in roster_as_staffings(roster, "made up").values():
        for start, end in unroll(staffing, calendar, 14):
            people[int(start / HALF_HOUR_S) : int(end / HALF_HOUR_S)] += staffing.on_duty
    assert people[WEEK:].tolist() == staff_on_duty(roster).tolist()


def test_a_shift_of_both_kinds_of_day_is_daily_if_equally_many() -> None:
    roster = {WeeklyShift("weekdays", 14, 16): 2, WeeklyShift("weekends", 14, 16): 2,
              WeeklyShift("weekdays", 46, 18): 1, WeeklyShift("weekends", 46, 18): 2}  # fmt: skip
    found = roster_as_staffings(roster, "made up")
    assert {name: (each.days, each.hours, each.on_duty) for name, each in found.items()} == {
        "daily-0700-1500": ("daily", "07:00-15:00", 2),
        "weekdays-2300-0800": ("weekdays", "23:00-08:00", 1),
        "weekends-2300-0800": ("weekends", "23:00-08:00", 2),
    }
    assert [each.range for each in found.values()] == [(1, 3), (1, 2), (1, 3)]
    assert {(each.grade, each.source) for each in found.values()} == {("C", "made up")}

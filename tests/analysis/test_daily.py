"""Daily series against a walk through the record, person by person and day by day."""

from __future__ import annotations

import numpy as np
import pytest

from akuttsim.experiments.pilot_runs import DAILY_SERIES, daily_series_by_name
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.records import LINE_TRANSPORT, MISSION, NOT_PRESENT, TRANSPORT
from akuttsim.units import DAY_S
from tests import small

WORLD = small.world(weeks=2, warmup=0)
NAN = np.nan


@pytest.fixture(scope="module")
def observed() -> MeasuredRun:
    patients = WORLD.sample()
    return WORLD.observed(patients, WORLD.meets(patients))


def test_every_series_has_a_value_for_each_day(observed: MeasuredRun) -> None:
    found = daily_series_by_name(observed)
    days = int((observed.record.measured[1] - observed.record.measured[0]) // DAY_S)
    assert list(found) == [each.__name__ for each in DAILY_SERIES]
    assert {len(series) for series in found.values()} == {days} and days in (13, 14)


def test_waits_and_ways_are_means_of_those_who_rang_that_day(observed: MeasuredRun) -> None:
    calls, courses = observed.record.calls, observed.record.courses
    found = daily_series_by_name(observed)
    waits: dict[int, list[float]] = {}
    for row in np.flatnonzero(observed.calls_to("116117")):
        end = calls.answered_s[row] if calls.answered_s[row] > 0 else calls.left_s[row]
        if not np.isnan(end):
            waits.setdefault(int(calls.rang_s[row] // DAY_S), []).append(end - calls.rang_s[row])
    ways: dict[int, list[float]] = {}
    for row in np.flatnonzero(observed.measured & (courses.doctor_s >= 0)):
        rang = observed.patients.time_s[row]
        ways.setdefault(int(rang // DAY_S), []).append((courses.doctor_s[row] - rang) / 60)
    for day in range(len(found["wait_116117_s"])):
        assert found["wait_116117_s"][day] == pytest.approx(np.mean(waits[day]))
        assert found["ring_to_doctor_min"][day] == pytest.approx(np.mean(ways[day]))


def test_what_is_under_way_at_noon_is_counted(observed: MeasuredRun) -> None:
    did, courses, found = (
        observed.record.activities,
        observed.record.courses,
        daily_series_by_name(observed),
    )
    for day in range(len(found["missions_at_noon"])):
        noon = (day + 0.5) * DAY_S
        driving = [
            kind in (MISSION, TRANSPORT) and start <= noon < end
            for kind, start, end in zip(did.kind, did.start_s, did.end_s, strict=True)
        ]
        assert found["missions_at_noon"][day] == sum(driving)
        waiting = [
            rang <= noon and not ended <= noon and outcome != NOT_PRESENT
            for rang, ended, outcome in zip(
                observed.patients.time_s, courses.ended_s, courses.outcome, strict=True
            )
        ]
        in_span = observed.measured & (observed.patients.line != LINE_TRANSPORT)
        assert found["open_contacts_at_noon"][day] == sum(np.array(waiting) & in_span)


def test_a_day_without_a_call_has_no_wait() -> None:
    patients = small.people([small.at(8, day=1), small.at(9, day=1), small.at(8, day=3)])
    call = small.calls(
        (0, 0, 0, small.at(8, 1), small.at(8, 1) + 10, NAN),
        (1, 0, 0, small.at(9, 1), NAN, small.at(9, 1) + 30),
        (2, 0, 0, small.at(8, 3), NAN, NAN),
    )
    ended_s = [small.at(13, 1), NAN, small.at(9, 3)]
    course = small.courses(3, ended_s=ended_s)
    found = daily_series_by_name(small.seen(WORLD, patients, course, call))
    assert found["wait_116117_s"][1] == 20.0, "those who gave up waited too"
    assert np.isnan(found["wait_116117_s"][[0, 2, 3]]).all(), "still ringing at the end"
    assert found["open_contacts_at_noon"][:4].tolist() == [0, 2, 1, 1]

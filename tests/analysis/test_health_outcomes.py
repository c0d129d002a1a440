"""Health outcomes by hand: expected values from a record, and only where they are asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.indicators import health_outcomes
from akuttsim.indicators.declaration import Indicator
from akuttsim.indicators.health_relations import CURVES, survival_after_call
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.indicators.registry import OF_OUTCOMES, measure_indicators
from akuttsim.patients.conditions import condition_shares
from akuttsim.records import AMBULANCE, CLINIC, LINE_113, RED, TALK, Condition, Record, Unit
from akuttsim.units import DAY_S
from tests import small

WORLD = small.world(where=small.region({"outcomes": small.outcomes()}))
REGION = WORLD.plan.region
HOME = int(np.argmax([sum(place.people) for place in REGION.places.values()]))
END_S = 8 * DAY_S


def observed(patients: Any, did: Any = None, **columns: Any) -> MeasuredRun:
    """Return a run of one operator in which patients had these courses."""
    record = Record(
        small.courses(len(patients), judged=[RED] * len(patients), **columns),
        small.calls(),
        (Unit("lvs/operator-1", "operator", "lvs", ((0.0, END_S),)),),
        small.activities() if did is None else did,
        small.trips(),
        (DAY_S, END_S),
        END_S,
        0,
    )
    return WORLD.observed(patients, record)


def value(of: Indicator, run: MeasuredRun, group: str = "all") -> float:
    return next(row.value for row in of(run) if row.group == group)  # type: ignore[union-attr]


def red(*hours: float, **columns: Any) -> Any:
    times = [small.at(hour) for hour in hours]
    return small.people(times, urgency=RED, line=LINE_113, is_contact=True, place=HOME, **columns)


def test_survival_is_the_mean_chance_of_those_who_may_have_an_arrest() -> None:
    patients = red(10, 12, 14, age_group=np.array([6, 4, 7], np.int8))
    times = patients.time_s + np.array([300.0, 900.0, np.nan])
    run = observed(patients, on_scene_s=times, first_help_s=times, outcome=[AMBULANCE] * 3)
    shares = condition_shares(REGION, patients)[:, Condition.ARREST]
    assert REGION.outcomes is not None
    for curve in CURVES:
        chance = survival_after_call(REGION.outcomes.arrest, curve, np.array([5.0, 15.0]))
        expected = chance @ shares[:2]
        survival = value(health_outcomes.arrest_survival, run, curve)
        assert survival == pytest.approx(expected / shares.sum())
        a_year = 365.25 / 7
        in_ten = value(getattr(health_outcomes, f"arrest_survivors_{curve}_per_10_years"), run)
        assert in_ten == pytest.approx(10 * a_year * expected)
    reached = value(health_outcomes.arrest_ambulance_in_window, run)
    assert reached == pytest.approx(shares[:2].sum() / shares.sum())


def test_minutes_are_of_those_who_may_have_the_condition() -> None:
    patients = red(10, 12, age_group=np.array([3, 7], np.int8))
    run = observed(
        patients, first_help_s=patients.time_s + np.array([600.0, 1200.0]), outcome=[AMBULANCE] * 2
    )
    births = value(health_outcomes.time_critical_to_first_help_min, run, "birth")
    assert births == 10.0, "those over 80 give no birth"
    young, old = condition_shares(REGION, patients)[:, Condition.ARREST]
    arrests = value(health_outcomes.time_critical_to_first_help_min, run, "arrest")
    assert arrests == pytest.approx((10 * young + 20 * old) / (young + old))


def test_minutes_until_the_ambulance_cost_admissions_of_all_who_are_red() -> None:
    patients = red(10, 12, 14)
    run = observed(
        patients,
        on_scene_s=patients.time_s + np.array([600.0, 1800.0, np.nan]),
        outcome=[AMBULANCE] * 3,
    )
    a_year = 365.25 / 7
    for bound, points in (("low", 0.59), ("published", 1.24), ("high", 1.94)):
        expected = 3 * 10 * a_year * (20 / 5) * points / 100
        told = value(health_outcomes.admissions_of_delay_per_10_years, run, bound)
        assert told == pytest.approx(expected), "three red, the mean of those reached"


def test_a_night_is_lost_by_who_comes_home_after_midnight() -> None:
    patients = red(22, 13, 23)
    left, hours = patients.time_s + 600.0, np.array([3.0, 2.0, 3.0]) * 3600
    run = observed(
        patients,
        outcome=[CLINIC] * 3,
        left_home_s=left,
        at_clinic_s=left + 1800,
        left_clinic_s=left + hours,
        travel_s=[1800.0] * 3,
        at_hospital_s=[np.nan, np.nan, left[2] + 9000],
    )
    whole = next(iter(health_outcomes.nights_lost_per_1000_a_year(run)))
    assert whole.n == 1


def test_work_on_people_judged_too_urgent() -> None:
    patients = small.people([small.at(10), small.at(11)], line=LINE_113, urgency=[2, RED],
                            is_contact=True)  # fmt: skip
    start = small.at(10)
    did = small.activities((0, TALK, start, start + 1800, 0), (0, TALK, start, start + 900, 1))
    run = observed(patients, did, outcome=[AMBULANCE] * 2)
    assert value(health_outcomes.overtriage_h_a_week, run) == pytest.approx(0.5)
    assert value(health_outcomes.overtriage_h_a_week, run, "operator") == pytest.approx(0.5)


def test_nothing_of_it_is_measured_where_nobody_asks() -> None:
    plain = small.world()
    patients = small.people([small.at(12)])
    rows = measure_indicators(plain.observed(patients, plain.meets(patients)))
    assert {row.indicator for row in rows} & OF_OUTCOMES == set()
    assert "outcomes" not in plain.plan.region.model_dump()

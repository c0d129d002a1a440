"""Pilot runs: of the base, from an empty start, on patients of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from akuttsim.experiments.pilot_runs import (
    DAILY_SERIES,
    FIRST_PILOT,
    daily_series_by_name,
    pilot_series,
    pilot_tasks,
)
from akuttsim.experiments.study import study_of_experiment
from akuttsim.records import LINE_113
from tests import small


def test_pilot_runs_are_the_bases_days_from_an_empty_start() -> None:
    study = study_of_experiment(str(small.EXPERIMENT))
    told: list[int] = []
    found = pilot_series(pilot_tasks(study, 2, 6), 1, told.append)
    assert list(found) == [each.__name__ for each in DAILY_SERIES]
    assert {series.shape for series in found.values()} == {(6, 13)}, "the clocks go forward"
    assert sum(told) == 2, "two pieces of work"
    base = small.world(study.organisations[study.base], study.region, weeks=2, warmup=0)
    patients = base.sample(study.seed, FIRST_PILOT + 5)
    again = daily_series_by_name(base.observed(patients, base.meets(patients)))
    for name, series in found.items():
        np.testing.assert_array_equal(series[5], again[name])


def test_a_base_that_answers_for_neighbours_meets_them_too() -> None:
    study = study_of_experiment(str(small.EXPERIMENT))
    regional = {"organisation": "regional", "control_rooms": {"lvs": {"outside": ["neighbour"]}}}
    base = {"regional": small.organisation(regional)}
    found = pilot_series(pilot_tasks(replace(study, organisations=base), 1, 4), 1, lambda _: None)
    at = small.world(base["regional"], study.region, weeks=1, warmup=0)
    patients = at.sample(study.seed, FIRST_PILOT)
    assert (patients.outside >= 0).sum() > (patients.line == LINE_113).sum()
    again = daily_series_by_name(at.observed(patients, at.meets(patients)))
    for name, series in found.items():
        np.testing.assert_array_equal(series[0], again[name])

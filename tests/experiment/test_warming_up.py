"""Pilot runs: of the base, from an empty start, on patients of their own."""

from __future__ import annotations

import numpy as np
import small

from akuttsim.analysis.daily import SERIES, daily
from akuttsim.experiment.study import study_of_experiment
from akuttsim.experiment.warming_up import FIRST, pilot, tasks


def test_pilot_runs_are_the_bases_days_from_an_empty_start() -> None:
    study = study_of_experiment(str(small.EXPERIMENT))
    told: list[int] = []
    found = pilot(tasks(study, 2, 6), 1, told.append)
    assert list(found) == [each.__name__ for each in SERIES]
    assert {series.shape for series in found.values()} == {(6, 13)}, "the clocks go forward"
    assert sum(told) == 2, "two pieces of work"
    base = small.world(study.organisations[study.base], study.region, weeks=2, warmup=0)
    patients = base.sample(study.seed, FIRST + 5)
    again = daily(base.observed(patients, base.meets(patients)))
    for name, series in found.items():
        np.testing.assert_array_equal(series[5], again[name])

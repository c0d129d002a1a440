"""What is said of a study while it runs: of whom, in which unit, and what is the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akuttsim.cli.study_runs import StudyProgress
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.run_worker import FinishedRun
from akuttsim.experiments.study import Study, study_of_experiment
from tests import small


def watched(study: Study, values: dict[str, list[float]], unit: str) -> str:
    told = StudyProgress(study)
    for name, found in values.items():
        for number, value in enumerate(found, start=1):
            run = RunId(name, number, "", study.cases[0].name)
            told.take(FinishedRun(run, {told.indicator: (value, unit)}))
    return told.answer()


@pytest.fixture(scope="module")
def study() -> Study:
    return study_of_experiment(str(small.EXPERIMENT))


def test_a_difference_is_told_as_one_with_its_unit(study: Study) -> None:
    base, other = study.organisations
    values = {base: [0.80, 0.81, 0.82], other: [0.81, 0.83, 0.85]}
    told = watched(study, values, "share")
    assert told.endswith(f": difference of {other} from {base} +2 ± 2.5 percentage points")
    assert watched(study, values, "min").endswith(" +0.02 ± 0.025 min")


def test_what_is_the_same_is_said_in_words(study: Study) -> None:
    base, other = study.organisations
    told = watched(study, {base: [0.8, 0.9, 0.7], other: [0.8, 0.9, 0.7]}, "share")
    assert told.endswith(f"{other} is the same as {base} so far") and "±" not in told


def test_of_one_organisation_its_own_value_is_told(study: Study) -> None:
    base = study.base
    alone = replace(study, organisations={base: study.organisations[base]})
    told = watched(alone, {base: [0.8, 0.9, 0.7]}, "share")
    assert told.endswith(f"{base} has 80 ± 25 %")
    assert watched(alone, {base: [0.8, 0.9]}, "share") == ""

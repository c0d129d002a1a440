"""Health outcomes in an experiment: off until asked for, from a file, and among the assumptions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from akuttsim.chain.run_plan import Plan
from akuttsim.config import shipped
from akuttsim.errors import InputError
from akuttsim.experiments import run_worker, runner
from akuttsim.experiments.run_worker import PreparedStudy
from akuttsim.experiments.sensitivity_table import OutcomesByCase
from akuttsim.experiments.study import Study, study_of_experiment, study_of_run
from akuttsim.indicators.health_outcomes import MAIN_OUTCOMES
from akuttsim.indicators.registry import OF_OUTCOMES
from akuttsim.records import Record, Sheet
from tests import small

ASKED = """
factors:
  assumptions: {grade: C, of: region, below: [outcomes.arrest, outcomes.stroke]}
design: one-at-a-time
outcomes: %s
"""
EXPERIMENT = f"""experiment: of-outcomes
question: Who survives?
hypothesis: The same.
region: {small.DATA / "small"}
organisations: [{small.TODAY}, {small.SATELLITE}]
weeks: 1
replications: 2
main_indicators:
  - arrest_survivors_middle_per_10_years
  - {{indicator: arrest_survival, group_by: curve, group: steep}}
"""


def experiment(folder: Path, more: str = "") -> str:
    """Write an experiment that is judged by a health outcome; return its path."""
    path = folder / "experiment.yaml"
    path.write_text(EXPERIMENT + more, "utf-8")
    return str(path)


def keys(study: Study) -> set[str]:
    return {dimension.name for dimension in study.dimensions}


def test_without_outcomes_nothing_knows_of_them() -> None:
    study = study_of_experiment(str(small.EXPERIMENT))
    assert study.region.outcomes is None
    asked = study_of_experiment(str(small.EXPERIMENT), "health")
    assert asked.region.outcomes is not None
    assert study.digest(study.base) != asked.digest(study.base)


def test_an_indicator_of_outcomes_needs_them(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        study_of_experiment(experiment(tmp_path))
    problem, other = refused.value.problems
    assert problem.key == "main_indicators.0" and other.key == "main_indicators.1.indicator"
    assert "outcomes: health" in problem.what and problem.line > 1
    asked = study_of_experiment(experiment(tmp_path), "health")
    assert asked.main_indicators[0] == "arrest_survivors_middle_per_10_years"


def test_every_assumed_relation_is_a_factor_of_a_sensitivity_analysis(tmp_path: Path) -> None:
    study = study_of_experiment(experiment(tmp_path, ASKED % "health"))
    assert {
        "outcomes.arrest.middle.slope_cpr_per_min",
        "outcomes.arrest.flat.slope_none_per_min",
        "outcomes.arrest.shockable",
        "outcomes.stroke.onset_to_call",
    } <= keys(study)
    (case,) = (each for each in study.cases if "outcomes.arrest.shockable.value=0.5" in str(each))
    changed = study.region_of(case).outcomes
    assert changed is not None and changed.arrest.shockable.value == 0.5


def test_a_file_of_ones_own_lies_beside_the_experiment_and_is_told_by_line(tmp_path: Path) -> None:
    text = shipped.find_config("outcomes", "health").read_text("utf-8")
    own = tmp_path / "ours.yaml"
    own.write_text(
        text.replace("value: 52.8", "value: 60").replace("outcomes: health", "outcomes: ours")
    )
    study = study_of_experiment(experiment(tmp_path, "outcomes: ours.yaml\n"))
    assert study.region.outcomes is not None
    assert study.region.outcomes.conditions.arrest.per_100000.value == 60
    own.write_text(text.replace("value: 0.80,", "value: 80,"), "utf-8")
    with pytest.raises(InputError) as refused:
        study_of_experiment(experiment(tmp_path, "outcomes: ours.yaml\n"))
    told = {(Path(each.file).name, each.key) for each in refused.value.problems}
    assert ("ours.yaml", "arrest.cpr.value") in told


def test_a_run_without_an_experiment_may_ask_for_them_too() -> None:
    study = study_of_run([str(small.TODAY)], None, (), (1, 2, 1), "health")
    assert study.region.outcomes is not None and OF_OUTCOMES
    with pytest.raises(InputError, match="helth"):
        study_of_run([str(small.TODAY)], None, (), (1, 2, 1), "helth")


@pytest.mark.parametrize(("asked", "kept"), [("health", True), (None, False)])
def test_a_sensitivity_analysis_tells_of_outcomes_where_they_are_asked_for(
    asked: str | None, kept: bool
) -> None:
    study = study_of_experiment(str(small.EXPERIMENT), asked)
    keys = tuple((name, "all", "all") for name in MAIN_OUTCOMES)
    values = np.ones((len(keys), 1))
    units = dict.fromkeys(MAIN_OUTCOMES, "share")
    sheet = Sheet("plain", study.base, keys, units, (0,), values, values.astype(int))
    moved = OutcomesByCase(study)
    moved.take(sheet)
    assert (set(moved.units) == set(MAIN_OUTCOMES)) is kept


FEW = """
factors:
  shocked: {key: outcomes.arrest.shockable.value, values: [0.25, 0.5]}
  menu: {key: control_rooms.lvs.menu_s.value, values: [15, 60]}
design: grid
outcomes: health
"""


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return what is added to whenever the chain is simulated."""
    times: list[object] = []
    simulate = run_worker.simulate

    def counted(plan: Plan, *of: Any, **more: Any) -> Record:
        times.append(plan.organisation.organisation)
        return simulate(plan, *of, **more)

    monkeypatch.setattr(run_worker, "simulate", counted)
    return times


def test_what_only_changes_outcomes_is_measured_from_the_runs_there_are(
    tmp_path: Path, simulated: list[object]
) -> None:
    study = study_of_experiment(experiment(tmp_path, FEW))
    together = PreparedStudy(study, keep_records=False)
    runs = [run for batch in runner._batches_by_patients(study, study.runs(1), 1) for run in batch]
    outputs = [together.measured(run) for run in runs]
    assert len(runs) == 8 and len(simulated) == 4
    for run, output in zip(runs, outputs, strict=True):
        alone = PreparedStudy(study, keep_records=False).measured(run)
        assert repr(output.rows) == repr(alone.rows) and output.grew == alone.grew
        assert output.people is not None and alone.people is not None
        assert output.people.measures == alone.people.measures
    survivors = {
        row.value for each in outputs for row in each.rows
        if row.indicator == "arrest_survivors_steep_per_10_years"
    }  # fmt: skip
    assert len(survivors) == 4, "two menus and two shares; the satellite moves no ambulance"


def test_an_organisation_that_sends_by_condition_is_simulated_for_each(tmp_path: Path) -> None:
    second = "{share: {value: 0.5, grade: C, range: [0.1, 0.9], source: For a test}, within_min: "
    second += "{value: 30, grade: C, range: [15, 60], source: For a test}, causes: [arrest]}"
    sends = tmp_path / "sends.yaml"
    sends.write_text(
        f"extends: {small.TODAY}\norganisation: sends\ntitle: Sends\nchanges:\n  crew:\n"
        f"    why: For a test.\n    set: {{dispatch: {{second_crew: {second}}}}}\n",
        "utf-8",
    )
    path = Path(experiment(tmp_path, FEW))
    path.write_text(path.read_text("utf-8").replace(str(small.SATELLITE), str(sends)), "utf-8")
    study = study_of_experiment(str(path))
    prepared = PreparedStudy(study, keep_records=False)
    keys = {
        name: {prepared.chain_key(study.run(case, name, 0)) for case in study.cases}
        for name in study.organisations
    }
    assert {name: len(each) for name, each in keys.items()} == {study.base: 2, "sends": 4}

"""The work of one process: the patients of a replication are drawn once for all organisations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import small

from akuttsim.experiment import work
from akuttsim.experiment.study import study_of_experiment
from akuttsim.records import Overload, Patients, Record
from akuttsim.store.files import read_indicators


def test_organisations_of_a_replication_meet_the_very_same_patients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = study_of_experiment(str(small.EXPERIMENT))
    met: list[Patients] = []
    simulate = work.simulate

    def meets(plan: object, patients: Patients) -> Record:
        met.append(patients)
        return simulate(plan, patients)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "simulate", meets)
    runs = [run for run in study.runs() if run.replication == 2]
    place = work.Workplace(study, tmp_path, keep_records=False)
    assert place.do(runs) == 2
    assert met[0] is met[1]
    assert place.plan_of("small-today") is place.plan_of("small-today")
    kept = read_indicators(place.results.run_file(runs[1])).to_pandas()
    assert set(kept.organisation) == {"small-satellite"} and set(kept.replication) == {2}


def test_queues_that_grew_are_kept_beside_the_indicators(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record says seconds of the run; what is kept is the local time of the region."""
    study = study_of_experiment(str(small.EXPERIMENT))
    simulate = work.simulate

    def overloaded(plan: object, patients: Patients) -> Record:
        record = simulate(plan, patients)  # type: ignore[arg-type]
        return replace(record, overloads=(Overload("operator", "lvs", small.at(10.5), 12),))

    monkeypatch.setattr(work, "simulate", overloaded)
    run = study.runs()[0]
    place = work.Workplace(study, tmp_path, keep_records=False)
    place.do([run])
    place.results.gather_overloads([run])
    assert (tmp_path / "overloads.csv").read_text().splitlines() == [
        "organisation,replication,role,team,since,waiting",
        "small-today,0,operator,lvs,2026-03-24 10:30,12",
    ]

"""The work of one process: the patients of a replication are drawn once for all organisations."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from akuttsim.chain import simulation as work
from akuttsim.experiments import patient_source as callers_experiment
from akuttsim.experiments import run_worker as work_experiment
from akuttsim.experiments.files import read_indicators
from akuttsim.experiments.results import ResultsFolder
from akuttsim.experiments.run_worker import DrawnWorld, PreparedStudy, StudyWorker, do_run
from akuttsim.experiments.study import study_of_experiment
from akuttsim.patients import sampling as callers
from akuttsim.records import Overload, Patients, Record
from tests import small


def test_organisations_of_a_replication_meet_the_very_same_patients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = study_of_experiment(str(small.EXPERIMENT))
    met: list[Patients] = []
    simulate = work.simulate

    def meets(plan: object, patients: Patients, tasks: object, **more: object) -> Record:
        met.append(patients)
        return simulate(plan, patients, tasks, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(work_experiment, "simulate", meets)
    runs = [run for run in study.runs() if run.replication == 2]
    worker = StudyWorker(study, tmp_path, keep_records=False)
    place, results = worker.prepared, worker.results
    done = [do_run(worker, run) for run in runs]
    assert [each.run for each in done] == runs
    assert met[0] is met[1]
    plain = study.cases[0]
    assert place.plan_of(plain, "small-today") is place.plan_of(plain, "small-today")
    kept = read_indicators(results.run_file(runs[1])).to_pandas()
    told = kept[(kept.indicator == "travel_to_care_min") & (kept.group_by == "all")]
    assert done[1].values["travel_to_care_min"] == (told.value.item(), "min")
    assert set(kept.organisation) == {"small-satellite"} and set(kept.replication) == {2}


def test_neighbours_are_drawn_only_for_organisations_that_answer_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And once for all of these; each meets the people that it would meet alone."""
    regional = {"control_rooms": {"lvs": {"outside": ["neighbour"]}}}
    organisations = {
        name: small.organisation({"organisation": name, **changes})
        for name, changes in (("one", {}), ("two", regional), ("three", regional))
    }
    study = replace(study_of_experiment(str(small.EXPERIMENT)), organisations=organisations)
    drawn: list[tuple[str, ...]] = []
    sample = callers.sample_patients

    def noted(*args: object) -> Patients:
        drawn.append(args[4])  # type: ignore[arg-type]
        return sample(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(callers_experiment, "sample_patients", noted)
    runs = [run for run in study.runs() if run.replication == 0]
    place = PreparedStudy(study, keep_records=False)
    one, two, three = ([*map(repr, place.measured(run).rows)] for run in runs)
    assert drawn == [(), ("neighbour",)]
    assert one != two == three
    alone = PreparedStudy(study, keep_records=False)
    assert [*map(repr, alone.measured(runs[2]).rows)] == three


def test_a_process_that_stays_draws_a_world_once_and_never_takes_another_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it kept of the study before changes no result, and what differs is drawn anew."""
    study = replace(study_of_experiment(str(small.EXPERIMENT)), weeks=1)
    base = study.base
    other = replace(study, organisations={base: study.organisations[base]})
    elsewhere = replace(other, seed=study.seed + 1)
    longer = replace(other, weeks=2)
    drawn: list[int] = []
    sample = callers.sample_patients

    def noted(*args: object) -> Patients:
        drawn.append(1)
        return sample(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(callers_experiment, "sample_patients", noted)
    worlds: dict[str, DrawnWorld] = {}
    counts: list[int] = []
    for each in (study, other, elsewhere, longer, other):
        run = each.run(each.cases[0], base, 0)
        sent = pickle.loads(pickle.dumps(each))
        before = len(drawn)
        rows = PreparedStudy(sent, False, worlds=worlds).measured(run).rows
        counts.append(len(drawn) - before)
        assert [*map(repr, rows)] == [*map(repr, PreparedStudy(each, False).measured(run).rows)]
    assert counts == [1, 0, 1, 1, 1]  # the first was forgotten: two worlds are kept
    assert len(worlds) == 2


def test_the_lowest_replications_are_kept_as_long_as_there_is_room() -> None:
    study = study_of_experiment(str(small.EXPERIMENT))
    place = PreparedStudy(study, keep_records=False)
    plan = place.plan_of(study.cases[0], study.base)
    people = len(place.patients_of(study.cases[0], 0, plan))
    world = DrawnWorld(study.region, most_kept=int(2.5 * people))

    def is_drawn(number: int) -> bool:
        made: list[int] = []

        def draw() -> Patients:
            made.append(number)
            return place.patients_of(study.cases[0], number, plan)

        world.patients(number, (), draw)
        return bool(made)

    assert [is_drawn(number) for number in (5, 0, 4, 1, 0, 1, 5)] == [1, 1, 1, 1, 0, 0, 1]


def test_queues_that_grew_are_kept_beside_the_indicators(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record says seconds of the run; what is kept is the local time of the region."""
    study = study_of_experiment(str(small.EXPERIMENT))
    simulate = work.simulate

    def overloaded(plan: object, patients: Patients, tasks: object, **more: object) -> Record:
        record = simulate(plan, patients, tasks, **more)  # type: ignore[arg-type]
        return replace(record, overloads=(Overload("operator", "lvs", small.at(10.5), 12),))

    monkeypatch.setattr(work_experiment, "simulate", overloaded)
    run = study.runs()[0]
    results = ResultsFolder(tmp_path)
    do_run(StudyWorker(study, tmp_path, keep_records=False), run)
    results.gather_overloads([run])
    assert (tmp_path / "overloads.csv").read_text().splitlines() == [
        "case,organisation,replication,role,team,since,waiting",
        "plain,small-today,0,operator,lvs,2026-03-24 10:30,12",
    ]

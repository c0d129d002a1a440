"""The runner: the same bytes however the work is spread, stopped, killed and resumed."""

from __future__ import annotations

import errno
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from akuttsim.config.schema.experiment import PrecisionGoal
from akuttsim.errors import InputError
from akuttsim.experiments import executor, run_files, run_worker, runner
from akuttsim.experiments.manifest import FailedRun
from akuttsim.experiments.results import ResultsFolder, read_results
from akuttsim.experiments.run_files import RunFiles
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.study import Study, study_of_experiment
from akuttsim.records import Trips
from tests import dying, small
from tests.nightly import at_least_one_by_day
from tests.stopped import is_server, is_worker

FILES = (
    "indicators.parquet",
    "indicators.csv",
    "summary.csv",
    "differences.csv",
    "effects.csv",
    "cases.csv",
    "overloads.csv",
)


@pytest.fixture(scope="module")
def study() -> Study:
    return replace(study_of_experiment(str(small.QUIET_EXPERIMENT)), replications=3)


@pytest.fixture(scope="module")
def reference(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of one process that nobody disturbs."""
    folder = tmp_path_factory.mktemp("reference") / "results"
    go(study, folder)
    return folder


def go(study: Study, folder: Path, workers: int = 1, resume: bool = False) -> list[int]:
    told: list[int] = []
    runner.run_study(study, folder, runner.RunOptions(workers=workers, resume=resume), told.append)
    return told


def same_bytes(one: Path, other: Path) -> bool:
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in FILES)


def test_one_process_and_two_give_the_same_bytes(
    study: Study, reference: Path, tmp_path: Path
) -> None:
    told = go(study, tmp_path / "two", workers=2)
    assert same_bytes(reference, tmp_path / "two")
    assert sum(told) == len(study.runs())


def test_results_hold_every_run_and_the_manifest(study: Study, reference: Path) -> None:
    found = read_results(reference)
    counts = found.indicators.groupby("organisation", sort=False).replication.nunique()
    assert counts.to_dict() == {"small-today": 3, "small-satellite": 3}
    manifest = found.manifest
    assert manifest.seed == 7 and manifest.base == "small-today"
    assert manifest.digests == {name: study.digest(name) for name in study.organisations}
    assert manifest.region["region"] == "quiet"
    assert set(manifest.organisations) == set(study.organisations)
    assert {"python", "numpy", "simpy"} <= set(manifest.versions)
    assert len(manifest.assumptions) > 100
    assert set(found.differences.organisation) == {"small-satellite"}


def test_organisations_meet_the_same_patients(reference: Path) -> None:
    """116117 is the same in both, and so is every call: the paired difference is exactly zero."""
    found = read_results(reference).differences
    rows = found[(found.indicator == "calls_116117_a_day") & (found.group_by == "all")]
    assert rows[["mean", "ci_low", "ci_high"]].to_numpy().tolist() == [[0.0, 0.0, 0.0]]


def test_resume_does_only_what_is_missing_and_gives_the_same_bytes(
    study: Study, reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "results"
    stop_after(4, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        go(study, folder)
    monkeypatch.undo()
    results = ResultsFolder(folder)
    assert sum(results.has(run) for run in study.runs()) == 4
    broken = results.run_file(study.runs()[0])
    broken.write_bytes(broken.read_bytes()[:100])
    told = go(study, folder, resume=True)
    assert told[0] == 3 and sum(told[1:]) == 3
    assert same_bytes(reference, folder)


def stop_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ctrl-C come when so many runs are kept."""
    keep, kept = RunFiles.keep, []

    def keeps(self: RunFiles, *args: object) -> None:
        if len(kept) == count:
            raise KeyboardInterrupt
        keep(self, *args)  # type: ignore[arg-type]
        kept.append(1)

    monkeypatch.setattr(RunFiles, "keep", keeps)


def test_a_used_folder_is_not_written_over(study: Study, reference: Path) -> None:
    before = (reference / "manifest.json").read_bytes()
    with pytest.raises(InputError, match="--resume"):
        go(study, reference)
    assert (reference / "manifest.json").read_bytes() == before


def test_a_finished_folder_is_resumed_without_a_run(
    study: Study, reference: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        run_worker.PreparedStudy, "measured", lambda *_: pytest.fail("nothing is missing")
    )
    assert go(study, reference, resume=True) == [6]


def children(pid: int) -> list[int]:
    """Return the processes that this one or another started, and theirs."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for child in map(int, told) for each in (child, *children(child))]


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("method", "victim"),
    at_least_one_by_day(
        [("forkserver", is_worker), ("forkserver", is_server), ("spawn", is_worker)]
    ),
)
def test_a_killed_process_loses_nothing(
    method: str,
    victim: Callable[[int], bool],
    study: Study,
    reference: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SIGKILL to one when the first run is on disk: the pool is made anew, once.

    However processes start here, both ways must do: other systems have but the second. By day a
    sweep that is stopped has its processes started that way (`test_killed`).
    """
    monkeypatch.setattr(executor, "START_METHOD", method)
    folder, killed = tmp_path / "results", []

    def kill_one() -> None:
        while not list((folder / "runs").rglob("*.parquet")):
            time.sleep(0.005)
        killed.append([each for each in children(os.getpid()) if victim(each)][-1])
        os.kill(killed[-1], signal.SIGKILL)

    if not Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists():
        pytest.skip("needs /proc to find the workers")
    killer = threading.Thread(target=kill_one, daemon=True)
    killer.start()
    go(study, folder, workers=2)
    killer.join(10)
    assert killed
    assert same_bytes(reference, folder)


def guilty(study: Study) -> RunId:
    return study.runs()[2]


def test_a_run_that_always_kills_its_process_fails_alone(
    study: Study, reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other runs are done, and the folder tells which failed; resumed, it becomes whole."""
    folder = tmp_path / "results"
    monkeypatch.setenv(dying.RUN, guilty(study).told)
    monkeypatch.setattr(run_worker, "StudyWorker", dying.DyingWorker)
    failed = runner.run_study(study, folder, runner.RunOptions(workers=2))
    assert [done.run for done in failed] == [guilty(study)]
    assert "died 3 times" in ResultsFolder(folder).failure_file(guilty(study)).read_text()
    found = read_results(folder)
    assert found.manifest.failed == [
        FailedRun(case="plain", organisation="small-today", replication=2)
    ]
    assert found.manifest.runs == {"small-today": 2, "small-satellite": 3}
    assert set(found.differences.organisation) == {"small-satellite"}
    monkeypatch.undo()
    assert go(study, folder, resume=True)[:1] == [5]
    assert same_bytes(reference, folder)
    assert not ResultsFolder(folder).failure_file(guilty(study)).exists()


def test_a_run_that_fails_is_tried_once_more_and_told_with_the_reason(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured, tries = run_worker.PreparedStudy.measured, []

    def fails(place: run_worker.PreparedStudy, run: RunId) -> run_worker.RunOutput:
        if run == guilty(study):
            tries.append(run)
            raise ZeroDivisionError("a fault of the model")
        return measured(place, run)

    monkeypatch.setattr(run_worker.PreparedStudy, "measured", fails)
    failed = runner.run_study(study, tmp_path / "results")
    assert len(tries) == 2 and [done.run for done in failed] == [guilty(study)]
    told = ResultsFolder(tmp_path / "results").failure_file(guilty(study)).read_text()
    assert told.endswith("ZeroDivisionError: a fault of the model\n")


def test_if_every_run_fails_there_are_no_tables(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(run_worker.PreparedStudy, "measured", fails)
    with pytest.raises(InputError, match="every run failed"):
        go(study, tmp_path / "results")
    assert not (tmp_path / "results" / "summary.csv").exists()


def test_a_full_disk_stops_everything(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(RunFiles, "keep", full)
    with pytest.raises(OSError, match="No space left"):
        go(study, tmp_path / "results")


def test_batches_share_patients_and_become_single_runs_at_the_end(study: Study) -> None:
    """Each run is in one batch, each batch is of one replication, none is larger than the last."""
    many = replace(study, replications=20)
    batches = runner._batches_by_patients(many, many.runs(), 2)
    assert sorted(run for batch in batches for run in batch) == sorted(many.runs())
    assert all(len({run.replication for run in batch}) == 1 for batch in batches)
    sizes = [len(batch) for batch in batches]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] == 2 and sizes[-4:] == [1] * 4


def test_a_search_reads_each_run_once(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it looks whether there are enough runs: the cost of a run does not grow."""
    until = PrecisionGoal(indicator="travel_to_care_min", half_width=0.001, max=7)
    is_whole = run_files.RunFiles._is_whole
    looked: list[RunId] = []

    def noted(files: run_files.RunFiles, run: RunId) -> bool:
        looked.append(run)
        return is_whole(files, run)

    monkeypatch.setattr(run_files.RunFiles, "_is_whole", noted)
    go(replace(study, replications=2, until=until), tmp_path / "results")
    assert not looked, "what this process has made needs no look"
    go(replace(study, replications=2, until=until), tmp_path / "results", resume=True)
    assert len(looked) == len(set(looked)) == 14


def test_two_seeds_differ(study: Study, reference: Path, tmp_path: Path) -> None:
    other = replace(study, seed=8, replications=2)
    go(other, tmp_path / "results")
    one, two = (read_results(folder).indicators for folder in (reference, tmp_path / "results"))
    keys = ["organisation", "replication", "indicator", "group_by", "group"]
    both = pd.merge(one, two, on=keys)
    calls = both[(both.indicator == "calls_116117_a_day") & (both.group == "all")]
    assert (calls.value_x != calls.value_y).all() and len(calls) == 4


def test_records_are_kept_on_request(study: Study, tmp_path: Path) -> None:
    one = replace(study, replications=1, organisations={
        "small-today": study.organisations["small-today"]})  # fmt: skip
    runner.run_study(one, tmp_path, runner.RunOptions(resume=True, keep_records=True))
    kept = sorted(path.name for path in (tmp_path / "records" / "small-today-00000").iterdir())
    assert kept == ["activities.parquet", "patients.parquet", "trips.parquet"]
    trips = pd.read_parquet(tmp_path / "records" / "small-today-00000" / "trips.parquet")
    assert set(trips.columns) == {*Trips.columns(), "km"}
    assert {"to_patient", "to_care"} <= set(trips.kind) and {"car", "blue"} <= set(trips["mode"])
    assert (trips.km[trips.kind != "way_in"] >= 0).all() and trips.km.sum() > 0
    assert trips.unit[trips.kind == "to_care"].isna().all()
    assert set(trips.unit[trips.kind == "to_station"]) <= {*trips.unit.dropna()}
    told = pd.read_csv(tmp_path / "records" / "columns.csv").set_index(["file", "column"])
    for name in kept:
        table = pd.read_parquet(tmp_path / "records" / "small-today-00000" / name)
        assert {*table.columns} == {*told.loc[name].index}
    assert told.meaning.notna().all()
    assert told.codes["patients.parquet", "judged"] == "0 red, 1 yellow, 2 green"

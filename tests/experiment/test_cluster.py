"""Runs on a real Dask scheduler with several worker processes: the same bytes as here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from akuttsim.errors import InputError
from akuttsim.experiments import runner
from akuttsim.experiments.study import Study, study_of_experiment
from tests import small

distributed = pytest.importorskip("distributed", reason="needs akuttsim[cluster]")
FILES = ("indicators.parquet", "summary.csv", "differences.csv", "overloads.csv")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    settings = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "processes": True,
        "dashboard_address": None,
    }
    with distributed.LocalCluster(**settings) as made:
        yield made


@pytest.fixture(scope="module")
def study() -> Study:
    return replace(study_of_experiment(str(small.QUIET_EXPERIMENT)), replications=3)


@pytest.fixture(scope="module")
def reference(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("here") / "results"
    runner.run_study(study, folder)
    return folder


def same(one: Path, other: Path) -> bool:
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in FILES)


def test_a_cluster_gives_the_same_bytes(
    cluster: Any, study: Study, reference: Path, tmp_path: Path
) -> None:
    told: list[int] = []
    how = runner.RunOptions(workers=2, cluster=cluster.scheduler_address)
    failed = runner.run_study(study, tmp_path / "far", how, told.append)
    assert not failed and sum(told) == len(study.runs())
    assert same(reference, tmp_path / "far")


def test_what_fails_there_is_told_here(cluster: Any, study: Study, tmp_path: Path) -> None:
    """An organisation that its region has no place for cannot be planned: only its runs fail."""
    broken = study.organisations["small-satellite"].model_copy(update={"control_rooms": {}})
    wrong = replace(study, organisations={**study.organisations, "small-satellite": broken})
    failed = runner.run_study(
        wrong, tmp_path / "far", runner.RunOptions(workers=2, cluster=cluster.scheduler_address)
    )
    assert {done.run.organisation for done in failed} == {"small-satellite"} and len(failed) == 3
    assert all("Traceback" in (done.failure or "") for done in failed)


def test_a_stopped_sweep_goes_on_elsewhere(
    cluster: Any, study: Study, reference: Path, tmp_path: Path
) -> None:
    """What a cluster had finished is not done again on this machine."""
    how = runner.RunOptions(workers=2, cluster=cluster.scheduler_address)
    runner.run_study(replace(study, replications=2), tmp_path / "far", how)
    told: list[int] = []
    runner.run_study(study, tmp_path / "far", runner.RunOptions(resume=True), told.append)
    assert told[0] == 4 and same(reference, tmp_path / "far")


def test_no_scheduler_is_told_in_a_line(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("akuttsim.experiments.executor.CONNECT_S", 0.2)
    with pytest.raises(InputError, match="no scheduler answers"):
        runner.run_study(
            study, tmp_path / "far", runner.RunOptions(workers=2, cluster="tcp://127.0.0.1:9")
        )

"""Steps: replications go on until they are enough, the same whatever the number of processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from akuttsim.experiments import runner, sequential_stopping
from akuttsim.experiments.results import ResultsFolder, read_results
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.study import Study, study_of_experiment
from tests import asked

TRAVEL = "travel_to_care_min"


def filled(
    study: Study, folder: Path, value: Callable[[RunId], float]
) -> sequential_stopping.ReplicationCounts:
    """Let replications end with values of a function until there are enough; return how many."""
    results, counts = ResultsFolder(folder), None
    more = sequential_stopping.first_counts(study)
    while more != counts:
        counts = more
        for run in sequential_stopping.runs_for_counts(study, counts):
            if not results.has(run):
                results.keep(run, [(TRAVEL, "all", "all", value(run), "min", 10)])
        more = sequential_stopping.next_counts(study, results, counts)
    return counts


def noise(run: RunId, spread: float) -> float:
    """Return a run's own normal number of the given spread."""
    return float(np.random.default_rng([run.replication, len(run.organisation)]).normal(0, spread))


def until(folder: Path, half_width: float, most: int = 300) -> Study:
    more = f"until: {{indicator: {TRAVEL}, half_width: {half_width}, max: {most}}}\n"
    return asked.study(folder, more)


def test_replications_go_on_until_the_difference_is_as_sure_as_asked(tmp_path: Path) -> None:
    study = until(tmp_path, 0.5)
    counts = filled(study, tmp_path / "r", lambda run: noise(run, 2.0))
    (enough,) = set(counts.values())
    assert 4 < enough < 300
    results, (case,) = ResultsFolder(tmp_path / "r"), study.cases
    one, two = (sequential_stopping.replication_values(study, results, case, name, enough, TRAVEL)
                for name in study.organisations)  # fmt: skip
    half = 1.96 * np.std(two - one, ddof=1) / enough**0.5
    assert half < 0.5
    assert pytest.approx(enough, rel=0.5) == 2.0**2 * 2 * (1.96 / 0.5) ** 2


def test_a_cap_ends_it(tmp_path: Path) -> None:
    counts = filled(until(tmp_path, 0.001, 30), tmp_path / "r", lambda run: noise(run, 2.0))
    assert set(counts.values()) == {30}


def test_a_narrower_interval_takes_more(tmp_path: Path) -> None:
    found = [
        max(filled(until(tmp_path, half), tmp_path / str(half), lambda r: noise(r, 1.0)).values())
        for half in (0.8, 0.4, 0.2)
    ]
    assert found == sorted(found) and len(set(found)) == 3


def test_all_alike_needs_no_more_than_the_look_ahead(tmp_path: Path) -> None:
    counts = filled(until(tmp_path, 0.1), tmp_path / "r", lambda run: 3.0)
    assert set(counts.values()) == {10}


def best(folder: Path, names: int = 3) -> Study:
    today = (asked.small.DATA / "small-today.yaml").read_text("utf-8")
    for number in range(names):
        made = today.replace("organisation: small-today", f"organisation: model-{'x' * number}a")
        (folder / f"m{number}.yaml").write_text(made)
    listed = ", ".join(f"m{number}.yaml" for number in range(names))
    more = f"best: {{indicator: {TRAVEL}, margin: 1.0, max: 200}}\n"
    return asked.study(folder, more, f"[{listed}]")


def test_who_is_clearly_worse_gets_no_more_replications(tmp_path: Path) -> None:
    study = best(tmp_path)
    means = {"model-a": 20.0, "model-xa": 21.5, "model-xxa": 40.0}
    counts = filled(study, tmp_path / "r", lambda r: means[r.organisation] + noise(r, 1.5))
    found = {name: counts["plain", name] for name in means}
    assert found["model-xxa"] < found["model-a"], "a shorter journey is better"
    assert found["model-xxa"] <= found["model-xa"] <= found["model-a"] < 200


def test_replications_that_failed_are_not_looked_at(tmp_path: Path) -> None:
    study = best(tmp_path)
    results, counts = ResultsFolder(tmp_path / "r"), sequential_stopping.first_counts(study)
    for run in sequential_stopping.runs_for_counts(study, counts):
        if run.replication != 1 or run.organisation != "model-a":
            results.keep(run, [(TRAVEL, "all", "all", noise(run, 1.0), "min", 10)])
    assert set(sequential_stopping.next_counts(study, results, counts).values()) == {8}


def test_a_real_sweep_goes_on_alike_with_one_process_two_and_when_resumed(tmp_path: Path) -> None:
    quiet = study_of_experiment(str(asked.small.QUIET_EXPERIMENT)).region
    study = replace(until(tmp_path, 2.5, 8), region=quiet)
    for name, workers in (("one", 1), ("two", 2)):
        runner.run_study(study, tmp_path / name, runner.RunOptions(workers=workers))
    one, two = (read_results(tmp_path / name) for name in ("one", "two"))
    assert one.manifest.runs == two.manifest.runs
    assert 4 < one.manifest.runs["small-today"] <= 8
    told: list[int] = []
    next(ResultsFolder(tmp_path / "two").folder.glob("runs/*/*/*.parquet")).unlink()
    runner.run_study(study, tmp_path / "two", runner.RunOptions(resume=True), told.append)
    for name in ("indicators.parquet", "summary.csv", "differences.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert sum(told) == 2 * one.manifest.runs["small-today"]

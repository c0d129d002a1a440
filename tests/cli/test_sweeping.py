"""What run and sweep print: a warning first where a queue grew without bound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import small

from akuttsim.cli import sweeping
from akuttsim.experiment import work
from akuttsim.experiment.study import study_of_experiment
from akuttsim.records import Overload, Patients, Record

QUEUES = (Overload("operator", "lvs", small.at(10.5), 1200),)


@pytest.mark.parametrize("overloads", [QUEUES, ()])
def test_a_queue_that_grew_is_told_before_the_numbers(
    overloads: tuple[Overload, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    simulate = work.simulate

    def overloaded(plan: object, patients: Patients) -> Record:
        return replace(simulate(plan, patients), overloads=overloads)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "simulate", overloaded)
    study = replace(study_of_experiment(str(small.EXPERIMENT)), replications=2)
    sweeping.sweep(study, tmp_path / "results", sweeping.How(workers=1))
    for tells in (
        lambda: sweeping.print_main(tmp_path / "results", "small-today"),
        lambda: sweeping.print_answer(tmp_path / "results", "en"),
    ):
        tells()
        printed = capsys.readouterr().out
        warned = " ".join(printed.split("\n\n")[0].split())
        assert printed.startswith("! ") == bool(overloads)
        assert ("without bound in 2 of 2 replications" in warned) == bool(overloads)
        assert ("24 March 2026 at 10; at most 1,200 waited" in warned) == bool(overloads)


def test_main_indicators_are_printed_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = replace(study_of_experiment(str(small.EXPERIMENT)), replications=2)
    sweeping.sweep(study, tmp_path / "results", sweeping.How(workers=1))
    sweeping.print_main(tmp_path / "results", "small-today")
    printed = capsys.readouterr().out
    assert "116117 answered within 2 minutes" in printed and "%" in printed
    assert "answered_116117" not in printed


def test_going_on_with_another_seed_says_that_results_are_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = replace(study_of_experiment(str(small.EXPERIMENT)), replications=2)
    folder, again = tmp_path / "results", sweeping.How(workers=1, resume=True)
    sweeping.sweep(study, folder, sweeping.How(workers=1))
    sweeping.sweep(study, folder, again)
    assert "other inputs" not in capsys.readouterr().err
    sweeping.sweep(replace(study, seed=8), folder, again)
    told = " ".join(capsys.readouterr().err.split())
    assert told.startswith("4 finished runs in") and "are of other inputs (seed," in told
    assert len(list((folder / "runs").rglob("*.parquet"))) == 8

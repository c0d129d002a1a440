"""What run and sweep print: a warning first where a queue grew without bound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from akuttsim.chain import simulation as work
from akuttsim.cli import app, study_runs
from akuttsim.experiments import run_worker
from akuttsim.experiments.runner import RunOptions
from akuttsim.experiments.study import study_of_experiment
from akuttsim.records import Overload, Patients, Record
from akuttsim.report.sentences import Sentence
from tests import small

QUEUES = (Overload("operator", "lvs", small.at(10.5), 1200),)


@pytest.mark.parametrize("overloads", [QUEUES, ()])
def test_a_queue_that_grew_is_told_before_the_numbers(
    overloads: tuple[Overload, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    simulate = work.simulate

    def overloaded(plan: object, patients: Patients, tasks: object, **more: object) -> Record:
        record = simulate(plan, patients, tasks, **more)  # type: ignore[arg-type]
        return replace(record, overloads=overloads)

    monkeypatch.setattr(run_worker, "simulate", overloaded)
    study = replace(study_of_experiment(str(small.EXPERIMENT)), replications=2)
    study_runs.run_with_progress(study, tmp_path / "results", RunOptions(workers=1))
    for tells in (
        lambda: study_runs.print_main(tmp_path / "results", "small-today"),
        lambda: study_runs.print_answer(tmp_path / "results", "en"),
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
    study_runs.run_with_progress(study, tmp_path / "results", RunOptions(workers=1))
    study_runs.print_main(tmp_path / "results", "small-today")
    printed = capsys.readouterr().out
    assert "116117 answered within 2 minutes" in printed and "%" in printed
    assert "answered_116117" not in printed


def test_going_on_with_another_seed_says_that_results_are_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = replace(study_of_experiment(str(small.EXPERIMENT)), replications=2)
    folder, again = tmp_path / "results", RunOptions(workers=1, resume=True)
    study_runs.run_with_progress(study, folder, RunOptions(workers=1))
    study_runs.run_with_progress(study, folder, again)
    assert "other inputs" not in capsys.readouterr().err
    study_runs.run_with_progress(replace(study, seed=8), folder, again)
    told = " ".join(capsys.readouterr().err.split())
    assert told.startswith("4 finished runs in") and "are of other inputs (seed," in told
    assert len(list((folder / "runs").rglob("*.parquet"))) == 8


def test_a_sentence_with_parts_is_printed_as_a_list(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = [Sentence("Met"), Sentence("Compared:", ("one " * 40 + "end", "two"))]
    monkeypatch.setattr(study_runs, "read_results", lambda _: None)
    monkeypatch.setattr(study_runs, "_print_overloads", lambda *_: None)
    monkeypatch.setattr(study_runs, "printed_decision", lambda *_: told)
    study_runs.print_answer(tmp_path, "en")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == ["Met.", "", "Compared:", "  - " + ("one " * 24).strip()]
    assert lines[4:] == ["    " + "one " * 16 + "end;", "  - two."]


def test_a_plan_of_one_of_each_is_told_as_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    study = study_of_experiment(str(small.EXPERIMENT))
    base = {study.base: study.organisations[study.base]}
    once = replace(study, organisations=base, replications=1, weeks=1)
    study_runs.print_plan(once, tmp_path, 1)
    told = capsys.readouterr().out
    assert "1 run of 1 week," in told and "  1 replication, seed" in told
    assert "with 1 process," in told


def test_without_a_report_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    experiment = tmp_path / "two.yaml"
    text = small.EXPERIMENT.read_text("utf-8").replace("replications: 4", "replications: 2")
    for each in small.DATA.iterdir():
        (tmp_path / each.name).symlink_to(each)
    experiment.write_text(text, "utf-8")
    words = ["sweep", str(experiment), "--out", str(folder), "--workers", "1", "--no-report"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert f"akuttsim report {folder}" in result.output
    assert not list(folder.glob("*.html")) and (folder / "summary.csv").is_file()

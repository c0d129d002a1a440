"""A study that was stopped: what its finished runs tell is what a shorter study would tell."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from akuttsim.errors import InputError
from akuttsim.experiments import runner
from akuttsim.experiments.manifest import InterruptedStudy
from akuttsim.experiments.results import (
    IN_PROGRESS_FILE,
    SO_FAR_FOLDER,
    ResultsFolder,
    read_results,
)
from akuttsim.experiments.run_files import RunFiles
from akuttsim.experiments.runner import read_results_so_far
from akuttsim.experiments.study import Study, study_of_experiment
from tests import small

TABLES = ("summary.csv", "differences.csv", "effects.csv", "indicators.parquet", "overloads.csv")


@pytest.fixture(scope="module")
def study() -> Study:
    return replace(study_of_experiment(str(small.QUIET_EXPERIMENT)), replications=4)


def run(study: Study, folder: Path, resume: bool = False) -> None:
    runner.run_study(study, folder, runner.RunOptions(resume=resume))


def stopped(study: Study, folder: Path, after: int) -> Path:
    """Run a study until so many runs are kept, and then stop it as Ctrl-C does."""
    keep, kept = RunFiles.keep, []

    def keeps(self: RunFiles, *args: object) -> None:
        if len(kept) == after:
            raise KeyboardInterrupt
        keep(self, *args)  # type: ignore[arg-type]
        kept.append(1)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(RunFiles, "keep", keeps)
        run(study, folder)
    return folder


@pytest.fixture(scope="module")
def halfway(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study stopped after two replications of each of its two organisations."""
    return stopped(study, tmp_path_factory.mktemp("halfway") / "results", 4)


def test_finished_runs_tell_what_a_shorter_study_tells(
    study: Study, halfway: Path, tmp_path: Path
) -> None:
    """Byte by byte: the intervals are those of two replications, and so are the verdicts."""
    run(replace(study, replications=2), tmp_path / "shorter")
    found = read_results_so_far(halfway)
    for name in TABLES:
        told = (found.folder / name).read_bytes()
        assert told == (tmp_path / "shorter" / name).read_bytes(), name
    assert found.manifest.replications == 2
    assert found.manifest.interrupted == InterruptedStudy(done=4, planned=8, failed=0, without=[])


def test_telling_again_gives_the_same_bytes_and_touches_no_run(halfway: Path) -> None:
    def tables() -> dict[str, bytes]:
        folder = read_results_so_far(halfway).folder
        return {name: (folder / name).read_bytes() for name in (*TABLES, "manifest.json")}

    before = sorted((halfway / "runs").rglob("*"))
    assert tables() == tables()
    assert sorted((halfway / "runs").rglob("*")) == before


def test_an_organisation_without_a_run_is_left_out_and_named(study: Study, tmp_path: Path) -> None:
    found = read_results_so_far(stopped(study, tmp_path / "results", 1))
    assert list(found.manifest.organisations) == ["small-today"]
    titles = [each["en"] for each in found.manifest.interrupted.without]
    assert titles == ["Satellite"]
    assert found.summary.ci_low[found.summary.unit != "share"].isna().all(), "one replication"
    assert set(found.summary.verdict) <= {"", "cannot tell"} and len(found.differences) == 0


def test_unlike_many_replications_are_paired_where_both_are(study: Study, tmp_path: Path) -> None:
    found = read_results_so_far(stopped(study, tmp_path / "results", 5))
    assert found.manifest.runs == {"small-today": 3, "small-satellite": 2}
    assert found.manifest.replications == 2


def test_without_a_finished_run_there_is_nothing_to_tell(study: Study, tmp_path: Path) -> None:
    folder = stopped(study, tmp_path / "results", 0)
    with pytest.raises(InputError, match="not one run is finished"):
        read_results_so_far(folder)


def test_runs_of_another_configuration_are_not_told(study: Study, tmp_path: Path) -> None:
    """A folder may hold runs from before a change: their digest is another."""
    folder = stopped(study, tmp_path / "results", 4)
    begun = json.loads((folder / IN_PROGRESS_FILE).read_text("utf-8"))
    del begun["sha256"]
    begun["runs_of"][1][2] = "0" * 64
    (folder / IN_PROGRESS_FILE).write_text(json.dumps(begun), "utf-8")
    assert list(read_results_so_far(folder).manifest.organisations) == ["small-today"]


def test_a_broken_run_is_not_told_and_left_where_it_is(study: Study, tmp_path: Path) -> None:
    folder = stopped(study, tmp_path / "results", 4)
    broken = ResultsFolder(folder).run_file(study.runs()[0])
    broken.write_bytes(broken.read_bytes()[:100])
    assert read_results_so_far(folder).manifest.runs == {"small-today": 1, "small-satellite": 2}
    assert broken.exists()


def test_going_on_to_the_end_leaves_a_finished_folder(study: Study, tmp_path: Path) -> None:
    folder = stopped(study, tmp_path / "results", 3)
    read_results_so_far(folder)
    run(study, folder, resume=True)
    assert not (folder / IN_PROGRESS_FILE).exists() and not (folder / SO_FAR_FOLDER).exists()
    found = read_results_so_far(folder)
    assert found.folder == folder and found.manifest.interrupted is None
    assert len(read_results(folder).summary) == len(found.summary)

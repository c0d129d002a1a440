"""A calibration that is killed, stopped, or out of disk goes on to the same bytes."""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml

from tests import stopped
from tests.blank import blank_figures
from tests.nightly import IS_NIGHTLY, by_night
from tests.small import DATA, SATELLITE, TODAY
from tests.stopped import ended, finished, gone, hearing, unfinished, wait_for_runs, workers

pytestmark = stopped.NEEDS_PROC

MADE_UP: dict[str, Any] = {"tolerance": 0.05, "source": "made up", "grade": "D"}
ANSWERED = {"indicator": "answered_116117_within_120_s", "value": 0.85, **MADE_UP}
HUNG_UP = {"indicator": "hung_up_116117", "value": 0.1, "held_back": True, **MADE_UP}


def files(folder: Path, after: float = 90.0, **targets: dict[str, Any]) -> list[str]:
    """Write a region with one assumption, and a calibration of it; return the three names."""
    assumed = {"talk_s": {"grade": "C", "range": [120, 480]},
               "after_call_s": {"exponential": {"mean": after}}}  # fmt: skip
    made = {"care": assumed, "demand": {"contacts_per_person_year": {"value": 0.6}}}
    region = {"extends": str(DATA / "quiet.yaml"), "region": "small-open",
              "title": "Small, open",
              "changes": {"open": {"why": "It is assumed.", "set": made}}}  # fmt: skip
    body = {"calibration": "stopped", "unknowns": {"talk": {"key": "care.talk_s"}},
            "targets": {"answered": ANSWERED, **targets}, "compare": [str(SATELLITE)],
            "judged_by": ["travel_to_care_min"], "weeks": 1, "warmup_days": 1, "replications": 2,
            "seed": 3, "most_trials": by_night(6, 8)}  # fmt: skip
    for name, content in (("region", region), ("targets", body)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    return [str(folder / "region.yaml"), str(TODAY), str(folder / "targets.yaml")]


def words(names: list[str], folder: Path, processes: int = 2) -> list[str]:
    """Return the command that starts or goes on with a calibration."""
    return ["calibrate", *names, "--out", str(folder), "--workers", str(processes), "--resume"]


def started(
    names: list[str], folder: Path, limit: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    """Start or go on with a calibration in processes of its own."""
    return stopped.started(folder, words(names, folder), limit)


def gone_on(names: list[str], folder: Path) -> dict[str, bytes]:
    """Go on with a calibration to its end, in this process; return all that it leaves.

    Figures are not drawn, which takes longer than all else.
    """
    with contextmanager(blank_figures)():
        assert finished(words(names, folder, 1)).stderr == ""
    return content(folder)


def runs(folder: Path) -> dict[str, int]:
    """Return the kept runs with the time that each was written."""
    found = (folder / "runs").rglob("*.parquet")
    return {str(each.relative_to(folder)): each.stat().st_mtime_ns for each in found}


def content(folder: Path, figures: bool = False) -> dict[str, bytes]:
    """Return every file of a folder, pages with their figures or without."""
    files = (each for each in folder.rglob("*") if each.is_file())
    drawn = re.compile(rb"\A\b" if figures else rb"<svg\b.*?</svg>", re.DOTALL)
    return {str(file.relative_to(folder)): drawn.sub(b"", file.read_bytes()) for file in files}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A calibration that nobody disturbs: its folder, and how long it takes."""
    home = tmp_path_factory.mktemp("undisturbed")
    began = time.monotonic()
    assert ended(started(files(home), home / "found")) == (0, "")
    return home / "found", time.monotonic() - began


@pytest.mark.nightly
@pytest.mark.skipif(not IS_NIGHTLY, reason="by night; by day a sweep is tried so")
def test_killed_at_random_moments_it_goes_on_to_the_same_bytes(
    undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    """SIGKILL to the calibration three times, around halfway through the time that it takes."""
    names, (reference, lasts) = files(tmp_path), undisturbed
    draw, folder = random.Random(2026), tmp_path / "found"
    for part in (0.3, 0.5, 0.7):
        process = started(names, folder)
        time.sleep(part * draw.uniform(0.8, 1.2) * lasts)
        process.kill()
        ended(process)
        assert gone(folder), "a worker outlives its calibration"
    assert gone_on(names, folder) == content(reference)


def test_at_ctrl_c_it_begins_no_more_runs_ends_tidily_and_says_how_to_go_on(
    undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    """What was finished is not done again."""
    names, (reference, _) = files(tmp_path), undisturbed
    folder = tmp_path / "found"
    with hearing(signal.SIGINT):
        process = started(names, folder)
    wait_for_runs(process, folder, 3)
    os.killpg(process.pid, signal.SIGINT)
    left, err = ended(process)
    assert left == 130 and gone(folder) and not unfinished(folder)
    assert len(runs(folder)) < len(runs(reference)), "it went on with what was to do"
    again = f"akuttsim calibrate {' '.join(names)} --out {folder} --workers 2 --resume"
    assert err.strip() == f"Stopped; finished runs are kept in {folder}. Go on with: {again}"
    kept = runs(folder)
    assert gone_on(names, folder) == content(reference)
    assert kept.items() <= runs(folder).items()


@pytest.mark.nightly
@pytest.mark.skipif(not IS_NIGHTLY, reason="by night; by day a sweep is tried so")
def test_a_process_that_dies_is_told_and_what_it_finished_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "found"
    process = started(files(tmp_path), folder)
    wait_for_runs(process, folder, 3)
    os.kill(workers(folder)[0], signal.SIGKILL)
    left, err = ended(process)
    assert left == 2 and "a process died" in err and "go on with --resume" in err
    assert gone(folder) and not unfinished(folder) and len(runs(folder)) >= 3


@pytest.mark.nightly
@pytest.mark.skipif(not IS_NIGHTLY, reason="by night; by day a sweep is tried so")
def test_without_room_on_the_disk_it_ends_with_3_and_goes_on_later(
    undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    """No file may grow beyond what half the runs need: the others cannot be kept."""
    names, (reference, _) = files(tmp_path), undisturbed
    folder = tmp_path / "found"
    size = median(each.stat().st_size for each in (reference / "runs").rglob("*.parquet"))

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))

    left, err = ended(started(names, folder, limited))
    assert left == 3 and "Traceback" not in err and "--resume" in err, err
    assert not unfinished(folder)
    assert gone_on(names, folder) == content(reference)


def test_a_truncated_run_is_done_again(undisturbed: tuple[Path, float], tmp_path: Path) -> None:
    """Figures are drawn here too, and are those of the other process."""
    names, (reference, _) = files(tmp_path), undisturbed
    folder = tmp_path / "found"
    shutil.copytree(reference, folder)
    for path in sorted((folder / "runs").rglob("*.parquet"))[:2]:
        path.write_bytes(path.read_bytes()[:100])
    finished(words(names, folder, 1))
    assert content(folder, figures=True) == content(reference, figures=True)


def test_trials_whose_inputs_changed_are_run_again_and_others_are_not(
    undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    """One more figure to look at needs no new run; a changed district needs every one anew."""
    reference, _ = undisturbed
    folder = tmp_path / "found"
    shutil.copytree(reference, folder)
    before = runs(folder)
    gone_on(files(tmp_path, **{"hung-up": HUNG_UP}), folder)
    assert runs(folder) == before and b"hung-up" in (folder / "targets.csv").read_bytes()
    changed = files(tmp_path, after=110.0)
    both = gone_on(changed, folder)
    fresh = gone_on(changed, tmp_path / "fresh")
    assert not before.keys() & fresh.keys(), "another district, another digest"
    assert fresh.items() <= both.items()

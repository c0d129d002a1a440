"""A sweep that is killed at random moments, stopped, or out of disk: nothing is lost or mixed up.

The sweeps are real ones, in processes of their own; the moments are drawn from a fixed seed over
the time that an undisturbed sweep takes here.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from akuttsim.experiments.results import read_results
from tests import asked, small, stopped
from tests.nightly import IS_NIGHTLY, at_least_one_by_day, by_night
from tests.stopped import (
    LONGEST_S,
    ended,
    finished,
    gone,
    hearing,
    held,
    servers,
    unfinished,
    wait_for_runs,
    workers,
)

pytestmark = stopped.NEEDS_PROC

TABLES = (
    "indicators.parquet",
    "indicators.csv",
    "summary.csv",
    "differences.csv",
    "effects.csv",
    "cases.csv",
    "overloads.csv",
)


def words(folder: Path, experiment: Path = small.QUIET_EXPERIMENT, processes: int = 2) -> list[str]:
    """Return the command that starts or goes on with a sweep."""
    options = ["--out", str(folder), "--resume", "--workers", str(processes), "--no-report"]
    return ["sweep", str(experiment), *options]


def started(
    folder: Path,
    experiment: Path = small.QUIET_EXPERIMENT,
    limit: Callable[[], None] | None = None,
    code: str = stopped.COMMAND,
) -> subprocess.Popen[str]:
    """Start or go on with a sweep in processes of its own."""
    return stopped.started(folder, words(folder, experiment), limit, code)


def gone_on(folder: Path, experiment: Path = small.QUIET_EXPERIMENT) -> str:
    """Go on with a sweep to its end, in this process; return what it told beside its answer."""
    return finished(words(folder, experiment, 1)).stderr


def same(one: Path, other: Path) -> bool:
    """Tell whether two folders hold the same tables, pictures and manifest, times apart."""
    drawn = [each.relative_to(one) for kind in ("replay", "map") for each in (one / kind).iterdir()]
    bytes_are = [
        (one / name).read_bytes() == (other / name).read_bytes() for name in (*TABLES, *drawn)
    ]
    here, there = (
        json.loads((folder / "manifest.json").read_text("utf-8")) for folder in (one, other)
    )
    apart = {"times": 0, "sha256": 0}
    return all(bytes_are) and {**here, **apart} == {**there, **apart}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A sweep that nobody disturbs, and the seconds that it takes."""
    folder = tmp_path_factory.mktemp("undisturbed") / "results"
    began = time.monotonic()
    assert ended(started(folder)) == (0, "")
    return folder, time.monotonic() - began


def runs(folder: Path) -> list[Path]:
    """Return the files of the runs that are finished."""
    return list((folder / "runs").rglob("*.parquet"))


def kill(process: subprocess.Popen[str], folder: Path, draw: random.Random) -> str:
    """Kill the sweep, or one time in four a worker or what they part from; return which."""
    found = [*workers(folder), *servers(folder)]
    if found and draw.random() < 0.25:
        os.kill(draw.choice(found), signal.SIGKILL)
        return "worker"
    process.kill()
    return "sweep"


def endures(kills: int, seed: int, folder: Path, undisturbed: tuple[Path, float]) -> list[str]:
    """Kill a sweep again and again, going on each time, anew when it is finished."""
    reference, lasts = undisturbed
    draw, killed = random.Random(seed), list[str]()
    while len(killed) < kills:
        process = started(folder)
        try:
            process.communicate(timeout=draw.uniform(0.1, 1.1) * lasts)
        except subprocess.TimeoutExpired:
            killed.append(kill(process, folder, draw))
            code, err = ended(process)
            if code == 0 and killed[-1] == "sweep":
                killed.pop()  # it had ended before the signal came
            else:
                assert code == (0 if killed[-1] == "worker" else -signal.SIGKILL), err
            assert gone(folder), "a worker outlives its sweep"
        if process.returncode == 0:
            assert same(reference, folder) and not unfinished(folder)
            shutil.rmtree(folder)
    assert gone_on(folder) == ""
    assert same(reference, folder) and not unfinished(folder)
    return killed


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_killed_at_random_moments_it_goes_on_to_the_same_bytes(
    undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    """By night fifty times, now the sweep and now one of its workers."""
    kills = by_night(1, 50)
    killed = endures(kills, kills, tmp_path / "results", undisturbed)
    assert len(killed) == kills
    assert set(killed) == {"sweep", "worker"} or not IS_NIGHTLY


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("number", "code"),
    at_least_one_by_day([(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]),
)
def test_stopped_it_begins_no_more_runs_ends_tidily_and_says_how_to_go_on(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    """Ctrl-C goes to all processes of the terminal, workers too; the others to the sweep alone.

    Of two hundred runs it has given out three pairs, one to each worker and one that is next;
    more it may not finish, however slow or fast the machine is.
    """
    (tmp_path / "asked").mkdir()
    experiment = asked.experiment(tmp_path / "asked", asks=small.QUIET_EXPERIMENT)
    folder = tmp_path / "results"
    experiment.write_text(
        experiment.read_text("utf-8").replace("replications: 4", "replications: 100"), "utf-8"
    )
    with hearing(number):
        process = started(folder, experiment)
    wait_for_runs(process, folder)
    with held(process):
        kept = len(runs(folder))
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    left, err = ended(process)
    assert left == code and gone(folder) and not unfinished(folder)
    assert len(runs(folder)) <= kept + 3 * 2, "it began more runs"
    line, hint = err.splitlines()
    assert hint == f"See what they tell so far: akuttsim report {folder}"
    again = f"akuttsim sweep {experiment} --out {folder} --workers 2 --no-report --resume"
    assert "finished runs are kept" in line and line.endswith(again)


def test_stopped_by_ctrl_c_it_goes_on_to_the_same_bytes(
    undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    """Here its processes start as on a system that has no server."""
    folder = tmp_path / "results"
    with hearing(signal.SIGINT):
        process = started(folder, code=stopped.BY_SPAWN)
    wait_for_runs(process, folder)
    assert not servers(folder)
    os.killpg(process.pid, signal.SIGINT)
    assert ended(process)[0] == 130 and gone(folder)
    before = len(runs(folder))
    assert 0 < before < len(runs(undisturbed[0]))
    assert gone_on(folder) == "" and same(undisturbed[0], folder)


def test_ctrl_c_while_workers_start_tells_no_traceback(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    process = started(folder)
    until = time.monotonic() + LONGEST_S
    while not workers(folder):
        assert time.monotonic() < until
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    left, err = ended(process)
    assert left == 130 and len(err.splitlines()) == 2, err
    assert gone(folder) and not unfinished(folder)


def test_without_room_on_the_disk_it_ends_with_3_and_goes_on_later(
    undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    """No file may grow beyond what a run needs: the gathered table is the first that cannot be."""
    folder = tmp_path / "results"
    runs = [each.stat().st_size for each in (undisturbed[0] / "runs").rglob("*.parquet")]
    size = max(*runs, *(each.stat().st_size for each in (undisturbed[0] / "replay").iterdir()))
    whole = (undisturbed[0] / "indicators.csv").stat().st_size
    assert size < whole

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    left, err = ended(started(folder, limit=limited))
    assert left == 3 and "Traceback" not in err and "--resume" in err, err
    assert not unfinished(folder)
    assert gone_on(folder) == "" and same(undisturbed[0], folder)


def test_a_truncated_run_is_done_again(undisturbed: tuple[Path, float], tmp_path: Path) -> None:
    folder = tmp_path / "results"
    shutil.copytree(undisturbed[0], folder)
    for number, path in enumerate(sorted((folder / "runs").rglob("*.parquet"))[:3]):
        content = path.read_bytes()
        path.write_bytes(content[: len(content) * number // 3])
    told = gone_on(folder)
    assert "done again: plain/small-" in " ".join(told.split()) and same(undisturbed[0], folder)


def test_what_was_changed_between_stop_and_resume_is_run_again(tmp_path: Path) -> None:
    """Of a stopped sweep one organisation is edited: its runs are done anew, and only those.

    The tables are those of a sweep that never knew the old version, whose files stay apart.
    """
    experiment = asked.experiment(tmp_path, asks=small.QUIET_EXPERIMENT)
    experiment.write_text(
        experiment.read_text("utf-8").replace("replications: 4", "replications: 2"), "utf-8"
    )
    folder = tmp_path / "results"
    process = started(folder, experiment)
    wait_for_runs(process, folder, 3)
    process.send_signal(signal.SIGTERM)
    ended(process)
    before = {each: each.stat().st_mtime_ns for each in (folder / "runs").rglob("*.parquet")}
    edited = (
        (tmp_path / "small-satellite.yaml").read_text("utf-8").replace("16:00-22:00", "17:00-21:00")
    )
    (tmp_path / "small-satellite.yaml").unlink()
    (tmp_path / "small-satellite.yaml").write_text(edited, "utf-8")
    assert "are of other inputs" in " ".join(gone_on(folder, experiment).split())
    assert gone_on(tmp_path / "fresh", experiment) == ""
    assert same(tmp_path / "fresh", folder)
    assert all(each.stat().st_mtime_ns == then for each, then in before.items())
    stale = [
        each for each in before if not (tmp_path / "fresh" / each.relative_to(folder)).exists()
    ]
    assert stale and all("small-satellite" in str(each) for each in stale)
    assert len(read_results(folder).indicators.groupby(["organisation", "replication"])) == 4

"""Two thousand runs of one sweep: what a run costs at the start and at the end, and the memory.

python -m benchmarks.many_runs [--runs 200 2000] [--workers 2]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

from akuttsim.experiments.run_worker import FinishedRun
from akuttsim.experiments.runner import RunOptions, run_study
from akuttsim.experiments.study import study_of_experiment

EXPERIMENT = Path(__file__).parent.parent / "tests" / "data" / "small-experiment.yaml"
SOME = 100
"""Runs over which the cost at the start and at the end is told; the first SOME are left out."""


def children_s() -> float:
    """Process seconds of the processes that this one has started and that are still there."""
    tick, spent = os.sysconf("SC_CLK_TCK"), 0
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            spent += int(fields[11]) + int(fields[12])
    return spent / tick


class Meter:
    """Notes process seconds, of all processes together, when so many runs have ended."""

    def __init__(self, runs: int) -> None:
        self.done, self.wanted = 0, {SOME, 2 * SOME, runs - SOME, runs}
        self.spent_s: dict[int, float] = {}
        self.ended = 0.0

    def watch(self, _: int, done: FinishedRun | None) -> None:
        self.done += done is not None
        if self.done in self.wanted:
            self.spent_s.setdefault(self.done, process_time() + children_s())
            self.ended = perf_counter()

    def ms_a_run(self, start: int) -> float:
        return (self.spent_s[start + SOME] - self.spent_s[start]) / SOME * 1000


def one(runs: int, workers: int) -> dict[str, float]:
    """Do so many runs in this process and its workers, and return what they took."""
    study = study_of_experiment(str(EXPERIMENT))
    study = replace(study, replications=runs // len(study.organisations))
    meter = Meter(runs)
    with tempfile.TemporaryDirectory() as folder:
        run_study(
            study,
            Path(folder),
            RunOptions(workers, resume=True, watch=meter.watch),
        )
        concluding = perf_counter() - meter.ended
        files = [each for each in Path(folder).rglob("*") if each.is_file()]
        disk = sum(file.stat().st_size for file in files) / 1e6
    parent, worker = (
        resource.getrusage(whose).ru_maxrss / 1024
        for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "runs": runs,
        "ms a run, first": meter.ms_a_run(SOME) if runs > 2 * SOME else meter.ms_a_run(runs - SOME),
        "ms a run, last": meter.ms_a_run(runs - SOME),
        "tables, ms a run": concluding / runs * 1000,
        "peak of the parent, MB": parent,
        "peak of a worker, MB": worker,
        "on disk, MB": disk,
    }


def in_a_process(runs: int, workers: int) -> dict[str, float]:
    """Return the same from a process of its own, whose peak of memory is that of these runs."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.many_runs",
        "--one",
        str(runs),
        "--workers",
        str(workers),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[200, 2000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.one, given.workers)))
        return
    rows = [in_a_process(runs, given.workers) for runs in given.runs]
    print("| " + " | ".join(rows[0]) + " |")
    print("|---" * len(rows[0]) + "|")
    for row in rows:
        print("| " + " | ".join(f"{value:.0f}" for value in row.values()) + " |")


if __name__ == "__main__":
    main()

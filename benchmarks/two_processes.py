"""A sweep of Namdal by one process and by two: how much sooner it is done.

python -m benchmarks.two_processes [--replications 12] [--weeks 8] [--rounds 1]

On a machine that does other work too, seconds on the clock tell little. Beside them stands the
longest path: the process seconds of the parent and of the busiest worker, which is what the clock
would show if each process had a core of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

from akuttsim.experiments.run_worker import FinishedRun
from akuttsim.experiments.runner import RunOptions, run_study
from akuttsim.experiments.study import study_of_experiment

EXPERIMENT = "01-first-look"


def children_s() -> dict[int, float]:
    """Process seconds of each process that this one has started and that is still there."""
    tick, spent = os.sysconf("SC_CLK_TCK"), {}
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            spent[int(pid)] = (int(fields[11]) + int(fields[12])) / tick
    return spent


def one(workers: int, replications: int, weeks: int) -> dict[str, float]:
    """Do the sweep in this process and its workers, and return what it took."""
    study = replace(study_of_experiment(EXPERIMENT), replications=replications, weeks=weeks)
    spent: dict[int, float] = {}

    def watch(_: int, done: FinishedRun | None) -> None:
        if done is not None:
            spent.update(children_s())

    began, own = perf_counter(), process_time()
    with tempfile.TemporaryDirectory() as folder:
        run_study(
            study,
            Path(folder),
            RunOptions(workers, resume=True, watch=watch),
        )
    return {
        "processes": workers,
        "runs": len(study.runs()),
        "on the clock, s": perf_counter() - began,
        "longest path, s": process_time() - own + max(spent.values(), default=0.0),
        "process time in all, s": process_time() - own + sum(spent.values()),
        "load average": os.getloadavg()[0],
    }


def in_a_process(workers: int, replications: int, weeks: int) -> dict[str, float]:
    length = ["--replications", str(replications), "--weeks", str(weeks)]
    command = [sys.executable, "-m", "benchmarks.two_processes", "--one", str(workers), *length]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=12)
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.one, given.replications, given.weeks)))
        return
    rounds = [
        [in_a_process(workers, given.replications, given.weeks) for workers in (1, 2)]
        for _ in range(given.rounds)
    ]
    rows = [min(each, key=lambda row: row["on the clock, s"]) for each in zip(*rounds, strict=True)]
    print(f"{EXPERIMENT}, {given.replications} replications of {given.weeks} weeks\n")
    print("| " + " | ".join(rows[0]) + " |")
    print("|---" * len(rows[0]) + "|")
    for row in rows:
        print("| " + " | ".join(f"{value:.1f}" for value in row.values()) + " |")
    for what in ("on the clock, s", "longest path, s"):
        print(f"\nSpeed-up, {what.removesuffix(', s')}: {rows[0][what] / rows[1][what]:.2f}")


if __name__ == "__main__":
    main()

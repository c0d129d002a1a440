"""Process seconds of the demo by stage, from its file to both pages, in one process.

python -m benchmarks.demo_stages [--experiment 01-first-look] [--replications N]

Also as multiples of a bare heap loop over the patients of as many runs, timed in the same process.
The imports are made before; what they take is told on a line of its own.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

from akuttsim.experiments import run_worker, runner
from akuttsim.experiments.results import read_results
from akuttsim.experiments.run_worker import FinishedRun
from akuttsim.experiments.runner import RunOptions, run_study
from akuttsim.experiments.study import study_of_experiment
from akuttsim.report.exporters.html_page import write_report
from benchmarks.run import setting

IMPORTS_S = process_time()


class Stages:
    """Process seconds by stage; what is timed inside a stage counts for itself alone."""

    def __init__(self) -> None:
        """Begin with no stage."""
        self.seconds: dict[str, float] = {}
        self._inside: list[float] = []

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return what does the same, and notes what it takes."""

        def measured(*arguments: Any, **named: Any) -> Any:
            began = process_time()
            self._inside.append(0.0)
            try:
                return work(*arguments, **named)
            finally:
                spent = process_time() - began
                self.seconds[name] = self.seconds.get(name, 0.0) + spent - self._inside.pop()
                if self._inside:
                    self._inside[-1] += spent

        return measured

    def watch(self, owner: Any, attribute: str, name: str) -> None:
        """Time a function or method where it is looked up."""
        setattr(owner, attribute, self.timed(name, getattr(owner, attribute)))


def main() -> None:
    """Do the demo and print its stages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--experiment", default="01-first-look")
    parser.add_argument("--replications", type=int)
    given = parser.parse_args()
    stages = Stages()
    stages.watch(run_worker, "simulate", "the chain, cases prepared")
    stages.watch(run_worker, "person_values", "indicators and values by person")
    stages.watch(run_worker, "page_data", "what the page draws")
    stages.watch(run_worker.PreparedStudy, "patients_of", "drawing patients")
    stages.watch(runner, "write_tables_and_manifest", "tables")
    study = stages.timed("files and checks", study_of_experiment)(given.experiment)
    study = replace(study, replications=given.replications or study.replications)
    with tempfile.TemporaryDirectory() as folder:
        whole = stages.timed("all else of the runs", run_study)
        runs: list[FinishedRun] = []

        def watch(_: int, done: FinishedRun | None) -> None:
            runs.extend([done] if done is not None else [])

        whole(study, Path(folder), RunOptions(1, watch=watch))
        for lang in ("nb", "en"):
            page = stages.timed("both pages", lambda: read_results(Path(folder)))()
            stages.timed("both pages", write_report)(page, lang, Path(folder) / f"{lang}.html")
    each, began = setting(study.weeks, study.seed), process_time()
    each.heap()
    heap_s = (process_time() - began) * len(runs)
    print(f"{given.experiment}, {len(runs)} runs of {study.weeks} weeks; a bare heap loop over the")
    print(f"patients of all runs takes {heap_s:.1f} process seconds\n")
    print("| stage | process seconds | multiples of the heap loop |\n|---|---|---|")
    stages.seconds["imports"] = IMPORTS_S
    for name, seconds in [*stages.seconds.items(), ("in all", sum(stages.seconds.values()))]:
        print(f"| {name} | {seconds:.1f} | {seconds / heap_s:.2f} |")


if __name__ == "__main__":
    main()

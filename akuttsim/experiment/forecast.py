"""What a study will take, from one short run of it."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from akuttsim.experiment.study import Study
from akuttsim.experiment.work import Workplace
from akuttsim.store.results import ResultsFolder

START_S = 3.0
"""Until processes have started and read everything."""


@dataclass(frozen=True)
class Forecast:
    """Runs at first and at most, seconds with the processes given, and megabytes of results."""

    runs: int
    most_runs: int
    seconds: float
    megabytes: float


def forecast(study: Study, workers: int) -> Forecast:
    """Return what the runs of a study will take, from a short run of the base, measured here."""
    weeks = study.callers.tried_weeks(study.weeks)
    tried = replace(study, weeks=weeks)
    run = tried.runs(1)[0]
    place = Workplace(tried, keep_records=False)
    place.plan_of(tried.cases[0], run.organisation)
    began = time.perf_counter()
    found = place.measured(run)
    seconds = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        results = ResultsFolder(Path(folder))
        results.keep(found.run, found.rows)
        kept = results.run_file(run).stat().st_size
    runs, most = len(study.runs()), len(study.runs(study.most_replications))
    days = (study.weeks * 7 + study.warmup_days) / (weeks * 7 + study.warmup_days)
    return Forecast(
        runs, most, START_S + runs * seconds * days / min(workers, runs), 2 * runs * kept / 1e6
    )

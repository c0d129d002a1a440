"""What a study will take, from one short run of it, and how it stands while it runs."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from akuttsim.experiments.results import ResultsFolder
from akuttsim.experiments.run_worker import FinishedRun, PreparedStudy
from akuttsim.experiments.study import Study
from akuttsim.statistics.intervals import t_interval
from akuttsim.texts import message

START_S = 3.0
"""Until processes have started and read everything."""


@dataclass(frozen=True)
class Forecast:
    """Runs at first and at most, seconds with the processes given, and megabytes of results."""

    runs: int
    most_runs: int
    seconds: float
    megabytes: float


def forecast_study(study: Study, workers: int) -> Forecast:
    """Return what the runs of a study will take, from a short run of the base, measured here."""
    weeks = study.callers.tried_weeks(study.weeks)
    tried = replace(study, weeks=weeks)
    run = tried.runs(1)[0]
    place = PreparedStudy(tried, keep_records=False)
    place.plan_of(tried.cases[0], run.organisation)
    began = time.perf_counter()
    output = place.measured(run)
    seconds = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        results = ResultsFolder(Path(folder))
        results.keep(output.run, output.rows)
        bytes_of_run = results.run_file(run).stat().st_size
    runs, most = len(study.runs()), len(study.runs(study.most_replications))
    days = (study.weeks * 7 + study.warmup_days) / (weeks * 7 + study.warmup_days)
    return Forecast(
        runs,
        most,
        START_S + runs * seconds * days / min(workers, runs),
        2 * runs * bytes_of_run / 1e6,
    )


FEWEST_RUNS = 3
"""Pairs of runs before anything is told."""


class StudyProgress:
    """The values of the leading indicator of the runs that have ended so far.

    That is the one that `until` or `best` is about, or else the first main one, in the first case.
    """

    def __init__(self, study: Study) -> None:
        """Begin with no run."""
        limit = study.until or study.best
        self.indicator = limit.indicator if limit is not None else study.main_indicators[0]
        self._case = study.cases[0].name
        self._base, *self._others = study.organisations
        self._values: dict[tuple[str, int], float] = {}
        self._unit = ""

    def take(self, done: FinishedRun) -> None:
        """Note a run that has ended."""
        if done.run.case == self._case and self.indicator in done.values:
            key = (done.run.organisation, done.run.replication)
            self._values[key], self._unit = done.values[self.indicator]

    def answer(self) -> str:
        """Return the current answer with its width: the least sure difference; "" at first."""
        told = [self._told(name) for name in self._others or [self._base]]
        known = [each for each in told if each is not None]
        if not known:
            return ""
        name, mean, half = max(known, key=lambda each: each[2])
        if not self._others:
            amount = _mean_with_half_width(mean, half, self._unit, "%")
            key = "commands.progress.has"
            return message(key, indicator=self.indicator, name=name, amount=amount)
        if mean == half == 0:
            key = "commands.progress.same"
            return message(key, indicator=self.indicator, name=name, base=self._base)
        difference = _mean_with_half_width(
            mean, half, self._unit, message("commands.progress.points")
        )
        sign = "+" if mean > 0 else ""
        return message(
            "commands.progress.difference",
            indicator=self.indicator,
            name=name,
            base=self._base,
            sign=sign,
            difference=difference,
        )

    def _told(self, name: str) -> tuple[str, float, float] | None:
        values = [
            value - (self._values.get((self._base, number), np.nan) if self._others else 0.0)
            for (organisation, number), value in self._values.items()
            if organisation == name
        ]
        interval = t_interval(np.array(values, dtype=np.float64))
        if np.count_nonzero(~np.isnan(values)) < FEWEST_RUNS:
            return None
        return name, interval.mean, (interval.high - interval.low) / 2


def _mean_with_half_width(mean: float, half: float, unit: str, unit_of_share: str) -> str:
    """Return a mean with the half of its interval and its unit; a share in per cent."""
    is_share = unit == "share"
    scale, unit_shown = (100, unit_of_share) if is_share else (1, unit)
    amount = message("commands.progress.amount", mean=scale * mean, half=scale * half)
    return message("commands.pair", first=amount, second=unit_shown) if unit_shown else amount

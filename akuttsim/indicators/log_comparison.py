"""A real call log against what the simulation made of its calls, hour by hour."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.logged_calls import CallLog
from akuttsim.indicators.calls import WITHIN_113_S, WITHIN_116117_S
from akuttsim.indicators.measured_run import HOURS, mean, share
from akuttsim.records import LINE_113, NEVER_ASKED, Flags, Floats, Indices, Patients, Record
from akuttsim.statistics.intervals import (
    cut_at_zero,
    prediction_interval,
    share_interval,
    share_prediction_interval,
    t_interval,
)

LOG_STAGES = ("answered", "alerted", "on_scene", "at_hospital", "free")
"""What is held against the log, in the order of the chain."""


@dataclass(frozen=True, eq=False)
class CallTimes:
    """What became of each call of a log, in seconds after it rang; NaN where it did not happen.

    `gave_up_s` is after how long the caller hung up; `unit` the first ambulance's position among
    the record's vehicles, -1 for none. Only the first time that a caller rang counts. `rang` marks
    those who ring here: a neighbour may belong to a room that an organisation does not have.
    """

    after_s: dict[str, Floats]
    gave_up_s: Floats
    unit: Indices
    rang: Flags


def recorded_call_times(log: CallLog) -> CallTimes:
    """Return what the log tells."""
    after = {name: log.stage(name) - log.time_s for name in LOG_STAGES}
    unit, rang = np.full(len(log), -1, dtype=np.int32), np.ones(len(log), dtype=bool)
    return CallTimes(after, log.gave_up_s, unit, rang)


def simulated_call_times(patients: Patients, record: Record) -> CallTimes:
    """Return what the simulation made of the same calls."""
    calls, courses = record.calls, record.courses
    order = np.lexsort((calls.rang_s, calls.patient))
    patient, first = np.unique(calls.patient[order], return_index=True)
    rows = order[first]
    answered, gave_up = np.full((2, len(patients)), np.nan)
    answered[patient] = (calls.answered_s - calls.rang_s)[rows]
    gave_up[patient] = (calls.left_s - calls.rang_s)[rows]
    stages = {name: getattr(courses, f"{name}_s") - patients.time_s for name in LOG_STAGES[1:]}
    rang = ~np.isin(courses.outcome, NEVER_ASKED)
    return CallTimes({"answered": answered, **stages}, gave_up, courses.crew, rang)


class LogMeasure(NamedTuple):
    """A figure of how callers of one number fared."""

    name: str
    unit: str

    def value(self, times: CallTimes, mine: Flags, limit_s: float) -> float:
        """Return the figure of these callers; `limit_s` is the official limit of their number."""
        answered_s = times.after_s["answered"][mine]
        if self.name == "mean_wait_s":
            return mean(answered_s[~np.isnan(answered_s)])
        hung_up = ~np.isnan(times.gave_up_s[mine])
        happened = answered_s <= limit_s if self.name == "answered_in_time" else hung_up
        return share(happened.astype(np.float64))


LOG_MEASURES = (
    LogMeasure("mean_wait_s", "s"),
    LogMeasure("answered_in_time", "share"),
    LogMeasure("hung_up", "share"),
)
"""Mean wait of those answered; of all who rang, the share answered in time, and that hung up."""


class LogComparison(NamedTuple):
    """One figure of an hour, or of all hours: recorded, and simulated over the replications.

    `low` and `high` are the 95 % interval of the simulated mean; between `one_low` and `one_high`
    one more replication would lie with 95 % confidence, which is what a recorded figure is held
    against: history happened once. These two are NaN where it cannot be told.
    """

    number: str
    hour: str
    measure: str
    unit: str
    calls: int
    recorded: float
    simulated: float
    low: float
    high: float
    one_low: float
    one_high: float

    @property
    def is_inside(self) -> bool | None:
        """Tell whether what was recorded is what one more replication might have been.

        None where nothing was recorded or simulated, or where all replications are alike.
        """
        if math.isnan(self.recorded + self.one_low):
            return None
        return self.one_low <= self.recorded <= self.one_high


ALL_HOURS = "all"


def compare_with_log(
    log: CallLog, hour: NDArray[np.int64], runs: Iterable[CallTimes]
) -> list[LogComparison]:
    """Return every measure of the calls of a log, for all hours and for each.

    `hour` is the local hour of the day of each call; the runs are gone through once. Where the log
    tells of answers, only calls of which it tells an answer or a hang-up are counted, in the
    simulation too.
    """
    recorded = recorded_call_times(log)
    cells = list(_measures_by_hour(log, hour, recorded))
    values_of_runs = [[cell.of(run) for cell in cells] for run in runs]
    return [
        cell.compared(recorded, values)
        for cell, values in zip(cells, zip(*values_of_runs, strict=True), strict=True)
    ]


@dataclass(frozen=True, eq=False)
class _MeasureOfHour:
    """A measure of the calls of one number in one hour."""

    number: str
    hour: str
    measure: LogMeasure
    limit_s: float
    picked: Flags

    def of(self, times: CallTimes) -> tuple[float, int]:
        """Return what it is of these times, and of how many calls."""
        mine = self.picked & times.rang
        return self.measure.value(times, mine, self.limit_s), int(mine.sum())

    def compared(
        self, log_times: CallTimes, simulated: Sequence[tuple[float, int]]
    ) -> LogComparison:
        """Return what it is of the log, beside its values in all replications."""
        values = np.array([value for value, _ in simulated])
        cases = np.array([n for _, n in simulated])
        recorded, calls = self.of(log_times)
        if self.measure.unit == "share":
            middle, one = (
                share_interval(values, cases),
                share_prediction_interval(values, cases, calls),
            )
        else:
            middle, one = cut_at_zero(t_interval(values)), cut_at_zero(prediction_interval(values))
        of = (self.number, self.hour, self.measure.name, self.measure.unit, calls, recorded)
        return LogComparison(*of, *middle, *one[1:])


def _measures_by_hour(
    log: CallLog, hour: NDArray[np.int64], recorded: CallTimes
) -> Iterator[_MeasureOfHour]:
    """Yield each measure of each number, for all hours and for each hour of the day.

    Where the log tells of answers, only calls of which it tells an answer or a hang-up are picked.
    """
    known = ~np.isnan(recorded.after_s["answered"]) | log.hung_up
    counted = known if known.any() else np.ones(len(log), dtype=bool)
    numbers = (
        ("116117", log.line != LINE_113, WITHIN_116117_S),
        ("113", log.line == LINE_113, WITHIN_113_S),
    )
    masks = {ALL_HOURS: np.ones(len(hour), dtype=bool)}
    masks |= {name: hour == code for code, name in enumerate(HOURS)}
    for number, rang, limit_s in numbers:
        if not (counted & rang).any():
            continue
        for name, in_hour in masks.items():
            for measure in LOG_MEASURES:
                yield _MeasureOfHour(number, name, measure, limit_s, counted & rang & in_hour)


class StageComparison(NamedTuple):
    """How long after the call a stage came on average: recorded and simulated, minutes."""

    stage: str
    n_recorded: int
    recorded_min: float
    n_simulated: float
    simulated_min: float
    low: float
    high: float


def compare_stages(log: CallLog, runs: Iterable[CallTimes]) -> list[StageComparison]:
    """Return each stage that the log, or the simulation, tells of; runs are gone through once."""
    recorded = recorded_call_times(log)
    simulated = np.array(
        [[_count_and_mean_min(run.after_s[name]) for name in LOG_STAGES] for run in runs]
    )
    comparisons = []
    for position, name in enumerate(LOG_STAGES):
        n, real = _count_and_mean_min(recorded.after_s[name])
        counts, minutes = simulated[:, position].T
        if n or counts.any():
            middle = cut_at_zero(t_interval(minutes))
            comparisons.append(StageComparison(name, int(n), real, float(np.mean(counts)), *middle))
    return comparisons


def _count_and_mean_min(after_s: Floats) -> tuple[float, float]:
    """Return how often a stage came, and how many minutes after the call on average."""
    came = after_s[~np.isnan(after_s)]
    return float(len(came)), mean(came) / 60
